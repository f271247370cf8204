//! What `systemd/` ships: a unit that systemd understands and that may next to nothing, and settings
//! that name every one there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn shipped(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd").join(name)).unwrap()
}

fn systemd_analyze(arguments: &[&str], unit: &Path) -> Output {
    Command::new("systemd-analyze").args(arguments).arg(unit).output().expect("systemd is here: make tools")
}

/// The unit as it is installed, with one of the files beside it.
fn with(name: Option<&str>, folder: &Path) -> std::path::PathBuf {
    let unit = folder.join("dewdrop.service");
    let here = env!("CARGO_BIN_EXE_dewdrop");
    fs::write(&unit, shipped("dewdrop.service").replace("/usr/bin/dewdrop", here)).unwrap();
    if let Some(name) = name {
        fs::create_dir(folder.join("dewdrop.service.d")).unwrap();
        fs::write(folder.join("dewdrop.service.d").join(name), shipped(name)).unwrap();
    }
    unit
}

#[test]
fn systemd_understands_the_unit_and_what_can_be_added_to_it() {
    for name in [None, Some("internet.conf"), Some("ports.conf")] {
        let folder = tempfile::tempdir().unwrap();
        let done = systemd_analyze(&["verify", "--man=no"], &with(name, folder.path()));
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("dewdrop")).collect();
        assert!(done.status.success() && ours.is_empty(), "{name:?}: {said}");
    }
}

#[test]
fn the_unit_is_exposed_by_nine_tenths_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let unit = with(None, folder.path());
    let done = systemd_analyze(&["security", "--offline=true", "--threshold=9", "--no-pager"], &unit);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", said.lines().last().unwrap_or_default());
}

#[test]
fn the_example_names_every_setting_and_changes_none() {
    let example = shipped("dewdrop.env");
    assert!(example.lines().all(|line| line.is_empty() || line.starts_with('#')));
    let named: BTreeSet<String> = example
        .lines()
        .filter_map(|line| Some(line.strip_prefix("#DEWDROP_SERVER_")?.split_once('=')?.0.to_lowercase()))
        .collect();
    let settings = serde_json::to_value(dewdrop::config::Settings::default()).unwrap();
    let known: BTreeSet<String> = settings.as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, known);
}
