//! Whether the clock of this machine was set by a time server since a leap.
//!
//! `adjtimex` itself can not be called without unsafe code, so that those are asked who call it:
//! systemd-timesyncd touches a file at each synchronisation, and timedated answers for every other
//! daemon. Where neither runs the answer is no, and a leap waits for its six hours or for a person.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const TOUCHED: &str = "/run/systemd/timesync/synchronized";

/// Asks; `since` is wall time before the leap. May take seconds.
pub fn since(since: Duration) -> bool {
    touched(Path::new(TOUCHED), since) || timedated()
}

/// The file was touched when the wall clock had leaped already: its time is one of after the leap.
fn touched(file: &Path, since: Duration) -> bool {
    let time = file.metadata().and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    time.duration_since(UNIX_EPOCH).is_ok_and(|time| time > since)
}

/// Setting the clock takes the kernel's mark away, so that an old one does not count.
fn timedated() -> bool {
    let asked = Command::new("timedatectl")
        .args(["show", "--property=NTPSynchronized", "--value"])
        .env("SYSTEMD_BUS_TIMEOUT", "5s")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    asked.is_ok_and(|answer| answer.status.success() && answer.stdout.trim_ascii() == b"yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_synchronisation_after_the_leap_counts() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let leaped = Duration::from_secs(1_800_000_000);
        file.as_file().set_modified(UNIX_EPOCH + leaped).unwrap();
        assert!(touched(file.path(), leaped - Duration::from_secs(3600)));
        assert!(!touched(file.path(), leaped));
        assert!(!touched(Path::new("/nowhere"), Duration::ZERO));
    }
}
