//! Reviews of a received submission, as they lie here: the trainer's notes, and his reply to the sender.
//! Sealed by the trainer's client, never whole in memory, erased with the submission or before it.
//!
//! A new one is written beside the one before as `notes.k` or `reply.k`, and counts once the record names
//! it; the other is unlinked then, and so is what a crash left behind. A k is never used again, so that it is
//! the version too. Notes and replies have a lane each: saving one does not end the other.

use super::lanes::{Lanes, Pass};
use super::record::{By, Found, ReplyErased, Review, State, Submission};
use super::{SubmissionError, Submissions};
use crate::ids::{AccountId, SubmissionId};
use crate::sealed::header::HeaderError;
use crate::sealed::reply::MOST_SEALED;
use crate::store::{Reader, Writer};
use crate::time::Now;
use crate::tokens::AuthHash;
use bytes::Bytes;
use futures_util::Stream;
use tokio::task::spawn_blocking;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The trainer's own.
    Notes,
    /// What he tells the sender.
    Reply,
}

/// Which version a new review takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InPlaceOf {
    Any,
    Nothing,
    Version(u32),
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    Reader(AccountId, SubmissionId),
    Sender(AuthHash),
}

/// Lanes of notes and of replies.
#[derive(Clone, Default)]
pub(super) struct ReviewLanes {
    notes: Lanes,
    reply: Lanes,
}

/// A review on its way out.
pub struct Outgoing {
    id: SubmissionId,
    asker: Asker,
    about: About,
    pub version: u32,
    reader: Reader,
}

impl Outgoing {
    /// Sealed bytes in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.reader.total()
    }
}

impl About {
    fn name(self, k: u32) -> String {
        format!("{}{k}", self.prefix())
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Notes => "notes.",
            Self::Reply => "reply.",
        }
    }

    fn of(self, submission: &Submission) -> Option<&Review> {
        match self {
            Self::Notes => submission.reviews.notes.as_ref(),
            Self::Reply => submission.reviews.reply.as_ref(),
        }
    }
}

impl ReviewLanes {
    fn of(&self, about: About) -> &Lanes {
        match about {
            About::Notes => &self.notes,
            About::Reply => &self.reply,
        }
    }

    /// For the erasure: ends who writes, and lets nobody in after.
    pub(super) fn end(&self, id: SubmissionId) -> [Option<Pass>; 2] {
        [self.notes.end(id), self.reply.end(id)]
    }
}

/// A review that is being written.
struct Intake {
    pass: Pass,
    writer: Writer,
    k: u32,
}

impl Submissions {
    /// Puts a review of `length` sealed bytes in the place of the one before; answers its version.
    ///
    /// # Errors
    /// Before a byte is read: not readable, too large, changed elsewhere, no room. After: not an age file, what
    /// `body` ends with, [`SubmissionError::Interrupted`]. The one before stays then.
    pub async fn put_review<S, E>(
        &self,
        now: Now,
        (account, id): (AccountId, SubmissionId),
        about: About,
        in_place_of: InPlaceOf,
        length: u64,
        body: S,
    ) -> Result<u32, E>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: From<SubmissionError>,
    {
        let this = self.clone();
        let begun = spawn_blocking(move || this.begin_review(now, account, id, about, in_place_of, length));
        let Intake { mut pass, writer, k } = begun.await.expect("beginning does not panic")?;
        let (writer, refused) = match self.pour(&mut pass, writer, 0, id, body).await {
            (Ok(writer), Ok(())) => (Some(writer), None),
            (Err(error), _) | (Ok(_), Err(error)) => (None, Some(error)),
        };
        let this = self.clone();
        let ended = spawn_blocking(move || {
            let asker = Asker::Reader(account, id);
            let done = writer.map_or(Ok(()), |writer| this.end_review(now, asker, about, k, writer));
            let unlinked = this.unlink_others(id, about);
            drop(pass);
            done.and(unlinked)
        });
        let done = ended.await.expect("ending does not panic");
        match refused {
            Some(error) => Err(error),
            None => Ok(done.map(|()| k)?),
        }
    }

    fn begin_review(
        &self,
        now: Now,
        account: AccountId,
        id: SubmissionId,
        about: About,
        in_place_of: InPlaceOf,
        length: u64,
    ) -> Result<Intake, SubmissionError> {
        self.readable(now, account, id)?;
        if length > MOST_SEALED {
            return Err(SubmissionError::ReviewTooLarge);
        }
        // The shortest age file: a header, a nonce, one empty chunk.
        if length < 200 {
            return Err(SubmissionError::NotAge(HeaderError::Incomplete));
        }
        let pass = self.review_lanes.of(about).enter(id).ok_or(SubmissionError::Interrupted)?;
        let submission = self.readable(now, account, id)?.submission;
        let here = about.of(&submission).map(|review| review.k);
        let fits = match in_place_of {
            InPlaceOf::Any => true,
            InPlaceOf::Nothing => here.is_none(),
            InPlaceOf::Version(k) => here == Some(k),
        };
        if !fits {
            return Err(SubmissionError::ReviewChanged);
        }
        let (space, low_water) = self.room()?;
        self.reservations.fits_beside(now.reads, length, space, low_water)?;
        self.unlink_others(id, about)?;
        let k = submission.reviews.next;
        let writer = self.store.writer(id.into(), &about.name(k), length)?;
        Ok(Intake { pass, writer, k })
    }

    /// Makes what came durable, and names it.
    fn end_review(
        &self,
        now: Now,
        asker: Asker,
        about: About,
        k: u32,
        mut writer: Writer,
    ) -> Result<(), SubmissionError> {
        let size = writer.total();
        if writer.sync()? != size {
            return Err(SubmissionError::Interrupted);
        }
        self.change_reviews(now, asker, |submission| {
            let review = Some(Review { k, size, at: now.reads });
            submission.reviews.next = submission.reviews.next.max(k + 1);
            match about {
                About::Notes => submission.reviews.notes = review,
                About::Reply => {
                    submission.reviews.reply = review;
                    submission.reviews.reply_erased = None;
                }
            }
        })
    }

    /// Erases a review: its bytes are gone when this answers. That there is none is success.
    ///
    /// # Errors
    /// As [`Submissions::readable`], or for the sender [`Submissions::by_receipt`].
    pub fn erase_review(&self, now: Now, asker: Asker, about: About) -> Result<(), SubmissionError> {
        let id = self.reviewed(now, asker)?.id;
        let _pass = self.review_lanes.of(about).enter(id).ok_or(SubmissionError::Interrupted)?;
        if about.of(&self.reviewed(now, asker)?.submission).is_some() {
            self.change_reviews(now, asker, |submission| match about {
                About::Notes => submission.reviews.notes = None,
                About::Reply => {
                    let by = match asker {
                        Asker::Reader(..) => By::Reader,
                        Asker::Sender(_) => By::Sender,
                    };
                    let replied_at = submission.reviews.reply.take().map(|reply| reply.at);
                    submission.reviews.reply_erased =
                        replied_at.map(|replied_at| ReplyErased { replied_at, at: now.reads, by });
                }
            })?;
        }
        self.unlink_others(id, about)
    }

    /// Opens a review for reading.
    ///
    /// # Errors
    /// As [`Submissions::erase_review`]; [`SubmissionError::NoFile`] when there is none.
    pub fn review(&self, now: Now, asker: Asker, about: About) -> Result<Outgoing, SubmissionError> {
        let found = self.reviewed(now, asker)?;
        let review = about.of(&found.submission).ok_or(SubmissionError::NoFile)?;
        let reader = self.store.reader(found.id.into(), &about.name(review.k), review.size)?;
        Ok(Outgoing { id: found.id, asker, about, version: review.k, reader })
    }

    /// The next bytes, at most `most`, while it may still be read and nothing has taken its place.
    ///
    /// # Errors
    /// As [`Submissions::review`].
    pub fn review_batch(
        &self,
        now: Now,
        mut outgoing: Outgoing,
        at: u64,
        most: usize,
    ) -> Result<(Outgoing, Bytes), SubmissionError> {
        let _reading = self.lanes.reading(outgoing.id).ok_or(SubmissionError::Unknown)?;
        let found = self.reviewed(now, outgoing.asker)?;
        if outgoing.about.of(&found.submission).map(|review| review.k) != Some(outgoing.version) {
            return Err(SubmissionError::NoFile);
        }
        let piece = outgoing.reader.read(at, most)?;
        Ok((outgoing, piece))
    }

    /// The submission, if whoever asks may have its reviews at `now`.
    fn reviewed(&self, now: Now, asker: Asker) -> Result<Found, SubmissionError> {
        match asker {
            Asker::Reader(account, id) => self.readable(now, account, id),
            Asker::Sender(receipt) => {
                let found = self.by_receipt(&receipt)?;
                let readable = found.submission.state == State::Received && found.submission.is_readable(now);
                if readable { Ok(found) } else { Err(SubmissionError::NoFile) }
            }
        }
    }

    fn change_reviews(
        &self,
        now: Now,
        asker: Asker,
        change: impl Fn(&mut Submission),
    ) -> Result<(), SubmissionError> {
        loop {
            let found = self.reviewed(now, asker)?;
            let mut submission = found.submission.clone();
            change(&mut submission);
            match self.write(&found, &submission, vec![]) {
                Err(SubmissionError::Interrupted) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.tell(found.id, &submission, submission.size());
                    return Ok(());
                }
            }
        }
    }

    /// Unlinks what the record does not name; under the lane, so that nothing is on its way.
    fn unlink_others(&self, id: SubmissionId, about: About) -> Result<(), SubmissionError> {
        let submission = match self.get(id) {
            Err(SubmissionError::Unknown) => return Ok(()),
            found => found?.submission,
        };
        let kept = about.of(&submission).map(|review| about.name(review.k));
        for name in self.store.blob_names(id.into())? {
            if name.starts_with(about.prefix()) && Some(&name) != kept.as_ref() {
                self.store.remove_blob(id.into(), &name)?;
            }
        }
        Ok(())
    }
}
