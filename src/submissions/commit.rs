//! Commit: all or nothing, once.
//!
//! Under the submission's lane: every stated file complete and the manifest's hash equal, everything
//! synced, then one transaction that Expects submission and link as read. Only after it is durable
//! the sender is told.

use super::record::{BY_LINK, BY_READER, Found, State, file_name};
use super::{SubmissionError, Submissions};
use crate::bytes::Octets;
use crate::links::reader_key;
use crate::store::Change;
use crate::store::due::Kind;
use crate::time::{Now, Time};
use crate::tokens::AuthHash;

/// What the sender is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    pub received_at: Time,
    pub expires_at: Time,
}

impl Submissions {
    /// Commits with the hash of the sealed manifest and the proof. Repeating it answers the same.
    ///
    /// # Errors
    /// Files that are not complete, another manifest, a proof that is not 32 bytes, a link that was
    /// used up or closed first.
    pub fn commit(
        &self,
        now: Now,
        receipt: &AuthHash,
        manifest: &[u8],
        proof: &[u8],
    ) -> Result<Committed, SubmissionError> {
        let id = self.by_receipt(receipt)?.id;
        if proof.len() != 32 {
            return Err(SubmissionError::ProofMalformed);
        }
        let _pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
        let found = self.by_receipt(receipt)?;
        let submission = &found.submission;
        if submission.manifest.as_ref().is_none_or(|here| here.hash.0 != manifest) {
            return Err(SubmissionError::ManifestDiffers);
        }
        if let (State::Received, Some(received_at), Some(expires_at)) =
            (submission.state, submission.received_at, submission.expires_at)
        {
            let same = submission.proof.0 == proof;
            return if same {
                Ok(Committed { received_at, expires_at })
            } else {
                Err(SubmissionError::AlreadyReceived)
            };
        }
        self.check_complete(&found)?;
        self.conclude(now, &found, proof)
    }

    fn check_complete(&self, found: &Found) -> Result<(), SubmissionError> {
        let mut incomplete = Vec::new();
        for (n, file) in &found.submission.files {
            let mut writer = self.store.writer(found.id.into(), &file_name(*n), file.size)?;
            if writer.sync()? != file.size {
                incomplete.push(*n);
            }
        }
        if incomplete.is_empty() { Ok(()) } else { Err(SubmissionError::Incomplete(incomplete)) }
    }

    /// The one transaction. Someone else may take a use meanwhile: then the link is read again.
    fn conclude(&self, now: Now, found: &Found, proof: &[u8]) -> Result<Committed, SubmissionError> {
        let id = found.id;
        let expires_at = now.reads + found.submission.retention;
        loop {
            // The sweep may have put it off since it was looked at; its files are this lane's.
            let found = self.get(id).map_err(|_| SubmissionError::Interrupted)?;
            let mut submission = found.submission.clone();
            submission.state = State::Received;
            submission.received_at = Some(now.reads);
            submission.expires_at = Some(expires_at);
            submission.due = expires_at;
            submission.proof = Octets(proof.to_vec());
            let link = self.links.get(submission.link)?;
            let (mut changes, used) = self.links.take_use(now, &link)?;
            changes.extend(self.store.move_due(
                found.submission.due,
                expires_at,
                Kind::SUBMISSION,
                id.as_bytes(),
            )?);
            changes.push(Change::remove(BY_LINK, &self.link_key(submission.link, id)));
            for reader in &submission.readers {
                let key = reader_key(&self.store, BY_READER, *reader, id.as_bytes());
                changes.push(self.store.put_json(BY_READER, &key, Some(id.into()), &id)?);
            }
            match self.write(&found, &submission, changes) {
                Ok(()) => {
                    self.reservations.release(id);
                    self.tell(id, &submission, submission.size());
                    self.links.tell_use(now, submission.link, &used);
                    return Ok(Committed { received_at: now.reads, expires_at });
                }
                // Whoever was first changed the link, or this submission is being erased.
                Err(SubmissionError::Interrupted) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
