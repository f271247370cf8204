//! The manifest: sealed, put first, replaceable until commit.

use super::record::{Manifest, State, manifest_name};
use super::{SubmissionError, Submissions};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::sealed::header;
use crate::time::Now;
use crate::tokens::AuthHash;
use sha2::{Digest as _, Sha256};

/// Most bytes of a sealed manifest.
pub const MANIFEST_MOST: usize = 1 << 20;

impl Submissions {
    /// Puts the manifest in the place of the one before. The same again changes nothing.
    ///
    /// # Errors
    /// Not an age file, too large, already received, a link that has ended.
    pub fn put_manifest(&self, now: Now, receipt: &AuthHash, sealed: &[u8]) -> Result<(), SubmissionError> {
        // Who proves nothing is told nothing, also about the body.
        let id = self.by_receipt(receipt)?.id;
        if sealed.len() > MANIFEST_MOST {
            return Err(SubmissionError::ManifestTooLarge);
        }
        header::check_whole(sealed)?;
        let _pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
        let found = self.by_receipt(receipt)?;
        if found.submission.state == State::Received {
            return Err(SubmissionError::AlreadyReceived);
        }
        self.link_lets_finish(now, &found.submission)?;
        let hash = Octets(Sha256::digest(sealed).to_vec());
        let before = found.submission.manifest.clone();
        if before.as_ref().is_some_and(|manifest| manifest.hash == hash) {
            return Ok(());
        }
        let k = before.as_ref().map_or(0, |manifest| manifest.k + 1);
        self.store.put_blob(id.into(), &manifest_name(k), sealed)?;
        let mut submission = found.submission.clone();
        submission.manifest = Some(Manifest { k, hash });
        submission.last_byte_at = submission.last_byte_at.max(now.reads);
        self.write(&found, &submission, vec![])?;
        if let Some(before) = before {
            self.store.remove_blob(id.into(), &manifest_name(before.k))?;
        }
        Ok(())
    }

    /// The sealed manifest that counts.
    pub(super) fn manifest(&self, id: SubmissionId, manifest: &Manifest) -> Result<Vec<u8>, SubmissionError> {
        self.store.get_blob(id.into(), &manifest_name(manifest.k))?.ok_or(SubmissionError::Unknown)
    }
}
