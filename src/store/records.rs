//! Records: sled 0.34.7 inside the wrapper it needs. The only file that names it.
//!
//! ```text
//! data/records/      the database: one tree; key = tree name ‖ 0x00 ‖ key; value as in rows.rs
//! data/records.new/  a compacted copy that is not complete, or not in place yet
//! data/records.old/  what a compacted copy took the place of
//! ```
//!
//! Guarantees: [`Records::apply`] is atomic and durable when it returns (sled's own flush is not:
//! it never calls fsync, so the file is synced through a descriptor of our own); a kill while opening
//! leaves nothing that a later open stumbles over. Values are sealed before they come here, because
//! sled keeps old ones in its log without limit; [`Records::compact`] leaves them behind. An I/O error
//! of sled ends the process: its state in memory can not be trusted after one.

use super::errors::OpenError;
use super::folder::{drop_torn_snapshots, remove_all, set_snapshots_aside, settle, sync_all, sync_dir};
use rustix::fs::fdatasync;
use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// sled's default of 1 GiB is not for us.
const CACHE: u64 = 64 << 20;
/// A process that was just killed can hold sled's lock a little longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keys and values as sled has them.
pub type Pairs = Vec<(Vec<u8>, Vec<u8>)>;
/// What is written: a value, or nothing to remove the key.
pub type Writes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// The open database.
pub struct Records {
    data: PathBuf,
    open: RwLock<Option<Open>>,
}

struct Open {
    db: sled::Db,
    /// Our own descriptor of `<dir>/db`, for fdatasync.
    file: File,
}

impl Records {
    /// Opens the database below `data`, whose lock the caller holds.
    pub fn open(data: &Path) -> Result<Self, OpenError> {
        settle(data).map_err(|source| OpenError::Io { path: data.to_owned(), source })?;
        let open = open(&data.join("records"))?;
        Ok(Self { data: data.to_owned(), open: RwLock::new(Some(open)) })
    }

    pub fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.with(|open| or_end(open.db.get(key)).map(|value| value.to_vec()))
    }

    /// Up to `most` pairs from `start` (included) to `end` (not included), in order of keys.
    pub fn range(&self, start: &[u8], end: Option<&[u8]>, most: usize) -> Pairs {
        let end = end.map_or(Bound::Unbounded, Bound::Excluded);
        self.with(|open| {
            let found = open.db.range::<&[u8], _>((Bound::Included(start), end)).take(most);
            found.map(or_end).map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
        })
    }

    /// Writes all or nothing, durably.
    pub fn apply(&self, writes: Writes) {
        let mut batch = sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.with(|open| {
            or_end(open.db.apply_batch(batch));
            or_end(open.db.flush());
            or_end(fdatasync(&open.file));
        });
    }

    /// Bytes on disk.
    pub fn disk(&self) -> u64 {
        self.with(|open| or_end(open.db.size_on_disk()))
    }

    /// Bytes of keys and values that are live. Reads all of them.
    pub fn live(&self) -> u64 {
        self.with(|open| {
            open.db.iter().map(or_end).map(|(key, value)| (key.len() + value.len()) as u64).sum()
        })
    }

    /// Copies what is live into a new database and puts it in the place of this one; readers wait only
    /// while it changes places. Nothing else may write meanwhile.
    pub fn compact(&self) -> Result<(), OpenError> {
        let [here, new, old] = ["records", "records.new", "records.old"].map(|name| self.data.join(name));
        let io = |source| OpenError::Io { path: new.clone(), source };
        remove_all(&new).map_err(io)?;
        let copy = open(&new)?;
        self.with(|open| {
            let mut batch = sled::Batch::default();
            for (count, pair) in open.db.iter().enumerate() {
                let (key, value) = or_end(pair);
                batch.insert(key, value);
                if count % 1000 == 999 {
                    or_end(copy.db.apply_batch(std::mem::take(&mut batch)));
                }
            }
            or_end(copy.db.apply_batch(batch));
        });
        or_end(copy.db.flush());
        close(copy);
        sync_all(&new).map_err(io)?;
        let mut place = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = place.take() {
            close(open);
        }
        let moved = fs::rename(&here, &old).and_then(|()| fs::rename(&new, &here));
        let again = moved.and_then(|()| sync_dir(&self.data)).map_err(io).and_then(|()| open(&here));
        match again {
            Ok(open) => *place = Some(open),
            Err(error) => end(&error),
        }
        drop(place);
        remove_all(&old).map_err(|source| OpenError::Io { path: old, source })
    }

    fn with<T>(&self, work: impl FnOnce(&Open) -> T) -> T {
        let open: RwLockReadGuard<'_, Option<Open>> =
            self.open.read().unwrap_or_else(PoisonError::into_inner);
        work(open.as_ref().expect("the database is open but while it changes places"))
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = open.take() {
            close(open);
        }
    }
}

/// Opens a database directory, past what a kill or a process that is just ending left there.
fn open(path: &Path) -> Result<Open, OpenError> {
    let io = |source| OpenError::Io { path: path.to_owned(), source };
    let fresh = !path.exists();
    if fresh {
        use std::os::unix::fs::DirBuilderExt as _;
        fs::DirBuilder::new().mode(0o700).create(path).map_err(io)?;
    }
    drop_torn_snapshots(path).map_err(io)?;
    let begun = Instant::now();
    let mut set_aside = false;
    let db = loop {
        let error = match sled::Config::new().path(path).cache_capacity(CACHE).flush_every_ms(None).open() {
            Ok(db) => break db,
            Err(error) => error,
        };
        match error {
            sled::Error::Io(ref held) if is_held(held) && begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            sled::Error::Corruption { .. } if !set_aside => {
                tracing::warn!("the records would not open; their snapshots are set aside");
                set_aside = true;
                set_snapshots_aside(path).map_err(io)?;
            }
            sled::Error::Io(source) => return Err(io(source)),
            other => return Err(OpenError::Corrupt(format!("records: {other}"))),
        }
    };
    let file = File::options().read(true).write(true).open(path.join("db")).map_err(io)?;
    if fresh {
        or_end(db.flush());
        sync_all(path).map_err(io)?;
        path.parent().map_or(Ok(()), sync_dir).map_err(io)?;
    }
    Ok(Open { db, file })
}

fn is_held(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.to_string().contains("WouldBlock")
}

fn close(open: Open) {
    or_end(open.db.flush());
    or_end(fdatasync(&open.file));
}

fn or_end<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| end(&error))
}

/// Ends the process: only a new one reads back what is certain.
fn end(error: &dyn std::fmt::Display) -> ! {
    tracing::error!("the records failed: {error}; stopping, so that the next start reads what is certain");
    std::process::abort()
}
