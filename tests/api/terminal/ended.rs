//! What was begun at a terminal and can not, or shall not, be ended: plain words, and nothing is left.

use super::continued::Scene;
use crate::raw::{answer, asks};
use crate::sender::{receipt_bearer, video};
use dewdrop::client::new_link::Wish;
use dewdrop::sealed::form::Form;
use dewdrop::time::Span;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;

#[test]
fn an_expired_link_does_not_stop_who_has_begun() {
    let scene = Scene::new();
    let film = video(1, 700_000);
    let now = scene.world.now();
    let made = scene.trainer.makes_with(Wish {
        label: "Ada".into(),
        retention: Span::DAY,
        closes_at: now + Span::HOUR,
        uses: 1,
        template: Form::empty(),
    });
    let link = scene.client.writes("link", made.link.reveal().as_bytes());
    let link = format!("@{}", link.display());
    scene.begins(&link, &scene.film("film.mp4", &film));
    scene.world.waits(Span::HOUR.times(3));
    scene.world.sweeps();
    let late = scene.client.runs(&["send", &link], &[scene.client.path("film.mp4")]);
    assert!(late.refusal().contains("expired"), "{}", late.stderr);
    scene.received(&scene.continues(), &[&film]);
}

#[test]
fn a_link_that_was_used_up_or_closed_meanwhile_ends_it_with_plain_words() {
    let scene = Scene::new();
    let path = scene.film("film.mp4", &video(2, 300_000));
    let used = scene.link(1);
    scene.begins(&used, &path);
    // Someone else was faster.
    let other = super::person::Person::new();
    other.runs(&["send", &used, "--json"], std::slice::from_ref(&path)).json();
    for sweeps in [false, true] {
        if sweeps {
            let made = scene.trainer.makes("Kim", 1, scene.world.now());
            let link = scene.client.writes("closed", made.link.reveal().as_bytes());
            scene.begins(&format!("@{}", link.display()), &path);
            scene.trainer.closes(made.id).succeeds();
            scene.world.sweeps();
        }
        let done = scene.continues();
        let said = done.refusal();
        assert!(said.contains("already used") || said.contains("used up or closed"), "{said}");
        assert!(scene.stages().is_empty(), "{sweeps}");
    }
}

#[test]
fn what_is_erased_while_it_is_sent_ends_with_plain_words() {
    let scene = Scene::new();
    scene.begins(&scene.link(1), &scene.film("film.mp4", &video(7, 300_000)));
    let bearer = receipt_bearer(scene.state()["receipt"].as_str().unwrap());
    let url = scene.world.url("/api/receipt");
    // Next it asks how much of the film is there, and an answer to HEAD has no words.
    scene.between.changes(move |before| {
        if before.is("PUT", "/api/receipt/manifest") {
            answer(asks(Method::DELETE, &url, Some(&bearer))).succeeds();
        }
    });
    let done = scene.client.runs(&["send", "--continue", "--give-up-after", "5s"], &[]);
    assert!(done.refusal().contains("it was erased before it had arrived"), "{}", done.stderr);
    assert!(scene.stages().is_empty());
}

#[test]
fn a_gateway_that_knows_nothing_of_a_file_for_a_moment_ends_nothing() {
    let scene = Scene::new();
    let film = video(8, 300_000);
    scene.begins(&scene.link(1), &scene.film("film.mp4", &film));
    let mut left = 3;
    scene.between.changes(move |answer| {
        if left > 0 && answer.method == "HEAD" {
            left -= 1;
            answer.status = if left == 1 { 410 } else { 404 };
        }
    });
    scene.received(&scene.continues(), &[&film]);
}

#[test]
fn a_server_that_is_away_is_waited_for_from_opening_the_link_on() {
    let scene = Scene::new();
    let film = video(9, 300_000);
    let (link, path) = (scene.link(1), scene.film("film.mp4", &film));
    scene.between.cuts_off("GET");
    let send = ["send", link.as_str(), "--json", "--give-up-after", "1s"];
    let done = scene.client.runs(&send, std::slice::from_ref(&path));
    assert!(done.refusal().contains("can not be reached"), "{}", done.stderr);
    assert!(done.stderr.contains("goes on by itself"), "{}", done.stderr);
    scene.between.is_honest_again();
    let mut left = 3;
    scene.between.changes(move |answer| {
        if left > 0 && answer.path == "/api/link" {
            left -= 1;
            (answer.lost, answer.status) = (left == 1, 503);
        }
    });
    let sent = scene.client.runs(&send[..3], std::slice::from_ref(&path));
    assert!(sent.stderr.contains("Goes on."), "{}", sent.stderr);
    scene.received(&sent, &[&film]);
}

#[test]
fn forgetting_erases_here_and_at_the_server() {
    let scene = Scene::new();
    scene.begins(&scene.link(1), &scene.film("film.mp4", &video(3, 300_000)));
    assert_eq!(scene.world.count("submissions"), 1);
    let done = scene.client.runs(&["send", "--forget", "--json"], &[]).json();
    assert_eq!(done["at_server"], true);
    scene.world.sweeps();
    assert_eq!((scene.world.count("submissions"), scene.stages().len()), (0, 0));
    let again = scene.client.runs(&["send", "--forget"], &[]);
    assert!(again.refusal().contains("nothing was begun"), "{}", again.stderr);
}

#[test]
fn forgetting_what_had_arrived_gives_its_receipt() {
    let scene = Scene::new();
    let link = scene.link(1);
    let path = scene.film("film.mp4", &video(4, 300_000));
    scene.between.changes(|answer| answer.lost = answer.path.ends_with("/commit"));
    let lost = scene.client.runs(&["send", &link, "--give-up-after", "1s"], &[path]);
    assert!(lost.refusal().contains("not known whether this was received"), "{}", lost.stderr);
    assert!(lost.stderr.contains("It may have been received already"), "{}", lost.stderr);
    scene.between.is_honest_again();
    let done = scene.client.runs(&["send", "--forget", "--json"], &[]).json();
    assert!(done["receipt"].as_str().unwrap().contains("/r#"));
    assert_eq!((scene.trainer.received_ids().len(), scene.stages().len()), (1, 0));
}

#[test]
fn only_what_is_old_and_over_is_swept_at_a_start() {
    let scene = Scene::new();
    let path = scene.film("film.mp4", &video(5, 100_000));
    let link = scene.link(9);
    let day = 86_400;
    // Age in days, whether the server is there, whether it still receives; whether it is swept.
    for (age, reachable, receives, swept) in [
        (6, true, false, false),
        (8, true, true, false),
        (8, true, false, true),
        (29, false, false, false),
        (31, false, false, true),
    ] {
        scene.begins(&link, &path);
        let stage = scene.stages()[0].join("state.json");
        if !receives {
            let kept = fs::read(&stage).unwrap();
            let copy = scene.client.path("copy");
            copy_folder(stage.parent().unwrap(), &copy);
            scene.client.runs(&["send", "--forget"], &[]).ok();
            copy_folder(&copy, stage.parent().unwrap());
            assert_eq!(fs::read(&stage).unwrap(), kept);
            fs::remove_dir_all(copy).unwrap();
        }
        let mut state: Value = serde_json::from_slice(&fs::read(&stage).unwrap()).unwrap();
        state["begun_at"] = json!(state["begun_at"].as_u64().unwrap() - age * day);
        if !reachable {
            let link = state["link"].as_str().unwrap().replace(&scene.between.url, "http://127.0.0.1:9");
            state["link"] = json!(link);
        }
        fs::write(&stage, serde_json::to_vec(&state).unwrap()).unwrap();
        scene.client.runs(&["send", &link, "--json"], std::slice::from_ref(&path)).json();
        assert_eq!(scene.stages().is_empty(), swept, "{age} days, {reachable}, {receives}");
        for left in scene.stages() {
            fs::remove_dir_all(left).unwrap();
        }
    }
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(|file| file.unwrap()) {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn who_keeps_nothing_leaves_nothing_and_a_file_that_changes_is_not_received() {
    let scene = Scene::new();
    let film = video(6, 10_000_000);
    let (link, path) = (scene.link(2), scene.film("film.mp4", &film));
    let send = ["send", link.as_str(), "--json", "--keep-nothing"];
    let changed = path.clone();
    let mut written = false;
    scene.between.changes(move |answer| {
        assert!(!answer.path.ends_with("/commit"));
        if answer.method == "PATCH" && !std::mem::replace(&mut written, true) {
            fs::write(&changed, vec![1; 10_000_000]).unwrap();
        }
    });
    let done = scene.client.runs(&send, std::slice::from_ref(&path));
    assert!(
        done.refusal().contains("changed while it was being sent; nothing was received"),
        "{}",
        done.stderr
    );
    scene.between.is_honest_again();
    scene.world.sweeps();
    assert_eq!((scene.world.count("submissions"), scene.stages().len()), (0, 0));
    fs::write(&path, &film).unwrap();
    // Each first answer to a piece is lost on its way.
    let mut count = 0;
    scene.between.changes(move |answer| {
        count += usize::from(answer.method == "PATCH");
        answer.lost = answer.method == "PATCH" && count % 2 == 1;
    });
    let sent = scene.client.runs(&send, &[path]);
    scene.between.is_honest_again();
    scene.received(&sent, &[&film]);
}
