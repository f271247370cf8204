use super::{Home, ROWS, child, child_folder, with_slot};
use crate::store::{OpenError, Store};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

/// Refused with a line that contains `words`, and nothing changed.
fn refused(home: &Home, words: &str) {
    let before = home.files();
    let line = home.refusal();
    assert!(line.contains(words), "{line:?} does not say {words:?}");
    assert!(!line.contains('\n'));
    assert!(before == home.files(), "a refused start changed something");
}

fn closed() -> Home {
    let home = Home::new();
    let (store, _) = with_slot(&home);
    store.commit(vec![store.put(ROWS, b"k", None, b"v").unwrap()]).unwrap();
    home
}

#[test]
fn a_store_opens_again_with_what_it_had() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    store.put_blob(slot, "card", b"content").unwrap();
    store.commit(vec![store.put(ROWS, b"k", Some(slot), b"v").unwrap()]).unwrap();
    let salt = store.derive_root("dewdrop/v1/salt");
    drop(store);
    let store = home.open();
    assert_eq!(store.get(ROWS, b"k").unwrap().unwrap().plain.as_slice(), b"v");
    assert_eq!(store.get_blob(slot, "card").unwrap().unwrap(), b"content");
    assert_eq!(store.derive_root("dewdrop/v1/salt"), salt);
    assert_eq!(store.dirs().unwrap().len(), 1);
}

#[test]
fn everything_is_for_the_server_alone() {
    let home = Home::new();
    let (store, slot) = with_slot(&home);
    store.put_blob(slot, "card", b"content").unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["keys/root", "keys/id", "data/format", "data/lock", "data/blobs/id"] {
        assert_eq!(mode(&home.file(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&home.blob(slot, "card")), 0o600);
    assert_eq!(mode(&home.ring(slot)), 0o600);
    for folder in ["data", "keys", "data/blobs", "data/records"] {
        assert_eq!(mode(&home.file(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(home.blob(slot, "card").parent().unwrap()), 0o700);
}

#[test]
fn a_second_process_is_refused_until_the_first_is_gone() {
    const TEST: &str = "store::tests::opening::a_second_process_is_refused_until_the_first_is_gone";
    if let Some(folder) = child_folder() {
        let _store = Store::open(&super::paths_in(&folder)).unwrap();
        std::io::stdout().write_all(b"\n!open\n").unwrap();
        std::thread::park();
        unreachable!("it is killed");
    }
    let home = closed();
    let mut child = child(TEST, home.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "!open"));
    assert!(matches!(Store::open(&home.paths()), Err(OpenError::Locked(_))));
    child.kill().unwrap();
    child.wait().unwrap();
    home.open();
}

#[test]
fn the_same_process_is_refused_too() {
    let home = Home::new();
    let store = home.open();
    let refused = Store::open(&home.paths()).err().expect("it should have been refused");
    assert!(refused.to_string().contains("in use by another dewdrop"));
    let clone = store.clone();
    drop(store);
    assert!(matches!(Store::open(&home.paths()), Err(OpenError::Locked(_))));
    drop(clone);
    home.open();
}

#[test]
fn a_newer_format_is_refused() {
    let home = closed();
    fs::write(home.file("data/format"), "2\n").unwrap();
    refused(&home, "storage format 2, this one knows 1");
    fs::write(home.file("data/format"), "what\n").unwrap();
    refused(&home, "damaged");
}

#[test]
fn a_wrong_root_secret_is_refused() {
    let home = closed();
    fs::write(home.file("keys/root"), [7; 32]).unwrap();
    refused(&home, "not the one these keys were sealed with");
    fs::write(home.file("keys/root"), [7; 31]).unwrap();
    refused(&home, "not 32 to 4096 bytes");
    fs::remove_file(home.file("keys/root")).unwrap();
    refused(&home, "root secret is missing");
    assert!(!home.file("keys/root").exists(), "no new one was made");
}

#[test]
fn the_keys_of_another_store_are_refused() {
    let (home, other) = (closed(), closed());
    for file in ["root", "id"] {
        fs::copy(other.file("keys").join(file), home.file("keys").join(file)).unwrap();
    }
    refused(&home, "do not belong to the same store (keys and blobs)");
    fs::copy(other.file("data/blobs/id"), home.file("data/blobs/id")).unwrap();
    assert!(home.refusal().contains("root secret is not the one") || home.refusal().contains("records"));
}

#[test]
fn the_records_of_another_store_under_the_same_root_are_refused() {
    let (home, other) = (Home::new(), Home::new());
    drop(home.open());
    other.has_folder("keys");
    fs::copy(home.file("keys/root"), other.file("keys/root")).unwrap();
    drop(other.open());
    fs::remove_dir_all(home.file("data/records")).unwrap();
    fs::rename(other.file("data/records"), home.file("data/records")).unwrap();
    assert!(home.refusal().contains("keys and records"));
}

#[test]
fn a_part_that_is_not_mounted_is_refused() {
    for part in ["data/blobs", "data/blobs/id", "data/records", "keys", "keys/id"] {
        let home = closed();
        fs::rename(home.file(part), home.path().join("away")).unwrap();
        refused(&home, "is missing; is its disk mounted?");
        fs::rename(home.path().join("away"), home.file(part)).unwrap();
        home.open();
    }
}

#[test]
fn new_data_beside_old_keys_is_refused() {
    let home = closed();
    fs::remove_dir_all(home.file("data")).unwrap();
    assert!(home.refusal().contains("the data directory is new, the keys are not"));
    let home = closed();
    fs::remove_file(home.file("data/format")).unwrap();
    assert!(matches!(home.try_open(), Err(OpenError::OtherStore(_))));
}

#[test]
fn a_place_that_can_not_be_written_is_refused() {
    let home = Home::new();
    fs::write(home.file("data"), "a file").unwrap();
    refused(&home, "can not be written");
    fs::remove_file(home.file("data")).unwrap();
    home.has_folder("data");
    std::os::unix::fs::symlink("/nowhere", home.file("data/lock")).unwrap();
    assert!(matches!(home.try_open(), Err(OpenError::Unwritable { .. })));
}

#[test]
fn a_first_start_that_was_cut_short_begins_again() {
    for left in ["keys/root", "keys/id", "data/blobs/id"] {
        let home = Home::new();
        drop(home.open());
        fs::remove_file(home.file("data/format")).unwrap();
        fs::remove_file(home.file(left)).unwrap();
        fs::write(home.file("keys/id.new"), "torn").unwrap();
        let store = home.open();
        store.commit(vec![store.put(ROWS, b"k", None, b"v").unwrap()]).unwrap();
        drop(store);
        assert!(home.open().get(ROWS, b"k").unwrap().is_some());
    }
}

#[test]
fn the_credential_comes_before_the_file() {
    const TEST: &str = "store::tests::opening::the_credential_comes_before_the_file";
    if let Some(folder) = child_folder() {
        drop(Store::open(&super::paths_in(&folder)).unwrap());
        return;
    }
    let home = Home::new();
    let credentials = home.file("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::write(credentials.join("dewdrop.root"), [9; 40]).unwrap();
    let mut child = child(TEST, home.path());
    assert!(child.env("CREDENTIALS_DIRECTORY", &credentials).output().unwrap().status.success());
    assert!(!home.file("keys/root").exists());
    assert!(matches!(home.try_open(), Err(OpenError::RootMissing(_))));
    fs::write(home.file("keys/root"), [9; 40]).unwrap();
    home.open();
}

#[test]
fn what_a_kill_while_opening_left_is_cleared() {
    let home = closed();
    let records = home.file("data/records");
    fs::write(records.join("snap.0000000000000000.generating"), "torn").unwrap();
    assert!(home.open().get(ROWS, b"k").unwrap().is_some());
    assert!(!records.join("snap.0000000000000000.generating").exists());
    let mut snapshots = 0;
    for entry in fs::read_dir(&records).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
            fs::write(path, [0xff; 100]).unwrap();
            snapshots += 1;
        }
    }
    assert!(snapshots > 0, "there was a snapshot to damage");
    assert!(home.open().get(ROWS, b"k").unwrap().is_some());
    assert!(records.join("aside").exists(), "the damaged snapshot was set aside");
}

#[test]
fn records_beyond_repair_are_refused_with_a_clear_line() {
    let home = closed();
    fs::write(home.file("data/records/conf"), [0xff; 64]).unwrap();
    let line = home.refusal();
    assert!(line.contains("records"), "{line}");
}

#[test]
fn an_empty_folder_is_made_private_and_a_full_one_that_others_can_enter_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let opened = || fs::set_permissions(home.file("data"), fs::Permissions::from_mode(0o755)).unwrap();
    home.has_folder("data");
    opened();
    drop(home.open());
    assert_eq!(fs::metadata(home.file("data")).unwrap().permissions().mode() & 0o777, 0o700);
    opened();
    refused(&home, "others on this machine can look into");
}
