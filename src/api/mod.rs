//! Wire types: the JSON of FORMAT section 10, one file a resource.
//!
//! Times are integer seconds since 1970 UTC, spans integer seconds, sizes sealed bytes, byte
//! strings base64url without padding. Unknown fields are ignored.

mod alerts;
mod base;
mod call;
mod calls;
mod event;
mod link;
mod openapi;
mod operation;
mod problem;
mod session;
mod submission;

pub use alerts::{
    AlertKind, AlertMail, AlertNtfy, AlertState, AlertTest, AlertTested, AlertWay, AlertWebhook, Alerts,
    NewAlertNtfy, NewAlertWebhook, NewAlerts,
};
pub use event::{Event, Kind};
pub use link::{DeskLink, DeskLinks, LinkState, NewLink, OpenState, Receiving, SenderLink};
pub use openapi::document;
pub use operation::{Operation, Probed};
pub use problem::Problem;
pub use session::{NewSession, NewUnlock, NewVault, Salt, SaltFor, Session, SetUp, SetUpDone, Vault};
pub use submission::{
    Commit, Committed, DeskSubmission, DeskSubmissionWhole, DeskSubmissions, ErasedBy, FileState, Form,
    NewSubmission, NotesState, Receipt, ReceivedState, ReplyState, Sizes, SubmissionState, Uploads,
};
