//! The sign-in name.

use std::str::FromStr;

/// Lower case, `[a-z0-9._@-]{3,64}`; not the display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// The name is not a sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sign-in name has 3 to 64 letters a-z, digits or . _ @ -")]
pub struct NotAName;

impl Name {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let lower = text.to_ascii_lowercase();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b);
        if (3..=64).contains(&lower.len()) && lower.bytes().all(fits) {
            Ok(Self(lower))
        } else {
            Err(NotAName)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_lower_cased_and_kept_plain() {
        assert_eq!("Anna@Studio-7.example".parse::<Name>().unwrap().as_str(), "anna@studio-7.example");
        for bad in ["", "ab", "a b c", "änna", "a/b/c", &"x".repeat(65)] {
            assert_eq!(bad.parse::<Name>(), Err(NotAName), "{bad}");
        }
    }
}
