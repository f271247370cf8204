//! Tests of the store as its users see it, and of its files as an attacker sees them.

mod blobs;
mod full;
mod keyring;
mod killed;
mod opening;
mod ranges;
mod records;
mod traces;

use super::{OpenError, Paths, Store, Tree};
use crate::ids::SlotId;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a fork may take to its exec.
const FORK_MOST: Duration = Duration::from_secs(2);

pub const ROWS: Tree = Tree("rows");

/// A temporary place for a store.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn paths(&self) -> Paths {
        paths_in(self.path())
    }

    pub fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    /// A process that another test starts holds every lock of this one from its fork to its exec: what is
    /// locked is asked again, for a while.
    pub fn try_open(&self) -> Result<Store, OpenError> {
        let begun = Instant::now();
        loop {
            match Store::open(&self.paths()) {
                Err(OpenError::Locked(_)) if begun.elapsed() < FORK_MOST => sleep(FORK_MOST / 200),
                opened => return opened,
            }
        }
    }

    /// The line that a refused start prints.
    pub fn refusal(&self) -> String {
        self.try_open().err().expect("it should have been refused").to_string()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// A folder that only its owner can look into.
    pub fn has_folder(&self, name: &str) {
        use std::os::unix::fs::DirBuilderExt as _;
        fs::DirBuilder::new().mode(0o700).create(self.file(name)).unwrap();
    }

    pub fn blob(&self, dir: SlotId, name: &str) -> PathBuf {
        self.file(&format!("data/blobs/{:02x}/{dir}/{name}", dir.0[0]))
    }

    pub fn ring(&self, slot: SlotId) -> PathBuf {
        self.file(&format!("keys/{:02x}.ring", slot.0[0]))
    }

    /// All files below and their bytes, but for the reserve, which is never written to.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("data/reserve") {
                    found.insert(path.clone(), std::fs::read(path).unwrap());
                }
            }
        }
        found
    }

    /// Whether any file below contains these bytes.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.files().values().any(|file| contains(file, bytes))
    }
}

pub fn paths_in(folder: &Path) -> Paths {
    Paths { data: folder.join("data"), keys: folder.join("keys") }
}

pub fn contains(file: &[u8], bytes: &[u8]) -> bool {
    file.windows(bytes.len()).any(|window| window == bytes)
}

/// A store with one slot and its directory.
pub fn with_slot(home: &Home) -> (Store, SlotId) {
    let store = home.open();
    let slot = SlotId::random();
    store.add_slot(slot).unwrap();
    store.make_dir(slot).unwrap();
    (store, slot)
}

/// Bytes that differ at every place and between seeds.
pub fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut made = Vec::with_capacity(length + 8);
    while made.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        made.extend_from_slice(&state.to_le_bytes());
    }
    made.truncate(length);
    made
}

const CHILD: &str = "DEWDROP_TEST_CHILD";

/// The folder that this process was started for, when it is a child.
pub fn child_folder() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// This test binary again, running only `test` in `folder`; signals for files too large are ignored,
/// so that the limit shows as an error.
pub fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        // By process, not by path: the file may have been built anew meanwhile.
        .arg(format!("/proc/{}/exe", std::process::id()))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdin(std::process::Stdio::null());
    command
}
