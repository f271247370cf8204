//! What a sender makes of a fault: most pass, and are waited for without end while the process lives.
//!
//! Final is only what a server of ours says in its own words. What comes from something in between, a
//! page of a gateway or a portal, passes; so does every lost connection.

use super::http::HttpError;
use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);
/// A server may name a time to wait; not this long.
const MOST_NAMED: Duration = Duration::from_mins(2);
/// "The server failed" in a row; then it will not mend itself soon.
const FAILURES: u32 = 12;

/// What a fault means.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It passes; not before this, when something named a time.
    Passing(Option<Duration>),
    /// The server goes on at another offset.
    Elsewhere,
    /// Something in between takes no request of this size.
    TooLarge,
    Final,
}

/// Judges a fault in the middle of sending.
#[must_use]
pub fn judge(error: &HttpError) -> Fault {
    let HttpError::Refused { problem, retry_after } = error else {
        return if matches!(error, HttpError::Origin) { Fault::Final } else { Fault::Passing(None) };
    };
    let ended_early = || problem.detail.as_deref().is_some_and(|detail| detail.contains("ended early"));
    match (problem.status, problem.kind.as_str()) {
        (413, "") => Fault::TooLarge,
        (409, "offset-differs") => Fault::Elsewhere,
        (_, "" | "interrupted" | "changed" | "link-busy") | (408, _) => Fault::Passing(*retry_after),
        // Room comes back by what is erased.
        (429 | 507, _) => Fault::Passing(Some(retry_after.unwrap_or(LONGEST))),
        (500.., _) => Fault::Passing(*retry_after),
        (400, "malformed") if ended_early() => Fault::Passing(None),
        _ => Fault::Final,
    }
}

/// Waits between tries.
#[derive(Default)]
pub struct Patience {
    give_up_after: Option<Duration>,
    /// In a row.
    faults: u32,
    failures: u32,
    since: Option<Instant>,
}

impl Patience {
    /// Gives up when nothing got through for so long; never without.
    #[must_use]
    pub fn new(give_up_after: Option<Duration>) -> Self {
        Self { give_up_after, ..Self::default() }
    }

    /// How long to wait after this fault, of which `named` is the least; `None` when it is enough.
    pub fn wait(&mut self, error: &HttpError, named: Option<Duration>, now: Instant) -> Option<Duration> {
        self.faults += 1;
        self.failures = if error.kind() == "internal" { self.failures + 1 } else { 0 };
        let since = *self.since.get_or_insert(now);
        let enough = self.give_up_after.is_some_and(|most| now.duration_since(since) >= most);
        if enough || self.failures >= FAILURES {
            return None;
        }
        let usual = usual(self.faults, rand::random());
        let wait = usual.max(named.unwrap_or_default().min(MOST_NAMED));
        let left = self.give_up_after.map(|most| most.saturating_sub(now.duration_since(since)));
        Some(wait.min(left.unwrap_or(wait)))
    }

    /// True from the second fault in a row on: worth a word.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        self.faults > 1
    }

    /// Something got through.
    pub fn rests(&mut self) {
        (self.faults, self.failures, self.since) = (0, 0, None);
    }
}

/// Doubles up to half a minute; `chance`, 0 to 1, spreads those who were cut off together.
fn usual(faults: u32, chance: f64) -> Duration {
    let whole = FIRST.saturating_mul(1 << (faults - 1).min(8)).min(LONGEST);
    whole.mul_f64(0.5 + chance / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::refusal::Refusal;

    fn refused(status: u16, kind: &str, after: Option<u64>) -> HttpError {
        let problem = Box::new(Refusal { kind: kind.into(), ..Refusal::bare(status) });
        HttpError::Refused { problem, retry_after: after.map(Duration::from_secs) }
    }

    #[test]
    fn only_what_our_server_says_for_good_is_final() {
        let passing = Fault::Passing(None);
        assert_eq!(judge(&HttpError::Unreachable("reset".into())), passing);
        assert_eq!(judge(&HttpError::Answer("odd")), passing);
        for status in [200, 302, 403, 404, 502, 503, 504] {
            assert_eq!(judge(&refused(status, "", None)), passing, "{status}");
        }
        assert_eq!(judge(&refused(413, "", None)), Fault::TooLarge);
        assert_eq!(judge(&refused(409, "offset-differs", None)), Fault::Elsewhere);
        assert_eq!(judge(&refused(409, "interrupted", None)), passing);
        assert_eq!(judge(&refused(500, "internal", None)), passing);
        assert_eq!(judge(&refused(507, "disk-full", None)), Fault::Passing(Some(LONGEST)));
        let named = Some(Duration::from_secs(60));
        assert_eq!(judge(&refused(429, "link-busy", Some(60))), Fault::Passing(named));
        for (status, kind) in [
            (404, "not-available"),
            (410, "link-spent"),
            (410, "link-closed"),
            (410, "erased"),
            (413, "too-large"),
            (422, "not-age"),
            (409, "conflict"),
            (400, "malformed"),
        ] {
            assert_eq!(judge(&refused(status, kind, Some(1))), Fault::Final, "{kind}");
        }
    }

    #[test]
    fn waits_grow_are_spread_and_begin_anew_after_a_success() {
        assert_eq!(usual(1, 1.0), FIRST);
        assert_eq!(usual(1, 0.0), FIRST / 2);
        assert!((1..20).all(|n| usual(n, 0.3) <= usual(n + 1, 0.3)));
        assert_eq!(usual(1000, 1.0), LONGEST);
        let (mut patience, now) = (Patience::new(None), Instant::now());
        let lost = HttpError::Unreachable("x".into());
        for _ in 0..1000 {
            assert!(patience.wait(&lost, None, now).is_some());
        }
        patience.rests();
        assert!(patience.wait(&lost, None, now).is_some_and(|wait| wait <= FIRST));
        let named = Duration::from_secs(60);
        assert_eq!(patience.wait(&lost, Some(named), now), Some(named));
    }

    #[test]
    fn it_gives_up_when_it_was_told_to_or_the_server_only_fails() {
        let (lost, now) = (HttpError::Unreachable("x".into()), Instant::now());
        let mut patience = Patience::new(Some(Duration::from_secs(5)));
        assert!(patience.wait(&lost, None, now).is_some());
        assert!(patience.wait(&lost, None, now + Duration::from_secs(4)).is_some());
        assert_eq!(patience.wait(&lost, None, now + Duration::from_secs(5)), None);
        let mut patience = Patience::new(None);
        let failed = refused(500, "internal", None);
        assert!((1..FAILURES).all(|_| patience.wait(&failed, None, now).is_some()));
        assert_eq!(patience.wait(&failed, None, now), None);
    }
}
