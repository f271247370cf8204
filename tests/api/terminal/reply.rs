//! A trainer replies from a terminal, and the sender reads it from another.

use super::person::{Person, Serving};
use serde_json::json;
use std::fs;

#[test]
fn a_reply_with_notes_drawings_and_a_voice_reaches_the_sender_alone() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let film = client.writes("set #1.mp4", &[7; 100_000]);
    let sent = client.sends(&trainer.makes_a_link(&[]), &[&film]).json();
    let (id, receipt) = (sent["submission"].as_str().unwrap(), sent["receipt"].as_str().unwrap());
    let asks = |more: &[&str]| client.runs_with_input(&[&["receipt", "-"], more].concat(), &[], receipt);

    assert_eq!(asks(&["--json"]).json()["reply"], json!(null));
    assert!(asks(&["--to", "x"]).refusal().contains("no reply"));
    let nothing = trainer.opens(&["reply", id], &[]);
    assert!(nothing.refusal().contains("nothing to say"), "{}", nothing.stderr);
    let nowhere = trainer.opens(&["reply", id, "--note", "other.mp4#1=x"], &[]);
    assert!(nowhere.refusal().contains("not one of the files"), "{}", nowhere.stderr);

    let drawn = json!({"text": "Replaced by --text", "notes": [{
        "id": "drawn", "file": 0, "at": 3000, "text": "This angle", "part": null,
        "drawing": {"shapes": [{"kind": "angle", "colour": 1, "points": [[0, 0], [5000, 5000], [10000, 0]]}]},
    }]});
    let from = trainer.writes("notes.json", drawn.to_string().as_bytes());
    let voice = trainer.writes("voice.webm", b"spoken");
    let replied = trainer
        .opens(
            &["reply", id, "--json", "--text", "Well done", "--note", "set #1.mp4#12.5=Knees out", "--from"],
            &[from, "--voice".into(), voice],
        )
        .json();
    assert_eq!((&replied["notes"], &replied["parts"]), (&json!(2), &json!(1)));
    let listed = trainer.opens(&["list", "--json"], &[]).json();
    assert!(listed["submissions"][0]["replied_at"].is_u64());
    assert!(trainer.opens(&["list"], &[]).ok().stdout.contains("  replied  "));

    let to = client.path("reply");
    let read = asks(&["--json", "--to", to.to_str().unwrap()]).json();
    let reply = &read["reply"];
    assert_eq!((&reply["text"], &reply["notes"][0]), (&json!("Well done"), &drawn["notes"][0]));
    assert_eq!((&reply["notes"][1]["at"], &reply["notes"][1]["text"]), (&json!(12_500), &json!("Knees out")));
    assert_eq!(reply["parts"], json!([{"type": "audio/webm", "size": 6}]));
    assert_eq!(fs::read(to.join("audio-1.webm")).unwrap(), b"spoken");
    assert_eq!(reply["saved"].as_array().unwrap().len(), 2);
    let words = asks(&[]).ok().stdout.clone();
    assert!(
        words.contains("\nwritten 20")
            && words.contains("\nWell done\n")
            && words.contains("file 1, 0:12.50  Knees out\n"),
        "{words}"
    );

    let erased = asks(&["--json", "--erase-reply"]).json();
    assert_eq!((&erased["reply"]["by"], &erased["state"]), (&json!("sender"), &json!("received")));
    trainer.opens(&["reply", id, "--text", "Again"], &[]).ok();
    assert_eq!(asks(&["--json"]).json()["reply"]["text"], "Again");
    trainer.runs(&["reply", id, "--erase"], &[]).ok();
    assert_eq!(asks(&["--json"]).json()["reply"]["by"], "reader");
    let taken_back =
        |line: &str| line.starts_with("reply erased ") && line.ends_with(", by the person you sent it to");
    let story = asks(&[]).ok().stdout.clone();
    assert!(story.lines().any(taken_back), "{story}");
}

#[test]
fn a_receipt_of_another_link_or_sender_is_refused() {
    let server = Serving::start();
    let (trainer, client) = (Person::sets_up(&server), Person::new());
    let film = client.writes("set.mp4", &[7; 1000]);
    let send = || client.sends(&trainer.makes_a_link(&[]), &[&film]).json();
    let (one, two) = (send(), send());
    trainer.opens(&["reply", one["submission"].as_str().unwrap(), "--text", "For one"], &[]).ok();
    let (one, two) = (one["receipt"].as_str().unwrap(), two["receipt"].as_str().unwrap());
    // The address of one with the fingerprint of another link: a reply to it was written by nobody.
    let (address, _) = one.rsplit_once('.').unwrap();
    let (_, fingerprint) = two.rsplit_once('.').unwrap();
    let mixed = format!("{address}.{fingerprint}");
    let refused = client.runs_with_input(&["receipt", "-"], &[], &mixed);
    assert!(refused.refusal().contains("another link"), "{}", refused.stderr);
    let cut = client.runs_with_input(&["receipt", "-"], &[], address);
    assert!(cut.refusal().contains("cut off"), "{}", cut.stderr);
}
