//! Links, as the sender and as the desk see them.

use crate::bytes::Octets;
use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::time::{Span, Time};
use crate::tokens::AuthHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Where a link is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkState {
    Open,
    Spent,
    Closed,
    Expired,
}

impl LinkState {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Spent => "spent",
            Self::Closed => "closed",
            Self::Expired => "expired",
        }
    }
}

/// It is open: whoever asks for one that is not gets a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OpenState {
    Open,
}

/// What the holder of a link is told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SenderLink {
    pub link: LinkId,
    /// An age recipient; the page checks its fingerprint before anything else.
    pub recipient: String,
    /// Sealed with the link's secret.
    pub invitation: Octets,
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub max_files: u32,
    pub max_bytes: u64,
    pub state: OpenState,
}

/// A link as its maker sends it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewLink {
    pub auth_hash: AuthHash,
    pub recipient: String,
    pub invitation: Octets,
    /// Account id to card, an age file.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub cards: BTreeMap<AccountId, Octets>,
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub max_files: u32,
    pub max_bytes: u64,
}

/// A submission on its way.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Receiving {
    pub submission: SubmissionId,
    /// Bytes that are here.
    pub received: u64,
    /// Bytes announced.
    pub size: u64,
}

/// A link as the desk lists it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskLink {
    pub id: LinkId,
    pub state: LinkState,
    pub recipient: String,
    /// The reader's card, an age file.
    pub card: Octets,
    #[schema(required = true)]
    pub invitation: Option<Octets>,
    pub retention: Span,
    pub created_at: Time,
    pub closes_at: Time,
    /// When it was spent, closed or expired.
    #[schema(required = true)]
    pub ended_at: Option<Time>,
    pub uses: u32,
    pub uses_left: u32,
    pub max_files: u32,
    pub max_bytes: u64,
    pub receiving: Vec<Receiving>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskLinks {
    pub links: Vec<DeskLink>,
    /// How many more there are that the server can not read any more: the record is damaged.
    #[serde(default)]
    #[schema(required = true)]
    pub unreadable: usize,
}
