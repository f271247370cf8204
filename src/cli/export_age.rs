//! `dewdrop export-age ID`: the sealed card, manifest and files as they are, for `age -d`.
//!
//! `age -d -i RECOVERY-SHEET card.age > card.txt`, then `age -d -i card.txt 0.age`.

use super::fetch::already_there;
use super::profile::Profile;
use super::progress::Progress;
use super::{argument, print};
use crate::client::export;
use crate::ids::SubmissionId;
use anyhow::Context as _;
use clap::Args;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

/// Write a submission's sealed files and card as they are, for `age -d`
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct ExportAge {
    /// The submission
    #[arg(allow_hyphen_values = true, value_parser = argument::submission)]
    id: SubmissionId,
    /// Where to write
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Print help (no `-h`: an id may begin with it)
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ExportAge {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let desk = profile.desk()?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.to)
            .with_context(|| self.to.display().to_string())?;
        let mut progress: Option<Progress> = None;
        let written = export::export(&desk, self.id, &self.to, &mut |step| match step {
            export::Step::File { name, size } => progress = Some(Progress::new(name, size)),
            export::Step::Read(bytes) => {
                if let Some(progress) = &progress {
                    progress.add(bytes);
                }
            }
        })?;
        drop(progress);
        written.iter().for_each(already_there);
        let written: Vec<_> = written.into_iter().map(|one| one.path).collect();
        if self.json {
            print(serde_json::json!({"submission": self.id, "to": self.to, "files": written}))?;
        } else {
            for path in &written {
                print(path.display())?;
            }
            eprintln!("age -d -i RECOVERY-SHEET card.age > card.txt; age -d -i card.txt 0.age > FILE");
        }
        Ok(())
    }
}
