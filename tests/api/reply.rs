//! The trainer's notes and his reply as they lie at the server: sealed, replaced, erased by either side,
//! gone with the submission.

use crate::raw::{Answer, Line, answer, asks};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::{World, until};
use dewdrop::api::{ErasedBy, ReplyState, SubmissionState};
use dewdrop::client::age::seal;
use dewdrop::sealed::identity::Identity;
use dewdrop::time::Span;
use dewdrop::tokens::Bearer;
use reqwest::Method;

struct Scene {
    world: World,
    trainer: Trainer,
    parcel: Parcel,
}

fn scene() -> Scene {
    begins(World::new())
}

fn begins(world: World) -> Scene {
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let parcel = Parcel::of(&link, &[&video(1, 100_000)]);
    parcel.arrives();
    Scene { world, trainer, parcel }
}

/// What a client would send: an age file, of whatever.
fn sealed(seed: u64, length: usize) -> Vec<u8> {
    seal(&Identity::random().recipient(), &video(seed, length))
}

impl Scene {
    fn path(&self, what: &str) -> String {
        format!("/api/submissions/{}/{what}", self.parcel.id)
    }

    fn replies(&self, body: &[u8]) -> Answer {
        answer(self.trainer.request(Method::PUT, &self.path("reply")).body(body.to_vec()))
    }

    /// Puts notes in the place of that version, or as the first.
    fn notes(&self, body: &[u8], version: Option<&str>) -> Answer {
        let (name, value) = version.map_or(("If-None-Match", "*"), |version| ("If-Match", version));
        let request = self.trainer.request(Method::PUT, &self.path("notes")).header(name, value);
        answer(request.body(body.to_vec()))
    }

    fn erases(&self, what: &str) -> Answer {
        answer(self.trainer.request(Method::DELETE, &self.path(what)))
    }

    fn sender(&self, method: Method) -> Answer {
        answer(asks(method, &self.world.url("/api/receipt/reply"), Some(&self.parcel.receipt)))
    }

    fn told(&self) -> Option<ReplyState> {
        let at_the_desk = self.trainer.received().remove(0).reply;
        assert_eq!(at_the_desk, self.parcel.receipt().reply, "both sides are told the same");
        at_the_desk
    }

    /// A connection on which all but the last 200,000 bytes of a first review have been sent.
    fn begins_to_put(&self, what: &str, body: &[u8]) -> Line {
        let (path, token) = (self.path(what), self.trainer.desk.token.reveal());
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIf-None-Match: *\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut line = Line::to(self.world.origin());
        line.says(head.as_bytes());
        line.says(&body[..body.len() - 200_000]);
        line
    }

    /// Names of what lies here of reviews.
    fn blobs(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.world.blobs_of(self.parcel.id)).into_iter().flatten();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> =
            names.filter(|name| name.starts_with("notes.") || name.starts_with("reply.")).collect();
        names.sort();
        names
    }
}

#[test]
fn a_reply_reaches_the_sender_as_it_was_sealed_and_another_takes_its_place() {
    let scene = scene();
    assert_eq!(scene.told(), None);
    scene.sender(Method::GET).refuses(404, "not-available");
    // Of many batches, and of a length that ends inside a chunk.
    let first = sealed(1, 3_000_001);
    let version = scene.replies(&first).succeeds().header("etag").to_owned();
    let got = scene.sender(Method::GET).succeeds();
    assert!(got.body == first && got.header("etag") == version);
    assert!(scene.trainer.gets(&scene.path("reply")).succeeds().body == first);
    let told = scene.told().unwrap();
    assert_eq!((told.replied_at, told.size), (scene.world.now(), Some(first.len() as u64)));
    scene.world.waits(Span(60));
    let second = sealed(2, 10);
    scene.replies(&second).succeeds();
    assert!(scene.sender(Method::GET).succeeds().body == second);
    let again = scene.told().unwrap();
    assert_eq!(again.replied_at, told.replied_at + Span(60));
    assert_ne!(again.version, told.version);
    assert_eq!(scene.blobs(), ["reply.1"], "the one before is gone");
}

#[test]
fn notes_are_replaced_only_by_who_has_read_them() {
    let scene = scene();
    let (first, second) = (sealed(1, 100), sealed(2, 200_000));
    scene.notes(&first, Some("\"0\"")).refuses(412, "notes-changed");
    let bare = scene.trainer.request(Method::PUT, &scene.path("notes")).body(first.clone());
    answer(bare).refuses(428, "if-match-required");
    let version = scene.notes(&first, None).succeeds().header("etag").to_owned();
    scene.notes(&second, None).refuses(412, "notes-changed");
    scene.notes(&second, Some("\"77\"")).refuses(412, "notes-changed");
    assert!(scene.trainer.gets(&scene.path("notes")).succeeds().body == first);
    let next = scene.notes(&second, Some(&version)).succeeds().header("etag").to_owned();
    assert_ne!(next, version);
    scene.notes(&first, Some(&version)).refuses(412, "notes-changed");
    let got = scene.trainer.gets(&scene.path("notes")).succeeds();
    assert!(got.body == second && got.header("etag") == next);
    let listed = scene.trainer.received().remove(0).notes.unwrap();
    assert_eq!((format!("\"{}\"", listed.version), listed.size), (next, second.len() as u64));
    assert_eq!(scene.told(), None, "the sender hears nothing of them");
    scene.erases("notes").succeeds();
    scene.erases("notes").succeeds();
    scene.trainer.gets(&scene.path("notes")).refuses(404, "not-available");
    assert_eq!((scene.trainer.received().remove(0).notes, scene.blobs()), (None, vec![]));
    // A version is never given twice.
    assert_ne!(scene.notes(&first, None).succeeds().header("etag"), version);
}

#[test]
fn either_side_erases_a_reply_at_once_and_both_are_told() {
    let scene = scene();
    for (by, erases) in [(ErasedBy::Sender, None), (ErasedBy::Reader, Some("reply"))] {
        scene.replies(&sealed(1, 70_000)).succeeds();
        scene.notes(&sealed(2, 10), None).succeeds();
        scene.world.waits(Span(5));
        for _ in 0..2 {
            match erases {
                Some(what) => scene.erases(what).succeeds(),
                None => scene.sender(Method::DELETE).succeeds(),
            };
        }
        let told = scene.told().unwrap();
        assert_eq!((told.erased_at, told.by), (Some(scene.world.now()), Some(by)));
        assert_eq!((told.size, told.version), (None, None));
        scene.sender(Method::GET).refuses(404, "not-available");
        scene.trainer.gets(&scene.path("reply")).refuses(404, "not-available");
        assert_eq!(scene.blobs().len(), 1, "the notes are still there");
        scene.erases("notes").succeeds();
        // What was received is untouched.
        assert_eq!(scene.parcel.receipt().state, SubmissionState::Received);
        assert_eq!(scene.trainer.watches(scene.parcel.id), [video(1, 100_000)]);
    }
}

#[test]
fn what_is_not_sealed_or_too_long_is_refused_and_the_one_before_stays() {
    let scene = scene();
    let good = sealed(1, 500);
    scene.replies(&good).succeeds();
    for (bad, status, kind) in [
        (video(3, 300_000), 422, "not-age"),
        (b"{}".to_vec(), 422, "not-age"),
        (Vec::new(), 422, "not-age"),
        (good[..190].to_vec(), 422, "not-age"),
        (vec![7; (32 << 20) + 1], 413, "review-too-large"),
    ] {
        scene.replies(&bad).refuses(status, kind);
        assert!(scene.sender(Method::GET).succeeds().body == good);
        assert_eq!(scene.blobs(), ["reply.0"], "{kind}");
    }
}

#[test]
fn one_that_breaks_off_leaves_nothing() {
    let scene = scene();
    let (good, cut) = (sealed(1, 500), sealed(2, 900_000));
    scene.replies(&good).succeeds();
    let line = scene.begins_to_put("reply", &cut);
    until("it has begun", || (scene.blobs().len() == 2).then_some(()));
    drop(line);
    until("it is gone", || (scene.blobs() == ["reply.0"]).then_some(()));
    assert!(scene.sender(Method::GET).succeeds().body == good);
}

#[test]
fn a_reply_does_not_stop_notes_that_are_on_their_way_but_an_older_reply() {
    let scene = scene();
    let (notes, older, newer) = (sealed(1, 900_000), sealed(2, 900_000), sealed(3, 500));
    let mut writing = scene.begins_to_put("notes", &notes);
    until("notes have begun", || (scene.blobs() == ["notes.0"]).then_some(()));
    let mut replying = scene.begins_to_put("reply", &older);
    until("a reply has begun", || (scene.blobs().len() == 2).then_some(()));
    scene.replies(&newer).succeeds();
    let stopped = replying.hears();
    assert!(stopped.starts_with("HTTP/1.1 409") && stopped.contains("interrupted"), "{stopped}");
    writing.says(&notes[notes.len() - 200_000..]);
    let done = writing.hears();
    assert!(done.starts_with("HTTP/1.1 204"), "{done}");
    assert!(scene.trainer.gets(&scene.path("notes")).succeeds().body == notes);
    assert!(scene.sender(Method::GET).succeeds().body == newer);
    assert_eq!(scene.blobs().len(), 2);
}

#[test]
fn an_erasure_ends_what_is_on_its_way_and_leaves_nothing() {
    let scene = scene();
    let reply = sealed(1, 900_000);
    let mut replying = scene.begins_to_put("reply", &reply);
    until("it has begun", || (scene.blobs().len() == 1).then_some(()));
    scene.parcel.withdraws().succeeds();
    let ended = replying.hears();
    assert!(ended.starts_with("HTTP/1.1 4"), "{ended}");
    assert!(!scene.world.blobs_of(scene.parcel.id).exists());
    assert!(!scene.world.has_key_on_disk(scene.parcel.id));
}

#[test]
fn a_full_disk_refuses_before_the_first_byte() {
    let mut scene = scene();
    scene.world.restarts_with_low_water(u64::MAX);
    scene.replies(&sealed(1, 100)).refuses(507, "disk-full");
    scene.notes(&sealed(1, 100), None).refuses(507, "disk-full");
    assert_eq!((scene.told(), scene.blobs()), (None, vec![]));
}

#[test]
fn nobody_else_reads_writes_or_erases_one() {
    let scene = scene();
    scene.replies(&sealed(1, 100)).succeeds();
    let strangers = [None, Some(Bearer::from_bytes([7; 32])), Some(scene.parcel.receipt.clone())];
    for bearer in &strangers {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            for what in ["notes", "reply"] {
                let url = scene.world.url(&scene.path(what));
                let asked = asks(method.clone(), &url, bearer.as_ref()).header("If-None-Match", "*");
                assert_eq!(answer(asked.body("x")).status, 401, "{method} {what}");
            }
        }
    }
    let url = scene.world.url("/api/receipt/reply");
    for (bearer, status) in [(&strangers[0], 404), (&strangers[1], 404)] {
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(answer(asks(method, &url, bearer.as_ref())).status, status);
        }
    }
    assert!(scene.told().unwrap().size.is_some());
}

#[test]
fn only_what_was_received_and_is_readable_is_replied_to() {
    let mut scene = scene();
    let link = Client::new().opens(&scene.trainer.asks("two", scene.world.now())).unwrap();
    let begun = Parcel::of(&link, &[&video(1, 10)]);
    begun.travels();
    let path = format!("/api/submissions/{}/reply", begun.id);
    let early = scene.trainer.request(Method::PUT, &path).body(sealed(1, 10));
    answer(early).refuses(404, "not-available");
    scene.replies(&sealed(1, 10)).succeeds();
    scene.notes(&sealed(1, 10), None).succeeds();
    // Asked to be erased: as gone, until it is kept.
    scene.trainer.erases(scene.parcel.id).succeeds();
    for method in [Method::GET, Method::DELETE] {
        scene.sender(method).refuses(404, "not-available");
    }
    scene.replies(&sealed(2, 10)).refuses(404, "not-available");
    scene.trainer.gets(&scene.path("notes")).refuses(404, "not-available");
    scene.trainer.keeps(scene.parcel.id).succeeds();
    scene.sender(Method::GET).succeeds();
    // Expired, and nobody has swept.
    scene.world.waits(Span::DAY.times(7));
    scene.sender(Method::GET).refuses(404, "not-available");
    scene.trainer.gets(&scene.path("notes")).refuses(404, "not-available");
    scene.replies(&sealed(2, 10)).refuses(404, "not-available");
    scene.world.sweeps();
    scene.sender(Method::GET).refuses(410, "erased");
    assert!(!scene.world.has_key_on_disk(scene.parcel.id) && scene.blobs().is_empty());
    scene.world.restarts();
    assert_eq!(scene.parcel.receipt().reply, None);
}

#[test]
fn a_restart_keeps_what_was_named_and_the_next_one_clears_what_a_crash_left() {
    let mut scene = scene();
    let (reply, notes) = (sealed(1, 400_000), sealed(2, 70_000));
    scene.replies(&reply).succeeds();
    scene.notes(&notes, None).succeeds();
    let folder = scene.world.blobs_of(scene.parcel.id);
    // Written, and never named: one of an earlier k, one that the next would get.
    for name in ["reply.7", "notes.2"] {
        std::fs::write(folder.join(name), video(5, 200_000)).unwrap();
    }
    scene.world.restarts();
    assert!(scene.sender(Method::GET).succeeds().body == reply);
    assert!(scene.trainer.gets(&scene.path("notes")).succeeds().body == notes);
    let again = sealed(3, 70_001);
    scene.notes(&again, Some("\"1\"")).succeeds();
    assert!(scene.trainer.gets(&scene.path("notes")).succeeds().body == again);
    scene.sender(Method::DELETE).succeeds();
    assert_eq!(scene.blobs(), ["notes.2"]);
}

#[test]
fn a_reply_that_was_read_is_cut_off_when_it_is_erased() {
    let scene = scene();
    let large = sealed(1, 20 << 20);
    scene.replies(&large).succeeds();
    let receipt = scene.parcel.receipt.reveal();
    let mut line = Line::to(scene.world.origin());
    line.says(
        format!("GET /api/receipt/reply HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {receipt}\r\n\r\n")
            .as_bytes(),
    );
    // A slow reader: the first bytes are on their way, the rest is not opened yet.
    scene.erases("reply").succeeds();
    let came = line.reads_to_its_end();
    assert!(came.len() < large.len(), "{} of {}", came.len(), large.len());
}
