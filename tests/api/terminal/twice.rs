//! What a trainer reads and gets who lists and fetches again and again.

use super::person::{Person, Serving};
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn fetching_twice_keeps_everything_once_and_says_so() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let film = client.writes("set.mp4", &[7; 200_000]);
    let sent = client.sends(&trainer.makes_a_link(&[]), &[film]).json();
    let to = trainer.path("in");
    let folder = to.join(sent["submission"].as_str().unwrap());
    let fetch = || trainer.opens(&["fetch", "--all", "--to"], std::slice::from_ref(&to));
    let first = fetch();
    assert!(!first.ok().stderr.contains("already there"), "{}", first.stderr);
    let again = fetch();
    assert_eq!(again.ok().stdout, first.stdout);
    for name in ["set.mp4", "answers.json"] {
        let line = format!("already there: {}", folder.join(name).display());
        assert!(again.stderr.lines().any(|one| one == line), "{}", again.stderr);
    }
    assert_eq!(names(&folder), ["answers.json", "set.mp4"]);
    // One byte differs: it is someone's own file now.
    let mut changed = vec![7; 200_000];
    changed[199_999] = 8;
    fs::write(folder.join("set.mp4"), &changed).unwrap();
    fetch().ok();
    assert_eq!(fs::read(folder.join("set.mp4")).unwrap(), changed);
    assert_eq!(fs::read(folder.join("set (2).mp4")).unwrap(), [7; 200_000]);
}

#[test]
fn the_list_says_what_will_be_erased_and_what_is_being_erased() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let file = client.writes("a.txt", b"a");
    let sent = client.sends(&trainer.makes_a_link(&["--for", "Jo"]), &[file]).json();
    trainer.makes_a_link(&["--for", "Kim"]);
    let line = |word: &str| {
        let listed = trainer.opens(&["list"], &[]);
        let mut lines = listed.ok().stdout.lines();
        lines.find(|line| line.contains(word)).unwrap_or_else(|| panic!("{}", listed.stdout)).to_owned()
    };
    assert!(line("Jo").contains("0 of 1 files saved  will be erased on 20"), "{}", line("Jo"));
    assert!(line("Kim").contains("1 of 1 uses left  closes on 20"), "{}", line("Kim"));
    // It can still be kept, for ten seconds.
    trainer.runs(&["erase", sent["submission"].as_str().unwrap()], &[]).ok();
    assert!(line("Jo").ends_with("being erased"), "{}", line("Jo"));
}
