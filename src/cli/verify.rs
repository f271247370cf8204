//! `dewdrop verify URL`: does the server serve what this program would?

use super::{Found, argument, print, shown};
use crate::assets::Kind;
use crate::client::http::Server;
use crate::client::verify::{Compared, verify};
use anyhow::Context as _;
use clap::Args;
use serde_json::json;

/// Compare every page, script and picture that a server serves with the ones in this program
#[derive(Args)]
pub(super) struct Verify {
    /// The server's address, `-` for stdin, or `@FILE`
    url: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let server = Server::at(&argument::text(&self.url)?)?;
        let mut printed = Ok(());
        let compared = verify(&server, |one| {
            if !self.json && printed.is_ok() {
                printed = lines(one);
            }
        })
        .context("nothing could be compared")?;
        printed?;
        let different = compared.iter().filter(|one| !one.findings.is_empty()).count();
        let version = env!("CARGO_PKG_VERSION");
        if self.json {
            print(json!({"same": different == 0, "version": version, "compared": compared}))?;
        }
        let (host, all) = (server.host(), compared.len());
        if different == 0 {
            eprintln!("All {all} addresses of {host} answer as dewdrop {version} does.");
            return Ok(());
        }
        eprintln!("{different} of {all} addresses of {host} do not answer as dewdrop {version} does.");
        if compared.iter().filter(|one| one.kind == Kind::Script).all(|one| !one.findings.is_empty()) {
            eprintln!("No script is the same: the server may run another version than this program.");
        }
        Err(Found.into())
    }
}

fn lines(one: &Compared) -> anyhow::Result<()> {
    let kind = format!("{:?}", one.kind).to_lowercase();
    let told = if one.findings.is_empty() { "same" } else { "DIFFERENT" };
    print(format!("{kind:8} {:48} {told}", one.address))?;
    one.findings.iter().try_for_each(|finding| print(format!("         - {}", shown(finding))))
}
