//! Reads ranges of a complete blob: whole chunks are opened, what was not asked for is trimmed.
//!
//! Guarantees: only authenticated bytes come out, at the place they were written; once the slot is
//! destroyed every read answers [`StoreError::NoSlot`], also on readers opened before.

use super::chunks::{CHUNK, FRAME, Frames, Shape};
use super::errors::StoreError;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

/// A complete blob, open for reading.
pub struct Reader {
    file: File,
    frames: Frames,
    shape: Shape,
    name: String,
    buffer: Vec<u8>,
}

impl Reader {
    pub(super) fn over(file: File, frames: Frames, name: &str, total: u64) -> Result<Self, StoreError> {
        let shape = Shape { total };
        if file.metadata()?.len() != shape.file_bytes(shape.frames()) {
            frames.slot().check()?;
            return Err(StoreError::damaged(format!("blob {name}")));
        }
        Ok(Self { file, frames, shape, name: name.to_owned(), buffer: Vec::new() })
    }

    /// Bytes of content in all.
    pub fn total(&self) -> u64 {
        self.shape.total
    }

    /// Up to `most` bytes of content from offset `at`, fewer only at the end. Best in multiples of
    /// 64 KiB; memory used is about `most` twice.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a chunk does not authenticate, [`StoreError::NoSlot`].
    pub fn read(&mut self, at: u64, most: usize) -> Result<Vec<u8>, StoreError> {
        self.frames.slot().check()?;
        let end = at.saturating_add(most as u64).min(self.shape.total);
        if at >= end {
            return Ok(Vec::new());
        }
        let (first, past) = (at / CHUNK as u64, end.div_ceil(CHUNK as u64));
        let begin = self.shape.file_bytes(first);
        let length = (self.shape.file_bytes(past) - begin) as usize;
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        self.file.read_exact_at(&mut self.buffer[..length], begin).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => StoreError::damaged(format!("blob {}", self.name)),
            _ => error.into(),
        })?;
        let mut bytes = Vec::with_capacity((end - at) as usize);
        for (index, frame) in (first..past).zip(self.buffer[..length].chunks_mut(FRAME)) {
            let start = index * CHUNK as u64;
            let content = self
                .frames
                .open(index, self.shape.is_last(index), frame)
                .map_err(|_| StoreError::damaged(format!("blob {}", self.name)))?;
            let from = at.saturating_sub(start) as usize;
            let to = (end - start).min(content.len() as u64) as usize;
            bytes.extend_from_slice(&content[from..to]);
        }
        self.frames.slot().check()?;
        Ok(bytes)
    }
}
