//! `dewdrop link`: make a link to give to a sender.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{date, duration, now, print, qr};
use crate::client::new_link::{Template, Wish, make};
use crate::time::Span;
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::io::{IsTerminal as _, stderr};
use std::path::PathBuf;

/// Make a link through which someone can send
#[derive(Args)]
pub(super) struct MakeLink {
    /// A label that only you see
    #[arg(long = "for", value_name = "LABEL", default_value = "")]
    label: String,
    /// How long what was sent is kept: 1h to 7d
    #[arg(long, default_value = "7d", value_parser = duration::retention)]
    retention: Span,
    /// How long the link stays open: 1h to 30d
    #[arg(long, default_value = "7d", value_parser = duration::open_until)]
    open_until: Span,
    /// How often it can be used
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    uses: u32,
    /// JSON with greeting, instructions, questions and notice
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl MakeLink {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let template = match &self.template {
            Some(path) => {
                let name = || path.display().to_string();
                Template::read(&fs::read(path).with_context(name)?).with_context(name)?
            }
            None => Template::default(),
        };
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let wish = Wish {
            label: self.label,
            retention: self.retention,
            closes_at: now() + self.open_until,
            uses: self.uses,
            template,
        };
        let made = make(&desk, &unlocked, wish)?;
        let url = made.link.reveal();
        // Scripts keep stderr in logs; a person at a terminal wants to show it.
        if stderr().is_terminal() || !self.json {
            eprint!("{}", qr::draw(&url).unwrap_or_default());
        }
        if self.json {
            print(serde_json::json!({"url": *url, "id": made.id, "closes_at": made.closes_at}))?;
        } else {
            print(url.as_str())?;
            eprintln!("Open until {}.", date::words(made.closes_at));
        }
        Ok(())
    }
}
