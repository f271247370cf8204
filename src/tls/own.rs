//! Certificate files of the operator, followed while the server runs.
//!
//! They are looked at every ten seconds and at SIGHUP. A new pair that is not whole is refused with
//! one line and the one in use stays; connections that are open go on either way.

use super::TlsError;
use super::held::Held;
use super::now;
use super::pair::Pair;
use crate::time::Time;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

const LOOKED_AT_EVERY: Duration = Duration::from_secs(10);
/// The two files are rarely written in the same instant.
const SETTLES_IN: Duration = Duration::from_secs(1);

pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What changes when a file is written or replaced, links followed.
type Stamp = Option<(u64, u64, u64, i64, i64)>;

impl Files {
    pub fn read(&self, now: Time) -> Result<Pair, TlsError> {
        Pair::read(&self.certificate, &self.key, now)
    }

    fn stamps(&self) -> [Stamp; 2] {
        [stamp(&self.certificate), stamp(&self.key)]
    }
}

fn stamp(path: &Path) -> Stamp {
    let data = std::fs::metadata(path).ok()?;
    Some((data.dev(), data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
}

/// Takes new pairs into use, for as long as it is polled.
pub async fn follow(files: Files, held: &Held) {
    let mut tick = tokio::time::interval(LOOKED_AT_EVERY);
    let mut hang_up = match signal(SignalKind::hangup()) {
        Ok(hang_up) => hang_up,
        Err(error) => return tracing::error!(%error, "certificate files are not followed"),
    };
    let mut seen = files.stamps();
    loop {
        let asked = tokio::select! {
            _ = tick.tick() => false,
            _ = hang_up.recv() => true,
        };
        if !asked && files.stamps() == seen {
            continue;
        }
        if !asked {
            tokio::time::sleep(SETTLES_IN).await;
        }
        seen = files.stamps();
        take(files.read(now()), held);
    }
}

fn take(read: Result<Pair, TlsError>, held: &Held) {
    match read {
        Ok(pair) if held.get().is_some_and(|had| had.is(&pair)) => {
            tracing::info!("the certificate has not changed");
        }
        Ok(pair) => {
            tracing::info!("a new certificate is in use, until {}", pair.ends);
            held.put(pair);
        }
        Err(error) => tracing::error!("the new certificate is refused and the old one stays in use: {error}"),
    }
}
