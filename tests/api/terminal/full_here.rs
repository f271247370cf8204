//! The reader's own disk is full, before or in the middle: plain words, and nothing is left behind.

use super::fetched::{Scene, is_film};
use crate::sender::video;
use std::fs;
use std::path::Path;
use std::process::Command;

const DISK: &str = "DEWDROP_TEST_DISK_HERE";
const NAME: &str = "terminal::full_here::where_there_is_no_room_it_says_so_and_leaves_nothing";

fn on_a_small_disk(disk: &Path) {
    let scene = Scene::new();
    let (large, small) = (video(1, 20 << 20), video(2, 1 << 20));
    let id = scene.receives(&[&large]);
    let to = disk.join("in");
    std::os::unix::fs::symlink(&to, scene.folder()).unwrap();
    fs::create_dir(&to).unwrap();
    let refused = |more: &[&str]| {
        let done = scene.fetches(id, more);
        assert!(done.refusal().contains("there is no room for it in"), "{}", done.stderr);
        assert!(scene.lies_there().is_empty(), "{:?}", scene.lies_there());
        assert!(scene.trainer.received().iter().all(|one| !one.asked && one.files[&0].saved_at.is_none()));
    };
    // Less than it needs is free: not a byte of it is asked for.
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![7; 20 << 20]).unwrap();
    scene.between.changes(|answer| assert!(!is_film(answer) || answer.range.is_some_and(|(at, _)| at == 0)));
    refused(&["--erase"]);
    // It fills up meanwhile.
    fs::remove_file(&ballast).unwrap();
    let fills = ballast.clone();
    scene.between.changes(move |answer| {
        if let (true, Some((1.., _))) = (is_film(answer), answer.range) {
            fs::write(&fills, vec![7; 20 << 20]).unwrap();
        }
    });
    refused(&["--erase"]);
    scene.between.is_honest_again();
    let other = scene.receives(&[&small]);
    scene.fetches(other, &[]).ok();
    assert!(fs::read(to.join("set-0.mp4")).unwrap() == small);
}

#[test]
fn where_there_is_no_room_it_says_so_and_leaves_nothing() {
    if let Some(disk) = std::env::var_os(DISK) {
        return on_a_small_disk(Path::new(&disk));
    }
    let disk = tempfile::tempdir().unwrap();
    let mut again = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        again.arg("--map-root-user");
    }
    again.args(["--mount", "--", "sh", "-c", r#"mount -t tmpfs -o size=32m none "$0" && exec "$@""#]);
    again.arg(disk.path()).arg(std::env::current_exe().unwrap());
    again.args(["--exact", "--nocapture", NAME]);
    let done = again.env(DISK, disk.path()).output().unwrap();
    let said = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(done.status.success() && said[0].contains("1 passed"), "{}{}", said[0], said[1]);
}
