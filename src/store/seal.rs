//! XChaCha20-Poly1305 in place, and HKDF-SHA256: everything at rest goes through here.
//!
//! A frame is `nonce (24, random) ‖ ciphertext ‖ tag (16)`; it is [`OVERHEAD`] longer than what it
//! holds. Sealing and opening happen inside the frame's own memory.

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
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
        Self(XChaCha20Poly1305::new((&**key).into()))
    }

    /// Seals what lies between nonce and tag of `frame`, under a fresh random nonce.
    pub fn seal(&self, aad: &[u8], frame: &mut [u8]) {
        rand::rng().fill_bytes(&mut frame[..NONCE]);
        self.seal_as_it_is(aad, frame);
    }

    /// Under the nonce that is there.
    fn seal_as_it_is(&self, aad: &[u8], frame: &mut [u8]) {
        let (nonce, content, tag) = parts(frame).expect("a frame has room for nonce and tag");
        let made = self
            .0
            .encrypt_inout_detached((&*nonce).into(), aad, content.into())
            .expect("a frame is far below the limit of the cipher");
        *tag = made.into();
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
        let (nonce, content, tag) = parts(frame).ok_or(Unauthentic)?;
        self.0
            .decrypt_inout_detached((&*nonce).into(), aad, (&mut *content).into(), (&*tag).into())
            .map_err(|_| Unauthentic)?;
        Ok(content)
    }

    /// Opens `frame` into `content`, which is as long as what it holds and stays as it was when it fails.
    pub fn open_into(&self, aad: &[u8], frame: &[u8], content: &mut [u8]) -> Result<(), Unauthentic> {
        let (nonce, rest) = frame.split_first_chunk::<NONCE>().ok_or(Unauthentic)?;
        let (sealed, tag) = rest.split_last_chunk::<TAG>().ok_or(Unauthentic)?;
        let both = InOutBuf::new(sealed, content).map_err(|_| Unauthentic)?;
        self.0.decrypt_inout_detached(nonce.into(), aad, both, tag.into()).map_err(|_| Unauthentic)
    }
}

/// Nonce, content and tag of a frame, unless it is too short to be one.
fn parts(frame: &mut [u8]) -> Option<(&mut [u8; NONCE], &mut [u8], &mut [u8; TAG])> {
    let (nonce, rest) = frame.split_first_chunk_mut()?;
    let (content, tag) = rest.split_last_chunk_mut()?;
    Some((nonce, content, tag))
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
        let mut content = [1; 7];
        for short in [&frame[..frame.len() - 1], &frame[..OVERHEAD - 1], &[]] {
            assert_eq!(cipher.open_into(b"aad", short, &mut content), Err(Unauthentic));
        }
        assert_eq!(cipher.open_into(b"aae", &frame, &mut content), Err(Unauthentic));
        assert_eq!(cipher.open_into(b"aad", &frame, &mut [1; 8]), Err(Unauthentic));
        assert_eq!(content, [1; 7], "nothing of it came out");
        assert_eq!(cipher.open_into(b"aad", &frame, &mut content), Ok(()));
        assert_eq!(&content, b"content");
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

    fn counting<const N: usize>(from: u8) -> [u8; N] {
        std::array::from_fn(|n| from + n as u8)
    }

    #[test]
    fn the_example_of_the_draft_opens() {
        // draft-irtf-cfrg-xchacha-03, A.3.1.
        let sealed = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda\
                      7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835\
                      65d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
        let mut frame = counting::<NONCE>(0x40).to_vec();
        frame.extend(
            (0..sealed.len()).step_by(2).map(|at| u8::from_str_radix(&sealed[at..at + 2], 16).unwrap()),
        );
        let aad = [[0x50, 0x51, 0x52, 0x53].as_slice(), &counting::<8>(0xc0)].concat();
        let opened = Cipher::new(&counting(0x80).into()).open(&aad, &mut frame);
        let said =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                     sunscreen would be it.";
        assert_eq!(opened.unwrap(), said);
    }

    /// Lengths around every width at which a cipher takes another way through its registers.
    #[test]
    fn frames_have_the_bytes_that_every_version_before_wrote() {
        use sha2::Digest as _;
        let cipher = Cipher::new(&counting(0x80).into());
        let aad = [[0x50, 0x51, 0x52, 0x53].as_slice(), &counting::<8>(0xc0)].concat();
        let mut all = Sha256::new();
        for length in (0..2100).chain([65_535, 65_536]) {
            let mut frame = counting::<NONCE>(0x40).to_vec();
            frame.extend((0..length).map(|n| (n * 31 / 8) as u8));
            frame.extend([0; TAG]);
            cipher.seal_as_it_is(&aad[..length % 12], &mut frame);
            all.update(&frame[NONCE..]);
        }
        // Of the crate's version 0.10.
        let seen: String = all.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(seen, "8813e419e9e3bd2445104cd2da37339788048d814c3efaf6a427f26c9d61d04f");
    }

    #[test]
    fn derivation_joins_the_parts_of_info() {
        assert_eq!(derive(b"k", &[b"ab", b"c"]), derive(b"k", &[b"abc"]));
        assert_ne!(derive(b"k", &[b"abc"]), derive(b"k", &[b"abd"]));
    }
}
