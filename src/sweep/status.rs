//! How the sweep is doing, and what stands in the stores: counted, never named.

use super::{Report, Stores};
use crate::links::LinkError;
use crate::store::Space;
use crate::submissions::SubmissionError;
use crate::time::Now;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Without a good pass for so long, something is wrong.
pub const OLD: Duration = Duration::from_secs(3600);

/// The passes of this process; a handle, cheap to clone. Times are boot time.
#[derive(Clone)]
pub struct Status(Arc<Mutex<Passes>>);

#[derive(Debug)]
struct Passes {
    began: Duration,
    last_good: Duration,
    failures: u64,
}

impl Status {
    /// Of a process that begins at `boot`: that counts as a good pass.
    #[must_use]
    pub fn begin(boot: Duration) -> Self {
        Self(Arc::new(Mutex::new(Passes { began: boot, last_good: boot, failures: 0 })))
    }

    /// A pass has ended.
    pub fn swept(&self, boot: Duration, report: &Report) {
        let mut passes = self.0.lock().expect("nothing panics while it holds this lock");
        passes.failures += report.failures as u64;
        if report.failures == 0 {
            passes.last_good = boot;
        }
    }

    /// Since the start.
    #[must_use]
    pub fn uptime(&self, boot: Duration) -> Duration {
        boot.saturating_sub(self.0.lock().expect("nothing panics while it holds this lock").began)
    }

    /// Since the last pass without a failure.
    #[must_use]
    pub fn age(&self, boot: Duration) -> Duration {
        boot.saturating_sub(self.0.lock().expect("nothing panics while it holds this lock").last_good)
    }

    /// Things that could not be finished.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.0.lock().expect("nothing panics while it holds this lock").failures
    }
}

/// How much of what there is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub links: BTreeMap<&'static str, u64>,
    pub submissions: BTreeMap<&'static str, u64>,
    /// Sealed bytes of what was received.
    pub stored: u64,
    /// Bytes of the records on disk, and what of it is live.
    pub records: (u64, u64),
}

/// Goes through all records once; blocks.
///
/// # Errors
/// When they can not be read.
pub fn census(stores: &Stores, now: Now) -> Result<Census, anyhow::Error> {
    use crate::store::owners::{LINKS, SUBMISSIONS};
    let mut census = Census { records: stores.store.records_size(), ..Census::default() };
    for state in ["open", "spent", "closed", "expired"] {
        census.links.insert(state, 0);
    }
    for state in ["receiving", "received"] {
        census.submissions.insert(state, 0);
    }
    for id in ids(stores, LINKS)? {
        match stores.links.get(crate::ids::LinkId(id)) {
            Ok(found) => *census.links.entry(found.link.state(now).word()).or_default() += 1,
            Err(LinkError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for id in ids(stores, SUBMISSIONS)? {
        match stores.submissions.get(crate::ids::SubmissionId(id)) {
            Ok(found) => {
                *census.submissions.entry(found.submission.word()).or_default() += 1;
                if found.submission.received_at.is_some() {
                    census.stored += found.submission.size();
                }
            }
            Err(SubmissionError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(census)
}

fn ids(stores: &Stores, tree: crate::store::Tree) -> Result<Vec<[u8; 16]>, crate::store::StoreError> {
    let rows = stores.store.scan(tree, &[])?;
    Ok(rows.into_iter().filter_map(|(key, _)| key.try_into().ok()).collect())
}

/// Whether there is room for anything new.
#[must_use]
pub fn has_room((space, low_water): (Space, u64)) -> bool {
    space.free > low_water
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_without_a_failure_makes_the_sweep_young() {
        let second = Duration::from_secs;
        let status = Status::begin(second(100));
        assert_eq!((status.age(second(160)), status.uptime(second(160))), (second(60), second(60)));
        status.swept(second(160), &Report { failures: 2, ..Report::default() });
        assert_eq!((status.age(second(170)), status.failures()), (second(70), 2));
        status.swept(second(180), &Report::default());
        assert_eq!((status.age(second(190)), status.failures()), (second(10), 2));
    }
}
