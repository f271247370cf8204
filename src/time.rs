//! Instants and spans in whole seconds, and [`Now`], which is passed down as an argument.

use std::fmt;
use std::ops::Add;

/// Seconds since 1970 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

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
    /// The span from `earlier` to this instant, nothing when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
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
