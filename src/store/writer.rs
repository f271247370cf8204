//! Writes a growing blob: whole chunks are sealed and written, a shorter rest waits in memory.
//!
//! Guarantees: [`Writer::offset`] counts only whole authenticated chunks; what [`Writer::sync`]
//! returned survives a power cut. When a blob is gone on with for the first time in this process, the
//! end of its file is authenticated backwards over everything that could still have been in flight
//! ([`UNSYNCED_MOST`] chunks), and cut off from the first chunk that does not authenticate.
//! While a long blob comes in, what is written is made durable beside it, so that the disk never waits
//! for bytes nor bytes for the disk.
//! Limit: one writer a blob at a time. After an error the writer is over; a new one goes on.

use super::batch::Batch;
use super::chunks::{FRAME, Frames, Shape};
use super::errors::StoreError;
use super::seal::OVERHEAD;
use crate::ids::SlotId;
use rustix::fs::{fdatasync, ftruncate};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Chunks after which a writer begins to sync by itself: 32 MiB.
const SYNCED_AT: u64 = 512;
/// Chunks of a file that may not be durable yet: those being synced and those after them, each up to a
/// batch more than asked for, of which earlier versions had 16.
const UNSYNCED_MOST: u64 = 2 * (SYNCED_AT + 16);

/// Chunks of one blob that are in its file, and those of them that are durable.
#[derive(Clone, Copy, Default)]
struct Held {
    written: u64,
    synced: u64,
}

/// What the writers of this process know of the files they left, so that only a restart makes the
/// next one authenticate again. It is memory only.
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<SlotId, HashMap<String, Held>>>>);

/// Where one writer notes its progress.
pub struct Note {
    progress: Progress,
    dir: SlotId,
    name: String,
}

impl Progress {
    pub fn of(&self, dir: SlotId, name: &str) -> Note {
        Note { progress: self.clone(), dir, name: name.to_owned() }
    }

    pub fn forget(&self, dir: SlotId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&dir);
    }

    pub fn forget_one(&self, dir: SlotId, name: &str) {
        let mut dirs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = dirs.get_mut(&dir) {
            names.remove(name);
        }
    }
}

impl Note {
    fn get(&self) -> Option<Held> {
        let dirs = self.progress.0.lock().unwrap_or_else(PoisonError::into_inner);
        dirs.get(&self.dir)?.get(&self.name).copied()
    }

    fn set(&self, held: Held) {
        let mut dirs = self.progress.0.lock().unwrap_or_else(PoisonError::into_inner);
        dirs.entry(self.dir).or_default().insert(self.name.clone(), held);
    }
}

/// A blob that grows up to its total.
pub struct Writer {
    file: File,
    frames: Frames,
    shape: Shape,
    held: Held,
    note: Option<Note>,
    /// Appended, and no whole chunk yet.
    rest: Batch,
    /// A sync under way, and the chunks that are durable once it is done.
    syncing: Option<(JoinHandle<rustix::io::Result<()>>, u64)>,
    over: bool,
}

impl Writer {
    /// Goes on in `file`. Without a note it is an empty file that no one comes back to.
    pub(super) fn over(
        file: File,
        mut frames: Frames,
        total: u64,
        note: Option<Note>,
    ) -> Result<Self, StoreError> {
        let shape = Shape { total };
        let length = file.metadata()?.len();
        let known = note.as_ref().and_then(Note::get);
        let held = match known {
            Some(held) => held,
            None => {
                let whole = authentic(&file, &mut frames, shape, length)?;
                Held { written: whole, synced: whole }
            }
        };
        if length != shape.file_bytes(held.written) {
            ftruncate(&file, shape.file_bytes(held.written))?;
        }
        if known.is_none() && length > 0 {
            fdatasync(&file)?;
        }
        if let Some(note) = &note {
            note.set(held);
        }
        let rest = Batch::at(shape, held.written);
        Ok(Self { file, frames, shape, held, note, rest, syncing: None, over: false })
    }

    /// Bytes of content held in whole authenticated chunks; durable once [`Writer::sync`] said so.
    pub fn offset(&self) -> u64 {
        self.shape.content_bytes(self.held.written)
    }

    /// Bytes the blob has once it is complete.
    pub fn total(&self) -> u64 {
        self.shape.total
    }

    /// Whether nothing has been appended yet, by this writer or one before.
    pub fn is_untouched(&self) -> bool {
        self.held.written == 0 && self.rest.is_empty()
    }

    /// An empty batch for the bytes that follow, past what was appended.
    pub fn batch(&self) -> Batch {
        Batch::at(self.shape, self.held.written)
    }

    /// Takes the bytes that follow: seals whole chunks, and the last one when the total is reached.
    /// A remainder shorter than a chunk waits in memory for more.
    ///
    /// # Errors
    /// As [`Writer::write`]; [`StoreError::TooLarge`] beyond the total, before any byte is taken.
    pub fn append(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        self.may_go_on()?;
        if bytes.len() as u64 > self.shape.total - self.offset() - self.rest.len() as u64 {
            return Err(StoreError::TooLarge);
        }
        loop {
            self.rest.push(&mut bytes);
            let next = self.batch();
            let mut batch = std::mem::replace(&mut self.rest, next);
            let rest = batch.rest(None);
            self.write(&mut batch)?;
            self.rest = rest;
            if bytes.is_empty() {
                return Ok(());
            }
        }
    }

    /// Seals and writes the whole chunks of a batch that begins where the writer is. What comes after
    /// them in the batch is the caller's, see [`Batch::rest`].
    ///
    /// # Errors
    /// [`StoreError::NoSlot`] when the slot was destroyed, [`StoreError::Full`]; then the file ends
    /// with the last whole chunk, and the writer is over.
    pub fn write(&mut self, batch: &mut Batch) -> Result<(), StoreError> {
        self.may_go_on()?;
        if batch.first() != self.held.written {
            return Err(StoreError::Io(io::Error::other("this batch belongs elsewhere")));
        }
        let whole = batch.whole();
        if whole == 0 {
            return Ok(());
        }
        let begin = self.shape.file_bytes(self.held.written);
        if let Err(error) = self.file.write_all_at(batch.sealed(&mut self.frames), begin) {
            self.over = true;
            ftruncate(&self.file, begin)?;
            return Err(error.into());
        }
        self.held.written += whole;
        self.noted();
        self.sync_beside()
    }

    fn may_go_on(&self) -> Result<(), StoreError> {
        self.frames.slot().check()?;
        if self.over {
            return Err(StoreError::Io(io::Error::other("this writer failed before")));
        }
        Ok(())
    }

    /// Has what was written made durable by another thread, when it is much.
    fn sync_beside(&mut self) -> Result<(), StoreError> {
        let under_way = self.syncing.as_ref().map_or(self.held.synced, |(_, written)| *written);
        if self.held.written - under_way < SYNCED_AT {
            return Ok(());
        }
        self.synced()?;
        let file = self.file.try_clone()?;
        let begun = std::thread::Builder::new().name("sync".into()).spawn(move || fdatasync(&file));
        self.syncing = Some((begun?, self.held.written));
        Ok(())
    }

    /// Waits for the sync under way.
    fn synced(&mut self) -> Result<(), StoreError> {
        let Some((work, written)) = self.syncing.take() else { return Ok(()) };
        let done = work.join().unwrap_or(Err(rustix::io::Errno::IO));
        self.settle(done, written)
    }

    fn settle(&mut self, done: rustix::io::Result<()>, written: u64) -> Result<(), StoreError> {
        if let Err(error) = done {
            // Which pages are lost is unknown: the next writer authenticates again.
            self.over = true;
            if let Some(note) = self.note.take() {
                note.progress.forget_one(note.dir, &note.name);
            }
            return Err(error.into());
        }
        self.held.synced = written;
        self.noted();
        Ok(())
    }

    /// Makes all whole chunks durable and returns the offset that may now be advertised.
    ///
    /// # Errors
    /// Of the disk; then nothing new may be advertised, and the writer is over.
    pub fn sync(&mut self) -> Result<u64, StoreError> {
        self.synced()?;
        if self.shape.total == 0 && self.held.written == 0 {
            self.append(&[])?;
        }
        if self.held.synced < self.held.written {
            let done = fdatasync(&self.file);
            self.settle(done, self.held.written)?;
        }
        Ok(self.offset())
    }

    fn noted(&self) {
        if let Some(note) = &self.note {
            note.set(self.held);
        }
    }
}

impl Drop for Writer {
    /// The kernel tells of a failed sync once: nobody else would hear of it.
    fn drop(&mut self) {
        if let Err(error) = self.synced() {
            tracing::error!(%error, "a blob could not be made durable");
        }
    }
}

/// Whole chunks at the beginning of `file` that can be gone on from.
fn authentic(file: &File, frames: &mut Frames, shape: Shape, length: u64) -> Result<u64, StoreError> {
    let whole = shape.whole_frames(length);
    let floor = whole.saturating_sub(UNSYNCED_MOST);
    let mut good = whole;
    let mut frame = vec![0; FRAME];
    for index in (floor..whole).rev() {
        let frame = &mut frame[..shape.content(index) + OVERHEAD];
        file.read_exact_at(frame, shape.file_bytes(index))?;
        if frames.open(index, shape.is_last(index), frame).is_err() {
            good = index;
        }
    }
    Ok(good)
}
