//! `dewdrop fetch --watch`: what is there, what arrives, what can not be had, and how it ends.

use super::fetched::{Scene, is_film};
use crate::raw::{answer, asks};
use crate::sender::video;
use crate::world::until;
use dewdrop::ids::SubmissionId;
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::Child;
use std::sync::{Arc, Mutex};

/// One that runs, and what it has said.
struct Watching {
    child: Child,
    printed: Arc<Mutex<Vec<Value>>>,
    said: Arc<Mutex<String>>,
}

impl Watching {
    fn starts(scene: &Scene, more: &[&str]) -> Self {
        let words = [&["fetch", "--watch", "--json"], more, &["--to"]].concat();
        let passphrase = ["--passphrase-file".into(), scene.reader.path("passphrase")];
        let mut child = scene.reader.starts(&words, &[&[scene.folder()][..], &passphrase].concat());
        let (printed, said) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<Mutex<String>>::default());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let keep = Arc::clone(&printed);
        std::thread::spawn(move || {
            lines.for_each(|line| keep.lock().unwrap().push(serde_json::from_str(&line).unwrap()));
        });
        let (keep, mut pipe) = (Arc::clone(&said), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut some = [0; 1000];
            while let Ok(count @ 1..) = pipe.read(&mut some) {
                keep.lock().unwrap().push_str(&String::from_utf8_lossy(&some[..count]));
            }
        });
        let watching = Self { child, printed, said };
        watching.says("Watching");
        watching
    }

    fn says(&self, words: &str) {
        until(words, || self.said.lock().unwrap().contains(words).then_some(()));
    }

    /// Waits until so many were saved; answers the last.
    fn saves(&self, count: usize) -> Value {
        until("it is saved", || self.printed.lock().unwrap().get(count - 1).cloned())
    }

    /// Stops it; answers exit code and everything it said.
    fn stops(mut self, signal: Signal) -> (i32, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.ends()
    }

    fn ends(&mut self) -> (i32, String) {
        let code = until("it ends", || self.child.try_wait().unwrap()).code().unwrap();
        // What it said last may still be on its way through the pipe.
        until("its last words", || {
            let said = self.said.lock().unwrap();
            said.contains("Stopped. Saved").then_some((code, said.clone()))
        })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The film lies in the submission's own folder, with its answers and nothing else.
fn has(scene: &Scene, id: SubmissionId, film: &[u8]) {
    let folder = scene.folder().join(id.to_string());
    assert!(fs::read(folder.join("set-0.mp4")).unwrap() == film);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}

#[test]
fn what_is_there_and_what_arrives_is_fetched_until_it_is_stopped() {
    let mut scene = Scene::new();
    let films = [video(1, 300_000), video(2, 200_000), video(3, 100_000)];
    let first = scene.receives(&[&films[0]]);
    let watching = Watching::starts(&scene, &[]);
    let saved = watching.saves(1);
    assert_eq!((&saved["submission"], &saved["erased"]), (&first.to_string().into(), &false.into()));
    let second = scene.receives(&[&films[1]]);
    assert_eq!(watching.saves(2)["submission"], second.to_string());
    // What arrives while there is no connection is there when it is back.
    scene.world.restarts();
    watching.says("No connection; goes on by itself");
    let third = scene.receives(&[&films[2]]);
    assert_eq!(watching.saves(3)["submission"], third.to_string());
    let (code, said) = watching.stops(Signal::TERM);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Stopped. Saved 3 submissions: 3 files, 0.6 MB."), "{said}");
    for (id, film) in [first, second, third].into_iter().zip(&films) {
        has(&scene, id, film);
    }
    // Nothing is left to do for the next one.
    let watching = Watching::starts(&scene, &[]);
    let (code, said) = watching.stops(Signal::INT);
    assert!(code == 0 && said.contains("Saved 0 submissions"), "{said}");
}

#[test]
fn only_what_was_saved_whole_is_erased_and_what_someone_keeps_is_left_alone() {
    let scene = Scene::new();
    let (film, other) = (video(4, 400_000), video(5, 100_000));
    let bad = scene.receives(&[&film]);
    let altered = format!("/api/submissions/{bad}/files/0");
    scene.between.changes(move |answer| {
        if let (true, Some((1.., _))) = (answer.path == altered, answer.range) {
            answer.body[200_000] ^= 1;
        }
    });
    let watching = Watching::starts(&scene, &["--all", "--erase"]);
    watching.says("altered or cut off; it is tried again");
    let good = scene.receives(&[&other]);
    assert_eq!(watching.saves(1)["erased"], true);
    let asked = |id: SubmissionId| {
        let all = scene.trainer.received();
        all.iter().find(|one| one.id == id).map(|one| (one.asked, one.files[&0].saved_at.is_some()))
    };
    assert_eq!((asked(good), asked(bad)), (Some((true, true)), Some((false, false))));
    scene.trainer.keeps(good).succeeds();
    let last = scene.receives(&[&other]);
    assert_eq!(watching.saves(2)["submission"], last.to_string());
    assert_eq!((asked(good), asked(last)), (Some((false, true)), Some((true, true))));
    let (code, said) = watching.stops(Signal::INT);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Saved 2 submissions: 2 files, 0.2 MB; 2 erased."), "{said}");
    assert!(said.contains(&format!("Not saved: {bad}: file 1: refused")), "{said}");
    assert!(fs::read_dir(scene.folder().join(bad.to_string())).unwrap().next().is_none());
    has(&scene, good, &other);
}

#[test]
fn what_is_no_longer_there_whole_before_it_is_erased_is_not_erased() {
    let scene = Scene::new();
    let film = video(6, 100_000);
    let id = scene.receives(&[&film]);
    let (path, saved) = (format!("/api/submissions/{id}/files/0/saved"), scene.folder().join("set-0.mp4"));
    scene.between.changes(move |answer| {
        if answer.is("POST", &path) {
            fs::write(&saved, b"someone was here").unwrap();
        }
    });
    let done = scene.fetches(id, &["--erase"]);
    assert!(done.refusal().contains("saved, and not erased"), "{}", done.stderr);
    assert!(!scene.trainer.received()[0].asked);
    // A server that forgot that it was told is not asked either.
    let facts = format!("/api/submissions/{id}");
    scene.between.changes(move |answer| {
        if answer.is("GET", &facts) {
            answer.json(|it| it["files"]["0"]["saved_at"] = Value::Null);
        }
    });
    let done = scene.fetches(id, &["--erase"]);
    assert!(done.refusal().contains("saved, and not erased"), "{}", done.stderr);
    assert!(!scene.trainer.received()[0].asked);
    scene.between.is_honest_again();
    assert_eq!(scene.fetches(id, &["--erase"]).json()["submissions"][0]["erased"], true);
    assert!(scene.trainer.received()[0].asked);
}

#[test]
fn it_ends_with_its_session_and_says_so() {
    let scene = Scene::new();
    let film = video(7, 100_000);
    scene.receives(&[&film]);
    let held = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&held);
    scene.between.changes(move |answer| {
        if is_film(answer) {
            *keep.lock().unwrap() = Some(());
        }
    });
    let mut watching = Watching::starts(&scene, &[]);
    watching.saves(1);
    assert!(held.lock().unwrap().is_some());
    let kept: Value =
        serde_json::from_slice(&fs::read(scene.reader.path("profile/session.json")).unwrap()).unwrap();
    let bearer = dewdrop::tokens::Bearer::parse(kept["token"].as_str().unwrap()).unwrap();
    answer(asks(Method::DELETE, &scene.world.url("/api/session"), Some(&bearer))).succeeds();
    let (code, said) = watching.ends();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Stopped. Saved 1 submission: 1 file"), "{said}");
    until("why", || {
        watching.said.lock().unwrap().contains("the session has ended; sign in with").then_some(())
    });
}
