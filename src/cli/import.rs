//! `dewdrop import FILE`: a store made of an export, where there is none, all or nothing. The keys
//! folder was moved by hand before.

use super::progress::Progress;
use super::settings::{Folders, config};
use super::{date, log, print};
use crate::app;
use crate::store::{Imported, Paths, Store};
use anyhow::Context as _;
use clap::Args;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Make a store of an export; put the keys folder of the exported server in place first
#[derive(Args)]
pub(super) struct Import {
    /// The file that `dewdrop export` wrote, or - for stdin
    file: PathBuf,
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self.folders)?;
        let (from, size): (Box<dyn Read>, u64) = if self.file == Path::new("-") {
            (Box::new(io::stdin().lock()), 0)
        } else {
            let file = File::open(&self.file).with_context(|| self.file.display().to_string())?;
            let size = file.metadata()?.len();
            (Box::new(file), size)
        };
        log::start();
        let progress = Progress::new("import", size);
        let paths = Paths { data: config.data, keys: config.keys };
        let done = Store::import(&paths, from, &app::NOT_MOVED, &mut |bytes| progress.add(bytes))?;
        drop(progress);
        let Imported { made_at, records, blobs, erased_since, came_later } = done;
        if self.json {
            return print(serde_json::json!({
                "made_at": made_at, "records": records, "blobs": blobs,
                "erased_since": erased_since, "came_later": came_later,
            }));
        }
        eprintln!(
            "Imported {records} records and {blobs} sealed files, as they were at {}.",
            date::words(made_at)
        );
        if erased_since > 0 {
            eprintln!("{erased_since} of them were erased since, and stay erased.");
        }
        if came_later > 0 {
            eprintln!("{came_later} links or submissions came later and are not in it: they are lost.");
        }
        eprintln!(
            "Everyone signs in again. A link that was closed later is open again: close it at the desk."
        );
        Ok(())
    }
}
