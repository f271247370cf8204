//! Room kept back for the records, so that erasing goes on when the disk is full.
//!
//! ```text
//! data/reserve   8 MiB of nothing, allocated while there is room
//! ```
//!
//! An erasure begins with a transaction, and sled neither writes nor opens on a full disk. So the
//! reserve is given back when less than [`LOW`] is free, and taken again when there is plenty.

use super::dir::Dir;
use rustix::fs::{FallocateFlags, fallocate};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

const NAME: &str = "reserve";
const SIZE: u64 = 8 << 20;
/// Below this the reserve is given back.
const LOW: u64 = 4 << 20;
/// From this on it is taken.
const PLENTY: u64 = 64 << 20;

/// The reserve of one data directory.
pub struct Reserve {
    data: Dir,
    held: AtomicBool,
}

impl Reserve {
    pub fn over(data: Dir) -> io::Result<Self> {
        let held = AtomicBool::new(data.file(NAME)?.is_some());
        Ok(Self { data, held })
    }

    /// Free bytes where the records lie.
    pub fn free(&self) -> io::Result<u64> {
        Ok(self.data.space()?.0)
    }

    /// Before something is written: gives back or takes. That it can not is no reason to stop.
    pub fn look(&self) {
        if let Err(error) = self.free().and_then(|free| self.judge(free)) {
            tracing::warn!("the reserve of the records: {error}");
        }
    }

    fn judge(&self, free: u64) -> io::Result<()> {
        let held = self.held.load(Ordering::Relaxed);
        if held && free < LOW {
            self.data.unlink(NAME)?;
            self.held.store(false, Ordering::Relaxed);
            tracing::warn!("the disk is full: the reserve of the records is given back");
        } else if !held && free >= PLENTY {
            // Once is enough, also where room can not be allocated ahead.
            self.held.store(true, Ordering::Relaxed);
            fallocate(self.data.create(NAME)?, FallocateFlags::empty(), 0, SIZE)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_is_taken_with_plenty_and_given_back_when_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::over(Dir::open_or_make(folder.path()).unwrap()).unwrap();
        let held = || folder.path().join(NAME).metadata().map_or(0, |file| file.len());
        for (free, size) in [
            (PLENTY - 1, 0),
            (PLENTY, SIZE),
            (LOW, SIZE),
            (LOW - 1, 0),
            (0, 0),
            (PLENTY - 1, 0),
            (u64::MAX, SIZE),
        ] {
            reserve.judge(free).unwrap();
            assert_eq!(held(), size, "with {free} bytes free");
        }
        let again = Reserve::over(Dir::open_or_make(folder.path()).unwrap()).unwrap();
        again.judge(0).unwrap();
        assert_eq!(held(), 0, "also one that an earlier process took");
    }
}
