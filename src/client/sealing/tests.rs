//! That one key never seals two plaintexts, and that pieces make one age file.

use super::*;
use crate::client::age::open;
use crate::sealed::header;
use crate::sealed::identity::Identity;
use proptest::prelude::*;
use std::io::Cursor;

/// A file that someone writes into meanwhile.
struct Changing {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Changing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        // In small portions, as a slow disk gives them.
        let len = rest.len().min(into.len()).min(10_000);
        into[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

impl Seek for Changing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(to) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.at = to as usize;
        Ok(to)
    }
}

fn plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n * 31 % 251) as u8).collect()
}

fn begun(len: usize) -> (Identity, Sealing<Changing>) {
    let identity = Identity::random();
    let source = Changing { bytes: plaintext(len), at: 0 };
    let sealing = Sealing::begin(&identity.recipient(), source, len as u64);
    (identity, sealing)
}

#[test]
fn a_source_that_changed_its_size_is_refused() {
    let recipient = Identity::random().recipient();
    for stated in [99, 101] {
        let mut sealing = Sealing::begin(&recipient, Cursor::new(vec![0; 100]), stated);
        let mut piece = Vec::new();
        let refused = sealing.piece(0..u64::MAX, &mut piece);
        assert!(matches!(refused, Err(SealError::Changed)), "{stated}");
        assert!(piece.is_empty());
    }
}

#[test]
fn what_age_begins_and_we_seal_is_opened_by_age() {
    for len in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let (identity, mut sealing) = begun(len);
        let mut all = Vec::new();
        sealing.piece(0..sealing.sealed_size, &mut all).unwrap();
        assert_eq!(all.len() as u64, sealing.sealed_size);
        let start = header::parse(&all).unwrap().len + 16;
        assert_eq!(Hash::of(&all[..start]), sealing.head());
        assert!(*open(&identity, &all, len).unwrap() == plaintext(len), "{len}");
    }
}

#[test]
fn pieces_that_end_evenly_seal_every_chunk_once() {
    let (_, mut sealing) = begun(1_000_000);
    let (mut at, mut piece, mut pieces) = (0, Vec::new(), 0);
    while at < sealing.sealed_size {
        let end = sealing.even_end(at, 200_000);
        assert!(end > at);
        sealing.piece(at..end, &mut piece).unwrap();
        (at, pieces) = (end, pieces + 1);
        let whole = (at - sealing.start.bytes.len() as u64).div_ceil(SEALED_CHUNK);
        assert_eq!(sealing.journal.len() as u64, whole);
    }
    assert_eq!(pieces, 4);
}

/// What happens to one file on its way.
#[derive(Debug, Clone)]
enum Event {
    /// A request of so many bytes, of which so many per mille arrive.
    Sends(u64, u64),
    /// The server forgets a part of what it has.
    Loses(u64),
    /// One byte of the source changes.
    Changes(usize),
    /// The change is taken back.
    Restores,
    /// The source is cut.
    Shrinks(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (1u64..300_000, 0u64..1001).prop_map(|(most, part)| Event::Sends(most, part)),
        2 => (0u64..200_000).prop_map(Event::Loses),
        1 => any::<usize>().prop_map(Event::Changes),
        1 => Just(Event::Restores),
        1 => any::<usize>().prop_map(Event::Shrinks),
    ]
}

fn times() -> u32 {
    std::env::var("DEWDROP_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32 * times()))]
    /// Every sealed byte that leaves is compared with what left at its place before: the same keystream
    /// under two plaintexts would show as two bytes.
    #[test]
    fn no_byte_ever_leaves_in_two_versions(
        len in 0usize..300_000,
        events in prop::collection::vec(event(), 1..40),
    ) {
        let truth = plaintext(len);
        let (identity, mut sealing) = begun(len);
        let mut left: Vec<u8> = Vec::new();
        let (mut server, mut piece) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Sends(most, part) => {
                    let at = server.len() as u64;
                    let range = at..(at + most).min(sealing.sealed_size);
                    match sealing.piece(range.clone(), &mut piece) {
                        Ok(()) => prop_assert_eq!(piece.len() as u64, range.end - range.start),
                        Err(_) => prop_assert!(piece.is_empty()),
                    }
                    // What left begins at the start and has no gap.
                    let again = left.len().saturating_sub(server.len()).min(piece.len());
                    let before = &left[server.len()..server.len() + again];
                    prop_assert!(before == &piece[..again], "two versions behind byte {}", at);
                    left.extend_from_slice(&piece[again..]);
                    let arrives = piece.len() * part as usize / 1000;
                    server.extend_from_slice(&piece[..arrives]);
                }
                Event::Loses(most) => {
                    let keep = server.len().saturating_sub(most as usize);
                    server.truncate(keep);
                }
                Event::Changes(at) if len > 0 => {
                    sealing.source.bytes.resize(len, 0);
                    sealing.source.bytes[at % len] ^= 1;
                }
                Event::Restores => sealing.source.bytes.clone_from(&truth),
                Event::Shrinks(to) if len > 0 => sealing.source.bytes.truncate(to % len),
                Event::Changes(_) | Event::Shrinks(_) => {}
            }
        }
        // Whatever became of the source, what is there whole is one age file.
        if server.len() as u64 == sealing.sealed_size {
            prop_assert!(open(&identity, &server, server.len()).is_ok());
        }
    }
}
