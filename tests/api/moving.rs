//! A server that is taken to another machine, or brought back from an old backup: the export without
//! keys, the keys by hand.

mod refused;

use crate::raw::answer;
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::app::NOT_MOVED;
use dewdrop::client::age::seal;
use dewdrop::sealed::identity::Identity;
use dewdrop::store::{Imported, MoveError, Paths, Store};
use dewdrop::time::{Span, Time};
use reqwest::Method;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// What the program says and answers.
fn dewdrop(line: &[&str], paths: &Paths) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
    command.args(line).arg("--data").arg(&paths.data).arg("--keys").arg(&paths.keys).output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn at(folder: &Path) -> Paths {
    let data = folder.join("data");
    Paths { keys: data.join("keys"), data }
}

/// The export of a server that is stopped.
fn exported(paths: &Paths) -> Vec<u8> {
    let store = Store::open(paths).unwrap();
    store.export(Vec::new(), Time(1_800_000_000), &mut |_| {}).unwrap().1
}

/// Another machine, to which the keys were taken.
fn machine_with_keys_of(paths: &Paths) -> TempDir {
    let machine = tempfile::tempdir().unwrap();
    copy_keys(paths, &at(machine.path()));
    machine
}

fn copy_keys(from: &Paths, to: &Paths) {
    // As `cp -a` does: nobody else can look into them.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&to.keys).unwrap();
    for entry in std::fs::read_dir(&from.keys).unwrap().map(|entry| entry.unwrap()) {
        std::fs::copy(entry.path(), to.keys.join(entry.file_name())).unwrap();
    }
}

fn imports(machine: &TempDir, export: &[u8]) -> Result<Imported, MoveError> {
    Store::import(&at(machine.path()), export, &NOT_MOVED, &mut |_| {})
}

/// A trainer, an open link for several, and what came through it.
struct Scene {
    world: World,
    trainer: Trainer,
    link: String,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let trainer = Trainer::sets_up(&world);
        let link = trainer.makes("several", 9, world.now()).link.reveal().to_string();
        Self { world, trainer, link }
    }

    fn parcel(&self, films: &[&[u8]]) -> Parcel {
        Parcel::of(&Client::new().opens(&self.link).unwrap(), films)
    }

    fn erases(&self, parcel: &Parcel) {
        self.trainer.erases(parcel.id).succeeds();
        self.world.waits(Span(10));
        self.world.sweeps();
        assert!(!self.world.has_key_on_disk(parcel.id));
    }
}

#[test]
fn a_server_that_was_moved_goes_on_where_it_was() {
    let mut scene = Scene::new();
    let films = [video(1, 300_000), video(2, 10)];
    let (received, erased) = (scene.parcel(&[&films[0], &films[1]]), scene.parcel(&[&films[1]]));
    received.arrives();
    erased.arrives();
    scene.erases(&erased);
    let reply = seal(&Identity::random().recipient(), &films[0]);
    let reply_path = format!("/api/submissions/{}/reply", received.id);
    answer(scene.trainer.request(Method::PUT, &reply_path).body(reply.clone())).succeeds();
    let mut travelling = scene.parcel(&[&films[0]]);
    travelling.announces().succeeds();
    travelling.sends_part(0, 0..131_072).succeeds();
    let old = scene.world.paths();
    scene.world.stops();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let output = dewdrop(&["export", file.to_str().unwrap()], &old);
    assert!(output.status.success() && words(&output).contains("The keys are not in it"), "{output:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written stays");
    let again = dewdrop(&["export", file.to_str().unwrap()], &old);
    assert!(words(&again).ends_with("backup is there already\n"), "{again:?}");
    let machine = machine_with_keys_of(&old);
    let output = dewdrop(&["import", file.to_str().unwrap()], &at(machine.path()));
    assert!(output.status.success() && !words(&output).contains("erased since"), "{output:?}");

    let world = World::over(machine, Time(1_800_000_100));
    let trainer = scene.trainer.signs_in(&world);
    assert_eq!(trainer.received_ids(), [received.id]);
    assert!(trainer.watches(received.id) == films);
    assert!(trainer.gets(&reply_path).succeeds().body == reply);
    let told = crate::sender::receipt(world.origin(), &erased.receipt);
    assert!(told.erased_at.is_some(), "its receipt still says so");
    travelling.origin = world.origin().to_owned();
    assert_eq!(travelling.offset(0), 131_072);
    travelling.sends_part(0, 131_072..travelling.files[&0].len()).succeeds();
    travelling.puts_manifest().succeeds();
    travelling.commits().succeeds();
    assert!(trainer.watches(travelling.id) == [films[0].clone()]);
    assert_eq!(trainer.lists().links[0].uses_left, 6);
    world.sweeps();
}

#[test]
fn an_old_backup_brings_nothing_back_that_was_erased_since() {
    let mut scene = Scene::new();
    let film = video(3, 200_000);
    let (kept, erased) = (scene.parcel(&[&film]), scene.parcel(&[&film]));
    kept.arrives();
    erased.arrives();
    let once = scene.trainer.makes("one", 1, scene.world.now());
    let paths = scene.world.paths();
    scene.world.restarts();
    scene.world.stops();
    let backup = exported(&paths);
    let mut scene = Scene { world: World::over(moved(&paths), Time(1_800_000_100)), ..scene };
    scene.trainer = scene.trainer.signs_in(&scene.world);
    let origin = scene.world.origin().to_owned();
    let link = once.link.reveal().replace(&origin_of(&once.link.reveal()), &origin);
    scene.erases(&erased);
    let late = Parcel::of(&Client::new().opens(&link).unwrap(), &[&film]);
    late.arrives();
    scene.world.sweeps();
    let paths = scene.world.paths();
    scene.world.stops();

    let machine = machine_with_keys_of(&paths);
    let made = imports(&machine, &backup).unwrap();
    assert_eq!(
        (made.erased_since, made.came_later),
        (2, 1),
        "the submission and the spent link; the late one"
    );
    let world = World::over(machine, Time(1_800_000_200));
    let trainer = scene.trainer.signs_in(&world);
    assert_eq!(trainer.received_ids(), [kept.id]);
    assert!(trainer.watches(kept.id) == [film]);
    assert!(!world.blobs_of(erased.id).exists() && !world.has_key_on_disk(erased.id));
    assert_eq!(trainer.lists().links.len(), 1, "what was used up does not open again");
    for receipt in [&erased.receipt, &late.receipt] {
        let url = world.url("/api/receipt");
        crate::raw::answer(crate::raw::asks(reqwest::Method::GET, &url, Some(receipt)))
            .refuses(404, "not-available");
    }
    // Nothing that points to what was left behind stays for ever.
    for _ in 0..2 {
        world.waits(Span::DAY.times(60));
        world.sweeps();
    }
    assert_eq!((world.count("by_expiry"), world.count("submissions"), world.count("links")), (0, 0, 0));
}

/// Where a link leads.
fn origin_of(link: &str) -> String {
    link.split("/u").next().unwrap().to_owned()
}

/// Everything of a stopped server, in a folder of its own.
fn moved(paths: &Paths) -> TempDir {
    let machine = machine_with_keys_of(paths);
    imports(&machine, &exported(paths)).unwrap();
    machine
}

#[test]
fn nobody_stays_signed_in_by_a_backup() {
    let mut scene = Scene::new();
    let paths = scene.world.paths();
    scene.world.stops();
    let world = World::over(moved(&paths), Time(1_800_000_100));
    let old = scene.trainer.by_way_of(world.origin());
    assert_eq!(old.gets("/api/links").status, 401);
    assert_eq!((world.count("sessions"), world.count("sessions-of")), (0, 0));
    assert_eq!(scene.trainer.signs_in(&world).links().len(), 1);
}

#[test]
fn what_expired_meanwhile_is_not_served_and_time_does_not_run_backwards() {
    let mut scene = Scene::new();
    let parcel = scene.parcel(&[b"film"]);
    parcel.arrives();
    let expires_at = parcel.receipt().expires_at.unwrap();
    scene.world.clock().set(Time(expires_at.0 - 60));
    scene.world.sweeps();
    let paths = scene.world.paths();
    scene.world.stops();
    let export = exported(&paths);
    let machine = machine_with_keys_of(&paths);
    imports(&machine, &export).unwrap();
    let early = World::over(machine, Time(1_800_000_000));
    assert_eq!(early.now(), Time(expires_at.0 - 60), "the mark came along");
    assert_eq!(scene.trainer.signs_in(&early).received_ids(), [parcel.id]);

    let machine = machine_with_keys_of(&paths);
    imports(&machine, &export).unwrap();
    let late = World::over(machine, expires_at);
    let trainer = scene.trainer.signs_in(&late);
    assert_eq!(trainer.received_ids(), []);
    trainer.gets(&format!("/api/submissions/{}", parcel.id)).refuses(404, "not-available");
    assert_eq!(late.sweeps().submissions, 1);
    assert!(!late.has_key_on_disk(parcel.id) && !late.blobs_of(parcel.id).exists());
}

#[test]
fn an_export_goes_through_pipes_and_holds_no_key() {
    let mut scene = Scene::new();
    scene.parcel(&[&video(4, 150_000)]).arrives();
    let paths = scene.world.paths();
    scene.world.stops();
    let output = dewdrop(&["export", "-"], &paths);
    assert!(output.status.success(), "{}", words(&output));
    for entry in std::fs::read_dir(&paths.keys).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&entry).unwrap();
        // Rings hold sealed keys, 88 bytes each; the first 16 are ids.
        for secret in bytes.chunks(88).filter_map(|entry| entry.get(16..32)) {
            assert!(!output.stdout.windows(16).any(|at| at == secret), "{}", entry.display());
        }
    }
    let machine = machine_with_keys_of(&paths);
    assert_eq!(imports(&machine, &output.stdout).unwrap().blobs, 8);
}
