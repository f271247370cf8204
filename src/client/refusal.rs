//! What a server refuses, in one line for people.

use super::file_name::in_line;
use crate::time::Time;
use std::fmt;

/// A problem document as a client reads it; what it does not know it shows as the server wrote it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Refusal {
    /// A bare kebab-case word.
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub status: u16,
    pub detail: Option<String>,
    pub at: Option<Time>,
}

impl Refusal {
    /// Of an answer that is no problem document.
    #[must_use]
    pub fn bare(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    fn words(&self) -> Option<&'static str> {
        Some(match self.kind.as_str() {
            "not-available" => "there is nothing here: it never was, or it is gone",
            "link-spent" => "this link was already used; ask for a new one",
            "link-closed" => "this link was closed; ask for a new one",
            "link-expired" => "this link has expired; ask for a new one",
            "link-erased" => "this link is gone; ask for a new one",
            "link-busy" => "too much is being sent through this link right now; try again in a few minutes",
            "too-large" => "this is more than the link or the server takes",
            "disk-full" => "the server has no room for this",
            "already-received" => "this was already received",
            "erased" => "this was erased",
            "sign-in-refused" => "name and passphrase do not fit",
            "setup-refused" => "this set-up address is not valid, or was already used",
            "review-too-large" => "a reply has at most 32 MiB",
            "too-many-tries" => "too many tries; wait a little",
            "unlocked-elsewhere" => "the vault was changed elsewhere; sign in again",
            "internal" => "the server failed; its log says why",
            _ => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.words(), self.title.as_str()) {
            (Some(words), _) => f.write_str(words)?,
            (None, "") => return write!(f, "the server answered {}", self.status),
            (None, title) => write!(f, "the server refused: {}", in_line(title))?,
        }
        match &self.detail {
            Some(detail) => write!(f, " ({})", in_line(detail)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_that_says_what_to_do() {
        let known: Refusal =
            serde_json::from_str(r#"{"type":"link-spent","title":"x","status":410,"state":"spent","at":5}"#)
                .unwrap();
        assert_eq!(known.to_string(), "this link was already used; ask for a new one");
        let unknown = Refusal { kind: "new".into(), title: "No such thing".into(), ..Refusal::bare(400) };
        assert_eq!(unknown.to_string(), "the server refused: No such thing");
        let hostile = Refusal { title: "\u{1b}]0;x\u{7}a\u{202e}b\nc".into(), ..Refusal::bare(404) };
        assert_eq!(hostile.to_string(), "the server refused:  ]0;x ab c");
        assert_eq!(Refusal::bare(502).to_string(), "the server answered 502");
    }
}
