//! The command line: one file a command.
//!
//! A contract for scripts: JSON on stdout (with `--json`), words, progress and QR on stderr; exit code
//! 0 done, 1 refused or failed with one line on stderr, 2 wrong usage; `send` and `fetch` stopped by a signal
//! 130 or 143, `fetch --watch` 0 when nothing was lacking.

mod argument;
mod begun;
mod clock;
mod date;
mod doctor;
mod duration;
mod erase;
mod export;
mod export_age;
mod fetch;
mod import;
mod link;
mod list;
mod log;
mod login;
mod passphrase;
mod profile;
mod progress;
mod qr;
mod receipt;
mod reply;
mod send;
mod serve;
mod settings;
mod setup;
mod stopping;
mod sweep;
mod tally;
mod verify;
mod watch;

use crate::client::file_name::in_line as shown;
use crate::time::Time;
use anyhow::Context as _;
use clap::{Parser, Subcommand};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// A self-hosted, ephemeral, end-to-end-encrypted file drop.
#[derive(Parser)]
#[command(name = "dewdrop", version, about)]
struct Dewdrop {
    #[command(subcommand)]
    command: Command,
    /// Folder of the session and the sealed vault.
    #[arg(long, global = true, env = "DEWDROP_PROFILE", value_name = "DIR", hide_env_values = true)]
    profile: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Setup(setup::Setup),
    Login(login::Login),
    Link(link::MakeLink),
    Send(Box<send::Send>),
    List(list::List),
    Fetch(fetch::Fetch),
    Erase(erase::Erase),
    Reply(reply::Reply),
    Receipt(receipt::Receipt),
    ExportAge(export_age::ExportAge),
    Sweep(sweep::Sweep),
    Clock(clock::Clock),
    Verify(verify::Verify),
    Doctor(doctor::Doctor),
    Export(export::Export),
    Import(import::Import),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    crate::process::keep_private();
    let Dewdrop { command, profile } = Dewdrop::parse();
    let profile = || profile::Profile::at(profile);
    let done = match command {
        Command::Serve(serve) => serve.run(),
        Command::Setup(setup) => profile().and_then(|profile| setup.run(&profile)),
        Command::Login(login) => profile().and_then(|profile| login.run(&profile)),
        Command::Link(link) => profile().and_then(|profile| link.run(&profile)),
        Command::Send(send) => send.run(profile()),
        Command::List(list) => profile().and_then(|profile| list.run(&profile)),
        Command::Fetch(fetch) => profile().and_then(|profile| fetch.run(&profile)),
        Command::Erase(erase) => profile().and_then(|profile| erase.run(&profile)),
        Command::Reply(reply) => profile().and_then(|profile| reply.run(&profile)),
        Command::Receipt(receipt) => receipt.run(),
        Command::ExportAge(export) => profile().and_then(|profile| export.run(&profile)),
        Command::Sweep(sweep) => sweep.run(),
        Command::Clock(clock) => clock.run(),
        Command::Verify(verify) => verify.run(),
        Command::Doctor(doctor) => profile().and_then(|profile| doctor.run(&profile)),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(Found) = error.downcast_ref() {
                return ExitCode::FAILURE;
            }
            eprintln!("dewdrop: {}", shown(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

/// What was looked for and found; it has been printed already.
#[derive(Debug, thiserror::Error)]
#[error("found")]
struct Found;

/// One line on stdout, or one JSON document. A reader that went away is an error, not a panic.
fn print(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{line}").context("stdout")
}

/// The clock of this machine: a server may disagree, and then says so.
fn now() -> Time {
    Time(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Dewdrop::command().debug_assert();
    }

    #[test]
    fn an_id_may_begin_like_a_flag() {
        for id in ["-hAAAAAAAAAAAAAAAAAAAA", "--AAAAAAAAAAAAAAAAAAAA", "-VAAAAAAAAAAAAAAAAAAAA"] {
            for line in [
                ["erase", id, "--json"].as_slice(),
                &["fetch", id, "--to", "x"],
                &["export-age", id, "--to", "x"],
                &["reply", id, "--text", "x"],
            ] {
                let parsed = Dewdrop::try_parse_from([&["dewdrop"], line].concat());
                assert!(
                    parsed.is_ok(),
                    "{line:?}: {}",
                    parsed.err().map(|e| e.to_string()).unwrap_or_default()
                );
            }
        }
        assert!(Dewdrop::try_parse_from(["dewdrop", "fetch", "--all", "--to", "x"]).is_ok());
        assert!(
            Dewdrop::try_parse_from(["dewdrop", "fetch", "AAAAAAAAAAAAAAAAAAAAAA", "--all", "--to", "x"])
                .is_err()
        );
    }
}
