//! Nothing that is anyone's business is to be found in what the server stores: not in clear, not in
//! hex, not in base64, wherever in a file and in whatever file.

use crate::sender::{Client, SENDER, receipt_bearer, video};
use crate::trainer::{DISPLAY, NAME, PASSPHRASE, Trainer};
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use dewdrop::bytes::encode;
use dewdrop::client::new_link::Wish;
use dewdrop::client::reply::{Held, Said};
use dewdrop::sealed::form::Form;
use dewdrop::sealed::reply::Part;
use dewdrop::time::Span;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const TEMPLATE: &str = r#"{"id":"marker-template","greeting":"Zinnober greets the marker",
    "instructions":"Film the marker sideways","questions":[{"id":"marker-question","kind":"short",
    "text":"Which marker hurts?","help":"Marker help text","required":true,"choices":[]}],
    "notice":"The marker is agreed to"}"#;
const LABEL: &str = "Marker label of Ada";
const ANSWER: &str = "an answer with a marker";
const REPLY: &str = "a reply with a marker";
const FILE: &str = "marker-file-name.mp4";

/// What to look for, by name.
#[derive(Default)]
struct Markers(Vec<(String, Vec<u8>)>);

impl Markers {
    fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.bytes(&format!("{name}, wide"), &wide);
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= 11, "{name} is too short to be found by accident only");
        self.0.push((name.to_owned(), bytes.to_vec()));
    }

    /// Every way in which each could be written.
    fn spellings(&self) -> Vec<(String, Vec<u8>)> {
        let mut all = Vec::new();
        for (name, bytes) in &self.0 {
            let mut hex = String::new();
            bytes.iter().for_each(|byte| write!(hex, "{byte:02x}").unwrap());
            all.push((format!("{name} in upper hex"), hex.to_uppercase().into_bytes()));
            all.push((format!("{name} in hex"), hex.into_bytes()));
            for shift in 0..3 {
                // What came before decides how the six bits fall; its edges are not the marker's.
                let shifted = [vec![0; shift], bytes.clone()].concat();
                let inner = (shift * 8).div_ceil(6)..(shift + bytes.len()) * 8 / 6;
                for (alphabet, engine) in [("base64", &STANDARD), ("base64url", &URL_SAFE)] {
                    let text = engine.encode(&shifted);
                    all.push((format!("{name} in {alphabet}"), text.as_bytes()[inner.clone()].to_vec()));
                }
            }
            all.push((name.clone(), bytes.clone()));
        }
        all
    }

    /// Where in the files of a folder any of them is.
    fn found_in(&self, folder: &Path) -> Vec<String> {
        let spellings = self.spellings();
        let mut by_start: HashMap<[u8; 8], Vec<usize>> = HashMap::new();
        for (at, (_, bytes)) in spellings.iter().enumerate() {
            by_start.entry(bytes[..8].try_into().unwrap()).or_default().push(at);
        }
        let mut found = Vec::new();
        for path in files(folder) {
            let content = std::fs::read(&path).unwrap();
            for at in 0..content.len().saturating_sub(7) {
                let start: &[u8; 8] = content[at..at + 8].try_into().unwrap();
                for spelling in by_start.get(start).into_iter().flatten() {
                    let (name, bytes) = &spellings[*spelling];
                    if content[at..].starts_with(bytes) {
                        found.push(format!("{name} in {}", path.display()));
                    }
                }
            }
        }
        found
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn after_the_story_no_marker_is_anywhere_in_what_is_stored() {
    let mut world = World::new();
    let set_up_token = world.set_up_token();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes_with(Wish {
        label: LABEL.into(),
        retention: Span::DAY,
        closes_at: world.now() + Span::DAY,
        uses: 2,
        template: Form::read(TEMPLATE.as_bytes()).unwrap(),
    });
    let client = Client::new();
    let link = client.opens(&made.link.reveal()).unwrap();
    let film = video(7, 500_000);
    let send = || {
        let answers = serde_json::from_str(&format!(r#"{{"marker-question":"{ANSWER}"}}"#)).unwrap();
        client.sends(&link, &[(FILE, film.as_slice())], answers, world.now()).unwrap()
    };
    let (kept, erased) = (send(), send());
    trainer.watches(kept.submission);
    let manifest = trainer.gets(&format!("/api/submissions/{}/manifest", kept.submission)).body;
    let sealed = trainer.gets(&format!("/api/submissions/{}/files/0", kept.submission)).body;
    let receipt = receipt_bearer(&kept.receipt);
    let part = Part { kind: "audio/webm".to_owned(), bytes: video(8, 100_000) };
    let said = Said { text: REPLY.to_owned(), notes: Vec::new(), parts: vec![part.clone()] };
    let delivery = trainer.opens(kept.submission).unwrap();
    dewdrop::client::reply::write(&trainer.desk, &delivery, said, world.now()).unwrap();
    let reply = trainer.gets(&format!("/api/submissions/{}/reply", kept.submission)).body;
    let reply_to = delivery.manifest.reply_to.unwrap().to_string();
    let held = Held::read(&kept.receipt).unwrap();
    assert_eq!(held.reply(kept.submission).unwrap().text, REPLY);
    crate::raw::answer(
        trainer.request(reqwest::Method::DELETE, &format!("/api/submissions/{}", erased.submission)),
    )
    .succeeds();
    world.waits(Span(10));
    world.sweeps();

    let mut markers = Markers::default();
    for (name, text) in [
        ("sign-in name", NAME),
        ("display name", DISPLAY),
        ("passphrase", PASSPHRASE),
        ("sender", SENDER),
        ("label", LABEL),
        ("answer", ANSWER),
        ("file name", FILE),
        ("reply", REPLY),
        ("reply recipient", &reply_to),
        ("greeting", "Zinnober greets"),
        ("instructions", "the marker sideways"),
        ("question", "Which marker hurts"),
        ("question's id", "marker-question"),
        ("help", "Marker help text"),
        ("notice", "marker is agreed"),
        ("template", "marker-template"),
        ("media type", "video/mp4\",\"mod"),
        ("identity", "AGE-SECRET-KEY-1"),
        ("recipient", &link.recipient.to_string()),
        ("vault recipient", &trainer.unlocked.identity.recipient().to_string()),
        ("a header", "age-encryption.org"),
    ] {
        markers.text(name, text);
    }
    for (name, bytes) in [
        ("start of the film", &film[..32]),
        ("middle of the film", &film[250_000..250_032]),
        ("end of the film", &film[film.len() - 32..]),
        ("link secret", made.link.secret.as_bytes()),
        ("link-auth", made.link.secret.link_auth().as_bytes()),
        ("hash of link-auth", &made.link.secret.link_auth().hash().0),
        ("link-page", made.link.secret.link_page().as_slice()),
        ("link-sender", made.link.secret.link_sender().as_slice()),
        ("fingerprint", made.link.fingerprint.as_bytes()),
        ("receipt-auth", receipt.as_bytes()),
        ("hash of receipt-auth", &receipt.hash().0),
        ("session token", trainer.desk.token.as_bytes()),
        ("hash of the session token", &trainer.desk.token.hash().0),
        ("set-up token", set_up_token.as_bytes()),
        ("vault identity", trainer.unlocked.identity.scalar()),
        // What came sealed is sealed once more.
        ("sealed file", &sealed[200_000..200_032]),
        ("sealed manifest", &manifest[300..332]),
        ("sealed reply", &reply[50_000..50_032]),
        ("voice note", &part.bytes[..32]),
    ] {
        markers.bytes(name, bytes);
    }
    let folder = world.stops().to_owned();
    let found = markers.found_in(&folder);
    assert!(found.is_empty(), "{found:#?}");
    assert!(files(&folder).len() > 8, "there was something to look through");

    // It would have been found.
    let rest = [b'x'; 5].as_slice();
    let planted = folder.join("data/blobs/planted");
    let secret = made.link.secret.as_bytes();
    for text in [
        [rest, LABEL.as_bytes()].concat(),
        [rest, STANDARD.encode([rest, secret, rest].concat()).as_bytes()].concat(),
        encode(&[&rest[..1], &film[250_000..250_040]].concat()).into_bytes(),
        secret.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes(),
    ] {
        std::fs::write(&planted, text).unwrap();
        assert!(!markers.found_in(&folder).is_empty());
    }
}
