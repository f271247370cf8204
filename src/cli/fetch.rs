//! `dewdrop fetch`: open submissions and save their files; `--watch` whatever arrives.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::progress::{Line, Lines};
use super::tally::{Tally, Took};
use super::{argument, duration, now, print, shown, stopping, watch};
use crate::client::collect::{CollectError, Collected, Collector, Gate, Hears, ManifestFile};
use crate::client::fetch::{Fetcher, Manner, Step};
use crate::client::http::HttpError;
use crate::client::list::is_saved;
use crate::client::partial::{self, Saved};
use crate::ids::SubmissionId;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Files, and submissions, that are fetched at once.
pub(super) const AT_ONCE: usize = 4;

/// Open submissions and save their files; without ID or --all, those with files not yet saved
///
/// A file gets its name when its last chunk was verified. What was cut off is gone on with by the same
/// command.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Fetch {
    /// The submission; its files go straight into DIR
    #[arg(conflicts_with = "all", allow_hyphen_values = true, value_parser = argument::submission)]
    id: Option<SubmissionId>,
    /// All submissions, each in a folder of its own, named by its id
    #[arg(long)]
    all: bool,
    /// Where to save
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Stay and fetch whatever arrives, until stopped by Ctrl-C or SIGTERM
    #[arg(long, conflicts_with = "id")]
    watch: bool,
    /// Erase each submission at the server once all of it was saved here
    #[arg(long)]
    erase: bool,
    /// End with an error when nothing has got through for so long
    #[arg(long, value_name = "DURATION", value_parser = duration::any, default_value = "10m")]
    give_up_after: Duration,
    /// Make a request again when no byte of it has moved for so long
    #[arg(long, value_name = "DURATION", value_parser = duration::any, default_value = "45s")]
    stall_after: Duration,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print help (no `-h`: an id may begin with it)
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Print JSON; with --watch one object a line
    #[arg(long)]
    json: bool,
}

/// What several threads fetch with.
pub(super) struct Errand {
    pub collector: Collector,
    pub all: bool,
    json: bool,
    to: PathBuf,
    straight: bool,
    pub lines: Lines,
    pub tally: Mutex<Tally>,
}

impl Fetch {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        partial::sweep(&self.to, now());
        let manner = Manner { stall: self.stall_after, give_up_after: Some(self.give_up_after) };
        let fetcher = Fetcher::of(&desk, manner)?;
        let collector = Collector { desk, unlocked, fetcher, gate: Gate::of(AT_ONCE), erases: self.erase };
        let errand = Arc::new(Errand {
            collector,
            all: self.all,
            json: self.json,
            to: self.to,
            straight: self.id.is_some(),
            lines: Lines::default(),
            tally: Mutex::default(),
        });
        let (stopped, watches) = (Arc::clone(&errand), self.watch);
        stopping::says(move |code| stopped.stops(code, watches));
        if watches {
            return watch::watches(&errand);
        }
        let wanted = match self.id {
            Some(id) => vec![id],
            None => errand.wanted()?,
        };
        errand.fetches_all(&wanted)
    }
}

impl Errand {
    /// What is there to be fetched.
    pub fn wanted(&self) -> Result<Vec<SubmissionId>, crate::client::desk::DeskError> {
        let listed = self.collector.desk.submissions()?.submissions;
        let wanted = listed.iter().filter(|one| !one.asked && (self.all || !is_saved(one)));
        Ok(wanted.map(|one| one.id).collect())
    }

    fn fetches_all(&self, wanted: &[SubmissionId]) -> anyhow::Result<()> {
        let ahead = Mutex::new(wanted.iter().enumerate());
        let next = || ahead.lock().unwrap_or_else(PoisonError::into_inner).next();
        let done = Mutex::new(Vec::new());
        thread::scope(|all| {
            for _ in 0..wanted.len().min(AT_ONCE) {
                all.spawn(|| {
                    while let Some((at, id)) = next() {
                        let one = self.fetches(*id);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, *id, one));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(at, ..)| *at);
        let (mut saved, mut failed) = (Vec::new(), Vec::new());
        for (_, id, one) in done {
            match one {
                Ok(collected) => saved.push(collected),
                Err(error) => failed.push(anyhow::Error::from(error).context(id.to_string())),
            }
        }
        if self.json {
            print(json!({"submissions": saved.iter().map(told).collect::<Vec<_>>()}))?;
        } else {
            saved.iter().try_for_each(print_paths)?;
        }
        let Some(last) = failed.pop() else { return Ok(()) };
        for error in failed {
            eprintln!("dewdrop: {}", shown(&format!("{error:#}")));
        }
        Err(last)
    }

    /// Saves one; said is what was there before.
    pub fn fetches(&self, id: SubmissionId) -> Result<Collected, CollectError> {
        let folder = if self.straight { self.to.clone() } else { self.to.join(id.to_string()) };
        let collected = self.collector.collects(id, &folder, &|file| self.hears(file))?;
        let answers = std::iter::once(&collected.answers);
        collected.files.iter().map(|(_, saved)| saved).chain(answers).for_each(already_there);
        if collected.erased {
            self.lines.says(&format!("{id}: erased in 10 seconds; until then the desk can keep it."));
        }
        Ok(collected)
    }

    fn hears(&self, file: &ManifestFile) -> Hears<'_> {
        let mut line: Line<'_> = self.lines.file(&file.name, file.size);
        Box::new(move |step| match step {
            Step::Found(bytes) => line.found(bytes),
            Step::Here(bytes) => line.here(bytes),
            Step::GoesOn => line.goes_on(),
            Step::Waiting(HttpError::Unreachable(why)) => {
                line.waits(&format!("no connection; goes on by itself ({why})."));
            }
            Step::Waiting(error) => line.waits(&format!("waiting; goes on by itself ({error}).")),
        })
    }

    /// While watching: notes and prints what became of one, as a whole line or not at all.
    pub fn notes(&self, id: SubmissionId, done: &Result<Collected, CollectError>) -> anyhow::Result<()> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(collected) => {
                let bytes = collected.files.iter().map(|(file, _)| file.size).sum();
                tally.took(id, &Took { files: collected.files.len(), bytes, erased: collected.erased });
                if self.json { print(told(collected)) } else { print_paths(collected) }
            }
            Err(error) => {
                if tally.failed(id, error.to_string()) {
                    self.lines.says(&format!("{id}: {}; it is tried again", shown(&error.to_string())));
                }
                Ok(())
            }
        }
    }

    /// The last words after a signal, and the exit code.
    fn stops(&self, code: i32, watches: bool) -> i32 {
        // While it is held nothing is half printed.
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        if watches {
            eprintln!("\n{tally}");
            return i32::from(tally.lacks());
        }
        eprintln!("\nStopped. The same command goes on from here.");
        code
    }
}

fn told(collected: &Collected) -> serde_json::Value {
    json!({
        "submission": collected.id,
        "label": collected.label,
        "to": collected.folder,
        "answers": collected.answers.path,
        "files": collected.told,
        "erased": collected.erased,
    })
}

fn print_paths(collected: &Collected) -> anyhow::Result<()> {
    let paths = collected.files.iter().map(|(_, saved)| saved.path.as_path());
    let mut paths = paths.peekable();
    if paths.peek().is_none() {
        return print_path(&collected.answers.path);
    }
    paths.try_for_each(print_path)
}

fn print_path(path: &Path) -> anyhow::Result<()> {
    print(path.display())
}

/// Says of what was there before that nothing was written.
pub(super) fn already_there(saved: &Saved) {
    if saved.already {
        eprintln!("already there: {}", shown(&saved.path.display().to_string()));
    }
}
