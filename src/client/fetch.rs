//! Saving the files of a checked submission.
//!
//! A file is written under a temporary name and gets its own only after its last chunk was verified;
//! an interrupted fetch leaves nothing that looks like a file. Existing files are never replaced: one
//! with the same content is left as it is, beside another the new one gets a number.

use super::age::{self, AgeError};
use super::delivery::Delivery;
use super::desk::{Desk, DeskError};
use super::file_name;
use super::http::Method;
use super::ranged::Ranged;
use super::retry::retry;
use crate::sealed::header::{self, HeaderError};
use crate::sealed::manifest::{ManifestError, ManifestFile};
use crate::sealed::ranges;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

const BUFFER: usize = 1024 * 1024;

/// A file that is refused, or could not be fetched or written.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("refused: {0}")]
    Header(#[from] HeaderError),
    #[error("refused: {0}")]
    Manifest(#[from] ManifestError),
    #[error("refused: {0}")]
    Age(AgeError),
    #[error("could not be fetched: {0}")]
    Source(io::Error),
    #[error("{}: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
}

impl From<super::http::HttpError> for FetchError {
    fn from(error: super::http::HttpError) -> Self {
        Self::Desk(error.into())
    }
}

impl From<AgeError> for FetchError {
    fn from(error: AgeError) -> Self {
        match error {
            AgeError::Io(error) => Self::Source(error),
            other => Self::Age(other),
        }
    }
}

/// Fetches one file, checks it and saves it in `folder`; `read` hears of plaintext bytes written.
/// Then tells the server that it was saved.
///
/// # Errors
/// [`FetchError`]
pub fn save(
    desk: &Desk,
    delivery: &Delivery,
    file: &ManifestFile,
    folder: &Path,
    read: &mut dyn FnMut(u64),
) -> Result<Saved, FetchError> {
    let path = format!("/api/submissions/{}/files/{}", delivery.id, file.n);
    let len = *delivery.sealed_sizes.get(&file.n).ok_or(ManifestError::Files)?;
    let fetch = |range: Range<u64>| retry(|| desk.server.get_range(&path, &desk.token, &range));
    let mut head = fetch(0..len.min(header::MAX as u64 + ranges::NONCE))?;
    let header_len = header::parse(&head)?.len;
    head.truncate(header_len + ranges::NONCE as usize);
    file.check(&head, ranges::plaintext_len_of_file(header_len as u64, len))?;
    let sealed = Ranged::new(head, len, |range| fetch(range).map_err(io::Error::other));
    let mut plain = age::open_seekable(&delivery.card.identity, sealed)?;
    if plain.size != file.size {
        return Err(ManifestError::Size.into());
    }
    let mut partial = Partial::create(folder)?;
    let mut buffer = vec![0; BUFFER];
    let mut written = 0;
    loop {
        let count = plain.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        partial.write(&buffer[..count])?;
        written += count as u64;
        read(count as u64);
    }
    if written != file.size {
        return Err(ManifestError::Size.into());
    }
    let saved = partial.finish(folder, &file_name::safe(&file.name, file.n))?;
    desk.tell(&Method::POST, &format!("{path}/saved"))?;
    Ok(saved)
}

/// Where something is now.
#[derive(Debug, PartialEq, Eq)]
pub struct Saved {
    pub path: PathBuf,
    /// It was there before, with the same content.
    pub already: bool,
}

/// Writes `bytes` whole under `name`, or under a numbered one when something else has that.
///
/// # Errors
/// [`FetchError::Write`]
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<Saved, FetchError> {
    let mut partial = Partial::create(folder)?;
    partial.write(bytes)?;
    partial.finish(folder, name)
}

/// A file without a name of its own yet, removed when dropped.
pub(super) struct Partial {
    file: File,
    path: PathBuf,
}

impl Partial {
    pub(super) fn create(folder: &Path) -> Result<Self, FetchError> {
        let path = folder.join(format!(".dewdrop-{:016x}.part", rand::random::<u64>()));
        let file = new_file(&path).map_err(|error| FetchError::Write { path: path.clone(), error })?;
        Ok(Self { file, path })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(|error| FetchError::Write { path: self.path.clone(), error })
    }

    /// Takes the first of `name`, `name (2)`, … that is free, unless one before it has this content.
    pub(super) fn finish(self, folder: &Path, name: &str) -> Result<Saved, FetchError> {
        let failed = |error| FetchError::Write { path: folder.join(name), error };
        self.file.sync_all().map_err(failed)?;
        let mut target = folder.join(name);
        let mut count = 1;
        while let Err(error) = new_file(&target) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Err(failed(error));
            }
            if same(&self.path, &target).map_err(failed)? {
                return Ok(Saved { path: target, already: true });
            }
            count += 1;
            target = folder.join(file_name::numbered(name, count));
        }
        // The name is ours now, as an empty file; this replaces it in one step.
        fs::rename(&self.path, &target).map_err(failed)?;
        Ok(Saved { path: target, already: false })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename it is no longer there; otherwise there is nobody left to tell.
        let _ = fs::remove_file(&self.path);
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
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_whole(folder.path(), "set.mp4", b"one").unwrap();
        let second = write_whole(folder.path(), "set.mp4", b"two").unwrap();
        assert_eq!(second.path, folder.path().join("set (2).mp4"));
        assert_eq!(fs::read(first.path).unwrap(), b"one");
        assert_eq!(fs::read(second.path).unwrap(), b"two");
    }

    #[test]
    fn the_same_content_is_not_kept_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = vec![7; 3 * 8192 + 1];
        let write = |bytes: &[u8]| write_whole(folder.path(), "set.mp4", bytes).unwrap();
        let first = write(&bytes);
        assert_eq!(write(&bytes), Saved { already: true, ..first });
        *bytes.last_mut().unwrap() = 8;
        let other = write(&bytes);
        assert_eq!(other, Saved { path: folder.path().join("set (2).mp4"), already: false });
        assert_eq!(write(&bytes), Saved { already: true, ..other });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_link_to_the_same_content_is_something_else() {
        let folder = tempfile::tempdir().unwrap();
        let (mine, to) = (folder.path().join("mine"), folder.path().join("to"));
        fs::create_dir(&to).unwrap();
        fs::write(&mine, b"one").unwrap();
        std::os::unix::fs::symlink(&mine, to.join("set.mp4")).unwrap();
        let saved = write_whole(&to, "set.mp4", b"one").unwrap();
        assert_eq!(saved, Saved { path: to.join("set (2).mp4"), already: false });
    }

    #[test]
    fn a_file_that_was_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut partial = Partial::create(folder.path()).unwrap();
        partial.write(b"half").unwrap();
        drop(partial);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
