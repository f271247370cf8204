//! Submissions, as the sender and as the desk see them.

use crate::bytes::Octets;
use crate::ids::{LinkId, SubmissionId};
use crate::time::Time;
use crate::tokens::AuthHash;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use utoipa::ToSchema;

/// Where a submission is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubmissionState {
    Receiving,
    Received,
    Erased,
}

/// It was committed, and lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReceivedState {
    Received,
}

/// Who or what ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErasedBy {
    /// A reader asked.
    Reader,
    /// The sender asked.
    Sender,
    /// Its time was over, or nothing came for a day.
    Expiry,
    /// Its link was spent or closed before it was sent.
    Link,
}

/// Announces a submission, or states its whole set of files anew.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewSubmission {
    pub receipt_hash: AuthHash,
    /// File number (0-255) to sealed size in bytes.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    #[serde(deserialize_with = "numbered")]
    pub files: BTreeMap<u8, u64>,
}

/// Where each file goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Uploads {
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub uploads: BTreeMap<u8, String>,
}

/// Commits.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Commit {
    /// SHA-256 of the sealed manifest.
    pub manifest: Octets,
    /// HMAC-SHA256 under the link's `link-sender`.
    pub proof: Octets,
}

/// It is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Committed {
    pub state: ReceivedState,
    pub received_at: Time,
    pub expires_at: Time,
}

/// One file of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileState {
    /// Sealed bytes.
    pub size: u64,
    /// Sealed bytes that are here.
    pub offset: u64,
    /// When a reader had verified its last chunk.
    #[schema(required = true)]
    pub saved_at: Option<Time>,
}

/// The trainer's notes, as they lie here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotesState {
    /// For If-Match.
    pub version: u32,
    /// Sealed bytes.
    pub size: u64,
    /// When they came.
    pub at: Time,
}

/// The trainer's reply to the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplyState {
    pub replied_at: Time,
    /// Sealed bytes; none once it is erased.
    #[schema(required = true)]
    pub size: Option<u64>,
    /// Another one for each reply that takes the place of one before.
    #[schema(required = true)]
    pub version: Option<u32>,
    #[schema(required = true)]
    pub erased_at: Option<Time>,
    #[schema(required = true)]
    pub by: Option<ErasedBy>,
}

/// What the sender keeps.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    pub submission: SubmissionId,
    pub state: SubmissionState,
    #[schema(required = true)]
    pub received_at: Option<Time>,
    /// When it will be erased.
    #[schema(required = true)]
    pub expires_at: Option<Time>,
    #[schema(required = true)]
    pub opened_at: Option<Time>,
    /// When a reader last saved one of its files; that copy does not expire.
    #[schema(required = true)]
    pub saved_at: Option<Time>,
    #[schema(required = true)]
    pub erased_at: Option<Time>,
    #[schema(required = true)]
    pub by: Option<ErasedBy>,
    #[schema(value_type = std::collections::BTreeMap<String, FileState>)]
    pub files: BTreeMap<u8, FileState>,
    /// A manifest is here.
    pub manifest: bool,
    /// What the trainer replied; null when nothing.
    #[serde(default)]
    #[schema(required = true)]
    pub reply: Option<ReplyState>,
}

/// A submission as the desk lists it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskSubmission {
    pub id: SubmissionId,
    pub link: LinkId,
    pub state: ReceivedState,
    pub received_at: Time,
    pub expires_at: Time,
    #[schema(required = true)]
    pub opened_at: Option<Time>,
    #[schema(value_type = std::collections::BTreeMap<String, FileState>)]
    #[serde(deserialize_with = "numbered")]
    pub files: BTreeMap<u8, FileState>,
    /// A reader asked to erase it: `keep` takes that back for some seconds.
    pub asked: bool,
    /// The reader's card, an age file.
    pub card: Octets,
    #[serde(default)]
    #[schema(required = true)]
    pub notes: Option<NotesState>,
    /// What was replied to the sender; null when nothing.
    #[serde(default)]
    #[schema(required = true)]
    pub reply: Option<ReplyState>,
}

/// The same with what a reader needs to open it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskSubmissionWhole {
    #[serde(flatten)]
    pub submission: DeskSubmission,
    /// HMAC-SHA256 made by whoever held the link.
    pub proof: Octets,
    /// The sealed invitation as it was when the submission was created.
    pub invitation: Octets,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskSubmissions {
    pub submissions: Vec<DeskSubmission>,
    /// How many more there are that the server can not read any more: the record is damaged.
    #[serde(default)]
    #[schema(required = true)]
    pub unreadable: usize,
}

/// The parts of a one-shot form, in this order.
#[derive(ToSchema)]
pub struct Form {
    pub id: SubmissionId,
    pub receipt_hash: AuthHash,
    /// JSON: file number (0-255) to sealed size in bytes.
    pub files: String,
    /// The sealed manifest.
    #[schema(value_type = String, format = Binary)]
    pub manifest: Vec<u8>,
    /// HMAC-SHA256 under the link's `link-sender`.
    pub proof: Octets,
    /// One for each number, ascending.
    #[schema(value_type = Vec<String>)]
    pub file: Vec<Vec<u8>>,
}

/// File numbers and sizes alone, as a part of a form.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Sizes(#[serde(deserialize_with = "numbered")] pub BTreeMap<u8, u64>);

/// Reads file numbers from JSON keys, each in its one spelling and none twice; also where the struct is
/// flattened into another one.
fn numbered<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<BTreeMap<u8, T>, D::Error> {
    struct Numbered<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Numbered<T> {
        type Value = BTreeMap<u8, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object whose names are file numbers, none of them twice")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some((text, value)) = map.next_entry::<String, T>()? {
                let n = text.parse::<u8>().ok().filter(|n| n.to_string() == text);
                if n.is_none_or(|n| all.insert(n, value).is_some()) {
                    return Err(serde::de::Error::custom("not a file number, or one that stands twice"));
                }
            }
            Ok(all)
        }
    }

    d.deserialize_map(Numbered(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_with_files_is_read_as_it_was_written() {
        let file = FileState { size: 300, offset: 300, saved_at: Some(Time(7)) };
        let submission = DeskSubmission {
            id: SubmissionId([1; 16]),
            link: LinkId([2; 16]),
            state: ReceivedState::Received,
            received_at: Time(5),
            expires_at: Time(9),
            opened_at: None,
            files: BTreeMap::from([(0, file.clone()), (255, file)]),
            asked: false,
            card: Octets(vec![3]),
            notes: None,
            reply: None,
        };
        let whole = DeskSubmissionWhole { submission, proof: Octets(vec![4]), invitation: Octets(vec![5]) };
        let json = serde_json::to_string(&whole).unwrap();
        let back: DeskSubmissionWhole = serde_json::from_str(&json).unwrap();
        assert_eq!(back.submission.files, whole.submission.files);
    }
}
