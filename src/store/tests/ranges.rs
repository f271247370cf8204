use super::{Home, bytes, with_slot};
use crate::ids::SlotId;
use crate::store::{CHUNK, Store};
use proptest::prelude::*;
use std::sync::OnceLock;

/// Sizes and offsets that lie on, just beside and far from the borders of chunks.
fn near_borders(chunks: usize) -> impl Strategy<Value = usize> {
    prop_oneof![
        (0..=chunks, -2isize..=2).prop_map(|(n, by)| (n * CHUNK).saturating_add_signed(by)),
        0..chunks * CHUNK + 1000,
    ]
}

fn shared() -> &'static (Home, Store, SlotId) {
    static SHARED: OnceLock<(Home, Store, SlotId)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let home = Home::new();
        let (store, slot) = with_slot(&home);
        (home, store, slot)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_reads_what_a_vec_has(
        total in near_borders(20),
        pieces in prop::collection::vec(near_borders(18), 1..4),
        ranges in prop::collection::vec((near_borders(21), near_borders(21)), 1..12),
        reopen in any::<bool>(),
    ) {
        let (_, store, slot) = shared();
        let content = bytes(total as u64, total);
        let name = rand::random::<u64>().to_string();
        let mut writer = store.writer(*slot, &name, total as u64).unwrap();
        let mut at = 0usize;
        for piece in pieces.iter().chain([&usize::MAX]) {
            let end = at.saturating_add(*piece).min(total);
            writer.append(&content[at..end]).unwrap();
            at = end;
            if reopen {
                drop(writer);
                writer = store.writer(*slot, &name, total as u64).unwrap();
                at = usize::try_from(writer.offset()).unwrap();
            }
        }
        prop_assert_eq!(writer.sync().unwrap(), total as u64);
        let mut reader = store.reader(*slot, &name, total as u64).unwrap();
        prop_assert_eq!(reader.total(), total as u64);
        for (at, most) in ranges {
            let read = reader.read(at as u64, most).unwrap();
            let end = at.saturating_add(most).min(total);
            prop_assert!(read == content[at.min(end)..end], "{} bytes at {}", most, at);
        }
        prop_assert!(store.get_blob(*slot, &name).unwrap().unwrap() == content);
        store.remove_blob(*slot, &name).unwrap();
    }
}
