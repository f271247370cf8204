use super::*;
use crate::client::age::{payload_key, seal};
use crate::sealed::header;
use crate::sealed::identity::Identity;
use proptest::prelude::*;

struct Sealed {
    identity: Identity,
    bytes: Vec<u8>,
    plain: Vec<u8>,
    start: usize,
}

impl Sealed {
    fn of(size: usize) -> Self {
        let plain: Vec<u8> = (0..size).map(|n| (n * 7 % 251) as u8).collect();
        let identity = Identity::random();
        let bytes = seal(&identity.recipient(), &plain);
        let start = header::parse(&bytes).unwrap().len + 16;
        Self { identity, bytes, plain, start }
    }

    fn opening(&self) -> Opening {
        let key = payload_key(&self.identity, &self.bytes[..self.start]).unwrap();
        Opening::new(key, self.plain.len() as u64).unwrap()
    }
}

type Found = Vec<(Vec<u8>, Tag)>;

fn takes(opening: &mut Opening, bytes: &[u8], found: &mut Found) -> Result<(), Altered> {
    opening.takes(bytes, |plain| {
        assert_eq!(plain.index, found.len() as u64);
        found.push((plain.bytes.to_vec(), *plain.tag));
        Ok(())
    })
}

fn joined(found: &Found) -> Vec<u8> {
    found.iter().flat_map(|(bytes, _)| bytes).copied().collect()
}

#[test]
fn what_age_seals_is_opened_byte_by_byte() {
    for size in [0, 1, 65_535, 65_536, 65_537, 131_072] {
        let sealed = Sealed::of(size);
        let (mut opening, mut found) = (sealed.opening(), Found::new());
        for byte in &sealed.bytes[sealed.start..] {
            assert!(!opening.is_done());
            takes(&mut opening, &[*byte], &mut found).unwrap();
        }
        assert!(opening.is_done() && joined(&found) == sealed.plain, "{size}");
        assert_eq!(takes(&mut opening, &[0], &mut found), Err(Altered), "{size}: more than there is");
    }
}

#[test]
fn another_size_than_sealed_is_never_done() {
    let sealed = Sealed::of(70_000);
    for size in [69_999, 70_001, 65_536, 131_072, 0] {
        let key = payload_key(&sealed.identity, &sealed.bytes[..sealed.start]).unwrap();
        let mut opening = Opening::new(key, size).unwrap();
        let ended = takes(&mut opening, &sealed.bytes[sealed.start..], &mut Found::new());
        assert!(ended.is_err() || !opening.is_done(), "{size}");
    }
    let key = payload_key(&sealed.identity, &sealed.bytes[..sealed.start]).unwrap();
    assert!(Opening::new(key, u64::MAX).is_none());
}

#[test]
fn what_was_found_is_proven_chunk_by_chunk_and_nothing_else_is() {
    let sealed = Sealed::of(200_000);
    let mut found = Found::new();
    takes(&mut sealed.opening(), &sealed.bytes[sealed.start..], &mut found).unwrap();
    let mut opening = sealed.opening();
    for (n, (plain, tag)) in found.iter().enumerate() {
        // Of another file, of another place, altered, cut off, nothing at all.
        let other = Sealed::of(200_000);
        assert!(!other.opening().proves(&mut plain.clone(), tag));
        let (next, next_tag) = &found[(n + 1) % found.len()];
        assert!(!opening.proves(&mut next.clone(), next_tag));
        let mut flipped = plain.clone();
        flipped[n] ^= 1;
        assert!(!opening.proves(&mut flipped, tag));
        assert!(!opening.proves(&mut plain[1..].to_vec(), tag));
        assert!(!opening.proves(&mut vec![0; plain.len()], &[0; 16]));
        assert!(opening.proves(&mut plain.clone(), tag));
        assert_eq!(opening.opened(), ((n as u64 + 1) * CHUNK).min(200_000));
    }
    assert!(opening.is_done() && !opening.proves(&mut [], &[0; 16]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cut_off_anywhere_it_goes_on_at_a_whole_chunk(
        size in 0usize..300_000, cuts in prop::collection::vec(0usize..320_000, 0..6), piece in 1usize..90_000,
    ) {
        let sealed = Sealed::of(size);
        let payload = &sealed.bytes[sealed.start..];
        let (mut opening, mut found) = (sealed.opening(), Found::new());
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let from = opening.goes_on_at() as usize;
            let to = from.saturating_add(cut).min(payload.len());
            for part in payload[from.min(to)..to].chunks(piece) {
                takes(&mut opening, part, &mut found).unwrap();
            }
        }
        prop_assert!(opening.is_done());
        prop_assert!(joined(&found) == sealed.plain);
    }

    #[test]
    fn of_an_altered_payload_only_sealed_bytes_come_out(
        size in 0usize..200_000, at in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let mut sealed = Sealed::of(size);
        let at = sealed.start + at.index(sealed.bytes.len() - sealed.start);
        sealed.bytes[at] ^= 1 << bit;
        let (mut opening, mut found) = (sealed.opening(), Found::new());
        prop_assert_eq!(takes(&mut opening, &sealed.bytes[sealed.start..], &mut found), Err(Altered));
        prop_assert!(!opening.is_done());
        prop_assert!(sealed.plain.starts_with(&joined(&found)));
        prop_assert_eq!(found.len(), (at - sealed.start) / SEALED_CHUNK as usize);
    }
}
