//! Sealing beside sending: one thread seals file after file into the stage, the sender reads what is there.
//!
//! A file is sealed once. When its last chunk is on disk its key is dropped, and the state says that it is
//! here. When the disk takes no more, that file's sealing and those after it are handed to the sender, who
//! goes on in flight: it seals what it sends, and a request that was lost is sealed again and compared.

use super::sealing::{SealError, Sealing};
use super::stages::Entry;
use super::standing::{Stand, Standing};
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

/// What is sealed and written at once.
const PORTION: u64 = 1024 * 1024;

/// A picked file as it was when it was picked.
pub struct SourceFile {
    file: File,
    facts: (u64, Option<SystemTime>),
}

impl SourceFile {
    /// # Errors
    /// When it can not be looked at.
    pub fn new(file: File) -> io::Result<Self> {
        let facts = facts(&file)?;
        Ok(Self { file, facts })
    }

    /// Whether it is what it was: size and time of the last change.
    fn is_unchanged(&self) -> bool {
        facts(&self.file).is_ok_and(|now| now == self.facts)
    }
}

fn facts(file: &File) -> io::Result<(u64, Option<SystemTime>)> {
    let facts = file.metadata()?;
    Ok((facts.len(), facts.modified().ok()))
}

impl Read for SourceFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Seek for SourceFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A file that is to be sealed, with its number.
pub type Unsealed = (u8, Sealing<SourceFile>);

/// What became of one file's sealing.
enum Sealed {
    /// So many bytes are in the stage.
    Growing(u64),
    Whole,
    /// Not in the stage: to be sealed by whoever sends it.
    InFlight(Box<Sealing<SourceFile>>),
    Handed,
    Failed(SealError),
}

struct Shared {
    files: Mutex<Vec<(u8, Sealed)>>,
    changed: Condvar,
    stop: AtomicBool,
}

impl Shared {
    fn files(&self) -> MutexGuard<'_, Vec<(u8, Sealed)>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, n: u8, sealed: Sealed) {
        if let Some(file) = self.files().iter_mut().find(|(of, _)| *of == n) {
            file.1 = sealed;
        }
        self.changed.notify_all();
    }
}

/// The files of one submission on their way out of this machine.
pub struct Staging {
    shared: Arc<Shared>,
    entry: Option<Arc<Mutex<Entry>>>,
}

/// Where the bytes of one file come from.
pub enum Source {
    Stage(File),
    InFlight(Box<Sealing<SourceFile>>),
}

/// Bytes that were sealed and are gone.
#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("what was sealed here can not be read any more: {0}")]
    Stage(io::Error),
}

impl Staging {
    /// Nothing is kept: everything is sealed when it is sent.
    #[must_use]
    pub fn in_flight(unsealed: Vec<Unsealed>, entry: Option<Arc<Mutex<Entry>>>) -> Self {
        let files = unsealed.into_iter().map(|(n, sealing)| (n, Sealed::InFlight(Box::new(sealing))));
        Self { shared: shared(files.collect()), entry }
    }

    /// Begins to seal into the stage of `entry`; files that are not among `unsealed` lie there whole.
    #[must_use]
    pub fn begin(unsealed: Vec<Unsealed>, entry: Arc<Mutex<Entry>>, standing: Arc<Standing>) -> Self {
        let files = unsealed.iter().map(|(n, _)| (*n, Sealed::Growing(0)));
        let shared = shared(files.collect());
        if unsealed.is_empty() {
            standing.set(Stand::Safe);
        }
        let (told, of) = (Arc::clone(&shared), Arc::clone(&entry));
        thread::spawn(move || seal_all(unsealed, &told, &of, &standing));
        Self { shared, entry: Some(entry) }
    }

    /// Where file `n` comes from, as far as is known now. Waits until there is something of it.
    ///
    /// # Errors
    /// [`PieceError`]
    pub fn source(&self, n: u8) -> Result<Source, PieceError> {
        if let Some(sealing) = self.waits_for(n, 1)? {
            return Ok(Source::InFlight(sealing));
        }
        let lost = || PieceError::Stage(io::ErrorKind::NotFound.into());
        let entry = self.entry.as_ref().ok_or_else(lost)?.lock().unwrap_or_else(PoisonError::into_inner);
        entry.staged(n).map(Source::Stage).map_err(PieceError::Stage)
    }

    /// The bytes of file `n`, of `size` in all, from `at` on: `most` of them, or up to the end. Waits for
    /// what is being sealed.
    ///
    /// # Errors
    /// [`PieceError`]
    pub fn piece(
        &self,
        n: u8,
        source: &mut Source,
        size: u64,
        at: u64,
        most: u64,
    ) -> Result<Bytes, PieceError> {
        let end = (at + most).min(size);
        if let Source::Stage(_) = source
            && let Some(sealing) = self.waits_for(n, end)?
        {
            *source = Source::InFlight(sealing);
        }
        let mut piece = Vec::new();
        match source {
            Source::Stage(stage) => {
                piece.resize((end - at) as usize, 0);
                stage.read_exact_at(&mut piece, at).map_err(PieceError::Stage)?;
            }
            Source::InFlight(sealing) => {
                piece.reserve_exact((end - at) as usize);
                sealing.piece(at..end, &mut piece)?;
                if end == size && !sealing.source().is_unchanged() {
                    return Err(SealError::Changed.into());
                }
            }
        }
        Ok(piece.into())
    }

    /// Until the stage holds the first `end` bytes of file `n`, or its sealing is handed over.
    fn waits_for(&self, n: u8, end: u64) -> Result<Option<Box<Sealing<SourceFile>>>, PieceError> {
        let mut files = self.shared.files();
        loop {
            let Some((_, sealed)) = files.iter_mut().find(|(of, _)| *of == n) else { return Ok(None) };
            match sealed {
                Sealed::Growing(have) if *have < end => {}
                Sealed::Growing(_) | Sealed::Whole => return Ok(None),
                _ => {
                    return match std::mem::replace(sealed, Sealed::Handed) {
                        Sealed::InFlight(sealing) => Ok(Some(sealing)),
                        Sealed::Failed(error) => Err(error.into()),
                        _ => Err(PieceError::Stage(io::ErrorKind::NotFound.into())),
                    };
                }
            }
            files = self.shared.changed.wait(files).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A file that could not be sealed, also when it is not its turn yet.
    ///
    /// # Errors
    /// [`SealError`], with its number.
    pub fn check(&self) -> Result<(), (u8, SealError)> {
        for (n, sealed) in self.shared.files().iter_mut() {
            if matches!(sealed, Sealed::Failed(_))
                && let Sealed::Failed(error) = std::mem::replace(sealed, Sealed::Handed)
            {
                return Err((*n, error));
            }
        }
        Ok(())
    }
}

impl Drop for Staging {
    /// The thread ends by itself; it may be waiting for a disk, which nobody else has to.
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

fn shared(files: Vec<(u8, Sealed)>) -> Arc<Shared> {
    Arc::new(Shared { files: Mutex::new(files), changed: Condvar::new(), stop: AtomicBool::new(false) })
}

/// Why a file is not in the stage.
enum Unstaged {
    Source(SealError),
    /// The disk takes no more.
    Disk,
    Stopped,
}

fn seal_all(unsealed: Vec<Unsealed>, shared: &Shared, entry: &Mutex<Entry>, standing: &Standing) {
    let held = || entry.lock().unwrap_or_else(PoisonError::into_inner);
    let mut unsealed = unsealed.into_iter();
    while let Some((n, mut sealing)) = unsealed.next() {
        let stage = held().stage(n);
        let sealed = match stage {
            Ok(mut stage) => {
                let grown = |have| shared.tell(n, Sealed::Growing(have));
                seal(&mut sealing, &mut stage, &grown, &shared.stop)
                    .and_then(|()| stage.sync_all().map_err(|_| Unstaged::Disk))
            }
            Err(_) => Err(Unstaged::Disk),
        };
        let kept = sealed.and_then(|()| held().keep_staged(n).map_err(|_| Unstaged::Disk));
        match kept {
            Ok(()) => shared.tell(n, Sealed::Whole),
            Err(Unstaged::Stopped) => return,
            Err(Unstaged::Source(error)) => return shared.tell(n, Sealed::Failed(error)),
            Err(Unstaged::Disk) => {
                held().unstage(n);
                shared.tell(n, Sealed::InFlight(Box::new(sealing)));
                for (n, sealing) in unsealed {
                    shared.tell(n, Sealed::InFlight(Box::new(sealing)));
                }
                return;
            }
        }
    }
    if held().begun.is_safe() && standing.get() == Stand::Sealing {
        standing.set(Stand::Safe);
    }
}

fn seal(
    sealing: &mut Sealing<SourceFile>,
    stage: &mut impl Write,
    grown: &dyn Fn(u64),
    stop: &AtomicBool,
) -> Result<(), Unstaged> {
    let (mut at, mut portion) = (0, Vec::new());
    while at < sealing.sealed_size {
        if stop.load(Ordering::Relaxed) {
            return Err(Unstaged::Stopped);
        }
        let end = sealing.even_end(at, PORTION);
        sealing.piece(at..end, &mut portion).map_err(Unstaged::Source)?;
        stage.write_all(&portion).map_err(|_| Unstaged::Disk)?;
        at = end;
        // Its end is not sent before it is known to be the file that was begun.
        if at == sealing.sealed_size && !sealing.source().is_unchanged() {
            return Err(Unstaged::Source(SealError::Changed));
        }
        grown(at);
    }
    Ok(())
}

#[cfg(test)]
#[path = "staging/tests.rs"]
mod tests;
