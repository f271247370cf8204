//! That a stage is its owner's alone, held by one, and gone when it is erased.

use super::*;
use crate::bytes::Octets;
use crate::client::begun::{Beginning, BegunFile, Facts};
use crate::ids::LinkId;
use crate::sealed::answers::Answers;
use crate::sealed::hash::Hash;
use crate::sealed::identity::Identity;
use crate::sealed::link::{Fingerprint, Link, ReceiptSecret, Secret, receipt};
use crate::sealed::manifest::ManifestFile;
use crate::time::Time;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

/// One that was begun, with so many files.
pub fn begun(files: u8) -> Begun {
    let recipient = Identity::random().recipient();
    let fingerprint = Fingerprint::of(&recipient);
    let link = Link { origin: "http://127.0.0.1:9".into(), secret: Secret::random(), fingerprint };
    let mut begun = Begun::new(Beginning {
        link: &link,
        link_id: LinkId([1; 16]),
        recipient: &recipient,
        invitation: Hash([2; 32]),
        submission: SubmissionId([3; 16]),
        receipt: &receipt(&link.origin, &ReceiptSecret::random(), &fingerprint),
        facts: Facts { answers: Answers::new(), consent: None, sender: "Ada Quillfeather".into() },
        now: Time(5),
    });
    begun.manifest = Octets(vec![7; 10]);
    for _ in 0..files {
        let n = begun.takes_number().unwrap();
        let stated = ManifestFile {
            n,
            head: Hash([n; 32]),
            size: 3,
            name: "a film.mp4".into(),
            kind: "video/mp4".into(),
            modified: None,
            question: None,
        };
        begun.files.push(BegunFile::new(stated, 203, Path::new("/home/ada/a film.mp4")));
    }
    begun
}

fn place() -> (tempfile::TempDir, Stages) {
    let profile = tempfile::tempdir().unwrap();
    let stages = Stages::in_profile(&profile.path().join("profile"));
    (profile, stages)
}

#[test]
fn everything_is_its_owners_alone_and_read_again() {
    let (profile, stages) = place();
    let entry = stages.begin(begun(2)).unwrap();
    entry.stage(0).unwrap().write_all(b"sealed").unwrap();
    let mut folders = vec![profile.path().join("profile")];
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            seen.insert(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["0", "lock", "state.json"]);
    let (id, receipt) = (entry.begun.submission, entry.begun.receipt());
    drop(entry);
    let again = stages.take(id).unwrap();
    assert_eq!(again.begun.receipt(), receipt);
    assert_eq!(again.begun.files[1].path(), Some("/home/ada/a film.mp4".into()));
}

#[test]
fn one_process_holds_it_and_nobody_finds_what_was_erased() {
    let (_profile, stages) = place();
    let entry = stages.begin(begun(0)).unwrap();
    let id = entry.begun.submission;
    assert!(matches!(stages.take(id), Err(TakeError::Taken)));
    assert_eq!(stages.ids().unwrap(), [id]);
    entry.erase().unwrap();
    assert!(matches!(stages.take(id), Err(TakeError::Gone)));
    assert_eq!(stages.names().unwrap(), Vec::<String>::new());
}

#[test]
fn words_and_paths_are_kept_until_everything_is_sealed_and_no_longer() {
    let (_profile, stages) = place();
    let mut entry = stages.begin(begun(2)).unwrap();
    let read = || fs::read_to_string(entry_path(&stages).join("state.json")).unwrap();
    entry.keep_staged(0).unwrap();
    assert!(read().contains("Ada Quillfeather") && entry.begun.files[0].path().is_some());
    entry.keep_staged(1).unwrap();
    assert!(entry.begun.is_safe() && !read().contains("Ada Quillfeather"));
    assert!(entry.begun.files.iter().all(|file| file.path().is_none()));
}

fn entry_path(stages: &Stages) -> PathBuf {
    stages.folder.join(SubmissionId([3; 16]).to_string())
}

#[test]
fn a_damaged_state_is_told_and_can_still_be_erased() {
    let (_profile, stages) = place();
    let id = stages.begin(begun(1)).unwrap().begun.submission;
    let path = entry_path(&stages).join("state.json");
    let whole = fs::read_to_string(&path).unwrap();
    for state in ["", "{}", &whole[..whole.len() / 2], &whole.replace("\"v\":1", "\"v\":2")] {
        fs::write(&path, state).unwrap();
        assert!(matches!(stages.take(id), Err(TakeError::Begun(_))), "{state}");
    }
    // A number that was not given out yet would be used twice.
    fs::write(&path, whole.replace("\"next_number\":1", "\"next_number\":0")).unwrap();
    assert!(matches!(stages.take(id), Err(TakeError::Begun(_))));
    stages.erase_damaged(id).unwrap();
    assert!(stages.ids().unwrap().is_empty());
}

#[test]
fn what_a_killed_process_left_without_a_name_is_cleared_away() {
    let (_profile, stages) = place();
    assert!(stages.has_room(1).unwrap() && !stages.has_room(u64::MAX).unwrap());
    for name in [".gone-1", ".new-1", ".new-2"] {
        fs::create_dir(stages.folder.join(name)).unwrap();
        fs::write(stages.folder.join(name).join("0"), b"sealed").unwrap();
    }
    let old = SystemTime::now() - Duration::from_hours(2);
    File::open(stages.folder.join(".new-1")).unwrap().set_modified(old).unwrap();
    stages.clears();
    assert_eq!(stages.names().unwrap(), [".new-2"], "it may be in the making");
}
