//! `dewdrop doctor URL`: is everything between visitors and the server as it must be?

use super::profile::Profile;
use super::{Found, argument, now, print, shown};
use crate::client::doctor::{Line, State, public, with_account};
use crate::client::http::Server;
use clap::Args;
use serde_json::json;

/// Look at a server through its public address and say what to change; signed in, it sees more
#[derive(Args)]
pub(super) struct Doctor {
    /// The server's address, `-` for stdin, or `@FILE`
    url: String,
    /// Send a test by every way of telling that is set
    #[arg(long)]
    send_test: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self, profile: &Profile) -> anyhow::Result<()> {
        let server = Server::at(&argument::text(&self.url)?)?;
        let mut lines = public(&server, now());
        let reachable = lines.len() > 1;
        match profile.desk() {
            _ if !reachable => {}
            Ok(desk) if desk.server.origin == server.origin => {
                lines.extend(with_account(&desk, self.send_test));
            }
            _ => lines.push(Line {
                state: State::Look,
                what: "not checked",
                found: "8 MiB pieces, an early 507, live events, disk, sweep, alerts need a session"
                    .to_owned(),
                todo: Some("sign in with `dewdrop login URL --name NAME` and run this again"),
            }),
        }
        if self.json {
            print(json!({"lines": lines}))?;
        } else {
            lines.iter().try_for_each(words)?;
        }
        if lines.iter().any(|line| line.state == State::Wrong) { Err(Found.into()) } else { Ok(()) }
    }
}

fn words(line: &Line) -> anyhow::Result<()> {
    let state = format!("{:?}", line.state).to_lowercase();
    print(format!("{state:6} {:12} {}", line.what, shown(&line.found)))?;
    match line.todo {
        Some(todo) => print(format!("{:20}-> {todo}", "")),
        None => Ok(()),
    }
}
