//! What a sender answers, and whether it fits the questions of the invitation.

use super::invitation::{Question, QuestionKind};
use std::collections::BTreeMap;

/// From question id to answer; unanswered questions are absent.
pub type Answers = BTreeMap<String, Answer>;

/// Text, the id of a choice, yes or no, or a number.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Answer {
    YesNo(bool),
    Number(serde_json::Number),
    Text(String),
}

/// Answers that do not fit what was asked; each names the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    #[error("the link does not ask `{0}`")]
    NotAsked(String),
    #[error("`{0}` must be answered")]
    Missing(String),
    #[error("the answer to `{0}` must be text")]
    NotText(String),
    #[error("the answer to `{0}` must be true or false")]
    NotYesNo(String),
    #[error("the answer to `{0}` must be a number")]
    NotNumber(String),
    #[error("the answer to `{0}` must be the id of one of its choices")]
    NotChoice(String),
}

/// Checks every answer against its question, and that every required one is there.
///
/// # Errors
/// [`AnswersError`], the first one found.
pub fn check(questions: &[Question], answers: &Answers) -> Result<(), AnswersError> {
    if let Some(id) = answers.keys().find(|id| !questions.iter().any(|q| q.id == **id)) {
        return Err(AnswersError::NotAsked(id.clone()));
    }
    for question in questions {
        let id = || question.id.clone();
        let Some(answer) = answers.get(&question.id) else {
            if question.required {
                return Err(AnswersError::Missing(id()));
            }
            continue;
        };
        match (question.kind, answer) {
            (QuestionKind::Short | QuestionKind::Long, Answer::Text(text)) => {
                if question.required && text.trim().is_empty() {
                    return Err(AnswersError::Missing(id()));
                }
            }
            (QuestionKind::Short | QuestionKind::Long, _) => return Err(AnswersError::NotText(id())),
            (QuestionKind::YesNo, Answer::YesNo(_)) | (QuestionKind::Number, Answer::Number(_)) => {}
            (QuestionKind::YesNo, _) => return Err(AnswersError::NotYesNo(id())),
            (QuestionKind::Number, _) => return Err(AnswersError::NotNumber(id())),
            (QuestionKind::Choice, Answer::Text(chosen))
                if question.choices.iter().any(|choice| choice.id == *chosen) => {}
            (QuestionKind::Choice, _) => return Err(AnswersError::NotChoice(id())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked() -> Vec<Question> {
        let ask = |id: &str, kind: &str, required: bool, choices: serde_json::Value| json!({"id": id, "kind": kind, "text": id, "help": "", "required": required, "choices": choices});
        serde_json::from_value(json!([
            ask("name", "short", true, json!([])),
            ask("pain", "yes-no", false, json!([])),
            ask("weight", "number", false, json!([])),
            ask("side", "choice", false, json!([{"id": "left", "text": "Left"}])),
        ]))
        .unwrap()
    }

    fn judged(answers: serde_json::Value) -> Result<(), AnswersError> {
        check(&asked(), &serde_json::from_value(answers).unwrap())
    }

    #[test]
    fn answers_that_fit_are_taken() {
        assert_eq!(judged(json!({"name": "Ada"})), Ok(()));
        assert_eq!(judged(json!({"name": "Ada", "pain": false, "weight": 82.5, "side": "left"})), Ok(()));
    }

    #[test]
    fn answers_that_do_not_fit_are_refused_by_name() {
        let id = String::from;
        for (answers, expected) in [
            (json!({}), AnswersError::Missing(id("name"))),
            (json!({"name": " "}), AnswersError::Missing(id("name"))),
            (json!({"name": 1}), AnswersError::NotText(id("name"))),
            (json!({"name": "A", "pain": "yes"}), AnswersError::NotYesNo(id("pain"))),
            (json!({"name": "A", "weight": "82"}), AnswersError::NotNumber(id("weight"))),
            (json!({"name": "A", "side": "Left"}), AnswersError::NotChoice(id("side"))),
            (json!({"name": "A", "age": 3}), AnswersError::NotAsked(id("age"))),
        ] {
            assert_eq!(judged(answers.clone()), Err(expected), "{answers}");
        }
    }

    #[test]
    fn numbers_keep_their_text() {
        let answers: Answers = serde_json::from_str(r#"{"a":82.5,"b":-3,"c":7}"#).unwrap();
        assert_eq!(serde_json::to_string(&answers).unwrap(), r#"{"a":82.5,"b":-3,"c":7}"#);
    }
}
