use super::{Home, ROWS, bytes, contains, with_slot};
use crate::ids::SlotId;
use crate::store::{Change, Tree};

#[test]
fn nothing_that_was_said_stands_in_any_file() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let said = |n: usize| format!("marker-{n}-Jane-Doe-knee");
    let long = said(3).repeat(10_000);
    store.put_blob(slot, "card", said(0).as_bytes()).unwrap();
    let mut writer = store.writer(slot, "0", long.len() as u64).unwrap();
    writer.append(&long.as_bytes()[..200_000]).unwrap();
    let looked_up = store.lookup_key(Tree("by_name"), said(1).as_bytes());
    store
        .commit(vec![
            store.put(ROWS, &looked_up, Some(slot), said(2).as_bytes()).unwrap(),
            store.put(ROWS, b"rootless", None, said(1).as_bytes()).unwrap(),
        ])
        .unwrap();
    store.compact().unwrap();
    writer.append(&long.as_bytes()[200_000..]).unwrap();
    writer.sync().unwrap();
    assert!(home.holds(b"rows\0"), "the search finds what is there");
    for n in 0..4 {
        assert!(!home.holds(said(n).as_bytes()), "{}", said(n));
    }
    assert!(!home.holds(store.derive_root("dewdrop/v1/salt").as_slice()));
}

#[test]
fn after_an_erasure_no_file_has_key_bytes_or_records() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    store.put_blob(slot, "0", &bytes(9, 1000)).unwrap();
    let record = store.put(ROWS, b"erased-key", Some(slot), b"plain").unwrap();
    let Change::Put { value, .. } = record.clone() else { unreachable!("a put is a put") };
    store.commit(vec![record]).unwrap();
    let sealed = std::fs::read(home.blob(slot, "0")).unwrap();
    let entry = std::fs::read(home.ring(slot)).unwrap();
    assert!(home.holds(&entry[16..]) && home.holds(&sealed) && home.holds(&value));
    store.destroy_slots(&[slot]).unwrap();
    store.remove_dir(slot).unwrap();
    store.commit(vec![Change::remove(ROWS, b"erased-key")]).unwrap();
    store.compact().unwrap();
    assert!(!home.holds(&entry[16..]) && !home.holds(&sealed) && !home.holds(&value));
    assert!(!home.holds(b"erased-key") && !home.holds(&slot.0));
    let name = slot.to_string();
    let names: Vec<_> = home.files().into_keys().map(|path| path.to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|path| contains(path.as_bytes(), name.as_bytes())));
    assert_eq!(store.slots(), Vec::<SlotId>::new());
}
