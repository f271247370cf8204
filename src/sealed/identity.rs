//! Identities and recipients: the two halves of an age X25519 key, in age's own words and text.
//!
//! Both have exactly one text: an identity is upper case, a recipient lower case.

use bech32::{Bech32, Hrp};
use std::fmt;
use std::str::FromStr;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const IDENTITY: Hrp = Hrp::parse_unchecked("age-secret-key-");
const RECIPIENT: Hrp = Hrp::parse_unchecked("age");

/// Text that is not an identity or recipient, or a pair that shares no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("not an age identity")]
    Identity,
    #[error("not an age X25519 recipient in lower case")]
    Recipient,
    #[error("not an age identity file with one identity")]
    File,
    #[error("the shared secret is zero")]
    ZeroSecret,
}

/// The private half. Zeroed on drop, never shown.
#[derive(Clone)]
pub struct Identity(StaticSecret);

impl Identity {
    /// A fresh identity.
    #[must_use]
    pub fn random() -> Self {
        Self::from_scalar(&Zeroizing::new(rand::random()))
    }

    /// Of a raw X25519 scalar.
    #[must_use]
    pub fn from_scalar(scalar: &[u8; 32]) -> Self {
        Self(StaticSecret::from(*scalar))
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// [`IdentityError::Identity`], also for lower case.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(IdentityError::Identity);
        }
        let scalar = unbech(text, IDENTITY).ok_or(IdentityError::Identity)?;
        Ok(Self::from_scalar(&scalar))
    }

    /// Reads an age identity file with exactly one identity; comments and empty lines are allowed.
    ///
    /// # Errors
    /// [`IdentityError::File`]
    pub fn parse_file(file: &[u8]) -> Result<Self, IdentityError> {
        let text = std::str::from_utf8(file).map_err(|_| IdentityError::File)?;
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        match (lines.next(), lines.next()) {
            (Some(line), None) => Self::parse(line).map_err(|_| IdentityError::File),
            _ => Err(IdentityError::File),
        }
    }

    /// The text form, for the one place that seals or prints it.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let lower = Zeroizing::new(bech(IDENTITY, self.scalar()));
        Zeroizing::new(lower.to_ascii_uppercase())
    }

    /// The raw scalar, from which other keys are derived.
    #[must_use]
    pub fn scalar(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&self.0).to_bytes())
    }

    /// X25519 of this identity and another's recipient.
    ///
    /// # Errors
    /// [`IdentityError::ZeroSecret`]
    pub fn shared_with(&self, other: &Recipient) -> Result<Zeroizing<[u8; 32]>, IdentityError> {
        let shared = self.0.diffie_hellman(&PublicKey::from(other.0));
        if shared.was_contributory() {
            Ok(Zeroizing::new(shared.to_bytes()))
        } else {
            Err(IdentityError::ZeroSecret)
        }
    }
}

/// The public half, `age1…`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

impl Recipient {
    /// The raw public key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Recipient {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(IdentityError::Recipient);
        }
        unbech(text, RECIPIENT).map(|bytes| Self(*bytes)).ok_or(IdentityError::Recipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech(RECIPIENT, &self.0))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl serde::Serialize for Recipient {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Recipient {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn bech(hrp: Hrp, bytes: &[u8; 32]) -> String {
    bech32::encode::<Bech32>(hrp, bytes).expect("32 bytes fit bech32")
}

fn unbech(text: &str, hrp: Hrp) -> Option<Zeroizing<[u8; 32]>> {
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32>(text).ok()?;
    let bytes = Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>());
    // A text has one spelling: whatever decodes must encode to itself.
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.as_slice().try_into().ok()?);
    let again = Zeroizing::new(bech(hrp, &bytes));
    (checked.hrp() == hrp && again.eq_ignore_ascii_case(text)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test key of the age specification (CCTV, x25519).
    const SECRET: &str = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
    const PUBLIC: &str = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef";

    #[test]
    fn an_identity_has_its_recipient() {
        let identity = Identity::parse(SECRET).unwrap();
        assert_eq!(identity.reveal().as_str(), SECRET);
        assert_eq!(identity.recipient().to_string(), PUBLIC);
        assert_eq!(PUBLIC.parse(), Ok(identity.recipient()));
    }

    #[test]
    fn another_case_checksum_or_kind_is_refused() {
        assert!(Identity::parse(&SECRET.to_lowercase()).is_err());
        assert!(Identity::parse(PUBLIC).is_err());
        let changed = format!("{}x", &PUBLIC[..PUBLIC.len() - 1]);
        for bad in
            [PUBLIC.to_uppercase(), changed, SECRET.to_lowercase(), format!("{PUBLIC} "), String::new()]
        {
            assert_eq!(bad.parse::<Recipient>(), Err(IdentityError::Recipient), "{bad}");
        }
    }

    #[test]
    fn an_identity_file_has_one_identity() {
        let file = format!("# made today\n\n{SECRET}\n");
        assert_eq!(Identity::parse_file(file.as_bytes()).unwrap().recipient().to_string(), PUBLIC);
        for bad in [String::new(), format!("{SECRET}\n{SECRET}\n"), format!("{SECRET}\nmore\n")] {
            assert!(Identity::parse_file(bad.as_bytes()).is_err());
        }
    }

    #[test]
    fn two_identities_share_a_secret_and_a_low_order_recipient_is_refused() {
        let (a, b) = (Identity::random(), Identity::random());
        assert_eq!(*a.shared_with(&b.recipient()).unwrap(), *b.shared_with(&a.recipient()).unwrap());
        assert_eq!(a.shared_with(&Recipient([0; 32])), Err(IdentityError::ZeroSecret));
    }
}
