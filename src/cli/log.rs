//! The log of server and sweep, on stderr; `RUST_LOG` says how much.

use std::io::{IsTerminal as _, stderr};
use tracing_subscriber::EnvFilter;

/// From now on what happens is written down.
pub(super) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .init();
}
