//! What a sender answers, and whether it fits the questions of the invitation.
//!
//! A sender refuses what does not fit ([`check`]). A reader refuses nothing for it, so that a film is
//! not lost over an answer: it shows what fits, and says of the rest that it does not ([`fits`]).

use super::question::{Question, QuestionKind};
use std::collections::BTreeMap;

/// From question id to answer; unanswered questions are absent.
pub type Answers = BTreeMap<String, Answer>;

/// Text, the id of a choice, a day, yes or no, a number, or the ids of several choices; what is none of these
/// fits no question, and loses no film.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Answer {
    YesNo(bool),
    Number(serde_json::Number),
    Text(String),
    Several(Vec<String>),
    Unfit(serde_json::Value),
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
    #[error("the answer to `{0}` must be a number within its limits")]
    OutOfRange(String),
    #[error("the answer to `{0}` must be the id of one of its choices")]
    NotChoice(String),
    #[error("the answer to `{0}` must be a list of ids of its choices, in their order")]
    NotChoices(String),
    #[error("the answer to `{0}` must be a day as YYYY-MM-DD")]
    NotDate(String),
    #[error("the answer to `{0}` must be a whole number from 1 to 10")]
    NotScale(String),
    #[error("`{0}` is answered with a file")]
    File(String),
    #[error("`{0}` needs a file")]
    MissingFile(String),
    #[error("the link asks for no file by the name `{0}`")]
    NoFile(String),
    #[error("`{0}` asks for one file, and was given two")]
    TwoFiles(String),
}

/// Checks every answer against its question, that no file goes to what asks for none, and that every
/// required question has what it asks for. `files`: the ids of questions that a file was given to.
///
/// # Errors
/// [`AnswersError`], the first one found.
pub fn check(questions: &[Question], answers: &Answers, files: &[&str]) -> Result<(), AnswersError> {
    for (at, id) in files.iter().enumerate() {
        if !questions.iter().any(|q| q.id == *id && q.kind == QuestionKind::File) {
            return Err(AnswersError::NoFile((*id).to_owned()));
        }
        if files[..at].contains(id) {
            return Err(AnswersError::TwoFiles((*id).to_owned()));
        }
    }
    let asked = |id: &str| questions.iter().any(|q| q.id == id && q.asks());
    if let Some(id) = answers.keys().find(|id| !asked(id)) {
        return Err(AnswersError::NotAsked(id.clone()));
    }
    for question in questions.iter().filter(|question| question.asks()) {
        let answer = answers.get(&question.id);
        let blank =
            answer.is_none_or(|answer| matches!(answer, Answer::Text(text) if text.trim().is_empty()));
        if question.kind == QuestionKind::File && question.required && !files.contains(&question.id.as_str())
        {
            return Err(AnswersError::MissingFile(question.id.clone()));
        }
        if blank && question.required && question.kind != QuestionKind::File {
            return Err(AnswersError::Missing(question.id.clone()));
        }
        if let Some(answer) = answer {
            judge(question, answer)?;
        }
    }
    Ok(())
}

/// Whether this can be the answer to that question.
#[must_use]
pub fn fits(question: &Question, answer: &Answer) -> bool {
    judge(question, answer).is_ok()
}

fn judge(question: &Question, answer: &Answer) -> Result<(), AnswersError> {
    let of = |wrong: fn(String) -> AnswersError, good: bool| {
        if good { Ok(()) } else { Err(wrong(question.id.clone())) }
    };
    let place = |id: &String| question.choices.iter().position(|choice| choice.id == *id);
    match question.kind {
        QuestionKind::Short | QuestionKind::Long => {
            of(AnswersError::NotText, matches!(answer, Answer::Text(_)))
        }
        QuestionKind::YesNo => of(AnswersError::NotYesNo, matches!(answer, Answer::YesNo(_))),
        QuestionKind::Choice => {
            of(AnswersError::NotChoice, matches!(answer, Answer::Text(id) if place(id).is_some()))
        }
        QuestionKind::Choices => {
            let ordered = |ids: &Vec<String>| {
                let places: Vec<_> = ids.iter().map(place).collect();
                !ids.is_empty() && places.iter().all(Option::is_some) && places.is_sorted_by(|a, b| a < b)
            };
            of(AnswersError::NotChoices, matches!(answer, Answer::Several(ids) if ordered(ids)))
        }
        QuestionKind::Number => {
            let Answer::Number(number) = answer else {
                return Err(AnswersError::NotNumber(question.id.clone()));
            };
            of(AnswersError::OutOfRange, is_within(question, number))
        }
        QuestionKind::Date => of(AnswersError::NotDate, matches!(answer, Answer::Text(day) if is_day(day))),
        QuestionKind::Scale => {
            let whole = |n: f64| (1.0..=10.0).contains(&n) && n.fract() == 0.0;
            of(
                AnswersError::NotScale,
                matches!(answer, Answer::Number(number) if number.as_f64().is_some_and(whole)),
            )
        }
        QuestionKind::File => of(AnswersError::File, false),
        QuestionKind::Section => of(AnswersError::NotAsked, false),
    }
}

fn is_within(question: &Question, number: &serde_json::Number) -> bool {
    let end = |end: &Option<serde_json::Number>| end.as_ref().and_then(serde_json::Number::as_f64);
    number.as_f64().is_some_and(|value| {
        end(&question.min).is_none_or(|min| value >= min) && end(&question.max).is_none_or(|max| value <= max)
    })
}

/// A day that the calendar has, `YYYY-MM-DD`, from the year 1 on.
fn is_day(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        let part = text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok())
    };
    let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (true, Some(year), Some(month), Some(day)) = (dashes, digits(0, 4), digits(5, 7), digits(8, 10))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year >= 1 && (1..=days).contains(&day)
}

/// The answer as people say it: a choice's words instead of its id, and `7 of 10`.
#[must_use]
pub fn spoken(question: &Question, answer: &Answer) -> String {
    let words = |id: &String| question.choice(id).unwrap_or(id).to_owned();
    match answer {
        Answer::YesNo(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        Answer::Number(number) => match (question.kind, question.unit.as_deref()) {
            (QuestionKind::Scale, _) => format!("{number} of 10"),
            (QuestionKind::Number, Some(unit)) if !unit.is_empty() => format!("{number} {unit}"),
            _ => number.to_string(),
        },
        Answer::Text(text) if question.kind == QuestionKind::Choice => words(text),
        Answer::Text(text) => text.clone(),
        Answer::Several(ids) => ids.iter().map(words).collect::<Vec<_>>().join(", "),
        Answer::Unfit(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked() -> Vec<Question> {
        let ask = |id: &str, kind: &str, required: bool, choices: serde_json::Value| json!({"id": id, "kind": kind, "text": id, "help": "", "required": required, "choices": choices});
        let sides = || json!([{"id": "left", "text": "Left"}, {"id": "right", "text": "Right"}]);
        let mut questions: Vec<Question> = serde_json::from_value(json!([
            ask("name", "short", true, json!([])),
            ask("pain", "yes-no", false, json!([])),
            ask("weight", "number", false, json!([])),
            ask("side", "choice", false, sides()),
            ask("sides", "choices", false, sides()),
            ask("born", "date", false, json!([])),
            ask("effort", "scale", false, json!([])),
            ask("about", "section", false, json!([])),
            ask("front", "file", true, json!([])),
        ]))
        .unwrap();
        questions[2].min = Some(1.into());
        questions[2].max = Some(300.into());
        questions[2].unit = Some("kg".to_owned());
        questions
    }

    fn judged(answers: serde_json::Value) -> Result<(), AnswersError> {
        check(&asked(), &serde_json::from_value(answers).unwrap(), &["front"])
    }

    #[test]
    fn answers_that_fit_are_taken() {
        assert_eq!(judged(json!({"name": "Ada"})), Ok(()));
        assert_eq!(judged(json!({"name": "Ada", "pain": false, "weight": 82.5, "side": "left"})), Ok(()));
        let more = json!({"name": "Ada", "sides": ["left", "right"], "born": "2024-02-29", "effort": 10});
        assert_eq!(judged(more), Ok(()));
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
            (json!({"name": "A", "weight": 0.5}), AnswersError::OutOfRange(id("weight"))),
            (json!({"name": "A", "weight": 301}), AnswersError::OutOfRange(id("weight"))),
            (json!({"name": "A", "side": "Left"}), AnswersError::NotChoice(id("side"))),
            (json!({"name": "A", "sides": "left"}), AnswersError::NotChoices(id("sides"))),
            (json!({"name": "A", "sides": []}), AnswersError::NotChoices(id("sides"))),
            (json!({"name": "A", "sides": ["right", "left"]}), AnswersError::NotChoices(id("sides"))),
            (json!({"name": "A", "sides": ["left", "left"]}), AnswersError::NotChoices(id("sides"))),
            (json!({"name": "A", "born": "2023-02-29"}), AnswersError::NotDate(id("born"))),
            (json!({"name": "A", "born": "1 May 1990"}), AnswersError::NotDate(id("born"))),
            (json!({"name": "A", "effort": 11}), AnswersError::NotScale(id("effort"))),
            (json!({"name": "A", "effort": 1.5}), AnswersError::NotScale(id("effort"))),
            (json!({"name": "A", "front": "a.mp4"}), AnswersError::File(id("front"))),
            (json!({"name": "A", "about": "x"}), AnswersError::NotAsked(id("about"))),
            (json!({"name": "A", "age": 3}), AnswersError::NotAsked(id("age"))),
        ] {
            assert_eq!(judged(answers.clone()), Err(expected), "{answers}");
        }
    }

    #[test]
    fn a_file_question_takes_one_file_and_a_required_one_needs_it() {
        let answers: Answers = serde_json::from_value(json!({"name": "Ada"})).unwrap();
        let id = || String::from("front");
        assert_eq!(check(&asked(), &answers, &[]), Err(AnswersError::MissingFile(id())));
        assert_eq!(check(&asked(), &answers, &["front", "front"]), Err(AnswersError::TwoFiles(id())));
        let elsewhere = check(&asked(), &answers, &["name", "front"]);
        assert_eq!(elsewhere, Err(AnswersError::NoFile(String::from("name"))));
    }

    #[test]
    fn an_answer_is_spoken_in_words_not_ids() {
        let questions = asked();
        let said = |id: &str, answer: serde_json::Value| {
            let question = questions.iter().find(|q| q.id == id).unwrap();
            spoken(question, &serde_json::from_value(answer).unwrap())
        };
        assert_eq!(said("sides", json!(["left", "right"])), "Left, Right");
        assert_eq!(said("side", json!("right")), "Right");
        assert_eq!(said("weight", json!(82.5)), "82.5 kg");
        assert_eq!(said("effort", json!(7)), "7 of 10");
        assert_eq!(said("pain", json!(false)), "No");
        assert_eq!(said("born", json!("1990-04-01")), "1990-04-01");
    }

    #[test]
    fn numbers_keep_their_text() {
        let answers: Answers = serde_json::from_str(r#"{"a":82.5,"b":-3,"c":7}"#).unwrap();
        assert_eq!(serde_json::to_string(&answers).unwrap(), r#"{"a":82.5,"b":-3,"c":7}"#);
    }
}
