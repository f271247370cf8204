//! `dewdrop list`: what was received, and the links that wait.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{date, print, shown};
use crate::client::list::{Label, lists};
use clap::Args;

/// List submissions and links
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let lists = lists(&desk, &unlocked)?;
        if self.json {
            print(serde_json::to_value(&lists)?)?;
            return Ok(());
        }
        for one in &lists.submissions {
            let saved = one.files.iter().filter(|file| file.saved_at.is_some()).count();
            let (of, erased) = (one.files.len(), date::words(one.erases_at));
            print(format!(
                "received  {}  {}  {saved} of {of} files saved  erased {erased}",
                one.id,
                label(&one.label)
            ))?;
        }
        for one in &lists.links {
            let (left, of, closes) = (one.uses_left, one.uses, date::words(one.closes_at));
            let (state, label) = (one.state.word(), label(&one.label));
            print(format!("{state:8}  {}  {label}  {left} of {of} uses left  closes {closes}", one.id))?;
        }
        match lists.unreadable {
            0 => {}
            1 => eprintln!("1 thing could not be read: it is damaged on the server."),
            n => eprintln!("{n} things could not be read: they are damaged on the server."),
        }
        if lists.submissions.is_empty() && lists.links.is_empty() {
            eprintln!("Nothing is here. Make a link with `dewdrop link`.");
        }
        Ok(())
    }
}

fn label(label: &Label) -> String {
    match (&label.label, &label.refused) {
        (Some(label), _) if label.is_empty() => "(no label)".to_owned(),
        (Some(label), _) => shown(label),
        (None, refused) => format!("[refused: {}]", refused.as_deref().unwrap_or_default()),
    }
}
