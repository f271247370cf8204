//! `dewdrop setup URL`: the first account of a server.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{argument, print};
use crate::client::desk::{Name, NewAccount, salt};
use crate::client::http::Server;
use crate::tokens::Bearer;
use anyhow::Context as _;
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Create the first account with the set-up address that `serve` printed, and sign in
#[derive(Args)]
pub(super) struct Setup {
    /// The set-up address, `-` for stdin, or `@FILE`
    url: String,
    /// The name to sign in with: 3 to 64 of a-z 0-9 . _ @ -
    #[arg(long)]
    name: Name,
    /// The name that senders see
    #[arg(long, value_name = "NAME")]
    display: String,
    /// Where to write the recovery sheet; must not exist
    #[arg(long, value_name = "FILE")]
    recovery_out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Setup {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let url = argument::text(&self.url)?;
        let (_, token) = url.trim().split_once("#setup.").context("this is not a set-up address")?;
        let token = Bearer::parse(token).context("this is not a set-up address")?;
        let display = self.display.trim();
        anyhow::ensure!(!display.is_empty(), "the name that senders see is empty");
        let server = Server::at(&url)?;
        let passphrase = self.passphrase.choose()?;
        let salt = salt(&server, &self.name)?;
        let account = NewAccount::new(self.name, display, &passphrase, salt);
        // Kept before the account is there: without it a lost passphrase would lose everything.
        write_sheet(&self.recovery_out, &account.recovery_sheet(&server))?;
        let desk = account.create(server, &token).inspect_err(|_| {
            // A sheet of an account that was never made helps nobody; if this fails it stays.
            let _ = fs::remove_file(&self.recovery_out);
        })?;
        profile.keep(&desk)?;
        if self.json {
            print(serde_json::json!({"account": desk.account, "expires_at": desk.expires_at}))?;
        }
        eprintln!("Signed in. Print {} and keep it away from this machine.", self.recovery_out.display());
        Ok(())
    }
}

fn write_sheet(path: &Path, sheet: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(sheet.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| path.display().to_string())
}
