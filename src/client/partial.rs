//! A file on its way into a folder: under a hidden name until it is whole, then, in one step, under its own.
//!
//! ```text
//! .dewdrop-XXXXXXXXXXXXXXXX.part
//!     plaintext, P bytes ‖ the tag of each chunk, 16 bytes
//! ```
//!
//! Guarantees: a process that is killed leaves nothing that looks like a file; what others have there is never
//! replaced. One that may be gone on with is named after submission, number and head, and locked by who writes
//! it; what lies in it is proven again before it counts ([`super::opening`]). All others have a random name.

use super::fetch::FetchError;
use super::file_name;
use super::opening::{Opening, Plain};
use super::stream::Tag;
use crate::sealed::ranges::{CHUNK, TAG};
use crate::time::{Span, Time};
use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, fstatvfs, renameat_with};
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const PREFIX: &str = ".dewdrop-";
const SUFFIX: &str = ".part";
/// By then the server has erased what it was a part of.
const OLD: Span = Span::DAY.times(7);

/// Where something is now.
#[derive(Debug, PartialEq, Eq)]
pub struct Saved {
    pub path: PathBuf,
    /// It was there before, with the same content.
    pub already: bool,
}

/// Removed when dropped, unless it is kept to be gone on with.
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    /// Another process, or this one later, may go on with it.
    named: bool,
    /// Not to be removed.
    kept: bool,
}

impl Partial {
    /// One that nobody goes on with.
    pub fn create(folder: &Path) -> Result<Self, FetchError> {
        let path = hidden(folder, rand::random());
        let file = new_file(&path).map_err(|error| failed(&path, error))?;
        Ok(Self { file, path, named: false, kept: false })
    }

    /// The one that is named after `key`, as it was left; a fresh one that nobody goes on with while another
    /// process writes it, where files can not be locked, or where what lies there is not ours alone.
    pub fn named(folder: &Path, key: u64) -> Result<Self, FetchError> {
        let path = hidden(folder, key);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
        loop {
            let file = options.open(&path).map_err(|error| failed(&path, error))?;
            // What others may read or write, or have by another name, is not gone on with.
            let own = is_own(&file).map_err(|error| failed(&path, error))?;
            if !own || flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
                return Self::create(folder);
            }
            // Whoever had the lock may have given it its own name, or removed it.
            if lies_there(&file, &path).map_err(|error| failed(&path, error))? {
                return Ok(Self { file, path, named: true, kept: false });
            }
        }
    }

    /// Lets `opening` prove what lies here, up to the first chunk that is not what was sealed.
    pub fn is_proven(&self, opening: &mut Opening, size: u64) {
        let mut chunk = Vec::with_capacity(CHUNK as usize);
        for index in 0..opening.chunks() {
            let (mut tag, at) = (Tag::default(), index * CHUNK);
            chunk.resize((size - at).min(CHUNK) as usize, 0);
            let read = self.file.read_exact_at(&mut chunk, at);
            let read = read.and_then(|()| self.file.read_exact_at(&mut tag, size + index * TAG));
            if read.is_err() || !opening.proves(&mut chunk, &tag) {
                return;
            }
        }
    }

    /// Writes a chunk of a file of `size` bytes, and its tag.
    pub fn takes(&self, plain: &Plain<'_>, size: u64) -> Result<(), FetchError> {
        let written = self.file.write_all_at(plain.bytes, plain.index * CHUNK);
        let written = written.and_then(|()| self.file.write_all_at(plain.tag, size + plain.index * TAG));
        written.map_err(|error| failed(&self.path, error))
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(|error| failed(&self.path, error))
    }

    /// Refuses when there is no room for what a file of `size` bytes still needs.
    pub fn has_room(&self, size: u64, opening: &Opening) -> Result<(), FetchError> {
        let needs = size - opening.opened() + opening.chunks() * TAG;
        match fstatvfs(&self.file) {
            Ok(space) if space.f_bavail.saturating_mul(space.f_frsize) < needs => {
                Err(failed(&self.path, io::ErrorKind::StorageFull.into()))
            }
            _ => Ok(()),
        }
    }

    /// Leaves it to be gone on with later.
    pub fn keep(mut self) {
        self.kept = self.named;
    }

    /// The first `size` bytes take the first of `name`, `name (2)`, … that is free, unless one before it has
    /// this content; durably.
    pub fn finish(mut self, folder: &Path, name: &str, size: u64) -> Result<Saved, FetchError> {
        let mut ended = || -> io::Result<Saved> {
            let mut target = folder.join(name);
            self.file.set_len(size)?;
            self.file.sync_all()?;
            let mut count = 1;
            let already = loop {
                match take_name(&self.path, &target) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    Ok(()) => break false,
                    Err(_) if same(&self.path, &target)? => break true,
                    Err(_) => {
                        count += 1;
                        target = folder.join(file_name::numbered(name, count));
                    }
                }
            };
            // From here on the hidden name may be another's.
            self.kept = !already;
            if already {
                File::open(&target)?.sync_all()?;
            }
            File::open(folder)?.sync_all()?;
            Ok(Saved { path: target, already })
        };
        ended().map_err(|error| failed(&folder.join(name), error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            // There is nobody left to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn hidden(folder: &Path, key: u64) -> PathBuf {
    folder.join(format!("{PREFIX}{key:016x}{SUFFIX}"))
}

/// Whether this is a file of ours alone, under one name.
fn is_own(file: &File) -> io::Result<bool> {
    let facts = file.metadata()?;
    let mine = facts.uid() == rustix::process::geteuid().as_raw();
    Ok(facts.is_file() && facts.nlink() == 1 && facts.mode() & 0o077 == 0 && mine)
}

/// Whether the open file is still the one of that name.
fn lies_there(file: &File, path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        there => Ok(there?.ino() == file.metadata()?.ino()),
    }
}

fn failed(path: &Path, error: io::Error) -> FetchError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            FetchError::Full(path.parent().unwrap_or(path).to_owned())
        }
        _ => FetchError::Write { path: path.to_owned(), error },
    }
}

/// Renames unless something has that name; where the file system does not know that, by a second name.
fn take_name(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        done => Ok(done?),
    }
}

/// Removes what was left in `folder` and in the folders of submissions in it, is old and nobody writes.
pub fn sweep(folder: &Path, now: Time) {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries(folder) {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.parse::<crate::ids::SubmissionId>().is_ok()) {
            entries(&entry.path()).for_each(|inside| clears(&inside, now));
        }
        clears(&entry, now);
    }
}

fn clears(entry: &fs::DirEntry, now: Time) {
    let name = entry.file_name();
    let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
    let Some(facts) = entry.metadata().ok().filter(|facts| ours && facts.is_file()) else { return };
    let written = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let old = written.is_some_and(|at| Time(at.as_secs()) + OLD <= now);
    let Some(file) = old.then(|| File::open(entry.path()).ok()).flatten() else { return };
    let ours = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
    if ours && lies_there(&file, &entry.path()).unwrap_or(false) {
        // If not now, then at the next start.
        let _ = fs::remove_file(entry.path());
    }
}

/// Whether `there` is a file, not a link to one, with the content of `new`.
fn same(new: &Path, there: &Path) -> io::Result<bool> {
    let found = fs::symlink_metadata(there)?;
    if !found.is_file() || found.len() != fs::metadata(new)?.len() {
        return Ok(false);
    }
    // What can not be read is something else, and stays.
    let Ok(there) = File::open(there) else { return Ok(false) };
    let (mut new, mut there) = (BufReader::new(File::open(new)?), BufReader::new(there));
    loop {
        let (left, right) = (new.fill_buf()?, there.fill_buf()?);
        let count = left.len().min(right.len());
        if count == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..count] != right[..count] {
            return Ok(false);
        }
        new.consume(count);
        there.consume(count);
    }
}

/// For the owner only, and never through a link or over another file.
fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
#[path = "partial/tests.rs"]
mod tests;
