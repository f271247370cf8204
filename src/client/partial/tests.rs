use super::*;
use crate::client::age::{payload_key, seal};
use crate::client::fetch::write_whole;
use crate::sealed::header;
use crate::sealed::identity::Identity;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A sealed file of `size` bytes: its payload, and what opens it.
struct Sealed {
    plain: Vec<u8>,
    bytes: Vec<u8>,
    identity: Identity,
    start: usize,
}

impl Sealed {
    fn of(size: usize) -> Self {
        let plain: Vec<u8> = (0..size).map(|n| (n * 11 % 253) as u8).collect();
        let identity = Identity::random();
        let bytes = seal(&identity.recipient(), &plain);
        let start = header::parse(&bytes).unwrap().len + 16;
        Self { plain, bytes, identity, start }
    }

    fn size(&self) -> u64 {
        self.plain.len() as u64
    }

    fn opening(&self) -> Opening {
        Opening::new(payload_key(&self.identity, &self.bytes[..self.start]).unwrap(), self.size()).unwrap()
    }

    /// The first `count` bytes of the payload come.
    fn comes(&self, partial: &Partial, opening: &mut Opening, count: usize) {
        let payload = &self.bytes[self.start..];
        let from = opening.goes_on_at() as usize;
        let some = &payload[from..count.min(payload.len())];
        opening.takes(some, |plain| partial.takes(&plain, self.size())).unwrap();
    }

    /// What is proven of what lies there.
    fn proven(&self, folder: &Path) -> u64 {
        let (partial, mut opening) = (Partial::named(folder, 1).unwrap(), self.opening());
        partial.is_proven(&mut opening, self.size());
        partial.keep();
        opening.opened()
    }
}

#[test]
fn what_is_not_ours_alone_is_not_written_into() {
    use std::os::unix::fs::PermissionsExt as _;
    for linked in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (other, part) = (folder.path().join("other"), hidden(folder.path(), 1));
        fs::write(&other, b"another's").unwrap();
        let open = fs::Permissions::from_mode(if linked { 0o600 } else { 0o644 });
        fs::set_permissions(&other, open).unwrap();
        if linked {
            fs::hard_link(&other, &part).unwrap()
        } else {
            fs::rename(&other, &part).unwrap()
        }
        let fresh = Partial::named(folder.path(), 1).unwrap();
        assert_ne!(fresh.path, part);
        assert!(!fresh.named);
        drop(fresh);
        assert_eq!(fs::read(&part).unwrap(), b"another's");
    }
}

#[test]
fn an_existing_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let first = write_whole(folder.path(), "set.mp4", b"one").unwrap();
    let second = write_whole(folder.path(), "set.mp4", b"two").unwrap();
    assert_eq!(second.path, folder.path().join("set (2).mp4"));
    assert_eq!(fs::read(first.path).unwrap(), b"one");
    assert_eq!(fs::read(second.path).unwrap(), b"two");
}

#[test]
fn the_same_content_is_not_kept_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = vec![7; 3 * 8192 + 1];
    let write = |bytes: &[u8]| write_whole(folder.path(), "set.mp4", bytes).unwrap();
    let first = write(&bytes);
    assert_eq!(write(&bytes), Saved { already: true, ..first });
    *bytes.last_mut().unwrap() = 8;
    let other = write(&bytes);
    assert_eq!(other, Saved { path: folder.path().join("set (2).mp4"), already: false });
    assert_eq!(write(&bytes), Saved { already: true, ..other });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_link_to_the_same_content_is_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, to) = (folder.path().join("mine"), folder.path().join("to"));
    fs::create_dir(&to).unwrap();
    fs::write(&mine, b"one").unwrap();
    std::os::unix::fs::symlink(&mine, to.join("set.mp4")).unwrap();
    let saved = write_whole(&to, "set.mp4", b"one").unwrap();
    assert_eq!(saved, Saved { path: to.join("set (2).mp4"), already: false });
}

#[test]
fn a_file_that_was_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut partial = Partial::create(folder.path()).unwrap();
    partial.write(b"half").unwrap();
    drop(partial);
    drop(Partial::named(folder.path(), 1).unwrap());
    // Nobody could find it again.
    Partial::create(folder.path()).unwrap().keep();
    assert!(names(folder.path()).is_empty());
}

#[test]
fn what_was_kept_is_gone_on_with_and_becomes_the_file() {
    let (folder, sealed) = (tempfile::tempdir().unwrap(), Sealed::of(300_000));
    let (partial, mut opening) = (Partial::named(folder.path(), 1).unwrap(), sealed.opening());
    sealed.comes(&partial, &mut opening, 150_000);
    partial.keep();
    assert_eq!(names(folder.path()), [".dewdrop-0000000000000001.part"]);
    assert_eq!(sealed.proven(folder.path()), 2 * CHUNK);
    let (partial, mut opening) = (Partial::named(folder.path(), 1).unwrap(), sealed.opening());
    partial.is_proven(&mut opening, sealed.size());
    sealed.comes(&partial, &mut opening, usize::MAX);
    assert!(opening.is_done());
    let saved = partial.finish(folder.path(), "film.mp4", sealed.size()).unwrap();
    assert!(fs::read(&saved.path).unwrap() == sealed.plain);
    assert_eq!((names(folder.path()), saved.already), (vec!["film.mp4".to_owned()], false));
}

#[test]
fn of_what_lies_there_nothing_is_believed() {
    let (folder, sealed) = (tempfile::tempdir().unwrap(), Sealed::of(200_000));
    let (partial, mut opening) = (Partial::named(folder.path(), 1).unwrap(), sealed.opening());
    sealed.comes(&partial, &mut opening, usize::MAX);
    let path = partial.path.clone();
    partial.keep();
    let whole = fs::read(&path).unwrap();
    assert_eq!(sealed.proven(folder.path()), 200_000);
    // A byte of a chunk, a tag, another file's, zeros as after a power cut, one cut short, one too long.
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut other = whole.clone();
    other[..65_536].copy_from_slice(&whole[65_536..131_072]);
    let mut zeros = whole.clone();
    zeros[131_072..].fill(0);
    for (found, proven) in [
        (changed(70_000), CHUNK),
        (changed(200_000 + 16), CHUNK),
        (changed(0), 0),
        (other, 0),
        (zeros, 0),
        (whole[..199_000].to_vec(), 0),
        ([whole.clone(), vec![1; 100]].concat(), 200_000),
        (Vec::new(), 0),
    ] {
        fs::write(&path, &found).unwrap();
        assert_eq!(sealed.proven(folder.path()), proven, "{}", found.len());
    }
    // Of another file under the same name.
    fs::write(&path, &whole).unwrap();
    assert_eq!(Sealed::of(200_000).proven(folder.path()), 0);
}

#[test]
fn two_at_once_do_not_write_the_same_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = Partial::named(folder.path(), 1).unwrap();
    let second = Partial::named(folder.path(), 1).unwrap();
    assert_ne!(first.path, second.path);
    drop(second);
    // Who opened it before it got its name must not write into what it became.
    let waiting = File::open(&first.path).unwrap();
    let saved = first.finish(folder.path(), "a", 0).unwrap();
    assert!(!lies_there(&waiting, &folder.path().join(".dewdrop-0000000000000001.part")).unwrap());
    let third = Partial::named(folder.path(), 1).unwrap();
    third.takes(&Plain { index: 0, bytes: b"x", tag: &[0; 16] }, 1).unwrap();
    assert_eq!(fs::read(saved.path).unwrap(), b"");
}

#[test]
fn a_link_in_its_place_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    fs::write(&mine, b"mine").unwrap();
    std::os::unix::fs::symlink(&mine, folder.path().join(".dewdrop-0000000000000001.part")).unwrap();
    assert!(Partial::named(folder.path(), 1).is_err());
    assert_eq!(fs::read(mine).unwrap(), b"mine");
}

#[test]
fn what_nobody_went_on_with_for_a_week_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join(crate::ids::SubmissionId([7; 16]).to_string());
    let elsewhere = folder.path().join("elsewhere");
    for one in [&inside, &elsewhere] {
        fs::create_dir(one).unwrap();
        Partial::named(one, 1).unwrap().keep();
        fs::write(one.join("film.mp4"), b"x").unwrap();
    }
    Partial::named(folder.path(), 1).unwrap().keep();
    let held = Partial::named(folder.path(), 2).unwrap();
    let written = fs::metadata(&held.path).unwrap().modified().unwrap();
    let written = Time(written.duration_since(UNIX_EPOCH).unwrap().as_secs());
    sweep(folder.path(), written + Span(OLD.0 - 5));
    assert_eq!((names(folder.path()).len(), names(&inside).len()), (4, 2));
    sweep(folder.path(), written + OLD + Span(5));
    assert_eq!(names(&inside), ["film.mp4"]);
    assert_eq!(names(&elsewhere).len(), 2, "a folder of someone's own");
    assert_eq!(names(folder.path()).len(), 3, "the one that is written stays");
}
