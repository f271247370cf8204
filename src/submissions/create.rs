//! Announcing a submission, and stating its set of files anew.

use super::record::{BY_LINK, BY_RECEIPT, File, Found, Reviews, State, Submission, file_name};
use super::reservations::Want;
use super::{SUBMISSIONS, SubmissionError, Submissions};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::links::{Found as Link, State as LinkState, card_name};
use crate::store::due::Kind;
use crate::store::erasing::not_erasing;
use crate::store::{Change, StoreError};
use crate::time::Now;
use crate::tokens::AuthHash;
use std::collections::{BTreeMap, BTreeSet};

impl Submissions {
    /// Announces a submission through `link`, or states its files anew: numbers left out end.
    /// Repeating it changes nothing.
    ///
    /// # Errors
    /// What the link no longer allows, its limits, [`SubmissionError::Conflict`] when id, receipt or
    /// a number was used otherwise, no room.
    pub fn state(
        &self,
        now: Now,
        link: &Link,
        id: SubmissionId,
        receipt_hash: AuthHash,
        files: &BTreeMap<u8, u64>,
    ) -> Result<(), SubmissionError> {
        let mut again: Option<Link> = None;
        loop {
            let link = again.as_ref().unwrap_or(link);
            let created = match self.get(id) {
                Ok(found) => return self.restate(now, link, found, receipt_hash, files),
                Err(SubmissionError::Unknown) => {
                    let _pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
                    self.create(now, link, id, receipt_hash, files)
                }
                Err(error) => return Err(error),
            };
            match created {
                // Someone took a use of the link meanwhile, or announced the same at the same time.
                Err(SubmissionError::Interrupted) => again = Some(self.links.get(link.id)?),
                done => return done,
            }
        }
    }

    fn create(
        &self,
        now: Now,
        link: &Link,
        id: SubmissionId,
        receipt_hash: AuthHash,
        files: &BTreeMap<u8, u64>,
    ) -> Result<(), SubmissionError> {
        if let Some((state, at)) = link.link.ended(now) {
            return Err(SubmissionError::LinkEnded { state, at });
        }
        match self.receipt(&receipt_hash) {
            Err(SubmissionError::Unknown) => {}
            Ok(super::Receipt::Erased(stone)) => {
                return Err(SubmissionError::Erased { at: stone.erased_at, by: stone.state.by });
            }
            Ok(super::Receipt::Live(_)) => {
                return Err(SubmissionError::Conflict("that receipt belongs to another submission"));
            }
            Err(error) => return Err(error),
        }
        let submission = fresh(now, link, receipt_hash, files);
        check_limits(&submission)?;
        self.reserve(now, id, &submission, 0)?;
        self.write_new(link, id, &submission).inspect_err(|_| self.reservations.release(id))?;
        self.tell(id, &submission, 0);
        Ok(())
    }

    fn write_new(&self, link: &Link, id: SubmissionId, new: &Submission) -> Result<(), SubmissionError> {
        self.store.claim_slot(id.into()).map_err(|error| match error {
            StoreError::SlotExists => SubmissionError::Conflict("the id is taken"),
            error => error.into(),
        })?;
        self.store.make_dir(id.into())?;
        // Its link may be erased long before it: it keeps what readers need.
        let ended = SubmissionError::LinkEnded { state: LinkState::Closed, at: link.link.closes_at };
        let invitation = self.links.invitation(link.id)?.ok_or(ended)?;
        self.store.put_blob(id.into(), "invitation", &invitation)?;
        for reader in &new.readers {
            self.store.put_blob(id.into(), &card_name(*reader), &self.links.card(link.id, *reader)?)?;
        }
        let receipt_key = self.store.lookup_key(BY_RECEIPT, &new.receipt_hash.0);
        let slot = Some(id.into());
        let changes = vec![
            // A link that ends at this instant wins: nothing begins through it any more.
            link.row.expect(),
            Change::expect_absent(SUBMISSIONS, id.as_bytes()),
            Change::expect_absent(BY_RECEIPT, &receipt_key),
            self.store.put_json(SUBMISSIONS, id.as_bytes(), slot, new)?,
            self.store.put_json(BY_RECEIPT, &receipt_key, slot, &id)?,
            self.store.put_json(BY_LINK, &self.link_key(new.link, id), slot, &id)?,
            self.store.enter_due(new.due, Kind::SUBMISSION, id.as_bytes())?,
        ];
        Ok(self.store.commit(changes)?)
    }

    fn restate(
        &self,
        now: Now,
        link: &Link,
        found: Found,
        receipt_hash: AuthHash,
        files: &BTreeMap<u8, u64>,
    ) -> Result<(), SubmissionError> {
        let id = found.id;
        if found.submission.receipt_hash != receipt_hash || found.submission.link != link.id {
            return Err(SubmissionError::Conflict("the id is taken"));
        }
        if found.submission.state == State::Received {
            return Err(SubmissionError::AlreadyReceived);
        }
        if let Some((state @ (LinkState::Spent | LinkState::Closed), at)) = link.link.ended(now) {
            return Err(SubmissionError::LinkEnded { state, at });
        }
        let same = found.submission.files.iter().map(|(n, file)| (*n, file.size));
        if same.eq(files.iter().map(|(n, size)| (*n, *size))) {
            return self.reserve_again(now, id, &found.submission);
        }
        let _pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
        let found = self.get(id)?;
        let mut submission = found.submission.clone();
        let left_out = apply(&mut submission, files)?;
        check_limits(&submission)?;
        self.reservations.release(id);
        self.reserve_again(now, id, &submission)?;
        self.write(&found, &submission, vec![])?;
        for n in left_out {
            self.store.remove_blob(id.into(), &file_name(n))?;
        }
        Ok(())
    }

    /// Writes the record anew, Expecting it as it was read and no erasure begun.
    pub(super) fn write(
        &self,
        found: &Found,
        submission: &Submission,
        mut changes: Vec<Change>,
    ) -> Result<(), SubmissionError> {
        changes.push(found.row.expect());
        changes.push(not_erasing(found.id.into()));
        let key = found.id.as_bytes();
        changes.push(self.store.put_json(SUBMISSIONS, key, Some(found.id.into()), submission)?);
        Ok(self.store.commit(changes)?)
    }

    /// Reserves what a submission still lacks.
    pub(super) fn reserve_again(
        &self,
        now: Now,
        id: SubmissionId,
        submission: &Submission,
    ) -> Result<(), SubmissionError> {
        let mut have = 0;
        for (n, file) in &submission.files {
            have += self.offset(id, *n, file)?;
        }
        self.reserve(now, id, submission, have)
    }

    fn reserve(
        &self,
        now: Now,
        id: SubmissionId,
        submission: &Submission,
        have: u64,
    ) -> Result<(), SubmissionError> {
        let (space, low_water) = self.room()?;
        let Submission { link, max_bytes, .. } = *submission;
        let want = Want { link, submission: id, size: submission.size(), have, limit: max_bytes };
        Ok(self.reservations.reserve(now.reads, want, space, low_water)?)
    }

    pub(super) fn link_key(&self, link: crate::ids::LinkId, id: SubmissionId) -> Vec<u8> {
        [self.store.lookup_key(BY_LINK, link.as_bytes()).as_slice(), id.as_bytes()].concat()
    }
}

fn fresh(now: Now, link: &Link, receipt_hash: AuthHash, files: &BTreeMap<u8, u64>) -> Submission {
    let mut submission = Submission {
        link: link.id,
        readers: link.link.readers.clone(),
        receipt_hash,
        retention: link.link.retention,
        max_files: link.link.max_files,
        max_bytes: link.link.max_bytes,
        state: State::Receiving,
        created_at: now.reads,
        last_byte_at: now.reads,
        received_at: None,
        expires_at: None,
        opened_at: None,
        asked: false,
        due: now.reads,
        manifest: None,
        proof: Octets::default(),
        files: files.iter().map(|(n, size)| (*n, File { size: *size, saved_at: None })).collect(),
        ended: BTreeSet::new(),
        reviews: Reviews::default(),
    };
    submission.due = submission.deadline();
    submission
}

/// States the set anew; answers the numbers that ended by it.
fn apply(submission: &mut Submission, files: &BTreeMap<u8, u64>) -> Result<Vec<u8>, SubmissionError> {
    for (n, size) in files {
        if submission.ended.contains(n) {
            return Err(SubmissionError::FileEnded);
        }
        match submission.files.get(n) {
            Some(file) if file.size != *size => {
                return Err(SubmissionError::SizeDiffers);
            }
            Some(_) => {}
            None => {
                submission.files.insert(*n, File { size: *size, saved_at: None });
            }
        }
    }
    let left_out: Vec<u8> = submission.files.keys().copied().filter(|n| !files.contains_key(n)).collect();
    for n in &left_out {
        submission.files.remove(n);
        submission.ended.insert(*n);
    }
    Ok(left_out)
}

fn check_limits(submission: &Submission) -> Result<(), SubmissionError> {
    if submission.files.len() > submission.max_files as usize {
        return Err(SubmissionError::TooLarge("more files than this link takes"));
    }
    let sizes = || submission.files.values().map(|file| file.size);
    if sizes().any(|size| size > submission.max_bytes) || submission.size() > submission.max_bytes {
        return Err(SubmissionError::TooLarge("more bytes than this link takes"));
    }
    // The shortest age file: a header, a nonce, one empty chunk.
    if sizes().any(|size| size < 200) {
        return Err(SubmissionError::NotAge(crate::sealed::header::HeaderError::Incomplete));
    }
    Ok(())
}
