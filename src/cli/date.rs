//! An instant in words, in UTC.

use crate::time::Time;

/// `2026-11-28 21:30 UTC`
pub(super) fn words(time: Time) -> String {
    time.to_string()
}
