//! Durations as people write them: `7d`, `12h`, `90m`, `3600s`.

use crate::time::Span;
use std::time::Duration;

/// 1 h to 7 d.
pub(super) fn retention(text: &str) -> Result<Span, String> {
    within(text, 7)
}

/// 1 h to 30 d.
pub(super) fn open_until(text: &str) -> Result<Span, String> {
    within(text, 30)
}

/// Any, as of a command that gives up.
pub(super) fn any(text: &str) -> Result<Duration, String> {
    let span = parse(text).ok_or("write a number and s, m, h or d, such as 10m")?;
    Ok(Duration::from_secs(span.0))
}

fn within(text: &str, days: u64) -> Result<Span, String> {
    let span = parse(text).ok_or("write a number and s, m, h or d, such as 7d")?;
    if (Span::HOUR..=Span::DAY.times(days)).contains(&span) {
        Ok(span)
    } else {
        Err(format!("must be between 1h and {days}d"))
    }
}

fn parse(text: &str) -> Option<Span> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    let unit = match unit {
        "s" => Span(1),
        "m" => Span::MINUTE,
        "h" => Span::HOUR,
        "d" => Span::DAY,
        _ => return None,
    };
    Some(unit.times(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_held_to_their_range() {
        assert_eq!(retention("7d"), Ok(Span(604_800)));
        assert_eq!(retention("90m"), Ok(Span(5400)));
        assert_eq!(open_until("30d"), Ok(Span::DAY.times(30)));
        for bad in
            ["", "d", "7", "7w", "-1d", "+1d", "1.5d", "8d", "59m", "0h", "99999999999999999999d", "7ä"]
        {
            assert!(retention(bad).is_err(), "{bad}");
        }
    }
}
