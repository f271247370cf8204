//! `dewdrop fetch`: open submissions and save their files.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::progress::Progress;
use super::{print, shown};
use crate::client::delivery::{self, Delivery};
use crate::client::desk::{Desk, Unlocked};
use crate::client::fetch::{self, Saved};
use crate::client::list::lists;
use crate::ids::SubmissionId;
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// Open submissions and save their files; without ID or --all, those with files not yet saved
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Fetch {
    /// The submission; its files go straight into DIR
    #[arg(conflicts_with = "all", allow_hyphen_values = true)]
    id: Option<SubmissionId>,
    /// All submissions, each in a folder of its own, named by its id
    #[arg(long)]
    all: bool,
    /// Where to save
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print help (no `-h`: an id may begin with it)
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Fetch {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let wanted: Vec<(SubmissionId, PathBuf)> = match self.id {
            Some(id) => vec![(id, self.to.clone())],
            None => lists(&desk, &unlocked)?
                .submissions
                .iter()
                .filter(|one| !one.asked && (self.all || !one.is_saved()))
                .map(|one| (one.id, self.to.join(one.id.to_string())))
                .collect(),
        };
        let mut saved = Vec::new();
        let mut failed = Vec::new();
        for (id, folder) in wanted {
            match one(&desk, &unlocked, id, &folder) {
                Ok(told) => saved.push(told),
                Err(error) => failed.push(error.context(id.to_string())),
            }
        }
        if self.json {
            print(json!({"submissions": saved}))?;
        } else {
            for file in saved.iter().filter_map(|one| one["files"].as_array()).flatten() {
                print(file["path"].as_str().unwrap_or_default())?;
            }
        }
        match failed.pop() {
            None => Ok(()),
            Some(last) => {
                for error in failed {
                    eprintln!("dewdrop: {error:#}");
                }
                Err(last)
            }
        }
    }
}

fn one(desk: &Desk, unlocked: &Unlocked, id: SubmissionId, folder: &Path) -> anyhow::Result<Value> {
    let delivery = delivery::open(desk, unlocked, id)?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for file in &delivery.manifest.files {
        let progress = Progress::new(&file.name, file.size);
        let saved = fetch::save(desk, &delivery, file, folder, &mut |bytes| progress.add(bytes))
            .with_context(|| format!("file {}", file.n))?;
        drop(progress);
        already_there(&saved);
        files.push(json!({
            "n": file.n, "name": file.name, "type": file.kind, "size": file.size, "path": saved.path,
            "question": file.question, "asked": delivery.asked_by(file),
        }));
    }
    let answers = write_answers(&delivery, &files, folder)?;
    Ok(json!({
        "submission": id,
        "label": delivery.card.facts.label,
        "to": folder,
        "answers": answers,
        "files": files,
    }))
}

fn write_answers(delivery: &Delivery, files: &[Value], folder: &Path) -> anyhow::Result<PathBuf> {
    let mut answers = delivery.answers();
    answers["files"] = files.into();
    let text = format!("{answers:#}\n");
    let saved = fetch::write_whole(folder, "answers.json", text.as_bytes())?;
    already_there(&saved);
    Ok(saved.path)
}

/// Says of what was there before that nothing was written.
pub(super) fn already_there(saved: &Saved) {
    if saved.already {
        eprintln!("already there: {}", shown(&saved.path.display().to_string()));
    }
}
