//! In: a folder without a store, the keys that were moved by hand, and an export become a store.
//!
//! ```text
//! data/import.new/{records,blobs}   until the last frame has authenticated and all is on disk;
//!                                   then both move up, `data/format` is written, and it goes
//! ```
//!
//! An import that was cut short leaves only that folder and what moved out of it; the next import
//! begins by clearing it away, and a server refuses to start on it.

use super::super::blobs::Blobs;
use super::super::dir::Dir;
use super::super::folder::{remove_all, sync_all};
use super::super::keyring::Keyring;
use super::super::open::{self, FORMAT, Paths, Vacant};
use super::super::owners::OWNERS;
use super::super::records::Records;
use super::super::{OpenError, STORE, Store, StoreError, Tree, rows};
use super::stream::{Header, Opening};
use super::{BATCH, BLOB, END, MoveError, RECORD, STAGE};
use crate::ids::SlotId;
use crate::time::Time;
use std::collections::HashSet;
use std::io::{Read, Write as _};
use std::path::Path;

/// What an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// When the export was made.
    pub made_at: Time,
    pub records: u64,
    pub blobs: u64,
    /// Accounts, links and submissions of the export whose key is gone: erased since.
    pub erased_since: usize,
    /// Keys of things that the export does not have: they came later and are lost.
    pub came_later: usize,
}

/// A disk with less than this left takes no more records: sled has no good end on a full one.
const ROOM: u64 = 16 << 20;

impl Store {
    /// Makes a store at `paths`, where there is none, of an export. Records of the trees in `leave` do
    /// not come along. `read` is told how many bytes came in.
    ///
    /// # Errors
    /// [`MoveError`]; there is no store then, as before.
    pub fn import(
        paths: &Paths,
        mut from: impl Read,
        leave: &[Tree],
        read: &mut dyn FnMut(u64),
    ) -> Result<Imported, MoveError> {
        let ground = vacant(paths)?;
        let header = Header::read(&mut from)?;
        if header.store != ground.id {
            return Err(MoveError::OtherStore(paths.keys.clone()));
        }
        let stage = paths.data.join(STAGE);
        clear(&paths.data)?;
        let made = build(&ground, &stage, Opening::start(from, &ground.root, header), leave, read);
        let imported = match made {
            Ok(imported) => imported,
            Err(error) => {
                remove_all(&stage)?;
                return Err(error);
            }
        };
        for name in ["records", "blobs"] {
            std::fs::rename(stage.join(name), paths.data.join(name))?;
        }
        ground.data.sync()?;
        open::finish(&ground.data)?;
        remove_all(&stage)?;
        ground.data.sync()?;
        Ok(imported)
    }
}

/// A data folder without a store, locked, and the keys that will belong to it.
fn vacant(paths: &Paths) -> Result<Vacant, MoveError> {
    let there = |name: &str| paths.data.join(name).exists();
    let begun = there(STAGE);
    if there("format") || (!begun && (there("records") || there("blobs"))) {
        return Err(MoveError::Used(paths.data.clone()));
    }
    if !paths.keys.join("id").exists() {
        return Err(MoveError::NoKeys(paths.keys.clone()));
    }
    Ok(open::vacant(paths)?)
}

/// Clears away what an import that was cut short has left.
fn clear(data: &Path) -> Result<(), MoveError> {
    for name in ["records", "blobs"] {
        remove_all(&data.join(name))?;
    }
    Ok(remove_all(&data.join(STAGE))?)
}

fn build<R: Read>(
    ground: &Vacant,
    stage: &Path,
    mut from: Opening<R>,
    leave: &[Tree],
    read: &mut dyn FnMut(u64),
) -> Result<Imported, MoveError> {
    let keys = Keyring::open(ground.keys.again()?, &ground.root, ground.id)?;
    let folder = Dir::open_or_make(stage)?;
    let mut import = Import { keys, folder, seen: HashSet::new(), gone: HashSet::new(), told: 0 };
    let mut done = Imported { made_at: Time(u64::from_be_bytes(from.array()?)), ..Imported::default() };
    match u32::from_be_bytes(from.array()?) {
        FORMAT => {}
        found if found > FORMAT => return Err(OpenError::Newer { found }.into()),
        found => return Err(OpenError::Corrupt(format!("storage format {found} is unknown")).into()),
    }
    let (records, after) = import.records(ground, stage, &mut from, leave, read)?;
    done.records = records;
    done.blobs = import.blobs(&mut from, after, read)?;
    let counted = [from.array::<8>()?, from.array::<8>()?].map(u64::from_be_bytes);
    if counted != [done.records, done.blobs] {
        return Err(MoveError::Damaged);
    }
    from.finish()?;
    import.folder.make_sub("blobs")?.replace("id", &open::seal_id(&ground.root, "blobs", ground.id))?;
    sync_all(stage)?;
    done.erased_since = import.gone.len();
    done.came_later = import.keys.ids().iter().filter(|slot| !import.seen.contains(slot)).count();
    Ok(done)
}

struct Import {
    keys: Keyring,
    folder: Dir,
    /// Slots with a record of their own, and those of the export whose key is gone.
    seen: HashSet<SlotId>,
    gone: HashSet<SlotId>,
    told: u64,
}

impl Import {
    /// Takes records until something else comes; says how many, and what.
    fn records<R: Read>(
        &mut self,
        ground: &Vacant,
        stage: &Path,
        from: &mut Opening<R>,
        leave: &[Tree],
        read: &mut dyn FnMut(u64),
    ) -> Result<(u64, u8), MoveError> {
        self.room()?;
        let records = Records::open(stage)?;
        let left = |key: &[u8]| leave.iter().any(|tree| key.starts_with(&tree.key(&[])));
        let owners = OWNERS.map(|tree| tree.key(&[]));
        let id = open::seal_id(&ground.root, "records", ground.id);
        let mut writes = vec![(STORE.key(b"id"), Some(id))];
        let mut count = 0;
        let after = loop {
            let [kind] = from.array()?;
            if kind != RECORD {
                break kind;
            }
            count += 1;
            let key = sized(from)?;
            let value = sized(from)?;
            let owner = rows::owner(&value)?;
            if let Some(slot) = owner.filter(|slot| self.keys.get(*slot).is_err()) {
                self.gone.insert(slot);
            } else if !left(&key) {
                let own = owner.filter(|_| owners.iter().any(|tree| key.starts_with(tree)));
                self.seen.extend(own);
                writes.push((key, Some(value)));
            }
            if writes.len() >= BATCH {
                self.room()?;
                records.apply(std::mem::take(&mut writes));
                self.tell(from.read, read);
            }
        };
        self.room()?;
        records.apply(writes);
        Ok((count, after))
    }

    /// Takes blobs until the end comes.
    fn blobs<R: Read>(
        &mut self,
        from: &mut Opening<R>,
        first: u8,
        read: &mut dyn FnMut(u64),
    ) -> Result<u64, MoveError> {
        let blobs = Blobs::open(self.folder.make_sub("blobs")?);
        let mut buffer = vec![0; 256 << 10];
        let mut count = 0;
        let mut kind = first;
        while kind == BLOB {
            count += 1;
            let slot = SlotId(from.array()?);
            let [length] = from.array()?;
            let name = from.bytes(usize::from(length))?;
            let name = String::from_utf8(name).map_err(|_| MoveError::Damaged)?;
            let mut file = match self.keys.get(slot) {
                Ok(_) => Some(blobs.raw_new(slot, &name)?),
                Err(_) => {
                    self.gone.insert(slot);
                    None
                }
            };
            let mut rest = u64::from_be_bytes(from.array()?);
            while rest > 0 {
                let most = usize::try_from(rest).map_or(buffer.len(), |rest| rest.min(buffer.len()));
                from.read_exact(&mut buffer[..most])?;
                if let Some(file) = &mut file {
                    file.write_all(&buffer[..most])?;
                }
                rest -= most as u64;
                self.tell(from.read, read);
            }
            [kind] = from.array()?;
        }
        if kind == END { Ok(count) } else { Err(MoveError::Damaged) }
    }

    fn room(&self) -> Result<(), MoveError> {
        if self.folder.space()?.0 < ROOM { Err(StoreError::Full.into()) } else { Ok(()) }
    }

    fn tell(&mut self, now: u64, read: &mut dyn FnMut(u64)) {
        read(now - self.told);
        self.told = now;
    }
}

fn sized<R: Read>(from: &mut Opening<R>) -> Result<Vec<u8>, MoveError> {
    let length = u16::from_be_bytes(from.array()?);
    from.bytes(usize::from(length))
}
