//! age files: sealed and opened whole when small.
//!
//! A large file is sealed by [`super::sealing`] and opened by [`super::opening`]; what begins it, header and
//! nonce, is made here before the first plaintext byte is read, and gives the key here when it is opened.

use super::stream::PayloadKey;
use crate::sealed::hash::Hash;
use crate::sealed::identity::{Identity, Recipient};
use age::secrecy::ExposeSecret as _;
use age::stream::StreamReader;
use age::{EncryptError, x25519};
use age_core::format::{FileKey, Stanza};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{Read as _, Write as _};
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

fn reader<'a>(identity: &Identity, sealed: &'a [u8]) -> Result<StreamReader<&'a [u8]>, AgeError> {
    let identity: x25519::Identity =
        identity.reveal().parse().expect("an identity's text is one that age reads");
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(decrypt_error)?;
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(decrypt_error)
}

fn decrypt_error(error: age::DecryptError) -> AgeError {
    match error {
        age::DecryptError::NoMatchingKeys => AgeError::WrongIdentity,
        _ => AgeError::Altered,
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

/// The key of a large file's payload, from the first S bytes of the file: header and nonce.
///
/// # Errors
/// [`AgeError::WrongIdentity`], [`AgeError::Altered`].
pub fn payload_key(identity: &Identity, head: &[u8]) -> Result<PayloadKey, AgeError> {
    let identity: x25519::Identity =
        identity.reveal().parse().expect("an identity's text is one that age reads");
    let opening = Overhearing { identity, heard: RefCell::default() };
    let decryptor = age::Decryptor::new_buffered(head).map_err(decrypt_error)?;
    // The reader is dropped unused, after the header was authenticated: the payload is opened by `stream`.
    drop(decryptor.decrypt(std::iter::once(&opening as &dyn age::Identity)).map_err(decrypt_error)?);
    let nonce = head.last_chunk().ok_or(AgeError::Altered)?;
    let file_key = opening.heard.into_inner().expect("the identity was asked");
    Ok(PayloadKey::derive(&file_key, nonce))
}

/// The identity itself, which keeps a copy of the one file key that it unwraps.
struct Overhearing {
    identity: x25519::Identity,
    heard: RefCell<Option<Zeroizing<[u8; 16]>>>,
}

impl age::Identity for Overhearing {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let unwrapped = self.identity.unwrap_stanza(stanza)?;
        if let Ok(file_key) = &unwrapped {
            *self.heard.borrow_mut() = Some(Zeroizing::new(*file_key.expose_secret()));
        }
        Some(unwrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::header;

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
    fn the_key_of_a_payload_is_given_to_its_identity_only_and_by_a_whole_header() {
        let identity = Identity::random();
        let sealed = seal(&identity.recipient(), b"hello");
        let head = &sealed[..header::parse(&sealed).unwrap().len + 16];
        let key = payload_key(&identity, head).unwrap();
        let (mut chunk, tag) = (sealed[head.len()..][..5].to_vec(), sealed.last_chunk().unwrap());
        assert!(key.open(0, true, &mut chunk, tag) && chunk == b"hello");
        assert!(matches!(payload_key(&Identity::random(), head).err(), Some(AgeError::WrongIdentity)));
        for at in [10, 60, head.len() - 20] {
            let mut changed = head.to_vec();
            changed[at] ^= 1;
            assert!(payload_key(&identity, &changed).is_err(), "{at}");
        }
        assert!(payload_key(&identity, &head[..head.len() - 1]).is_err());
    }
}
