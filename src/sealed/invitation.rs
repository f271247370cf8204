//! What a link says and asks, sealed with the link's secret and bound to its recipient.
//!
//! A sender shows nothing that is not in it, and refuses when the server's limits differ from it.

use super::hash::Hash;
use super::identity::Recipient;
use super::link::Secret;
use super::padding::{self, PaddingError};
use super::question::{Question, are_well_formed, is_wish};
use crate::ids::LinkId;
use crate::time::{Span, Time};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};

const MOST_PADDED: usize = 64 * 1024;
const NONCE: usize = 24;
const TAG: usize = 16;

/// The most bytes a sealed invitation can have.
pub const MOST_SEALED: usize = NONCE + MOST_PADDED + TAG;

/// An invitation that does not open, or that contradicts what the server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    #[error("the invitation is longer than 64 KiB")]
    TooLarge,
    #[error("the invitation was altered, or is not this link's")]
    Altered,
    #[error("the invitation is malformed")]
    Malformed,
    #[error("the invitation belongs to another link")]
    OtherLink,
    #[error("the server's limits differ from the invitation")]
    LimitsDiffer,
}

/// What server and invitation both state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub max_files: u32,
    /// Sealed bytes.
    pub max_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Invitation {
    pub v: u8,
    pub link: LinkId,
    pub from: String,
    pub greeting: String,
    pub instructions: String,
    pub questions: Vec<Question>,
    pub notice: String,
    /// Display names of those who can read what is sent.
    pub readers: Vec<String>,
    /// How long a film beside the questions should be at most: a wish, and no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u32>,
    #[serde(flatten)]
    pub limits: Limits,
}

impl Invitation {
    /// Seals it: nonce ‖ ciphertext ‖ tag.
    ///
    /// # Errors
    /// [`InvitationError::TooLarge`], [`InvitationError::Malformed`].
    pub fn seal(&self, secret: &Secret, recipient: &Recipient) -> Result<Vec<u8>, InvitationError> {
        self.seal_with(secret, recipient, rand::random())
    }

    /// As [`Invitation::seal`] with a nonce that is not random, for test vectors.
    ///
    /// # Errors
    /// As [`Invitation::seal`].
    pub fn seal_with(
        &self,
        secret: &Secret,
        recipient: &Recipient,
        nonce: [u8; NONCE],
    ) -> Result<Vec<u8>, InvitationError> {
        self.check_asked()?;
        let padded = padding::pad(self, MOST_PADDED).map_err(|_| InvitationError::TooLarge)?;
        let aad = bound_to(recipient);
        let sealed = cipher(secret)
            .encrypt((&nonce).into(), Payload { msg: &padded, aad: &aad })
            .expect("64 KiB can be sealed");
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`InvitationError`]
    pub fn open(sealed: &[u8], secret: &Secret, recipient: &Recipient) -> Result<Self, InvitationError> {
        if sealed.len() > MOST_SEALED {
            return Err(InvitationError::TooLarge);
        }
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(InvitationError::Altered)?;
        let aad = bound_to(recipient);
        let padded = cipher(secret)
            .decrypt(nonce.into(), Payload { msg: body, aad: &aad })
            .map_err(|_| InvitationError::Altered)?;
        let invitation: Self = padding::open(&padded, MOST_PADDED).map_err(|error| match error {
            PaddingError::TooLarge => InvitationError::TooLarge,
            PaddingError::Length | PaddingError::Json(_) => InvitationError::Malformed,
        })?;
        invitation.check_asked()?;
        Ok(invitation)
    }

    fn check_asked(&self) -> Result<(), InvitationError> {
        let sound = are_well_formed(&self.questions) && is_wish(self.max_seconds);
        if sound { Ok(()) } else { Err(InvitationError::Malformed) }
    }

    /// Refuses an invitation of another link, or limits of the server that differ from it.
    ///
    /// # Errors
    /// [`InvitationError::OtherLink`], [`InvitationError::LimitsDiffer`].
    pub fn check(&self, link: LinkId, limits: &Limits) -> Result<(), InvitationError> {
        if self.link != link {
            return Err(InvitationError::OtherLink);
        }
        if self.limits != *limits {
            return Err(InvitationError::LimitsDiffer);
        }
        Ok(())
    }
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*secret.link_page()).into())
}

fn bound_to(recipient: &Recipient) -> Vec<u8> {
    [b"dewdrop/v1/invitation".as_slice(), &Hash::of(recipient.to_string().as_bytes()).0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::identity::Identity;
    use crate::sealed::question::QuestionKind;

    fn some() -> Invitation {
        Invitation {
            v: 1,
            link: LinkId([3; 16]),
            from: "Mara".to_owned(),
            greeting: "Hello".to_owned(),
            instructions: String::new(),
            questions: vec![],
            notice: String::new(),
            readers: vec!["Mara".to_owned()],
            max_seconds: None,
            limits: Limits {
                retention: Span::DAY,
                closes_at: Time(1_800_000_000),
                uses: 1,
                max_files: 20,
                max_bytes: 1 << 32,
            },
        }
    }

    fn question(id: &str, kind: QuestionKind, choices: &[&str]) -> Question {
        let choices: Vec<_> = choices.iter().map(|id| serde_json::json!({"id": id, "text": ""})).collect();
        serde_json::from_value(serde_json::json!({
            "id": id, "kind": kind, "text": "", "help": "", "required": false, "choices": choices,
        }))
        .unwrap()
    }

    #[test]
    fn it_opens_with_its_secret_and_recipient_only() {
        let (secret, recipient) = (Secret::random(), Identity::random().recipient());
        let sealed = some().seal(&secret, &recipient).unwrap();
        assert_eq!(sealed.len(), NONCE + 4096 + TAG);
        assert_eq!(Invitation::open(&sealed, &secret, &recipient), Ok(some()));
        let other = Identity::random().recipient();
        assert_eq!(Invitation::open(&sealed, &secret, &other), Err(InvitationError::Altered));
        assert_eq!(Invitation::open(&sealed, &Secret::random(), &recipient), Err(InvitationError::Altered));
        for at in [0, 24, 2000, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(Invitation::open(&changed, &secret, &recipient), Err(InvitationError::Altered));
        }
        assert_eq!(Invitation::open(&sealed[..20], &secret, &recipient), Err(InvitationError::Altered));
    }

    #[test]
    fn questions_have_names_of_their_own_and_only_a_choice_has_choices() {
        use QuestionKind::{Choice, Short};
        for bad in [
            vec![question("", Short, &[])],
            vec![question("Weight", Short, &[])],
            vec![question(&"a".repeat(33), Short, &[])],
            vec![question("a", Short, &[]), question("a", Short, &[])],
            vec![question("a", Short, &["b"])],
            vec![question("a", Choice, &[])],
            vec![question("a", Choice, &["b", "b"])],
        ] {
            let invitation = Invitation { questions: bad, ..some() };
            let sealed = invitation.seal(&Secret::random(), &Identity::random().recipient());
            assert_eq!(sealed, Err(InvitationError::Malformed));
        }
        let good = Invitation { questions: vec![question("a-1", Choice, &["b", "c"])], ..some() };
        assert!(good.seal(&Secret::random(), &Identity::random().recipient()).is_ok());
    }

    #[test]
    fn a_film_is_asked_to_be_a_second_to_a_day_long() {
        let (secret, recipient) = (Secret::random(), Identity::random().recipient());
        for (seconds, expected) in [(0, false), (1, true), (86_400, true), (86_401, false)] {
            let asked = Invitation { max_seconds: Some(seconds), ..some() };
            let sealed = asked.seal(&secret, &recipient);
            assert_eq!(sealed.is_ok(), expected, "{seconds}");
            if let Ok(sealed) = sealed {
                assert_eq!(Invitation::open(&sealed, &secret, &recipient), Ok(asked));
            }
        }
    }

    #[test]
    fn more_than_64_kib_is_refused() {
        let long = Invitation { greeting: "x".repeat(65_536), ..some() };
        let sealed = long.seal(&Secret::random(), &Identity::random().recipient());
        assert_eq!(sealed, Err(InvitationError::TooLarge));
    }

    #[test]
    fn another_link_or_other_limits_of_the_server_are_refused() {
        let invitation = some();
        assert_eq!(invitation.check(invitation.link, &invitation.limits), Ok(()));
        let other = invitation.check(LinkId([4; 16]), &invitation.limits);
        assert_eq!(other, Err(InvitationError::OtherLink));
        let limits = Limits { retention: Span(1), ..invitation.limits };
        assert_eq!(invitation.check(invitation.link, &limits), Err(InvitationError::LimitsDiffer));
    }
}
