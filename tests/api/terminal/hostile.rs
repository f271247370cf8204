//! A server that lies: what it swaps, forges, replays, drops, cuts or reorders, the terminal refuses.

use super::between::{Answer, Between};
use super::person::{Person, Serving};
use dewdrop::bytes;
use dewdrop::client::age;
use dewdrop::sealed::identity::Identity;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

struct Scene {
    _server: Serving,
    between: Between,
    trainer: Person,
    client: Person,
}

impl Scene {
    /// Trainer and client both speak to the server through something that can change its answers.
    fn new() -> Self {
        let server = Serving::start();
        let owner = Person::sets_up(&server);
        let between = Between::before(&server.url);
        let trainer = Person::signs_in(&between.url);
        drop(owner);
        Self { between, trainer, client: Person::new(), _server: server }
    }

    fn sends(&self, name: &str, len: usize) -> Value {
        let file = self.client.writes(name, &vec![name.as_bytes()[0]; len]);
        self.client.sends(&self.trainer.makes_a_link(&["--for", name]), &[file]).json()["submission"].clone()
    }

    /// Fetching is refused with these words, and leaves no file.
    fn refuses(&self, submission: &Value, said: &str) {
        let to = self.trainer.path("in");
        let done = self.trainer.fetches(submission, &to);
        assert!(done.refusal().contains(said), "expected {said:?}: {}", done.stderr);
        let left: Vec<PathBuf> =
            fs::read_dir(&to).map_or(vec![], |dir| dir.map(|e| e.unwrap().path()).collect());
        assert!(left.is_empty(), "{left:?}");
        self.between.is_honest_again();
    }

    fn accepts(&self, submission: &Value) {
        self.between.is_honest_again();
        let to = self.trainer.path("honest");
        self.trainer.fetches(submission, &to).ok();
    }
}

fn facts(id: &Value) -> String {
    format!("/api/submissions/{}", id.as_str().unwrap())
}

fn flip(text: &mut Value) {
    let mut some = bytes::decode(text.as_str().unwrap()).unwrap();
    let last = some.len() - 1;
    some[last] ^= 1;
    *text = json!(bytes::encode(&some));
}

#[test]
fn a_sender_refuses_another_recipient_invitation_or_limit_and_sends_nothing() {
    let scene = Scene::new();
    let link = scene.trainer.makes_a_link(&[]);
    let file = scene.client.writes("a.txt", b"a");
    let other = Identity::random().recipient().to_string();
    type Lie = Box<dyn Fn(&mut Value) + Send>;
    let lies: [(Lie, &str); 6] = [
        (Box::new(move |link| link["recipient"] = json!(other)), "another recipient"),
        (
            Box::new(|link| link["recipient"] = json!(link["recipient"].as_str().unwrap().to_uppercase())),
            "not an age X25519 recipient",
        ),
        (Box::new(|link| flip(&mut link["invitation"])), "altered"),
        (Box::new(|link| link["max_bytes"] = json!(1u64 << 40)), "limits differ"),
        (Box::new(|link| link["retention"] = json!(604_799)), "limits differ"),
        (Box::new(|link| link["link"] = json!("AAAAAAAAAAAAAAAAAAAAAA")), "another link"),
    ];
    for (lie, said) in lies {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        scene.between.changes(move |answer: &mut Answer| {
            heard.lock().unwrap().push(answer.method.clone());
            if answer.is("GET", "/api/link") {
                answer.json(&lie);
            }
        });
        let done = scene.client.sends(&link, &[&file]);
        assert!(done.refusal().contains(said), "expected {said:?}: {}", done.stderr);
        assert_eq!(*asked.lock().unwrap(), ["GET"]);
    }
    scene.between.is_honest_again();
    scene.client.sends(&link, &[file]).json();
}

#[test]
fn a_reader_refuses_a_forged_card_proof_or_invitation() {
    let scene = Scene::new();
    let (one, two) = (scene.sends("one", 10), scene.sends("two", 10));
    let path = facts(&one);
    let lie = |change: fn(&mut Value)| {
        let path = path.clone();
        scene.between.changes(move |answer| {
            if answer.is("GET", &path) {
                answer.json(change);
            }
        });
    };
    lie(|it| flip(&mut it["card"]));
    scene.refuses(&one, "card");
    lie(|it| flip(&mut it["proof"]));
    scene.refuses(&one, "proof");
    lie(|it| flip(&mut it["invitation"]));
    scene.refuses(&one, "invitation");
    lie(|it| {
        it["card"] = json!(bytes::encode(&age::seal(&Identity::random().recipient(), b"# dewdrop card v1")))
    });
    scene.refuses(&one, "card");
    lie(|it| it["link"] = json!("AAAAAAAAAAAAAAAAAAAAAA"));
    scene.refuses(&one, "another link");
    // The whole of another submission, under this one's id.
    let other: Value = {
        let held = Arc::new(Mutex::new(Value::Null));
        let (keep, path) = (Arc::clone(&held), facts(&two));
        scene.between.changes(move |answer| {
            if answer.is("GET", &path) {
                *keep.lock().unwrap() = serde_json::from_slice(&answer.body).unwrap();
            }
        });
        scene.trainer.fetches(&two, &scene.trainer.path("two")).ok();
        Arc::try_unwrap(held)
            .map_or_else(|held| held.lock().unwrap().clone(), |held| held.into_inner().unwrap())
    };
    let (card, path_of_one) = (other["card"].clone(), path.clone());
    let link = other["link"].clone();
    scene.between.changes(move |answer| {
        if answer.is("GET", &path_of_one) {
            answer.json(|it| {
                it["card"] = card.clone();
                it["link"] = link.clone();
            });
        }
    });
    scene.refuses(&one, "invitation");
    scene.accepts(&one);
}

#[test]
fn a_reader_refuses_files_that_are_missing_added_or_of_another_submission() {
    let scene = Scene::new();
    let (one, two) = (scene.sends("one", 100_000), scene.sends("two", 100_000));
    let path = facts(&one);
    let files = |change: fn(&mut Value)| {
        let path = path.clone();
        scene.between.changes(move |answer| {
            if answer.is("GET", &path) {
                answer.json(|it| change(&mut it["files"]));
            }
        });
    };
    files(|files| *files = json!({}));
    scene.refuses(&one, "not exactly those");
    files(|files| files["1"] = files["0"].clone());
    scene.refuses(&one, "not exactly those");
    files(|files| files["0"]["size"] = json!(files["0"]["size"].as_u64().unwrap() - 1));
    scene.refuses(&one, "size");
    // The bytes of the other submission's file: all of them, then all but the head.
    let bodies = bodies_of(&scene, &two);
    for keep in [0, 400] {
        let (path, bodies) = (format!("{path}/files/0"), bodies.clone());
        scene.between.changes(move |answer| {
            if let (true, Some((first, last))) = (answer.is("GET", &path), answer.range) {
                let (from, to) = (first.max(keep), (last + 1).min(bodies.len()));
                answer.body[from - first..to - first].copy_from_slice(&bodies[from..to]);
            }
        });
        scene.refuses(&one, if keep == 0 { "swapped" } else { "altered" });
    }
    scene.accepts(&one);
}

/// The sealed bytes of file 0.
fn bodies_of(scene: &Scene, id: &Value) -> Vec<u8> {
    let to = scene.trainer.path("export");
    scene.trainer.runs(&["export-age", id.as_str().unwrap(), "--to"], std::slice::from_ref(&to)).ok();
    fs::read(to.join("0.age")).unwrap()
}

#[test]
fn a_reader_refuses_a_file_that_is_changed_cut_or_out_of_order() {
    const CHUNK: usize = 65_552;
    let scene = Scene::new();
    let id = scene.sends("film", 300_000);
    let sealed = bodies_of(&scene, &id);
    let path = format!("{}/files/0", facts(&id));
    let serve = |bytes: Vec<u8>| {
        let path = path.clone();
        scene.between.changes(move |answer| {
            if let (true, Some((first, last))) = (answer.is("GET", &path), answer.range) {
                answer.body = bytes[first.min(bytes.len())..(last + 1).min(bytes.len())].to_vec();
            }
        });
    };
    let start = sealed.len() - dewdrop::sealed::ranges::payload_len(300_000).unwrap() as usize;
    let mut flipped = sealed.clone();
    flipped[start + 10] ^= 1;
    serve(flipped);
    scene.refuses(&id, "altered");
    let mut last = sealed.clone();
    *last.last_mut().unwrap() ^= 1;
    serve(last);
    scene.refuses(&id, "altered");
    let mut swapped = sealed.clone();
    swapped[start..start + 2 * CHUNK].rotate_left(CHUNK);
    serve(swapped);
    scene.refuses(&id, "altered");
    let mut header = sealed.clone();
    header[40] = if header[40] == b'A' { b'B' } else { b'A' };
    serve(header);
    scene.refuses(&id, "swapped");
    serve(b"not an age file at all, but something else".repeat(8000));
    scene.refuses(&id, "not an age file");
    scene.accepts(&id);
}

#[test]
fn a_reader_refuses_an_earlier_manifest_of_the_same_submission() {
    let scene = Scene::new();
    let id = scene.sends("film", 10);
    let path = format!("{}/manifest", facts(&id));
    let earlier = Arc::new(Mutex::new(Vec::new()));
    // What a sender sealed before it changed its mind is an age file to the same recipient; the
    // server holds it, but no proof names it.
    let link = scene.trainer.makes_a_link(&["--for", "again"]);
    let file = scene.client.writes("b.txt", b"b");
    let sent = scene.client.sends(&link, &[file]).json()["submission"].clone();
    let (keep, its) = (Arc::clone(&earlier), format!("{}/manifest", facts(&sent)));
    scene.between.changes(move |answer| {
        if answer.is("GET", &its) {
            *keep.lock().unwrap() = answer.body.clone();
        }
    });
    scene.trainer.fetches(&sent, &scene.trainer.path("again")).ok();
    let replay = earlier.lock().unwrap().clone();
    assert!(!replay.is_empty());
    scene.between.changes(move |answer| {
        if answer.is("GET", &path) {
            answer.body = replay.clone();
        }
    });
    scene.refuses(&id, "manifest");
    scene.accepts(&id);
}

#[test]
fn answers_that_are_lost_on_their_way_are_asked_for_again() {
    let scene = Scene::new();
    let link = scene.trainer.makes_a_link(&[]);
    let bytes: Vec<u8> = (0..20_000_000u32).map(|n| (n * 7 % 251) as u8).collect();
    let film = scene.client.writes("film.mp4", &bytes);
    let mut seen = Vec::new();
    let lost = Arc::new(Mutex::new(0));
    let count = Arc::clone(&lost);
    scene.between.changes(move |answer| {
        let request = format!("{} {}", answer.method, answer.path);
        // The first of each, and the second piece too.
        let times = seen.iter().filter(|one| **one == request).count();
        if times == 0 || (answer.method == "PATCH" && times == 2) {
            answer.lost = true;
            *count.lock().unwrap() += 1;
        }
        seen.push(request);
    });
    let sent = scene.client.sends(&link, &[&film]).json();
    assert!(*lost.lock().unwrap() >= 6, "link, submission, manifest, two pieces, head and commit");
    scene.accepts(&sent["submission"]);
    assert_eq!(fs::read(scene.trainer.path("honest").join("film.mp4")).unwrap(), bytes);
}
