//! `dewdrop clock`: what the server believes of the time, and the ways to tell it better.

use super::settings::{Folders, config};
use super::{date, print};
use crate::app;
use crate::clock::{self, Status};
use crate::store::{OpenError, Paths, Store};
use clap::{Args, ValueEnum};
use std::path::Path;

/// Show the server's clock, reset its mark (server stopped), or confirm a leap (server running)
#[derive(Args)]
pub(super) struct Clock {
    #[arg(value_enum)]
    change: Option<Change>,
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq)]
enum Change {
    /// Forget the mark: the time of this machine is right, although it is earlier
    Reset,
    /// Believe a forward leap at the next pass, within a minute
    Confirm,
}

impl Clock {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self.folders)?;
        anyhow::ensure!(config.data.is_dir(), "{}: there is no such folder", config.data.display());
        if self.change == Some(Change::Confirm) {
            return confirm(&config.data);
        }
        let store = match Store::open(&Paths { data: config.data, keys: config.keys }) {
            Err(OpenError::Locked(_)) => {
                anyhow::bail!("the server is running; stop it to see or reset its clock")
            }
            opened => opened?,
        };
        let clock = clock::Clock::open(&store)?;
        if self.change == Some(Change::Reset) {
            clock.reset()?;
        }
        let Status { wall, now, synchronised, held_for } = clock.status();
        if self.json {
            return print(serde_json::json!({
                "wall": wall, "reads": now.reads, "erases": now.erases, "synchronised": synchronised,
                "held_for": held_for,
            }));
        }
        let words = if synchronised { "synchronised" } else { "not synchronised" };
        print(format!("wall clock  {} ({words})", date::words(wall)))?;
        print(format!("reads       {}", date::words(now.reads)))?;
        print(format!("erases      {}", date::words(now.erases)))
    }
}

fn confirm(data: &Path) -> anyhow::Result<()> {
    app::confirm_clock(data)?;
    eprintln!("The server believes its clock from its next pass on, within a minute.");
    Ok(())
}
