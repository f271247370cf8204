//! Saving the files of a checked submission.
//!
//! A file is verified chunk by chunk as it comes and gets its name only after its last: [`partial`](super::partial).
//! After a fault, or when the process was killed, it goes on at the chunk it had. Existing files are never
//! replaced: one with the same content is left as it is, beside another the new one gets a number.

use super::age::{self, AgeError};
use super::delivery::Delivery;
use super::desk::{Desk, DeskError};
use super::file_name;
use super::http::line::Line;
use super::http::{HttpError, Method};
use super::opening::{Altered, Opening};
use super::partial::{Partial, Saved};
use super::patience::{Fault, Patience, judge};
use crate::ids::SubmissionId;
use crate::sealed::hash::Hash;
use crate::sealed::header::{self, HeaderError};
use crate::sealed::manifest::{ManifestError, ManifestFile};
use crate::sealed::ranges;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Answers that no server of ours gives, in a row.
const ODD: u32 = 5;

/// A file that is refused, or could not be fetched or written.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("refused: {0}")]
    Header(#[from] HeaderError),
    #[error("refused: {0}")]
    Manifest(#[from] ManifestError),
    #[error("refused: {0}")]
    Age(#[from] AgeError),
    #[error("given up for now ({0}); the same command goes on from here")]
    GaveUp(HttpError),
    #[error("there is no room for it in {}", .0.display())]
    Full(PathBuf),
    #[error("{}: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
}

impl From<HttpError> for FetchError {
    fn from(error: HttpError) -> Self {
        Self::Desk(error.into())
    }
}

impl From<Altered> for FetchError {
    fn from(_: Altered) -> Self {
        Self::Age(AgeError::Altered)
    }
}

/// What a submission was sent with, beside its files.
pub const ANSWERS: &str = "answers.json";

/// How patient fetching is.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// A request on which no byte has moved for so long is made again.
    pub stall: Duration,
    /// Gives up when nothing got through for so long; never without.
    pub give_up_after: Option<Duration>,
}

/// What is heard while a file is fetched.
pub enum Step<'a> {
    /// Plaintext bytes that were here from before, and were proven.
    Found(u64),
    /// Plaintext bytes that are here.
    Here(u64),
    /// Nothing gets through; it is tried again.
    Waiting(&'a HttpError),
    GoesOn,
}

/// What fetches files of one desk; several threads may at once.
pub struct Fetcher {
    line: Line,
    manner: Manner,
}

impl Fetcher {
    /// # Errors
    /// [`HttpError::Unreachable`] when TLS or threads can not be set up.
    pub fn of(desk: &Desk, manner: Manner) -> Result<Self, HttpError> {
        Ok(Self { line: Line::to(&desk.server, manner.stall)?, manner })
    }

    /// Fetches one file, checks it and saves it in `folder`, durably. The server is told by [`tell_saved`].
    ///
    /// # Errors
    /// [`FetchError`]. Only after [`FetchError::GaveUp`] something stays, to be gone on with.
    pub fn save(
        &self,
        desk: &Desk,
        delivery: &Delivery,
        file: &ManifestFile,
        folder: &Path,
        told: &mut dyn FnMut(Step<'_>),
    ) -> Result<Saved, FetchError> {
        let patience = Patience::new(self.manner.give_up_after);
        let path = path(delivery.id, file.n);
        let mut way = Way { line: &self.line, desk, path: &path, patience, odd: 0, told };
        let len = *delivery.sealed_sizes.get(&file.n).ok_or(ManifestError::Files)?;
        let head = way.head(len, file)?;
        let start = head.len() as u64;
        let key = age::payload_key(&delivery.card.identity, &head)?;
        let mut opening = Opening::new(key, file.size).ok_or(ManifestError::Size)?;
        let partial = Partial::named(folder, part_key(delivery.id, file))?;
        partial.is_proven(&mut opening, file.size);
        partial.has_room(file.size, &opening)?;
        if opening.opened() > 0 {
            (way.told)(Step::Found(opening.opened()));
        }
        while !opening.is_done() {
            let from = start + opening.goes_on_at();
            let read = self.line.reads(&path, &desk.token, &(from..len), |bytes| {
                let before = opening.opened();
                opening.takes(bytes, |plain| partial.takes(&plain, file.size))?;
                if opening.opened() > before {
                    way.goes_on();
                    (way.told)(Step::Here(opening.opened()));
                }
                Ok::<_, FetchError>(())
            });
            match read {
                Ok(written) => written?,
                Err(error) => match way.waits(error) {
                    Err(gave_up @ FetchError::GaveUp(_)) => {
                        partial.keep();
                        return Err(gave_up);
                    }
                    waited => waited?,
                },
            }
        }
        partial.finish(folder, &name_of(file), file.size)
    }
}

/// Tells the server that file `n` was saved: its last chunk verified, and it lies on the disk.
///
/// # Errors
/// [`DeskError`]
pub fn tell_saved(desk: &Desk, id: SubmissionId, n: u8) -> Result<(), DeskError> {
    desk.tell(&Method::POST, &format!("{}/saved", path(id, n)))
}

/// Writes `bytes` whole under `name`, or under a numbered one when something else has that.
///
/// # Errors
/// [`FetchError::Write`], [`FetchError::Full`].
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<Saved, FetchError> {
    let mut partial = Partial::create(folder)?;
    partial.write(bytes)?;
    partial.finish(folder, name, bytes.len() as u64)
}

fn path(id: SubmissionId, n: u8) -> String {
    format!("/api/submissions/{id}/files/{n}")
}

/// The name of [`ANSWERS`] is not a sender's to take.
fn name_of(file: &ManifestFile) -> String {
    let name = file_name::safe(&file.name, file.n);
    if name.eq_ignore_ascii_case(ANSWERS) { file_name::numbered(&name, 2) } else { name }
}

/// What a file that came in part is found by: submission, number and head.
fn part_key(id: SubmissionId, file: &ManifestFile) -> u64 {
    let named = Hash::of(&[id.as_bytes().as_slice(), &[file.n], &file.head.0].concat());
    u64::from_be_bytes(*named.0.first_chunk().expect("a hash has 32 bytes"))
}

/// One file's way here.
struct Way<'a> {
    line: &'a Line,
    desk: &'a Desk,
    path: &'a str,
    patience: Patience,
    odd: u32,
    told: &'a mut dyn FnMut(Step<'_>),
}

impl Way<'_> {
    /// The file's first S bytes, as the manifest pins them.
    fn head(&mut self, len: u64, file: &ManifestFile) -> Result<Vec<u8>, FetchError> {
        let mut head = self.few(0..len.min(header::MAX as u64 + ranges::NONCE))?;
        let header_len = header::parse(&head)?.len;
        head.truncate(header_len + ranges::NONCE as usize);
        file.check(&head, ranges::plaintext_len_of_file(header_len as u64, len))?;
        Ok(head)
    }

    fn few(&mut self, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
        loop {
            let mut bytes = Vec::new();
            let read = self.line.reads(self.path, &self.desk.token, &range, |some| {
                bytes.extend_from_slice(some);
                Ok::<_, FetchError>(())
            });
            match read {
                Ok(all) => {
                    all?;
                    self.goes_on();
                    return Ok(bytes);
                }
                Err(error) => self.waits(error)?,
            }
        }
    }

    /// After a fault: waits, or says why not.
    fn waits(&mut self, error: HttpError) -> Result<(), FetchError> {
        let Fault::Passing(named) = judge(&error) else { return Err(error.into()) };
        self.odd += u32::from(matches!(error, HttpError::Answer(_)));
        if self.odd >= ODD {
            return Err(error.into());
        }
        let Some(wait) = self.patience.wait(&error, named, Instant::now()) else {
            return Err(FetchError::GaveUp(error));
        };
        if self.patience.is_tried() {
            (self.told)(Step::Waiting(&error));
        }
        thread::sleep(wait);
        Ok(())
    }

    fn goes_on(&mut self) {
        if self.patience.is_tried() {
            (self.told)(Step::GoesOn);
        }
        self.patience.rests();
        self.odd = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sender_takes_the_name_of_the_answers() {
        for (name, expected) in [
            ("answers.json", "answers (2).json"),
            ("Answers.JSON", "Answers (2).JSON"),
            ("../answers.json", "_answers.json"),
            ("squat.mp4", "squat.mp4"),
        ] {
            let (head, kind) = (Hash::of(b""), "video/mp4".to_owned());
            let (name, modified, question) = (name.to_owned(), None, None);
            let file = ManifestFile { n: 0, head, size: 1, name, kind, modified, question };
            assert_eq!(name_of(&file), expected);
        }
    }
}
