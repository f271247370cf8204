//! Out: every record and every blob whose slot lives, in the order that an import takes them.

use super::super::open::FORMAT;
use super::super::{STORE, Store, rows};
use super::stream::Sealing;
use super::{BATCH, BLOB, END, MoveError, RECORD};
use crate::ids::SlotId;
use crate::time::Time;
use std::fs::File;
use std::io::{Read as _, Write};

/// What went into an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    pub records: u64,
    pub blobs: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Store {
    /// Bytes of all blobs that an export takes, to show how far it is.
    ///
    /// # Errors
    /// When a folder can not be read.
    pub fn blob_bytes(&self) -> Result<u64, MoveError> {
        let mut bytes = 0;
        for (slot, name) in self.live_blobs()? {
            bytes += self.0.blobs.raw(slot, &name)?.map_or(Ok(0), |file| file.metadata().map(|m| m.len()))?;
        }
        Ok(bytes)
    }

    /// Writes the whole store to `to`. `moved` is told how many bytes of blobs went out. Nothing may be
    /// written to the store meanwhile.
    ///
    /// # Errors
    /// [`MoveError::Unwritable`], or what reading gives.
    pub fn export<W: Write>(
        &self,
        to: W,
        made_at: Time,
        moved: &mut dyn FnMut(u64),
    ) -> Result<(Exported, W), MoveError> {
        let mut out = Sealing::start(to, &self.0.root, self.0.id).map_err(MoveError::Unwritable)?;
        let mut done = Exported::default();
        let say = |out: &mut Sealing<W>, bytes: &[u8]| out.write(bytes).map_err(MoveError::Unwritable);
        say(&mut out, &made_at.0.to_be_bytes())?;
        say(&mut out, &FORMAT.to_be_bytes())?;
        let mut from = Vec::new();
        loop {
            let pairs = self.0.records.range(&from, None, BATCH);
            let Some((last, _)) = pairs.last() else { break };
            from = [last.as_slice(), &[0]].concat();
            for (key, value) in &pairs {
                if !self.is_live(key, value) {
                    continue;
                }
                say(&mut out, &[RECORD])?;
                for part in [key, value] {
                    let length = u16::try_from(part.len()).expect("a key and a value have 4 KiB at most");
                    say(&mut out, &length.to_be_bytes())?;
                    say(&mut out, part)?;
                }
                done.records += 1;
            }
        }
        for (slot, name) in self.live_blobs()? {
            let Some(file) = self.0.blobs.raw(slot, &name)? else { continue };
            let length = file.metadata()?.len();
            say(&mut out, &[BLOB])?;
            say(&mut out, &slot.0)?;
            say(&mut out, &[u8::try_from(name.len()).expect("a name has 80 bytes at most")])?;
            say(&mut out, name.as_bytes())?;
            say(&mut out, &length.to_be_bytes())?;
            copy(&file, length, |bytes| {
                moved(bytes.len() as u64);
                say(&mut out, bytes)
            })?;
            done.blobs += 1;
        }
        say(&mut out, &[END])?;
        say(&mut out, &done.records.to_be_bytes())?;
        say(&mut out, &done.blobs.to_be_bytes())?;
        let to;
        (done.bytes, to) = out.finish().map_err(MoveError::Unwritable)?;
        Ok((done, to))
    }

    fn live_blobs(&self) -> Result<Vec<(SlotId, String)>, MoveError> {
        let mut all = Vec::new();
        for (slot, _) in self.dirs()? {
            if self.has_slot(slot) {
                all.extend(self.blob_names(slot)?.into_iter().map(|name| (slot, name)));
            }
        }
        all.sort();
        Ok(all)
    }

    /// Whether a stored value can still be opened. The store's own id is made anew by an import.
    fn is_live(&self, key: &[u8], value: &[u8]) -> bool {
        let slot = rows::owner(value).unwrap_or(None);
        key != STORE.key(b"id") && slot.is_none_or(|slot| self.has_slot(slot))
    }
}

/// Exactly `length` bytes of a file, piece by piece.
fn copy(
    mut file: &File,
    length: u64,
    mut piece: impl FnMut(&[u8]) -> Result<(), MoveError>,
) -> Result<(), MoveError> {
    let mut buffer = vec![0; 256 << 10];
    let mut rest = length;
    while rest > 0 {
        let most = usize::try_from(rest).map_or(buffer.len(), |rest| rest.min(buffer.len()));
        let count = file.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        }
        piece(&buffer[..count])?;
        rest -= count as u64;
    }
    Ok(())
}
