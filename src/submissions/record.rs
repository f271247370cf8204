//! The record of a submission.

use crate::bytes::Octets;
use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::store::{Row, Tree};
use crate::time::{Now, Span, Time};
use crate::tokens::AuthHash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Lookup key of `receipt_hash` to the submission's id.
pub(super) const BY_RECEIPT: Tree = Tree("submission-by-receipt");
/// Lookup key of the link, then the submission's id, while receiving.
pub(super) const BY_LINK: Tree = Tree("submission-by-link");
/// Lookup key of the account, then the submission's id, once received.
pub(super) const BY_READER: Tree = Tree("submission-by-reader");

const SILENT_FOR: Span = Span::DAY;
const IN_ALL: Span = Span::DAY.times(7);

/// Where a submission is in its life; erased ones have a tombstone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Receiving,
    Received,
}

/// Who or what ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    Reader,
    Sender,
    Expiry,
    Link,
}

/// The sealed manifest that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// It lies in the blob `manifest.k`.
    pub k: u32,
    /// SHA-256 of its sealed bytes.
    pub hash: Octets,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Sealed bytes.
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<Time>,
}

/// A review that is here: notes or a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// It lies in the blob `notes.k` or `reply.k`; its version.
    pub k: u32,
    /// Sealed bytes.
    pub size: u64,
    /// When it came.
    pub at: Time,
}

/// That a reply was erased before its submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyErased {
    pub replied_at: Time,
    pub at: Time,
    pub by: By,
}

/// What the trainer said about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reviews {
    /// The k of the next one.
    pub next: u32,
    pub notes: Option<Review>,
    pub reply: Option<Review>,
    pub reply_erased: Option<ReplyErased>,
}

/// What the server knows about a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Submission {
    pub link: LinkId,
    pub readers: Vec<AccountId>,
    pub receipt_hash: AuthHash,
    pub retention: Span,
    pub max_files: u32,
    pub max_bytes: u64,
    pub state: State,
    pub created_at: Time,
    pub last_byte_at: Time,
    pub received_at: Option<Time>,
    pub expires_at: Option<Time>,
    pub opened_at: Option<Time>,
    /// A reader asked to erase it; reads as gone.
    pub asked: bool,
    /// Its entry in `by_expiry`.
    pub due: Time,
    pub manifest: Option<Manifest>,
    pub proof: Octets,
    pub files: BTreeMap<u8, File>,
    /// Numbers that were used and are not any more.
    pub ended: BTreeSet<u8>,
    #[serde(default)]
    pub reviews: Reviews,
}

impl Submission {
    /// When a submission that is receiving is given up.
    #[must_use]
    pub fn deadline(&self) -> Time {
        (self.created_at + IN_ALL).min(self.last_byte_at + SILENT_FOR)
    }

    /// Sealed bytes announced.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }

    /// Whether a reader may still have its content at `now`.
    #[must_use]
    pub fn is_readable(&self, now: Now) -> bool {
        self.state == State::Received && !self.asked && !self.expires_at.is_none_or(|at| now.is_over(at))
    }

    /// When a reader last saved one of its files.
    #[must_use]
    pub fn saved_at(&self) -> Option<Time> {
        self.files.values().filter_map(|file| file.saved_at).max()
    }

    /// The word on the wire.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.state {
            State::Receiving => "receiving",
            State::Received => "received",
        }
    }
}

/// A submission as it was read, so that a change can Expect exactly that.
pub struct Found {
    pub id: SubmissionId,
    pub submission: Submission,
    pub row: Row,
}

/// What a tombstone keeps besides times.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    pub submission: SubmissionId,
    pub by: By,
    pub received_at: Option<Time>,
    pub opened_at: Option<Time>,
    /// When a reader last saved one of its files: that copy does not expire.
    #[serde(default)]
    pub saved_at: Option<Time>,
}

/// Name of the blob that holds file `n`.
#[must_use]
pub fn file_name(n: u8) -> String {
    n.to_string()
}

/// Name of the blob that holds the `k`-th manifest.
#[must_use]
pub fn manifest_name(k: u32) -> String {
    format!("manifest.{k}")
}
