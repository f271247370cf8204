//! Notes of a review: what is said about a moment of a file, and what is drawn on it.
//!
//! Points are whole numbers from 0 to [`EDGE`] across and down the picture as it is seen, upright, so that
//! a drawing fits the picture at any size.

use super::json::JsonError;
use std::collections::BTreeSet;

/// The right or lower edge of the picture.
pub const EDGE: u16 = 10_000;
/// Notes of one review.
pub const MOST_NOTES: usize = 200;
/// Characters of one text.
pub const MOST_TEXT: usize = 4000;
/// Shapes of one drawing.
pub const MOST_SHAPES: usize = 200;
/// Points of one shape.
pub const MOST_POINTS: usize = 2000;
/// Milliseconds into a file: a day.
pub const MOST_AT: u64 = 86_400_000;

const MOST_ID: usize = 32;
const COLOURS: u8 = 4;

/// One note. All but the id may be missing, but not everything.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Note {
    /// `[a-z0-9-]{1,32}`, no two alike in a review.
    pub id: String,
    /// Number of the file it is about.
    pub file: Option<u8>,
    /// Milliseconds into that file.
    pub at: Option<u64>,
    pub text: String,
    pub drawing: Option<Drawing>,
    /// Which of the review's parts belongs to it.
    pub part: Option<u8>,
}

/// What is drawn on the picture at a note's moment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Drawing {
    pub shapes: Vec<Shape>,
}

/// One stroke of a drawing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shape {
    pub kind: ShapeKind,
    /// 0 to 3: which colour that is, whoever shows it decides.
    pub colour: u8,
    pub points: Vec<[u16; 2]>,
}

/// What a shape's points mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShapeKind {
    /// From, to.
    Line,
    /// From, to: where the head is.
    Arrow,
    /// The middle, a point on it.
    Circle,
    /// One arm's end, the corner, the other arm's end.
    Angle,
    /// The way of a pen.
    Pen,
}

/// Refuses what is longer, or elsewhere, than this module allows. `parts` is how many the review has.
pub(super) fn check(text: &str, notes: &[Note], parts: usize) -> Result<(), JsonError> {
    let ids: BTreeSet<&str> = notes.iter().map(|note| note.id.as_str()).collect();
    let fits = notes.len() <= MOST_NOTES
        && ids.len() == notes.len()
        && is_short(text)
        && notes.iter().all(|note| note.fits(parts));
    if fits { Ok(()) } else { Err(JsonError::Field) }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MOST_TEXT
}

impl Note {
    fn fits(&self, parts: usize) -> bool {
        let id = (1..=MOST_ID).contains(&self.id.len())
            && self.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        id && is_short(&self.text)
            && self.at.is_none_or(|at| at <= MOST_AT)
            && self.part.is_none_or(|part| usize::from(part) < parts)
            && self.drawing.as_ref().is_none_or(Drawing::fits)
    }
}

impl Drawing {
    fn fits(&self) -> bool {
        self.shapes.len() <= MOST_SHAPES && self.shapes.iter().all(Shape::fits)
    }
}

impl Shape {
    fn fits(&self) -> bool {
        let points = match self.kind {
            ShapeKind::Line | ShapeKind::Arrow | ShapeKind::Circle => 2..=2,
            ShapeKind::Angle => 3..=3,
            ShapeKind::Pen => 1..=MOST_POINTS,
        };
        points.contains(&self.points.len())
            && self.colour < COLOURS
            && self.points.iter().flatten().all(|at| *at <= EDGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(change: impl FnOnce(&mut Note)) -> Vec<Note> {
        let points = vec![[0, EDGE], [5000, 1]];
        let shape = Shape { kind: ShapeKind::Line, colour: 3, points };
        let mut note = Note {
            id: "a-1".to_owned(),
            file: Some(0),
            at: Some(MOST_AT),
            text: "Knees out".to_owned(),
            drawing: Some(Drawing { shapes: vec![shape] }),
            part: Some(0),
        };
        change(&mut note);
        vec![note]
    }

    fn shape(kind: ShapeKind, points: usize) -> Vec<Note> {
        note(|note| {
            let shape = Shape { kind, colour: 0, points: vec![[1, 2]; points] };
            note.drawing = Some(Drawing { shapes: vec![shape] });
        })
    }

    #[test]
    fn what_is_within_the_limits_is_taken() {
        assert_eq!(check("", &note(|_| ()), 1), Ok(()));
        assert_eq!(check(&"ä".repeat(MOST_TEXT), &[], 0), Ok(()));
        for (kind, points) in [
            (ShapeKind::Arrow, 2),
            (ShapeKind::Circle, 2),
            (ShapeKind::Angle, 3),
            (ShapeKind::Pen, 1),
            (ShapeKind::Pen, MOST_POINTS),
        ] {
            assert_eq!(check("", &shape(kind, points), 1), Ok(()));
        }
    }

    #[test]
    fn what_is_longer_or_elsewhere_is_refused() {
        for (why, notes) in [
            ("a moment after a day", note(|note| note.at = Some(MOST_AT + 1))),
            ("a part that is not there", note(|note| note.part = Some(1))),
            ("an id in capitals", note(|note| note.id = "A".to_owned())),
            ("no id", note(|note| note.id = String::new())),
            ("a long id", note(|note| note.id = "a".repeat(33))),
            ("a long text", note(|note| note.text = "x".repeat(MOST_TEXT + 1))),
            ("a line of one point", shape(ShapeKind::Line, 1)),
            ("an angle of two", shape(ShapeKind::Angle, 2)),
            ("a pen that is nowhere", shape(ShapeKind::Pen, 0)),
            ("a pen without end", shape(ShapeKind::Pen, MOST_POINTS + 1)),
            ("an id twice", [note(|_| ()), note(|_| ())].concat()),
        ] {
            assert_eq!(check("", &notes, 1), Err(JsonError::Field), "{why}");
        }
        for (why, change) in [("a colour", (4, 0)), ("a point outside", (0, EDGE + 1))] {
            let mut notes = shape(ShapeKind::Line, 2);
            let first = &mut notes[0].drawing.as_mut().unwrap().shapes[0];
            (first.colour, first.points[1][0]) = change;
            assert_eq!(check("", &notes, 1), Err(JsonError::Field), "{why}");
        }
        let many: Vec<Note> = (0..=MOST_NOTES).flat_map(|n| note(|note| note.id = n.to_string())).collect();
        assert_eq!(check("", &many, 1), Err(JsonError::Field));
        assert_eq!(check("", &many[1..], 1), Ok(()));
    }
}
