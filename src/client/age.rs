//! age files: sealed and opened whole when small, as streams when large.
//!
//! A stream is sealed once, from start to end; its header and nonce are known before the first
//! plaintext byte is read. What does not authenticate to the last chunk is an error, never an end.

use crate::sealed::hash::Hash;
use crate::sealed::header;
use crate::sealed::identity::{Identity, Recipient};
use crate::sealed::ranges;
use age::stream::{StreamReader, StreamWriter};
use age::x25519;
use std::cell::RefCell;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::rc::Rc;
use zeroize::Zeroizing;

/// An age file that does not open, or a source that changed while it was sealed.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    #[error("this identity does not open it")]
    WrongIdentity,
    #[error("it was altered or cut off")]
    Altered,
    #[error("it is larger than allowed")]
    TooLarge,
    #[error("the file changed while it was read")]
    SourceChanged,
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

/// A plaintext on its way into an age file, sealed piece by piece in flat memory.
pub struct Sealing<R: Read> {
    source: R,
    left: u64,
    writer: Option<StreamWriter<Outbox>>,
    outbox: Outbox,
    /// H of header and nonce.
    pub head: Hash,
    /// Plaintext bytes P, as stated at the start.
    pub size: u64,
    /// F, bytes of the whole age file.
    pub sealed_size: u64,
}

impl<R: Read> Sealing<R> {
    /// Begins to seal `size` bytes of `source` under a fresh file key; nothing is read yet.
    #[must_use]
    pub fn begin(recipient: &Recipient, source: R, size: u64) -> Self {
        let outbox = Outbox::default();
        let writer = encryptor(recipient).wrap_output(outbox.clone()).expect("memory takes every write");
        let (head, header_len) = {
            let start = outbox.0.borrow();
            let header = header::parse(&start).expect("age writes the headers that are accepted here");
            (Hash::of(&start), header.len as u64)
        };
        let sealed_size = ranges::sealed_len(header_len, size).expect("a file's size can be sealed");
        Self { source, left: size, writer: Some(writer), outbox, head, size, sealed_size }
    }

    /// Fills `piece` with the next `most` sealed bytes, fewer only at the end; empty when all is out.
    ///
    /// # Errors
    /// [`AgeError::SourceChanged`] when the source is shorter or longer than stated.
    pub fn next_piece(&mut self, piece: &mut Vec<u8>, most: usize) -> Result<(), AgeError> {
        let mut chunk = Zeroizing::new(vec![0; ranges::CHUNK as usize]);
        while self.outbox.0.borrow().len() < most
            && let Some(writer) = &mut self.writer
        {
            let wanted = self.left.min(ranges::CHUNK) as usize;
            self.source.read_exact(&mut chunk[..wanted]).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => AgeError::SourceChanged,
                _ => AgeError::Io(error),
            })?;
            writer.write_all(&chunk[..wanted]).expect("memory takes every write");
            self.left -= wanted as u64;
            if self.left == 0 {
                if self.source.read(&mut chunk[..1]).map_err(AgeError::Io)? != 0 {
                    return Err(AgeError::SourceChanged);
                }
                let writer = self.writer.take().expect("it was there a moment ago");
                writer.finish().expect("memory takes every write");
            }
        }
        let mut ready = self.outbox.0.borrow_mut();
        let len = ready.len().min(most);
        piece.clear();
        piece.extend(ready.drain(..len));
        Ok(())
    }
}

/// Where age writes to and pieces are taken from.
#[derive(Clone, Default)]
struct Outbox(Rc<RefCell<Vec<u8>>>);

impl Write for Outbox {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn sealed_in_pieces(recipient: &Recipient, plain: &[u8], most: usize) -> (Vec<u8>, Hash, u64) {
        let mut sealing = Sealing::begin(recipient, plain, plain.len() as u64);
        let (mut all, mut piece) = (Vec::new(), Vec::new());
        loop {
            sealing.next_piece(&mut piece, most).unwrap();
            if piece.is_empty() {
                return (all, sealing.head, sealing.sealed_size);
            }
            all.extend_from_slice(&piece);
        }
    }

    fn read_all<R: Read + Seek>(opened: &mut Opened<R>) -> Result<Vec<u8>, AgeError> {
        let (mut all, mut some) = (Vec::new(), vec![0; 10_000]);
        loop {
            match opened.read(&mut some)? {
                0 => return Ok(all),
                n => all.extend_from_slice(&some[..n]),
            }
        }
    }

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
    fn a_source_that_changed_its_size_is_refused() {
        let recipient = Identity::random().recipient();
        for stated in [99, 101] {
            let mut sealing = Sealing::begin(&recipient, &[0u8; 100][..], stated);
            let refused = sealing.next_piece(&mut Vec::new(), 1 << 20);
            assert!(matches!(refused, Err(AgeError::SourceChanged)), "{stated}");
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn pieces_make_one_age_file_of_the_stated_size(len in 0usize..200_000, most in 1usize..150_000) {
            let identity = Identity::random();
            let plain: Vec<u8> = (0..len).map(|n| n as u8).collect();
            let (sealed, head, stated) = sealed_in_pieces(&identity.recipient(), &plain, most.max(5_000));
            prop_assert_eq!(sealed.len() as u64, stated);
            let start = header::parse(&sealed).unwrap().len + 16;
            prop_assert_eq!(Hash::of(&sealed[..start]), head);
            let mut opened = open_seekable(&identity, Cursor::new(&sealed)).unwrap();
            prop_assert_eq!(opened.size, len as u64);
            prop_assert_eq!(read_all(&mut opened).unwrap(), plain);
        }
    }
}
