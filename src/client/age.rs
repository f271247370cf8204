//! age files: sealed and opened whole when small, as streams when large.
//!
//! A large file is sealed by [`super::sealing`]; what begins it, header and nonce, is made here before the
//! first plaintext byte is read. What does not authenticate to the last chunk is an error, never an end.

use super::stream::PayloadKey;
use crate::sealed::hash::Hash;
use crate::sealed::identity::{Identity, Recipient};
use age::secrecy::ExposeSecret as _;
use age::stream::StreamReader;
use age::{EncryptError, x25519};
use age_core::format::{FileKey, Stanza};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write as _};
use zeroize::Zeroizing;

/// An age file that does not open.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    #[error("this identity does not open it")]
    WrongIdentity,
    #[error("it was altered or cut off")]
    Altered,
    #[error("it is larger than allowed")]
    TooLarge,
    #[error(transparent)]
    Io(io::Error),
}

/// Seals a small plaintext whole.
#[must_use]
pub fn seal(recipient: &Recipient, plain: &[u8]) -> Vec<u8> {
    let mut writer = encryptor(recipient).wrap_output(Vec::new()).expect("a Vec takes every write");
    writer.write_all(plain).expect("a Vec takes every write");
    writer.finish().expect("a Vec takes every write")
}

/// Opens a small file whole, refusing more than `most` bytes of plaintext.
///
/// # Errors
/// [`AgeError`]
pub fn open(identity: &Identity, sealed: &[u8], most: usize) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let reader = reader(identity, sealed)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.take(most as u64 + 1).read_to_end(&mut plain).map_err(|_| AgeError::Altered)?;
    if plain.len() > most { Err(AgeError::TooLarge) } else { Ok(plain) }
}

/// A file that can be opened at any place, its last chunk already authenticated.
pub struct Opened<R: Read + Seek> {
    plain: StreamReader<BufReader<R>>,
    /// Plaintext bytes.
    pub size: u64,
}

/// Opens a large file: authenticates its last chunk, so that `size` is true, and goes to its start.
///
/// # Errors
/// [`AgeError`]
pub fn open_seekable<R: Read + Seek>(identity: &Identity, sealed: R) -> Result<Opened<R>, AgeError> {
    let mut plain = reader(identity, BufReader::new(sealed))?;
    let size = plain.seek(SeekFrom::End(0)).map_err(refused)?;
    plain.rewind().map_err(refused)?;
    Ok(Opened { plain, size })
}

impl<R: Read + Seek> Opened<R> {
    /// Reads the next plaintext bytes; 0 is the authenticated end.
    ///
    /// # Errors
    /// [`AgeError::Altered`], [`AgeError::Io`].
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, AgeError> {
        self.plain.read(into).map_err(refused)
    }
}

fn reader<R: io::BufRead>(identity: &Identity, sealed: R) -> Result<StreamReader<R>, AgeError> {
    let identity: x25519::Identity =
        identity.reveal().parse().expect("an identity's text is one that age reads");
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(decrypt_error)?;
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(decrypt_error)
}

fn decrypt_error(error: age::DecryptError) -> AgeError {
    match error {
        age::DecryptError::NoMatchingKeys => AgeError::WrongIdentity,
        age::DecryptError::Io(error) => refused(error),
        _ => AgeError::Altered,
    }
}

/// age reports a bad tag and a missing end as these kinds; all else came from the source.
fn refused(error: io::Error) -> AgeError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => AgeError::Altered,
        _ => AgeError::Io(error),
    }
}

fn encryptor(recipient: &Recipient) -> age::Encryptor {
    let recipient: x25519::Recipient =
        recipient.to_string().parse().expect("a recipient's text is one that age reads");
    age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .expect("one X25519 recipient is always allowed")
}

/// The start of a large age file: everything but its payload.
pub struct Start {
    /// Header and nonce, S bytes.
    pub bytes: Vec<u8>,
    /// H of them.
    pub head: Hash,
    /// The key of the payload, derived from a file key that exists nowhere else any more.
    pub key: PayloadKey,
}

/// Begins an age file under a fresh file key.
#[must_use]
pub fn begin(recipient: &Recipient) -> Start {
    let recipient: x25519::Recipient =
        recipient.to_string().parse().expect("a recipient's text is one that age reads");
    let listening = Listening { recipient, heard: RefCell::default() };
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&listening as &dyn age::Recipient))
        .expect("one X25519 recipient is always allowed");
    let mut bytes = Vec::new();
    // The writer is dropped unused: the payload is sealed by `stream`, which can go back.
    drop(encryptor.wrap_output(&mut bytes).expect("memory takes every write"));
    let nonce = bytes.last_chunk().expect("a header and a nonce");
    let file_key = listening.heard.into_inner().expect("the recipient was asked");
    let key = PayloadKey::derive(&file_key, nonce);
    Start { head: Hash::of(&bytes), key, bytes }
}

/// The recipient itself, which keeps a copy of the one file key that is wrapped for it.
struct Listening {
    recipient: x25519::Recipient,
    heard: RefCell<Option<Zeroizing<[u8; 16]>>>,
}

impl age::Recipient for Listening {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        *self.heard.borrow_mut() = Some(Zeroizing::new(*file_key.expose_secret()));
        self.recipient.wrap_file_key(file_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::header;
    use std::io::Cursor;

    #[test]
    fn what_was_sealed_whole_is_opened_by_its_identity_only() {
        let identity = Identity::random();
        let sealed = seal(&identity.recipient(), b"hello");
        assert_eq!(open(&identity, &sealed, 5).unwrap().as_slice(), b"hello");
        assert!(matches!(open(&identity, &sealed, 4), Err(AgeError::TooLarge)));
        assert!(matches!(open(&Identity::random(), &sealed, 5), Err(AgeError::WrongIdentity)));
        for at in [10, 60, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&identity, &changed, 5).is_err(), "{at}");
        }
    }

    #[test]
    fn a_file_cut_off_at_a_chunk_is_refused_before_anything_is_read() {
        let identity = Identity::random();
        let sealed = seal(&identity.recipient(), &[7; 200_000]);
        let len = header::parse(&sealed).unwrap().len + 16;
        for end in [len + 65_552, len + 2 * 65_552, sealed.len() - 1] {
            let refused = open_seekable(&identity, Cursor::new(&sealed[..end])).err();
            assert!(matches!(refused, Some(AgeError::Altered)), "{end}: {refused:?}");
        }
    }
}
