//! Padding of JSON: spaces after it until its length is a power of two of at least 4096, so that
//! the length of what is sealed says little.

use super::json::{self, JsonError};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

const SMALLEST: usize = 4096;

/// Padded JSON is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaddingError {
    #[error("longer than allowed")]
    TooLarge,
    #[error("not padded to a power of two")]
    Length,
    #[error(transparent)]
    Json(#[from] JsonError),
}

/// The padded length of `len` bytes of JSON.
#[must_use]
pub fn padded_len(len: usize) -> usize {
    len.next_power_of_two().max(SMALLEST)
}

/// Writes `value` as padded JSON of at most `most` bytes.
///
/// # Errors
/// [`PaddingError::TooLarge`].
pub fn pad<T: Serialize>(value: &T, most: usize) -> Result<Zeroizing<Vec<u8>>, PaddingError> {
    let mut padded = Zeroizing::new(serde_json::to_vec(value).expect("the formats are JSON"));
    let len = padded_len(padded.len());
    if len > most {
        return Err(PaddingError::TooLarge);
    }
    padded.resize(len, b' ');
    Ok(padded)
}

/// Reads padded JSON whose `v` is 1.
///
/// # Errors
/// [`PaddingError`]
pub fn open<T: DeserializeOwned>(padded: &[u8], most: usize) -> Result<T, PaddingError> {
    if padded.len() > most {
        return Err(PaddingError::TooLarge);
    }
    if padded.len() != padded_len(padded.len()) {
        return Err(PaddingError::Length);
    }
    Ok(json::read_versioned(padded)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn lengths_are_powers_of_two_from_4096() {
        for (len, padded) in [(0, 4096), (2, 4096), (4096, 4096), (4097, 8192), (60_000, 65_536)] {
            assert_eq!(padded_len(len), padded);
        }
    }

    #[test]
    fn what_was_padded_is_read_and_other_lengths_are_refused() {
        let value = json!({"v": 1, "text": "ä"});
        let padded = pad(&value, 65_536).unwrap();
        assert_eq!((padded.len(), padded[padded.len() - 1]), (4096, b' '));
        assert_eq!(open::<Value>(&padded, 65_536), Ok(value.clone()));
        assert_eq!(open::<Value>(&padded[..4095], 65_536), Err(PaddingError::Length));
        assert_eq!(open::<Value>(&padded, 4095), Err(PaddingError::TooLarge));
        assert_eq!(pad(&value, 4095).unwrap_err(), PaddingError::TooLarge);
    }
}
