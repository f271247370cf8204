//! What is at the desk, with the labels that the cards give it: what was received, and the links.

use super::desk::{Desk, DeskError, Unlocked};
use super::new_link::open_card;
use crate::api::{DeskLink, DeskSubmission, LinkState, Receiving};
use crate::ids::{LinkId, SubmissionId};
use crate::sealed::identity::Identity;
use crate::time::{Span, Time};

/// Both lists.
#[derive(serde::Serialize)]
pub struct Lists {
    pub submissions: Vec<Submission>,
    pub links: Vec<Link>,
    /// What the server has and can not read any more.
    pub unreadable: usize,
}

/// The label of a link, or why its card is refused.
#[derive(serde::Serialize)]
pub struct Label {
    pub label: Option<String>,
    pub refused: Option<String>,
}

#[derive(serde::Serialize)]
pub struct Submission {
    pub id: SubmissionId,
    pub link: LinkId,
    #[serde(flatten)]
    pub label: Label,
    pub received_at: Time,
    pub erases_at: Time,
    pub opened_at: Option<Time>,
    /// Someone asked to erase it; it is gone in seconds.
    pub asked: bool,
    /// When the sender was last replied to; null when not, or when the reply was erased.
    pub replied_at: Option<Time>,
    pub files: Vec<File>,
}

#[derive(serde::Serialize)]
pub struct File {
    pub n: u8,
    /// Sealed bytes.
    pub size: u64,
    pub saved_at: Option<Time>,
}

#[derive(serde::Serialize)]
pub struct Link {
    pub id: LinkId,
    pub state: LinkState,
    #[serde(flatten)]
    pub label: Label,
    pub created_at: Time,
    pub closes_at: Time,
    pub ended_at: Option<Time>,
    pub retention: Span,
    pub uses: u32,
    pub uses_left: u32,
    pub receiving: Vec<Receiving>,
}

/// Opened, and every file saved.
#[must_use]
pub fn is_saved(one: &DeskSubmission) -> bool {
    one.opened_at.is_some() && one.files.values().all(|file| file.saved_at.is_some())
}

/// Asks for both lists and opens the cards.
///
/// # Errors
/// [`DeskError`]
pub fn lists(desk: &Desk, unlocked: &Unlocked) -> Result<Lists, DeskError> {
    let own = &unlocked.identity;
    let (submissions, links) = (desk.submissions()?, desk.links()?);
    Ok(Lists {
        unreadable: submissions.unreadable + links.unreadable,
        submissions: submissions.submissions.into_iter().map(|one| submission(one, own)).collect(),
        links: links.links.into_iter().map(|one| link(one, own)).collect(),
    })
}

fn submission(one: DeskSubmission, own: &Identity) -> Submission {
    let file = |(n, file): (u8, crate::api::FileState)| File { n, size: file.size, saved_at: file.saved_at };
    Submission {
        label: label(&one.card.0, own, one.link),
        id: one.id,
        link: one.link,
        received_at: one.received_at,
        erases_at: one.expires_at,
        opened_at: one.opened_at,
        asked: one.asked,
        replied_at: one.reply.filter(|reply| reply.size.is_some()).map(|reply| reply.replied_at),
        files: one.files.into_iter().map(file).collect(),
    }
}

fn link(one: DeskLink, own: &Identity) -> Link {
    Link {
        label: label(&one.card.0, own, one.id),
        id: one.id,
        state: one.state,
        created_at: one.created_at,
        closes_at: one.closes_at,
        ended_at: one.ended_at,
        retention: one.retention,
        uses: one.uses,
        uses_left: one.uses_left,
        receiving: one.receiving,
    }
}

fn label(card: &[u8], own: &Identity, link: LinkId) -> Label {
    match open_card(card, own, link) {
        Ok(card) => Label { label: Some(card.facts.label.clone()), refused: None },
        Err(refused) => Label { label: None, refused: Some(refused.to_string()) },
    }
}
