//! Reviews: what a trainer says about a submission. As `notes` they are his own, sealed to the link's
//! recipient; as `reply` they go to the sender, sealed to the recipient that the manifest names.
//!
//! ```text
//! tag (32) ‖ J (8, big-endian) ‖ J bytes of padded JSON ‖ the parts, one after the other
//! ```
//! The tag is an HMAC over J and the JSON, and the JSON pins every part. Its key needs the link's identity
//! on one side and, for a reply, the sender's on the other: the server can drop a review or show an older
//! one, not write or alter one. The age file around it is `client/age.rs`.

use super::hash::{Hash, derive};
use super::identity::{Identity, Recipient};
use super::json::JsonError;
use super::link::Fingerprint;
use super::notes::{self, Note};
use super::padding::{self, PaddingError};
use crate::ids::SubmissionId;
use crate::time::Time;
use zeroize::Zeroizing;

/// The most bytes a sealed review may have.
pub const MOST_SEALED: u64 = 32 * 1024 * 1024;
/// The most bytes of padded JSON.
pub const MOST_JSON: usize = 4 * 1024 * 1024;
/// The most parts.
pub const MOST_PARTS: usize = 20;
/// What a part may be.
pub const PART_TYPES: [&str; 5] = ["audio/webm", "audio/mp4", "audio/ogg", "video/webm", "video/mp4"];

const TAG: usize = 32;
const LENGTH: usize = 8;

/// A review that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    #[error("it is malformed")]
    Malformed,
    #[error("it is longer than allowed")]
    TooLarge,
    #[error("it was altered, or written by someone else than the reader of this link")]
    Tag,
    #[error("it belongs to another submission")]
    Submission,
    #[error("it was written for another link")]
    Recipient,
    #[error("a voice or video note in it is not the one that was recorded")]
    Parts,
    #[error("its keys share no secret")]
    SharedSecret,
}

/// A voice or video note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// One of [`PART_TYPES`].
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// What a trainer says about a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub submission: SubmissionId,
    pub written_at: Time,
    /// About all of it.
    pub text: String,
    pub notes: Vec<Note>,
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Notes,
    Reply,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct StatedPart {
    #[serde(rename = "type")]
    kind: String,
    size: u64,
    hash: Hash,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Stated {
    v: u8,
    kind: Kind,
    submission: SubmissionId,
    recipient: Recipient,
    written_at: Time,
    text: String,
    notes: Vec<Note>,
    parts: Vec<StatedPart>,
}

/// The plaintext of a trainer's own notes, to be sealed to the recipient of `link`, the link's identity.
///
/// # Errors
/// [`ReplyError::Malformed`], [`ReplyError::TooLarge`].
pub fn write_notes(review: &Review, link: &Identity) -> Result<Zeroizing<Vec<u8>>, ReplyError> {
    write(review, Kind::Notes, &link.recipient(), &notes_key(link))
}

/// The plaintext of a reply, to be sealed to `reply_to` of the manifest.
///
/// # Errors
/// [`ReplyError::Malformed`], [`ReplyError::TooLarge`], [`ReplyError::SharedSecret`].
pub fn write_reply(
    review: &Review,
    link: &Identity,
    reply_to: &Recipient,
) -> Result<Zeroizing<Vec<u8>>, ReplyError> {
    write(review, Kind::Reply, &link.recipient(), &*reply_key(link, reply_to)?)
}

/// Reads and checks a trainer's own notes on `submission`.
///
/// # Errors
/// [`ReplyError`]
pub fn read_notes(plain: &[u8], submission: SubmissionId, link: &Identity) -> Result<Review, ReplyError> {
    let read = Read::of(plain)?;
    if read.stated.recipient != link.recipient() {
        return Err(ReplyError::Recipient);
    }
    read.checked(Kind::Notes, submission, &notes_key(link))
}

/// Reads and checks a reply as the sender: `own` follows from RECEIPT, `fingerprint` stands beside it.
///
/// # Errors
/// [`ReplyError`]
pub fn read_reply(
    plain: &[u8],
    submission: SubmissionId,
    own: &Identity,
    fingerprint: &Fingerprint,
) -> Result<Review, ReplyError> {
    let read = Read::of(plain)?;
    fingerprint.check(&read.stated.recipient).map_err(|_| ReplyError::Recipient)?;
    let key = reply_key(own, &read.stated.recipient)?;
    read.checked(Kind::Reply, submission, &key)
}

fn notes_key(link: &Identity) -> Zeroizing<[u8; 32]> {
    derive(link.scalar(), "dewdrop/v1/notes")
}

/// The same from both sides: the link's identity with `reply_to`, or the sender's with the link's recipient.
fn reply_key(own: &Identity, other: &Recipient) -> Result<Zeroizing<[u8; 32]>, ReplyError> {
    let shared = own.shared_with(other).map_err(|_| ReplyError::SharedSecret)?;
    Ok(derive(&*shared, "dewdrop/v1/reply-tag"))
}

fn write(
    review: &Review,
    kind: Kind,
    recipient: &Recipient,
    key: &[u8; 32],
) -> Result<Zeroizing<Vec<u8>>, ReplyError> {
    let state = |part: &Part| StatedPart {
        kind: part.kind.clone(),
        size: part.bytes.len() as u64,
        hash: Hash::of(&part.bytes),
    };
    let stated = Stated {
        v: 1,
        kind,
        submission: review.submission,
        recipient: *recipient,
        written_at: review.written_at,
        text: review.text.clone(),
        notes: review.notes.clone(),
        parts: review.parts.iter().map(state).collect(),
    };
    stated.check()?;
    let json = padding::pad(&stated, MOST_JSON).map_err(|_| ReplyError::TooLarge)?;
    let length = (json.len() as u64).to_be_bytes();
    let tag = Hash::keyed(key, &[&length, &json]);
    let parts: usize = review.parts.iter().map(|part| part.bytes.len()).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(TAG + LENGTH + json.len() + parts));
    for bytes in [tag.0.as_slice(), &length, &json] {
        plain.extend_from_slice(bytes);
    }
    for part in &review.parts {
        plain.extend_from_slice(&part.bytes);
    }
    if plain.len() as u64 > MOST_SEALED { Err(ReplyError::TooLarge) } else { Ok(plain) }
}

impl Stated {
    fn check(&self) -> Result<(), ReplyError> {
        let known = |part: &StatedPart| PART_TYPES.contains(&part.kind.as_str()) && part.size > 0;
        if self.parts.len() > MOST_PARTS || !self.parts.iter().all(known) {
            return Err(ReplyError::Malformed);
        }
        notes::check(&self.text, &self.notes, self.parts.len()).map_err(|_: JsonError| ReplyError::Malformed)
    }
}

/// A plaintext taken apart; nothing of it is to be believed yet.
struct Read<'a> {
    tag: Hash,
    /// J and the JSON.
    tagged: &'a [u8],
    stated: Stated,
    parts: &'a [u8],
}

impl<'a> Read<'a> {
    fn of(plain: &'a [u8]) -> Result<Self, ReplyError> {
        let (tag, rest) = plain.split_first_chunk::<TAG>().ok_or(ReplyError::Malformed)?;
        let (length, after) = rest.split_first_chunk::<LENGTH>().ok_or(ReplyError::Malformed)?;
        let length = u64::from_be_bytes(*length);
        if length > MOST_JSON as u64 {
            return Err(ReplyError::TooLarge);
        }
        let length = usize::try_from(length).expect("4 MiB is a usize");
        let (json, parts) = after.split_at_checked(length).ok_or(ReplyError::Malformed)?;
        let stated: Stated = padding::open(json, MOST_JSON).map_err(|error| match error {
            PaddingError::TooLarge => ReplyError::TooLarge,
            PaddingError::Length | PaddingError::Json(_) => ReplyError::Malformed,
        })?;
        Ok(Self { tag: Hash(*tag), tagged: &rest[..LENGTH + length], stated, parts })
    }

    fn checked(self, kind: Kind, submission: SubmissionId, key: &[u8; 32]) -> Result<Review, ReplyError> {
        let Self { tag, tagged, stated, mut parts } = self;
        if Hash::keyed(key, &[tagged]) != tag {
            return Err(ReplyError::Tag);
        }
        if stated.kind != kind {
            return Err(ReplyError::Malformed);
        }
        if stated.submission != submission {
            return Err(ReplyError::Submission);
        }
        stated.check()?;
        let mut read = Vec::with_capacity(stated.parts.len());
        for part in stated.parts {
            let size = usize::try_from(part.size).map_err(|_| ReplyError::Parts)?;
            let (bytes, rest) = parts.split_at_checked(size).ok_or(ReplyError::Parts)?;
            if Hash::of(bytes) != part.hash {
                return Err(ReplyError::Parts);
            }
            read.push(Part { kind: part.kind, bytes: bytes.to_vec() });
            parts = rest;
        }
        if !parts.is_empty() {
            return Err(ReplyError::Parts);
        }
        let Stated { written_at, text, notes, .. } = stated;
        Ok(Review { submission, written_at, text, notes, parts: read })
    }
}

#[cfg(test)]
mod tests;
