//! Receiving a file's bytes: one stream in, sealed batches out, in flat memory.
//!
//! While one batch of up to 1 MiB is sealed and written on the blocking pool, the next is received into
//! the place where it will be sealed: a byte is copied once.
//! Whatever ends the stream, the whole chunks that came are kept, and an offset is told only after
//! fdatasync.

use super::lanes::{Hold, Pass};
use super::record::{Found, State, Submission, file_name};
use super::{SubmissionError, Submissions};
use crate::sealed::header;
use crate::store::{Batch, CHUNK, Writer};
use crate::time::{Now, Time};
use crate::tokens::AuthHash;
use bytes::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tokio::task::{JoinHandle, spawn_blocking};

/// A sender who is slower than the disk is written out from here on, so that memory stays small.
const EAGER: usize = 4 * CHUNK;

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
    async fn pour<S, E>(
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
        let mut desk = Bench::Idle(Box::new(writer), None);
        let came = loop {
            let next = match body.next().now_or_never() {
                Some(next) => next,
                None => {
                    if batch.len() >= EAGER && desk.is_idle() {
                        desk = match desk.put(&mut batch, pass.hold()).await {
                            Ok(desk) => desk,
                            Err(error) => return (Err(error.into()), Ok(())),
                        };
                    }
                    tokio::select! {
                        biased;
                        () = pass.outrun() => break Err(SubmissionError::Interrupted.into()),
                        next = body.next() => next,
                    }
                }
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
            while batch.is_full() && !batch.is_empty() {
                desk = match desk.put(&mut batch, pass.hold()).await {
                    Ok(desk) => desk,
                    Err(error) => return (Err(error.into()), Ok(())),
                };
                self.reservations.progress(id, beside + desk.offset());
                batch.push(&mut left);
            }
            if !left.is_empty() {
                break Err(SubmissionError::TooLarge("more bytes than were announced for this file").into());
            }
        };
        let writer = match desk.put(&mut batch, pass.hold()).await {
            Ok(desk) => desk.rest().await,
            Err(error) => Err(error),
        };
        (writer.map(|(writer, _)| writer).map_err(E::from), came)
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

/// A writer and the batch it wrote last, either here or at work.
enum Bench {
    Idle(Box<Writer>, Option<Batch>),
    Busy(JoinHandle<Result<(Writer, Batch), SubmissionError>>, u64),
}

impl Bench {
    fn is_idle(&self) -> bool {
        match self {
            Self::Idle(..) => true,
            Self::Busy(work, _) => work.is_finished(),
        }
    }

    /// Where the writer is, or was before the batch it is at.
    fn offset(&self) -> u64 {
        match self {
            Self::Idle(writer, _) => writer.offset(),
            Self::Busy(_, before) => *before,
        }
    }

    async fn rest(self) -> Result<(Writer, Option<Batch>), SubmissionError> {
        match self {
            Self::Idle(writer, used) => Ok((*writer, used)),
            Self::Busy(work, _) => {
                work.await.expect("writing does not panic").map(|(writer, used)| (writer, Some(used)))
            }
        }
    }

    /// Waits for the batch before and hands over the whole chunks of this one; the rest stays. The pass
    /// is held until they are written, also when nobody waits for it any more.
    async fn put(self, batch: &mut Batch, hold: Hold) -> Result<Self, SubmissionError> {
        let (mut writer, used) = self.rest().await?;
        // Who fills batches will fill the next one too; who is slow gets memory for what comes.
        let rest = batch.rest(used.filter(|_| batch.is_full()));
        let mut whole = std::mem::replace(batch, rest);
        if whole.is_empty() {
            return Ok(Self::Idle(Box::new(writer), None));
        }
        let before = writer.offset();
        let work = spawn_blocking(move || {
            if writer.is_untouched() {
                // The first chunk holds the header: plaintext is refused before a byte of it is stored.
                let header = header::parse(whole.start())?;
                header::check_len(header, writer.total())?;
            }
            writer.write(&mut whole)?;
            drop(hold);
            Ok((writer, whole))
        });
        Ok(Self::Busy(work, before))
    }
}

pub(super) fn file_size(submission: &Submission, n: u8) -> Result<u64, SubmissionError> {
    match submission.files.get(&n) {
        Some(file) => Ok(file.size),
        None if submission.ended.contains(&n) => Err(SubmissionError::FileEnded),
        None => Err(SubmissionError::NoFile),
    }
}
