//! JSON of the formats: UTF-8, one object, `v` is 1, no field twice at any depth. Fields that are
//! not known are ignored.

use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// The bytes are not JSON as section 1 wants it. Says nothing of what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("malformed JSON, or a field twice")]
    Malformed,
    #[error("a version that is not known here")]
    Version,
    #[error("a field is missing or has another shape")]
    Field,
}

/// Reads an object without a version of its own.
///
/// # Errors
/// [`JsonError::Malformed`] also when a name stands twice in any object; [`JsonError::Field`].
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    if json.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        return Err(JsonError::Malformed);
    }
    serde_json::from_slice::<NothingTwice>(json).map_err(|_| JsonError::Malformed)?;
    serde_json::from_slice(json).map_err(|_| JsonError::Field)
}

/// Reads an object of the formats: `v` must be 1.
///
/// # Errors
/// As [`read`], and [`JsonError::Version`].
pub fn read_versioned<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    #[derive(serde::Deserialize)]
    struct Version {
        v: Option<serde_json::Value>,
    }
    let version: Version = read(json)?;
    if version.v != Some(serde_json::Value::from(1)) {
        return Err(JsonError::Version);
    }
    serde_json::from_slice(json).map_err(|_| JsonError::Field)
}

/// Walks any JSON and keeps nothing of it.
struct NothingTwice;

impl<'de> serde::Deserialize<'de> for NothingTwice {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Walk).map(|()| Self)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without a field twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<NothingTwice>()?;
            if !names.insert(name) {
                return Err(A::Error::custom("a field twice"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<NothingTwice>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Small {
        a: u64,
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(read_versioned(br#"{"v":1,"a":2,"later":{"x":[1,"y",null]}}"#), Ok(Small { a: 2 }));
    }

    #[test]
    fn a_field_twice_is_refused_at_any_depth_known_or_not() {
        for json in [
            r#"{"v":1,"a":1,"a":1}"#,
            r#"{"v":1,"a":1,"z":0,"z":0}"#,
            r#"{"v":1,"a":1,"z":[{"y":0,"y":0}]}"#,
            r#"{"v":1,"a":1,"\u0061":1}"#,
        ] {
            assert_eq!(read_versioned::<Small>(json.as_bytes()), Err(JsonError::Malformed), "{json}");
        }
    }

    #[test]
    fn another_version_is_refused() {
        for json in [r#"{"v":2,"a":1}"#, r#"{"a":1}"#, r#"{"v":"1","a":1}"#, r#"{"v":null,"a":1}"#] {
            assert_eq!(read_versioned::<Small>(json.as_bytes()), Err(JsonError::Version), "{json}");
        }
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        for json in ["", "[1]", "null", "{} {}", "{\"a\":1", "[{\"v\":1,\"a\":1}]", "[1,1]"] {
            assert_eq!(read::<Small>(json.as_bytes()), Err(JsonError::Malformed), "{json}");
        }
        assert_eq!(read::<Small>(b"{\"a\":\"\xff\"}"), Err(JsonError::Malformed));
        assert_eq!(read::<Small>(br#"{"a":-1}"#), Err(JsonError::Field));
    }
}
