//! What a pass does with each kind of thing that is due.

use crate::accounts::Accounts;
use crate::clock::{Clock, Correction};
use crate::ids::{LinkId, SubmissionId};
use crate::links::{LinkError, Links, Step};
use crate::store::due::{AT_ONCE, Due, Kind, leave_due};
use crate::store::{CommitError, Store};
use crate::submissions::{SubmissionError, Submissions};
use crate::time::Now;
use std::fmt::Display;
use std::time::Duration;

/// Most entries of one pass; the rest follows at once.
const MOST: usize = 10_000;

/// The domains that a pass goes through.
#[derive(Clone)]
pub struct Stores {
    pub store: Store,
    pub links: Links,
    pub submissions: Submissions,
    pub accounts: Accounts,
}

/// What a pass did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub submissions: usize,
    pub links: usize,
    pub sessions: usize,
    pub tombstones: usize,
    /// What could not be done now; the next pass tries again.
    pub failures: usize,
    /// When the next pass is wanted, if before the usual interval.
    pub again: Option<Duration>,
}

impl Report {
    /// Counts and logs something that failed; the pass goes on.
    pub fn fail(&mut self, what: &str, error: &dyn Display) {
        self.failures += 1;
        tracing::error!(what, %error, "the sweep could not finish something; it tries again");
    }
}

/// Something is due and is done, waits, or is stale.
enum Outcome {
    Done,
    Waits,
    Stale,
}

pub(super) fn run(stores: &Stores, now: Now, boot: Duration, report: &mut Report) {
    let due = match stores.store.due_until(now.erases, MOST) {
        Ok(due) => due,
        Err(error) => return report.fail("index", &error),
    };
    if due.len() == MOST {
        report.again = Some(Duration::ZERO);
    }
    for entry in due {
        let outcome = match entry.kind {
            Kind::SUBMISSION => submission(stores, now, boot, &entry, report),
            Kind::LINK => link(stores, now, &entry, report),
            Kind::SESSION => session(stores, now, &entry, report),
            Kind::TOMBSTONE => tombstone(stores, &entry, report),
            _ => Outcome::Stale,
        };
        match outcome {
            Outcome::Done => {}
            Outcome::Waits => report.again = report.again.or(Some(Duration::from_secs(1))),
            Outcome::Stale => {
                let stale = vec![leave_due(entry.at, entry.kind, &entry.id)];
                if let Err(error) = stores.store.commit(stale) {
                    report.fail("index", &error);
                }
            }
        }
    }
}

fn submission(stores: &Stores, now: Now, boot: Duration, due: &Due, report: &mut Report) -> Outcome {
    let Ok(id) = due.id.as_slice().try_into().map(SubmissionId) else { return Outcome::Stale };
    match stores.submissions.due(now, boot, id) {
        Ok(true) => {
            report.submissions += 1;
            Outcome::Done
        }
        Ok(false) => match stores.submissions.get(id) {
            Ok(found) if found.submission.due != due.at => Outcome::Stale,
            Ok(_) if due.at == AT_ONCE => Outcome::Waits,
            Ok(_) => Outcome::Done,
            Err(SubmissionError::Unknown) => Outcome::Stale,
            Err(error) => {
                report.fail("submission", &error);
                Outcome::Done
            }
        },
        Err(error) if error.is_damage() => match stores.store.destroy_unread(id.into()) {
            Ok(()) => {
                report.submissions += 1;
                Outcome::Stale
            }
            Err(error) => {
                report.fail("submission", &error);
                Outcome::Done
            }
        },
        Err(error) => {
            report.fail("submission", &error);
            Outcome::Done
        }
    }
}

fn link(stores: &Stores, now: Now, due: &Due, report: &mut Report) -> Outcome {
    let Ok(id) = due.id.as_slice().try_into().map(LinkId) else { return Outcome::Stale };
    match step(stores, now, id) {
        Ok(true) => {
            report.links += 1;
            Outcome::Done
        }
        Ok(false) => match stores.links.get(id) {
            Ok(found) if found.link.due != due.at => Outcome::Stale,
            Err(LinkError::Unknown) => Outcome::Stale,
            _ => Outcome::Done,
        },
        Err(error) if error.downcast_ref().is_some_and(LinkError::is_damage) => {
            match stores.store.destroy_unread(id.into()) {
                Ok(()) => {
                    report.links += 1;
                    Outcome::Stale
                }
                Err(error) => {
                    report.fail("link", &error);
                    Outcome::Done
                }
            }
        }
        Err(error) => {
            report.fail("link", &error);
            Outcome::Done
        }
    }
}

/// Takes a due link as far as it goes. True when it was erased.
fn step(stores: &Stores, now: Now, id: LinkId) -> Result<bool, anyhow::Error> {
    let mut step = stores.links.due(now, id)?;
    if step == Step::EndReceiving {
        stores.submissions.end(now, id)?;
        step = stores.links.after_end(now, id)?;
    }
    if step != Step::Erase {
        return Ok(false);
    }
    if stores.submissions.receiving(id)?.sound.is_empty() {
        stores.links.erase(now, id)?;
        return Ok(true);
    }
    stores.links.wait(now, id)?;
    Ok(false)
}

fn session(stores: &Stores, now: Now, due: &Due, report: &mut Report) -> Outcome {
    match stores.accounts.session_due(now, due.at, &due.id) {
        Ok(()) => report.sessions += 1,
        Err(error) => report.fail("session", &error),
    }
    Outcome::Done
}

fn tombstone(stores: &Stores, due: &Due, report: &mut Report) -> Outcome {
    match stores.store.forget_tombstone(due.at, &due.id) {
        Ok(()) | Err(CommitError::Conflict) => report.tombstones += 1,
        Err(CommitError::Store(error)) => report.fail("tombstone", &error),
    }
    Outcome::Done
}

/// After a clock that leapt ahead has come back: what was promised too long is brought down, once.
pub(super) fn correct(stores: &Stores, clock: &Clock, correction: Correction, report: &mut Report) {
    let later = match stores.store.due_after(correction.erases) {
        Ok(later) => later,
        Err(error) => return report.fail("index", &error),
    };
    let failures = report.failures;
    for entry in later.into_iter().filter(|entry| entry.kind == Kind::SUBMISSION) {
        let Ok(id) = entry.id.as_slice().try_into().map(SubmissionId) else { continue };
        match stores.submissions.bring_down(id, |expiry, own| correction.brings_down(expiry, own)) {
            Ok(()) | Err(SubmissionError::Unknown) => {}
            Err(error) => report.fail("correction", &error),
        }
    }
    if report.failures == failures
        && let Err(error) = clock.corrected()
    {
        report.fail("clock", &error);
    }
}
