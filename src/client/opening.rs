//! Opens the payload of an age file as it comes, in pieces of any size, and goes on at any whole chunk: the
//! counterpart of [`super::sealing`].
//!
//! Plaintext leaves only when its chunk has authenticated, at its place and under the key that the manifest
//! pins. With each chunk goes its tag: plaintext and tags that lie somewhere are proven by sealing them once
//! more, so nothing found on a disk is believed.

use super::stream::{PayloadKey, Tag};
use crate::sealed::ranges::{CHUNK, SEALED_CHUNK, TAG, chunks, payload_len};

/// A chunk that is not what was sealed.
#[derive(Debug, PartialEq, Eq)]
pub struct Altered;

/// A payload of a known size on its way.
pub struct Opening {
    key: PayloadKey,
    size: u64,
    /// The next chunk, and how many there are.
    next: u64,
    chunks: u64,
    /// Of the next chunk.
    held: Vec<u8>,
}

/// One chunk's plaintext.
pub struct Plain<'a> {
    pub index: u64,
    pub bytes: &'a [u8],
    pub tag: &'a Tag,
}

impl Opening {
    /// A payload whose plaintext has `size` bytes, which the manifest says; `None` when no file can.
    #[must_use]
    pub fn new(key: PayloadKey, size: u64) -> Option<Self> {
        let chunks = chunks(payload_len(size)?)?;
        Some(Self { key, size, next: 0, chunks, held: Vec::with_capacity(SEALED_CHUNK as usize) })
    }

    /// Chunks in all.
    #[must_use]
    pub fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Plaintext bytes that were opened, or proven.
    #[must_use]
    pub fn opened(&self) -> u64 {
        (self.next * CHUNK).min(self.size)
    }

    /// Whether the last chunk was opened.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next == self.chunks
    }

    /// Where the next bytes lie in the payload; of a chunk that came in part all are asked for again.
    #[must_use]
    pub fn goes_on_at(&mut self) -> u64 {
        self.held.clear();
        self.next * SEALED_CHUNK
    }

    /// Plaintext length of the next chunk.
    fn length(&self) -> usize {
        (self.size - self.next * CHUNK).min(CHUNK) as usize
    }

    fn is_last(&self) -> bool {
        self.next + 1 == self.chunks
    }

    /// Takes plaintext of the next chunk and its tag as they were found. Whether they are what was sealed;
    /// then the one after is next.
    pub fn proves(&mut self, found: &mut [u8], tag: &Tag) -> bool {
        let sound = !self.is_done()
            && found.len() == self.length()
            && self.key.seal(self.next, self.is_last(), found) == *tag;
        self.next += u64::from(sound);
        sound
    }

    /// Takes the next bytes and gives every chunk that they complete to `into`.
    ///
    /// # Errors
    /// [`Altered`], also when more comes than there is, as `into`'s error; or what `into` says.
    pub fn takes<E: From<Altered>>(
        &mut self,
        mut bytes: &[u8],
        mut into: impl FnMut(Plain<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while !bytes.is_empty() {
            if self.is_done() {
                return Err(Altered.into());
            }
            let length = self.length();
            let (more, rest) = bytes.split_at(bytes.len().min(length + TAG as usize - self.held.len()));
            self.held.extend_from_slice(more);
            bytes = rest;
            let Some((plain, tag)) = self.held.split_at_mut_checked(length) else { continue };
            let Ok(tag) = <&Tag>::try_from(&*tag) else { continue };
            if !self.key.open(self.next, self.next + 1 == self.chunks, plain, tag) {
                self.held.clear();
                return Err(Altered.into());
            }
            into(Plain { index: self.next, bytes: plain, tag })?;
            self.next += 1;
            self.held.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "opening/tests.rs"]
mod tests;
