//! Alerts: where the trainer is told, of what, and how that goes.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertWay {
    Mail,
    Webhook,
    Ntfy,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertKind {
    /// Something arrived.
    Arrived,
    /// 24 hours left and not saved.
    Unsaved,
    /// A link unused for three days.
    Unused,
}

/// An address for mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertMail {
    pub to: String,
}

/// A webhook; its secret is never told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertWebhook {
    pub url: String,
    /// Whether there is a secret that requests are signed with.
    pub signed: bool,
}

/// An ntfy topic; its token is never told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertNtfy {
    pub url: String,
}

/// How a way that is set goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertState {
    pub way: AlertWay,
    /// Alerts that are due and not told yet.
    pub waiting: u64,
    /// When something was last told this way.
    #[schema(required = true)]
    pub sent_at: Option<Time>,
    /// Since when nothing comes through.
    #[schema(required = true)]
    pub failing_since: Option<Time>,
    /// Why, in one plain sentence.
    #[schema(required = true)]
    pub problem: Option<String>,
}

/// The alerts of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alerts {
    /// Whether this server has a mail server to send by.
    pub mail_possible: bool,
    #[schema(required = true)]
    pub mail: Option<AlertMail>,
    #[schema(required = true)]
    pub webhook: Option<AlertWebhook>,
    #[schema(required = true)]
    pub ntfy: Option<AlertNtfy>,
    pub on: Vec<AlertKind>,
    /// One for each way that is set.
    pub state: Vec<AlertState>,
}

/// A webhook as it is set. Without `secret` the one before is kept; an empty one takes it away.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewAlertWebhook {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// An ntfy topic as it is set. Without `token` the one before is kept while the address is on the
/// same server; an empty one takes it away.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewAlertNtfy {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Takes the place of all that was set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewAlerts {
    #[schema(required = true)]
    pub mail: Option<AlertMail>,
    #[schema(required = true)]
    pub webhook: Option<NewAlertWebhook>,
    #[schema(required = true)]
    pub ntfy: Option<NewAlertNtfy>,
    pub on: Vec<AlertKind>,
}

/// Asks for a test by a way that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertTest {
    pub way: AlertWay,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertTested {
    pub sent: bool,
}
