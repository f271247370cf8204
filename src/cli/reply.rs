//! `dewdrop reply ID`: tell the sender something about what came, or take it back.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{argument, now, print};
use crate::client::delivery;
use crate::client::reply::{self, ManifestFile, Note, Part, Said};
use crate::ids::SubmissionId;
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

/// Reply to the sender of a submission; only the receipt opens it
///
/// It lies sealed beside the submission and ends with it. Another one takes its place.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Reply {
    /// The submission
    #[arg(allow_hyphen_values = true, value_parser = argument::submission)]
    id: SubmissionId,
    /// What to say about all of it, `-` for stdin, or `@FILE`
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// What to say about a moment of a file: its number or name, and seconds into it
    #[arg(long = "note", value_name = "FILE#SECONDS=TEXT")]
    notes: Vec<String>,
    /// Text and notes with drawings, as JSON
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// A voice note: webm, m4a, mp4, ogg or opus
    #[arg(long, value_name = "FILE")]
    voice: Vec<PathBuf>,
    /// A video note: webm or mp4
    #[arg(long, value_name = "FILE")]
    video: Vec<PathBuf>,
    /// Take back what was replied
    #[arg(long, conflicts_with_all = ["text", "notes", "from", "voice", "video"])]
    erase: bool,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print help (no `-h`: an id may begin with it)
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What `--from` has, as in docs/format.md.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    text: String,
    #[serde(default)]
    notes: Vec<Note>,
}

impl Reply {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        if self.erase {
            reply::take_back(&profile.desk()?, self.id)?;
            return self.tells("Taken back.", &serde_json::json!({"submission": self.id, "erased": true}));
        }
        let parts = self.parts()?;
        let Written { mut text, mut notes } = self.written()?;
        if let Some(given) = &self.text {
            argument::text(given)?.trim_end().clone_into(&mut text);
        }
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let delivery = delivery::open(&desk, &unlocked, self.id)?;
        for given in &self.notes {
            notes.push(note(given, notes.len() + 1, &delivery.manifest.files)?);
        }
        anyhow::ensure!(
            !(text.is_empty() && notes.is_empty() && parts.is_empty()),
            "there is nothing to say: give --text, --note, --voice, --video or --from"
        );
        let counts = (notes.len(), parts.len());
        reply::write(&desk, &delivery, Said { text, notes, parts }, now())?;
        let told = serde_json::json!({"submission": self.id, "notes": counts.0, "parts": counts.1});
        self.tells("Replied. The sender finds it with the receipt.", &told)
    }

    fn tells(&self, words: &str, json: &serde_json::Value) -> anyhow::Result<()> {
        if self.json {
            print(json)?;
        } else {
            eprintln!("{words}");
        }
        Ok(())
    }

    fn written(&self) -> anyhow::Result<Written> {
        let Some(path) = &self.from else { return Ok(Written::default()) };
        let json = fs::read(path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&json).with_context(|| path.display().to_string())
    }

    fn parts(&self) -> anyhow::Result<Vec<Part>> {
        let voice = self.voice.iter().map(|path| part("audio", path));
        voice.chain(self.video.iter().map(|path| part("video", path))).collect()
    }
}

fn part(what: &str, path: &Path) -> anyhow::Result<Part> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let kind = match (what, ending.to_ascii_lowercase().as_str()) {
        (_, "webm") => "webm",
        (_, "mp4") | ("audio", "m4a") => "mp4",
        ("audio", "ogg" | "oga" | "opus") => "ogg",
        _ => anyhow::bail!("{}: not a kind of file that browsers play as a note", path.display()),
    };
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    anyhow::ensure!(!bytes.is_empty(), "{}: it is empty", path.display());
    Ok(Part { kind: format!("{what}/{kind}"), bytes })
}

/// Reads `FILE#SECONDS=TEXT`; a file's own name may hold a `#`.
fn note(given: &str, n: usize, files: &[ManifestFile]) -> anyhow::Result<Note> {
    let parted = given.split_once('=').and_then(|(place, text)| Some((place.rsplit_once('#')?, text)));
    let ((file, seconds), text) = parted.context("a note is FILE#SECONDS=TEXT")?;
    let seconds: f64 = seconds.parse().ok().filter(|s| (0.0..=86_400.0).contains(s)).context("SECONDS")?;
    let named = |one: &&ManifestFile| one.n.to_string() == file || one.name == file;
    let found: Vec<&ManifestFile> = files.iter().filter(named).collect();
    let [of] = found[..] else { anyhow::bail!("{file}: not one of the files that came") };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a day, not negative")]
    let at = (seconds * 1000.0).round() as u64;
    Ok(Note {
        id: format!("n{n}"),
        file: Some(of.n),
        at: Some(at),
        text: text.to_owned(),
        drawing: None,
        part: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::hash::Hash;

    fn files() -> Vec<ManifestFile> {
        let file = |n: u8, name: &str| ManifestFile {
            n,
            head: Hash::of(b"head"),
            size: 1,
            name: name.to_owned(),
            kind: "video/mp4".to_owned(),
            modified: None,
            question: None,
        };
        vec![file(0, "squat.mp4"), file(2, "set #2.mp4"), file(3, "twice.mp4"), file(4, "twice.mp4")]
    }

    #[test]
    fn a_note_names_a_file_and_a_moment() {
        for (given, file, at, text) in [
            ("0#12.5=Knees out", 0, 12_500, "Knees out"),
            ("squat.mp4#0=a=b", 0, 0, "a=b"),
            ("set #2.mp4#1.0004=x", 2, 1000, "x"),
        ] {
            let read = note(given, 7, &files()).unwrap();
            assert_eq!((read.file, read.at, read.text.as_str()), (Some(file), Some(at), text), "{given}");
            assert_eq!(read.id, "n7");
        }
        for bad in ["0=x", "0#x=y", "0#-1=y", "0#86401=y", "1#0=y", "twice.mp4#0=y", "0#1", "0#NaN=y"] {
            assert!(note(bad, 1, &files()).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_browsers_play_goes_along() {
        let folder = tempfile::tempdir().unwrap();
        for (what, name, kind) in [
            ("audio", "a.webm", Some("audio/webm")),
            ("audio", "a.M4A", Some("audio/mp4")),
            ("audio", "a.opus", Some("audio/ogg")),
            ("video", "a.mp4", Some("video/mp4")),
            ("video", "a.ogg", None),
            ("audio", "a.wav", None),
            ("audio", "a", None),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, b"x").unwrap();
            assert_eq!(part(what, &path).ok().map(|part| part.kind).as_deref(), kind, "{name}");
        }
        fs::write(folder.path().join("empty.webm"), b"").unwrap();
        assert!(part("audio", &folder.path().join("empty.webm")).is_err());
    }
}
