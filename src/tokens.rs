//! Bearers, and the hashes that the server keeps of them.
//!
//! A [`Bearer`] never appears in a log: it has no `Debug` or `Display` of its content and is
//! zeroed on drop. [`AuthHash`] compares in constant time.

use crate::bytes;
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 32 secret bytes that prove a right: link-auth, receipt-auth, a session, a set-up token.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Bearer([u8; 32]);

impl Bearer {
    /// A fresh random bearer.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Wraps bytes that were derived elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the text form, base64url.
    ///
    /// # Errors
    /// [`bytes::Malformed`] when it is not exactly 32 bytes.
    pub fn parse(text: &str) -> Result<Self, bytes::Malformed> {
        bytes::decode_array(text).map(Self)
    }

    /// The text form, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> String {
        bytes::encode(&self.0)
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the server keeps: SHA-256 of the raw bytes.
    #[must_use]
    pub fn hash(&self) -> AuthHash {
        AuthHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

/// SHA-256 of a bearer: `auth_hash`, `receipt_hash`, `sign_in_hash`, `recovery_hash`.
#[derive(Clone, Copy)]
pub struct AuthHash(pub [u8; 32]);

impl PartialEq for AuthHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for AuthHash {}

impl fmt::Debug for AuthHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthHash(..)")
    }
}

impl serde::Serialize for AuthHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&bytes::encode(&self.0))
    }
}

impl<'de> serde::Deserialize<'de> for AuthHash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        bytes::decode_array(&text).map(Self).map_err(serde::de::Error::custom)
    }
}
