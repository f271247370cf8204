//! `dewdrop login URL`: a session for this terminal.

use super::passphrase::PassphraseSource;
use super::profile::Profile;
use super::{argument, date, print};
use crate::client::desk::{Name, Unlocking, salt, sign_in};
use crate::client::http::Server;
use clap::Args;

/// Sign in to a server
#[derive(Args)]
pub(super) struct Login {
    /// The server's address, `-` for stdin, or `@FILE`
    url: String,
    /// The name to sign in with
    #[arg(long)]
    name: Name,
    #[command(flatten)]
    passphrase: PassphraseSource,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Login {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let server = Server::at(&argument::text(&self.url)?)?;
        let passphrase = self.passphrase.read()?;
        let salt = salt(&server, &self.name)?;
        let desk = sign_in(server, &self.name, &Unlocking::derive(&passphrase, &salt))?;
        profile.keep(&desk)?;
        if self.json {
            print(serde_json::json!({"account": desk.account, "expires_at": desk.expires_at}))?;
        }
        eprintln!("Signed in until {}.", date::words(desk.expires_at));
        Ok(())
    }
}
