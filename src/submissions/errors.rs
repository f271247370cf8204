//! Why a submission does not do what was asked.

use super::record::By;
use super::reservations::NoRoom;
use crate::links::{LinkError, State as LinkState};
use crate::sealed::header::HeaderError;
use crate::store::{CommitError, StoreError};
use crate::time::Time;

/// Each names one thing that the caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionError {
    /// No such submission, or not yours, or gone: told apart for nobody.
    #[error("no such submission")]
    Unknown,
    /// Told to whoever proves the receipt.
    #[error("the submission was erased")]
    Erased { at: Option<Time>, by: By },
    #[error("its link has ended: {state:?}")]
    LinkEnded { state: LinkState, at: Time },
    #[error("the link has too much on its way")]
    LinkBusy,
    #[error("the disk is too full for that")]
    DiskFull,
    /// More bytes or files than the link allows, or bytes beyond the announced size.
    #[error("{0}")]
    TooLarge(&'static str),
    /// The id, number or size was used otherwise before.
    #[error("{0}")]
    Conflict(&'static str),
    /// A file number has one size for ever.
    #[error("the file was announced with another size")]
    SizeDiffers,
    /// The number was left out or terminated.
    #[error("that file has ended")]
    FileEnded,
    #[error("no such file")]
    NoFile,
    #[error("the offset is {is}")]
    OffsetDiffers { is: u64 },
    #[error("the piece adds no whole chunk")]
    PieceTooSmall,
    #[error("not accepted: {0}")]
    NotAge(#[from] HeaderError),
    #[error("the sealed manifest is larger than 1 MiB")]
    ManifestTooLarge,
    #[error("sealed notes or a sealed reply of more than 32 MiB")]
    ReviewTooLarge,
    /// Another desk was first.
    #[error("the notes here are another version")]
    ReviewChanged,
    #[error("the manifest here is another one")]
    ManifestDiffers,
    #[error("files {0:?} are not complete")]
    Incomplete(Vec<u8>),
    #[error("a proof is 32 bytes")]
    ProofMalformed,
    /// Committed; nothing can be changed any more.
    #[error("already received")]
    AlreadyReceived,
    /// A newer request took over, or the sender's connection ended.
    #[error("a newer request took over")]
    Interrupted,
    #[error(transparent)]
    Store(StoreError),
}

impl SubmissionError {
    /// Whether something stored can not be read any more.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Store(StoreError::Damaged { .. }))
    }
}

impl From<StoreError> for SubmissionError {
    fn from(error: StoreError) -> Self {
        match error {
            // The key is gone, so is the content.
            StoreError::NoSlot => Self::Unknown,
            StoreError::Full => Self::DiskFull,
            StoreError::TooLarge => Self::TooLarge("more bytes than were announced for this file"),
            error => Self::Store(error),
        }
    }
}

impl From<CommitError> for SubmissionError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Interrupted,
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<NoRoom> for SubmissionError {
    fn from(room: NoRoom) -> Self {
        match room {
            NoRoom::LinkBusy => Self::LinkBusy,
            NoRoom::DiskFull => Self::DiskFull,
        }
    }
}

impl From<LinkError> for SubmissionError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Ended { state, at } => Self::LinkEnded { state, at },
            LinkError::Unknown | LinkError::Taken | LinkError::Refused(_) => Self::Unknown,
            LinkError::Changed => Self::Interrupted,
            LinkError::Store(error) => error.into(),
        }
    }
}
