//! What a reader does with a received submission: open, download, mark.

use super::record::{BY_READER, File, Found, State, Submission, file_name};
use super::{SubmissionError, Submissions};
use crate::ids::{AccountId, SubmissionId};
use crate::links::{card_name, reader_key};
use crate::store::Reader;
use crate::time::Now;
use bytes::Bytes;

/// A file that is being downloaded; cheap to clone.
#[derive(Clone)]
pub struct Download {
    id: SubmissionId,
    reader: Reader,
}

/// One batch of a download.
pub struct Batch {
    pub download: Download,
    pub bytes: Bytes,
}

impl Download {
    /// Sealed bytes of the file.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.reader.total()
    }
}

impl Submissions {
    /// A submission that `account` may read at `now`.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`], also when it has expired or is to be erased.
    pub fn readable(&self, now: Now, account: AccountId, id: SubmissionId) -> Result<Found, SubmissionError> {
        let found = self.get(id)?;
        let mine = found.submission.readers.contains(&account);
        if mine && found.submission.is_readable(now) { Ok(found) } else { Err(SubmissionError::Unknown) }
    }

    /// Its sealed manifest.
    ///
    /// # Errors
    /// As [`Submissions::readable`].
    pub fn manifest_of(
        &self,
        now: Now,
        account: AccountId,
        id: SubmissionId,
    ) -> Result<Vec<u8>, SubmissionError> {
        let found = self.readable(now, account, id)?;
        let manifest = found.submission.manifest.as_ref().ok_or(SubmissionError::Unknown)?;
        self.manifest(id, manifest)
    }

    /// The card of `account` and the sealed invitation, as they were when it was created.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`] when they are gone.
    pub fn card(&self, id: SubmissionId, account: AccountId) -> Result<Vec<u8>, SubmissionError> {
        self.store.get_blob(id.into(), &card_name(account))?.ok_or(SubmissionError::Unknown)
    }

    /// The sealed invitation it answers.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`] when it is gone.
    pub fn invitation(&self, id: SubmissionId) -> Result<Vec<u8>, SubmissionError> {
        self.store.get_blob(id.into(), "invitation")?.ok_or(SubmissionError::Unknown)
    }

    /// Opens file `n` for download.
    ///
    /// # Errors
    /// As [`Submissions::readable`]; [`SubmissionError::NoFile`].
    pub fn download(
        &self,
        now: Now,
        account: AccountId,
        id: SubmissionId,
        n: u8,
    ) -> Result<Download, SubmissionError> {
        let found = self.readable(now, account, id)?;
        let size = found.submission.files.get(&n).ok_or(SubmissionError::NoFile)?.size;
        Ok(Download { id, reader: self.store.reader(id.into(), &file_name(n), size)? })
    }

    /// The next bytes, at most `most` of them, if the submission may still be read at `now`.
    ///
    /// # Errors
    /// As [`Submissions::readable`]: an expiry or erasure ends a running download.
    pub fn batch(
        &self,
        now: Now,
        account: AccountId,
        mut download: Download,
        at: u64,
        most: usize,
    ) -> Result<Batch, SubmissionError> {
        let _reading = self.lanes.reading(download.id).ok_or(SubmissionError::Unknown)?;
        self.readable(now, account, download.id)?;
        let bytes = download.reader.read(at, most)?;
        Ok(Batch { download, bytes })
    }

    /// Marks that a reader has opened the manifest.
    ///
    /// # Errors
    /// As [`Submissions::readable`].
    pub fn opened(&self, now: Now, account: AccountId, id: SubmissionId) -> Result<(), SubmissionError> {
        self.mark(now, account, id, |submission| {
            submission.opened_at.get_or_insert(now.reads);
            Ok(())
        })
    }

    /// Marks that a reader has verified the last chunk of file `n`.
    ///
    /// # Errors
    /// As [`Submissions::readable`]; [`SubmissionError::NoFile`].
    pub fn saved(
        &self,
        now: Now,
        account: AccountId,
        id: SubmissionId,
        n: u8,
    ) -> Result<(), SubmissionError> {
        self.mark(now, account, id, |submission| {
            let file: &mut File = submission.files.get_mut(&n).ok_or(SubmissionError::NoFile)?;
            file.saved_at.get_or_insert(now.reads);
            Ok(())
        })
    }

    fn mark(
        &self,
        now: Now,
        account: AccountId,
        id: SubmissionId,
        change: impl Fn(&mut Submission) -> Result<(), SubmissionError>,
    ) -> Result<(), SubmissionError> {
        loop {
            let found = self.readable(now, account, id)?;
            let mut submission = found.submission.clone();
            change(&mut submission)?;
            if submission.opened_at == found.submission.opened_at
                && submission.files == found.submission.files
            {
                return Ok(());
            }
            match self.write(&found, &submission, vec![]) {
                Err(SubmissionError::Interrupted) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.tell(id, &submission, submission.size());
                    return Ok(());
                }
            }
        }
    }

    /// What finds a submission besides its id, to be dropped when it is erased.
    pub(super) fn reader_keys(&self, found: &Found) -> Vec<crate::store::Change> {
        if found.submission.state == State::Receiving {
            return Vec::new();
        }
        let key = |reader: &AccountId| reader_key(&self.store, BY_READER, *reader, found.id.as_bytes());
        found.submission.readers.iter().map(|r| crate::store::Change::remove(BY_READER, &key(r))).collect()
    }
}
