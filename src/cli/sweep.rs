//! `dewdrop sweep`: one pass by hand, for an operator whose server is stopped.

use super::settings::{Folders, config};
use super::{log, print};
use crate::app::{self, App};
use crate::store::OpenError;
use anyhow::bail;
use clap::Args;
use std::time::SystemTime;

/// Erase what is due, with the server stopped; a running server sweeps by itself
#[derive(Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Sweep {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self.folders)?;
        let data = config.data.clone();
        anyhow::ensure!(data.is_dir(), "{}: there is no such folder", data.display());
        log::start();
        let app = App::open(config).map_err(|error| match error.downcast_ref() {
            Some(OpenError::Locked(_)) => anyhow::anyhow!("the server sweeps; {}", last_pass(&data)),
            _ => error,
        })?;
        let report = app.sweep()?;
        let (links, submissions) = (report.links, report.submissions);
        if self.json {
            print(
                serde_json::json!({"submissions": submissions, "links": links, "failures": report.failures}),
            )?;
        } else {
            print(format!("erased {submissions} submissions and {links} links"))?;
        }
        match report.failures {
            0 => Ok(()),
            some => bail!("{some} could not be erased; the log says why"),
        }
    }
}

fn last_pass(data: &std::path::Path) -> String {
    let ago = app::last_sweep(data).and_then(|last| SystemTime::now().duration_since(last).ok());
    ago.map_or("it has not finished a pass yet".to_owned(), |ago| {
        format!("last pass {} s ago", ago.as_secs())
    })
}
