//! XChaCha20-Poly1305 in place, and HKDF-SHA256: everything at rest goes through here.
//!
//! A frame is `nonce (24, random) ‖ ciphertext ‖ tag (16)`; it is [`OVERHEAD`] longer than what it
//! holds. Sealing and opening happen inside the frame's own memory.

use chacha20poly1305::aead::AeadInPlace as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use rand::RngCore as _;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Length of the nonce in front.
pub const NONCE: usize = 24;
/// Length of the tag behind.
pub const TAG: usize = 16;
/// What a frame is longer than its content.
pub const OVERHEAD: usize = NONCE + TAG;

/// A 32-byte key, zeroed on drop.
pub type Key = Zeroizing<[u8; 32]>;

/// The frame was not sealed under this key and AAD, or was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unauthentic;

/// HKDF-SHA256 with an empty salt; `info` is the joined parts; 32 bytes out.
pub fn derive(secret: &[u8], info: &[&[u8]]) -> Key {
    let mut key = Key::default();
    Hkdf::<Sha256>::new(None, secret)
        .expand_multi_info(info, key.as_mut_slice())
        .expect("32 bytes are a legal length of HKDF-SHA256");
    key
}

/// Seals and opens frames under one key, which is zeroed on drop.
#[derive(Clone)]
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub fn new(key: &Key) -> Self {
        Self(XChaCha20Poly1305::new(key.as_slice().into()))
    }

    /// Seals what lies between nonce and tag of `frame`, under a fresh random nonce.
    pub fn seal(&self, aad: &[u8], frame: &mut [u8]) {
        let (nonce, rest) = frame.split_at_mut(NONCE);
        let (content, tag) = rest.split_at_mut(rest.len() - TAG);
        rand::rng().fill_bytes(nonce);
        let made = self
            .0
            .encrypt_in_place_detached(XNonce::from_slice(nonce), aad, content)
            .expect("a frame is far below the limit of the cipher");
        tag.copy_from_slice(&made);
    }

    /// A new frame around `content`.
    pub fn sealed(&self, aad: &[u8], content: &[u8]) -> Vec<u8> {
        let mut frame = vec![0; content.len() + OVERHEAD];
        frame[NONCE..NONCE + content.len()].copy_from_slice(content);
        self.seal(aad, &mut frame);
        frame
    }

    /// Opens `frame` where it lies and shows its content.
    pub fn open<'f>(&self, aad: &[u8], frame: &'f mut [u8]) -> Result<&'f mut [u8], Unauthentic> {
        if frame.len() < OVERHEAD {
            return Err(Unauthentic);
        }
        let (nonce, rest) = frame.split_at_mut(NONCE);
        let (content, tag) = rest.split_at_mut(rest.len() - TAG);
        self.0
            .decrypt_in_place_detached(XNonce::from_slice(nonce), aad, content, (&*tag).into())
            .map_err(|_| Unauthentic)?;
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_opens_only_under_its_key_and_aad_and_unaltered() {
        let cipher = Cipher::new(&derive(b"root", &[b"a"]));
        let frame = cipher.sealed(b"aad", b"content");
        assert_eq!(frame.len(), 7 + OVERHEAD);
        assert_eq!(cipher.open(b"aad", &mut frame.clone()).unwrap(), b"content");
        assert_eq!(cipher.open(b"aae", &mut frame.clone()), Err(Unauthentic));
        let other = Cipher::new(&derive(b"root", &[b"b"]));
        assert_eq!(other.open(b"aad", &mut frame.clone()), Err(Unauthentic));
        for at in 0..frame.len() {
            let mut altered = frame.clone();
            altered[at] ^= 1;
            assert_eq!(cipher.open(b"aad", &mut altered), Err(Unauthentic), "byte {at}");
            assert_eq!(cipher.open(b"aad", &mut frame[..at].to_vec()), Err(Unauthentic), "cut at {at}");
        }
    }

    #[test]
    fn two_frames_of_the_same_content_differ() {
        let cipher = Cipher::new(&derive(b"root", &[b"a"]));
        assert_ne!(cipher.sealed(b"", b"content"), cipher.sealed(b"", b"content"));
    }

    #[test]
    fn derivation_joins_the_parts_of_info() {
        assert_eq!(derive(b"k", &[b"ab", b"c"]), derive(b"k", &[b"abc"]));
        assert_ne!(derive(b"k", &[b"abc"]), derive(b"k", &[b"abd"]));
    }
}
