//! How a way of one account goes: a record, so that a restart neither forgets a failure nor hammers a
//! server that is down.

use super::Way;
use super::failure::Failure;
use crate::ids::AccountId;
use crate::store::Tree;
use crate::time::{Span, Time};
use serde::{Deserialize, Serialize};

/// Account's id, then the way.
pub(super) const WAYS: Tree = Tree("alert-ways");

/// After the first failure; it doubles.
const FIRST: Span = Span(30);
const MOST: Span = Span(15 * 60);
/// When only a change of the settings will help.
const MOST_LASTING: Span = Span::HOUR;

/// The record, sealed under the account's slot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Health {
    /// When something was last told.
    pub sent_at: Option<Time>,
    pub failing: Option<Failing>,
}

/// Since when nothing comes through, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failing {
    pub since: Time,
    pub why: Failure,
    pub tries: u32,
    /// It is not tried before.
    pub next_at: Time,
}

impl Health {
    /// After something was told.
    pub fn well(now: Time) -> Self {
        Self { sent_at: Some(now), failing: None }
    }

    /// After it was tried in vain; `jitter` is between 0 and 1.
    pub fn failed(&self, now: Time, why: Failure, jitter: f64) -> Self {
        let tries = self.failing.as_ref().map_or(0, |failing| failing.tries) + 1;
        let since = self.failing.as_ref().map_or(now, |failing| failing.since);
        let next_at = now + backoff(tries, why.is_lasting(), jitter);
        Self { sent_at: self.sent_at, failing: Some(Failing { since, why, tries, next_at }) }
    }

    /// When it may be tried again, if that is later than `now`.
    pub fn waits_until(&self, now: Time) -> Option<Time> {
        self.failing.as_ref().map(|failing| failing.next_at).filter(|next_at| now < *next_at)
    }
}

pub(super) fn key(account: AccountId, way: Way) -> Vec<u8> {
    [account.as_bytes().as_slice(), &[way.byte()]].concat()
}

/// 30 s, doubling up to 15 min, or up to an hour when it will last; a quarter more or less, so that
/// many servers do not come back at the same instant.
fn backoff(tries: u32, lasting: bool, jitter: f64) -> Span {
    let most = if lasting { MOST_LASTING } else { MOST };
    let doubled = FIRST.times(1u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX));
    let span = doubled.min(most).0;
    // Below an hour, so that nothing is lost in a float.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    Span((span as f64 * (0.75 + jitter.clamp(0.0, 1.0) / 2.0)).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_after_half_a_minute_and_then_ever_later() {
        let at = |tries, lasting| backoff(tries, lasting, 0.5).0;
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7, 90].map(|tries| at(tries, false)),
            [30, 60, 120, 240, 480, 900, 900, 900]
        );
        assert_eq!(at(9, true), 3600);
        assert_eq!((backoff(2, false, 0.0).0, backoff(2, false, 1.0).0), (45, 75));
    }

    #[test]
    fn a_failure_keeps_its_beginning_until_something_was_told() {
        let first = Health::well(Time(5)).failed(Time(10), Failure::Refused, 0.5);
        let second = first.failed(Time(40), Failure::TimedOut, 0.5);
        let failing = second.failing.clone().unwrap();
        assert_eq!((failing.since, failing.why, failing.tries), (Time(10), Failure::TimedOut, 2));
        assert_eq!(second.sent_at, Some(Time(5)));
        assert_eq!((second.waits_until(Time(99)), second.waits_until(Time(100))), (Some(Time(100)), None));
        assert_eq!(Health::well(Time(101)).waits_until(Time(101)), None);
    }
}
