//! The payload of an age file, sealed and opened chunk by chunk at any place: the twin of
//! `web/src/sealed/stream.ts`.
//!
//! age's own writer only goes forward; a file that is sealed in flight must go back after a fault, and one
//! that is fetched goes on where it was: [`super::opening`]. Who seals holds the promise that one number
//! never seals two plaintexts: [`super::sealing`].

use crate::sealed::ranges::{SEALED_CHUNK, TAG};
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The authentication tag of a chunk.
pub type Tag = [u8; TAG as usize];

/// The key of one payload; the cipher zeroes it on drop.
pub struct PayloadKey(ChaCha20Poly1305);

impl PayloadKey {
    /// HKDF-SHA256 of a file key, salted with the 16 bytes in front of the payload.
    #[must_use]
    pub fn derive(file_key: &[u8; 16], nonce: &[u8; 16]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(nonce), file_key)
            .expand(b"payload", &mut *key)
            .expect("HKDF gives 32 bytes");
        Self(ChaCha20Poly1305::new((&*key).into()))
    }

    /// Seals chunk `index` where it lies; its tag is returned, not appended.
    pub fn seal(&self, index: u64, last: bool, chunk: &mut [u8]) -> Tag {
        let tag = self.0.encrypt_inout_detached(&nonce(index, last), b"", chunk.into());
        tag.expect("a chunk is far below the cipher's limit").into()
    }

    /// Opens chunk `index` where it lies. False when it is not what was sealed there; what lies there then
    /// is nobody's plaintext.
    #[must_use]
    pub fn open(&self, index: u64, last: bool, chunk: &mut [u8], tag: &Tag) -> bool {
        self.0.decrypt_inout_detached(&nonce(index, last), b"", chunk.into(), tag.into()).is_ok()
    }
}

/// Eleven bytes that count and one that says whether the chunk is the last.
fn nonce(index: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce.into()
}

/// Where chunk `index` begins in an age file whose payload begins at `start`.
#[must_use]
pub fn chunk_start(start: u64, index: u64) -> u64 {
    start + index * SEALED_CHUNK
}
