//! A submission saved whole: its files, several at once, then what they were sent with, then the server is
//! told; erased only after that, when asked to.
//!
//! The server is told of a file when it lies durably in its folder, and of the last one only when the answers
//! do too: what counts as saved there is whole here.

use super::delivery::{self, Delivery, DeliveryError};
use super::desk::{Desk, DeskError, Unlocked};
use super::fetch::{ANSWERS, FetchError, Fetcher, Step, tell_saved, write_whole};
use super::partial::Saved;
use crate::api::DeskSubmissionWhole;
use crate::ids::SubmissionId;
use serde_json::{Value, json};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

pub use crate::sealed::manifest::ManifestFile;

/// A submission that is not saved whole.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// People count from 1.
    #[error("file {}: {error}", u16::from(*n) + 1)]
    File { n: u8, error: FetchError },
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("saved, and not erased: {0}")]
    Kept(&'static str),
    #[error("saved, and may not have been erased: {0}")]
    MayBeThere(DeskError),
}

impl CollectError {
    /// Whether the session is over, so that nothing else can be had either.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        matches!(
            self,
            Self::Desk(DeskError::SignedOut)
                | Self::MayBeThere(DeskError::SignedOut)
                | Self::Delivery(DeliveryError::Desk(DeskError::SignedOut))
                | Self::File { error: FetchError::Desk(DeskError::SignedOut), .. }
        )
    }
}

/// Lets so many work at once.
pub struct Gate {
    free: Mutex<usize>,
    left: Condvar,
}

impl Gate {
    #[must_use]
    pub fn of(many: usize) -> Self {
        Self { free: Mutex::new(many), left: Condvar::new() }
    }

    fn through<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.left.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.left.notify_one();
        done
    }
}

/// A submission that is saved.
pub struct Collected {
    pub id: SubmissionId,
    pub label: String,
    pub folder: PathBuf,
    /// In the order of the manifest.
    pub files: Vec<(ManifestFile, Saved)>,
    pub answers: Saved,
    /// For the terminal and for `answers.json`.
    pub told: Vec<Value>,
    pub erased: bool,
}

/// What collects.
pub struct Collector {
    pub desk: Desk,
    pub unlocked: Unlocked,
    pub fetcher: Fetcher,
    pub gate: Gate,
    /// Erase what was saved.
    pub erases: bool,
}

/// What hears of one file; made when its turn comes.
pub type Hears<'a> = Box<dyn FnMut(Step<'_>) + 'a>;

impl Collector {
    /// Saves all of `id` in `folder`.
    ///
    /// # Errors
    /// [`CollectError`]: of several the first. What was saved stays, and is erased nowhere.
    pub fn collects<'a>(
        &self,
        id: SubmissionId,
        folder: &Path,
        hears: &(dyn Fn(&ManifestFile) -> Hears<'a> + Sync),
    ) -> Result<Collected, CollectError> {
        let delivery = self.gate.through(|| delivery::look(&self.desk, &self.unlocked, id))?;
        make_folder(folder).map_err(|error| FetchError::Write { path: folder.to_owned(), error })?;
        if !delivery.manifest.files.is_empty() {
            delivery::tell_opened(&self.desk, id)?;
        }
        let files = self.files(&delivery, folder, hears)?;
        let told: Vec<Value> = files.iter().map(|(file, saved)| shown(&delivery, file, saved)).collect();
        let answers = write_answers(&delivery, &told, folder)?;
        if files.is_empty() {
            delivery::tell_opened(&self.desk, id)?;
        }
        for (file, _) in &files {
            tell_saved(&self.desk, id, file.n)?;
        }
        let label = delivery.card.facts.label.clone();
        let folder = folder.to_owned();
        let mut collected = Collected { id, label, folder, files, answers, told, erased: false };
        if self.erases {
            self.erase(&delivery, &collected)?;
            collected.erased = true;
        }
        Ok(collected)
    }

    fn files<'a>(
        &self,
        delivery: &Delivery,
        folder: &Path,
        hears: &(dyn Fn(&ManifestFile) -> Hears<'a> + Sync),
    ) -> Result<Vec<(ManifestFile, Saved)>, CollectError> {
        let save = |file: &ManifestFile| {
            let saved = self.gate.through(|| {
                let mut told = hears(file);
                self.fetcher.save(&self.desk, delivery, file, folder, &mut *told)
            });
            saved.map_err(|error| CollectError::File { n: file.n, error })
        };
        let (wanted, save) = (&delivery.manifest.files, &save);
        let ended: Vec<_> = thread::scope(|all| {
            let running: Vec<_> = wanted.iter().map(|file| all.spawn(move || save(file))).collect();
            running.into_iter().map(|run| run.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        let whole = ended.iter().all(Result::is_ok);
        for (file, saved) in wanted.iter().zip(&ended) {
            if !whole && saved.is_ok() {
                tell_saved(&self.desk, delivery.id, file.n)?;
            }
        }
        wanted.iter().cloned().zip(ended).map(|(file, saved)| Ok((file, saved?))).collect()
    }

    /// Asks the server to erase what lies here whole.
    fn erase(&self, delivery: &Delivery, collected: &Collected) -> Result<(), CollectError> {
        let lies_whole = |(file, saved): &(ManifestFile, Saved)| {
            fs::symlink_metadata(&saved.path).is_ok_and(|there| there.is_file() && there.len() == file.size)
        };
        if !(collected.files.iter().all(lies_whole) && collected.answers.path.is_file()) {
            return Err(CollectError::Kept("what was saved is no longer there whole"));
        }
        let whole: DeskSubmissionWhole = self.desk.get(&format!("/api/submissions/{}", delivery.id))?;
        let now = &whole.submission;
        let same = now.id == delivery.id
            && now.files.iter().map(|(n, file)| (*n, file.size)).eq(delivery.sealed_sizes.clone())
            && (now.received_at, now.expires_at) == (delivery.received_at, delivery.expires_at)
            && now.opened_at.is_some()
            && now.files.values().all(|file| file.saved_at.is_some());
        if !same {
            return Err(CollectError::Kept("the server says something else of it than before"));
        }
        self.desk.erase(delivery.id).map_err(CollectError::MayBeThere)
    }
}

fn shown(delivery: &Delivery, file: &ManifestFile, saved: &Saved) -> Value {
    json!({
        "n": file.n, "name": file.name, "type": file.kind, "size": file.size, "path": saved.path,
        "question": file.question, "asked": delivery.asked_by(file),
    })
}

fn write_answers(delivery: &Delivery, files: &[Value], folder: &Path) -> Result<Saved, FetchError> {
    let mut answers = delivery.answers();
    answers["files"] = files.into();
    write_whole(folder, ANSWERS, format!("{answers:#}\n").as_bytes())
}

/// For its owner only; that it is there is on the disk too.
fn make_folder(folder: &Path) -> io::Result<()> {
    let missing = folder.ancestors().take_while(|one| !one.as_os_str().is_empty() && !one.exists()).count();
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for above in folder.ancestors().skip(1).take(missing) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        File::open(above)?.sync_all()?;
    }
    Ok(())
}
