//! Where ciphertext waits until it has arrived.
//!
//! ```text
//! <profile>/sending/            0700
//!   <submission id>/            0700  one that was begun
//!     lock                            flocked by the process that sends it
//!     state.json                0600  [`Begun`], replaced as a whole
//!     0, 1, …                   0600  a file's age file, whole once the state says so
//!   .new-…, .gone-…                   being made, being erased
//! ```
//! A folder gets its name once its lock is held and its state is on disk; erasing takes the name away
//! first. So whoever finds a name finds a state. What lies here is ciphertext: unlinking is enough.

use super::begun::{Begun, BegunError};
use crate::ids::SubmissionId;
use rustix::fs::{FlockOperation, flock, statvfs};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// What stays free on the disk that stages lie on.
const MARGIN: u64 = 256 * 1024 * 1024;
/// A folder without a name that is older was left by a process that is gone.
const LEFT: Duration = Duration::from_hours(1);
/// Another process that only looks whether one is old lets go of it at once.
const GLANCE: Duration = Duration::from_millis(50);
const GLANCES: u32 = 4;

/// Why a stage can not be taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error("another process is sending it right now")]
    Taken,
    #[error("it is gone: sent or erased meanwhile")]
    Gone,
    #[error(transparent)]
    Begun(#[from] BegunError),
    #[error("what is kept about it can not be read: {0}")]
    Io(#[from] io::Error),
}

/// The folder of all stages.
pub struct Stages {
    folder: PathBuf,
}

/// One that is in this process's hands.
pub struct Entry {
    folder: PathBuf,
    /// Held until dropped.
    _lock: File,
    pub begun: Begun,
}

impl Stages {
    /// In a profile's folder; nothing is made yet.
    #[must_use]
    pub fn in_profile(profile: &Path) -> Self {
        Self { folder: profile.join("sending") }
    }

    /// Whether `bytes` more fit, and some beside them.
    ///
    /// # Errors
    /// When the folder can not be made or asked about.
    pub fn has_room(&self, bytes: u64) -> io::Result<bool> {
        private_folder(&self.folder)?;
        let space = statvfs(&self.folder)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize) >= bytes.saturating_add(MARGIN))
    }

    /// Begins one and holds it.
    ///
    /// # Errors
    /// When it can not be written.
    pub fn begin(&self, begun: Begun) -> io::Result<Entry> {
        private_folder(&self.folder)?;
        let fresh = self.folder.join(format!(".new-{:016x}", rand::random::<u64>()));
        DirBuilder::new().mode(0o700).create(&fresh)?;
        let made = || {
            let lock = locked(&fresh)?.ok_or(io::ErrorKind::WouldBlock)?;
            let folder = self.folder.join(begun.submission.to_string());
            write(&fresh, &begun)?;
            fs::rename(&fresh, &folder)?;
            sync(&self.folder)?;
            Ok((folder, lock))
        };
        match made() {
            Ok((folder, lock)) => Ok(Entry { folder, _lock: lock, begun }),
            Err(error) => {
                let _ = fs::remove_dir_all(&fresh);
                Err(error)
            }
        }
    }

    /// All that were begun, oldest first.
    ///
    /// # Errors
    /// When the folder can not be read.
    pub fn ids(&self) -> io::Result<Vec<SubmissionId>> {
        let mut all: Vec<SubmissionId> = self.names()?.iter().filter_map(|name| name.parse().ok()).collect();
        all.sort_by_cached_key(|id| {
            let lock = self.folder.join(id.to_string()).join("lock");
            fs::metadata(lock).and_then(|facts| facts.modified()).ok()
        });
        Ok(all)
    }

    /// Takes one into this process's hands.
    ///
    /// # Errors
    /// [`TakeError`]
    pub fn take(&self, id: SubmissionId) -> Result<Entry, TakeError> {
        let folder = self.folder.join(id.to_string());
        let gone = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => TakeError::Gone,
            _ => TakeError::Io(error),
        };
        let mut tries = 0;
        let lock = loop {
            match locked(&folder).map_err(gone)? {
                Some(lock) => break lock,
                None if tries == GLANCES => return Err(TakeError::Taken),
                None => tries += 1,
            }
            thread::sleep(GLANCE);
        };
        // Only with the lock in hand the name is known to stay.
        let begun = Begun::read(&fs::read(folder.join("state.json")).map_err(gone)?)?;
        if begun.submission != id {
            return Err(BegunError::Damaged.into());
        }
        Ok(Entry { folder, _lock: lock, begun })
    }

    /// What is known of one that another process holds.
    ///
    /// # Errors
    /// [`TakeError`]
    pub fn look(&self, id: SubmissionId) -> Result<Begun, TakeError> {
        Ok(Begun::read(&fs::read(self.folder.join(id.to_string()).join("state.json"))?)?)
    }

    /// Erases one whose state is damaged.
    ///
    /// # Errors
    /// When it can not be unlinked, [`TakeError::Taken`].
    pub fn erase_damaged(&self, id: SubmissionId) -> Result<(), TakeError> {
        let folder = self.folder.join(id.to_string());
        let _lock = locked(&folder)?.ok_or(TakeError::Taken)?;
        Ok(erase(&folder)?)
    }

    /// Clears away what processes that are gone left without a name.
    pub fn clears(&self) {
        for name in self.names().unwrap_or_default() {
            let folder = self.folder.join(&name);
            let old = || {
                let modified = fs::metadata(&folder).and_then(|facts| facts.modified()).ok()?;
                SystemTime::now().duration_since(modified).ok()
            };
            let left = name.starts_with(".gone-")
                || (name.starts_with(".new-") && old().is_some_and(|age| age > LEFT));
            if left && matches!(locked(&folder), Ok(Some(_))) {
                let _ = fs::remove_dir_all(&folder);
            }
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }
}

impl Entry {
    /// Writes the state as it is now; it is on disk when this returns.
    ///
    /// # Errors
    /// When it can not be written; the one before stands.
    pub fn keep(&self) -> io::Result<()> {
        write(&self.folder, &self.begun)
    }

    /// Writes that file `n` lies here whole.
    ///
    /// # Errors
    /// As [`Entry::keep`]; then it is not said.
    pub fn keep_staged(&mut self, n: u8) -> io::Result<()> {
        let before = (self.begun.files.clone(), self.begun.facts.clone());
        self.begun.staged(n);
        self.keep().inspect_err(|_| (self.begun.files, self.begun.facts) = before)
    }

    /// A new stage for file `n`.
    ///
    /// # Errors
    /// When it can not be made.
    pub fn stage(&self, n: u8) -> io::Result<File> {
        self.unstage(n);
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.folder.join(n.to_string()))
    }

    /// The stage of file `n`, to be read.
    ///
    /// # Errors
    /// When there is none.
    pub fn staged(&self, n: u8) -> io::Result<File> {
        File::open(self.folder.join(n.to_string()))
    }

    /// Gives a stage's room back.
    pub fn unstage(&self, n: u8) {
        let _ = fs::remove_file(self.folder.join(n.to_string()));
    }

    /// Erases all of it.
    ///
    /// # Errors
    /// When it can not be unlinked; it has no name any more, and the next start tries again.
    pub fn erase(&self) -> io::Result<()> {
        erase(&self.folder)
    }
}

fn erase(folder: &Path) -> io::Result<()> {
    let gone = folder.with_file_name(format!(".gone-{:016x}", rand::random::<u64>()));
    fs::rename(folder, &gone)?;
    fs::remove_dir_all(&gone)
}

/// The lock of a folder, or `None` when another process holds it.
fn locked(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join("lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(lock)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write(folder: &Path, begun: &Begun) -> io::Result<()> {
    let partial = folder.join("state.json.new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(&begun.write())?;
    file.sync_all()?;
    fs::rename(&partial, folder.join("state.json"))?;
    sync(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
#[path = "stages/tests.rs"]
pub(super) mod tests;
