//! The frames of an export: 64 KiB each, numbered from 0, the last one marked.
//!
//! ```text
//! frame  nonce (24) ‖ ciphertext (65536; the last up to that) ‖ tag (16)
//! key    HKDF(root secret, "dewdrop/v1/export" ‖ 0x00 ‖ salt)
//! AAD    the header (50) ‖ number (8, big-endian) ‖ last (1 byte, 0 or 1)
//! ```
//!
//! What was cut, moved or altered does not authenticate, and nothing follows the last frame.

use super::super::chunks::{CHUNK, FRAME};
use super::super::seal::{Cipher, NONCE, OVERHEAD, TAG, derive};
use super::{MAGIC, MoveError, VERSION};
use crate::ids::StoreId;
use std::io::{self, Read, Write};

/// Bytes before the first frame.
const HEADER: usize = MAGIC.len() + 2 + 16 + 16;

fn cipher(root: &[u8], header: &[u8]) -> Cipher {
    let salt = &header[HEADER - 16..];
    Cipher::new(&derive(root, &[b"dewdrop/v1/export", &[0], salt]))
}

fn aad(header: &[u8], number: u64, last: bool) -> Vec<u8> {
    [header, &number.to_be_bytes(), &[u8::from(last)]].concat()
}

/// Seals what is written to it.
pub struct Sealing<W> {
    to: W,
    cipher: Cipher,
    header: Vec<u8>,
    number: u64,
    /// Room for one frame; content stands behind the nonce.
    frame: Vec<u8>,
    held: usize,
    /// Bytes that went out.
    written: u64,
}

impl<W: Write> Sealing<W> {
    pub fn start(mut to: W, root: &[u8], store: StoreId) -> io::Result<Self> {
        let salt: [u8; 16] = rand::random();
        let version = format!("{VERSION}\n");
        let header = [MAGIC, version.as_bytes(), &store.0, &salt].concat();
        to.write_all(&header)?;
        let (cipher, written) = (cipher(root, &header), header.len() as u64);
        Ok(Self { to, cipher, header, number: 0, frame: vec![0; FRAME], held: 0, written })
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full frame waits until it is certain that it is not the last.
            if self.held == CHUNK {
                self.seal(false)?;
            }
            let count = bytes.len().min(CHUNK - self.held);
            let at = NONCE + self.held;
            self.frame[at..at + count].copy_from_slice(&bytes[..count]);
            self.held += count;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Seals the last frame; says how many bytes went out in all.
    pub fn finish(mut self) -> io::Result<(u64, W)> {
        self.seal(true)?;
        self.to.flush()?;
        Ok((self.written, self.to))
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let frame = &mut self.frame[..NONCE + self.held + TAG];
        self.cipher.seal(&aad(&self.header, self.number, last), frame);
        self.to.write_all(frame)?;
        self.written += frame.len() as u64;
        self.number += 1;
        self.held = 0;
        Ok(())
    }
}

/// Opens frame after frame.
pub struct Opening<R> {
    from: R,
    cipher: Cipher,
    header: Vec<u8>,
    number: u64,
    /// Room for one frame; `content` says what of it is still to be read.
    frame: Vec<u8>,
    content: std::ops::Range<usize>,
    /// The first byte of the next frame, read to know whether there is one.
    ahead: Option<u8>,
    last: bool,
    /// Bytes that came in.
    pub read: u64,
}

/// What stands before the first frame.
pub struct Header {
    bytes: Vec<u8>,
    pub store: StoreId,
}

impl Header {
    pub fn read(from: &mut impl Read) -> Result<Self, MoveError> {
        let mut bytes = vec![0; HEADER];
        let count = fill(from, &mut bytes)?;
        let line = bytes[..count].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let Some(version) = line.strip_prefix(MAGIC) else { return Err(MoveError::NotAnExport) };
        let version = String::from_utf8_lossy(version).into_owned();
        if version != VERSION.to_string() {
            let known = version.parse::<u32>().is_ok();
            return Err(if known { MoveError::Newer { found: version } } else { MoveError::NotAnExport });
        }
        if count < HEADER {
            return Err(MoveError::Damaged);
        }
        let store = bytes[HEADER - 32..].first_chunk().copied().expect("the header has 32 bytes behind");
        Ok(Self { bytes, store: StoreId(store) })
    }
}

impl<R: Read> Opening<R> {
    pub fn start(from: R, root: &[u8], header: Header) -> Self {
        let (cipher, read) = (cipher(root, &header.bytes), HEADER as u64);
        let frame = vec![0; FRAME];
        let header = header.bytes;
        Self { from, cipher, header, number: 0, frame, content: 0..0, ahead: None, last: false, read }
    }

    /// Fills `into`; the end before that is damage.
    pub fn read_exact(&mut self, mut into: &mut [u8]) -> Result<(), MoveError> {
        while !into.is_empty() {
            if self.content.is_empty() {
                self.open()?;
            }
            let count = into.len().min(self.content.len());
            let (now, later) = into.split_at_mut(count);
            now.copy_from_slice(&self.frame[self.content.start..self.content.start + count]);
            self.content.start += count;
            into = later;
        }
        Ok(())
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], MoveError> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub fn bytes(&mut self, count: usize) -> Result<Vec<u8>, MoveError> {
        let mut bytes = vec![0; count];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// That all was read, and that nothing follows.
    pub fn finish(mut self) -> Result<u64, MoveError> {
        if self.content.is_empty() && !self.last {
            self.open()?;
        }
        if self.last && self.content.is_empty() { Ok(self.read) } else { Err(MoveError::Damaged) }
    }

    fn open(&mut self) -> Result<(), MoveError> {
        if self.last {
            return Err(MoveError::Damaged);
        }
        let had = usize::from(self.ahead.is_some());
        if let Some(byte) = self.ahead.take() {
            self.frame[0] = byte;
        }
        let count = had + fill(&mut self.from, &mut self.frame[had..])?;
        let mut next = [0];
        self.last = count < FRAME || fill(&mut self.from, &mut next)? == 0;
        self.ahead = (!self.last).then_some(next[0]);
        let aad = aad(&self.header, self.number, self.last);
        let frame = &mut self.frame[..count];
        self.cipher.open(&aad, frame).map_err(|_| MoveError::Damaged)?;
        self.content = NONCE..NONCE + count - OVERHEAD;
        self.number += 1;
        self.read += count as u64;
        Ok(())
    }
}

/// Reads until `into` is full or nothing comes any more.
fn fill(from: &mut impl Read, into: &mut [u8]) -> Result<usize, MoveError> {
    let mut count = 0;
    while count < into.len() {
        match from.read(&mut into[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(MoveError::Unreadable(error)),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &[u8] = &[7; 32];

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::start(Vec::new(), ROOT, StoreId([3; 16])).unwrap();
        for piece in bytes.chunks(50_001) {
            sealing.write(piece).unwrap();
        }
        sealing.finish().unwrap().1
    }

    fn opened(mut file: &[u8], count: usize, root: &[u8]) -> Result<Vec<u8>, MoveError> {
        let header = Header::read(&mut file)?;
        assert_eq!(header.store, StoreId([3; 16]));
        let mut opening = Opening::start(file, root, header);
        let bytes = opening.bytes(count)?;
        opening.finish().map(|_| bytes)
    }

    #[test]
    fn what_was_sealed_opens_at_every_length_around_a_frame() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            assert!(opened(&sealed(&bytes), length, ROOT).unwrap() == bytes, "{length}");
        }
    }

    #[test]
    fn what_was_cut_anywhere_or_goes_on_is_refused() {
        let file = sealed(&vec![9; 2 * CHUNK]);
        let seams = (0..3).map(|number| HEADER + number * FRAME).filter(|at| *at < file.len());
        for cut in seams.chain([0, 5, 20, HEADER - 1, HEADER + 1, HEADER + FRAME - 1, file.len() - 1]) {
            assert!(opened(&file[..cut], 2 * CHUNK, ROOT).is_err(), "cut at {cut}");
        }
        let longer = [file.as_slice(), &[0]].concat();
        assert!(matches!(opened(&longer, 2 * CHUNK, ROOT), Err(MoveError::Damaged)));
        assert!(matches!(opened(&file, 2 * CHUNK - 1, ROOT), Err(MoveError::Damaged)), "not read to its end");
    }

    #[test]
    fn frames_can_not_change_places_and_no_byte_can_be_altered() {
        let file = sealed(&vec![9; 2 * CHUNK + 5]);
        let mut swapped = file[..HEADER].to_vec();
        swapped.extend_from_slice(&file[HEADER + FRAME..HEADER + 2 * FRAME]);
        swapped.extend_from_slice(&file[HEADER..HEADER + FRAME]);
        swapped.extend_from_slice(&file[HEADER + 2 * FRAME..]);
        assert!(matches!(opened(&swapped, 2 * CHUNK + 5, ROOT), Err(MoveError::Damaged)));
        for at in (HEADER - 16..file.len()).step_by(4999).chain([file.len() - 1]) {
            let mut altered = file.clone();
            altered[at] ^= 1;
            assert!(matches!(opened(&altered, 2 * CHUNK + 5, ROOT), Err(MoveError::Damaged)), "byte {at}");
        }
        assert!(matches!(opened(&file, 2 * CHUNK + 5, &[8; 32]), Err(MoveError::Damaged)));
    }

    #[test]
    fn a_newer_file_and_a_strange_one_are_told_apart() {
        for (text, newer) in
            [("dewdrop export v2\n…", true), ("dewdrop export v17\n", true), ("GIF89a", false)]
        {
            let error = Header::read(&mut text.as_bytes()).err().unwrap();
            assert_eq!(matches!(error, MoveError::Newer { .. }), newer, "{text:?}: {error}");
            assert_eq!(matches!(error, MoveError::NotAnExport), !newer, "{text:?}: {error}");
        }
    }
}
