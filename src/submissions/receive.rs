//! Receiving a file's bytes: one stream in, sealed batches out, in flat memory.
//!
//! While one batch of up to 1 MiB is sealed and written on the blocking pool, the next is received.
//! Whatever ends the stream, the whole chunks that came are kept, and an offset is told only after
//! fdatasync.

use super::lanes::{Hold, Pass};
use super::record::{Found, State, Submission, file_name};
use super::{SubmissionError, Submissions};
use crate::sealed::header;
use crate::store::{CHUNK, Writer};
use crate::time::{Now, Time};
use crate::tokens::AuthHash;
use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tokio::task::{JoinHandle, spawn_blocking};

const BATCH: usize = 1 << 20;
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
    size: u64,
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
    /// an age file; whole chunks that came before are kept.
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
        let (id, size) = (intake.found.id, intake.size);
        let (intake_back, came) = self.pour(&mut intake.pass, intake.writer, intake.beside, id, body).await;
        let mut writer = intake_back?;
        let this = self.clone();
        let (pass, found) = (intake.pass, intake.found);
        let ended = spawn_blocking(move || {
            let offset = writer.sync()?;
            drop(writer);
            let deadline = this.touch(now, found)?;
            drop(pass);
            Ok::<_, SubmissionError>(Progress { offset, size, deadline })
        });
        let progress = ended.await.expect("ending does not panic")?;
        came?;
        if progress.offset == offset && length > 0 && progress.offset < size {
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
        Ok(Intake { pass, size, beside, writer, found })
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
        let mut batch = BytesMut::new();
        let mut desk = Bench::Idle(writer);
        let came = loop {
            let next = match body.next().now_or_never() {
                Some(next) => next,
                None => {
                    if batch.len() >= EAGER && desk.is_idle() {
                        desk = match desk.put(batch.split().freeze(), pass.hold()).await {
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
            match next {
                None => break Ok(()),
                Some(Err(error)) => break Err(error),
                Some(Ok(bytes)) => batch.extend_from_slice(&bytes),
            }
            if pass.is_outrun() {
                break Err(SubmissionError::Interrupted.into());
            }
            if batch.len() >= BATCH {
                desk = match desk.put(batch.split().freeze(), pass.hold()).await {
                    Ok(desk) => desk,
                    Err(error) => return (Err(error.into()), Ok(())),
                };
                if let Some(offset) = desk.offset() {
                    self.reservations.progress(id, beside + offset);
                }
            }
        };
        let writer = match desk.put(batch.freeze(), pass.hold()).await {
            Ok(desk) => desk.rest().await,
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

/// A writer that is either here or at work.
enum Bench {
    Idle(Writer),
    Busy(JoinHandle<Result<Writer, SubmissionError>>, u64),
}

impl Bench {
    fn is_idle(&self) -> bool {
        match self {
            Self::Idle(_) => true,
            Self::Busy(work, _) => work.is_finished(),
        }
    }

    fn offset(&self) -> Option<u64> {
        match self {
            Self::Idle(writer) => Some(writer.offset()),
            Self::Busy(_, before) => Some(*before),
        }
    }

    async fn rest(self) -> Result<Writer, SubmissionError> {
        match self {
            Self::Idle(writer) => Ok(writer),
            Self::Busy(work, _) => work.await.expect("writing does not panic"),
        }
    }

    /// Waits for the batch before and hands over this one. The pass is held until it is written, also
    /// when nobody waits for it any more.
    async fn put(self, batch: Bytes, hold: Hold) -> Result<Self, SubmissionError> {
        let mut writer = self.rest().await?;
        if batch.is_empty() {
            return Ok(Self::Idle(writer));
        }
        let before = writer.offset();
        let work = spawn_blocking(move || {
            if writer.is_untouched() {
                check_start(&batch, writer.total())?;
            }
            writer.append(&batch)?;
            drop(hold);
            Ok(writer)
        });
        Ok(Self::Busy(work, before))
    }
}

/// The first batch holds the header: plaintext is refused before a byte of it is stored.
fn check_start(batch: &[u8], total: u64) -> Result<(), SubmissionError> {
    if (batch.len() as u64) < total.min(CHUNK as u64) {
        // No whole chunk came: nothing will be stored.
        return Ok(());
    }
    let header = header::parse(batch)?;
    Ok(header::check_len(header, total)?)
}

pub(super) fn file_size(submission: &Submission, n: u8) -> Result<u64, SubmissionError> {
    match submission.files.get(&n) {
        Some(file) => Ok(file.size),
        None if submission.ended.contains(&n) => Err(SubmissionError::FileEnded),
        None => Err(SubmissionError::NoFile),
    }
}
