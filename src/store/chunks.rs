//! How a blob lies in its file: frames of 64 KiB, numbered from 0, the last one shorter and marked.
//!
//! ```text
//! frame i at i · 65576:  nonce (24) ‖ ciphertext (up to 65536) ‖ tag (16)
//! AAD: directory id (16) ‖ name ‖ i (8 bytes, big-endian) ‖ last (1 byte, 0 or 1)
//! ```
//!
//! A blob of no bytes is one empty last frame.

use super::keyring::Slot;
use super::seal::{Cipher, OVERHEAD, Unauthentic};
use crate::ids::SlotId;

/// Content of every frame but the last.
pub const CHUNK: usize = 64 * 1024;
/// Bytes of every frame but the last.
pub const FRAME: usize = CHUNK + OVERHEAD;

/// The lengths of a blob whose content has `total` bytes.
#[derive(Clone, Copy)]
pub struct Shape {
    pub total: u64,
}

impl Shape {
    /// Number of frames, at least one.
    pub fn frames(self) -> u64 {
        self.total.div_ceil(CHUNK as u64).max(1)
    }

    /// Content of frame `index`.
    pub fn content(self, index: u64) -> usize {
        let rest = self.total - index * CHUNK as u64;
        usize::try_from(rest).map_or(CHUNK, |rest| rest.min(CHUNK))
    }

    /// Whether frame `index` is the last.
    pub fn is_last(self, index: u64) -> bool {
        index + 1 == self.frames()
    }

    /// Bytes in the file of the first `frames` frames.
    pub fn file_bytes(self, frames: u64) -> u64 {
        self.content_bytes(frames) + frames * OVERHEAD as u64
    }

    /// Content of the first `frames` frames.
    pub fn content_bytes(self, frames: u64) -> u64 {
        (frames * CHUNK as u64).min(self.total)
    }

    /// Whole frames in a file of `length` bytes.
    pub fn whole_frames(self, length: u64) -> u64 {
        if length >= self.file_bytes(self.frames()) {
            self.frames()
        } else {
            (length / FRAME as u64).min(self.frames() - 1)
        }
    }
}

/// Seals and opens the frames of one blob, as long as its slot lives.
#[derive(Clone)]
pub struct Frames {
    cipher: Cipher,
    slot: std::sync::Arc<Slot>,
    aad: Vec<u8>,
}

impl Frames {
    pub fn new(slot: std::sync::Arc<Slot>, dir: SlotId, name: &str) -> Self {
        let mut aad = dir.0.to_vec();
        aad.extend_from_slice(name.as_bytes());
        aad.extend_from_slice(&[0; 9]);
        Self { cipher: slot.blob_cipher(name), slot, aad }
    }

    /// The slot whose key this is.
    pub fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Seals the content of `frame` as frame `index`.
    pub fn seal(&mut self, index: u64, last: bool, frame: &mut [u8]) {
        self.place(index, last);
        self.cipher.seal(&self.aad, frame);
    }

    /// Opens `frame` where it lies, as frame `index`.
    pub fn open<'f>(
        &mut self,
        index: u64,
        last: bool,
        frame: &'f mut [u8],
    ) -> Result<&'f mut [u8], Unauthentic> {
        self.place(index, last);
        self.cipher.open(&self.aad, frame)
    }

    /// Opens `frame` as frame `index` into `content`.
    pub fn open_into(
        &mut self,
        index: u64,
        last: bool,
        frame: &[u8],
        content: &mut [u8],
    ) -> Result<(), Unauthentic> {
        self.place(index, last);
        self.cipher.open_into(&self.aad, frame, content)
    }

    fn place(&mut self, index: u64, last: bool) {
        let at = self.aad.len() - 9;
        self.aad[at..at + 8].copy_from_slice(&index.to_be_bytes());
        self.aad[at + 8] = u8::from(last);
    }
}
