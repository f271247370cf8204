//! A disk that really fills while a film comes in: a small one in memory, mounted where nobody else sees it.

use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Command;

const DISK: &str = "DEWDROP_TEST_DISK";
const CHUNK: usize = 65_536;

/// Takes all there is; the bytes taken.
fn fills(disk: &Path) -> u64 {
    let mut filler = File::create(disk.join("filler")).unwrap();
    for piece in [1 << 20, 4096, 1] {
        loop {
            match filler.write(&vec![7; piece]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
    filler.metadata().unwrap().len()
}

fn on_a_small_disk(disk: &Path) {
    let folder = tempfile::tempdir_in(disk).unwrap();
    let world = World::over(folder, crate::world::START);
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let film = video(1, 20 << 20);
    let parcel = Parcel::of(&link, &[&film]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    let sealed = &parcel.files[&0];
    let most = sealed.len() / 10 * 9 / CHUNK * CHUNK;
    parcel.sends_part(0, 0..most).succeeds();
    // Room for half of what is missing, so that it ends inside a request.
    let ballast = disk.join("ballast");
    std::fs::write(&ballast, vec![7; (sealed.len() - most) / 2]).unwrap();
    assert!(fills(disk) > 8 << 20, "there was room");
    std::fs::remove_file(ballast).unwrap();
    parcel.sends_part(0, most..sealed.len()).refuses(507, "disk-full");
    // What is here stays, as long as it takes.
    let here = parcel.offset(0) as usize;
    assert!(here >= most && here < sealed.len() && here.is_multiple_of(CHUNK), "{here} of {}", sealed.len());
    parcel.sends_part(0, here..sealed.len()).refuses(507, "disk-full");
    // A smaller piece of it may still have found a place.
    let here = here..=parcel.offset(0) as usize;
    assert!(!here.is_empty() && *here.end() < sealed.len(), "{here:?}");
    let here = *here.end();
    assert_eq!(parcel.commits().status, 409, "it is not whole");
    std::fs::remove_file(disk.join("filler")).unwrap();
    parcel.sends_part(0, here..sealed.len()).succeeds();
    parcel.commits().succeeds();
    assert!(trainer.watches(parcel.id) == [film]);
}

#[test]
fn a_disk_that_fills_at_nine_tenths_loses_nothing_and_goes_on_when_there_is_room() {
    if let Some(disk) = std::env::var_os(DISK) {
        return on_a_small_disk(Path::new(&disk));
    }
    let disk = tempfile::tempdir().unwrap();
    let mut again = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        again.arg("--map-root-user");
    }
    again.args(["--mount", "--", "sh", "-c", r#"mount -t tmpfs -o size=100m none "$0" && exec "$@""#]);
    again.arg(disk.path()).arg(std::env::current_exe().unwrap());
    again.args(["--exact", "--nocapture"]);
    again.arg("full::a_disk_that_fills_at_nine_tenths_loses_nothing_and_goes_on_when_there_is_room");
    let done = again.env(DISK, disk.path()).output().unwrap();
    let said = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(done.status.success() && said[0].contains("1 passed"), "{}{}", said[0], said[1]);
}
