//! The log of server and sweep, on stderr.
//!
//! Our own words from `info` on, those of libraries from `warn` on, without a line for each request that is
//! none: whoever knocks could fill the disk with those. `RUST_LOG` says otherwise. Colours
//! only in a terminal, and no time where the journal notes it already.

use std::io::{IsTerminal as _, stderr};
use std::os::unix::fs::MetadataExt as _;
use tracing_subscriber::EnvFilter;

/// What is written down unless `RUST_LOG` says otherwise.
const CALM: &str = "warn,dewdrop=info,actix_http::h1::dispatcher=off";

/// From now on what happens is written down.
pub(super) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(CALM));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal());
    if is_the_journal() {
        log.without_time().init();
    } else {
        log.init();
    }
}

/// Whether stderr is what systemd connected to the journal. The variable alone does not say it: programs
/// that the service starts inherit it, and may write elsewhere.
fn is_the_journal() -> bool {
    let Ok(journal) = std::env::var("JOURNAL_STREAM") else { return false };
    std::fs::metadata("/proc/self/fd/2").is_ok_and(|at| journal == format!("{}:{}", at.dev(), at.ino()))
}
