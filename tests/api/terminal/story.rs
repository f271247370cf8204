//! What the README shows: set up, make a link, send, list, fetch, erase, and age's own tools.

use super::person::{PASSPHRASE, Person, Serving};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const TEMPLATE: &str = r#"{
  "greeting": "Hello", "instructions": "From the side", "notice": "Used for coaching only.",
  "questions": [
    {"id": "lift", "kind": "choice", "text": "Which lift?", "help": "", "required": true,
     "choices": [{"id": "squat", "text": "Squat"}]},
    {"id": "weight", "kind": "number", "text": "Weight", "help": "", "required": false, "choices": [],
     "min": 0, "max": 300, "unit": "kg"},
    {"id": "days", "kind": "choices", "text": "Which days?", "help": "", "required": false,
     "choices": [{"id": "mon", "text": "Monday"}, {"id": "wed", "text": "Wednesday"}]},
    {"id": "note", "kind": "file", "text": "A note", "help": "", "required": false, "choices": []}
  ]}"#;

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n * 31 % 251) as u8).collect()
}

#[test]
fn a_trainer_receives_files_and_answers_as_they_were_sent() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let template = trainer.writes("template.json", TEMPLATE.as_bytes());
    let made = trainer
        .opens(
            &["link", "--for", "Jo, knee", "--retention", "1d", "--uses", "2", "--json", "--template"],
            &[template],
        )
        .json();
    assert_eq!(made["url"].as_str().map(|url| url.starts_with(&server.url)), Some(true));
    let film = client.writes("set 1.mp4", &bytes(20_000_003));
    let note = client.writes("note.txt", b"");
    let answers =
        client.writes("answers.json", br#"{"lift": "squat", "weight": 82.5, "days": ["mon", "wed"]}"#);
    let for_note = format!("--for=note={}", note.display()).into();
    let link = client.writes("link", made["url"].as_str().unwrap().as_bytes());
    let at_link = format!("@{}", link.display());
    let sent = client
        .runs(
            &["send", &at_link, "--json", "--agree", "--from", "Jo"],
            &[film.clone(), for_note, "--answers".into(), answers],
        )
        .json();
    let listed = trainer.opens(&["list", "--json"], &[]).json();
    assert_eq!(listed["submissions"][0]["id"], sent["submission"]);
    assert_eq!(listed["submissions"][0]["label"], "Jo, knee");
    assert_eq!(listed["submissions"][0]["erases_at"], sent["erases_at"]);
    assert_eq!(listed["links"][0]["id"], made["id"]);
    assert_eq!((&listed["links"][0]["state"], &listed["links"][0]["uses_left"]), (&json!("open"), &json!(1)));
    let to = trainer.path("in");
    let fetched = trainer.fetches(&sent["submission"], &to).json();
    assert_eq!(fs::read(to.join("set 1.mp4")).unwrap(), fs::read(film).unwrap());
    assert_eq!(fs::read(to.join("note.txt")).unwrap(), b"");
    let kept: Value = serde_json::from_slice(&fs::read(to.join("answers.json")).unwrap()).unwrap();
    let lift = json!({"id": "lift", "kind": "choice", "question": "Which lift?", "answer": "squat", "text": "Squat"});
    assert_eq!(kept["answers"][0], lift);
    // As the zip of the desk has them: web/src/desk/zip.test.ts.
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let all = "submission link label sender sent_at received_at erases_at notice consent answers files";
    assert_eq!(names(&kept), all.split(' ').map(String::from).collect());
    let of_a_file = "n name type size path question asked";
    assert_eq!(names(&kept["files"][0]), of_a_file.split(' ').map(String::from).collect());
    assert_eq!(
        (&kept["answers"][1]["answer"], &kept["answers"][1]["text"]),
        (&json!(82.5), &json!("82.5 kg"))
    );
    assert_eq!(kept["answers"][2]["text"], json!("Monday, Wednesday"));
    assert_eq!(
        (&kept["files"][0]["name"], &kept["files"][0]["asked"]),
        (&json!("note.txt"), &json!("A note"))
    );
    assert_eq!(
        (&kept["sender"], &kept["consent"]["text"]),
        (&json!("Jo"), &json!("Used for coaching only."))
    );
    assert_eq!(fetched["submissions"][0]["files"][1]["type"], "video/mp4");
    let listed = trainer.opens(&["list", "--json"], &[]).json();
    assert!(listed["submissions"][0]["opened_at"].is_u64());
    assert!(
        listed["submissions"][0]["files"].as_array().unwrap().iter().all(|file| file["saved_at"].is_u64())
    );
    let nothing_new = trainer.opens(&["fetch", "--json", "--to"], &[trainer.path("new")]).json();
    assert_eq!(nothing_new["submissions"], json!([]));
    trainer.runs(&["erase", sent["submission"].as_str().unwrap()], &[]).ok();
    let gone = trainer.fetches(&sent["submission"], &trainer.path("late"));
    assert!(gone.refusal().contains("nothing here"), "{}", gone.stderr);
}

#[test]
fn debians_age_opens_an_export_from_the_recovery_sheet() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let film = client.writes("set.mp4", &bytes(200_000));
    let sent = client.sends(&trainer.makes_a_link(&[]), &[&film]).json();
    let to = trainer.path("sealed");
    trainer
        .runs(&["export-age", sent["submission"].as_str().unwrap(), "--to"], std::slice::from_ref(&to))
        .ok();
    let age = |identity: &Path, file: &str, out: &Path| {
        let status = Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(identity)
            .arg("-o")
            .arg(out)
            .arg(to.join(file))
            .status();
        assert!(status.expect("Debian's age is installed").success(), "{file}");
    };
    age(&trainer.path("recovery.txt"), "card.age", &to.join("card.txt"));
    age(&to.join("card.txt"), "0.age", &to.join("set.mp4"));
    age(&to.join("card.txt"), "manifest.age", &to.join("manifest.json"));
    assert_eq!(fs::read(to.join("set.mp4")).unwrap(), fs::read(film).unwrap());
    let manifest: Value = serde_json::from_slice(&fs::read(to.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["files"][0]["name"], "set.mp4");
}

#[test]
fn the_recovery_sheet_and_the_session_are_for_their_owner_only() {
    let server = Serving::start();
    let trainer = Person::sets_up(&server);
    for path in ["recovery.txt", "profile/session.json"] {
        assert_eq!(fs::metadata(trainer.path(path)).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
    let sheet = fs::read_to_string(trainer.path("recovery.txt")).unwrap();
    let host = server.url.trim_start_matches("http://");
    assert!(sheet.starts_with(&format!("# dewdrop recovery v1\n# {host} mara\nAGE-SECRET-KEY-1")), "{sheet}");
    let session = fs::read_to_string(trainer.path("profile/session.json")).unwrap();
    assert!(!session.contains("AGE-SECRET-KEY") && !session.contains(PASSPHRASE));
}

#[test]
fn a_link_is_used_once() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let (link, file) = (trainer.makes_a_link(&[]), client.writes("a.txt", b"a"));
    client.sends(&link, &[&file]).json();
    let again = client.sends(&link, &[file]);
    assert!(again.refusal().contains("already used"), "{}", again.stderr);
    assert_eq!(again.stdout, "");
}

#[test]
fn refusals_are_one_line_and_wrong_usage_is_another_code() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let link = trainer.makes_a_link(&["--retention", "1h"]);
    let file = client.writes("a.txt", b"a");
    assert!(client.sends(&link[..link.len() - 3], &[&file]).refusal().contains("cut off"));
    assert!(client.sends(&link, &[client.path("nowhere")]).refusal().contains("nowhere"));
    assert!(client.sends(&link, &[client.folder.path().to_owned()]).refusal().contains("not a file"));
    assert!(client.sends(&link, &[] as &[&str]).refusal().contains("nothing to send"));
    assert!(client.runs(&["list"], &[]).refusal().contains("not signed in"));
    assert!(client.sends("http://drop.example/u#a.b", &[&file]).refusal().contains("damaged"));
    let clear = link.replace("127.0.0.1", "drop.example");
    assert!(client.sends(&clear, &[file]).refusal().contains("https"));
    let wrong = trainer.writes("wrong", b"moss lantern orbit velvet cactus harbor pear\n");
    let locked = trainer.runs(&["list", "--passphrase-file"], std::slice::from_ref(&wrong));
    assert!(locked.refusal().contains("does not open"), "{}", locked.stderr);
    let refused = trainer.runs(&["login", &server.url, "--name", "mara", "--passphrase-file"], &[wrong]);
    assert!(refused.refusal().contains("do not fit"), "{}", refused.stderr);
    for usage in [&["send"][..], &["link", "--retention", "8d"], &["fetch"], &["nothing"], &["erase", "x"]] {
        assert_eq!(trainer.runs(usage, &[]).code, 2, "{usage:?}");
    }
    let used = trainer.runs_with_input(
        &["setup", "-", "--name", "eve", "--display", "Eve", "--passphrase-file"],
        &[trainer.path("passphrase"), "--recovery-out".into(), trainer.path("eve.txt")],
        &server.setup_url,
    );
    assert!(used.refusal().contains("set-up"), "{}", used.stderr);
    assert!(!trainer.path("eve.txt").exists());
}

#[test]
fn answers_are_held_to_the_questions_before_anything_is_sent() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let template = trainer.writes("template.json", TEMPLATE.as_bytes());
    let made = trainer.opens(&["link", "--json", "--template"], &[template]).json();
    let link = made["url"].as_str().unwrap();
    let file = client.writes("a.txt", b"a");
    for (answers, said) in [
        (r"{}", "must be answered"),
        (r#"{"lift": "bench"}"#, "one of its choices"),
        (r#"{"lift": "squat", "weight": "many"}"#, "must be a number"),
        (r#"{"lift": "squat", "weight": 301}"#, "within its limits"),
        (r#"{"lift": "squat", "days": ["wed", "mon"]}"#, "in their order"),
        (r#"{"lift": "squat", "note": "a.txt"}"#, "answered with a file"),
        (r#"{"lift": "squat", "age": 4}"#, "does not ask"),
        (r#"{"lift": "squat", "lift": "squat"}"#, "twice"),
    ] {
        let path = client.writes("answers.json", answers.as_bytes());
        let done = client.runs_with_input(&["send", "-", "--json", "--answers"], &[path, file.clone()], link);
        assert!(done.refusal().contains(said), "{answers}: {}", done.stderr);
    }
    let only_answers = client.writes("answers.json", br#"{"lift": "squat"}"#);
    client.runs_with_input(&["send", "-", "--json", "--answers"], &[only_answers], link).json();
    let open = trainer.opens(&["list", "--json"], &[]).json();
    assert_eq!(open["submissions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_template_that_can_not_be_asked_gets_one_clear_line() {
    let server = Serving::start();
    let trainer = Person::sets_up(&server);
    for (template, said) in [
        (br#"{"v": 2, "questions": []}"#.to_vec(), "newer version"),
        (br#"{"questions": [{"id": "a", "kind": "signature"}]}"#.to_vec(), "newer version"),
        (br#"{"questions": "#.to_vec(), "not JSON"),
        (vec![b' '; 5_000_000], "longer than 256 KiB"),
        (br#"{"name": "dewdrop-web"}"#.to_vec(), "docs/form.schema.json"),
    ] {
        let path = trainer.writes("template.json", &template);
        let done = trainer.opens(&["link", "--json", "--template"], &[path]);
        assert!(done.refusal().contains(said), "{}", done.stderr);
        assert!(done.refusal().contains("template.json"), "{}", done.stderr);
    }
    let open = trainer.opens(&["list", "--json"], &[]).json();
    assert_eq!(open["links"], json!([]));
}

#[test]
fn names_that_a_stranger_chose_stay_in_the_folder() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let long = format!("{}.mp4", "x".repeat(251));
    let names = ["photo\u{202e}gpj.exe", ".profile", "a\nb.txt", "same.txt", &long];
    let files: Vec<_> = names.iter().map(|name| client.writes(name, name.as_bytes())).collect();
    let sent = client.sends(&trainer.makes_a_link(&[]), &files).json();
    let to = trainer.path("in");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("same.txt"), b"mine").unwrap();
    trainer.fetches(&sent["submission"], &to).ok();
    let mut saved: Vec<_> =
        fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    saved.sort();
    let mut expected =
        vec!["ab.txt", "answers.json", "photogpj.exe", "profile", "same (2).txt", "same.txt", &long];
    expected.sort_unstable();
    assert_eq!(saved, expected);
    assert_eq!(fs::read(to.join("same.txt")).unwrap(), b"mine");
}

#[test]
fn a_passphrase_comes_through_a_descriptor() {
    let server = Serving::start();
    let trainer = Person::sets_up(&server);
    let line = format!(
        "{} list --json --passphrase-fd 5 5<'{}'",
        env!("CARGO_BIN_EXE_dewdrop"),
        trainer.path("passphrase").display()
    );
    let done = Command::new("sh")
        .arg("-c")
        .arg(line)
        .env("DEWDROP_PROFILE", trainer.path("profile"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_server_sweeps_and_says_so_to_an_operator() {
    let server = Serving::start();
    let operator = Person::new();
    let done = operator.runs(&["sweep", "--data"], &[server.data.path().to_owned()]);
    assert!(done.refusal().starts_with("the server sweeps"), "{}", done.stderr);
}
