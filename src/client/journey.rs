//! One submission on its way: announced, manifest first, file after file, committed.
//!
//! Every request can be repeated. A fault in the middle is waited for; what the server refuses for good is
//! an error. The proof is made once, after the server said that every file is complete.

use super::http::line::Line;
use super::http::{HttpError, Method};
use super::pace::Pace;
use super::patience::{Fault, Patience, judge};
use super::send::{SendError, Step};
use super::staging::Source;
use super::standing::{Stand, Standing};
use crate::api::{Commit, Committed, ErasedBy, NewSubmission, Receipt, Uploads};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::sealed::hash::Hash;
use crate::sealed::link::Secret;
use crate::sealed::manifest::proof;
use crate::tokens::Bearer;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// What has arrived by then needs no word about being interrupted.
const SOON: Duration = Duration::from_secs(3);

/// What carries a submission.
pub(super) struct Journey<'a> {
    pub line: Line,
    pub auth: Bearer,
    pub submission: SubmissionId,
    pub patience: Patience,
    pub pace: Pace,
    pub standing: Arc<Standing>,
    pub told: &'a mut dyn FnMut(Step<'_>),
    /// Where each file's bytes come from, once it was its turn.
    pub sources: BTreeMap<u8, Source>,
    pub begun: Instant,
    pub said_safe: bool,
}

impl Journey<'_> {
    /// Announces the files. The first time a server without room says so at once.
    pub fn announces(
        &mut self,
        secret: &Secret,
        files: BTreeMap<u8, u64>,
        first: bool,
    ) -> Result<(), SendError> {
        let body = NewSubmission { receipt_hash: self.auth.hash(), files };
        let path = format!("/api/submissions/{}", self.submission);
        let link_auth = secret.link_auth();
        loop {
            let announced: Result<Uploads, _> = self.line.json(Method::PUT, &path, &link_auth, &body);
            match announced {
                Err(HttpError::Refused { problem, .. })
                    if first && matches!(problem.status, 429 | 507) && !problem.kind.is_empty() =>
                {
                    return Err(HttpError::Refused { problem, retry_after: None }.into());
                }
                Err(error) => self.waits(error)?,
                Ok(_) => {
                    self.goes_on();
                    return Ok(());
                }
            }
        }
    }

    pub fn puts_manifest(&mut self, sealed: &Octets) -> Result<(), SendError> {
        let bytes = Bytes::copy_from_slice(&sealed.0);
        self.asks(|line, auth| line.put("/api/receipt/manifest", auth, bytes.clone()))
    }

    /// What the server knows of it.
    pub fn receipt(&mut self) -> Result<Receipt, SendError> {
        self.asks(|line, auth| line.get("/api/receipt", auth))
    }

    /// Commits. `Ok(None)` when files or manifest turn out not to be there whole: they are brought again.
    pub fn commits(&mut self, secret: &Secret, manifest: &Octets) -> Result<Option<Committed>, SendError> {
        let hash = Hash::of(&manifest.0);
        let proof = proof(secret, self.submission, &hash);
        let body = Commit { manifest: Octets(hash.0.to_vec()), proof: Octets(proof.0.to_vec()) };
        self.standing.set(Stand::Proven);
        loop {
            match self.line.json(Method::POST, "/api/receipt/commit", &self.auth, &body) {
                Ok(committed) => {
                    self.goes_on();
                    return Ok(Some(committed));
                }
                Err(error) if matches!(error.kind(), "files-incomplete" | "manifest-differs") => {
                    return Ok(None);
                }
                Err(error) => self.waits(error)?,
            }
        }
    }

    /// Asks until there is an answer or a refusal for good.
    pub fn asks<T>(
        &mut self,
        ask: impl FnMut(&Line, &Bearer) -> Result<T, HttpError>,
    ) -> Result<T, SendError> {
        let answer = self.looks_up(ask)?;
        self.goes_on();
        Ok(answer)
    }

    /// The same, but it brings nothing: patience is counted from what last did.
    pub fn looks_up<T>(
        &mut self,
        mut ask: impl FnMut(&Line, &Bearer) -> Result<T, HttpError>,
    ) -> Result<T, SendError> {
        loop {
            match ask(&self.line, &self.auth) {
                Ok(answer) => return Ok(answer),
                Err(error) => self.waits(error)?,
            }
        }
    }

    /// After a fault: waits, or says why not.
    pub fn waits(&mut self, error: HttpError) -> Result<(), SendError> {
        let named = match judge(&error) {
            Fault::Final => return Err(SendError::Http(error)),
            Fault::Passing(named) => named,
            Fault::Elsewhere | Fault::TooLarge => None,
        };
        let Some(wait) = self.patience.wait(&error, named, Instant::now()) else {
            return Err(SendError::GaveUp(error));
        };
        if self.patience.is_tried() {
            (self.told)(Step::Waiting(&error));
            self.notices();
        }
        thread::sleep(wait);
        Ok(())
    }

    pub fn goes_on(&mut self) {
        if self.patience.is_tried() {
            (self.told)(Step::GoesOn);
        }
        self.patience.rests();
    }

    /// Says once that everything is sealed here, when it takes long enough to matter.
    pub fn notices(&mut self) {
        let matters = self.patience.is_tried() || self.begun.elapsed() >= SOON;
        if matters && !self.said_safe && self.standing.get() == Stand::Safe {
            self.said_safe = true;
            (self.told)(Step::Safe);
        }
    }
}

/// Why a submission that was erased did not arrive, or no longer is there.
pub(super) fn over(receipt: &Receipt) -> &'static str {
    match (receipt.by, receipt.received_at) {
        (_, Some(_)) => "it was received, and has been erased since",
        (Some(ErasedBy::Link), _) => {
            "the link was used up or closed before it had arrived; ask for a new one and send it again"
        }
        (Some(ErasedBy::Expiry), _) => "nothing came for too long, and the server erased it; send it again",
        _ => "it was erased before it had arrived; send it again",
    }
}
