//! Content on its way into a blob, laid out as it will lie in the file, with room for nonces and tags:
//! bytes are copied once, and sealed and written from where they are.
//!
//! A batch begins at a frame and holds up to [`BATCH`] whole ones and a beginning of the next.

use super::chunks::{CHUNK, FRAME, Frames, Shape};
use super::seal::{NONCE, OVERHEAD, TAG};

/// Most frames sealed together and written by one call: 256 KiB, which a core's own cache holds.
const BATCH: u64 = 4;

/// What a writer takes. Its memory grows with what is in it.
pub struct Batch {
    shape: Shape,
    /// Number of the frame it begins with.
    first: u64,
    frames: Vec<u8>,
    /// Content in it.
    held: usize,
}

impl Batch {
    pub(super) fn at(shape: Shape, first: u64) -> Self {
        Self { shape, first, frames: Vec::new(), held: 0 }
    }

    /// Number of the frame it begins with.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Takes the beginning of `bytes`, up to where it is full; what is left is for the next one.
    pub fn push(&mut self, bytes: &mut &[u8]) {
        let end = self.shape.content_bytes(self.first + BATCH);
        while let left @ 1.. = self.room(end).min(bytes.len()) {
            let begun = self.held % CHUNK;
            if begun == 0 {
                // Who has filled one frame fills more: one allocation for all of them.
                let frames = if self.held == 0 { 1 } else { BATCH as usize };
                self.frames.reserve_exact((frames * FRAME).saturating_sub(self.frames.len()));
                self.frames.extend_from_slice(&[0; NONCE]);
            }
            let (now, later) = bytes.split_at(left.min(CHUNK - begun));
            self.frames.extend_from_slice(now);
            self.held += now.len();
            *bytes = later;
            if self.held.is_multiple_of(CHUNK) || self.ends() {
                self.frames.extend_from_slice(&[0; TAG]);
            }
        }
    }

    fn room(&self, end: u64) -> usize {
        let at = self.shape.content_bytes(self.first) + self.held as u64;
        usize::try_from(end - at).expect("a batch is small")
    }

    /// Whether the blob's last byte is in it.
    fn ends(&self) -> bool {
        self.shape.content_bytes(self.first) + self.held as u64 == self.shape.total
    }

    /// Bytes of content in it.
    pub fn len(&self) -> usize {
        self.held
    }

    pub fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Whether it takes no more.
    pub fn is_full(&self) -> bool {
        self.room(self.shape.content_bytes(self.first + BATCH)) == 0
    }

    /// Content of the first frame, as far as it came.
    pub fn start(&self) -> &[u8] {
        self.frames.get(NONCE..NONCE + self.held.min(CHUNK)).unwrap_or_default()
    }

    /// Whole frames in it; the last one of the blob may be short.
    pub(super) fn whole(&self) -> u64 {
        match self.held {
            0 => u64::from(self.shape.total == 0 && self.first == 0),
            held if self.ends() => held.div_ceil(CHUNK) as u64,
            held => (held / CHUNK) as u64,
        }
    }

    /// What comes after the whole frames, in `used`, whose memory is taken over.
    #[must_use]
    pub fn rest(&mut self, used: Option<Batch>) -> Batch {
        let whole = self.whole();
        let mut rest = Batch {
            frames: used.map_or_else(Vec::new, |used| used.frames),
            ..Batch::at(self.shape, self.first + whole)
        };
        rest.frames.clear();
        let after = (whole * FRAME as u64).min(self.frames.len() as u64) as usize;
        rest.frames.extend_from_slice(&self.frames[after..]);
        rest.held = rest.frames.len().saturating_sub(NONCE);
        self.frames.truncate(after);
        self.held -= rest.held;
        rest
    }

    /// Seals the whole frames where they lie: the bytes to write.
    pub(super) fn sealed(&mut self, frames: &mut Frames) -> &[u8] {
        if self.shape.total == 0 {
            self.frames.resize(OVERHEAD, 0);
        }
        let whole = self.whole();
        let used = (self.shape.file_bytes(self.first + whole) - self.shape.file_bytes(self.first)) as usize;
        for (index, frame) in (self.first..).zip(self.frames[..used].chunks_mut(FRAME)) {
            frames.seal(index, self.shape.is_last(index), frame);
        }
        &self.frames[..used]
    }
}
