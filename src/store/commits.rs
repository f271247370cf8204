//! Group commits: one thread writes; whatever waits while it writes goes into the next group.
//!
//! Guarantees: a transaction is made whole or not at all, in the order of arrival; when
//! [`Commits::commit`] answers Ok it is durable. A read never shows what a power cut could still take
//! away: [`Commits::settled`] waits for keys that are being written.

use super::errors::{CommitError, OpenError, StoreError};
use super::records::Records;
use super::reserve::Reserve;
use super::rows::{self, Change};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Most transactions of a group.
const GROUP_MOST: usize = 256;

enum Job {
    Commit(Vec<Change>, SyncSender<bool>),
    Compact(SyncSender<Result<(), StoreError>>),
}

#[derive(Default)]
struct InFlight {
    keys: Mutex<HashSet<Vec<u8>>>,
    done: Condvar,
}

/// The queue in front of the thread that writes.
pub struct Commits {
    jobs: Option<Sender<Job>>,
    in_flight: Arc<InFlight>,
    thread: Option<JoinHandle<()>>,
}

impl Commits {
    /// Starts the thread that writes.
    pub fn start(records: Arc<Records>, reserve: Reserve) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let in_flight = Arc::new(InFlight::default());
        let theirs = Arc::clone(&in_flight);
        let thread = std::thread::Builder::new()
            .name("records".into())
            .spawn(move || write(&Writing { records, reserve, in_flight: theirs }, &queue))?;
        Ok(Self { jobs: Some(jobs), in_flight, thread: Some(thread) })
    }

    /// Makes a transaction and waits until it is durable.
    pub fn commit(&self, changes: Vec<Change>) -> Result<(), CommitError> {
        if self.ask(|answer| Job::Commit(changes, answer)) { Ok(()) } else { Err(CommitError::Conflict) }
    }

    /// Compacts between two groups.
    pub fn compact(&self) -> Result<(), StoreError> {
        self.ask(Job::Compact)
    }

    /// Waits until no key for which `mine` holds is being written.
    pub fn settled(&self, mine: impl Fn(&[u8]) -> bool) {
        let mut keys = self.in_flight.keys.lock().unwrap_or_else(PoisonError::into_inner);
        while keys.iter().any(|key| mine(key)) {
            keys = self.in_flight.done.wait(keys).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn ask<T>(&self, job: impl FnOnce(SyncSender<T>) -> Job) -> T {
        let (answer, answered) = sync_channel(1);
        let jobs = self.jobs.as_ref().expect("the queue is there until it is dropped");
        jobs.send(job(answer)).expect("the thread that writes ends only after the queue");
        answered.recv().expect("the thread that writes answers every job")
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by then, and there is no one left to tell.
            let _ = thread.join();
        }
    }
}

/// What the thread that writes works on.
struct Writing {
    records: Arc<Records>,
    reserve: Reserve,
    in_flight: Arc<InFlight>,
}

fn write(writing: &Writing, queue: &Receiver<Job>) {
    let mut next = queue.recv().ok();
    while let Some(job) = next.take() {
        match job {
            Job::Compact(answer) => {
                let _ = answer.send(writing.compact());
            }
            Job::Commit(changes, answer) => {
                let mut group = vec![(changes, answer)];
                while group.len() < GROUP_MOST {
                    match queue.try_recv() {
                        Ok(Job::Commit(changes, answer)) => group.push((changes, answer)),
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                writing.group(group);
            }
        }
        if next.is_none() {
            next = queue.recv().ok();
        }
    }
}

impl Writing {
    fn group(&self, group: Vec<(Vec<Change>, SyncSender<bool>)>) {
        let mut overlay = HashMap::new();
        let answers: Vec<_> = group
            .into_iter()
            .map(|(changes, answer)| (rows::add(&mut overlay, changes, |key| self.records.get(key)), answer))
            .collect();
        if !overlay.is_empty() {
            self.reserve.look();
            let keys = overlay.keys().cloned().collect();
            *self.in_flight.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
            self.records.apply(rows::writes(overlay));
            self.in_flight.keys.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.in_flight.done.notify_all();
        }
        for (made, answer) in answers {
            // Whoever asked may have gone away; the transaction stands all the same.
            let _ = answer.send(made);
        }
    }

    /// Compacts if the copy has room: it is at most as large as what it copies.
    fn compact(&self) -> Result<(), StoreError> {
        if self.reserve.free()? < self.records.disk() {
            return Err(StoreError::Full);
        }
        self.records.compact().map_err(|error| match error {
            OpenError::Io { source, .. } => source.into(),
            other => StoreError::damaged(format!("the compacted copy: {other}")),
        })
    }
}
