use super::{Home, ROWS, with_slot};
use crate::store::{Change, CommitError, ROW_MOST, Store, StoreError, Tree};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

fn put(store: &Store, key: &[u8], plain: &[u8]) -> Change {
    store.put(ROWS, key, None, plain).unwrap()
}

fn read(store: &Store, key: &[u8]) -> Option<Vec<u8>> {
    store.get(ROWS, key).unwrap().map(|row| row.plain.to_vec())
}

#[test]
fn a_transaction_is_made_whole_or_not_at_all() {
    let home = Home::new();
    let store = home.open();
    store.commit(vec![put(&store, b"a", b"1"), put(&store, b"b", b"1")]).unwrap();
    let old = store.get(ROWS, b"a").unwrap().unwrap();
    store.commit(vec![old.expect(), put(&store, b"a", b"2"), Change::remove(ROWS, b"b")]).unwrap();
    let again = vec![put(&store, b"c", b"3"), old.expect(), put(&store, b"a", b"3")];
    assert!(matches!(store.commit(again), Err(CommitError::Conflict)));
    assert_eq!(
        (read(&store, b"a"), read(&store, b"b"), read(&store, b"c")),
        (Some(b"2".to_vec()), None, None)
    );
    let absent = vec![Change::expect_absent(ROWS, b"a"), Change::remove(ROWS, b"a")];
    assert!(matches!(store.commit(absent), Err(CommitError::Conflict)));
    store.commit(vec![Change::expect_absent(ROWS, b"b"), put(&store, b"b", b"4")]).unwrap();
    store.commit(vec![]).unwrap();
    assert_eq!(read(&store, b"b"), Some(b"4".to_vec()));
}

#[test]
fn the_same_plain_value_written_again_is_not_what_was_expected() {
    let home = Home::new();
    let store = home.open();
    store.commit(vec![put(&store, b"a", b"1")]).unwrap();
    let old = store.get(ROWS, b"a").unwrap().unwrap();
    store.commit(vec![put(&store, b"a", b"1")]).unwrap();
    assert!(matches!(store.commit(vec![old.expect()]), Err(CommitError::Conflict)));
}

#[test]
fn of_many_that_expect_the_same_one_wins() {
    let home = Home::new();
    let store = home.open();
    store.commit(vec![put(&store, b"uses", b"open")]).unwrap();
    let open = store.get(ROWS, b"uses").unwrap().unwrap();
    let won: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..64u8)
            .map(|n| {
                let (store, open) = (&store, &open);
                scope.spawn(move || {
                    let spent = vec![open.expect(), put(store, b"uses", &[n]), put(store, &[n], b"mine")];
                    usize::from(store.commit(spent).is_ok())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(won, 1);
    assert_eq!(store.scan(ROWS, b"").unwrap().len(), 2);
}

#[test]
fn a_scan_is_in_order_and_stays_in_its_tree_and_prefix() {
    let home = Home::new();
    let store = home.open();
    let keys: [&[u8]; 6] = [b"", b"a", b"a\x00", b"ab", b"b", b"\xff\xff"];
    for key in keys.iter().rev() {
        let neighbour = store.put(Tree("rowsx"), key, None, b"").unwrap();
        store.commit(vec![put(&store, key, key), neighbour]).unwrap();
    }
    let found = |rows: Vec<(Vec<u8>, super::super::Row)>| -> Vec<Vec<u8>> {
        rows.into_iter().inspect(|(key, row)| assert_eq!(*key, *row.plain)).map(|(key, _)| key).collect()
    };
    assert_eq!(found(store.scan(ROWS, b"").unwrap()), keys);
    assert_eq!(found(store.scan(ROWS, b"a").unwrap()), keys[1..4]);
    assert_eq!(found(store.scan(ROWS, b"\xff").unwrap()), keys[5..]);
    assert_eq!(found(store.scan_until(ROWS, b"ab", 9).unwrap()), keys[..3]);
    assert_eq!(found(store.scan_until(ROWS, b"\xff\xff\xff", 2).unwrap()), keys[..2]);
    assert_eq!(found(store.scan(Tree("row"), b"").unwrap()), Vec::<Vec<u8>>::new());
}

#[test]
fn a_record_has_a_limit() {
    let home = Home::new();
    let store = home.open();
    store.commit(vec![put(&store, b"a", &[7; ROW_MOST])]).unwrap();
    assert_eq!(read(&store, b"a").unwrap().len(), ROW_MOST);
    assert!(matches!(store.put(ROWS, b"a", None, &[7; ROW_MOST + 1]), Err(StoreError::TooLarge)));
}

#[test]
fn a_record_that_was_altered_or_moved_is_refused() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let Change::Put { key, value } = store.put(ROWS, b"a", Some(slot), b"plain").unwrap() else {
        unreachable!("a put is a put")
    };
    for at in 0..value.len() {
        let mut altered = value.clone();
        altered[at] ^= 1;
        store.commit(vec![Change::Put { key: key.clone(), value: altered }]).unwrap();
        let read = store.get(ROWS, b"a");
        // With another slot's id in front it is a record whose slot is gone.
        assert!(if at < 16 { matches!(read, Ok(None)) } else { read.is_err() }, "byte {at}");
    }
    store.commit(vec![Change::Put { key: key.clone(), value: value[..20].to_vec() }]).unwrap();
    assert!(matches!(store.get(ROWS, b"a"), Err(StoreError::Damaged { .. })));
    let moved = Change::Put { key: ROWS.key(b"b"), value: value.clone() };
    let tree = Change::Put { key: Tree("other").key(b"a"), value: value.clone() };
    let mut zeros = value.clone();
    zeros[..16].fill(0);
    let rootless = Change::Put { key: ROWS.key(b"c"), value: zeros };
    store.commit(vec![moved, tree, rootless, Change::Put { key, value }]).unwrap();
    assert_eq!(read(&store, b"a"), Some(b"plain".to_vec()));
    assert!(store.get(ROWS, b"b").is_err() && store.get(ROWS, b"c").is_err());
    assert!(store.get(Tree("other"), b"a").is_err() && store.scan(ROWS, b"").is_err());
}

#[test]
fn lookup_keys_differ_by_tree_value_and_store() {
    let (home, other) = (Home::new(), Home::new());
    let (store, other) = (home.open(), other.open());
    let key = store.lookup_key(ROWS, b"value");
    assert_eq!(key, store.lookup_key(ROWS, b"value"));
    assert_ne!(key, store.lookup_key(ROWS, b"valuf"));
    assert_ne!(key, store.lookup_key(Tree("other"), b"value"));
    assert_ne!(key, other.lookup_key(ROWS, b"value"));
}

#[test]
fn compaction_keeps_what_is_live_and_leaves_the_rest_behind() {
    let home = Home::new();
    let store = home.open();
    let mut removed = Vec::new();
    for n in 0..50u8 {
        let change = put(&store, &[n], &[n; 300]);
        if let (Change::Put { value, .. }, true) = (&change, n % 2 == 0) {
            removed.push(value[16..].to_vec());
        }
        store.commit(vec![change]).unwrap();
    }
    store.commit((0..50).step_by(2).map(|n| Change::remove(ROWS, &[n])).collect()).unwrap();
    let file = || fs::read(home.file("data/records/db")).unwrap();
    let left = |file: &[u8]| removed.iter().filter(|value| super::contains(file, value)).count();
    assert!(left(&file()) > 0, "sled keeps removed values, or this test shows nothing");
    store.compact().unwrap();
    assert_eq!(left(&file()), 0);
    assert_eq!(store.scan(ROWS, b"").unwrap().len(), 25);
    store.commit(vec![put(&store, b"after", b"1")]).unwrap();
    let (disk, live) = store.records_size();
    assert!(disk > 0 && live > 25 * 300);
    drop(store);
    let store = home.open();
    assert_eq!(store.scan(ROWS, b"").unwrap().len(), 26);
    assert!(!home.file("data/records.old").exists() && !home.file("data/records.new").exists());
}

#[test]
fn reading_and_committing_go_on_around_a_compaction() {
    let home = Home::new();
    let store = home.open();
    store.commit((0..200u8).map(|n| put(&store, &[n], &[n])).collect()).unwrap();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                assert_eq!(store.scan(ROWS, b"").unwrap().len(), 200);
            }
        });
        scope.spawn(|| {
            for n in 0..200u8 {
                store.commit(vec![put(&store, &[n], b"again")]).unwrap();
            }
        });
        for _ in 0..3 {
            store.compact().unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(store.scan(ROWS, b"").unwrap().iter().all(|(_, row)| *row.plain == b"again"));
}

#[test]
fn a_compaction_that_was_cut_short_is_finished_or_undone() {
    let [here, new, old] = ["data/records", "data/records.new", "data/records.old"];
    for cut in ["copying", "moved away", "moved in"] {
        let home = Home::new();
        let store = home.open();
        store.commit(vec![put(&store, b"a", b"1")]).unwrap();
        drop(store);
        match cut {
            "copying" => {
                fs::create_dir(home.file(new)).unwrap();
                fs::write(home.file(new).join("db"), b"torn").unwrap();
            }
            "moved away" => {
                fs::rename(home.file(here), home.file(new)).unwrap();
                fs::create_dir(home.file(old)).unwrap();
            }
            _ => fs::create_dir(home.file(old)).unwrap(),
        }
        let store = home.open();
        assert_eq!(read(&store, b"a"), Some(b"1".to_vec()), "{cut}");
        assert!(!home.file(new).exists() && !home.file(old).exists(), "{cut}");
    }
}
