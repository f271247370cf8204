//! Writes a growing blob: whole chunks are sealed and written, a shorter rest waits in memory.
//!
//! Guarantees: [`Writer::offset`] counts only whole authenticated chunks; what [`Writer::sync`]
//! returned survives a power cut. When a blob is gone on with for the first time in this process, the
//! end of its file is authenticated backwards over everything that could still have been in flight
//! ([`UNSYNCED_MOST`] chunks and a batch), and cut off from the first chunk that does not authenticate.
//! Limit: one writer a blob at a time. After an error the writer is over; a new one goes on.

use super::chunks::{FRAME, Frames, Shape};
use super::errors::StoreError;
use super::seal::{NONCE, OVERHEAD};
use crate::ids::SlotId;
use rustix::fs::{fdatasync, ftruncate};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Chunks sealed together and written by one call: 1 MiB.
const BATCH: u64 = 16;
/// Chunks after which a writer syncs by itself: 32 MiB.
const UNSYNCED_MOST: u64 = 512;

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
    rest: Vec<u8>,
    buffer: Vec<u8>,
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
        Ok(Self { file, frames, shape, held, note, rest: Vec::new(), buffer: Vec::new(), over: false })
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

    /// Takes the bytes that follow: seals whole chunks, and the last one when the total is reached.
    /// A remainder shorter than a chunk waits in memory for more.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond the total, [`StoreError::NoSlot`] when the slot was destroyed,
    /// [`StoreError::Full`]; then the file ends with the last whole chunk, and the writer is over.
    pub fn append(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        self.frames.slot().check()?;
        if self.over {
            return Err(StoreError::Io(io::Error::other("this writer failed before")));
        }
        if bytes.len() as u64 > self.shape.total - self.offset() - self.rest.len() as u64 {
            return Err(StoreError::TooLarge);
        }
        loop {
            let (used, frames) = self.seal_batch(&mut bytes);
            if frames == 0 {
                self.rest.extend_from_slice(bytes);
                return Ok(());
            }
            let begin = self.shape.file_bytes(self.held.written);
            if let Err(error) = self.file.write_all_at(&self.buffer[..used], begin) {
                self.over = true;
                ftruncate(&self.file, begin)?;
                return Err(error.into());
            }
            self.held.written += frames;
            self.noted();
            if self.held.written - self.held.synced >= UNSYNCED_MOST {
                self.sync()?;
            }
        }
    }

    /// Makes all whole chunks durable and returns the offset that may now be advertised.
    ///
    /// # Errors
    /// Of the disk; then nothing new may be advertised, and the writer is over.
    pub fn sync(&mut self) -> Result<u64, StoreError> {
        if self.shape.total == 0 && self.held.written == 0 {
            self.append(&[])?;
        }
        if self.held.synced < self.held.written {
            if let Err(error) = fdatasync(&self.file) {
                // Which pages are lost is unknown: the next writer authenticates again.
                self.over = true;
                if let Some(note) = self.note.take() {
                    note.progress.forget_one(note.dir, &note.name);
                }
                return Err(error.into());
            }
            self.held.synced = self.held.written;
            self.noted();
        }
        Ok(self.offset())
    }

    /// Seals up to [`BATCH`] chunks of the rest and `bytes` into the buffer: its bytes, and how many.
    fn seal_batch(&mut self, bytes: &mut &[u8]) -> (usize, u64) {
        if self.buffer.is_empty() {
            self.buffer.resize(self.shape.file_bytes(self.shape.frames().min(BATCH)) as usize, 0);
        }
        let (mut used, mut index) = (0, self.held.written);
        let end = self.shape.frames().min(index + BATCH);
        while index < end {
            let content = self.shape.content(index);
            if self.rest.len() + bytes.len() < content {
                break;
            }
            let length = content + OVERHEAD;
            let frame = &mut self.buffer[used..used + length];
            let waited = self.rest.len();
            let (now, later) = bytes.split_at(content - waited);
            frame[NONCE..NONCE + waited].copy_from_slice(&self.rest);
            frame[NONCE + waited..NONCE + content].copy_from_slice(now);
            self.rest.clear();
            *bytes = later;
            self.frames.seal(index, self.shape.is_last(index), frame);
            used += length;
            index += 1;
        }
        (used, index - self.held.written)
    }

    fn noted(&self) {
        if let Some(note) = &self.note {
            note.set(self.held);
        }
    }
}

/// Whole chunks at the beginning of `file` that can be gone on from.
fn authentic(file: &File, frames: &mut Frames, shape: Shape, length: u64) -> Result<u64, StoreError> {
    let whole = shape.whole_frames(length);
    let floor = whole.saturating_sub(UNSYNCED_MOST + BATCH);
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
