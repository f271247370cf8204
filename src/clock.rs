//! The clock: two readings of the wall clock that do not run backwards, and boot time.
//!
//! `reads` decides what may still be read, `erases` what may be destroyed. They are the same until the
//! wall clock leaps forward by more than an hour against boot time inside one process: then `reads`
//! follows at once (nothing expired is served), while `erases` goes on at the pace of boot time until
//! the kernel says that its clock is synchronised, [`HOLD`] is over, or someone confirms. If the wall
//! clock comes back before that, `reads` returns to `erases` (the one exception to not running
//! backwards), and [`Clock::tick`] asks for a [`Correction`] of the expiries that were given meanwhile.
//!
//! The mark follows `erases` only and is kept in the records, so that a wall clock that is behind at a
//! start does not bring anything back. A gap found at a start counts as downtime. Wall time comes from
//! std, boot time (which goes on in suspend) from the kernel.

mod synchronised;

use crate::store::{Change, CommitError, Store, StoreError, Tree};
use crate::time::{Now, Span, Time};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A forward leap beyond this is not believed at once.
const LEAP: Duration = Duration::from_secs(3600);
/// How long a leap is not believed when nothing confirms it.
pub const HOLD: Duration = Duration::from_secs(6 * 3600);

const CLOCK: Tree = Tree("clock");

/// Tells the time. Clones are the same clock.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    hands: Hands,
    store: Option<Store>,
    state: Mutex<State>,
}

enum Hands {
    System,
    Manual(Mutex<Reading>),
}

/// What the machine says.
#[derive(Clone, Copy)]
struct Reading {
    wall: Duration,
    boot: Duration,
    synchronised: bool,
}

struct State {
    reads: Duration,
    erases: Duration,
    /// Boot time of the last observation.
    boot: Duration,
    /// Boot time at which a leap was seen that is not believed yet.
    held_since: Option<Duration>,
    /// The wall clock came back: expiries given meanwhile are to be brought down.
    correction_due: bool,
    /// What the records have: the mark in seconds, and whether a correction is due or may become so.
    kept: Option<(u64, bool)>,
}

/// The wall clock had leaped and came back: once, every expiry later than `erases` plus the record's
/// own duration is to be brought down to that. Say [`Clock::corrected`] when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    pub erases: Time,
}

impl Correction {
    /// The expiry that takes the place of `expiry`, if it is to be brought down.
    #[must_use]
    pub fn brings_down(self, expiry: Time, own: Span) -> Option<Time> {
        let most = self.erases + own;
        (expiry > most).then_some(most)
    }
}

/// What `dewdrop clock` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    pub wall: Time,
    pub now: Now,
    /// The kernel's clock was set by a time server; since the leap, if there was one.
    pub synchronised: bool,
    /// A leap is not believed yet; it will be after this span, if nothing happens before.
    pub held_for: Option<Span>,
}

impl Clock {
    /// The clock of this machine, not before the mark that `store` keeps.
    pub fn open(store: &Store) -> Result<Self, StoreError> {
        Self::over(Hands::System, Some(store.clone()))
    }

    /// A clock for tests, whose hands are moved by [`Clock::set`], [`Clock::advance`] and
    /// [`Clock::leap`].
    #[must_use]
    pub fn manual(start: Time) -> Self {
        Self::over(Hands::starting(start), None).expect("without a store nothing can fail")
    }

    /// The same, with the mark kept in `store`.
    pub fn manual_over(store: &Store, start: Time) -> Result<Self, StoreError> {
        Self::over(Hands::starting(start), Some(store.clone()))
    }

    fn over(hands: Hands, store: Option<Store>) -> Result<Self, StoreError> {
        let reading = hands.read();
        let kept = store.as_ref().map_or(Ok(None), load)?;
        let (mark, leaped) = kept.unwrap_or_default();
        let start = reading.wall.max(Duration::from_secs(mark));
        let state = State {
            reads: start,
            erases: start,
            boot: reading.boot,
            held_since: None,
            correction_due: leaped,
            kept,
        };
        Ok(Self(Arc::new(Inner { hands, store, state: Mutex::new(state) })))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Now {
        let mut state = self.state();
        state.observe(self.0.hands.read());
        state.now()
    }

    /// Boot time: goes on in suspend, knows no steps, begins anew with the machine.
    #[must_use]
    pub fn boot(&self) -> Duration {
        self.0.hands.read().boot
    }

    /// Judges leaps and keeps the mark; to be called by each sweep.
    ///
    /// # Errors
    /// Of the store, when the mark could not be kept.
    pub fn tick(&self) -> Result<Option<Correction>, StoreError> {
        if let Some(erases) = self.held()
            && self.0.hands.synchronised(erases)
        {
            self.confirm();
        }
        let (erases, correct, keep) = {
            let mut state = self.state();
            state.observe(self.0.hands.read());
            let keep = (state.erases.as_secs(), state.correction_due || state.held_since.is_some());
            (state.now().erases, state.correction_due, keep)
        };
        self.keep(keep)?;
        Ok(correct.then_some(Correction { erases }))
    }

    /// The correction was made in all records.
    ///
    /// # Errors
    /// Of the store; then it is asked for again.
    pub fn corrected(&self) -> Result<(), StoreError> {
        let keep = {
            let mut state = self.state();
            state.correction_due = false;
            (state.erases.as_secs(), state.held_since.is_some())
        };
        self.keep(keep)
    }

    /// Someone says that the wall clock is right: a leap is believed.
    pub fn confirm(&self) {
        let mut state = self.state();
        let reading = self.0.hands.read();
        state.observe(reading);
        state.believe(reading.wall);
    }

    /// Puts mark and readings back to the wall clock, when the mark itself was wrong.
    ///
    /// # Errors
    /// Of the store.
    pub fn reset(&self) -> Result<(), StoreError> {
        let keep = {
            let mut state = self.state();
            let reading = self.0.hands.read();
            state.correction_due |= reading.wall < state.erases;
            (state.reads, state.erases, state.boot) = (reading.wall, reading.wall, reading.boot);
            state.held_since = None;
            (state.erases.as_secs(), state.correction_due)
        };
        self.keep(keep)
    }

    /// What `dewdrop clock` shows.
    #[must_use]
    pub fn status(&self) -> Status {
        let synchronised = self.0.hands.synchronised(self.held().unwrap_or_default());
        let reading = self.0.hands.read();
        let mut state = self.state();
        state.observe(reading);
        let left = |since: Duration| HOLD.saturating_sub(reading.boot.saturating_sub(since));
        Status {
            wall: Time(reading.wall.as_secs()),
            now: state.now(),
            synchronised,
            held_for: state.held_since.map(|since| Span(left(since).as_secs())),
        }
    }

    /// Moves the hands of a manual clock to `time`; boot time goes with them, but not backwards.
    pub fn set(&self, time: Time) {
        self.moved(|reading| {
            let wall = Duration::from_secs(time.0);
            reading.boot += wall.saturating_sub(reading.wall);
            reading.wall = wall;
        });
    }

    /// Lets time pass on a manual clock.
    pub fn advance(&self, span: Span) {
        self.moved(|reading| {
            reading.wall += Duration::from_secs(span.0);
            reading.boot += Duration::from_secs(span.0);
        });
    }

    /// Moves only the wall clock of a manual clock, as someone who sets it does.
    pub fn leap(&self, time: Time) {
        self.moved(|reading| reading.wall = Duration::from_secs(time.0));
    }

    /// What the kernel says on a manual clock.
    pub fn synchronise(&self, synchronised: bool) {
        self.moved(|reading| reading.synchronised = synchronised);
    }

    /// Looks, and says what `erases` is while a leap is not believed.
    fn held(&self) -> Option<Duration> {
        let mut state = self.state();
        state.observe(self.0.hands.read());
        state.held_since.map(|_| state.erases)
    }

    fn moved(&self, by: impl FnOnce(&mut Reading)) {
        match &self.0.hands {
            Hands::Manual(reading) => by(&mut reading.lock().unwrap_or_else(PoisonError::into_inner)),
            Hands::System => panic!("only a manual clock has hands to move"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, keep: (u64, bool)) -> Result<(), StoreError> {
        if let Some(store) = &self.0.store
            && self.state().kept != Some(keep)
        {
            save(store, keep)?;
            self.state().kept = Some(keep);
        }
        Ok(())
    }
}

impl State {
    fn now(&self) -> Now {
        Now { reads: Time(self.reads.as_secs()), erases: Time(self.erases.as_secs()) }
    }

    fn observe(&mut self, Reading { wall, boot, .. }: Reading) {
        let paced = self.erases + boot.saturating_sub(self.boot);
        // Another thread may have looked later and come first.
        self.boot = self.boot.max(boot);
        if wall <= paced + LEAP {
            if self.held_since.take().is_some() {
                self.erases = paced.max(wall);
                self.reads = self.erases;
                self.correction_due = true;
            }
            self.erases = self.erases.max(wall);
            self.reads = self.reads.max(wall);
            return;
        }
        let since = *self.held_since.get_or_insert(boot);
        self.reads = self.reads.max(wall);
        self.erases = paced;
        if boot.saturating_sub(since) >= HOLD {
            self.believe(wall);
        }
    }

    fn believe(&mut self, wall: Duration) {
        self.held_since = None;
        self.erases = self.erases.max(wall);
        self.reads = self.reads.max(self.erases);
    }
}

impl Hands {
    fn starting(start: Time) -> Self {
        let wall = Duration::from_secs(start.0);
        Self::Manual(Mutex::new(Reading { wall, boot: Duration::ZERO, synchronised: false }))
    }

    fn read(&self) -> Reading {
        match self {
            Self::Manual(reading) => *reading.lock().unwrap_or_else(PoisonError::into_inner),
            Self::System => {
                let boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Reading {
                    wall: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
                    boot: boot.try_into().unwrap_or_default(),
                    synchronised: false,
                }
            }
        }
    }

    /// Whether the kernel's clock was synchronised since it said `since`.
    fn synchronised(&self, since: Duration) -> bool {
        match self {
            Self::Manual(reading) => reading.lock().unwrap_or_else(PoisonError::into_inner).synchronised,
            Self::System => synchronised::since(since),
        }
    }
}

/// The mark in the records: seconds (8 bytes, big-endian) ‖ whether a correction is due (1 byte).
fn load(store: &Store) -> Result<Option<(u64, bool)>, StoreError> {
    let Some(row) = store.get(CLOCK, b"mark")? else { return Ok(None) };
    match row.plain.split_first_chunk::<8>() {
        Some((seconds, [leaped])) => Ok(Some((u64::from_be_bytes(*seconds), *leaped == 1))),
        _ => Err(StoreError::Damaged { what: "the mark of the clock".into() }),
    }
}

fn save(store: &Store, (seconds, leaped): (u64, bool)) -> Result<(), StoreError> {
    let plain = [seconds.to_be_bytes().as_slice(), &[u8::from(leaped)]].concat();
    let put: Change = store.put(CLOCK, b"mark", None, &plain)?;
    store.commit(vec![put]).map_err(|error| match error {
        CommitError::Store(error) => error,
        CommitError::Conflict => unreachable!("nothing is expected of it"),
    })
}

#[cfg(test)]
mod tests;
