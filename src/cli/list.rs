//! `dewdrop list`: what was received, and the links that wait.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{date, print_json};
use crate::api::{DeskLink, DeskSubmission};
use crate::client::new_link::open_card;
use crate::ids::LinkId;
use crate::sealed::identity::Identity;
use clap::Args;
use serde_json::{Value, json};

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
        let own = &unlocked.identity;
        let (links, submissions) = (desk.links()?, desk.submissions()?);
        if self.json {
            print_json(&json!({
                "submissions": submissions.iter().map(|one| submission(one, own)).collect::<Vec<_>>(),
                "links": links.iter().map(|one| link(one, own)).collect::<Vec<_>>(),
            }));
            return Ok(());
        }
        for one in &submissions {
            let saved = one.files.values().filter(|file| file.saved_at.is_some()).count();
            println!(
                "received  {}  {}  {saved} of {} files saved  erased {}",
                one.id,
                label(&one.card.0, own, one.link).unwrap_or_else(|refused| refused),
                one.files.len(),
                date::words(one.expires_at),
            );
        }
        for one in &links {
            println!(
                "{:8}  {}  {}  {} of {} uses left  closes {}",
                one.state.word(),
                one.id,
                label(&one.card.0, own, one.id).unwrap_or_else(|refused| refused),
                one.uses_left,
                one.uses,
                date::words(one.closes_at),
            );
        }
        Ok(())
    }
}

fn submission(one: &DeskSubmission, own: &Identity) -> Value {
    let files: Vec<Value> = one
        .files
        .iter()
        .map(|(n, file)| json!({"n": n, "size": file.size, "saved_at": file.saved_at}))
        .collect();
    let label = label(&one.card.0, own, one.link);
    json!({
        "id": one.id,
        "link": one.link,
        "label": label.as_ref().ok(),
        "refused": label.as_ref().err(),
        "received_at": one.received_at,
        "erases_at": one.expires_at,
        "opened_at": one.opened_at,
        "asked": one.asked,
        "files": files,
    })
}

fn link(one: &DeskLink, own: &Identity) -> Value {
    let label = label(&one.card.0, own, one.id);
    json!({
        "id": one.id,
        "state": one.state,
        "label": label.as_ref().ok(),
        "refused": label.as_ref().err(),
        "created_at": one.created_at,
        "closes_at": one.closes_at,
        "ended_at": one.ended_at,
        "retention": one.retention,
        "uses": one.uses,
        "uses_left": one.uses_left,
        "receiving": one.receiving,
    })
}

/// The label that the maker of the link gave it, or why the card is refused.
fn label(card: &[u8], own: &Identity, link: LinkId) -> Result<String, String> {
    open_card(card, own, link)
        .map(|card| card.facts.label.clone())
        .map_err(|refused| format!("[refused: {refused}]"))
}
