//! Sending files and answers through an opened link.
//!
//! The manifest, which pins every file's head and size, goes first. While files are sealed into the stage
//! they are sent from it; once all is sealed, ending it needs neither the files nor the link's invitation
//! ([`super::resume`]). Only what the server refuses for good, or a file that can not be sealed as it was
//! announced, gives up and erases what was begun.

use super::age;
use super::begun::{Beginning, Begun, BegunFile, Facts};
use super::dispatch::{Announce, Dispatch};
use super::http::HttpError;
use super::http::line::STALL;
use super::link::OpenedLink;
use super::media_type;
use super::sealing::Sealing;
use super::stages::Stages;
use super::staging::{PieceError, SourceFile};
use super::standing::Standing;
use super::upload::UploadError;
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::sealed::answers::{self, AnswersError};
use crate::sealed::identity::Recipient;
use crate::sealed::json::{self, JsonError};
use crate::sealed::link::{LinkError, ReceiptSecret, receipt};
use crate::sealed::manifest::{Consent, ManifestError, ManifestFile};
use crate::time::Time;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

pub use crate::sealed::answers::Answers;

/// What could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Answers(#[from] AnswersError),
    #[error("there is nothing to send: no file and no answer")]
    Nothing,
    #[error("the link takes at most {0} files")]
    TooManyFiles(u32),
    #[error("the link takes at most {most} bytes, and these are {total} when sealed")]
    TooLarge { total: u64, most: u64 },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: this is not a file", .0.display())]
    NotFile(PathBuf),
    #[error("{name}: {error}; nothing was received")]
    Piece { name: String, error: PieceError },
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("it is not known whether this was received; {} says", receipt.as_str())]
    Unsure { receipt: Zeroizing<String> },
    #[error("given up for now: {0}")]
    GaveUp(HttpError),
    #[error("{0}")]
    Over(&'static str),
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl SendError {
    /// Whether it may still be ended later: nothing of it is erased.
    #[must_use]
    pub fn may_go_on(&self) -> bool {
        matches!(self, Self::GaveUp(_) | Self::Unsure { .. })
    }
}

/// Reads a file of answers: JSON from question id to answer.
///
/// # Errors
/// [`JsonError`]
pub fn read_answers(file: &[u8]) -> Result<Answers, JsonError> {
    json::read(file)
}

/// What a sender decides.
pub struct Wish<'a> {
    pub files: &'a [PathBuf],
    /// Files that a question asks for, with its id; each question has at most one.
    pub asked: &'a [(String, PathBuf)],
    pub answers: Answers,
    /// Agrees to the invitation's notice, in its exact words.
    pub agrees: bool,
    pub sender: &'a str,
    pub now: Time,
}

/// How it is sent.
pub struct Manner<'a> {
    /// Where ciphertext waits; without, everything is sealed in flight and nothing is remembered.
    pub stages: Option<&'a Stages>,
    /// Without a byte moved for so long, a request is given up and made again.
    pub stall: Duration,
    /// Without anything getting through for so long, the command ends; never without.
    pub give_up_after: Option<Duration>,
    /// What may be said when someone stops it.
    pub standing: Arc<Standing>,
}

impl Default for Manner<'_> {
    fn default() -> Self {
        Self { stages: None, stall: STALL, give_up_after: None, standing: Arc::default() }
    }
}

/// What a sender hears while sending.
pub enum Step<'a> {
    /// From now on this file; so many of its bytes are there already.
    File {
        name: &'a str,
        sealed_size: u64,
        sent: u64,
    },
    /// So many of its bytes are there now.
    Sent(u64),
    /// Nothing gets through; it goes on by itself.
    Waiting(&'a HttpError),
    GoesOn,
    /// Everything is sealed and lies here.
    Safe,
    /// There is no room to keep it here: the files are needed until the end.
    Unkept,
    /// So many files are sealed anew, under new keys.
    SealsAnew(usize),
}

/// It was received.
pub struct Sent {
    pub submission: SubmissionId,
    /// The receipt's address: a secret.
    pub receipt: Zeroizing<String>,
    pub erases_at: Time,
}

/// Seals and sends everything, and commits.
///
/// # Errors
/// [`SendError`]; unless [`SendError::may_go_on`], what was begun is erased again, there and here.
pub fn send(
    link: &OpenedLink,
    wish: Wish<'_>,
    manner: &Manner<'_>,
    told: &mut dyn FnMut(Step<'_>),
) -> Result<Sent, SendError> {
    let asked: Vec<&str> = wish.asked.iter().map(|(id, _)| id.as_str()).collect();
    answers::check(&link.invitation.questions, &wish.answers, &asked)?;
    let files = wish.files.len() + wish.asked.len();
    if files == 0 && wish.answers.is_empty() {
        return Err(SendError::Nothing);
    }
    let limits = &link.invitation.limits;
    if files as u64 > u64::from(limits.max_files) || files > 256 {
        return Err(SendError::TooManyFiles(limits.max_files.min(256)));
    }
    let (submission, secret) = (typed_id(), ReceiptSecret::random());
    let agreed = wish.agrees && !link.invitation.notice.is_empty();
    let mut begun = Begun::new(Beginning {
        link: &link.link,
        link_id: link.id,
        recipient: &link.recipient,
        invitation: link.invitation_hash,
        submission,
        receipt: &receipt(&link.server.origin, &secret, &link.link.fingerprint),
        facts: Facts {
            answers: wish.answers,
            consent: agreed.then(|| Consent { text: link.invitation.notice.clone(), at: wish.now }),
            sender: wish.sender.to_owned(),
        },
        now: wish.now,
    });
    let asked = wish.asked.iter().map(|(id, path)| (path, Some(id.clone())));
    let mut unsealed = Vec::new();
    for (path, question) in asked.chain(wish.files.iter().map(|path| (path, None))) {
        let n = begun.takes_number().ok_or(SendError::TooManyFiles(256))?;
        let (file, sealing) = picks(&link.recipient, n, path, question)?;
        begun.files.push(file);
        unsealed.push((n, sealing));
    }
    let total = begun.files.iter().map(|file| file.sealed_size).sum();
    if total > limits.max_bytes {
        return Err(SendError::TooLarge { total, most: limits.max_bytes });
    }
    seal_manifest(&mut begun, wish.now)?;
    Dispatch::begins(begun, &link.server, manner, told)?.ends(unsealed, manner.stages, Announce::First)
}

/// Opens a file and begins to seal it.
pub(super) fn picks(
    recipient: &Recipient,
    n: u8,
    path: &Path,
    question: Option<String>,
) -> Result<(BegunFile, Sealing<SourceFile>), SendError> {
    let failed = |error| SendError::File { path: path.to_owned(), error };
    // Absolute: whoever continues may stand elsewhere.
    let path = &std::path::absolute(path).map_err(failed)?;
    let file = File::open(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    if !facts.is_file() {
        return Err(SendError::NotFile(path.to_owned()));
    }
    let modified = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let sealing = Sealing::begin(recipient, SourceFile::new(file).map_err(failed)?, facts.len());
    let stated = ManifestFile {
        n,
        head: sealing.head(),
        size: sealing.size,
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        kind: media_type::of(path).to_owned(),
        modified: modified.and_then(|since| Time::try_from(since.as_secs()).ok()),
        question,
    };
    Ok((BegunFile::new(stated, sealing.sealed_size, path), sealing))
}

/// Seals the manifest of what is stated now.
pub(super) fn seal_manifest(begun: &mut Begun, now: Time) -> Result<(), SendError> {
    if let Some(facts) = &begun.facts {
        let padded = begun.manifest_of(facts, now).pad()?;
        begun.manifest = Octets(age::seal(&begun.recipient, &padded));
    }
    Ok(())
}

/// An id that a person can type after a command: it does not begin like a flag.
fn typed_id() -> SubmissionId {
    loop {
        let id = SubmissionId::random();
        if !id.to_string().starts_with('-') {
            return id;
        }
    }
}
