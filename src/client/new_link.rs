//! Making a link: a fresh identity, a secret, an invitation for the sender, a card for the reader.

use super::age;
use super::desk::{Desk, DeskError, Unlocked};
use super::http::Method;
use super::retry::retry;
use crate::api;
use crate::bytes::Octets;
use crate::ids::LinkId;
use crate::sealed::card::{self, Card, CardError, Draft};
use crate::sealed::identity::Identity;
use crate::sealed::invitation::{Invitation, Limits};
use crate::sealed::link::{Fingerprint, Link, Secret};
use crate::time::{Span, Time};
use std::collections::BTreeMap;

pub use crate::sealed::form::{self, Form};

const MOST_FILES: u32 = 20;
/// Sealed bytes of one submission.
const MOST_BYTES: u64 = 4 << 30;

/// What the maker of a link decides.
pub struct Wish {
    /// For the maker's eyes only.
    pub label: String,
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub template: Form,
}

/// A link that is open now.
pub struct Made {
    pub id: LinkId,
    pub link: Link,
    pub closes_at: Time,
}

/// Makes a link and has the server keep it.
///
/// # Errors
/// [`DeskError`]
pub fn make(desk: &Desk, unlocked: &Unlocked, wish: Wish) -> Result<Made, DeskError> {
    let (id, identity, secret) = (LinkId::random(), Identity::random(), Secret::random());
    let recipient = identity.recipient();
    let Wish { label, retention, closes_at, uses, template } = wish;
    let limits = Limits { retention, closes_at, uses, max_files: MOST_FILES, max_bytes: MOST_BYTES };
    let own = unlocked.identity.recipient();
    let draft = Draft {
        link: id,
        label: &label,
        secret: &secret,
        identity: &identity,
        retention,
        uses,
        closes_at,
        template: &template.id,
    };
    let sealed_card = age::seal(&own, card::write(&draft, &unlocked.identity, &own)?.as_bytes());
    let invitation = Invitation {
        v: 1,
        link: id,
        from: unlocked.vault.display_name.clone(),
        greeting: template.greeting,
        instructions: template.instructions,
        questions: template.questions,
        notice: template.notice,
        readers: vec![unlocked.vault.display_name.clone()],
        max_seconds: template.max_seconds,
        limits,
    };
    let asked = api::NewLink {
        auth_hash: secret.link_auth().hash(),
        recipient: recipient.to_string(),
        invitation: Octets(invitation.seal(&secret, &recipient)?),
        cards: BTreeMap::from([(desk.account, Octets(sealed_card))]),
        retention,
        closes_at,
        uses,
        max_files: limits.max_files,
        max_bytes: limits.max_bytes,
    };
    let path = format!("/api/links/{id}");
    retry(|| desk.server.done(Method::PUT, &path, Some(&desk.token), Some(&asked)))?;
    let fingerprint = Fingerprint::of(&recipient);
    Ok(Made { id, link: Link { origin: desk.server.origin.clone(), secret, fingerprint }, closes_at })
}

/// Opens and checks a card of the link that the server says it belongs to.
///
/// # Errors
/// [`CardError`]
pub fn open_card(sealed: &[u8], own: &Identity, link: LinkId) -> Result<Card, CardError> {
    let plain = age::open(own, sealed, card::MOST).map_err(|_| CardError::Malformed)?;
    let card = card::read(&plain, own, &[])?;
    if card.facts.link == link { Ok(card) } else { Err(CardError::Link) }
}
