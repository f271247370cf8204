//! Sending files and answers through an opened link.
//!
//! The manifest, which pins every file's head and size, goes first; then the files; the proof is made
//! once, after the server said that every file is complete, and travels only with the commit.

use super::age::{self, Sealing};
use super::http::{HttpError, Method};
use super::link::OpenedLink;
use super::media_type;
use super::retry::retry;
use super::upload::{Upload, UploadError};
use crate::api::{Commit, Committed, NewSubmission, Uploads};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::sealed::answers::{self, AnswersError};
use crate::sealed::hash::Hash;
use crate::sealed::json::{self, JsonError};
use crate::sealed::link::{ReceiptSecret, receipt};
use crate::sealed::manifest::{Consent, Manifest, ManifestError, ManifestFile, proof};
use crate::time::Time;
use crate::tokens::Bearer;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
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
    #[error("{}: {error}", path.display())]
    Upload { path: PathBuf, error: UploadError },
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("it is not known whether this was received; {} says", receipt.as_str())]
    Unsure { receipt: Zeroizing<String> },
    #[error(transparent)]
    Http(#[from] HttpError),
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

/// What a sender hears while sending.
pub enum Step<'a> {
    File { name: &'a str, sealed_size: u64 },
    Sent(u64),
}

/// It was received.
pub struct Sent {
    pub submission: SubmissionId,
    /// The receipt's address: a secret.
    pub receipt: Zeroizing<String>,
    pub erases_at: Time,
}

struct Source {
    path: PathBuf,
    name: String,
    modified: Option<i64>,
    question: Option<String>,
    sealing: Sealing<File>,
}

/// Seals and sends everything, and commits. What was begun and failed is erased again.
///
/// # Errors
/// [`SendError`]
pub fn send(link: &OpenedLink, wish: Wish<'_>, told: &mut dyn FnMut(Step<'_>)) -> Result<Sent, SendError> {
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
    let mut sources = Vec::new();
    for (id, path) in wish.asked {
        sources.push(source(link, path, Some(id.clone()))?);
    }
    for path in wish.files {
        sources.push(source(link, path, None)?);
    }
    let total = sources.iter().map(|source| source.sealing.sealed_size).sum();
    if total > limits.max_bytes {
        return Err(SendError::TooLarge { total, most: limits.max_bytes });
    }
    let (submission, secret) = (SubmissionId::random(), ReceiptSecret::random());
    let auth = secret.receipt_auth();
    let receipt = receipt(&link.server.origin, &secret, &link.link.fingerprint);
    let manifest = age::seal(&link.recipient, &manifest(link, submission, &sources, wish).pad()?);
    let delivery = Delivery { link, submission, auth: &auth, hash: Hash::of(&manifest) };
    let committed = delivery
        .uploads(&manifest, &mut sources, told)
        .and_then(|()| delivery.commits(&receipt))
        .inspect_err(|error| delivery.gives_up(error))?;
    Ok(Sent { submission, receipt, erases_at: committed.expires_at })
}

/// One submission on its way.
struct Delivery<'a> {
    link: &'a OpenedLink,
    submission: SubmissionId,
    auth: &'a Bearer,
    /// H of the sealed manifest.
    hash: Hash,
}

impl Delivery<'_> {
    fn uploads(
        &self,
        manifest: &[u8],
        sources: &mut [Source],
        told: &mut dyn FnMut(Step<'_>),
    ) -> Result<(), SendError> {
        let numbered = (0u8..).zip(&*sources);
        let announced = NewSubmission {
            receipt_hash: self.auth.hash(),
            files: numbered.map(|(n, source)| (n, source.sealing.sealed_size)).collect(),
        };
        let path = format!("/api/submissions/{}", self.submission);
        let link_auth = self.link.link.secret.link_auth();
        let server = &self.link.server;
        let _: Uploads = retry(|| server.json(Method::PUT, &path, Some(&link_auth), Some(&announced)))?;
        retry(|| server.put_bytes("/api/receipt/manifest", self.auth, manifest.to_vec()))?;
        for (n, source) in (0u8..).zip(&mut *sources) {
            told(Step::File { name: &source.name, sealed_size: source.sealing.sealed_size });
            Upload { server, receipt_auth: self.auth, n }
                .send(&mut source.sealing, &mut |bytes| told(Step::Sent(bytes)))
                .map_err(|error| SendError::Upload { path: source.path.clone(), error })?;
        }
        for (n, source) in (0u8..).zip(&*sources) {
            Upload { server, receipt_auth: self.auth, n }
                .check_complete(source.sealing.sealed_size)
                .map_err(|error| SendError::Upload { path: source.path.clone(), error })?;
        }
        Ok(())
    }

    fn commits(&self, receipt: &str) -> Result<Committed, SendError> {
        let proof = proof(&self.link.link.secret, self.submission, &self.hash);
        let commit = Commit { manifest: Octets(self.hash.0.to_vec()), proof: Octets(proof.0.to_vec()) };
        let server = &self.link.server;
        retry(|| server.json(Method::POST, "/api/receipt/commit", Some(self.auth), Some(&commit))).map_err(
            |error| match error {
                HttpError::Refused { ref problem, .. } if problem.status < 500 => SendError::Http(error),
                _ => SendError::Unsure { receipt: Zeroizing::new(receipt.to_owned()) },
            },
        )
    }

    /// What was begun and failed is erased again, unless it may have been received.
    fn gives_up(&self, error: &SendError) {
        if !matches!(error, SendError::Unsure { .. }) {
            // The failure that is told is the first one; the server erases what is left by itself.
            let _ = self.link.server.done(Method::DELETE, "/api/receipt", Some(self.auth), None::<&()>);
        }
    }
}

fn source(link: &OpenedLink, path: &Path, question: Option<String>) -> Result<Source, SendError> {
    let failed = |error| SendError::File { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    if !facts.is_file() {
        return Err(SendError::NotFile(path.to_owned()));
    }
    let modified = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Ok(Source {
        path: path.to_owned(),
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        modified: modified.and_then(|since| i64::try_from(since.as_secs()).ok()),
        question,
        sealing: Sealing::begin(&link.recipient, file, facts.len()),
    })
}

fn manifest(link: &OpenedLink, submission: SubmissionId, sources: &[Source], wish: Wish<'_>) -> Manifest {
    let files = (0u8..).zip(sources).map(|(n, source)| ManifestFile {
        n,
        head: source.sealing.head,
        size: source.sealing.size,
        name: source.name.clone(),
        kind: media_type::of(&source.path).to_owned(),
        modified: source.modified,
        question: source.question.clone(),
    });
    let agreed = wish.agrees && !link.invitation.notice.is_empty();
    Manifest {
        v: 1,
        link: link.id,
        submission,
        invitation: link.invitation_hash,
        sent_at: wish.now,
        files: files.collect(),
        answers: wish.answers,
        consent: agreed.then(|| Consent { text: link.invitation.notice.clone(), at: wish.now }),
        sender: wish.sender.to_owned(),
        reply_to: None,
    }
}
