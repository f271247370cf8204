//! A form: what a template asks, as a file that can be carried from one desk to another, or given to
//! `dewdrop link --template`. Its JSON Schema is `docs/form.schema.json`.

use super::json::{self, JsonError};
use super::question::{KINDS, Question, are_well_formed, is_wish};
use crate::time::Span;

/// The most bytes of a file. An invitation has room for a quarter of it; files are written with more space.
pub const MOST: usize = 256 * 1024;
const MOST_QUESTIONS: usize = 60;
const MOST_CHOICES: usize = 200;
const RETENTION: (u64, u64) = (3600, 7 * 24 * 3600);
const OPEN_FOR: (u64, u64) = (3600, 30 * 24 * 3600);

/// A form that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("the form is longer than 256 KiB")]
    TooLarge,
    #[error("this is not JSON, or a field stands twice in it")]
    Json,
    #[error("the form is of a newer version, or asks in a way that is not known here")]
    Newer,
    #[error("the form is malformed; docs/form.schema.json says what it may hold")]
    Malformed,
}

/// All but the questions may be left out.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Form {
    /// 1
    #[serde(default = "one")]
    pub v: u8,
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub greeting: String,
    #[serde(default)]
    pub instructions: String,
    pub questions: Vec<Question>,
    #[serde(default)]
    pub notice: String,
    /// How long the film should be at most: a wish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u32>,
    /// How long what was sent is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Span>,
    /// How long a link stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_for: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
}

fn one() -> u8 {
    1
}

impl Form {
    /// Asks nothing.
    #[must_use]
    pub fn empty() -> Self {
        let (id, name, greeting) = (String::new(), String::new(), String::new());
        let (instructions, questions, notice) = (String::new(), Vec::new(), String::new());
        let (max_seconds, retention, open_for, uses) = (None, None, None, None);
        Self {
            v: 1,
            id,
            name,
            greeting,
            instructions,
            questions,
            notice,
            max_seconds,
            retention,
            open_for,
            uses,
        }
    }

    /// Reads a form.
    ///
    /// # Errors
    /// [`FormError`]
    pub fn read(file: &[u8]) -> Result<Self, FormError> {
        if file.len() > MOST {
            return Err(FormError::TooLarge);
        }
        let loose: serde_json::Map<String, serde_json::Value> =
            json::read(file).map_err(|_| FormError::Json)?;
        if is_newer(&loose) {
            return Err(FormError::Newer);
        }
        let form: Self = json::read(file).map_err(|error| match error {
            JsonError::Malformed => FormError::Json,
            JsonError::Version | JsonError::Field => FormError::Malformed,
        })?;
        if form.is_well_formed() { Ok(form) } else { Err(FormError::Malformed) }
    }

    fn is_well_formed(&self) -> bool {
        let id = self.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let within = |span: Option<Span>, (least, most)| span.is_none_or(|s| (least..=most).contains(&s.0));
        id && self.id.len() <= 32
            && self.questions.len() <= MOST_QUESTIONS
            && self.questions.iter().all(|question| question.choices.len() <= MOST_CHOICES)
            && are_well_formed(&self.questions)
            && is_wish(self.max_seconds)
            && within(self.retention, RETENTION)
            && within(self.open_for, OPEN_FOR)
            && self.uses.is_none_or(|uses| (1..=100).contains(&uses))
    }
}

/// Another version, or a kind that a later one may know.
fn is_newer(form: &serde_json::Map<String, serde_json::Value>) -> bool {
    let questions = form.get("questions").and_then(serde_json::Value::as_array);
    let kinds = questions.into_iter().flatten().filter_map(|question| question.get("kind")?.as_str());
    form.get("v").is_some_and(|v| *v != 1) || kinds.into_iter().any(|kind| !KINDS.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let form = Form::read(br#"{"questions":[],"greeting":"Hello","retention":86400}"#).unwrap();
        assert_eq!((form.v, form.greeting.as_str(), form.retention), (1, "Hello", Some(Span::DAY)));
        assert_eq!(Form::read(&serde_json::to_vec(&form).unwrap()), Ok(form));
    }

    #[test]
    fn each_bad_file_has_its_own_line() {
        for (file, expected) in [
            (vec![b' '; MOST + 1], FormError::TooLarge),
            (vec![b'['; 5000], FormError::Json),
            (b"not a form".to_vec(), FormError::Json),
            (br#"{"v":1,"questions":[],"questions":[]}"#.to_vec(), FormError::Json),
            (br#"{"v":2,"questions":[]}"#.to_vec(), FormError::Newer),
            (br#"{"v":1,"questions":[{"id":"a","kind":"oracle"}]}"#.to_vec(), FormError::Newer),
            (br#"{"v":1}"#.to_vec(), FormError::Malformed),
            (br#"{"v":1,"questions":[{"id":"a","kind":"short"}]}"#.to_vec(), FormError::Malformed),
        ] {
            assert_eq!(Form::read(&file), Err(expected), "{}", String::from_utf8_lossy(&file));
        }
    }
}
