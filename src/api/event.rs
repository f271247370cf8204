//! What `GET /api/events` says, one JSON object a `data:` line.

use crate::ids::{LinkId, SubmissionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Link,
    Submission,
    /// A way of telling the trainer began to fail, or goes again; no id, no link.
    Alerts,
}

/// Something at the desk changed; the desk reads it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    pub kind: Kind,
    #[schema(required = true)]
    pub id: Option<SubmissionId>,
    #[schema(required = true)]
    pub link: Option<LinkId>,
    /// The state it is in now, in the words of the lists; for alerts `failing` or `well`.
    pub state: String,
    /// Sealed bytes that are here, while receiving.
    pub received: u64,
    /// Sealed bytes announced.
    pub size: u64,
}
