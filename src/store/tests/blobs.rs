use super::{Home, bytes, with_slot};
use crate::ids::SlotId;
use crate::store::chunks::FRAME;
use crate::store::{CHUNK, Store, StoreError};
use std::fs;

/// A blob of `total` bytes written by one writer.
fn written(store: &Store, dir: SlotId, name: &str, total: usize) -> Vec<u8> {
    let content = bytes(total as u64, total);
    let mut writer = store.writer(dir, name, total as u64).unwrap();
    writer.append(&content).unwrap();
    assert_eq!(writer.sync().unwrap(), total as u64);
    content
}

fn is_damaged<T>(read: Result<T, StoreError>) -> bool {
    matches!(read, Err(StoreError::Damaged { .. }))
}

#[test]
fn a_small_blob_is_written_whole_and_replaced_whole() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
        let content = bytes(1, length);
        store.put_blob(slot, "manifest", &content).unwrap();
        assert!(store.get_blob(slot, "manifest").unwrap().unwrap() == content, "{length} bytes");
    }
    assert_eq!(store.blob_names(slot).unwrap(), ["manifest"]);
    store.remove_blob(slot, "manifest").unwrap();
    store.remove_blob(slot, "manifest").unwrap();
    assert!(store.get_blob(slot, "manifest").unwrap().is_none());
    assert!(store.get_blob(SlotId::random(), "manifest").unwrap().is_none());
}

#[test]
fn a_directory_is_made_and_removed_as_often_as_one_likes() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    store.make_dir(slot).unwrap();
    store.put_blob(slot, "0", b"x").unwrap();
    store.put_blob(slot, "1", b"y").unwrap();
    assert_eq!(store.dirs().unwrap().len(), 1);
    store.remove_dir(slot).unwrap();
    store.remove_dir(slot).unwrap();
    store.remove_dir(SlotId::random()).unwrap();
    assert!(store.dirs().unwrap().is_empty());
    assert!(store.put_blob(slot, "0", b"x").is_err() && store.writer(slot, "0", 1).is_err());
}

#[test]
fn names_can_not_leave_their_directory() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    for name in ["", ".", "..", "a/b", "../x", "a\0b", "\u{202e}", &"x".repeat(81)] {
        assert!(store.put_blob(slot, name, b"x").is_err(), "{name:?}");
        assert!(store.writer(slot, name, 1).is_err() && store.reader(slot, name, 1).is_err(), "{name:?}");
        assert!(store.get_blob(slot, name).is_err() && store.remove_blob(slot, name).is_err(), "{name:?}");
    }
    store.put_blob(slot, "card-AZaz09_-.1", b"x").unwrap();
}

#[test]
fn only_whole_chunks_count_and_a_rest_is_forgotten() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let content = bytes(2, 2 * CHUNK + 10);
    let mut writer = store.writer(slot, "0", content.len() as u64).unwrap();
    writer.append(&content[..CHUNK - 1]).unwrap();
    assert_eq!((writer.offset(), writer.sync().unwrap()), (0, 0));
    writer.append(&content[CHUNK - 1..CHUNK + 5]).unwrap();
    assert_eq!(writer.sync().unwrap(), CHUNK as u64);
    drop(writer);
    assert_eq!(fs::metadata(home.blob(slot, "0")).unwrap().len(), FRAME as u64);
    let mut writer = store.writer(slot, "0", content.len() as u64).unwrap();
    assert_eq!(writer.offset(), CHUNK as u64);
    assert!(matches!(writer.append(&[0; CHUNK + 11]), Err(StoreError::TooLarge)));
    writer.append(&content[CHUNK..]).unwrap();
    assert_eq!(writer.sync().unwrap(), content.len() as u64);
    assert!(matches!(writer.append(b"x"), Err(StoreError::TooLarge)));
    let mut reader = store.reader(slot, "0", content.len() as u64).unwrap();
    assert!(reader.read(0, usize::MAX).unwrap() == content);
}

#[test]
fn a_torn_end_is_cut_back_to_the_last_whole_chunk() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let content = written(&store, slot, "0", 2 * CHUNK + 100);
    drop(store);
    let path = home.blob(slot, "0");
    let whole = fs::read(&path).unwrap();
    let lengths = (0..=140).chain([FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1]).chain(2 * FRAME..whole.len());
    for length in lengths {
        fs::write(&path, &whole[..length]).unwrap();
        let store = home.open();
        let mut writer = store.writer(slot, "0", content.len() as u64).unwrap();
        assert_eq!(writer.offset(), (length / FRAME * CHUNK) as u64, "cut at {length}");
        if length % 50 == 1 {
            let offset = writer.offset() as usize;
            writer.append(&content[offset..]).unwrap();
            writer.sync().unwrap();
            let mut reader = store.reader(slot, "0", content.len() as u64).unwrap();
            assert!(reader.read(0, usize::MAX).unwrap() == content, "went on from {length}");
        }
    }
    fs::write(&path, [whole.as_slice(), b"more"].concat()).unwrap();
    let store = home.open();
    assert_eq!(store.writer(slot, "0", content.len() as u64).unwrap().offset(), content.len() as u64);
    assert_eq!(fs::read(&path).unwrap(), whole, "what was too much is gone");
}

#[test]
fn chunks_that_a_power_cut_left_unwritten_are_found_even_in_the_middle() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let content = written(&store, slot, "0", 20 * CHUNK);
    drop(store);
    let mut holed = fs::read(home.blob(slot, "0")).unwrap();
    holed[7 * FRAME..8 * FRAME].fill(0);
    holed[12 * FRAME..13 * FRAME].fill(0);
    fs::write(home.blob(slot, "0"), holed).unwrap();
    let store = home.open();
    let mut writer = store.writer(slot, "0", content.len() as u64).unwrap();
    assert_eq!(writer.offset(), 7 * CHUNK as u64);
    writer.append(&content[7 * CHUNK..]).unwrap();
    writer.sync().unwrap();
    let mut reader = store.reader(slot, "0", content.len() as u64).unwrap();
    assert!(reader.read(0, usize::MAX).unwrap() == content);
}

#[test]
fn every_altered_byte_is_refused() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    store.put_blob(slot, "card", b"twenty bytes of text").unwrap();
    let whole = fs::read(home.blob(slot, "card")).unwrap();
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 4;
        fs::write(home.blob(slot, "card"), &altered).unwrap();
        assert!(is_damaged(store.get_blob(slot, "card")), "byte {at}");
        assert!(is_damaged(store.reader(slot, "card", 20).unwrap().read(0, 20)), "byte {at}");
        fs::write(home.blob(slot, "card"), &whole[..at]).unwrap();
        assert!(is_damaged(store.get_blob(slot, "card")), "cut at {at}");
        assert!(is_damaged(store.reader(slot, "card", 20)), "cut at {at}");
    }
}

#[test]
fn chunks_are_refused_in_any_other_place() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let other = SlotId::random();
    store.add_slot(other).unwrap();
    store.make_dir(other).unwrap();
    let total = 3 * CHUNK;
    for (dir, name) in [(slot, "0"), (slot, "1"), (other, "0")] {
        written(&store, dir, name, total);
    }
    let here = home.blob(slot, "0");
    let own = fs::read(&here).unwrap();
    let frame = |file: &[u8], n: usize| file[n * FRAME..(n + 1) * FRAME].to_vec();
    let name = fs::read(home.blob(slot, "1")).unwrap();
    let stranger = fs::read(home.blob(other, "0")).unwrap();
    let forged = [
        ("swapped", [frame(&own, 1), frame(&own, 0), frame(&own, 2)]),
        ("repeated", [frame(&own, 0), frame(&own, 0), frame(&own, 2)]),
        ("last in the middle", [frame(&own, 0), frame(&own, 2), frame(&own, 2)]),
        ("middle at the end", [frame(&own, 0), frame(&own, 1), frame(&own, 1)]),
        ("of another name", [frame(&own, 0), frame(&name, 1), frame(&own, 2)]),
        ("of another slot", [frame(&own, 0), frame(&stranger, 1), frame(&own, 2)]),
    ];
    for (how, frames) in forged {
        fs::write(&here, frames.concat()).unwrap();
        assert!(is_damaged(store.reader(slot, "0", total as u64).unwrap().read(0, total)), "{how}");
        assert!(is_damaged(store.get_blob(slot, "0")), "{how}");
    }
    // Cut at the end of a chunk: without the last flag it is no whole blob, whatever total is claimed.
    fs::write(&here, &own[..2 * FRAME]).unwrap();
    assert!(is_damaged(store.reader(slot, "0", total as u64)));
    assert!(is_damaged(store.reader(slot, "0", 2 * CHUNK as u64).unwrap().read(0, total)));
    assert!(is_damaged(store.get_blob(slot, "0")));
    fs::write(&here, &own).unwrap();
    assert!(store.reader(slot, "0", total as u64).unwrap().read(0, total).is_ok());
}

#[test]
fn a_symlink_in_place_of_a_blob_or_directory_is_not_followed() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let bait = home.file("bait");
    fs::create_dir(&bait).unwrap();
    fs::write(bait.join("0"), b"precious").unwrap();
    std::os::unix::fs::symlink(bait.join("0"), home.blob(slot, "0")).unwrap();
    assert!(store.writer(slot, "0", 5).is_err());
    assert!(store.reader(slot, "0", 5).is_err());
    assert!(store.get_blob(slot, "0").is_err());
    store.put_blob(slot, "0", b"new").unwrap();
    assert!(home.blob(slot, "0").symlink_metadata().unwrap().is_file());
    let other = SlotId::random();
    store.add_slot(other).unwrap();
    store.make_dir(other).unwrap();
    let folder = home.blob(other, "0").parent().unwrap().to_owned();
    fs::remove_dir(&folder).unwrap();
    std::os::unix::fs::symlink(&bait, &folder).unwrap();
    assert!(store.make_dir(other).is_err() && store.writer(other, "0", 5).is_err());
    assert!(store.get_blob(other, "0").is_err() && store.remove_dir(other).is_err());
    assert_eq!(fs::read(bait.join("0")).unwrap(), b"precious");
}

#[test]
fn a_pipe_in_place_of_a_blob_does_not_hang() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let made = std::process::Command::new("mkfifo").arg(home.blob(slot, "0")).status().unwrap();
    assert!(made.success());
    assert!(store.get_blob(slot, "0").is_err() && store.reader(slot, "0", 1).is_err());
    store.remove_dir(slot).unwrap();
}

#[test]
fn bytes_come_one_at_a_time() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    let content = bytes(3, CHUNK + 3);
    let mut writer = store.writer(slot, "0", content.len() as u64).unwrap();
    content.iter().for_each(|byte| writer.append(&[*byte]).unwrap());
    assert_eq!(writer.sync().unwrap(), content.len() as u64);
    assert!(store.get_blob(slot, "0").unwrap().unwrap() == content);
}
