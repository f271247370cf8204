//! Instants and spans in whole seconds, and [`Now`], which is passed down as an argument.

use std::fmt;
use std::ops::Add;

/// Seconds since 1970 UTC. One that is read is at most [`Time::LAST`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u64", into = "u64")]
pub struct Time(pub u64);

/// A number that is no time anyone has.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("not a time before the year 10000")]
pub struct NoTime;

impl TryFrom<u64> for Time {
    type Error = NoTime;

    fn try_from(seconds: u64) -> Result<Self, NoTime> {
        if seconds <= Self::LAST.0 { Ok(Self(seconds)) } else { Err(NoTime) }
    }
}

impl From<Time> for u64 {
    fn from(time: Time) -> u64 {
        time.0
    }
}

/// A duration in whole seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Span {
    pub const MINUTE: Span = Span(60);
    pub const HOUR: Span = Span(3600);
    pub const DAY: Span = Span(86_400);

    /// `n` times this span.
    #[must_use]
    pub const fn times(self, n: u64) -> Span {
        Span(self.0.saturating_mul(n))
    }
}

impl Add<Span> for Time {
    type Output = Time;

    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Time {
    /// The end of the year 9999: calendars everywhere go so far.
    pub const LAST: Time = Time(253_402_300_799);

    /// The span from `earlier` to this instant, nothing when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    /// `2026-11-28 21:30 UTC`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.0 / 86_400, self.0 % 86_400);
        // Days to a civil date, counted in eras of 400 years from 0000-03-01.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", seconds / 3600, seconds % 3600 / 60)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s >= 86_400 && s.is_multiple_of(86_400) => write!(f, "{}d", s / 86_400),
            s if s >= 3600 && s.is_multiple_of(3600) => write!(f, "{}h", s / 3600),
            s if s >= 60 && s.is_multiple_of(60) => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

/// What time it is, in two readings that neither ever runs backwards.
///
/// `reads` decides whether something may still be read: an expiry at or before it is over.
/// `erases` decides what the sweep may destroy: it holds back after a suspicious forward leap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub reads: Time,
    pub erases: Time,
}

impl Now {
    /// Both readings at the same instant.
    #[must_use]
    pub const fn at(time: Time) -> Self {
        Self { reads: time, erases: time }
    }

    /// An expiry is over from its own instant on.
    #[must_use]
    pub fn is_over(self, expiry: Time) -> bool {
        self.reads >= expiry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_a_time_that_calendars_have() {
        let read = |text: &str| serde_json::from_str::<Time>(text).ok();
        assert_eq!(read("253402300799"), Some(Time::LAST));
        assert_eq!(Time::LAST.to_string(), "9999-12-31 23:59 UTC");
        for none in ["253402300800", "9007199254740991", "18446744073709551615", "-1", "1.5", "null"] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(serde_json::to_string(&Time(7)).unwrap(), "7");
    }

    #[test]
    fn known_instants_have_their_dates() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_795_901_400, "2026-11-28 21:30 UTC"),
            (4_107_542_399, "2100-02-28 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(Time(seconds).to_string(), expected);
        }
    }
}
