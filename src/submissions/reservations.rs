//! Space promised to submissions that are on their way, in memory only: after a restart the next
//! PATCH reserves again.
//!
//! A reservation that got less than min(1 MiB, what it still lacks) in ten minutes lapses: it no
//! longer counts, and the submission reserves anew when it goes on.

use crate::ids::{LinkId, SubmissionId};
use crate::store::Space;
use crate::time::{Span, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const IN_FLIGHT: usize = 4;
const PATIENCE: Span = Span(600);
const PACE: u64 = 1 << 20;

/// Why no space is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// The link has too much on its way already.
    LinkBusy,
    /// The disk would fall below its low-water mark.
    DiskFull,
}

#[derive(Debug)]
struct Reservation {
    link: LinkId,
    size: u64,
    have: u64,
    since: Time,
    had: u64,
}

impl Reservation {
    fn lapses(&mut self, now: Time) -> bool {
        if now.since(self.since) < PATIENCE {
            return false;
        }
        let lacked = self.size.saturating_sub(self.had);
        if self.have.saturating_sub(self.had) < PACE.min(lacked) || lacked == 0 {
            return true;
        }
        (self.since, self.had) = (now, self.have);
        false
    }

    fn lacks(&self) -> u64 {
        self.size.saturating_sub(self.have)
    }
}

/// What is asked for: `size` bytes in all, `have` of them here, at most twice `limit` on the link.
#[derive(Debug, Clone, Copy)]
pub struct Want {
    pub link: LinkId,
    pub submission: SubmissionId,
    pub size: u64,
    pub have: u64,
    pub limit: u64,
}

/// All reservations of a store.
#[derive(Clone, Default)]
pub struct Reservations(Arc<Mutex<HashMap<SubmissionId, Reservation>>>);

impl Reservations {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<SubmissionId, Reservation>) -> T) -> T {
        act(&mut self.0.lock().expect("nothing panics while it holds this lock"))
    }

    /// Reserves, or confirms what is reserved already. `low_water` bytes stay free.
    ///
    /// # Errors
    /// [`NoRoom`]; what was reserved before stays as it was.
    pub fn reserve(&self, now: Time, want: Want, space: Space, low_water: u64) -> Result<(), NoRoom> {
        self.with(|all| {
            all.retain(|_, reservation| !reservation.lapses(now));
            if all.get(&want.submission).is_some_and(|held| held.size == want.size) {
                return Ok(());
            }
            let others = || all.iter().filter(|(id, _)| **id != want.submission).map(|(_, held)| held);
            let on_link = || others().filter(|held| held.link == want.link);
            let bytes: u64 = on_link().map(|held| held.size).sum();
            if on_link().count() >= IN_FLIGHT || bytes + want.size > want.limit.saturating_mul(2) {
                return Err(NoRoom::LinkBusy);
            }
            let promised: u64 = others().map(Reservation::lacks).sum();
            let lacks = want.size.saturating_sub(want.have);
            if promised.saturating_add(lacks).saturating_add(low_water) > space.free {
                return Err(NoRoom::DiskFull);
            }
            let Want { link, size, have, .. } = want;
            all.insert(want.submission, Reservation { link, size, have, since: now, had: have });
            Ok(())
        })
    }

    /// Whether so many bytes fit beside what is promised; they are promised to nobody.
    ///
    /// # Errors
    /// [`NoRoom::DiskFull`]
    pub fn fits_beside(&self, now: Time, bytes: u64, space: Space, low_water: u64) -> Result<(), NoRoom> {
        self.with(|all| {
            all.retain(|_, reservation| !reservation.lapses(now));
            let promised: u64 = all.values().map(Reservation::lacks).sum();
            let whole = promised.saturating_add(bytes).saturating_add(low_water);
            if whole > space.free { Err(NoRoom::DiskFull) } else { Ok(()) }
        })
    }

    /// `have` bytes of the submission are here now.
    pub fn progress(&self, submission: SubmissionId, have: u64) {
        self.with(|all| {
            if let Some(held) = all.get_mut(&submission) {
                held.have = held.have.max(have);
            }
        });
    }

    /// Gives the space back: received, or erased.
    pub fn release(&self, submission: SubmissionId) {
        self.with(|all| all.remove(&submission));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMY: Space = Space { free: 1 << 40, total: 1 << 41 };

    fn want(link: LinkId, size: u64) -> Want {
        Want { link, submission: SubmissionId::random(), size, have: 0, limit: 100 << 20 }
    }

    #[test]
    fn a_fifth_submission_through_a_link_waits_until_one_lapses() {
        let (all, link) = (Reservations::default(), LinkId::random());
        let first = want(link, 10 << 20);
        for asked in [first, want(link, 1), want(link, 1), want(link, 1)] {
            assert_eq!(all.reserve(Time(0), asked, ROOMY, 0), Ok(()));
        }
        assert_eq!(all.reserve(Time(1), want(link, 1), ROOMY, 0), Err(NoRoom::LinkBusy));
        assert_eq!(all.reserve(Time(1), want(LinkId::random(), 1), ROOMY, 0), Ok(()));
        all.progress(first.submission, 1 << 20);
        assert_eq!(all.reserve(Time(600), want(link, 1), ROOMY, 0), Ok(()), "three have lapsed");
        assert_eq!(all.reserve(Time(600), first, ROOMY, 0), Ok(()), "who keeps pace stays");
    }

    #[test]
    fn a_link_holds_at_most_twice_its_limit() {
        let (all, link) = (Reservations::default(), LinkId::random());
        assert_eq!(all.reserve(Time(0), want(link, 100 << 20), ROOMY, 0), Ok(()));
        assert_eq!(all.reserve(Time(0), want(link, 100 << 20), ROOMY, 0), Ok(()));
        assert_eq!(all.reserve(Time(0), want(link, 1), ROOMY, 0), Err(NoRoom::LinkBusy));
    }

    #[test]
    fn nothing_is_promised_below_the_low_water_mark() {
        let all = Reservations::default();
        let space = Space { free: 100, total: 1000 };
        assert_eq!(all.reserve(Time(0), want(LinkId::random(), 40), space, 50), Ok(()));
        assert_eq!(all.reserve(Time(0), want(LinkId::random(), 11), space, 50), Err(NoRoom::DiskFull));
        assert_eq!(all.reserve(Time(0), want(LinkId::random(), 10), space, 50), Ok(()));
    }
}
