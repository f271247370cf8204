//! The record of a link.

use crate::ids::{AccountId, LinkId};
use crate::sealed::identity::Recipient;
use crate::store::{Row, Tree};
use crate::time::{Now, Span, Time};
use crate::tokens::AuthHash;
use serde::{Deserialize, Serialize};

/// Lookup key of `auth_hash` to the link's id.
pub(super) const BY_AUTH: Tree = Tree("link-by-auth");
/// Lookup key of the account, then the link's id.
pub(super) const BY_READER: Tree = Tree("link-by-reader");

/// Where a link is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Open,
    Spent,
    Closed,
    Expired,
}

impl State {
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

/// What the server knows about a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Link {
    /// Who made it.
    pub maker: AccountId,
    /// Who has a card, the maker among them.
    pub readers: Vec<AccountId>,
    pub auth_hash: AuthHash,
    pub recipient: Recipient,
    /// How long a submission stays after it was received.
    pub retention: Span,
    pub created_at: Time,
    pub closes_at: Time,
    pub uses: u32,
    pub uses_left: u32,
    pub max_files: u32,
    pub max_bytes: u64,
    /// As last written; an open link whose time is over reads as expired, see [`Link::ended`].
    pub state: State,
    pub ended_at: Option<Time>,
    /// Its entry in `by_expiry`.
    pub due: Time,
}

impl Link {
    /// The state it has ended in and since when, or none while it is open at `now`.
    #[must_use]
    pub fn ended(&self, now: Now) -> Option<(State, Time)> {
        match self.state {
            State::Open if now.is_over(self.closes_at) => Some((State::Expired, self.closes_at)),
            State::Open => None,
            ended => Some((ended, self.ended_at.unwrap_or(self.closes_at))),
        }
    }

    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Now) -> State {
        self.ended(now).map_or(State::Open, |(state, _)| state)
    }
}

/// A link as it was read, so that a change can Expect exactly that.
pub struct Found {
    pub id: LinkId,
    pub link: Link,
    pub row: Row,
}
