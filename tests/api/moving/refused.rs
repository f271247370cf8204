//! Imports and exports that are refused: one clear line each, and nothing was changed.

use super::{Scene, at, copy_keys, dewdrop, exported, imports, machine_with_keys_of, words};
use crate::sender::video;
use crate::world::{World, until};
use dewdrop::store::{CHUNK, MoveError, OpenError, Store};
use dewdrop::time::Time;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes of a frame: nonce, 64 KiB, tag; and of what stands before the first.
const FRAME: usize = CHUNK + 40;
const HEADER: usize = 50;

/// Every file below a folder, but not the locks, which say nothing.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            all.extend(files(&entry));
        } else if !entry.to_string_lossy().ends_with("lock") {
            all.insert(entry.clone(), std::fs::read(&entry).unwrap());
        }
    }
    all
}

/// A stopped server with a video, and its export.
fn stopped() -> (Scene, Vec<u8>) {
    let mut scene = Scene::new();
    scene.parcel(&[&video(1, 400_000)]).arrives();
    let paths = scene.world.paths();
    scene.world.stops();
    let export = exported(&paths);
    (scene, export)
}

#[test]
fn an_import_into_a_used_store_changes_nothing() {
    let (scene, export) = stopped();
    let paths = scene.world.paths();
    let before = files(&paths.data);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    std::fs::write(&file, export).unwrap();
    let output = dewdrop(&["import", file.to_str().unwrap()], &paths);
    let line = "has a store already; import needs a data folder without one. Nothing was changed\n";
    assert!(!output.status.success() && words(&output).ends_with(line), "{}", words(&output));
    assert_eq!(words(&output).lines().count(), 1);
    assert!(files(&paths.data) == before);
    // Neither does one that lacks its format, as when a disk is missing.
    std::fs::remove_file(paths.data.join("format")).unwrap();
    let output = dewdrop(&["import", file.to_str().unwrap()], &paths);
    assert!(words(&output).ends_with(line), "{}", words(&output));
}

#[test]
fn a_running_server_is_neither_exported_nor_imported_into() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    let output = dewdrop(&["export", file.to_str().unwrap()], &scene.world.paths());
    assert_eq!(words(&output), "dewdrop: the server is running; stop it, export, and start it again\n");
    assert!(!file.exists());
    let output = dewdrop(&["import", "-"], &scene.world.paths());
    assert!(words(&output).contains("has a store already"), "{}", words(&output));
    let nowhere = at(folder.path());
    let output = dewdrop(&["export", file.to_str().unwrap()], &nowhere);
    assert!(words(&output).ends_with("data: there is no store\n"), "{}", words(&output));
    assert!(!nowhere.data.exists());
}

#[test]
fn a_file_that_was_cut_or_altered_is_refused_and_leaves_nothing() {
    let (scene, export) = stopped();
    let machine = machine_with_keys_of(&scene.world.paths());
    let before = files(machine.path());
    let seams = (0..export.len().div_ceil(FRAME)).map(|frame| HEADER + frame * FRAME);
    for cut in seams.chain([0, 10, HEADER - 1, HEADER + 1, export.len() - 1]).filter(|at| *at < export.len())
    {
        let error = imports(&machine, &export[..cut]).unwrap_err();
        assert!(matches!(error, MoveError::Damaged | MoveError::NotAnExport), "cut at {cut}: {error}");
        assert!(files(machine.path()) == before, "cut at {cut}");
    }
    for byte in (HEADER - 16..export.len()).step_by(export.len() / 7).chain([export.len() - 1]) {
        let mut altered = export.clone();
        altered[byte] ^= 1;
        assert!(matches!(imports(&machine, &altered), Err(MoveError::Damaged)), "byte {byte}");
        assert!(files(machine.path()) == before, "byte {byte}");
    }
    let longer = [export.as_slice(), b"and more"].concat();
    assert!(matches!(imports(&machine, &longer), Err(MoveError::Damaged)));
    assert_eq!(imports(&machine, &export).unwrap().erased_since, 0);
}

#[test]
fn keys_that_do_not_fit_are_told_apart() {
    let (scene, export) = stopped();
    let none = tempfile::tempdir().unwrap();
    let line = imports(&none, &export).unwrap_err().to_string();
    assert!(line.ends_with("has no keys; put the keys folder of the exported server there first"), "{line}");

    let mut other = Scene::new();
    let paths = other.world.paths();
    other.world.stops();
    let machine = machine_with_keys_of(&paths);
    assert!(matches!(imports(&machine, &export), Err(MoveError::OtherStore(_))));

    let machine = machine_with_keys_of(&scene.world.paths());
    let root = at(machine.path()).keys.join("root");
    std::fs::write(&root, [9; 32]).unwrap();
    assert!(matches!(imports(&machine, &export), Err(MoveError::Open(OpenError::WrongRoot))));
    std::fs::remove_file(&root).unwrap();
    assert!(matches!(imports(&machine, &export), Err(MoveError::Open(OpenError::RootMissing(_)))));
    copy_keys(&scene.world.paths(), &at(machine.path()));
    imports(&machine, &export).unwrap();
}

#[test]
fn a_newer_export_and_what_is_none_are_named() {
    let (scene, mut export) = stopped();
    let machine = machine_with_keys_of(&scene.world.paths());
    export[16] = b'2';
    let line = imports(&machine, &export).unwrap_err().to_string();
    assert_eq!(line, "the export was written by a newer dewdrop (format 2, this one knows 1)");
    let line = imports(&machine, b"\x89PNG\r\n").unwrap_err().to_string();
    assert_eq!(line, "this is not a file that `dewdrop export` wrote");
}

#[test]
fn a_full_disk_while_importing_leaves_nothing() {
    let mut scene = Scene::new();
    scene.parcel(&[&video(1, 2_000_000)]).arrives();
    let paths = scene.world.paths();
    scene.world.stops();
    let export = exported(&paths);
    let machine = machine_with_keys_of(&paths);
    let before = files(machine.path());
    let file = machine.path().with_extension("export");
    std::fs::write(&file, &export).unwrap();
    // A limit on the size of files plays the full disk: more than the records, less than the video.
    let paths = at(machine.path());
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 1536; exec \"$0\" import \"$1\" --data \"$2\""])
        .arg(env!("CARGO_BIN_EXE_dewdrop"))
        .args([&file, &paths.data])
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(words(&output), "dewdrop: the disk is full; nothing was imported\n");
    assert!(files(machine.path()) == before);
    imports(&machine, &export).unwrap();
}

#[test]
fn an_import_that_was_killed_half_way_is_no_store_and_can_be_repeated() {
    let (scene, export) = stopped();
    let machine = machine_with_keys_of(&scene.world.paths());
    let paths = at(machine.path());
    let mut child = Command::new(env!("CARGO_BIN_EXE_dewdrop"))
        .args(["import", "-", "--data"])
        .arg(&paths.data)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&export[..export.len() - 3 * FRAME]).unwrap();
    let stage = paths.data.join("import.new/blobs");
    until("blobs come in", || (stage.exists() && !files(&stage).is_empty()).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(stage.exists());
    let output = dewdrop(&["serve", "--listen", "127.0.0.1:0"], &paths);
    assert!(words(&output).ends_with("was cut short; repeat `dewdrop import`\n"), "{}", words(&output));
    // As if the kill had come after the first of the two had moved up.
    std::fs::rename(paths.data.join("import.new/records"), paths.data.join("records")).unwrap();
    assert!(matches!(Store::open(&paths), Err(OpenError::HalfImported(_))));
    imports(&machine, &export).unwrap();
    assert!(!paths.data.join("import.new").exists());
    // And after the last step but one.
    std::fs::create_dir(paths.data.join("import.new")).unwrap();
    let world = World::over(machine, Time(1_800_000_100));
    assert!(!paths.data.join("import.new").exists());
    let trainer = scene.trainer.signs_in(&world);
    assert!(trainer.watches(trainer.received_ids()[0]) == [video(1, 400_000)]);
}
