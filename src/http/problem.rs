//! Refusals as problem documents. Whoever proves the right secret is told the state; everyone else
//! gets one and the same 404. 5xx carry no detail and are logged once, here.

use crate::accounts::AccountError;
use crate::alerts::AlertError;
use crate::api::Problem;
use crate::links::{LinkError, State};
use crate::submissions::{By, SubmissionError};
use crate::time::Time;
use actix_web::error::{JsonPayloadError, PathError, PayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONNECTION, HeaderName, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use std::fmt;

/// A refusal on its way out.
#[derive(Debug)]
pub struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Option<String>,
    state: Option<&'static str>,
    at: Option<Time>,
    header: Option<(HeaderName, String)>,
    ends_connection: bool,
}

impl Refusal {
    pub fn new(status: u16, kind: &'static str, title: &'static str) -> Self {
        Self(Box::new(Parts {
            status: StatusCode::from_u16(status).expect("statuses are written in this module"),
            kind,
            title,
            detail: None,
            state: None,
            at: None,
            header: None,
            ends_connection: false,
        }))
    }

    /// The one answer to everyone who can not prove anything.
    pub fn not_available() -> Self {
        Self::new(404, "not-available", "There is nothing here, or it is not for you.")
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, "malformed", "The request is malformed.").detail(detail)
    }

    pub fn signed_out() -> Self {
        Self::new(401, "sign-in-refused", "Name or passphrase is wrong, or the session has ended.")
    }

    pub fn internal(error: &dyn fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(500, "internal", "Something went wrong on the server.")
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.0.header = Some((name, value.into()));
        self
    }

    fn since(mut self, state: &'static str, at: impl Into<Option<Time>>) -> Self {
        self.0.state = Some(state);
        self.0.at = at.into();
        self
    }

    /// What is left of the body will not be read.
    pub fn ending_connection(mut self) -> Self {
        self.0.ends_connection = true;
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.status);
        response.content_type("application/problem+json");
        if let Some((name, value)) = &self.0.header {
            response.insert_header((name.clone(), value.as_str()));
        }
        if self.0.ends_connection {
            response.insert_header((CONNECTION, "close"));
        }
        let problem = Problem {
            kind: self.0.kind.to_owned(),
            title: self.0.title.to_owned(),
            status: self.0.status.as_u16(),
            detail: self.0.detail.clone(),
            state: self.0.state.map(str::to_owned),
            at: self.0.at,
        };
        response.body(serde_json::to_string(&problem).expect("a problem is plain data"))
    }
}

fn link_ended(state: State, at: Time) -> Refusal {
    let (kind, title) = match state {
        State::Open => ("link-busy", "The link changed meanwhile."),
        State::Spent => ("link-spent", "This link was used already."),
        State::Closed => ("link-closed", "This link was closed."),
        State::Expired => ("link-expired", "This link's time is over."),
    };
    Refusal::new(410, kind, title).since(state.word(), at)
}

impl From<LinkError> for Refusal {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Unknown => Self::not_available(),
            LinkError::Ended { state, at } => link_ended(state, at),
            LinkError::Taken => Self::new(409, "taken", "That id is in use."),
            LinkError::Refused(why) => Self::malformed(why),
            LinkError::Changed => Self::new(409, "changed", "It changed at the same time; try again."),
            LinkError::Store(error) => Self::internal(&error),
        }
    }
}

impl From<SubmissionError> for Refusal {
    fn from(error: SubmissionError) -> Self {
        let detail = error.to_string();
        match error {
            SubmissionError::Unknown | SubmissionError::NoFile => Self::not_available(),
            SubmissionError::Erased { at, by } => {
                let by = match by {
                    By::Reader => "reader",
                    By::Sender => "sender",
                    By::Expiry => "expiry",
                    By::Link => "link",
                };
                Self::new(410, "erased", "This was erased.").since(by, at)
            }
            SubmissionError::LinkEnded { state, at } => link_ended(state, at),
            SubmissionError::LinkBusy => {
                Self::new(429, "link-busy", "Too much is on its way through this link; try again later.")
                    .header(RETRY_AFTER, "60")
            }
            SubmissionError::DiskFull => Self::new(507, "disk-full", "The server has no room for this."),
            SubmissionError::TooLarge(why) => {
                Self::new(413, "too-large", "This is more than the link takes.").detail(why)
            }
            SubmissionError::Conflict(why) => {
                Self::new(409, "conflict", "This was used otherwise before.").detail(why)
            }
            SubmissionError::SizeDiffers => {
                Self::new(409, "size-differs", "This file was announced with another size.")
            }
            SubmissionError::FileEnded => Self::new(410, "file-ended", "This file was left out."),
            SubmissionError::OffsetDiffers { is } => {
                Self::new(409, "offset-differs", "The file goes on elsewhere.")
                    .detail(detail)
                    .header(super::tus::UPLOAD_OFFSET, is.to_string())
            }
            SubmissionError::PieceTooSmall => {
                Self::new(422, "piece-too-small", "A piece holds at least 64 KiB, or ends the file.")
            }
            SubmissionError::NotAge(_) => {
                Self::new(422, "not-age", "This is not sealed as it must be.").detail(detail)
            }
            SubmissionError::ManifestTooLarge => {
                Self::new(413, "manifest-too-large", "The sealed manifest is larger than 1 MiB.")
            }
            SubmissionError::ReviewTooLarge => {
                Self::new(413, "review-too-large", "Sealed notes or a sealed reply have at most 32 MiB.")
            }
            SubmissionError::ReviewChanged => {
                Self::new(412, "notes-changed", "The notes were changed elsewhere; read them again.")
            }
            SubmissionError::ManifestDiffers => {
                Self::new(409, "manifest-differs", "The manifest that is here is another one.")
            }
            SubmissionError::Incomplete(_) => {
                Self::new(409, "files-incomplete", "Not every file is here whole.").detail(detail)
            }
            SubmissionError::ProofMalformed => Self::new(422, "proof-malformed", "A proof is 32 bytes."),
            SubmissionError::AlreadyReceived => {
                Self::new(409, "already-received", "This has arrived; it can not be changed any more.")
            }
            SubmissionError::Interrupted => {
                Self::new(409, "interrupted", "A newer request took over.").ending_connection()
            }
            SubmissionError::Store(error) => Self::internal(&error),
        }
    }
}

impl From<AccountError> for Refusal {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Refused => Self::signed_out(),
            AccountError::SetUpRefused => Self::new(
                403,
                "setup-refused",
                "This set-up address was used already, or is from another start.",
            ),
            AccountError::TooManyTries { seconds } => {
                Self::new(429, "too-many-tries", "Too many tries; wait a little.")
                    .header(RETRY_AFTER, seconds.to_string())
            }
            AccountError::Malformed(why) => Self::malformed(why),
            AccountError::ChangedElsewhere => {
                Self::new(412, "unlocked-elsewhere", "This was changed elsewhere; read it again.")
            }
            AccountError::Store(error) => Self::internal(&error),
        }
    }
}

impl From<AlertError> for Refusal {
    fn from(error: AlertError) -> Self {
        let detail = error.to_string();
        let malformed = || Self::new(422, "alert-malformed", "These alerts can not be set like that.");
        match error {
            AlertError::Malformed { .. } | AlertError::NotSet => malformed().detail(detail),
            AlertError::Failed { .. } => {
                Self::new(502, "alert-failed", "The test did not come through.").detail(detail)
            }
            AlertError::Interrupted => Self::new(409, "changed", "It changed at the same time; try again."),
            AlertError::Store(error) => Self::internal(&error),
            AlertError::Links(error) => error.into(),
            AlertError::Submissions(error) => error.into(),
        }
    }
}

impl From<PayloadError> for Refusal {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::Overflow => {
                Self::new(413, "too-large", "The body is too large.").ending_connection()
            }
            PayloadError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                Self::new(408, "too-slow", "The body came too slowly.").ending_connection()
            }
            _ => Self::malformed("the body ended early").ending_connection(),
        }
    }
}

impl From<actix_web::error::BlockingError> for Refusal {
    fn from(error: actix_web::error::BlockingError) -> Self {
        Self::internal(&error)
    }
}

impl From<tokio::task::JoinError> for Refusal {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::internal(&error)
    }
}

/// What the JSON extractor refuses.
pub fn json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let refusal = match error {
        JsonPayloadError::Payload(error) => error.into(),
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            Refusal::from(PayloadError::Overflow)
        }
        JsonPayloadError::ContentType => Refusal::malformed("the body must be application/json"),
        _ => Refusal::malformed("the body is not the JSON that was expected"),
    };
    refusal.into()
}

/// What the path extractor refuses: an id or number that is none.
pub fn path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Refusal::not_available().into()
}
