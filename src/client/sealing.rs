//! A plaintext on its way into an age file: sealed from anywhere, as often as needed, as one plaintext.
//!
//! Nothing that leaves here is ever two plaintexts under one key and nonce: the first time a chunk is
//! sealed its tag goes into a journal in memory, and whenever it is sealed again, because the network lost
//! it, the tag must be the same before a byte of it is handed out. A source that reads differently the
//! second time is [`SealError::Changed`], and the key is of no use any more.

use super::age;
use super::stream::{Tag, chunk_start};
use crate::sealed::hash::Hash;
use crate::sealed::identity::Recipient;
use crate::sealed::ranges::{self, CHUNK, SEALED_CHUNK, TAG};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use zeroize::{Zeroize as _, Zeroizing};

/// A source that can not be sealed as it was announced.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the file changed while it was being sent")]
    Changed,
    #[error("it can not be read to its end: {0}")]
    Io(io::Error),
}

/// One file under one key.
pub struct Sealing<R> {
    source: R,
    /// Where the source stands.
    stands: u64,
    start: age::Start,
    /// Tags of the chunks that were sealed, from the first on without a gap.
    journal: Vec<Tag>,
    /// Plaintext bytes P, as stated at the beginning.
    pub size: u64,
    /// F, bytes of the whole age file.
    pub sealed_size: u64,
}

impl<R: Read + Seek> Sealing<R> {
    /// Begins to seal `size` bytes of `source`, which stands at its start, under a fresh file key;
    /// nothing is read yet.
    #[must_use]
    pub fn begin(recipient: &Recipient, source: R, size: u64) -> Self {
        let start = age::begin(recipient);
        let header = start.bytes.len() as u64 - ranges::NONCE;
        let sealed_size = ranges::sealed_len(header, size).expect("a file's size can be sealed");
        Self { source, stands: 0, start, journal: Vec::new(), size, sealed_size }
    }

    /// H of header and nonce.
    #[must_use]
    pub fn head(&self) -> Hash {
        self.start.head
    }

    #[must_use]
    pub fn source(&self) -> &R {
        &self.source
    }

    /// Where a piece ends that begins at `at` and holds about `most` bytes and no chunk in part: who
    /// goes on there never seals a chunk twice.
    #[must_use]
    pub fn even_end(&self, at: u64, most: u64) -> u64 {
        let start = self.start.bytes.len() as u64;
        let chunks = (at + most).saturating_sub(start).div_ceil(SEALED_CHUNK).max(1);
        chunk_start(start, chunks).min(self.sealed_size)
    }

    /// Fills `piece` with the sealed bytes of `range`, which lies within the file.
    ///
    /// # Errors
    /// [`SealError`]; `piece` is then empty.
    pub fn piece(&mut self, range: Range<u64>, piece: &mut Vec<u8>) -> Result<(), SealError> {
        piece.clear();
        let filled = self.fill(range, piece);
        if filled.is_err() {
            piece.zeroize();
        }
        filled
    }

    fn fill(&mut self, range: Range<u64>, piece: &mut Vec<u8>) -> Result<(), SealError> {
        let start = self.start.bytes.len() as u64;
        let end = range.end.min(self.sealed_size);
        if range.start < start {
            piece.extend_from_slice(&self.start.bytes[range.start as usize..end.min(start) as usize]);
        }
        if end <= start {
            return Ok(());
        }
        let first = range.start.saturating_sub(start) / SEALED_CHUNK;
        let beyond = (end - start).div_ceil(SEALED_CHUNK);
        let mut chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK as usize));
        // What was never sealed before `first` is sealed too, so that the journal has no gap.
        for index in first.min(self.journal.len() as u64)..beyond {
            self.chunk(index, &mut chunk)?;
            let at = chunk_start(start, index);
            let from = range.start.saturating_sub(at).min(chunk.len() as u64) as usize;
            let to = (end - at).min(chunk.len() as u64) as usize;
            if index >= first {
                piece.extend_from_slice(&chunk[from..to]);
            }
        }
        Ok(())
    }

    /// Seals one chunk, the journal's next or one that is in it.
    fn chunk(&mut self, index: u64, chunk: &mut Vec<u8>) -> Result<(), SealError> {
        let at = index * CHUNK;
        let len = (self.size - at).min(CHUNK);
        let last = at + len == self.size;
        if self.stands != at {
            self.source.seek(SeekFrom::Start(at)).map_err(SealError::Io)?;
            self.stands = at;
        }
        chunk.resize(len as usize, 0);
        // After a fault the place is unknown.
        self.stands = u64::MAX;
        read(&mut self.source, chunk)?;
        if last && self.source.read(&mut [0]).map_err(SealError::Io)? != 0 {
            return Err(SealError::Changed);
        }
        self.stands = if last { u64::MAX } else { at + len };
        let tag = self.start.key.seal(index, last, chunk);
        match self.journal.get(index as usize) {
            Some(before) if *before != tag => return Err(SealError::Changed),
            Some(_) => {}
            None => self.journal.push(tag),
        }
        chunk.extend_from_slice(&tag);
        debug_assert!(chunk.len() as u64 <= CHUNK + TAG);
        Ok(())
    }
}

fn read(source: &mut impl Read, into: &mut [u8]) -> Result<(), SealError> {
    source.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => SealError::Changed,
        _ => SealError::Io(error),
    })
}

#[cfg(test)]
#[path = "sealing/tests.rs"]
mod tests;
