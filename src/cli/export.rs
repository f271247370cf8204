//! `dewdrop export FILE`: the whole store as one sealed file, without keys, with the server stopped.

use super::progress::Progress;
use super::settings::{Folders, config};
use super::{log, print};
use crate::clock::Clock;
use crate::store::{Exported, MoveError, OpenError, Paths, Store};
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use std::fs::{self, File};
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Write everything the server keeps into one sealed file, without the keys (server stopped)
#[derive(Args)]
pub(super) struct Export {
    /// The file to write, or - for stdout
    file: PathBuf,
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config(&self.folders)?;
        let streamed = self.file == Path::new("-");
        ensure!(config.data.join("format").exists(), "{}: there is no store", config.data.display());
        ensure!(!(streamed && self.json), "--json and - both want stdout");
        ensure!(!(streamed && io::stdout().is_terminal()), "an export is not for a terminal");
        ensure!(streamed || !self.file.exists(), "{} is there already", self.file.display());
        log::start();
        let store = match Store::open(&Paths { data: config.data, keys: config.keys }) {
            Err(OpenError::Locked(_)) => bail!("the server is running; stop it, export, and start it again"),
            opened => opened?,
        };
        let done = if streamed {
            written(&store, io::stdout().lock())?.0
        } else {
            let done = to_file(&store, &self.file);
            done.with_context(|| self.file.display().to_string())?
        };
        let Exported { records, blobs, bytes } = done;
        if self.json {
            return print(serde_json::json!({"records": records, "blobs": blobs, "bytes": bytes}));
        }
        eprintln!("Exported {records} records and {blobs} sealed files, {bytes} bytes.");
        eprintln!("The keys are not in it: without the keys folder it is noise.");
        Ok(())
    }
}

/// All of it, or nothing under that name.
fn to_file(store: &Store, path: &Path) -> anyhow::Result<Exported> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let file = File::options().write(true).create_new(true).mode(0o600).open(&part)?;
    let made = written(store, file).and_then(|(done, file)| {
        file.sync_all()?;
        fs::rename(&part, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(done)
    });
    if made.is_err() {
        let _ = fs::remove_file(&part);
    }
    made
}

fn written<W: io::Write>(store: &Store, to: W) -> anyhow::Result<(Exported, W)> {
    let clock = Clock::open(store)?;
    // The export has the latest mark: where it is imported, time does not run backwards either.
    clock.tick()?;
    let progress = Progress::new("export", store.blob_bytes()?);
    Ok(store.export(to, clock.now().erases, &mut |bytes| progress.add(bytes)).map_err(full)?)
}

/// The disk of the export, not of the store.
fn full(error: MoveError) -> MoveError {
    match error {
        MoveError::Full => MoveError::Unwritable(io::ErrorKind::StorageFull.into()),
        other => other,
    }
}
