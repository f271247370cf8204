//! A disk that is full, played by a limit on the size of files: writing stops in the middle of a write,
//! with an error, as it does on a full disk.

use super::{Home, ROWS, bytes, child, child_folder, paths_in};
use crate::ids::SlotId;
use crate::store::chunks::FRAME;
use crate::store::{CHUNK, Store, StoreError};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;

const SLOT: SlotId = SlotId([3; 16]);

fn limit(bytes: Option<u64>) {
    let hard = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(hard), maximum: hard }).unwrap();
}

fn run(test: &str, home: &Home) -> std::process::Output {
    child(&format!("store::tests::full::{test}"), home.path()).output().unwrap()
}

#[test]
fn a_blob_ends_with_its_last_whole_chunk_and_goes_on_when_there_is_room() {
    if let Some(folder) = child_folder() {
        let store = Store::open(&paths_in(&folder)).unwrap();
        store.add_slot(SLOT).unwrap();
        store.make_dir(SLOT).unwrap();
        let content = bytes(1, 10 * CHUNK);
        let mut writer = store.writer(SLOT, "0", content.len() as u64).unwrap();
        writer.append(&content[..2 * CHUNK]).unwrap();
        limit(Some(5 * FRAME as u64 + 1000));
        assert!(matches!(writer.append(&content[2 * CHUNK..]), Err(StoreError::Full)));
        assert_eq!(writer.offset(), 2 * CHUNK as u64);
        let path = folder.join(format!("data/blobs/03/{SLOT}/0"));
        assert_eq!(path.metadata().unwrap().len(), 2 * FRAME as u64, "nothing half-written is left");
        assert!(writer.append(b"x").is_err(), "this writer is over");
        assert!(matches!(store.put_blob(SLOT, "card", &content), Err(StoreError::Full)));
        assert_eq!(store.blob_names(SLOT).unwrap(), ["0"]);
        limit(None);
        let mut writer = store.writer(SLOT, "0", content.len() as u64).unwrap();
        assert_eq!(writer.offset(), 2 * CHUNK as u64);
        writer.append(&content[2 * CHUNK..]).unwrap();
        writer.sync().unwrap();
        assert!(store.get_blob(SLOT, "0").unwrap().unwrap() == content);
        return;
    }
    let home = Home::new();
    let test = "a_blob_ends_with_its_last_whole_chunk_and_goes_on_when_there_is_room";
    let output = run(test, &home);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(home.open().blob_names(SLOT).unwrap(), ["0"]);
}

#[test]
fn a_slot_that_does_not_fit_is_not_there() {
    let slots: Vec<SlotId> =
        (0..4).map(|n| SlotId([n / 2 * 16, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])).collect();
    if let Some(folder) = child_folder() {
        let store = Store::open(&paths_in(&folder)).unwrap();
        store.add_slot(slots[0]).unwrap();
        limit(Some(100));
        assert!(matches!(store.add_slot(slots[1]), Err(StoreError::Full)));
        limit(Some(50));
        assert!(matches!(store.add_slot(slots[2]), Err(StoreError::Full)));
        assert_eq!(store.slots(), [slots[0]]);
        limit(None);
        store.add_slot(slots[3]).unwrap();
        return;
    }
    let home = Home::new();
    let output = run("a_slot_that_does_not_fit_is_not_there", &home);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let store = home.open();
    let mut left = store.slots();
    left.sort_unstable();
    assert_eq!((left, store.unreadable_slots()), (vec![slots[0], slots[3]], 0));
}

#[test]
fn records_that_do_not_fit_end_the_process_and_lose_nothing() {
    if let Some(folder) = child_folder() {
        let store = Store::open(&paths_in(&folder)).unwrap();
        limit(Some(2 << 20));
        for n in 0u64.. {
            let change = store.put(ROWS, &n.to_be_bytes(), None, &bytes(n, 3000)).unwrap();
            store.commit(vec![change]).unwrap();
            std::io::stdout().write_all(format!("\n!row {n}\n").as_bytes()).unwrap();
        }
    }
    let home = Home::new();
    let output = run("records_that_do_not_fit_end_the_process_and_lose_nothing", &home);
    assert_eq!(output.status.signal(), Some(6), "it aborts");
    let told =
        String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("!row")).count();
    assert!(told > 100, "only {told} rows fitted");
    let store = home.open();
    let rows = store.scan(ROWS, b"").unwrap();
    assert!(rows.len() >= told && rows.len() <= told + 1);
    for (n, (key, row)) in rows.iter().enumerate() {
        assert_eq!(*key, (n as u64).to_be_bytes());
        assert!(*row.plain == bytes(n as u64, 3000));
    }
}
