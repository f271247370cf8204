//! What a server refuses to start with: one clear line, exit code 1, nothing touched.

use crate::world::until;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(data: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a server that serves.
    fn serves(data: &Path) -> (Child, String) {
        let mut child = Self::command(data).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let origin = lines.find_map(|line| Some(line.strip_prefix("dewdrop: ")?.to_owned())).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        (child, origin)
    }

    /// Has served once and stopped.
    fn has_served(data: &Path) {
        let (mut child, _) = Self::serves(data);
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(until("it stops", || child.try_wait().unwrap()).success());
    }

    /// Everything below the folder.
    fn holds(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut all, mut folders) = (BTreeMap::new(), vec![self.folder.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                    all.insert(path, vec![]);
                } else {
                    let content = std::fs::read(&path).unwrap();
                    all.insert(path, content);
                }
            }
        }
        all
    }

    #[track_caller]
    fn refuses(&self, command: &mut Command, said: &str) {
        let before = self.holds();
        let done = command.output().unwrap();
        let words = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{words}");
        assert_eq!(words.lines().count(), 1, "{words}");
        assert!(words.starts_with("dewdrop: ") && words.contains(said), "{said:?}: {words}");
        assert!(done.stdout.is_empty(), "{}", String::from_utf8_lossy(&done.stdout));
        let after = self.holds();
        let names = |all: &BTreeMap<PathBuf, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&before), names(&after));
        assert!(before == after, "something was written");
    }
}

#[test]
fn a_folder_that_another_server_uses_is_refused() {
    let machine = Machine::new();
    let (mut child, _) = Machine::serves(&machine.data());
    // Its first pass notes that it ran.
    until("it has swept", || machine.data().join("last-sweep").exists().then_some(()));
    machine.refuses(&mut Machine::command(&machine.data()), "");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_folder_of_a_newer_version_is_refused() {
    let machine = Machine::new();
    Machine::has_served(&machine.data());
    std::fs::write(machine.data().join("format"), "2\n").unwrap();
    machine.refuses(&mut Machine::command(&machine.data()), "newer");
}

#[test]
fn the_keys_of_another_store_are_refused() {
    let machine = Machine::new();
    let other = machine.folder.path().join("other");
    Machine::has_served(&machine.data());
    Machine::has_served(&other);
    machine.refuses(Machine::command(&machine.data()).arg("--keys").arg(other.join("keys")), "");
}

#[test]
fn a_folder_that_can_not_be_written_is_refused() {
    let machine = Machine::new();
    let file = machine.folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    machine.refuses(&mut Machine::command(&file), "");
    machine.refuses(&mut Machine::command(&file.join("below")), "");
}

#[test]
fn a_folder_with_something_in_it_that_others_can_look_into_is_refused() {
    let machine = Machine::new();
    for (name, mode) in [("listed", 0o704), ("entered", 0o701), ("written", 0o702)] {
        let folder = machine.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("something"), "").unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        machine.refuses(&mut Machine::command(&folder), "chmod 700");
    }
    Machine::has_served(&machine.data());
    std::fs::set_permissions(machine.data().join("keys"), std::fs::Permissions::from_mode(0o755)).unwrap();
    machine.refuses(&mut Machine::command(&machine.data()), "keys: chmod 700");
}

#[test]
fn what_it_makes_is_for_nobody_else_and_it_is_never_dumped() {
    let machine = Machine::new();
    let (mut child, _) = Machine::serves(&machine.data());
    until("it has swept", || machine.data().join("last-sweep").exists().then_some(()));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    let mode = |name: &str| std::fs::metadata(machine.data().join(name)).unwrap().mode() & 0o777;
    assert_eq!((mode("last-sweep"), mode("records"), mode("keys/root")), (0o600, 0o700, 0o600));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_port_that_is_taken_is_refused() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
    command.args(["serve", "--listen", &address, "--data"]).arg(machine.data());
    machine.refuses(&mut command, &address);
}

#[test]
fn settings_that_can_not_be_are_refused() {
    let machine = Machine::new();
    let command = || Machine::command(&machine.data());
    machine.refuses(command().args(["--public-url", "http://drop.example"]), "https");
    machine.refuses(command().args(["--public-url", "https://drop.example/path"]), "origin");
    machine.refuses(command().env("DEWDROP_SERVER_LISTNE", "127.0.0.1:1"), "listne");
    machine.refuses(command().env("DEWDROP_SERVER_LOW_WATER", "much"), "");
}
