//! A store as one sealed file: `dewdrop export` writes it, `dewdrop import` makes a store of it again.
//!
//! ```text
//! file     "dewdrop export v1" LF ‖ store id (16) ‖ salt (16, random) ‖ frames (moving/stream.rs)
//! content  time it was made (8) ‖ storage format (4) ‖ entries ‖ end; numbers big-endian
//! record   01 ‖ length (2) ‖ key ‖ length (2) ‖ value, as the records have them (rows.rs)
//! blob     02 ‖ slot id (16) ‖ length (1) ‖ name ‖ length (8) ‖ bytes, as the file has them (chunks.rs)
//! end      00 ‖ number of records (8) ‖ number of blobs (8)
//! ```
//!
//! Guarantees: no key is ever in it; records and blobs lie in it sealed as they are, and the whole is
//! sealed once more under the root secret. An import begins nothing that it does not finish: until the
//! last frame has authenticated, all lies in `data/import.new`, and `data/format` makes it a store. What
//! has no slot in the keys that are there is left behind, so an old file brings nothing back that was
//! erased since. Memory stays flat: frames of 64 KiB, records by the thousand.

mod export;
mod import;
mod stream;

pub use export::Exported;
pub use import::Imported;

use super::errors::{OpenError, StoreError};
use std::io;
use std::path::PathBuf;

const MAGIC: &[u8] = b"dewdrop export v";
const VERSION: u32 = 1;
const RECORD: u8 = 1;
const BLOB: u8 = 2;
const END: u8 = 0;
/// Where an import lies until it is whole.
pub const STAGE: &str = "import.new";
/// Records that are read or written together.
const BATCH: usize = 1000;

/// Why a store was not exported or imported. Each prints as one clear line.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error("this is not a file that `dewdrop export` wrote")]
    NotAnExport,
    #[error("the export was written by a newer dewdrop (format {found}, this one knows {known})", known = VERSION)]
    Newer { found: String },
    #[error("the export belongs to another store than the keys in {0}")]
    OtherStore(PathBuf),
    #[error("the export is cut short or was altered; nothing of it was imported")]
    Damaged,
    #[error("{0} has a store already; import needs a data folder without one. Nothing was changed")]
    Used(PathBuf),
    #[error("{0} has no keys; put the keys folder of the exported server there first")]
    NoKeys(PathBuf),
    #[error("the disk is full; nothing was imported")]
    Full,
    #[error("the export can not be read: {0}")]
    Unreadable(io::Error),
    #[error("the export can not be written: {0}")]
    Unwritable(io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for MoveError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Full) { Self::Full } else { Self::Store(error) }
    }
}

impl From<io::Error> for MoveError {
    fn from(error: io::Error) -> Self {
        StoreError::from(error).into()
    }
}
