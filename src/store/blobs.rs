//! Blobs: sealed files in the directory of their slot.
//!
//! ```text
//! blobs/id              store id, bound to the root secret (see open.rs)
//! blobs/<aa>/<id>/NAME  <aa> first byte of the id in hex, <id> the id in base64url
//! ```
//!
//! Directories are 0700, files 0600, no symlink is followed, names are `[A-Za-z0-9._-]{1,80}` and
//! not dots alone. How a file is sealed stands in chunks.rs. A small blob is written whole by
//! [`Blobs::put`]; a growing one by a [`Writer`]; both are read in ranges by a [`Reader`].
//! That only one writer works on a blob is the caller's to see to.

use super::chunks::{FRAME, Frames, Shape};
use super::dir::{Dir, whole};
use super::errors::StoreError;
use super::keyring::Slot;
use super::reader::Reader;
use super::seal::OVERHEAD;
use super::writer::{Progress, Writer};
use crate::ids::SlotId;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

/// All blob directories of a store.
pub struct Blobs {
    root: Dir,
    progress: Progress,
}

impl Blobs {
    pub fn open(root: Dir) -> Self {
        Self { root, progress: Progress::default() }
    }

    /// Free and total bytes where blobs lie.
    pub fn space(&self) -> io::Result<(u64, u64)> {
        self.root.space()
    }

    /// Makes a directory, durably; that it exists is success.
    pub fn make_dir(&self, id: SlotId) -> Result<(), StoreError> {
        self.root.make_sub(&shard(id))?.make_sub(&id.to_string())?;
        Ok(())
    }

    /// Removes a directory and all in it, durably; that there is none is success.
    pub fn remove_dir(&self, id: SlotId) -> Result<(), StoreError> {
        self.progress.forget(id);
        let Some(shard) = self.root.sub(&shard(id))? else { return Ok(()) };
        if let Some(dir) = shard.sub(&id.to_string())? {
            for name in dir.names()? {
                dir.unlink(&name)?;
            }
            shard.remove_sub(&id.to_string())?;
        }
        Ok(shard.sync()?)
    }

    /// All directories and when each was last changed.
    pub fn dirs(&self) -> Result<Vec<(SlotId, SystemTime)>, StoreError> {
        let mut found = Vec::new();
        for number in 0..=u8::MAX {
            let Some(shard) = self.root.sub(&format!("{number:02x}"))? else { continue };
            for name in shard.names()? {
                let Ok(id) = name.parse::<SlotId>() else { continue };
                if let Some(dir) = shard.sub(&name)? {
                    found.push((id, dir.modified()?));
                }
            }
        }
        Ok(found)
    }

    /// Writes a whole blob, durably. A leftover of that name is unlinked first.
    pub fn put(&self, slot: Arc<Slot>, id: SlotId, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let dir = self.existing(id, name)?;
        self.progress.forget_one(id, name);
        dir.unlink(name)?;
        let file = dir.create(name)?;
        let made = Writer::over(file, Frames::new(slot, id, name), bytes.len() as u64, None)
            .and_then(|mut writer| writer.append(bytes).and_then(|()| writer.sync()));
        if let Err(error) = made {
            dir.unlink(name)?;
            return Err(error);
        }
        Ok(dir.sync()?)
    }

    /// Reads a whole blob; `None` when there is none.
    pub fn get(&self, slot: Arc<Slot>, id: SlotId, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        check(name)?;
        let Some(file) = self.dir(id)?.map_or(Ok(None), |dir| dir.file(name))? else { return Ok(None) };
        let mut sealed = whole(&file)?;
        let mut frames = Frames::new(slot, id, name);
        let count = sealed.len().div_ceil(FRAME);
        let mut bytes = Vec::with_capacity(sealed.len().saturating_sub(count * OVERHEAD));
        for (index, frame) in sealed.chunks_mut(FRAME).enumerate() {
            let content = frames
                .open(index as u64, index + 1 == count, frame)
                .map_err(|_| StoreError::damaged(format!("blob {name}")))?;
            bytes.extend_from_slice(content);
        }
        if count == 0 {
            return Err(StoreError::damaged(format!("blob {name}")));
        }
        frames.slot().check()?;
        Ok(Some(bytes))
    }

    /// Unlinks a blob, durably; that there is none is success.
    pub fn remove(&self, id: SlotId, name: &str) -> Result<(), StoreError> {
        check(name)?;
        self.progress.forget_one(id, name);
        let Some(dir) = self.dir(id)? else { return Ok(()) };
        dir.unlink(name)?;
        Ok(dir.sync()?)
    }

    /// The names in a directory; none when there is no directory.
    pub fn names(&self, id: SlotId) -> Result<Vec<String>, StoreError> {
        Ok(self.dir(id)?.map_or_else(|| Ok(Vec::new()), |dir| dir.names())?)
    }

    /// Goes on with a growing blob, or begins it, its name durable.
    pub fn writer(&self, slot: Arc<Slot>, id: SlotId, name: &str, total: u64) -> Result<Writer, StoreError> {
        let dir = self.existing(id, name)?;
        let file = match dir.file(name)? {
            Some(file) => file,
            None => {
                self.progress.forget_one(id, name);
                let file = dir.create(name)?;
                dir.sync()?;
                file
            }
        };
        let known = self.progress.of(id, name);
        Writer::over(file, Frames::new(slot, id, name), total, Some(known))
    }

    /// Bytes of content that whole chunks in the file hold, by its length alone: for display, while a
    /// writer may be at work.
    pub fn offset(&self, id: SlotId, name: &str, total: u64) -> Result<u64, StoreError> {
        check(name)?;
        let Some(file) = self.dir(id)?.map_or(Ok(None), |dir| dir.file(name))? else { return Ok(0) };
        let shape = Shape { total };
        Ok(shape.content_bytes(shape.whole_frames(file.metadata()?.len())))
    }

    /// Opens a complete blob for reading.
    pub fn reader(&self, slot: Arc<Slot>, id: SlotId, name: &str, total: u64) -> Result<Reader, StoreError> {
        check(name)?;
        match self.dir(id)?.map_or(Ok(None), |dir| dir.file(name))? {
            Some(file) => Reader::over(file, Frames::new(slot, id, name), name, total),
            None => {
                slot.check()?;
                Err(StoreError::damaged(format!("blob {name}")))
            }
        }
    }

    /// The file of a blob as it lies, sealed; `None` when there is none.
    pub fn raw(&self, id: SlotId, name: &str) -> Result<Option<File>, StoreError> {
        check(name)?;
        Ok(self.dir(id)?.map_or(Ok(None), |dir| dir.file(name))?)
    }

    /// A new file for a blob that is sealed already, in a directory that is made if missing. The caller
    /// makes it durable.
    pub fn raw_new(&self, id: SlotId, name: &str) -> Result<File, StoreError> {
        check(name)?;
        Ok(self.root.make_sub(&shard(id))?.make_sub(&id.to_string())?.create(name)?)
    }

    fn dir(&self, id: SlotId) -> io::Result<Option<Dir>> {
        self.root.sub(&shard(id))?.map_or(Ok(None), |shard| shard.sub(&id.to_string()))
    }

    fn existing(&self, id: SlotId, name: &str) -> Result<Dir, StoreError> {
        check(name)?;
        self.dir(id)?.ok_or_else(|| StoreError::Io(io::ErrorKind::NotFound.into()))
    }
}

fn shard(id: SlotId) -> String {
    format!("{:02x}", id.0[0])
}

fn check(name: &str) -> Result<(), StoreError> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if plain && (1..=80).contains(&name.len()) && name != "." && name != ".." {
        return Ok(());
    }
    Err(StoreError::Io(io::Error::new(io::ErrorKind::InvalidInput, "not a name of a blob")))
}
