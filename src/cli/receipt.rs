//! `dewdrop receipt LINK`: what became of what was sent, and what the trainer replied.

use super::fetch::already_there;
use super::{argument, date, print, shown};
use crate::client::fetch::write_whole;
use crate::client::reply::{
    ErasedBy, Held, Note, Part, Receipt as State, ReplyState, Review, SubmissionState,
};
use crate::time::Time;
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// Show what became of what you sent, and the reply
#[derive(Args)]
pub(super) struct Receipt {
    /// The receipt's address, `-` for stdin, or `@FILE`
    link: String,
    /// Save the reply here: reply.json, and its voice and video notes
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Erase the reply, and nothing else
    #[arg(long, conflicts_with = "to")]
    erase_reply: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Receipt {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let held = Held::read(&argument::text(&self.link)?)?;
        if self.erase_reply {
            held.erase_reply()?;
        }
        let state = held.state()?;
        let here = state.reply.as_ref().is_some_and(|reply| reply.size.is_some());
        let reply = if here { Some(held.reply(state.submission)?) } else { None };
        let saved = match (&self.to, &reply) {
            (Some(folder), Some(reply)) => save(reply, folder)?,
            (Some(_), None) => anyhow::bail!("there is no reply to save"),
            (None, _) => Vec::new(),
        };
        if self.json {
            return print(told(&state, reply.as_ref(), &saved));
        }
        for line in story(&state) {
            print(line)?;
        }
        for line in reply.as_ref().map(words).unwrap_or_default() {
            print(line)?;
        }
        for path in saved {
            print(path.display())?;
        }
        Ok(())
    }
}

fn told(state: &State, reply: Option<&Review>, saved: &[PathBuf]) -> Value {
    let mut told = json!({
        "submission": state.submission,
        "state": state.state,
        "received_at": state.received_at,
        "erases_at": state.expires_at,
        "opened_at": state.opened_at,
        "saved_at": state.saved_at,
        "erased_at": state.erased_at,
        "by": state.by,
        "reply": null,
    });
    if let Some(known) = &state.reply {
        told["reply"] = json!({
            "replied_at": known.replied_at, "erased_at": known.erased_at, "by": known.by, "saved": saved,
        });
    }
    if let Some(said) = reply.and_then(|reply| facts(reply).as_object().cloned()) {
        for (name, value) in said {
            told["reply"][name] = value;
        }
    }
    told
}

fn facts(reply: &Review) -> Value {
    let part = |part: &Part| json!({"type": part.kind, "size": part.bytes.len()});
    json!({
        "written_at": reply.written_at,
        "text": reply.text,
        "notes": reply.notes,
        "parts": reply.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn story(state: &State) -> Vec<String> {
    let mut story = Vec::new();
    let mut tell = |what: &str, at: Option<Time>| {
        story.extend(at.map(|at| format!("{what} {}", date::words(at))));
    };
    if state.state == SubmissionState::Receiving {
        tell("not sent yet, ends", state.expires_at);
    }
    tell("arrived", state.received_at);
    tell("opened", state.opened_at);
    tell("saved", state.saved_at);
    tell("will be erased on", state.expires_at);
    let erased = |what: &str, at: Option<Time>, by: Option<ErasedBy>| {
        let why = by.map_or("", because);
        at.map(|at| format!("{what} {}{why}", date::words(at)))
    };
    story.extend(erased("erased", state.erased_at, state.by));
    if let Some(ReplyState { replied_at, erased_at, by, .. }) = &state.reply {
        story.push(format!("replied {}", date::words(*replied_at)));
        story.extend(erased("reply erased", *erased_at, *by));
    }
    story
}

/// Who or what erased it, to whoever sent it.
const fn because(by: ErasedBy) -> &'static str {
    match by {
        ErasedBy::Sender => ", by you",
        ErasedBy::Reader => ", by the person you sent it to",
        ErasedBy::Expiry => ": its time was up",
        ErasedBy::Link => ": its link was used up or closed before all of it had arrived",
    }
}

/// The reply as lines for a terminal.
fn words(reply: &Review) -> Vec<String> {
    let mut lines = vec![format!("written {}, says the reply", date::words(reply.written_at))];
    if !reply.text.is_empty() {
        lines.push(String::new());
        lines.extend(reply.text.lines().map(shown));
    }
    if !reply.notes.is_empty() {
        lines.push(String::new());
        lines.extend(reply.notes.iter().map(line));
    }
    match reply.parts.len() {
        0 => {}
        1 => lines.push("1 voice or video note: save it with --to DIR".to_owned()),
        n => lines.push(format!("{n} voice or video notes: save them with --to DIR")),
    }
    lines
}

/// `file 1, 1:02.54  Knees out`: people count from 1, `--json` from 0.
fn line(note: &Note) -> String {
    let file = note.file.map(|n| format!("file {}", u16::from(n) + 1));
    let at = note.at.map(clock);
    let place = [file, at].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let drawn = if note.drawing.is_some() { " [drawing]" } else { "" };
    format!("{place}  {}{drawn}", shown(&note.text))
}

/// A moment in figures, as the pages say it.
fn clock(at: u64) -> String {
    let (hours, minutes, seconds) = (at / 3_600_000, at / 60_000 % 60, at / 1000 % 60);
    let hundredths = at / 10 % 100;
    if hours > 0 {
        return format!("{hours}:{minutes:02}:{seconds:02}.{hundredths:02}");
    }
    format!("{minutes}:{seconds:02}.{hundredths:02}")
}

fn save(reply: &Review, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| folder.display().to_string())?;
    let json = format!("{:#}\n", facts(reply));
    let mut saved = vec![("reply.json".to_owned(), json.as_bytes())];
    for (n, part) in reply.parts.iter().enumerate() {
        let (what, kind) = part.kind.split_once('/').unwrap_or(("note", "bin"));
        saved.push((format!("{what}-{}.{kind}", n + 1), &part.bytes));
    }
    let mut paths = Vec::new();
    for (name, bytes) in saved {
        let written = write_whole(folder, &name, bytes)?;
        already_there(&written);
        paths.push(written.path);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_or_what_erased() {
        let told = |by: &str| -> State {
            serde_json::from_value(json!({
                "submission": "BwcHBwcHBwcHBwcHBwcHBw", "state": "erased", "received_at": 1_800_000_000,
                "expires_at": null, "opened_at": null, "saved_at": null, "erased_at": 1_800_000_060,
                "by": by, "files": {}, "manifest": false,
                "reply": {"replied_at": 1_800_000_030, "size": null, "version": null,
                    "erased_at": 1_800_000_060, "by": by},
            }))
            .expect("a receipt")
        };
        for (by, why) in [
            ("sender", ", by you"),
            ("reader", ", by the person you sent it to"),
            ("expiry", ": its time was up"),
            ("link", ": its link was used up or closed before all of it had arrived"),
        ] {
            let story = story(&told(by));
            assert_eq!(story.len(), 4, "{story:?}");
            assert!(story[1].starts_with("erased 2027") && story[1].ends_with(why), "{story:?}");
            assert!(story[3].starts_with("reply erased 2027") && story[3].ends_with(why), "{story:?}");
        }
    }

    #[test]
    fn a_note_is_one_line_whatever_it_says() {
        let note = |file, at, text: &str| Note {
            id: "a".to_owned(),
            file,
            at,
            text: text.to_owned(),
            drawing: None,
            part: None,
        };
        assert_eq!(line(&note(Some(0), Some(62_540), "Knees out")), "file 1, 1:02.54  Knees out");
        assert!(line(&note(Some(255), None, "Last")).starts_with("file 256  "));
        assert_eq!(line(&note(None, Some(3_723_450), "Rest")), "1:02:03.45  Rest");
        assert_eq!(line(&note(None, None, "a\n\u{1b}[31mb")), "  a  [31mb");
    }
}
