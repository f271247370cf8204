//! The link, `https://HOST/u#SECRET.FINGERPRINT`, and the receipt, `https://HOST/r#RECEIPT.FINGERPRINT`.
//!
//! What mail gateways, messengers and people do to a link on its way is repaired where nothing is
//! lost, and refused with a reason otherwise. Secrets are zeroed on drop and never shown.

use super::hash::{Hash, derive};
use super::identity::{Identity, Recipient};
use crate::bytes;
use crate::tokens::Bearer;
use std::borrow::Cow;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A link that can not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("there is no link in this text")]
    Missing,
    #[error("the link names no host")]
    Host,
    #[error("the link is cut off: characters are missing at its end")]
    CutOff,
    #[error("the link is damaged")]
    Malformed,
    #[error("the server named another recipient than the link: nothing was sent")]
    WrongFingerprint,
}

/// SECRET of a link: 16 random bytes, made where the link is made.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 16]);

impl Secret {
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The sender's bearer, of which the server keeps the hash.
    #[must_use]
    pub fn link_auth(&self) -> Bearer {
        Bearer::from_bytes(*derive(&self.0, "dewdrop/v1/link-auth"))
    }

    /// Opens the invitation.
    #[must_use]
    pub fn link_page(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, "dewdrop/v1/link-page")
    }

    /// Makes proofs.
    #[must_use]
    pub fn link_sender(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, "dewdrop/v1/link-sender")
    }
}

/// RECEIPT of a submission: 16 random bytes, made by the sender.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ReceiptSecret([u8; 16]);

impl ReceiptSecret {
    /// One whose reply recipient every browser takes: WebKitGTK imports none that begins with a zero byte.
    #[must_use]
    pub fn random() -> Self {
        loop {
            let secret = Self(rand::random());
            if secret.reply_identity().recipient().as_bytes()[0] != 0 {
                return secret;
            }
        }
    }

    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bearer for everything of one submission.
    #[must_use]
    pub fn receipt_auth(&self) -> Bearer {
        Bearer::from_bytes(*derive(&self.0, "dewdrop/v1/receipt-auth"))
    }

    /// Opens the reply; the manifest names its recipient.
    #[must_use]
    pub fn reply_identity(&self) -> Identity {
        Identity::from_scalar(&derive(&self.0, "dewdrop/v1/reply"))
    }
}

/// First 16 bytes of H of a recipient's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    #[must_use]
    pub fn of(recipient: &Recipient) -> Self {
        let hash = Hash::of(recipient.to_string().as_bytes()).0;
        Self(hash[..16].try_into().expect("16 of 32 bytes"))
    }

    /// To be called before anything else is done with a recipient that a server named.
    ///
    /// # Errors
    /// [`LinkError::WrongFingerprint`]
    pub fn check(&self, recipient: &Recipient) -> Result<(), LinkError> {
        if self.0.ct_eq(&Self::of(recipient).0).into() { Ok(()) } else { Err(LinkError::WrongFingerprint) }
    }
}

/// A link as it is given to a sender.
#[derive(Clone)]
pub struct Link {
    /// Scheme and host, without a slash at the end.
    pub origin: String,
    pub secret: Secret,
    pub fingerprint: Fingerprint,
}

impl Link {
    /// The text of the link: a secret.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        written(&self.origin, "u", &self.secret.0, &self.fingerprint)
    }

    /// Reads a whole link, with `%23` for `#`, punctuation around it, parameters behind it, or twice.
    ///
    /// # Errors
    /// [`LinkError`]
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let (secret, fingerprint) = parts(text)?;
        let text = Zeroizing::new(decoded(&decoded(text)).into_owned());
        let (address, _) = text.split_once('#').ok_or(LinkError::Host)?;
        let start = address.find("http").ok_or(LinkError::Host)?;
        let (scheme, rest) = address[start..].split_once("://").ok_or(LinkError::Host)?;
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        if !matches!(scheme, "http" | "https") || host.is_empty() {
            return Err(LinkError::Host);
        }
        Ok(Self { origin: format!("{scheme}://{host}"), secret, fingerprint })
    }
}

/// Reads what follows the `#` of a link, out of a whole link or alone.
///
/// # Errors
/// [`LinkError`]
pub fn parts(text: &str) -> Result<(Secret, Fingerprint), LinkError> {
    let text = Zeroizing::new(decoded(&decoded(text.trim())).into_owned());
    let fragments = text.split_once('#').map_or(text.as_str(), |(_, after)| after);
    let mut read = fragments
        .split('#')
        .map(|part| trimmed(part.split("http").next().unwrap_or_default()))
        .filter(|part| !part.is_empty())
        .map(fragment);
    let (secret, fingerprint) = read.next().ok_or(LinkError::Missing)??;
    for other in read {
        let other = other?;
        if !bool::from(other.0.ct_eq(&*secret)) || other.1 != fingerprint {
            return Err(LinkError::Malformed);
        }
    }
    Ok((Secret(*secret), Fingerprint(fingerprint)))
}

/// The receipt as it is given back to a sender: a secret.
#[must_use]
pub fn receipt(origin: &str, secret: &ReceiptSecret, fingerprint: &Fingerprint) -> Zeroizing<String> {
    written(origin, "r", &secret.0, fingerprint)
}

fn written(origin: &str, page: &str, secret: &[u8; 16], fingerprint: &Fingerprint) -> Zeroizing<String> {
    let secret = Zeroizing::new(bytes::encode(secret));
    Zeroizing::new(format!("{origin}/{page}#{}.{}", *secret, bytes::encode(&fingerprint.0)))
}

/// Undoes `%23`, `%2E` and the like; gateways encode once or, wrapping each other, twice.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_graphic() || byte == b' ' => {
                out.push(char::from(byte));
                rest = &after[2..];
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Without the characters that surround a link in a sentence or a mail; none of them is of base64url.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || "<(\"'“‘«".contains(c))
        .trim_end_matches(|c: char| c.is_whitespace() || ">)]}\"'”’»,;:!?….".contains(c))
}

fn fragment(text: &str) -> Result<(Zeroizing<[u8; 16]>, [u8; 16]), LinkError> {
    let bare =
        trimmed(text.split(|c: char| c.is_whitespace() || c == '?' || c == '&').next().unwrap_or_default());
    if !bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)) {
        return Err(LinkError::Malformed);
    }
    let mut parts = bare.split('.');
    let secret = parts.next().unwrap_or_default();
    let fingerprint = parts.next();
    if parts.next().is_some() || secret.len() > 22 {
        return Err(LinkError::Malformed);
    }
    let fingerprint = fingerprint.ok_or(LinkError::CutOff)?;
    if secret.len() < 22 {
        return Err(LinkError::Malformed);
    }
    if fingerprint.len() < 22 {
        return Err(LinkError::CutOff);
    }
    let secret = bytes::decode_array(secret).map_err(|_| LinkError::Malformed)?;
    let fingerprint = bytes::decode_array(fingerprint).map_err(|_| LinkError::Malformed)?;
    Ok((Zeroizing::new(secret), fingerprint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::identity::Identity;
    use proptest::prelude::*;

    const LINK: &str = "https://drop.example/u#AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw";

    fn reason(text: &str) -> Option<LinkError> {
        Link::parse(text).err()
    }

    #[test]
    fn a_link_is_read_as_it_was_made_and_as_it_arrives() {
        let bare = LINK.replace("https://", "");
        for text in [
            LINK.to_owned(),
            LINK.replace('#', "%23"),
            LINK.replace('#', "%2523"),
            LINK.replace("w.E", "w%2EE"),
            format!("<{LINK}>"),
            format!("{LINK}."),
            format!("({LINK}),"),
            format!("“{LINK}”"),
            format!("\n  {LINK}\t"),
            format!("{LINK}?utm_source=mail"),
            format!("{LINK}{LINK}"),
            format!("{LINK} {LINK}"),
        ] {
            let link = Link::parse(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(link.reveal().as_str(), LINK, "{text}");
        }
        assert_eq!(reason(&bare), Some(LinkError::Host));
    }

    #[test]
    fn a_damaged_link_is_refused_with_the_reason() {
        let other = LINK.replace("AAEC", "AAED");
        for (text, expected) in [
            ("", LinkError::Missing),
            ("https://drop.example/u#", LinkError::Missing),
            ("https://drop.example/u", LinkError::Missing),
            (&LINK[..LINK.len() - 23], LinkError::CutOff),
            (&LINK[..LINK.len() - 1], LinkError::CutOff),
            (&LINK.replace("#A", "#"), LinkError::Malformed),
            (&LINK.replace("#A", "#ä"), LinkError::Malformed),
            (&format!("{LINK}a"), LinkError::Malformed),
            (&format!("{LINK}.abc"), LinkError::Malformed),
            (&format!("{LINK} {other}"), LinkError::Malformed),
            (&LINK.replace("HB0eHw", "HB0eHx"), LinkError::Malformed),
            (&LINK.replace("https", "ftp"), LinkError::Host),
        ] {
            assert_eq!(reason(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn another_recipient_than_the_links_is_refused() {
        let (mine, other) = (Identity::random().recipient(), Identity::random().recipient());
        let fingerprint = Fingerprint::of(&mine);
        assert_eq!(fingerprint.check(&mine), Ok(()));
        assert_eq!(fingerprint.check(&other), Err(LinkError::WrongFingerprint));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), more in "[%#h/.u:a-zA-Z0-9_-]{0,80}") {
            let _ = Link::parse(&text);
            let _ = Link::parse(&format!("https://x/u#{more}"));
            let _ = Link::parse(&format!("https://x/u%{text}#{more}"));
        }

        #[test]
        fn any_secret_survives(secret: [u8; 16], fingerprint: [u8; 16]) {
            let link = Link {
                origin: "http://127.0.0.1:8080".to_owned(),
                secret: Secret(secret),
                fingerprint: Fingerprint(fingerprint),
            };
            let read = Link::parse(&link.reveal()).unwrap();
            prop_assert_eq!(read.reveal(), link.reveal());
        }
    }
}
