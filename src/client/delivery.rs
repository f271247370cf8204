//! A received submission, opened and checked as a reader must: nothing of it is believed before that.

use super::age;
use super::desk::{Desk, DeskError, Unlocked};
use super::http::{HttpError, Method};
use super::new_link::open_card;
use super::retry::retry;
use crate::api::DeskSubmissionWhole;
use crate::ids::SubmissionId;
use crate::sealed::answers;
use crate::sealed::card::{Card, CardError};
use crate::sealed::hash::Hash;
use crate::sealed::invitation::{Invitation, InvitationError};
use crate::sealed::manifest::{
    MOST_PADDED, MOST_SEALED, Manifest, ManifestError, ManifestFile, Surroundings,
};
use crate::time::Time;
use std::collections::BTreeMap;

/// A submission that is refused, or could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error(transparent)]
    Desk(DeskError),
    #[error("refused: {0}")]
    Card(#[from] CardError),
    #[error("refused: {0}")]
    Invitation(#[from] InvitationError),
    #[error("refused: the manifest does not open")]
    ManifestSealed,
    #[error("refused: {0}")]
    Manifest(#[from] ManifestError),
    #[error("refused: the server answered about another submission")]
    OtherSubmission,
}

impl From<HttpError> for DeliveryError {
    fn from(error: HttpError) -> Self {
        Self::Desk(error.into())
    }
}

impl From<DeskError> for DeliveryError {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

/// A submission whose card, invitation, manifest and proof agree.
pub struct Delivery {
    pub id: SubmissionId,
    pub card: Card,
    pub invitation: Invitation,
    pub manifest: Manifest,
    pub received_at: Time,
    pub expires_at: Time,
    /// Sealed size of each file, as the server states it.
    pub sealed_sizes: BTreeMap<u8, u64>,
}

/// Fetches, opens and checks everything but the files; tells the server that it was opened.
///
/// # Errors
/// [`DeliveryError`]
pub fn open(desk: &Desk, unlocked: &Unlocked, id: SubmissionId) -> Result<Delivery, DeliveryError> {
    let delivery = look(desk, unlocked, id)?;
    tell_opened(desk, id)?;
    Ok(delivery)
}

/// The same, and the server is not told yet.
///
/// # Errors
/// [`DeliveryError`]
pub fn look(desk: &Desk, unlocked: &Unlocked, id: SubmissionId) -> Result<Delivery, DeliveryError> {
    let whole: DeskSubmissionWhole = desk.get(&format!("/api/submissions/{id}"))?;
    check(&whole, &sealed_manifest(desk, id)?, unlocked, id)
}

/// Tells the server that it was opened.
///
/// # Errors
/// [`DeskError`]
pub fn tell_opened(desk: &Desk, id: SubmissionId) -> Result<(), DeskError> {
    desk.tell(&Method::POST, &format!("/api/submissions/{id}/opened"))
}

/// The manifest as it is stored.
///
/// # Errors
/// [`DeskError`]
pub(super) fn sealed_manifest(desk: &Desk, id: SubmissionId) -> Result<Vec<u8>, DeskError> {
    let path = format!("/api/submissions/{id}/manifest");
    Ok(retry(|| desk.server.get_bytes(&path, &desk.token, MOST_SEALED))?)
}

fn check(
    whole: &DeskSubmissionWhole,
    sealed: &[u8],
    unlocked: &Unlocked,
    id: SubmissionId,
) -> Result<Delivery, DeliveryError> {
    let facts = &whole.submission;
    if facts.id != id {
        return Err(DeliveryError::OtherSubmission);
    }
    let card = open_card(&facts.card.0, &unlocked.identity, facts.link)?;
    let invitation = Invitation::open(&whole.invitation.0, &card.secret, &card.facts.recipient)?;
    let plain = age::open(&card.identity, sealed, MOST_PADDED).map_err(|_| DeliveryError::ManifestSealed)?;
    let manifest = Manifest::read(&plain)?;
    let stated: [u8; 32] = whole.proof.0.as_slice().try_into().map_err(|_| ManifestError::Proof)?;
    manifest.check(&Surroundings {
        link: card.facts.link,
        secret: &card.secret,
        invitation_link: invitation.link,
        invitation: Hash::of(&whole.invitation.0),
        submission: id,
        manifest: Hash::of(sealed),
        proof: Hash(stated),
        files: facts.files.keys().copied().collect(),
    })?;
    Ok(Delivery {
        id,
        card,
        invitation,
        manifest,
        received_at: facts.received_at,
        expires_at: facts.expires_at,
        sealed_sizes: facts.files.iter().map(|(n, file)| (*n, file.size)).collect(),
    })
}

impl Delivery {
    /// The words of the question that a file answers.
    #[must_use]
    pub fn asked_by(&self, file: &ManifestFile) -> Option<&str> {
        let id = file.question.as_deref()?;
        self.invitation.questions.iter().find(|q| q.id == id).map(|q| q.text.as_str())
    }

    /// What the files were sent with, for a file beside them. Each answer stands with its question and in
    /// words, `text`; that is null where it does not fit what was asked. What is no answer at all is null too.
    #[must_use]
    pub fn answers(&self) -> serde_json::Value {
        let answered: Vec<_> = self
            .invitation
            .questions
            .iter()
            .filter_map(|question| {
                let answer = self.manifest.answers.get(&question.id)?;
                let text = answers::fits(question, answer).then(|| answers::spoken(question, answer));
                let answer = (!matches!(answer, answers::Answer::Unfit(_))).then_some(answer);
                Some(serde_json::json!({
                    "id": question.id, "question": question.text, "kind": question.kind,
                    "answer": answer, "text": text,
                }))
            })
            .collect();
        serde_json::json!({
            "submission": self.id,
            "link": self.card.facts.link,
            "label": self.card.facts.label,
            "sender": self.manifest.sender,
            "sent_at": self.manifest.sent_at,
            "received_at": self.received_at,
            "erases_at": self.expires_at,
            "notice": self.invitation.notice,
            "consent": self.manifest.consent,
            "answers": answered,
        })
    }
}
