//! `dewdrop fetch --watch`: whatever is there or arrives is fetched, until the process is stopped or the session
//! ends. What can not be had is tried again, ever more seldom.

use super::fetch::{AT_ONCE, Errand};
use crate::client::arrivals::{Heard, listen};
use crate::client::collect::{CollectError, Collected};
use crate::client::desk::DeskError;
use crate::ids::SubmissionId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// After a failure; it doubles.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(30);
/// The list is read again after so long, whatever was heard.
const EVERY: Duration = Duration::from_mins(10);

enum News {
    Heard(Heard),
    Done(SubmissionId, Box<Result<Collected, CollectError>>),
    Ended(DeskError),
}

/// Where each submission is.
#[derive(Default)]
struct Known(BTreeMap<SubmissionId, Stand>);

enum Stand {
    Running { failures: u32 },
    Saved,
    Failed { failures: u32, again: Instant },
}

impl Known {
    /// Of what is there those that may be begun now, as many as have room; they count as running.
    fn begins(&mut self, there: &[SubmissionId], now: Instant) -> Vec<SubmissionId> {
        // What failed and is gone does not come back. What was saved may, when someone keeps it: it is left alone.
        self.0.retain(|id, stand| !matches!(stand, Stand::Failed { .. }) || there.contains(id));
        let running = self.0.values().filter(|stand| matches!(stand, Stand::Running { .. })).count();
        let mut begun = Vec::new();
        for id in there {
            let failures = match self.0.get(id) {
                None => 0,
                Some(Stand::Failed { failures, again }) if *again <= now => *failures,
                Some(_) => continue,
            };
            if running + begun.len() < AT_ONCE {
                self.0.insert(*id, Stand::Running { failures });
                begun.push(*id);
            }
        }
        begun
    }

    fn ends(&mut self, id: SubmissionId, well: bool, now: Instant) {
        let before = match self.0.get(&id) {
            Some(Stand::Running { failures }) => *failures,
            _ => 0,
        };
        let wait = FIRST.saturating_mul(1 << before.min(8)).min(LONGEST);
        let failed = Stand::Failed { failures: before + 1, again: now + wait };
        self.0.insert(id, if well { Stand::Saved } else { failed });
    }

    /// How long until something is tried again.
    fn rests(&self, now: Instant) -> Duration {
        let again = self.0.values().filter_map(|stand| match stand {
            Stand::Failed { again, .. } => Some(again.saturating_duration_since(now)),
            _ => None,
        });
        again.min().unwrap_or(EVERY).clamp(Duration::from_secs(1), EVERY)
    }
}

/// Fetches until the session ends, which is an error; a signal ends it otherwise.
pub(super) fn watches(errand: &Arc<Errand>) -> anyhow::Result<()> {
    let (tell, told) = channel();
    listens(errand, tell.clone());
    errand.lines.says("Watching; Ctrl-C ends it.");
    let (mut known, mut connected) = (Known::default(), true);
    loop {
        match errand.wanted() {
            Ok(there) => {
                for id in known.begins(&there, Instant::now()) {
                    fetches(errand, id, tell.clone());
                }
            }
            Err(DeskError::SignedOut) => return Err(ended(errand, DeskError::SignedOut)),
            // The listener says that there is no connection, and when there is one again.
            Err(_) => {}
        }
        match told.recv_timeout(known.rests(Instant::now())) {
            Ok(News::Heard(Heard::Something)) => {
                if !std::mem::replace(&mut connected, true) {
                    errand.lines.says("Goes on.");
                }
            }
            Ok(News::Heard(Heard::Lost(why))) => {
                if std::mem::replace(&mut connected, false) {
                    errand.lines.says(&format!("No connection; goes on by itself ({why})."));
                }
            }
            Ok(News::Done(id, done)) => {
                errand.notes(id, &done)?;
                if done.as_ref().as_ref().is_err_and(CollectError::is_signed_out) {
                    return Err(ended(errand, DeskError::SignedOut));
                }
                known.ends(id, is_over(&done), Instant::now());
            }
            Ok(News::Ended(error)) => return Err(ended(errand, error)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// Saved, or saved and not erased: erasing is not tried twice, someone may have chosen to keep it.
fn is_over(done: &Result<Collected, CollectError>) -> bool {
    matches!(done, Ok(_) | Err(CollectError::Kept(_) | CollectError::MayBeThere(_)))
}

fn ended(errand: &Errand, error: DeskError) -> anyhow::Error {
    let tally = errand.tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    eprintln!("{tally}");
    error.into()
}

fn listens(errand: &Arc<Errand>, tell: Sender<News>) {
    let errand = Arc::clone(errand);
    thread::spawn(move || {
        // Who listened is gone only when the process ends.
        let ended = listen(&errand.collector.desk, |heard| drop(tell.send(News::Heard(heard))));
        let _ = tell.send(News::Ended(ended));
    });
}

fn fetches(errand: &Arc<Errand>, id: SubmissionId, tell: Sender<News>) {
    let errand = Arc::clone(errand);
    thread::spawn(move || {
        let done = errand.fetches(id);
        let _ = tell.send(News::Done(id, Box::new(done)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_again_ever_more_seldom_and_what_was_saved_is_not() {
        let ids: Vec<_> = (0..6).map(|n| SubmissionId([n; 16])).collect();
        let (mut known, mut now) = (Known::default(), Instant::now());
        assert_eq!(known.begins(&ids, now), ids[..AT_ONCE]);
        assert!(known.begins(&ids, now).is_empty(), "no room");
        known.ends(ids[0], true, now);
        known.ends(ids[1], false, now);
        assert_eq!(known.begins(&ids, now), ids[4..]);
        for id in &ids[2..] {
            known.ends(*id, true, now);
        }
        for wait in [30, 60, 120, 240, 480, 960, 1800, 1800] {
            let wait = Duration::from_secs(wait);
            assert_eq!(known.rests(now), wait.min(EVERY));
            assert!(known.begins(&ids, now + wait - Duration::from_millis(1)).is_empty());
            now += wait;
            assert_eq!(known.begins(&ids, now), [ids[1]]);
            assert_eq!(known.rests(now), EVERY, "it runs");
            known.ends(ids[1], false, now);
        }
        assert!(known.begins(&ids[..1], now).is_empty());
        assert!(!known.0.contains_key(&ids[1]), "it is gone");
        assert!(known.begins(&ids[2..], now).is_empty(), "kept by someone after it was erased");
    }
}
