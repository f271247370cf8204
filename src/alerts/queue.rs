//! The queue: a record for each thing that is to be told to one account, one way.
//!
//! ```text
//! key    lookup key of the account (32) ‖ way ‖ kind ‖ id of the submission or link (16)
//! value  {made_at, sent_at, gave_up_at}, sealed under the slot of that submission or link
//! ```
//! What is to be told follows from the records of submissions and links, so that a crash between a
//! commit and its alert loses nothing: each round makes the records that are missing. They stay after
//! sending, so that nothing is told twice, and go with the slot of what they are about. One that is
//! not wanted any more (saved, used, closed, turned off) is taken back.

use super::message::{Kind, Message};
use super::settings::Settings;
use super::{AlertError, Alerts, Way};
use crate::ids::{AccountId, SlotId};
use crate::links::State;
use crate::store::{Change, CommitError, Row, StoreError, Tree};
use crate::submissions::Submission;
use crate::time::{Now, Span, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const QUEUE: Tree = Tree("alerts");
/// Only its lookup keys are used, as ids of messages.
const IDS: Tree = Tree("alert-ids");

/// How long something is tried to be told.
const TRIED_FOR: Span = Span::DAY.times(3);
/// Before the expiry of what is not saved.
const BEFORE: Span = Span::DAY;
/// Retentions below this are told at half of their time.
const SHORT: Span = Span(26 * 3600);
/// A link that nobody used.
const UNUSED_FOR: Span = Span::DAY.times(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    made_at: Time,
    sent_at: Option<Time>,
    gave_up_at: Option<Time>,
}

/// Something to be told.
pub(super) struct Entry {
    kind: Kind,
    subject: SlotId,
    key: Vec<u8>,
    record: Record,
    row: Row,
}

/// When a received submission that is not saved is told about.
fn unsaved_due(submission: &Submission) -> Option<Time> {
    let (received_at, expires_at) = (submission.received_at?, submission.expires_at?);
    if submission.retention < SHORT {
        return Some(received_at + Span(expires_at.since(received_at).0 / 2));
    }
    Some(Time(expires_at.0.saturating_sub(BEFORE.0)))
}

/// Every file saved, and the answers at least read.
fn is_saved(submission: &Submission) -> bool {
    submission.opened_at.is_some() && submission.files.values().all(|file| file.saved_at.is_some())
}

impl Alerts {
    /// What `account` is to be told one way at `now`.
    fn wanted(
        &self,
        now: Now,
        account: AccountId,
        settings: &Settings,
        way: Way,
    ) -> Result<BTreeMap<(Kind, SlotId), ()>, AlertError> {
        let mut wanted = BTreeMap::new();
        let Some(way_since) = settings.since(way) else { return Ok(wanted) };
        let since = |kind| settings.on.get(&kind).map(|since| way_since.max(*since));
        let (arrived, unsaved) = (since(Kind::Arrived), since(Kind::Unsaved));
        if arrived.is_some() || unsaved.is_some() {
            for found in self.submissions.received_by(now, account)?.sound {
                let submission = &found.submission;
                if submission.asked || is_saved(submission) {
                    continue;
                }
                if arrived.is_some_and(|since| submission.received_at.is_some_and(|at| at >= since)) {
                    wanted.insert((Kind::Arrived, found.id.into()), ());
                }
                // Also when it came before alerts were set: it would be gone unseen.
                if unsaved.is_some() && unsaved_due(submission).is_some_and(|due| now.reads >= due) {
                    wanted.insert((Kind::Unsaved, found.id.into()), ());
                }
            }
        }
        if let Some(since) = since(Kind::Unused) {
            for found in self.links.of(account)?.sound {
                let link = &found.link;
                let due = link.created_at + UNUSED_FOR;
                let unused = link.state(now) == State::Open && link.uses_left == link.uses;
                // Someone is just sending: it is used.
                let untouched = || self.submissions.receiving(found.id).map(|all| all.sound.is_empty());
                if unused && due >= since && now.reads >= due && untouched()? {
                    wanted.insert((Kind::Unused, found.id.into()), ());
                }
            }
        }
        Ok(wanted)
    }

    /// Brings the queue of one account and way up to `now`; answers what is to be told, oldest first.
    pub(super) fn plan(
        &self,
        now: Now,
        account: AccountId,
        settings: &Settings,
        way: Way,
    ) -> Result<Vec<Entry>, AlertError> {
        let mut wanted = self.wanted(now, account, settings, way)?;
        let mut entries = Vec::new();
        for entry in self.queued(account, way)? {
            let is_wanted = wanted.remove(&(entry.kind, entry.subject)).is_some();
            if entry.record.sent_at.is_some() || entry.record.gave_up_at.is_some() {
                continue;
            }
            if !is_wanted {
                self.change(vec![entry.row.expect(), Change::remove(QUEUE, &entry.key)])?;
            } else if now.reads >= entry.record.made_at + TRIED_FOR {
                let over = Record { gave_up_at: Some(now.reads), ..entry.record };
                self.rewrite(&entry, &over)?;
            } else {
                entries.push(entry);
            }
        }
        for ((kind, subject), ()) in wanted {
            let key = self.queue_key(account, way, kind, subject);
            let record = Record { made_at: now.reads, sent_at: None, gave_up_at: None };
            let put = self.store.put_json(QUEUE, &key, Some(subject), &record);
            if let Some(put) = there(put)? {
                self.change(vec![Change::expect_absent(QUEUE, &key), put])?;
            }
            if let Some(row) = self.store.get(QUEUE, &key)? {
                entries.push(Entry { kind, subject, key, record, row });
            }
        }
        entries.sort_by_key(|entry| (entry.record.made_at, entry.kind, entry.subject));
        Ok(entries)
    }

    /// How many are waiting.
    pub(super) fn waiting(&self, account: AccountId, way: Way) -> Result<u64, AlertError> {
        let waits = |entry: &Entry| entry.record.sent_at.is_none() && entry.record.gave_up_at.is_none();
        Ok(self.queued(account, way)?.iter().filter(|entry| waits(entry)).count() as u64)
    }

    /// Notes that an entry was told. It may have gone meanwhile with what it was about.
    pub(super) fn told(&self, now: Time, entry: &Entry) -> Result<(), AlertError> {
        self.rewrite(entry, &Record { sent_at: Some(now), ..entry.record })
    }

    /// The message of an entry: the same bytes whenever it is tried.
    pub(super) fn message(&self, entry: &Entry) -> Message {
        let id = self.store.lookup_key(IDS, &entry.key);
        Message {
            id: *id.first_chunk().expect("a lookup key is longer than an id"),
            kind: entry.kind,
            at: entry.record.made_at,
            desk: self.outside.desk.clone(),
        }
    }

    fn queued(&self, account: AccountId, way: Way) -> Result<Vec<Entry>, AlertError> {
        let prefix = self.way_key(account, way);
        let mut entries = Vec::new();
        for (key, row) in self.store.scan(QUEUE, &prefix)? {
            let Some((&kind, subject)) = key[prefix.len()..].split_first() else { continue };
            let kind = [Kind::Arrived, Kind::Unsaved, Kind::Unused].into_iter().find(|k| k.byte() == kind);
            let (Some(kind), Ok(subject)) = (kind, subject.try_into()) else { continue };
            entries.push(Entry { kind, subject: SlotId(subject), record: row.json()?, key, row });
        }
        Ok(entries)
    }

    fn rewrite(&self, entry: &Entry, record: &Record) -> Result<(), AlertError> {
        let put = self.store.put_json(QUEUE, &entry.key, Some(entry.subject), record);
        match there(put)? {
            Some(put) => self.change(vec![entry.row.expect(), put]),
            None => Ok(()),
        }
    }

    /// A change that someone else may have made first, which is as good.
    fn change(&self, changes: Vec<Change>) -> Result<(), AlertError> {
        match self.store.commit(changes) {
            Ok(()) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    fn way_key(&self, account: AccountId, way: Way) -> Vec<u8> {
        [self.store.lookup_key(QUEUE, account.as_bytes()).as_slice(), &[way.byte()]].concat()
    }

    fn queue_key(&self, account: AccountId, way: Way, kind: Kind, subject: SlotId) -> Vec<u8> {
        [self.way_key(account, way).as_slice(), &[kind.byte()], subject.as_bytes()].concat()
    }
}

/// None when the slot is gone: what it was about was erased meanwhile.
fn there(put: Result<Change, StoreError>) -> Result<Option<Change>, StoreError> {
    match put {
        Err(StoreError::NoSlot) => Ok(None),
        put => put.map(Some),
    }
}
