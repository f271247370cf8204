//! Replies: the trainer writes one, the sender opens it with the receipt.
//!
//! A reply is small enough to be sealed and opened whole (32 MiB). The sender believes nothing of it before
//! [`read_reply`] agreed: it was written by whoever holds the link's identity, for this submission.

use super::age::{self, AgeError};
use super::delivery::Delivery;
use super::desk::{Desk, DeskError};
use super::http::{HttpError, Method, Server};
use super::retry::retry;
use crate::ids::SubmissionId;
use crate::sealed::link::{Fingerprint, Link, LinkError, ReceiptSecret};
use crate::sealed::reply::{MOST_SEALED, ReplyError, read_reply, write_reply};
use crate::time::Time;
use crate::tokens::Bearer;

pub use crate::api::{ErasedBy, Receipt, ReplyState, SubmissionState};
pub use crate::sealed::manifest::ManifestFile;
pub use crate::sealed::notes::Note;
pub use crate::sealed::reply::{Part, Review};

/// A reply that can not be written or had, or is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReplyFailed {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("this sender can not be replied to: what was sent names no one to reply to")]
    NoAddress,
    #[error("the reply can not be sent: {0}")]
    Unfit(ReplyError),
    #[error("refused: the reply does not open: {0}")]
    Sealed(AgeError),
    #[error("refused: the reply is not to be believed: {0}")]
    Refused(ReplyError),
}

/// What a trainer says.
pub struct Said {
    pub text: String,
    pub notes: Vec<Note>,
    pub parts: Vec<Part>,
}

/// Seals a reply to the sender of a checked submission and puts it in the place of one before.
///
/// # Errors
/// [`ReplyFailed`]
pub fn write(desk: &Desk, delivery: &Delivery, said: Said, now: Time) -> Result<(), ReplyFailed> {
    let to = delivery.manifest.reply_to.ok_or(ReplyFailed::NoAddress)?;
    let Said { text, notes, parts } = said;
    let review = Review { submission: delivery.id, written_at: now, text, notes, parts };
    let plain = write_reply(&review, &delivery.card.identity, &to).map_err(ReplyFailed::Unfit)?;
    let sealed = age::seal(&to, &plain);
    if sealed.len() as u64 > MOST_SEALED {
        return Err(ReplyFailed::Unfit(ReplyError::TooLarge));
    }
    let path = reply_of(delivery.id);
    retry(|| desk.server.put_bytes(&path, &desk.token, &sealed)).map_err(DeskError::from)?;
    Ok(())
}

/// Takes a reply back.
///
/// # Errors
/// [`DeskError`]
pub fn take_back(desk: &Desk, id: SubmissionId) -> Result<(), DeskError> {
    desk.tell(&Method::DELETE, &reply_of(id))
}

fn reply_of(id: SubmissionId) -> String {
    format!("/api/submissions/{id}/reply")
}

/// What a sender does with a receipt.
pub struct Held {
    server: Server,
    secret: ReceiptSecret,
    fingerprint: Fingerprint,
}

impl Held {
    /// Reads the receipt's address.
    ///
    /// # Errors
    /// [`ReplyFailed::Link`], [`ReplyFailed::Http`].
    pub fn read(address: &str) -> Result<Self, ReplyFailed> {
        // A receipt has the shape of a link; its secret is derived otherwise.
        let link = Link::parse(address)?;
        let secret = ReceiptSecret::from_bytes(*link.secret.as_bytes());
        Ok(Self { server: Server::at(&link.origin)?, secret, fingerprint: link.fingerprint })
    }

    fn auth(&self) -> Bearer {
        self.secret.receipt_auth()
    }

    /// What became of the submission.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn state(&self) -> Result<Receipt, HttpError> {
        let auth = self.auth();
        retry(|| self.server.json(Method::GET, "/api/receipt", Some(&auth), None::<&()>))
    }

    /// The reply to `submission`, opened and checked.
    ///
    /// # Errors
    /// [`ReplyFailed`]
    pub fn reply(&self, submission: SubmissionId) -> Result<Review, ReplyFailed> {
        let auth = self.auth();
        let sealed = retry(|| self.server.get_bytes("/api/receipt/reply", &auth, MOST_SEALED))?;
        let own = self.secret.reply_identity();
        let plain = age::open(&own, &sealed, sealed.len()).map_err(ReplyFailed::Sealed)?;
        read_reply(&plain, submission, &own, &self.fingerprint).map_err(ReplyFailed::Refused)
    }

    /// Erases the reply, and nothing else.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn erase_reply(&self) -> Result<(), HttpError> {
        let auth = self.auth();
        retry(|| self.server.done(Method::DELETE, "/api/receipt/reply", Some(&auth), None::<&()>))
    }
}
