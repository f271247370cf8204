//! The card: what the trainer keeps about a link, sealed to each reader's vault.
//!
//! Its plaintext is an age identity file, so that `age -d -i` chains from the vault to the card to
//! the files. A tag under a secret that only maker and reader share keeps the server from swapping
//! labels, identities or links. This module writes and checks the plaintext; the age file around it
//! is `client/age.rs`.

use super::hash::{Hash, derive};
use super::identity::{Identity, Recipient};
use super::json;
use super::link::Secret;
use crate::bytes;
use crate::ids::LinkId;
use crate::time::{Span, Time};
use zeroize::Zeroizing;

const FIRST: &str = "# dewdrop card v1";
const MOST_JSON: usize = 16 * 1024;
/// The most bytes a card's plaintext can have.
pub const MOST: usize = MOST_JSON + 512;

/// A card that this reader does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    #[error("the card is malformed")]
    Malformed,
    #[error("the card is longer than allowed")]
    TooLarge,
    #[error("the card was altered")]
    Tag,
    #[error("the card is for another reader")]
    Reader,
    #[error("the card was made by someone unknown")]
    Maker,
    #[error("the card's identity is not that of its link")]
    Recipient,
    #[error("the card belongs to another link")]
    Link,
    #[error("the card's keys share no secret")]
    SharedSecret,
}

/// What the card's second line says.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    pub link: LinkId,
    pub maker: Recipient,
    pub reader: Recipient,
    pub label: String,
    secret: String,
    pub recipient: Recipient,
    pub retention: Span,
    pub uses: u32,
    pub closes_at: Time,
    /// The id of the template that the link was made from.
    pub template: String,
}

impl Drop for Facts {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

/// An accepted card.
#[derive(Clone)]
pub struct Card {
    pub facts: Facts,
    pub secret: Secret,
    pub identity: Identity,
}

/// What a maker decides of a card.
pub struct Draft<'a> {
    pub link: LinkId,
    pub label: &'a str,
    pub secret: &'a Secret,
    pub identity: &'a Identity,
    pub retention: Span,
    pub uses: u32,
    pub closes_at: Time,
    pub template: &'a str,
}

/// Writes the plaintext of a card by `maker` for `reader`.
///
/// # Errors
/// [`CardError::TooLarge`], [`CardError::SharedSecret`].
pub fn write(
    draft: &Draft<'_>,
    maker: &Identity,
    reader: &Recipient,
) -> Result<Zeroizing<String>, CardError> {
    let facts = Facts {
        link: draft.link,
        maker: maker.recipient(),
        reader: *reader,
        label: draft.label.to_owned(),
        secret: bytes::encode(draft.secret.as_bytes()),
        recipient: draft.identity.recipient(),
        retention: draft.retention,
        uses: draft.uses,
        closes_at: draft.closes_at,
        template: draft.template.to_owned(),
    };
    let json = Zeroizing::new(serde_json::to_string(&facts).expect("a card is JSON"));
    if json.len() > MOST_JSON {
        return Err(CardError::TooLarge);
    }
    let mut text = Zeroizing::new(String::with_capacity(MOST));
    for part in [FIRST, "\n# ", &json, "\n", &draft.identity.reveal(), "\n"] {
        text.push_str(part);
    }
    let tag = tag(&text, maker, reader)?;
    text.push_str("# tag ");
    text.push_str(&tag.to_string());
    text.push('\n');
    Ok(text)
}

/// Reads a card's plaintext; `pinned` are other makers that the vault knows.
///
/// # Errors
/// [`CardError`]
pub fn read(text: &[u8], own: &Identity, pinned: &[Recipient]) -> Result<Card, CardError> {
    if text.len() > MOST {
        return Err(CardError::TooLarge);
    }
    let text = std::str::from_utf8(text).map_err(|_| CardError::Malformed)?;
    let lines: Vec<&str> = text.split('\n').collect();
    let [FIRST, second, third, fourth, ""] = lines[..] else { return Err(CardError::Malformed) };
    let line = second.strip_prefix("# ").ok_or(CardError::Malformed)?;
    if line.len() > MOST_JSON {
        return Err(CardError::TooLarge);
    }
    let facts: Facts = json::read(line.as_bytes()).map_err(|_| CardError::Malformed)?;
    let secret = bytes::decode_array(&facts.secret).map_err(|_| CardError::Malformed)?;
    let identity = Identity::parse(third).map_err(|_| CardError::Malformed)?;
    let stated = fourth.strip_prefix("# tag ").ok_or(CardError::Malformed)?;
    let stated = Hash(bytes::decode_array(stated).map_err(|_| CardError::Malformed)?);
    let own_recipient = own.recipient();
    if facts.reader != own_recipient {
        return Err(CardError::Reader);
    }
    if facts.maker != own_recipient && !pinned.contains(&facts.maker) {
        return Err(CardError::Maker);
    }
    let signed = &text[..text.len() - fourth.len() - 1];
    if tag(signed, own, &facts.maker)? != stated {
        return Err(CardError::Tag);
    }
    if identity.recipient() != facts.recipient {
        return Err(CardError::Recipient);
    }
    Ok(Card { facts, secret: Secret::from_bytes(secret), identity })
}

fn tag(signed: &str, own: &Identity, other: &Recipient) -> Result<Hash, CardError> {
    let shared = own.shared_with(other).map_err(|_| CardError::SharedSecret)?;
    Ok(Hash::keyed(&derive(&*shared, "dewdrop/v1/card"), &[signed.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Parts {
        maker: Identity,
        secret: Secret,
        identity: Identity,
    }

    fn parts() -> Parts {
        Parts { maker: Identity::random(), secret: Secret::random(), identity: Identity::random() }
    }

    fn written(parts: &Parts, reader: &Recipient, label: &str) -> Zeroizing<String> {
        let draft = Draft {
            link: LinkId([9; 16]),
            label,
            secret: &parts.secret,
            identity: &parts.identity,
            retention: Span::DAY,
            uses: 1,
            closes_at: Time(1_800_000_000),
            template: "form-check",
        };
        write(&draft, &parts.maker, reader).unwrap()
    }

    fn refusal(text: &str, own: &Identity, pinned: &[Recipient]) -> Option<CardError> {
        read(text.as_bytes(), own, pinned).err()
    }

    #[test]
    fn a_card_is_an_identity_file_and_says_what_the_maker_said() {
        let parts = parts();
        let text = written(&parts, &parts.maker.recipient(), "Jo, knee \"left\"\nsecond line");
        let file = Identity::parse_file(text.as_bytes()).unwrap();
        assert_eq!(file.recipient(), parts.identity.recipient());
        let card = read(text.as_bytes(), &parts.maker, &[]).unwrap();
        assert_eq!(card.facts.label, "Jo, knee \"left\"\nsecond line");
        assert_eq!(card.secret.as_bytes(), parts.secret.as_bytes());
        assert_eq!(card.identity.recipient(), parts.identity.recipient());
    }

    #[test]
    fn another_reader_accepts_it_only_from_a_pinned_maker() {
        let (parts, reader) = (parts(), Identity::random());
        let text = written(&parts, &reader.recipient(), "x");
        assert_eq!(refusal(&text, &reader, &[]), Some(CardError::Maker));
        assert_eq!(refusal(&text, &reader, &[parts.maker.recipient()]), None);
        assert_eq!(refusal(&text, &Identity::random(), &[parts.maker.recipient()]), Some(CardError::Reader));
    }

    #[test]
    fn a_swapped_label_or_identity_is_refused() {
        let parts = parts();
        let text = written(&parts, &parts.maker.recipient(), "Jo");
        let label = text.replace("\"label\":\"Jo\"", "\"label\":\"Al\"");
        assert_eq!(refusal(&label, &parts.maker, &[]), Some(CardError::Tag));
        let swapped = text.replace(parts.identity.reveal().as_str(), &Identity::random().reveal());
        assert_eq!(refusal(&swapped, &parts.maker, &[]), Some(CardError::Tag));
    }

    #[test]
    fn an_identity_that_is_not_the_links_is_refused_even_with_a_tag() {
        let parts = parts();
        let own = parts.maker.recipient();
        let text = written(&parts, &own, "Jo");
        let body = text.split("# tag").next().unwrap();
        let body = body.replace(parts.identity.reveal().as_str(), &Identity::random().reveal());
        let forged = format!("{body}# tag {}\n", tag(&body, &parts.maker, &own).unwrap());
        assert_eq!(refusal(&forged, &parts.maker, &[]), Some(CardError::Recipient));
    }

    #[test]
    fn other_lines_are_malformed() {
        let parts = parts();
        let text = written(&parts, &parts.maker.recipient(), "Jo");
        for bad in [
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("{}\n", *text),
            format!("# more\n{}", *text),
            text.replace("card v1", "card v2"),
            text.replace("\"label\"", "\"label\":\"\",\"label\""),
            String::new(),
        ] {
            assert_eq!(refusal(&bad, &parts.maker, &[]), Some(CardError::Malformed), "{bad}");
        }
        let draft_label = "x".repeat(MOST_JSON);
        let draft = Draft {
            link: LinkId([9; 16]),
            label: &draft_label,
            secret: &parts.secret,
            identity: &parts.identity,
            retention: Span::DAY,
            uses: 1,
            closes_at: Time(1),
            template: "",
        };
        let too_large = write(&draft, &parts.maker, &parts.maker.recipient()).err();
        assert_eq!(too_large, Some(CardError::TooLarge));
    }
}
