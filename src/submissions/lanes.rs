//! One writer at a time on a submission: PATCH, manifest, commit and erasure take turns here.
//!
//! A new writer ends the one that runs and waits for it; the one that runs hears of it through
//! [`Pass::outrun`]. Reading takes a short [`Lanes::reading`] for each batch, so that an erasure
//! can wait for readers too without waiting for a slow client.

use crate::ids::SubmissionId;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use tokio::sync::watch;

/// The lanes of all submissions that someone is at.
#[derive(Clone, Default)]
pub struct Lanes(Arc<Mutex<HashMap<SubmissionId, Arc<Lane>>>>);

struct Lane {
    state: Mutex<State>,
    freed: Condvar,
    turn: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    writing: bool,
    reading: u32,
    ended: bool,
}

/// The right to change a submission, until it and every [`Hold`] of it are dropped.
pub struct Pass {
    hold: Hold,
    turn: u64,
    heard: watch::Receiver<u64>,
}

/// Keeps a pass in force for work on another thread, which goes on when the request that began it
/// was dropped.
#[derive(Clone)]
pub struct Hold {
    _held: Arc<Held>,
}

struct Held {
    lanes: Lanes,
    id: SubmissionId,
    lane: Arc<Lane>,
}

/// The right to read one batch, until dropped.
pub struct Reading {
    lanes: Lanes,
    id: SubmissionId,
    lane: Arc<Lane>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it holds this lock")
}

impl Lanes {
    fn lane(&self, id: SubmissionId) -> Arc<Lane> {
        let make = || {
            let turn = watch::Sender::new(0);
            Arc::new(Lane { state: Mutex::default(), freed: Condvar::new(), turn })
        };
        Arc::clone(lock(&self.0).entry(id).or_insert_with(make))
    }

    fn leave(&self, id: SubmissionId, lane: &Arc<Lane>) {
        let mut lanes = lock(&self.0);
        // The map's, and the one that is leaving.
        if Arc::strong_count(lane) == 2 {
            lanes.remove(&id);
        }
    }

    /// Ends whoever writes and waits for them; blocks. None when an even newer one came, or the
    /// submission is being erased.
    #[must_use]
    pub fn enter(&self, id: SubmissionId) -> Option<Pass> {
        self.take_turn(id, false)
    }

    /// As [`Lanes::enter`], for the erasure: afterwards nobody enters, and nobody reads.
    #[must_use]
    pub fn end(&self, id: SubmissionId) -> Option<Pass> {
        self.take_turn(id, true)
    }

    fn take_turn(&self, id: SubmissionId, ends: bool) -> Option<Pass> {
        let lane = self.lane(id);
        let mut turn = 0;
        lane.turn.send_modify(|latest| {
            *latest += 1;
            turn = *latest;
        });
        let heard = lane.turn.subscribe();
        let mut state = lock(&lane.state);
        state.ended |= ends;
        while state.writing || (ends && state.reading > 0) {
            state = lane.freed.wait(state).expect("nothing panics while it holds this lock");
        }
        let outrun = *lane.turn.borrow() != turn;
        if (outrun || state.ended) && !ends {
            drop(state);
            self.leave(id, &lane);
            return None;
        }
        state.writing = true;
        drop(state);
        let hold = Hold { _held: Arc::new(Held { lanes: self.clone(), id, lane }) };
        Some(Pass { hold, turn, heard })
    }

    /// Leave to read one batch; none once the erasure has begun.
    #[must_use]
    pub fn reading(&self, id: SubmissionId) -> Option<Reading> {
        let lane = self.lane(id);
        let mut state = lock(&lane.state);
        if state.ended {
            drop(state);
            self.leave(id, &lane);
            return None;
        }
        state.reading += 1;
        drop(state);
        Some(Reading { lanes: self.clone(), id, lane })
    }
}

impl Pass {
    /// For a thread that writes under this pass.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.hold.clone()
    }

    /// Whether someone else wants to write.
    #[must_use]
    pub fn is_outrun(&self) -> bool {
        *self.heard.borrow() != self.turn
    }

    /// Comes back when someone else wants to write: stop, keep what is here, drop the pass.
    pub async fn outrun(&mut self) {
        let turn = self.turn;
        // The sender lives in the lane that this pass holds.
        let _ = self.heard.wait_for(|latest| *latest != turn).await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.lane.state).writing = false;
        self.lane.freed.notify_all();
        self.lanes.leave(self.id, &self.lane);
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        lock(&self.lane.state).reading -= 1;
        self.lane.freed.notify_all();
        self.lanes.leave(self.id, &self.lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newer_writer_ends_the_one_that_runs_and_waits_for_it() {
        let lanes = Lanes::default();
        let id = SubmissionId::random();
        let mut first = lanes.enter(id).unwrap();
        let second = tokio::task::spawn_blocking({
            let lanes = lanes.clone();
            move || lanes.enter(id).is_some()
        });
        first.outrun().await;
        drop(first);
        assert!(second.await.unwrap());
        assert!(lock(&lanes.0).is_empty());
    }

    #[test]
    fn what_a_dropped_request_still_writes_is_waited_for() {
        let lanes = Lanes::default();
        let id = SubmissionId::random();
        let pass = lanes.enter(id).unwrap();
        let hold = pass.hold();
        drop(pass);
        assert!(lock(&lock(&lanes.0)[&id].state).writing);
        let second = std::thread::spawn({
            let lanes = lanes.clone();
            move || lanes.enter(id).is_some()
        });
        drop(hold);
        assert!(second.join().unwrap());
        assert!(lock(&lanes.0).is_empty());
    }

    #[test]
    fn an_erasure_waits_for_readers_and_lets_nobody_in_after() {
        let lanes = Lanes::default();
        let id = SubmissionId::random();
        let reading = lanes.reading(id).unwrap();
        let erasure = std::thread::spawn({
            let lanes = lanes.clone();
            move || {
                let pass = lanes.end(id).unwrap();
                assert!(lanes.reading(id).is_none());
                assert!(lock(&lanes.0)[&id].state.lock().unwrap().ended);
                drop(pass);
            }
        });
        drop(reading);
        erasure.join().unwrap();
    }
}
