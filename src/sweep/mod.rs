//! The sweep: one idempotent pass that erases what is due. It only reclaims; that nothing expired is
//! served is a rule of reading.
//!
//! It goes by the clock's `erases`, which holds back after a suspicious leap. A pass can be killed
//! anywhere and begun again. `schedule` says when it runs.

mod pass;
pub mod schedule;
pub mod status;

pub use pass::{Report, Stores};
pub use status::Status;

use crate::clock::Clock;
use crate::store::StoreError;
use crate::time::Now;
use std::time::SystemTime;

/// Finishes erasures that a crash left half-way and clears away orphans; at start and hourly.
///
/// # Errors
/// [`StoreError`]; can be repeated.
pub fn reconcile(stores: &Stores, now: Now, wall: SystemTime, at_start: bool) -> Result<(), StoreError> {
    use crate::store::owners::OWNERS;
    for erasing in stores.store.unfinished()? {
        stores.store.finish_erasing(&erasing, &OWNERS, now.erases)?;
        tracing::info!("finished an erasure that was interrupted");
    }
    let found = stores.store.reconcile(wall, at_start)?;
    if found.stopped {
        tracing::error!(
            orphans = found.orphans,
            "too many orphans for leftovers of a crash: is a disk missing? nothing was touched"
        );
    } else if found.orphans > 0 {
        tracing::warn!(orphans = found.orphans, "cleared away what belonged to nothing");
    }
    let (disk, live) = stores.store.records_size();
    if disk > WASTEFUL && disk / 3 > live {
        stores.store.compact()?;
    }
    Ok(())
}

/// Below this the records' file is not worth compacting between nights.
const WASTEFUL: u64 = 8 << 20;

/// One pass over everything that is due at `clock`'s now.
#[must_use]
pub fn sweep(stores: &Stores, clock: &Clock) -> Report {
    let mut report = Report::default();
    match clock.tick() {
        Ok(None) => {}
        Ok(Some(correction)) => pass::correct(stores, clock, correction, &mut report),
        Err(error) => report.fail("clock", &error),
    }
    pass::run(stores, clock.now(), clock.boot(), &mut report);
    report
}
