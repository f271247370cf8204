//! A file on the server as `Read + Seek`, fetched in pieces of 8 MiB.
//!
//! Its first bytes are those that were checked against the manifest, from memory: what the server
//! says of them afterwards is not asked for again. A server that sends fewer bytes than it stated is
//! an error, never an end of file.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

const PIECE: u64 = 8 * 1024 * 1024;

/// `fetch` gives exactly the bytes of a range.
pub struct Ranged<F> {
    fetch: F,
    head: Vec<u8>,
    len: u64,
    at: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<F: FnMut(Range<u64>) -> io::Result<Vec<u8>>> Ranged<F> {
    /// A file of `len` bytes that begins with `head`.
    pub fn new(head: Vec<u8>, len: u64, fetch: F) -> Self {
        Self { fetch, head, len, at: 0, window: Vec::new(), window_at: 0 }
    }

    fn held(&self) -> &[u8] {
        let from = |bytes: &[u8], start: u64| {
            self.at.checked_sub(start).map(|skip| skip as usize).filter(|skip| *skip < bytes.len())
        };
        if let Some(skip) = from(&self.head, 0) {
            return &self.head[skip..];
        }
        from(&self.window, self.window_at).map_or(&[], |skip| &self.window[skip..])
    }
}

impl<F: FnMut(Range<u64>) -> io::Result<Vec<u8>>> Read for Ranged<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.len || into.is_empty() {
            return Ok(0);
        }
        if self.held().is_empty() {
            let wanted = self.at..(self.at + PIECE).min(self.len);
            let window = (self.fetch)(wanted.clone())?;
            if window.len() as u64 != wanted.end - wanted.start {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the server sent fewer bytes than it stated",
                ));
            }
            (self.window, self.window_at) = (window, self.at);
        }
        let held = self.held();
        let count = held.len().min(into.len());
        into[..count].copy_from_slice(&held[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl<F> Seek for Ranged<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_head_is_never_asked_for_again() {
        let mut asked = Vec::new();
        let mut file = Ranged::new(b"head".to_vec(), 10, |range: Range<u64>| {
            asked.push(range.clone());
            Ok(vec![b'.'; (range.end - range.start) as usize])
        });
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        file.rewind().unwrap();
        file.read_exact(&mut [0; 4]).unwrap();
        assert_eq!(text, "head......");
        assert_eq!((asked.len(), &asked[0]), (1, &(4..10)));
    }

    #[test]
    fn a_short_answer_is_an_error() {
        let mut file = Ranged::new(vec![], 10, |_| Ok(vec![0; 9]));
        assert_eq!(file.read(&mut [0; 10]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest! {
        #[test]
        fn any_seek_and_read_gives_the_files_own_bytes(
            len in 0u64..5000, head in 0u64..300, moves in prop::collection::vec((0u64..6000, 0usize..700), 1..12),
        ) {
            let all: Vec<u8> = (0..len).map(|n| (n * 7 % 251) as u8).collect();
            let head = all[..head.min(len) as usize].to_vec();
            let source = all.clone();
            let fetch = move |range: Range<u64>| Ok(source[range.start as usize..range.end as usize].to_vec());
            let mut file = Ranged::new(head, len, fetch);
            for (at, count) in moves {
                file.seek(SeekFrom::Start(at)).unwrap();
                let mut some = Vec::new();
                file.by_ref().take(count as u64).read_to_end(&mut some).unwrap();
                let start = (at.min(len)) as usize;
                prop_assert_eq!(&some[..], &all[start..(start + count).min(all.len())]);
            }
        }
    }
}
