//! The one shot: everything of a submission in one form, as a shell script sends it.

use crate::raw::{Answer, Line, answer, asks, tried};
use crate::sender::{Client, Parcel, receipt as receipt_of, receipt_bearer, video};
use crate::trainer::Trainer;
use crate::world::{World, until};
use dewdrop::api::SubmissionState;
use dewdrop::bytes::encode;
use dewdrop::client::link::OpenedLink;
use dewdrop::client::reply::{self, Held, Said};
use reqwest::Method;
use reqwest::blocking::RequestBuilder;

const BOUNDARY: &str = "dewdrop-form-boundary";

struct Scene {
    world: World,
    trainer: Trainer,
    link: OpenedLink,
    parcel: Parcel,
    films: [Vec<u8>; 2],
}

fn scene() -> Scene {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let films = [video(1, 2_500_000), video(2, 70_000)];
    let parcel = Parcel::of(&link, &[&films[0], &films[1]]);
    Scene { world, trainer, link, parcel, films }
}

type Parts = Vec<(&'static str, Vec<u8>)>;

fn parts(parcel: &Parcel) -> Parts {
    let (announced, commit) = (parcel.announcement(), parcel.commit_body());
    let mut parts = vec![
        ("id", parcel.id.to_string().into_bytes()),
        ("receipt_hash", encode(&announced.receipt_hash.0).into_bytes()),
        ("files", serde_json::to_vec(&announced.files).unwrap()),
        ("manifest", parcel.manifest.clone()),
        ("proof", encode(&commit.proof.0).into_bytes()),
    ];
    parts.extend(parcel.files.values().map(|file| ("file", file.clone())));
    parts
}

fn form(parts: &Parts) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in parts {
        let named = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../../etc/{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        );
        body.extend_from_slice(named.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Scene {
    fn request(&self) -> RequestBuilder {
        let request = asks(Method::POST, &self.world.url("/api/link/form"), Some(&self.parcel.link_auth));
        request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
    }

    fn posts(&self, parts: &Parts) -> Answer {
        answer(self.request().body(form(parts)))
    }

    /// Nothing of it is stored, and the link was not used.
    /// The same films under another id: a try that failed has a receipt that says so.
    fn another(&self) -> Parcel {
        Parcel::of(&self.link, &[&self.films[0], &self.films[1]])
    }

    #[track_caller]
    fn left_nothing(&self, parcel: &Parcel) {
        self.world.sweeps();
        for tree in ["submissions", "submission-by-receipt", "submission-by-link", "erasing"] {
            assert_eq!(self.world.count(tree), 0, "{tree}");
        }
        assert!(!self.world.blobs_of(parcel.id).exists());
        assert!(!self.world.has_key_on_disk(parcel.id));
        assert_eq!(self.trainer.links()[0].uses_left, 1);
    }
}

#[test]
fn a_form_is_a_whole_submission_and_its_repetition_stores_nothing() {
    let scene = scene();
    let sent = scene.posts(&parts(&scene.parcel)).succeeds();
    assert_eq!(scene.parcel.receipt().state, SubmissionState::Received);
    assert!(scene.trainer.watches(scene.parcel.id) == scene.films);
    let slots = scene.world.store().slots().len();
    let again = scene.posts(&parts(&scene.parcel)).succeeds();
    assert_eq!(again.body, sent.body);
    assert_eq!((scene.world.store().slots().len(), scene.world.count("submissions")), (slots, 1));
    // Also when its link was erased meanwhile.
    scene.world.sweeps();
    assert_eq!(scene.posts(&parts(&scene.parcel)).succeeds().body, sent.body);
    let mut other = parts(&scene.parcel);
    other[4].1 = encode(&[1; 32]).into_bytes();
    scene.posts(&other).refuses(409, "already-received");
    assert!(scene.trainer.watches(scene.parcel.id) == scene.films);
}

#[test]
fn a_form_that_does_not_commit_leaves_nothing() {
    type Spoil = fn(&mut Parts);
    let spoiled: [(&str, u16, &str, Spoil); 13] = [
        ("no proof", 422, "proof-malformed", |parts| parts[4].1.clear()),
        ("a short proof", 422, "proof-malformed", |parts| parts[4].1 = encode(&[1; 31]).into_bytes()),
        ("a plain manifest", 422, "not-age", |parts| parts[3].1 = b"{}".to_vec()),
        ("a huge manifest", 413, "too-large", |parts| parts[3].1 = vec![b'a'; 3 << 20]),
        ("a plain file", 422, "not-age", |parts| parts[5].1 = vec![b'a'; parts[5].1.len()]),
        ("a file cut short", 409, "files-incomplete", |parts| parts[5].1.truncate(1_000_000)),
        ("a file too long", 413, "too-large", |parts| parts[5].1.extend_from_slice(&[0; 100_000])),
        ("a file too long by one", 413, "too-large", |parts| parts[6].1.push(0)),
        ("a file missing", 400, "malformed", |parts| drop(parts.pop())),
        ("a file too many", 400, "malformed", |parts| parts.push(("file", vec![0; 1000]))),
        ("another order", 400, "malformed", |parts| parts.swap(3, 4)),
        ("an unknown part", 400, "malformed", |parts| parts.insert(5, ("note", vec![]))),
        ("a number that is none", 400, "malformed", |parts| parts[2].1 = b"{\"256\":300}".to_vec()),
    ];
    let scene = scene();
    for (what, status, kind, spoil) in spoiled {
        let parcel = scene.another();
        let mut parts = parts(&parcel);
        spoil(&mut parts);
        let refused = scene.posts(&parts);
        assert_eq!((refused.status, refused.kind().as_str()), (status, kind), "{what}");
        scene.left_nothing(&parcel);
    }
    scene.posts(&parts(&scene.parcel)).succeeds();
    assert!(scene.trainer.watches(scene.parcel.id) == scene.films);
}

#[test]
fn a_form_that_is_cut_off_leaves_nothing() {
    let scene = scene();
    for part in [0, 1, 50, 99] {
        let parcel = scene.another();
        let whole = form(&parts(&parcel));
        let head = format!(
            "POST /api/link/form HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
            parcel.link_auth.reveal(),
            whole.len()
        );
        let mut line = Line::to(scene.world.origin());
        line.says(head.as_bytes());
        line.says(&whole[..whole.len() * part / 100]);
        // All before the files is in the first hundredth.
        if part > 0 {
            until("it has begun", || (scene.world.count("submissions") == 1).then_some(()));
        }
        drop(line);
        until("nothing of it is left", || {
            let left = scene.world.count("submissions") + scene.world.count("erasing");
            (left == 0 && !scene.world.blobs_of(parcel.id).exists()).then_some(())
        });
        scene.left_nothing(&parcel);
    }
    scene.posts(&parts(&scene.parcel)).succeeds();
}

#[test]
fn a_form_needs_the_link_and_its_length() {
    let scene = scene();
    let body = form(&parts(&scene.parcel));
    let stranger = dewdrop::tokens::Bearer::random();
    let request = asks(Method::POST, &scene.world.url("/api/link/form"), Some(&stranger));
    let typed = format!("multipart/form-data; boundary={BOUNDARY}");
    answer(request.header("Content-Type", typed).body(body.clone())).refuses(404, "not-available");
    let endless = reqwest::blocking::Body::new(std::io::Cursor::new(body.clone()));
    if let Ok(refused) = tried(scene.request().body(endless)) {
        refused.refuses(411, "length-required");
    }
    scene.left_nothing(&scene.parcel);
    scene.world.waits(dewdrop::time::Span::DAY.times(7));
    answer(scene.request().body(body)).refuses(410, "link-expired");
    assert_eq!(scene.world.count("submissions"), 0);
    // The account's and the link's.
    assert_eq!(scene.world.store().slots().len(), 2);
}

#[test]
fn the_script_of_the_documents_sends_what_the_trainer_opens_and_replies_to() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("link"), scene.link.link.reveal().as_bytes()).unwrap();
    for (name, film) in ["squat one.mp4", "it's \"two\".mov"].iter().zip(&scene.films) {
        std::fs::write(path(name), film).unwrap();
    }
    let done = std::process::Command::new("bash")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/send.sh"))
        .args([path("link"), path("squat one.mp4"), path("it's \"two\".mov")])
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said} {}", String::from_utf8_lossy(&done.stderr));
    let address = said.lines().last().unwrap();
    let receipt = receipt_bearer(address);
    let told = receipt_of(scene.world.origin(), &receipt);
    let delivery = scene.trainer.opens(told.submission).unwrap();
    let names: Vec<&str> = delivery.manifest.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["squat one.mp4", "it's \"two\".mov"]);
    let saved = scene.trainer.saves(&delivery).unwrap();
    assert!(saved.iter().map(|path| std::fs::read(path).unwrap()).eq(scene.films));
    let words = Said { text: "Well done".into(), notes: Vec::new(), parts: Vec::new() };
    reply::write(&scene.trainer.desk, &delivery, words, scene.world.now()).unwrap();
    let reply = Held::read(address).unwrap().reply(told.submission).unwrap();
    assert_eq!(reply.text, "Well done");
}
