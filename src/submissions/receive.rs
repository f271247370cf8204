//! Receiving a file's bytes: one stream in, sealed batches out, in flat memory.
//!
//! While some batches are sealed and written on the blocking pool (`bench`), the next is received into the
//! place where it will be sealed: a byte is copied once.
//! Whatever ends the stream, the whole chunks that came are kept, and an offset is told only after
//! fdatasync.

use super::bench::Bench;
use super::lanes::Pass;
use super::record::{Found, State, Submission, file_name};
use super::{SubmissionError, Submissions};
use crate::store::{CHUNK, Writer};
use crate::time::{Now, Time};
use crate::tokens::AuthHash;
use bytes::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Of a sender who falls silent for so long, what is whole is written down.
const LINGER: Duration = Duration::from_secs(1);

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub offset: u64,
    pub size: u64,
    /// When the submission is given up if no more comes.
    pub deadline: Time,
}

/// A file that is being written.
struct Intake {
    pass: Pass,
    found: Found,
    /// Bytes of the other files that are here.
    beside: u64,
    writer: Writer,
}

impl Submissions {
    /// Where file `n` goes on. Ends a running writer of the submission and waits for it; blocks.
    ///
    /// # Errors
    /// What the receipt's holder may know of why not.
    pub fn head(&self, receipt: &AuthHash, n: u8) -> Result<Progress, SubmissionError> {
        let found = self.by_receipt(receipt)?;
        let size = file_size(&found.submission, n)?;
        let deadline = found.submission.deadline();
        if found.submission.state == State::Received {
            return Ok(Progress { offset: size, size, deadline });
        }
        let _pass = self.lanes.enter(found.id).ok_or(SubmissionError::Interrupted)?;
        let offset = self.store.writer(found.id.into(), &file_name(n), size)?.sync()?;
        Ok(Progress { offset, size, deadline })
    }

    /// Appends `body` to file `n` at `offset`. `length` is what the request announces.
    ///
    /// # Errors
    /// Before a byte is read: no such file, another offset, too large or too small a piece, no room,
    /// a link that has ended. After: [`SubmissionError::Interrupted`], what `body` ends with, and not
    /// an age file; whole chunks that came before are kept. [`SubmissionError::Erased`] when an erasure
    /// overtook it.
    pub async fn receive<S, E>(
        &self,
        now: Now,
        receipt: AuthHash,
        n: u8,
        offset: u64,
        length: u64,
        body: S,
    ) -> Result<Progress, E>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: From<SubmissionError>,
    {
        let this = self.clone();
        let begun = spawn_blocking(move || this.begin(now, &receipt, n, offset, length));
        let mut intake = begun.await.expect("beginning does not panic")?;
        let id = intake.found.id;
        let (intake_back, came) = self.pour(&mut intake.pass, intake.writer, intake.beside, id, body).await;
        let writer = intake_back?;
        let this = self.clone();
        let (pass, found, cut) = (intake.pass, intake.found, came.is_err());
        let ended = spawn_blocking(move || {
            let ended = this.end_intake(now, writer, found);
            if cut || ended.is_err() {
                // What overtook it may be an erasure, which waits for this pass: that is the answer then.
                this.by_receipt(&receipt)?;
            }
            drop(pass);
            ended
        });
        let progress = ended.await.expect("ending does not panic")?;
        came?;
        if progress.offset == offset && length > 0 && progress.offset < progress.size {
            return Err(SubmissionError::PieceTooSmall.into());
        }
        Ok(progress)
    }

    fn begin(
        &self,
        now: Now,
        receipt: &AuthHash,
        n: u8,
        offset: u64,
        length: u64,
    ) -> Result<Intake, SubmissionError> {
        let id = self.by_receipt(receipt)?.id;
        let pass = self.lanes.enter(id).ok_or(SubmissionError::Interrupted)?;
        let found = self.by_receipt(receipt)?;
        let submission = &found.submission;
        if submission.state == State::Received {
            return Err(SubmissionError::AlreadyReceived);
        }
        let size = file_size(submission, n)?;
        self.link_lets_finish(now, submission)?;
        if offset.saturating_add(length) > size {
            return Err(SubmissionError::TooLarge("more bytes than were announced for this file"));
        }
        if offset + length < size && length < CHUNK as u64 {
            return Err(SubmissionError::PieceTooSmall);
        }
        self.reserve_again(now, id, submission)?;
        let writer = self.store.writer(id.into(), &file_name(n), size)?;
        if writer.offset() != offset {
            return Err(SubmissionError::OffsetDiffers { is: writer.offset() });
        }
        let mut beside = 0;
        for (other, file) in submission.files.iter().filter(|(other, _)| **other != n) {
            beside += self.offset(id, *other, file)?;
        }
        Ok(Intake { pass, beside, writer, found })
    }

    /// Makes what came durable and notes that it came.
    fn end_intake(&self, now: Now, mut writer: Writer, found: Found) -> Result<Progress, SubmissionError> {
        let (offset, size) = (writer.sync()?, writer.total());
        drop(writer);
        let deadline = self.touch(now, found)?;
        Ok(Progress { offset, size, deadline })
    }

    pub(super) fn link_lets_finish(&self, now: Now, submission: &Submission) -> Result<(), SubmissionError> {
        use crate::links::State as Link;
        let found = self.links.get(submission.link)?;
        match found.link.ended(now) {
            Some((state @ (Link::Spent | Link::Closed), at)) => Err(SubmissionError::LinkEnded { state, at }),
            _ => Ok(()),
        }
    }

    /// Pours the stream into the writer. The second result is how the stream ended.
    pub(super) async fn pour<S, E>(
        &self,
        pass: &mut Pass,
        writer: Writer,
        beside: u64,
        id: crate::ids::SubmissionId,
        body: S,
    ) -> (Result<Writer, E>, Result<(), E>)
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: From<SubmissionError>,
    {
        let mut body = std::pin::pin!(body);
        let mut batch = writer.batch();
        let mut bench = Bench::new(writer, &self.room);
        let came = loop {
            let next = match body.next().now_or_never() {
                Some(next) => next,
                None => tokio::select! {
                    biased;
                    () = pass.outrun() => break Err(SubmissionError::Interrupted.into()),
                    next = body.next() => next,
                    () = sleep(LINGER), if batch.len() >= CHUNK => {
                        if let Err(error) = bench.put(&mut batch, pass.hold()).await {
                            return (Err(error.into()), Ok(()));
                        }
                        continue;
                    }
                },
            };
            let bytes = match next {
                None => break Ok(()),
                Some(Err(error)) => break Err(error),
                Some(Ok(bytes)) => bytes,
            };
            if pass.is_outrun() {
                break Err(SubmissionError::Interrupted.into());
            }
            let mut left = bytes.as_ref();
            batch.push(&mut left);
            while bench.wants(&batch) {
                if let Err(error) = bench.put(&mut batch, pass.hold()).await {
                    return (Err(error.into()), Ok(()));
                }
                self.reservations.progress(id, beside + bench.offset());
                batch.push(&mut left);
            }
            if !left.is_empty() {
                break Err(SubmissionError::TooLarge("more bytes than were announced for this file").into());
            }
        };
        let writer = match bench.put(&mut batch, pass.hold()).await {
            Ok(()) => bench.end().await,
            Err(error) => Err(error),
        };
        (writer.map_err(E::from), came)
    }

    /// Notes that bytes came, and tells the desk.
    fn touch(&self, now: Now, mut found: Found) -> Result<Time, SubmissionError> {
        loop {
            let mut submission = found.submission.clone();
            submission.last_byte_at = submission.last_byte_at.max(now.reads);
            let mut have = 0;
            for (n, file) in &submission.files {
                have += self.offset(found.id, *n, file)?;
            }
            self.reservations.progress(found.id, have);
            if submission.last_byte_at > found.submission.last_byte_at {
                // The sweep reads the deadline from here when the old entry comes due.
                match self.write(&found, &submission, vec![]) {
                    // The sweep has just put it off, or is erasing it.
                    Err(SubmissionError::Interrupted) => {
                        found = self.get(found.id)?;
                        continue;
                    }
                    written => written?,
                }
            }
            self.tell(found.id, &submission, have);
            return Ok(submission.deadline());
        }
    }
}

pub(super) fn file_size(submission: &Submission, n: u8) -> Result<u64, SubmissionError> {
    match submission.files.get(&n) {
        Some(file) => Ok(file.size),
        None if submission.ended.contains(&n) => Err(SubmissionError::FileEnded),
        None => Err(SubmissionError::NoFile),
    }
}
