//! Reads ranges of a complete blob: whole chunks are opened, what was not asked for is trimmed.
//!
//! Guarantees: only authenticated bytes come out, at the place they were written; once the slot is
//! destroyed every read answers [`StoreError::NoSlot`], also on readers opened before.

use super::chunks::{CHUNK, FRAME, Frames, Shape};
use super::errors::StoreError;
use bytes::Bytes;
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, pread};
use std::fs::File;
use std::sync::Arc;

/// A complete blob, open for reading; cheap to clone, so that two read at once.
#[derive(Clone)]
pub struct Reader {
    file: Arc<File>,
    frames: Frames,
    shape: Shape,
    name: String,
}

impl Reader {
    pub(super) fn over(file: File, frames: Frames, name: &str, total: u64) -> Result<Self, StoreError> {
        let shape = Shape { total };
        if file.metadata()?.len() != shape.file_bytes(shape.frames()) {
            frames.slot().check()?;
            return Err(StoreError::damaged(format!("blob {name}")));
        }
        Ok(Self { file: Arc::new(file), frames, shape, name: name.to_owned() })
    }

    /// Bytes of content in all.
    pub fn total(&self) -> u64 {
        self.shape.total
    }

    /// Up to `most` bytes of content from offset `at`, fewer only at the end. Best in multiples of 64 KiB.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a chunk does not authenticate, [`StoreError::NoSlot`].
    pub fn read(&mut self, at: u64, most: usize) -> Result<Bytes, StoreError> {
        self.frames.slot().check()?;
        let end = at.saturating_add(most as u64).min(self.shape.total);
        if at >= end {
            return Ok(Bytes::new());
        }
        let (first, past) = (at / CHUNK as u64, end.div_ceil(CHUNK as u64));
        let begin = self.shape.file_bytes(first);
        let held = self.raw(begin, (self.shape.file_bytes(past) - begin) as usize)?;
        let start = self.shape.content_bytes(first);
        let mut content = vec![0; (self.shape.content_bytes(past) - start) as usize];
        let frames = held.chunks(FRAME).zip(content.chunks_mut(CHUNK));
        for (index, (frame, into)) in (first..past).zip(frames) {
            let opened = self.frames.open_into(index, self.shape.is_last(index), frame, into);
            opened.map_err(|_| self.damaged())?;
        }
        self.frames.slot().check()?;
        Ok(Bytes::from(content).slice((at - start) as usize..(end - start) as usize))
    }

    /// Bytes of the file as they lie.
    fn raw(&self, begin: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut held = Vec::with_capacity(length);
        while held.len() < length {
            let at = begin + held.len() as u64;
            match pread(&self.file, spare_capacity(&mut held), at) {
                Ok(0) => return Err(self.damaged()),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        held.truncate(length);
        Ok(held)
    }

    fn damaged(&self) -> StoreError {
        StoreError::damaged(format!("blob {}", self.name))
    }
}
