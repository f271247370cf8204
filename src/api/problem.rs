//! Problem documents, RFC 9457, `application/problem+json`.

use crate::time::Time;
use serde::{Deserialize, Serialize};

/// What went wrong, for a program (`type`) and for a person (`title`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// A stable kebab-case word.
    #[serde(rename = "type")]
    pub kind: String,
    /// One plain sentence.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What exactly, where that helps and tells nobody anything new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub detail: Option<String>,
    /// State of the link or submission, for whoever proved the right secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub state: Option<String>,
    /// Since when that state holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Time, required = false)]
    pub at: Option<Time>,
}
