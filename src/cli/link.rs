//! `dewdrop link`: make a link to give to a sender.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{date, duration, now, print, qr};
use crate::client::new_link::{Form, Wish, form, make};
use crate::time::Span;
use anyhow::Context as _;
use clap::Args;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, stderr};
use std::path::{Path, PathBuf};

const WEEK: Span = Span(7 * Span::DAY.0);

/// Make a link through which someone can send
#[derive(Args)]
pub(super) struct MakeLink {
    /// A label that only you see
    #[arg(long = "for", value_name = "LABEL", default_value = "")]
    label: String,
    /// How long what was sent is kept: 1h to 7d; without it as the template says, or 7d
    #[arg(long, value_parser = duration::retention)]
    retention: Option<Span>,
    /// How long the link stays open: 1h to 30d; without it as the template says, or 7d
    #[arg(long, value_parser = duration::open_until)]
    open_until: Option<Span>,
    /// How often it can be used; without it as the template says, or once
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    uses: Option<u32>,
    /// What to ask: a template as the desk exports it, JSON
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
                Form::read(&whole(path).with_context(name)?).with_context(name)?
            }
            None => Form::empty(),
        };
        let (desk, unlocked) = profile.unlocked(&self.passphrase)?;
        let wish = Wish {
            label: self.label,
            retention: self.retention.or(template.retention).unwrap_or(WEEK),
            closes_at: now() + self.open_until.or(template.open_for).unwrap_or(WEEK),
            uses: self.uses.or(template.uses).unwrap_or(1),
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

/// A file, or a little more of it than a form may have.
fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(form::MOST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
