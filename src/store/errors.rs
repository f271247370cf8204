//! What can go wrong in the store, in three small enums: opening it, using it, committing to it.

use std::io;
use std::path::PathBuf;

/// Why a store was not opened. Each prints as one clear line; when it is returned, nothing that was
/// already stored has been changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0} is in use by another dewdrop")]
    Locked(PathBuf),
    #[error("{path} can not be written: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("others on this machine can look into {0}: chmod 700 it")]
    Exposed(PathBuf),
    #[error("the data was written by a newer dewdrop (storage format {found}, this one knows {known})", known = super::FORMAT)]
    Newer { found: u32 },
    #[error("data, keys and records do not belong to the same store ({0})")]
    OtherStore(&'static str),
    #[error("an import into {0} was cut short; repeat `dewdrop import`")]
    HalfImported(PathBuf),
    #[error("{0} is missing; is its disk mounted?")]
    Missing(PathBuf),
    #[error("the root secret is missing: neither a credential dewdrop.root nor {0}")]
    RootMissing(PathBuf),
    #[error("the root secret is not the one these keys were sealed with")]
    WrongRoot,
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
}

/// What an operation on an open store can answer besides its result.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The slot was destroyed or never existed: what it sealed reads as gone.
    #[error("no such slot")]
    NoSlot,
    #[error("the slot exists already")]
    SlotExists,
    /// More than the limit of a record, or more than the stated total of a blob.
    #[error("too large")]
    TooLarge,
    /// Something stored does not authenticate or lacks a part.
    #[error("{what} is damaged")]
    Damaged { what: String },
    /// No space left on the device, or a quota or file size limit was reached.
    #[error("the disk is full")]
    Full,
    #[error(transparent)]
    Io(io::Error),
}

impl StoreError {
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            _ => Self::Io(error),
        }
    }
}

impl From<rustix::io::Errno> for StoreError {
    fn from(error: rustix::io::Errno) -> Self {
        io::Error::from(error).into()
    }
}

/// Why a transaction was not made. Nothing of it has happened then.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// An `Expect` does not hold: someone else was first. Read again.
    #[error("another transaction was first")]
    Conflict,
    #[error(transparent)]
    Store(#[from] StoreError),
}
