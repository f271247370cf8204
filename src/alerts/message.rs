//! What is told: fixed words and the desk's address. Never a label, a name, a file or an answer: none
//! of them comes into this module, and all of them are sealed anyway.

use crate::bytes;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Arrived,
    Unsaved,
    Unused,
    Test,
}

impl Kind {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Unsaved => "unsaved",
            Self::Unused => "unused",
            Self::Test => "test",
        }
    }

    /// The byte in keys of the queue.
    #[must_use]
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Arrived => 1,
            Self::Unsaved => 2,
            Self::Unused => 3,
            Self::Test => 4,
        }
    }
}

/// One message, the same bytes each time it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Stays the same when it is tried again, so that a receiver can tell.
    pub id: [u8; 16],
    pub kind: Kind,
    /// When there was something to tell.
    pub at: Time,
    /// Address of the desk.
    pub desk: String,
}

/// What a webhook is sent.
#[derive(Serialize)]
struct Body<'a> {
    id: String,
    kind: &'static str,
    at: Time,
    text: &'static str,
    desk: &'a str,
}

impl Message {
    /// Subject or title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self.kind {
            Kind::Arrived => "Something arrived",
            Kind::Unsaved => "Not saved, and soon gone",
            Kind::Unused => "A link was not used",
            Kind::Test => "A test from Dewdrop",
        }
    }

    /// One sentence.
    #[must_use]
    pub fn text(&self) -> &'static str {
        match self.kind {
            Kind::Arrived => "Something arrived at your desk.",
            Kind::Unsaved => "Something at your desk is not saved yet and will be erased within 24 hours.",
            Kind::Unused => "A link that you made has not been used for 3 days.",
            Kind::Test => "This is a test. Alerts reach you here.",
        }
    }

    /// The sentence and the desk, a paragraph each.
    #[must_use]
    pub fn paragraphs(&self) -> String {
        format!("{}\n\n{}", self.text(), self.desk)
    }

    /// The id as text.
    #[must_use]
    pub fn id(&self) -> String {
        bytes::encode(&self.id)
    }

    /// The JSON of a webhook.
    #[must_use]
    pub fn json(&self) -> String {
        let body =
            Body { id: self.id(), kind: self.kind.word(), at: self.at, text: self.text(), desk: &self.desk };
        serde_json::to_string(&body).expect("a message is plain data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_a_webhooks_body_is_fixed() {
        let desk = "https://drop.example.org/desk/".to_owned();
        let message = Message { id: [7; 16], kind: Kind::Unsaved, at: Time(1_800_000_000), desk };
        assert_eq!(
            message.json(),
            r#"{"id":"BwcHBwcHBwcHBwcHBwcHBw","kind":"unsaved","at":1800000000,"text":"Something at your desk is not saved yet and will be erased within 24 hours.","desk":"https://drop.example.org/desk/"}"#
        );
    }
}
