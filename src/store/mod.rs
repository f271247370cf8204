//! The store: bytes, records and keys; it knows nothing about links or submissions.
//!
//! ```text
//! data/lock, data/format            see open.rs
//! data/reserve                      room for the records on a full disk (reserve.rs)
//! data/records/                     sealed records, in sled (records.rs, rows.rs, commits.rs)
//! data/blobs/<aa>/<id>/NAME         sealed bytes (blobs.rs, chunks.rs, batch.rs, writer.rs, reader.rs)
//! data/import.new/                  an import that is not whole (moving.rs)
//! keys/<xx>.ring, keys/root         keys (keyring.rs, ring.rs); by default inside data
//! ```
//!
//! Guarantees: what is written is sealed (seal.rs) under a key that can be destroyed, a slot, and with
//! the slot everything under it reads as gone; what was acknowledged survives kill and power cut;
//! what does not authenticate is never given out. Everything here blocks: call it from threads that
//! may. Directories are 0700, files 0600, symlinks are not followed.
//!
//! Limits: a record is at most [`ROW_MOST`] bytes; one process has a store open; one writer a blob.

mod batch;
mod blobs;
mod chunks;
mod commits;
mod damage;
mod dir;
pub mod due;
pub mod erasing;
mod errors;
mod folder;
mod json;
mod keyring;
mod moving;
mod open;
pub mod owners;
mod reader;
pub mod reconcile;
mod records;
mod reserve;
mod ring;
mod rows;
mod seal;
#[cfg(test)]
mod tests;
mod writer;

pub use batch::Batch;
pub use chunks::CHUNK;
pub use damage::Listed;
pub use errors::{CommitError, OpenError, StoreError};
pub use moving::{Exported, Imported, MoveError};
pub use open::{FORMAT, Paths};
pub use reader::Reader;
pub use rows::{Change, ROW_MOST, Row, Tree};
pub use seal::Key;
pub use writer::Writer;

use crate::ids::{SlotId, StoreId};
use blobs::Blobs;
use commits::Commits;
use damage::Told;
use hmac::{Hmac, Mac as _};
use keyring::Keyring;
use open::Root;
use records::Records;
use reserve::Reserve;
use seal::{Cipher, derive};
use sha2::Sha256;
use std::sync::Arc;
use std::time::SystemTime;

/// Bytes of the file system that blobs lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    pub free: u64,
    pub total: u64,
}

/// An open store. Clones are the same store; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    // Order matters: the thread that writes ends before the records close, the locks go last.
    commits: Commits,
    records: Arc<Records>,
    keyring: Keyring,
    blobs: Blobs,
    rootless: Cipher,
    index: Key,
    root: Root,
    id: StoreId,
    damage: Told,
    _locks: [std::fs::File; 2],
}

const STORE: Tree = Tree("store");

impl Store {
    /// Opens the store at `paths`, or makes it.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing stored has been changed then.
    pub fn open(paths: &Paths) -> Result<Self, OpenError> {
        let ground = open::prepare(paths)?;
        let io = |source| OpenError::Io { path: paths.data.clone(), source };
        let key = STORE.key(b"id");
        let reserve = Reserve::over(ground.data.again().map_err(io)?).map_err(io)?;
        reserve.look();
        let records = Arc::new(Records::open(&paths.data)?);
        if ground.fresh {
            records.apply(vec![(key, Some(open::seal_id(&ground.root, "records", ground.id)))]);
            open::finish(&ground.data).map_err(io)?;
        } else {
            let stored = records.get(&key).ok_or(OpenError::OtherStore("keys and records"))?;
            if open::open_id(&ground.root, "records", &stored)? != ground.id {
                return Err(OpenError::OtherStore("keys and records"));
            }
        }
        let keyring = Keyring::open(ground.keys, &ground.root, ground.id)
            .map_err(|error| OpenError::Corrupt(format!("keyring: {error}")))?;
        let commits = Commits::start(Arc::clone(&records), reserve).map_err(io)?;
        Ok(Self(Arc::new(Inner {
            commits,
            records,
            keyring,
            blobs: Blobs::open(ground.blobs),
            rootless: Cipher::new(&derive(&ground.root, &[b"dewdrop/v1/rootless"])),
            index: derive(&ground.root, &[b"dewdrop/v1/index"]),
            root: ground.root,
            id: ground.id,
            damage: Told::default(),
            _locks: ground.locks,
        })))
    }

    /// HKDF(root secret, `info`), e.g. `dewdrop/v1/salt`.
    pub fn derive_root(&self, info: &str) -> Key {
        derive(&self.0.root, &[info.as_bytes()])
    }

    /// Free and total bytes where blobs lie.
    pub fn free_space(&self) -> Result<Space, StoreError> {
        let (free, total) = self.0.blobs.space()?;
        Ok(Space { free, total })
    }

    // --- Records ----------------------------------------------------------------------------------

    /// The record at `key`; none also when its slot is gone.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Row>, StoreError> {
        let key = tree.key(key);
        let value = self.0.records.get(&key);
        self.0.commits.settled(|flying| flying == key);
        value.map_or(Ok(None), |value| self.opened(key, value))
    }

    /// All records whose key begins with `prefix`, in order; those whose slot is gone are left out.
    pub fn scan(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Row)>, StoreError> {
        let start = tree.key(prefix);
        let end = after(&start);
        self.between(tree, &start, end.as_deref(), usize::MAX)
    }

    /// Up to `most` records from the first up to but not including `end`, in order.
    pub fn scan_until(&self, tree: Tree, end: &[u8], most: usize) -> Result<Vec<(Vec<u8>, Row)>, StoreError> {
        self.between(tree, &tree.key(&[]), Some(&tree.key(end)), most)
    }

    /// Seals a record under `slot`, or under the root secret, for a transaction.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] above [`ROW_MOST`], [`StoreError::NoSlot`].
    pub fn put(
        &self,
        tree: Tree,
        key: &[u8],
        slot: Option<SlotId>,
        plain: &[u8],
    ) -> Result<Change, StoreError> {
        let key = tree.key(key);
        let value = match slot {
            Some(id) => rows::seal(&self.0.keyring.get(id)?.record_cipher(), &key, slot, plain)?,
            None => rows::seal(&self.0.rootless, &key, None, plain)?,
        };
        Ok(Change::Put { key, value })
    }

    /// A key that says nothing about `value` to who lacks the root secret.
    pub fn lookup_key(&self, tree: Tree, value: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.index.as_slice()).expect("HMAC takes a key of any length");
        mac.update(&tree.key(value));
        mac.finalize().into_bytes().into()
    }

    /// Makes a transaction: all of it, or nothing when something it expects does not hold. Durable
    /// when it answers Ok; transactions that wait together share one sync.
    pub fn commit(&self, changes: Vec<Change>) -> Result<(), CommitError> {
        self.0.commits.commit(changes)
    }

    /// Leaves behind what the records' log keeps of values overwritten and removed. Transactions wait.
    ///
    /// # Errors
    /// [`StoreError::Full`] when the copy has no room.
    pub fn compact(&self) -> Result<(), StoreError> {
        self.0.commits.compact()
    }

    /// Bytes of the records on disk, and bytes of what is live in them. Reads all of them.
    pub fn records_size(&self) -> (u64, u64) {
        (self.0.records.disk(), self.0.records.live())
    }

    // --- Slots ------------------------------------------------------------------------------------

    /// Makes a slot, durably. [`StoreError::SlotExists`] when there is one of that id.
    pub fn add_slot(&self, slot: SlotId) -> Result<(), StoreError> {
        self.0.keyring.add(slot)
    }

    /// Whether the slot lives.
    pub fn has_slot(&self, slot: SlotId) -> bool {
        self.0.keyring.get(slot).is_ok()
    }

    /// Destroys slots and with them everything that was sealed under them. Can be repeated.
    pub fn destroy_slots(&self, slots: &[SlotId]) -> Result<(), StoreError> {
        self.0.keyring.destroy(slots)
    }

    /// All slots, in no order.
    pub fn slots(&self) -> Vec<SlotId> {
        self.0.keyring.ids()
    }

    /// Entries of the keyring that did not authenticate when the store was opened.
    pub fn unreadable_slots(&self) -> usize {
        self.0.keyring.unreadable()
    }

    // --- Blobs ------------------------------------------------------------------------------------

    /// Makes the directory of a slot, durably. That it exists is success.
    pub fn make_dir(&self, dir: SlotId) -> Result<(), StoreError> {
        self.0.blobs.make_dir(dir)
    }

    /// Removes the directory of a slot and all in it, durably. That there is none is success.
    pub fn remove_dir(&self, dir: SlotId) -> Result<(), StoreError> {
        self.0.blobs.remove_dir(dir)
    }

    /// All directories and when each was last changed.
    pub fn dirs(&self) -> Result<Vec<(SlotId, SystemTime)>, StoreError> {
        self.0.blobs.dirs()
    }

    /// Writes a whole small blob, durably, in the place of a leftover of that name.
    pub fn put_blob(&self, dir: SlotId, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.blobs.put(self.0.keyring.get(dir)?, dir, name, bytes)
    }

    /// Reads a whole small blob; none when there is no such blob or slot.
    pub fn get_blob(&self, dir: SlotId, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.keyring.get(dir).and_then(|slot| self.0.blobs.get(slot, dir, name)) {
            Err(StoreError::NoSlot) => Ok(None),
            read => read.inspect_err(|error| {
                self.0.damage.tell(&[dir.as_bytes().as_slice(), name.as_bytes()].concat(), error);
            }),
        }
    }

    /// Unlinks a blob, durably. That there is none is success.
    pub fn remove_blob(&self, dir: SlotId, name: &str) -> Result<(), StoreError> {
        self.0.blobs.remove(dir, name)
    }

    /// The names of the blobs of a slot, in no order.
    pub fn blob_names(&self, dir: SlotId) -> Result<Vec<String>, StoreError> {
        self.0.blobs.names(dir)
    }

    /// Bytes of content that are in the file of a growing blob; 0 when there is none. For display.
    pub fn blob_offset(&self, dir: SlotId, name: &str, total: u64) -> Result<u64, StoreError> {
        self.0.blobs.offset(dir, name, total)
    }

    /// Begins a blob of `total` bytes, or goes on with it.
    pub fn writer(&self, dir: SlotId, name: &str, total: u64) -> Result<Writer, StoreError> {
        self.0.blobs.writer(self.0.keyring.get(dir)?, dir, name, total)
    }

    /// Opens a complete blob of `total` bytes for reading in ranges.
    pub fn reader(&self, dir: SlotId, name: &str, total: u64) -> Result<Reader, StoreError> {
        self.0.blobs.reader(self.0.keyring.get(dir)?, dir, name, total)
    }

    // ----------------------------------------------------------------------------------------------

    fn between(
        &self,
        tree: Tree,
        start: &[u8],
        end: Option<&[u8]>,
        most: usize,
    ) -> Result<Vec<(Vec<u8>, Row)>, StoreError> {
        let mut rows = Vec::new();
        for (key, value) in self.stored(start, end, most) {
            let short = key[tree.prefix()..].to_vec();
            if let Some(row) = self.opened(key, value)? {
                rows.push((short, row));
            }
        }
        Ok(rows)
    }

    /// Pairs of the records, once what is being written among them is written.
    fn stored(&self, start: &[u8], end: Option<&[u8]>, most: usize) -> records::Pairs {
        let pairs = self.0.records.range(start, end, most);
        self.0.commits.settled(|key| key >= start && end.is_none_or(|end| key < end));
        pairs
    }

    fn opened(&self, key: Vec<u8>, value: Vec<u8>) -> Result<Option<Row>, StoreError> {
        let cipher = match rows::owner(&value)? {
            None => self.0.rootless.clone(),
            Some(id) => match self.0.keyring.get(id) {
                Ok(slot) => slot.record_cipher(),
                Err(_) => return Ok(None),
            },
        };
        let name = key.clone();
        rows::open(&cipher, key, value).map(Some).inspect_err(|error| self.0.damage.tell(&name, error))
    }
}

/// The first key after all that begin with `prefix`; none when there can be none.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let at = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=at].to_vec();
    end[at] += 1;
    Some(end)
}
