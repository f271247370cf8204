//! The folder of the records as files: what a crash left in it, and what changes places there.
//!
//! ```text
//! records/      the database           records.new/  a compacted copy, complete once records/ is gone
//! records.old/  what a copy replaced   records/aside/  snapshots that would not open
//! ```

use rustix::fs::fsync;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Finishes or undoes a compaction that was cut short.
pub fn settle(data: &Path) -> io::Result<()> {
    let [here, new, old] = ["records", "records.new", "records.old"].map(|name| data.join(name));
    if !here.exists() && old.exists() {
        // The old one left its place only after the new one was complete.
        fs::rename(if new.exists() { &new } else { &old }, &here)?;
        sync_dir(data)?;
    }
    remove_all(&new)?;
    remove_all(&old)
}

/// Removes snapshots that a kill left half-written; sled would take them for whole ones.
pub fn drop_torn_snapshots(path: &Path) -> io::Result<()> {
    for name in snapshots(path)?.iter().filter(|name| name.ends_with(".generating")) {
        fs::remove_file(path.join(name))?;
    }
    Ok(())
}

/// Moves all snapshots out of sled's sight: it reads its log instead.
pub fn set_snapshots_aside(path: &Path) -> io::Result<()> {
    let aside = path.join("aside");
    fs::create_dir_all(&aside)?;
    for name in snapshots(path)? {
        fs::rename(path.join(&name), aside.join(&name))?;
    }
    Ok(())
}

fn snapshots(path: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names: io::Result<Vec<String>> = names.collect();
    Ok(names?.into_iter().filter(|name| name.starts_with("snap.")).collect())
}

/// Syncs the files in a directory, then the directory.
pub fn sync_all(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        } else {
            fsync(File::open(entry.path())?)?;
        }
    }
    sync_dir(path)
}

/// Makes what was made, renamed or unlinked in a directory durable.
pub fn sync_dir(path: &Path) -> io::Result<()> {
    Ok(fsync(File::open(path)?)?)
}

/// Removes a directory and all in it; not found is success.
pub fn remove_all(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
