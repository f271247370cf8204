//! A link, opened by whoever was given it: everything that is checked before anything is sent.

use super::http::{HttpError, Method, Server};
use super::patience::Patience;
use super::retry::patiently;
use crate::api::SenderLink;
use crate::ids::LinkId;
use crate::sealed::hash::Hash;
use crate::sealed::identity::{IdentityError, Recipient};
use crate::sealed::invitation::{Invitation, InvitationError, Limits};
use crate::sealed::link::{Link, LinkError};

/// A link that can not be sent through.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("the server named something that is {0}")]
    Recipient(#[from] IdentityError),
    #[error(transparent)]
    Invitation(#[from] InvitationError),
}

/// A link whose recipient, invitation and limits agree with each other.
pub struct OpenedLink {
    pub server: Server,
    pub link: Link,
    pub id: LinkId,
    pub recipient: Recipient,
    pub invitation: Invitation,
    /// H of the sealed invitation.
    pub invitation_hash: Hash,
}

/// Reads `text` as a link, asks its server as long as `patience` lasts, and checks fingerprint, invitation and
/// limits, in this order. `waits` hears of what is waited for.
///
/// # Errors
/// [`OpenError`]
pub fn open(
    text: &str,
    patience: &mut Patience,
    waits: &mut dyn FnMut(&HttpError),
) -> Result<OpenedLink, OpenError> {
    let link = Link::parse(text)?;
    let server = Server::at(&link.origin)?;
    let auth = link.secret.link_auth();
    let asks = || server.json(Method::GET, "/api/link", Some(&auth), None::<&()>);
    let answer: SenderLink = patiently(patience, waits, asks)?;
    let recipient: Recipient = answer.recipient.parse()?;
    link.fingerprint.check(&recipient)?;
    let invitation = Invitation::open(&answer.invitation.0, &link.secret, &recipient)?;
    let limits = Limits {
        retention: answer.retention,
        closes_at: answer.closes_at,
        uses: answer.uses,
        max_files: answer.max_files,
        max_bytes: answer.max_bytes,
    };
    invitation.check(answer.link, &limits)?;
    let invitation_hash = Hash::of(&answer.invitation.0);
    Ok(OpenedLink { server, link, id: answer.link, recipient, invitation, invitation_hash })
}
