//! The ways a submission ends: asked by a reader or the sender, its time is over, its link ended.

use super::receive::file_size;
use super::record::{BY_LINK, BY_RECEIPT, By, Ended, Found, State, file_name};
use super::{SUBMISSIONS, SubmissionError, Submissions};
use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::store::due::{AT_ONCE, Kind, leave_due};
use crate::store::erasing::Tombstone;
use crate::store::{Change, CommitError};
use crate::time::{Now, Span, Time};
use crate::tokens::AuthHash;
use std::time::Duration;

/// How long a reader can take an erasure back.
pub const TAKE_BACK: Span = Span(10);

impl Submissions {
    /// A reader asks for erasure: it reads as gone at once, and is erased by the first sweep that
    /// comes [`TAKE_BACK`] of boot time later.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`].
    pub fn ask(&self, boot: Duration, account: AccountId, id: SubmissionId) -> Result<(), SubmissionError> {
        loop {
            let found = self.received(account, id)?;
            if found.submission.asked {
                return Ok(());
            }
            self.asked.lock().expect("nothing panics while it holds this lock").insert(id, boot);
            let mut submission = found.submission.clone();
            submission.asked = true;
            submission.due = AT_ONCE;
            let moved =
                self.store.move_due(found.submission.due, AT_ONCE, Kind::SUBMISSION, id.as_bytes())?;
            match self.write(&found, &submission, moved.into()) {
                Err(SubmissionError::Interrupted) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.tell(id, &submission, submission.size());
                    return Ok(());
                }
            }
        }
    }

    /// Takes the request back, if it comes before the sweep and before the expiry.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`] when it is too late.
    pub fn keep(&self, now: Now, account: AccountId, id: SubmissionId) -> Result<(), SubmissionError> {
        loop {
            let found = self.received(account, id)?;
            let expires_at = found.submission.expires_at.ok_or(SubmissionError::Unknown)?;
            if now.is_over(expires_at) {
                return Err(SubmissionError::Unknown);
            }
            if !found.submission.asked {
                return Ok(());
            }
            let mut submission = found.submission.clone();
            submission.asked = false;
            submission.due = expires_at;
            let moved = self.store.move_due(AT_ONCE, expires_at, Kind::SUBMISSION, id.as_bytes())?;
            match self.write(&found, &submission, moved.into()) {
                Err(SubmissionError::Interrupted) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.asked.lock().expect("nothing panics while it holds this lock").remove(&id);
                    self.tell(id, &submission, submission.size());
                    return Ok(());
                }
            }
        }
    }

    fn received(&self, account: AccountId, id: SubmissionId) -> Result<Found, SubmissionError> {
        let found = self.get(id)?;
        let mine = found.submission.readers.contains(&account) && found.submission.state == State::Received;
        if mine { Ok(found) } else { Err(SubmissionError::Unknown) }
    }

    /// The sender erases: at once, in any state. Repeating it is success.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`] for a receipt that nobody has.
    pub fn withdraw(&self, now: Now, receipt: &AuthHash) -> Result<(), SubmissionError> {
        match self.by_receipt(receipt) {
            Ok(found) => self.erase(now, found.id, By::Sender),
            Err(SubmissionError::Erased { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The sender ends one file of a submission that is receiving: its number is used up.
    ///
    /// # Errors
    /// [`SubmissionError::AlreadyReceived`]; [`SubmissionError::FileEnded`] when it was ended before.
    pub fn end_file(&self, receipt: &AuthHash, n: u8) -> Result<(), SubmissionError> {
        let id = self.by_receipt(receipt)?.id;
        let _pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
        let found = self.by_receipt(receipt)?;
        if found.submission.state == State::Received {
            return Err(SubmissionError::AlreadyReceived);
        }
        file_size(&found.submission, n)?;
        let mut submission = found.submission.clone();
        submission.files.remove(&n);
        submission.ended.insert(n);
        self.write(&found, &submission, vec![])?;
        self.store.remove_blob(id.into(), &file_name(n))?;
        self.reservations.release(id);
        Ok(())
    }

    /// Ends everything that is still receiving through a link.
    ///
    /// # Errors
    /// [`SubmissionError::Store`]; can be repeated.
    pub fn end(&self, now: Now, link: LinkId) -> Result<usize, SubmissionError> {
        let receiving = self.receiving(link)?.sound;
        for found in &receiving {
            self.erase(now, found.id, By::Link)?;
        }
        Ok(receiving.len())
    }

    /// Looks at a submission that is due, and erases it if it is time. True when it was erased.
    ///
    /// # Errors
    /// [`SubmissionError::Store`]; can be repeated.
    pub fn due(&self, now: Now, boot: Duration, id: SubmissionId) -> Result<bool, SubmissionError> {
        let found = match self.get(id) {
            Ok(found) => found,
            Err(SubmissionError::Unknown) => return Ok(false),
            Err(error) => return Err(error),
        };
        let submission = &found.submission;
        let by = match (submission.state, submission.expires_at) {
            (State::Receiving, _) if now.erases >= submission.deadline() => By::Expiry,
            (State::Receiving, _) => {
                self.put_off(&found, submission.deadline())?;
                return Ok(false);
            }
            (State::Received, _) if submission.asked => {
                let asked = self.asked.lock().expect("nothing panics while it holds this lock");
                match asked.get(&id) {
                    Some(at) if boot.saturating_sub(*at).as_secs() < TAKE_BACK.0 => return Ok(false),
                    _ => By::Reader,
                }
            }
            (State::Received, Some(expires_at)) if now.erases >= expires_at => By::Expiry,
            (State::Received, _) => return Ok(false),
        };
        match self.erase_found(now, &found, by) {
            // A late keep, a mark or a last byte was first: the next pass sees what it is now.
            Err(SubmissionError::Interrupted) => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// Brings a later expiry down after a clock that leapt ahead has come back.
    ///
    /// # Errors
    /// [`SubmissionError::Store`].
    pub fn bring_down(
        &self,
        id: SubmissionId,
        to: impl Fn(Time, Span) -> Option<Time>,
    ) -> Result<(), SubmissionError> {
        loop {
            let found = self.get(id)?;
            let mut submission = found.submission.clone();
            let Some(expires_at) = submission.expires_at else { return Ok(()) };
            let Some(lower) = to(expires_at, submission.retention) else { return Ok(()) };
            submission.expires_at = Some(lower);
            let mut changes = Vec::new();
            if !submission.asked {
                changes.extend(self.store.move_due(
                    submission.due,
                    lower,
                    Kind::SUBMISSION,
                    id.as_bytes(),
                )?);
                submission.due = lower;
            }
            match self.write(&found, &submission, changes) {
                Err(SubmissionError::Interrupted) => {}
                done => return done,
            }
        }
    }

    fn put_off(&self, found: &Found, until: Time) -> Result<(), SubmissionError> {
        let mut submission = found.submission.clone();
        let moved = self.store.move_due(submission.due, until, Kind::SUBMISSION, found.id.as_bytes())?;
        submission.due = until;
        match self.write(found, &submission, moved.into()) {
            Err(SubmissionError::Interrupted) => Ok(()),
            done => done,
        }
    }

    fn erase(&self, now: Now, id: SubmissionId, by: By) -> Result<(), SubmissionError> {
        loop {
            let found = match self.get(id) {
                Ok(found) => found,
                Err(SubmissionError::Unknown) => return Ok(()),
                Err(error) => return Err(error),
            };
            match self.erase_found(now, &found, by) {
                Err(SubmissionError::Interrupted) => {}
                done => return done,
            }
        }
    }

    fn erase_found(&self, now: Now, found: &Found, by: By) -> Result<(), SubmissionError> {
        let (id, submission) = (found.id, &found.submission);
        let stone = Tombstone {
            state: Ended {
                submission: id,
                by,
                received_at: submission.received_at,
                opened_at: submission.opened_at,
                saved_at: submission.saved_at(),
            },
            at: now.erases,
            erased_at: None,
        };
        let receipt_key = self.store.lookup_key(BY_RECEIPT, &submission.receipt_hash.0);
        let mut changes = vec![
            found.row.expect(),
            Change::remove(BY_RECEIPT, &receipt_key),
            Change::remove(BY_LINK, &self.link_key(submission.link, id)),
            leave_due(submission.due, Kind::SUBMISSION, id.as_bytes()),
        ];
        changes.extend(self.reader_keys(found));
        let hash = &submission.receipt_hash.0;
        let begun = self.store.begin_erasing(
            Kind::SUBMISSION,
            id.into(),
            SUBMISSIONS,
            hash,
            &stone,
            now.erases,
            changes,
        );
        let erasing = match begun {
            Ok(erasing) => erasing,
            Err(CommitError::Conflict) => return Err(SubmissionError::Interrupted),
            Err(CommitError::Store(error)) => return Err(error.into()),
        };
        let _pass = self.lanes.end(id);
        let _reviews = self.review_lanes.end(id);
        self.reservations.release(id);
        self.asked.lock().expect("nothing panics while it holds this lock").remove(&id);
        self.store.finish_erasing(&erasing, &[SUBMISSIONS], now.erases)?;
        self.tell_erased(id, submission);
        Ok(())
    }
}
