//! Byte strings as text: base64url without padding, in exactly one spelling.
//!
//! Non-zero spare bits, padding, white space and the standard alphabet are refused, so that a
//! value has one text and texts can be compared.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The text is not base64url of the expected length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not base64url without padding, or of the wrong length")]
pub struct Malformed;

/// Writes `bytes` as base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding.
///
/// # Errors
/// [`Malformed`] for any other alphabet, padding or non-zero spare bits.
pub fn decode(text: &str) -> Result<Vec<u8>, Malformed> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Malformed)
}

/// Reads exactly `N` bytes of base64url.
///
/// # Errors
/// [`Malformed`], also when the length differs.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    decode(text)?.try_into().map_err(|_| Malformed)
}

/// Reads the standard alphabet without padding, which only age headers use.
///
/// # Errors
/// As [`decode`].
pub fn decode_standard(text: &str) -> Result<Vec<u8>, Malformed> {
    STANDARD_NO_PAD.decode(text).map_err(|_| Malformed)
}

/// A byte string that is base64url in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Octets(pub Vec<u8>);

impl serde::Serialize for Octets {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&encode(&self.0))
    }
}

impl<'de> serde::Deserialize<'de> for Octets {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        decode(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_text() {
        assert_eq!(encode(&[0xff; 3]), "____");
        assert_eq!(decode_array::<2>("AAE"), Ok([0, 1]));
        for bad in ["AAF", "AAE=", "AA E", "A", "AAAA", "++++", "AAE\n"] {
            assert_eq!(decode_array::<2>(bad), Err(Malformed), "{bad:?}");
        }
    }
}
