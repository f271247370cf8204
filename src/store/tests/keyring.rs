use super::{Home, ROWS, with_slot};
use crate::ids::SlotId;
use crate::store::StoreError;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _};

const ENTRY: usize = 88;

/// Slots of one ring.
fn neighbours(count: u8) -> Vec<SlotId> {
    (0..count).map(|n| SlotId([5, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])).collect()
}

#[test]
fn a_slot_is_made_once_and_destroyed_as_often_as_one_likes() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    assert!(matches!(store.add_slot(slot), Err(StoreError::SlotExists)));
    assert!(store.has_slot(slot));
    store.destroy_slots(&[slot]).unwrap();
    store.destroy_slots(&[slot, SlotId::random()]).unwrap();
    assert!(!store.has_slot(slot));
    assert!(matches!(store.put(ROWS, b"k", Some(slot), b""), Err(StoreError::NoSlot)));
    drop(store);
    assert_eq!(home.open().slots(), []);
}

#[test]
fn what_a_destroyed_slot_sealed_reads_as_gone() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let other = SlotId::random();
    store.add_slot(other).unwrap();
    store.put_blob(slot, "card", b"content").unwrap();
    let change = |slot| store.put(ROWS, &slot_key(slot), Some(slot), b"v").unwrap();
    store.commit(vec![change(slot), change(other)]).unwrap();
    let mut reader = store.reader(slot, "card", 7).unwrap();
    let mut writer = store.writer(slot, "0", 10).unwrap();
    let late = change(slot);
    store.destroy_slots(&[slot]).unwrap();
    assert!(store.get(ROWS, &slot_key(slot)).unwrap().is_none());
    assert_eq!(store.scan(ROWS, b"").unwrap().len(), 1);
    assert!(store.get_blob(slot, "card").unwrap().is_none());
    assert!(matches!(reader.read(0, 7), Err(StoreError::NoSlot)));
    assert!(matches!(writer.append(b"x"), Err(StoreError::NoSlot)));
    assert!(matches!(store.reader(slot, "card", 7), Err(StoreError::NoSlot)));
    assert!(matches!(store.put_blob(slot, "new", b""), Err(StoreError::NoSlot)));
    store.commit(vec![late]).unwrap();
    assert!(store.get(ROWS, &slot_key(slot)).unwrap().is_none());
    store.add_slot(slot).unwrap();
    assert!(store.get(ROWS, &slot_key(slot)).is_err(), "a new key does not open what the old one sealed");
}

fn slot_key(slot: SlotId) -> Vec<u8> {
    slot.0.to_vec()
}

#[test]
fn a_torn_tail_of_every_length_is_cut_off() {
    let home = Home::new();
    let slots = neighbours(2);
    home.open().add_slot(slots[0]).unwrap();
    let whole = fs::read(home.ring(slots[0])).unwrap();
    assert_eq!(whole.len(), ENTRY);
    for torn in 1..ENTRY {
        fs::write(home.ring(slots[0]), [whole.as_slice(), &whole[..torn]].concat()).unwrap();
        let store = home.open();
        assert_eq!(fs::metadata(home.ring(slots[0])).unwrap().len(), ENTRY as u64);
        assert_eq!(store.unreadable_slots(), 0);
        if torn == 40 {
            store.add_slot(slots[1]).unwrap();
            drop(store);
            let store = home.open();
            assert!(store.has_slot(slots[0]) && store.has_slot(slots[1]));
            store.destroy_slots(&slots[1..]).unwrap();
        }
    }
}

#[test]
fn an_entry_that_does_not_authenticate_is_skipped_and_counted() {
    let home = Home::new();
    let slots = neighbours(3);
    let store = home.open();
    slots.iter().for_each(|slot| store.add_slot(*slot).unwrap());
    drop(store);
    let whole = fs::read(home.ring(slots[0])).unwrap();
    for at in ENTRY..2 * ENTRY {
        let mut altered = whole.clone();
        altered[at] ^= 0x80;
        fs::write(home.ring(slots[0]), altered).unwrap();
        let store = home.open();
        assert_eq!((store.unreadable_slots(), store.slots().len()), (1, 2), "byte {at}");
        assert!(store.has_slot(slots[0]) && store.has_slot(slots[2]) && !store.has_slot(slots[1]));
    }
    // Nor does one that was moved to another slot's name.
    let mut swapped = whole.clone();
    swapped[..16].copy_from_slice(&whole[ENTRY..ENTRY + 16]);
    fs::write(home.ring(slots[0]), swapped).unwrap();
    assert_eq!(home.open().unreadable_slots(), 1);
}

#[test]
fn an_entry_of_another_store_does_not_authenticate() {
    let (home, other) = (Home::new(), Home::new());
    other.has_folder("keys");
    drop(home.open());
    fs::copy(home.file("keys/root"), other.file("keys/root")).unwrap();
    let slot = neighbours(1)[0];
    other.open().add_slot(slot).unwrap();
    fs::copy(other.ring(slot), home.ring(slot)).unwrap();
    let store = home.open();
    assert!(!store.has_slot(slot));
    assert_eq!(store.unreadable_slots(), 1);
}

#[test]
fn destroying_leaves_the_key_in_no_file_and_overwrites_the_old_one() {
    let home = Home::new();
    let slots = neighbours(4);
    let elsewhere = SlotId([6; 16]);
    let store = home.open();
    slots.iter().chain([&elsewhere]).for_each(|slot| store.add_slot(*slot).unwrap());
    let ring = fs::read(home.ring(slots[0])).unwrap();
    let untouched = fs::metadata(home.ring(elsewhere)).unwrap();
    let mut old = File::open(home.ring(slots[0])).unwrap();
    store.destroy_slots(&[slots[1], slots[3]]).unwrap();
    let sealed = |n: usize| &ring[n * ENTRY + 16..(n + 1) * ENTRY];
    assert!(home.holds(sealed(0)) && home.holds(sealed(2)));
    assert!(!home.holds(sealed(1)) && !home.holds(sealed(3)));
    let mut left = Vec::new();
    old.rewind().unwrap();
    old.read_to_end(&mut left).unwrap();
    assert_eq!(left, vec![0; 4 * ENTRY], "the old file was overwritten");
    let now = fs::metadata(home.ring(elsewhere)).unwrap();
    assert_eq!(untouched.modified().unwrap(), now.modified().unwrap(), "another ring was left alone");
    drop(store);
    let mut left = home.open().slots();
    left.sort_unstable();
    assert_eq!(left, [slots[0], slots[2], elsewhere]);
}

#[test]
fn a_rewrite_that_was_cut_short_does_no_harm() {
    let home = Home::new();
    let slots = neighbours(2);
    let store = home.open();
    slots.iter().for_each(|slot| store.add_slot(*slot).unwrap());
    drop(store);
    let fresh = home.ring(slots[0]).with_extension("ring.new");
    fs::write(&fresh, b"torn").unwrap();
    let store = home.open();
    assert_eq!(store.slots().len(), 2);
    assert!(!fresh.exists());
    store.destroy_slots(&slots).unwrap();
}

#[test]
fn many_threads_add_and_destroy_in_one_ring() {
    let home = Home::new();
    let store = home.open();
    let slots = neighbours(120);
    std::thread::scope(|scope| {
        for part in slots.chunks(30) {
            let store = store.clone();
            scope.spawn(move || {
                part.iter().for_each(|slot| store.add_slot(*slot).unwrap());
                store.destroy_slots(&part[..15]).unwrap();
            });
        }
    });
    drop(store);
    let store = home.open();
    assert_eq!(store.slots().len(), 60);
    assert!(slots.chunks(30).all(|part| part[15..].iter().all(|slot| store.has_slot(*slot))));
}

#[test]
fn a_symlink_in_place_of_a_ring_is_refused() {
    let home = Home::new();
    drop(home.open());
    let slot = neighbours(1)[0];
    let bait = home.file("bait");
    fs::write(&bait, b"").unwrap();
    std::os::unix::fs::symlink(&bait, home.ring(slot)).unwrap();
    assert!(home.try_open().is_err());
    assert_eq!(fs::read(&bait).unwrap(), b"");
}
