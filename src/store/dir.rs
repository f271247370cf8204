//! Directories and files by descriptor: no symlink is ever followed below the directories that the
//! operator named, directories are made 0700 and files 0600, and only regular files are opened.

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

const FILE: Mode = Mode::from_raw_mode(0o600);
const FOLDER: Mode = Mode::from_raw_mode(0o700);

/// An open directory.
pub struct Dir(OwnedFd);

impl Dir {
    /// Opens a directory that the operator named; makes it, and those above it, if missing.
    pub fn open_or_make(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        Ok(Self(fs::open(path, flags, Mode::empty())?))
    }

    /// Whether someone outside owner and group can list, enter or change it.
    pub fn is_exposed(&self) -> io::Result<bool> {
        Ok(Mode::from_raw_mode(fs::fstat(&self.0)?.st_mode).intersects(Mode::RWXO))
    }

    /// Leaves it to its owner alone.
    pub fn keep_private(&self) -> io::Result<()> {
        Ok(fs::fchmod(&self.0, FOLDER)?)
    }

    /// The same directory once more.
    pub fn again(&self) -> io::Result<Self> {
        Ok(Self(self.0.try_clone()?))
    }

    /// Opens the directory `name` in this one; `None` when there is none.
    pub fn sub(&self, name: &str) -> io::Result<Option<Self>> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        absent(fs::openat(&self.0, name, flags, Mode::empty())).map(|fd| fd.map(Self))
    }

    /// Opens the directory `name` in this one and makes it if missing, durably.
    pub fn make_sub(&self, name: &str) -> io::Result<Self> {
        match fs::mkdirat(&self.0, name, FOLDER) {
            Ok(()) => self.sync()?,
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        self.sub(name)?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Opens the regular file `name` for reading and writing; `None` when there is none.
    pub fn file(&self, name: &str) -> io::Result<Option<File>> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Some(fd) = absent(fs::openat(&self.0, name, flags, Mode::empty()))? else { return Ok(None) };
        match FileType::from_raw_mode(fs::fstat(&fd)?.st_mode) {
            FileType::RegularFile => Ok(Some(fd.into())),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
        }
    }

    /// Makes the file `name`, which must not exist.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(fs::openat(&self.0, name, flags, FILE)?.into())
    }

    /// Opens the file `name`, or makes it.
    pub fn file_or_create(&self, name: &str) -> io::Result<File> {
        loop {
            if let Some(file) = self.file(name)? {
                return Ok(file);
            }
            match self.create(name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made,
            }
        }
    }

    /// Unlinks the file `name`; not found is success. Says whether there was one.
    pub fn unlink(&self, name: &str) -> io::Result<bool> {
        absent(fs::unlinkat(&self.0, name, AtFlags::empty())).map(|gone| gone.is_some())
    }

    /// Removes the empty directory `name`; not found is success. Says whether there was one.
    pub fn remove_sub(&self, name: &str) -> io::Result<bool> {
        absent(fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)).map(|gone| gone.is_some())
    }

    /// Puts `from` in the place of `to`, in this directory.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// The names in it, but not `.` and `..`, in no order; names that are not UTF-8 are not ours.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::Dir::read_from(&self.0)? {
            match entry?.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    /// Writes a whole small file in one step: it is there completely or as it was before.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        let fresh = format!("{name}.new");
        self.unlink(&fresh)?;
        let file = self.create(&fresh)?;
        file.write_all_at(bytes, 0)?;
        file.sync_all()?;
        self.rename(&fresh, name)?;
        self.sync()
    }

    /// Makes what was made, renamed or unlinked in it durable.
    pub fn sync(&self) -> io::Result<()> {
        Ok(fs::fsync(&self.0)?)
    }

    /// When it was last changed.
    pub fn modified(&self) -> io::Result<std::time::SystemTime> {
        let stat = fs::fstat(&self.0)?;
        let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
        Ok(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
    }

    /// Free (for us) and total bytes of its file system.
    pub fn space(&self) -> io::Result<(u64, u64)> {
        let stat = fs::fstatvfs(&self.0)?;
        Ok((stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
    }
}

/// Reads a file from its start to its end.
pub fn whole(file: &File) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or(0));
    let mut reader = file;
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn absent<T>(result: Result<T, Errno>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
