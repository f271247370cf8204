//! That sealing beside sending gives the same bytes whatever becomes of the stage.

use super::*;
use crate::client::age::open;
use crate::client::stages::Stages;
use crate::client::stages::tests::begun;
use crate::sealed::identity::Identity;
use std::path::Path;

struct Scene {
    folder: tempfile::TempDir,
    identity: Identity,
    plain: Vec<u8>,
}

impl Scene {
    fn new(len: usize) -> Self {
        let plain: Vec<u8> = (0..len).map(|n| (n * 7 % 253) as u8).collect();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("film"), &plain).unwrap();
        Self { folder, identity: Identity::random(), plain }
    }

    fn film(&self) -> std::path::PathBuf {
        self.folder.path().join("film")
    }

    fn sealing(&self) -> Sealing<SourceFile> {
        let source = SourceFile::new(File::open(self.film()).unwrap()).unwrap();
        Sealing::begin(&self.identity.recipient(), source, self.plain.len() as u64)
    }

    fn entry(&self, files: u8) -> Arc<Mutex<Entry>> {
        let stages = Stages::in_profile(self.folder.path());
        Arc::new(Mutex::new(stages.begin(begun(files)).unwrap()))
    }

    fn opens(&self, sealed: &[u8]) {
        assert!(*open(&self.identity, sealed, self.plain.len()).unwrap() == self.plain);
    }
}

fn all_of(staging: &Staging, n: u8, size: u64) -> Result<Vec<u8>, PieceError> {
    let mut source = staging.source(n)?;
    let mut all = Vec::new();
    while (all.len() as u64) < size {
        all.extend_from_slice(&staging.piece(n, &mut source, size, all.len() as u64, 300_000)?);
    }
    Ok(all)
}

#[test]
fn what_is_read_while_it_is_sealed_is_the_file_and_stays_readable_without_it() {
    let scene = Scene::new(5_000_000);
    let (entry, standing) = (scene.entry(2), Arc::<Standing>::default());
    standing.set(Stand::Sealing);
    let files = vec![(0, scene.sealing()), (1, scene.sealing())];
    let (size, other) = (files[0].1.sealed_size, files[1].1.sealed_size);
    let staging = Staging::begin(files, Arc::clone(&entry), Arc::clone(&standing));
    let first = all_of(&staging, 0, size).unwrap();
    scene.opens(&first);
    let second = all_of(&staging, 1, other).unwrap();
    scene.opens(&second);
    assert_ne!(first, second, "each has a key of its own");
    while standing.get() != Stand::Safe {
        thread::yield_now();
    }
    std::fs::remove_file(scene.film()).unwrap();
    let later = Staging::begin(vec![], entry, standing);
    assert_eq!(all_of(&later, 0, size).unwrap(), first);
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_fills_hands_the_sealing_over_and_the_bytes_go_on_as_they_began() {
    let scene = Scene::new(5_000_000);
    let mut sealing = scene.sealing();
    let size = sealing.sealed_size;
    let mut written = Vec::new();
    sealing.piece(0..2_000_000, &mut written).unwrap();
    let failed = seal(&mut sealing, &mut Full(3_000_000), &|_| {}, &AtomicBool::new(false));
    assert!(matches!(failed, Err(Unstaged::Disk)));
    let staging = Staging::in_flight(vec![(0, sealing)], None);
    let all = all_of(&staging, 0, size).unwrap();
    assert!(all.starts_with(&written));
    scene.opens(&all);
}

#[test]
fn a_stage_that_can_not_be_made_is_no_reason_to_stop() {
    let scene = Scene::new(300_000);
    let (entry, standing) = (scene.entry(1), Arc::<Standing>::default());
    standing.set(Stand::Sealing);
    // Someone's folder lies where the stage belongs.
    let stage = |entry: &Entry| std::fs::create_dir_all(folder_of(&scene, entry).join("0/x")).unwrap();
    stage(&entry.lock().unwrap());
    let sealing = scene.sealing();
    let size = sealing.sealed_size;
    let staging = Staging::begin(vec![(0, sealing)], entry, Arc::clone(&standing));
    scene.opens(&all_of(&staging, 0, size).unwrap());
    assert_eq!(standing.get(), Stand::Sealing, "it is not safe");
}

fn folder_of(scene: &Scene, entry: &Entry) -> std::path::PathBuf {
    Path::new(scene.folder.path()).join("sending").join(entry.begun.submission.to_string())
}

#[test]
fn a_file_that_changes_shrinks_or_grows_is_never_whole() {
    type Change = fn(&Path);
    let changes: [Change; 3] = [
        |film| std::fs::write(film, vec![1; 300_000]).unwrap(),
        |film| File::options().write(true).open(film).unwrap().set_len(100_000).unwrap(),
        |film| File::options().append(true).open(film).unwrap().write_all(b"more").unwrap(),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        for keeps in [true, false] {
            let scene = Scene::new(300_000);
            let sealing = scene.sealing();
            let size = sealing.sealed_size;
            // Its time of change is another one however coarse the disk's clock is.
            change(&scene.film());
            let touched = SystemTime::now() + std::time::Duration::from_secs(5);
            File::options().write(true).open(scene.film()).unwrap().set_modified(touched).unwrap();
            let staging = if keeps {
                Staging::begin(vec![(0, sealing)], scene.entry(1), Arc::default())
            } else {
                Staging::in_flight(vec![(0, sealing)], None)
            };
            let refused = all_of(&staging, 0, size).is_err();
            assert!(refused, "change {at}, kept: {keeps}");
        }
    }
}
