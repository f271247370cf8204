//! What a running server writes down: little, and nothing that is anyone's business.

use super::person::{Person, Serving};
use crate::raw::{answer, asks};
use crate::world::until;
use reqwest::Method;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// A server whose stdout and stderr end in files of `folder`.
fn serves_into(folder: &Path, environment: &[(&str, &str)]) -> Serving {
    let file = |name: &str| File::options().append(true).create(true).open(folder.join(name)).unwrap();
    let mut command = Serving::command(&[]);
    command.run.env_remove("RUST_LOG").env_remove("JOURNAL_STREAM").envs(environment.iter().copied());
    let child = command.run.stdout(file("out")).stderr(file("err")).spawn().unwrap();
    let setup_url = until("the server says where to set it up", || {
        let said = fs::read_to_string(folder.join("out")).unwrap();
        said.lines().find_map(|line| Some(line.strip_prefix("set up: ")?.to_owned()))
    });
    command.serving(child, setup_url, Vec::new())
}

fn written(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn no_secret_label_or_path_of_anyone_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let server = serves_into(folder.path(), &[]);
    let (mara, client) = (Person::sets_up(&server), Person::new());
    let link = mara.makes_a_link(&["--for", "Zinnober Label"]);
    let film = client.writes("marker-film.mp4", b"film");
    let sent = client.sends(&link, &[film]).json();
    let (link_id, secret) = link.split_once('#').unwrap().1.split_once('.').unwrap();
    for path in ["/u%23", "/u%2523", "/u/", "/u?", "/r%23", "/r/", "/api/link/", "/nothing/"] {
        answer(asks(Method::GET, &format!("{}{path}{link_id}.{secret}", server.url), None));
    }
    let wrong = mara.writes("wrong", b"moss lantern orbit velvet cactus harbor pear\n");
    mara.runs(&["login", &server.url, "--name", "mara"], &["--passphrase-file".into(), wrong]).refusal();
    mara.fetches(&sent["submission"], &mara.path("in")).ok();
    mara.runs(&["erase", sent["submission"].as_str().unwrap()], &[]).ok();

    let (out, err) = (written(folder.path(), "out"), written(folder.path(), "err"));
    let version = env!("CARGO_PKG_VERSION");
    let data = server.data.path().display().to_string();
    let starting = err.lines().find(|line| line.contains("starting")).unwrap_or_else(|| panic!("{err}"));
    for fact in [version, server.url.trim_start_matches("http://"), &data] {
        assert!(starting.contains(fact), "{fact} is not in {starting}");
    }
    let all = format!("{out}{err}").replace(&data, "");
    assert!(all.lines().count() <= 4, "{all}");
    let submission = sent["submission"].as_str().unwrap();
    for marker in
        [link_id, secret, submission, "Zinnober", "marker", "mara", "Mara Lind", "/u", "/r", "\u{1b}"]
    {
        assert!(!all.contains(marker), "{marker} is in\n{all}");
    }
}

#[test]
fn a_line_has_its_time_but_where_the_journal_notes_it() {
    let year = |folder: &Path| written(folder, "err").lines().next().unwrap().starts_with("20");
    for is_journal in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let at = File::create(folder.path().join("err")).and_then(|file| file.metadata()).unwrap();
        let ino = if is_journal { at.ino() } else { at.ino() + 1 };
        let journal = format!("{}:{ino}", at.dev());
        let _server = serves_into(folder.path(), &[("JOURNAL_STREAM", &journal)]);
        assert_eq!(year(folder.path()), !is_journal, "{}", written(folder.path(), "err"));
    }
}
