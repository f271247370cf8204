//! One question of an invitation or a form, and what makes it well-formed.
//!
//! Fields that are not known are ignored, a kind that is not known is not: a question that can not be
//! asked must not be skipped unseen. `show_if` is kept free for questions that depend on others.

use std::collections::HashSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    Short,
    Long,
    YesNo,
    /// One of `choices`.
    Choice,
    /// Several of `choices`.
    Choices,
    Number,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A whole number from 1 to 10.
    Scale,
    /// A heading, with nothing to answer.
    Section,
    /// One file; `question` of the manifest's file names it.
    File,
}

/// Every kind as it is written.
pub const KINDS: [&str; 10] =
    ["short", "long", "yes-no", "choice", "choices", "number", "date", "scale", "section", "file"];

/// What a file question asks for; a hint for the phone's picker, not a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    Video,
    Picture,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Choice {
    pub id: String,
    pub text: String,
}

/// The optional fields belong to one kind each and mean nothing for the others.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// `[a-z0-9-]{1,32}`
    pub id: String,
    pub kind: QuestionKind,
    pub text: String,
    pub help: String,
    pub required: bool,
    pub choices: Vec<Choice>,
    /// Of a number: the least and the most it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<serde_json::Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<serde_json::Number>,
    /// Of a number: what stands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Of a scale: what 1 and 10 mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Takes>,
    /// Of a file that is a video: how long it should be at most. A wish, see [`is_wish`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u32>,
}

impl Question {
    /// Whether something is to be answered, or a file to be given.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.kind != QuestionKind::Section
    }

    /// The words of one of its choices.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<&str> {
        self.choices.iter().find(|choice| choice.id == id).map(|choice| choice.text.as_str())
    }
}

/// The longest that a film can be asked to be.
const MOST_SECONDS: u32 = 24 * 3600;

/// Whether a film may be asked to be at most so long. The sender is told, and may send a longer one.
#[must_use]
pub fn is_wish(max_seconds: Option<u32>) -> bool {
    max_seconds.is_none_or(|seconds| (1..=MOST_SECONDS).contains(&seconds))
}

/// Whether ids are well-formed and none is there twice, only a choice has choices, a section is not
/// required, a number's least is not above its most and a film may be asked to be that long. Forms and invitations are checked by this.
#[must_use]
pub fn are_well_formed(questions: &[Question]) -> bool {
    names(questions.iter().map(|q| &q.id)) && questions.iter().all(is_well_formed)
}

fn is_well_formed(question: &Question) -> bool {
    let chooses = matches!(question.kind, QuestionKind::Choice | QuestionKind::Choices);
    let ends = (question.min.as_ref().and_then(to_f64), question.max.as_ref().and_then(to_f64));
    chooses != question.choices.is_empty()
        && names(question.choices.iter().map(|choice| &choice.id))
        && (question.asks() || !question.required)
        && !matches!(ends, (Some(min), Some(max)) if min > max)
        && is_wish(question.max_seconds)
}

fn to_f64(number: &serde_json::Number) -> Option<f64> {
    number.as_f64()
}

fn names<'a>(ids: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = HashSet::new();
    ids.into_iter().all(|id| {
        (1..=32).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && seen.insert(id)
    })
}
