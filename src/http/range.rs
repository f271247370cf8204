//! One byte range of a request, RFC 9110. Several ranges at once are answered with the whole.

/// What to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// From the first to the byte before the second, never empty.
    Part(u64, u64),
    /// 416.
    Nothing,
}

/// Reads a Range header's value for `total` bytes.
pub fn read(value: Option<&str>, total: u64) -> Wanted {
    let Some(range) = value.and_then(|value| value.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    let Some((first, last)) = range.split_once('-') else { return Wanted::Whole };
    if range.contains(',') {
        return Wanted::Whole;
    }
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (first.trim().is_empty(), last.trim().is_empty()) {
        (true, true) => Wanted::Whole,
        (true, false) => match number(last) {
            None => Wanted::Whole,
            Some(0) => Wanted::Nothing,
            Some(_) if total == 0 => Wanted::Nothing,
            Some(suffix) => Wanted::Part(total - suffix.min(total), total),
        },
        (false, open) => match (number(first), if open { Some(u64::MAX) } else { number(last) }) {
            (Some(first), Some(last)) if first > last => Wanted::Whole,
            (Some(first), Some(_)) if first >= total => Wanted::Nothing,
            (Some(first), Some(last)) => Wanted::Part(first, last.saturating_add(1).min(total)),
            _ => Wanted::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (value, wanted) in [
            (None, Wanted::Whole),
            (Some("bytes=0-0"), Wanted::Part(0, 1)),
            (Some("bytes=0-"), Wanted::Part(0, 100)),
            (Some("bytes=99-"), Wanted::Part(99, 100)),
            (Some("bytes=10-1000"), Wanted::Part(10, 100)),
            (Some("bytes=-1"), Wanted::Part(99, 100)),
            (Some("bytes=-1000"), Wanted::Part(0, 100)),
            (Some("bytes=100-"), Wanted::Nothing),
            (Some("bytes=-0"), Wanted::Nothing),
            (Some("bytes=5-4"), Wanted::Whole),
            (Some("bytes=0-1,5-6"), Wanted::Whole),
            (Some("bytes=-"), Wanted::Whole),
            (Some("bytes="), Wanted::Whole),
            (Some("bytes=a-b"), Wanted::Whole),
            (Some("items=0-1"), Wanted::Whole),
            (Some("bytes=0-18446744073709551615"), Wanted::Part(0, 100)),
        ] {
            assert_eq!(read(value, 100), wanted, "{value:?}");
        }
    }
}
