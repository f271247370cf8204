//! `dewdrop erase ID`: erase a submission before its time.

use super::profile::Profile;
use super::{argument, print};
use crate::ids::SubmissionId;
use clap::Args;

/// Erase a submission; it is gone ten seconds later
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Erase {
    /// The submission
    #[arg(allow_hyphen_values = true, value_parser = argument::submission)]
    id: SubmissionId,
    /// Print help (no `-h`: an id may begin with it)
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Erase {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        profile.desk()?.erase(self.id)?;
        if self.json {
            print(serde_json::json!({"submission": self.id, "erased_in": 10}))?;
        } else {
            eprintln!("Erased in 10 seconds; until then the desk can keep it.");
        }
        Ok(())
    }
}
