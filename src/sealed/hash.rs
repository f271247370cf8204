//! SHA-256, HMAC and HKDF as every format here uses them: 32 bytes out, empty salt, ASCII info.

use crate::bytes;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// 32 bytes of SHA-256 or HMAC-SHA-256, compared in constant time.
#[derive(Clone, Copy)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// H of section 1.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// HMAC-SHA-256 over the parts joined.
    #[must_use]
    pub fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Self {
        let mut mac =
            <Hmac<Sha256> as hmac::Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(part);
        }
        Self(mac.finalize().into_bytes().into())
    }
}

/// HKDF(key, info) of section 1.
#[must_use]
pub fn derive(key: &[u8], info: &str) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key).expand(info.as_bytes(), &mut *out).expect("HKDF gives 32 bytes");
    out
}

impl PartialEq for Hash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Hash {}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bytes::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        bytes::decode_array(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_come_out() {
        // FIPS 180-2, "abc"; RFC 5869 test case 3, the first 32 of its 42 bytes.
        assert_eq!(Hash::of(b"abc").to_string(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(bytes::encode(&*derive(&[0x0b; 22], "")), "jaTndaVjwY9xX4AqBjxaMbihH1xe4Yeew0VOXzxzjS0");
    }

    #[test]
    fn parts_are_joined_before_they_are_hashed() {
        let key = [7; 32];
        assert_eq!(Hash::keyed(&key, &[b"ab", b"", b"c"]), Hash::keyed(&key, &[b"abc"]));
        assert_ne!(Hash::keyed(&key, &[b"abc"]), Hash::keyed(&[8; 32], &[b"abc"]));
    }
}
