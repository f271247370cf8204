//! A server that lies to the Rust client about things that a terminal can not be led to so easily:
//! within one link, where card, invitation and identity are the same for both. `terminal::hostile`
//! holds the rest against the program itself.

use crate::raw::{answer, asks};
use crate::sender::{Client, Parcel, sealed_file, video};
use crate::terminal::between::{Answer, Between};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::api::ReceivedState;
use dewdrop::bytes::{decode, encode};
use dewdrop::client::delivery::DeliveryError;
use dewdrop::client::fetch::FetchError;
use dewdrop::client::link::OpenedLink;
use dewdrop::client::send::SendError;
use dewdrop::ids::SubmissionId;
use dewdrop::sealed::card::CardError;
use dewdrop::sealed::manifest::ManifestError;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

struct Scene {
    world: World,
    between: Between,
    /// Speaks to the server by way of what lies.
    trainer: Trainer,
    link: OpenedLink,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let between = Between::before(world.origin());
        let trainer = Trainer::sets_up(&world).by_way_of(&between.url);
        let made = trainer.makes("Ada", 9, world.now());
        let link = Client::new().opens(&made.link.reveal()).unwrap();
        Self { world, between, trainer, link }
    }

    fn receives(&self, films: &[&[u8]]) -> Parcel {
        let parcel = Parcel::of(&self.link, films);
        parcel.arrives();
        parcel
    }

    /// What the server would say to an honest reader: facts, manifest, files.
    fn truth(&self, id: SubmissionId) -> HashMap<String, Vec<u8>> {
        let path = format!("/api/submissions/{id}");
        let get = |path: &str| {
            let url = self.world.url(path);
            answer(asks(Method::GET, &url, Some(&self.trainer.desk.token))).succeeds().body
        };
        let facts = get(&path);
        let files: Value = serde_json::from_slice(&facts).unwrap();
        let mut all = HashMap::from([(String::new(), facts)]);
        all.insert("/manifest".into(), get(&format!("{path}/manifest")));
        for n in files["files"].as_object().unwrap().keys() {
            all.insert(format!("/files/{n}"), get(&format!("{path}/files/{n}")));
        }
        all
    }

    /// From now on that is said about `id`.
    fn says_of(&self, id: SubmissionId, said: HashMap<String, Vec<u8>>) {
        let prefix = format!("/api/submissions/{id}");
        self.between.changes(move |answer: &mut Answer| {
            let Some(what) = answer.path.strip_prefix(&prefix) else { return };
            let Some(lie) = said.get(what).filter(|_| answer.method == "GET") else { return };
            answer.body = match answer.range {
                Some((first, last)) => {
                    let range = format!("bytes {first}-{last}/{}", lie.len());
                    answer.headers.insert("content-range", range.parse().unwrap());
                    lie[first..=last].to_vec()
                }
                None => lie.clone(),
            };
        });
    }

    #[track_caller]
    fn opening_fails(&self, id: SubmissionId, with: &str) {
        let refused = self.trainer.opens(id).err().expect("it is refused").to_string();
        assert!(refused.contains(with), "{with:?}: {refused}");
        // Nothing was told to be opened that was not.
        self.between.is_honest_again();
        let told: Value = serde_json::from_slice(&self.truth(id)[""]).unwrap();
        assert_eq!(told["opened_at"], Value::Null);
        self.trainer.opens(id).unwrap();
    }

    #[track_caller]
    fn saving_fails(&self, id: SubmissionId, with: &str) {
        let delivery = self.trainer.opens(id).unwrap();
        let refused = self.trainer.saves(&delivery).expect_err("it is refused");
        assert!(matches!(refused, FetchError::Manifest(_) | FetchError::Age(_) | FetchError::Header(_)));
        assert!(refused.to_string().contains(with), "{with:?}: {refused}");
        let left: Vec<_> = std::fs::read_dir(self.trainer.saves.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        self.between.is_honest_again();
        let delivery = self.trainer.opens(id).unwrap();
        assert!(delivery.sealed_sizes.len() == delivery.manifest.files.len());
    }
}

/// The truth but for the content of file 0.
fn with_file(truth: &HashMap<String, Vec<u8>>, lie: Vec<u8>) -> HashMap<String, Vec<u8>> {
    let mut said = truth.clone();
    let facts = changed(&said[""], |facts| facts["files"]["0"]["size"] = json!(lie.len()));
    said.insert(String::new(), facts);
    said.insert("/files/0".into(), lie);
    said
}

fn changed(facts: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value = serde_json::from_slice(facts).unwrap();
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

#[test]
fn a_submission_replayed_as_another_of_the_same_link_is_refused() {
    let scene = Scene::new();
    let (one, two) = (scene.receives(&[&video(1, 1000)]), scene.receives(&[&video(2, 1000)]));
    let mut replay = scene.truth(one.id);
    scene.says_of(two.id, replay.clone());
    scene.opening_fails(two.id, "another submission");
    let three = scene.receives(&[&video(3, 1000)]);
    let facts = changed(&replay[""], |facts| facts["id"] = json!(three.id));
    replay.insert(String::new(), facts);
    scene.says_of(three.id, replay);
    scene.opening_fails(three.id, "the proof does not belong");
}

#[test]
fn an_earlier_manifest_of_the_same_submission_is_refused() {
    let scene = Scene::new();
    let mut parcel = Parcel::of(&scene.link, &[]);
    let [first, second] = [0, 1].map(|n| sealed_file(&scene.link, n, &video(n.into(), 1000)));
    parcel.files.insert(0, first.0);
    let earlier = parcel.writes_manifest(&scene.link, vec![first.1.clone()]);
    parcel.announces().succeeds();
    parcel.puts(earlier.clone()).succeeds();
    // The sender adds a file; what the manifest said before is still an age file to the recipient.
    parcel.files.insert(1, second.0);
    parcel.manifest = parcel.writes_manifest(&scene.link, vec![first.1, second.1]);
    parcel.arrives();
    let mut said = scene.truth(parcel.id);
    said.insert("/manifest".into(), earlier.clone());
    scene.says_of(parcel.id, said.clone());
    scene.opening_fails(parcel.id, "the proof does not belong");
    let fresh = scene.receives(&[&video(3, 1000)]);
    let facts = changed(&said[""], |facts| drop(facts["files"].as_object_mut().unwrap().remove("1")));
    said.insert(String::new(), changed(&facts, |facts| facts["id"] = json!(fresh.id)));
    scene.says_of(fresh.id, said);
    scene.opening_fails(fresh.id, "the proof does not belong");
}

#[test]
fn a_manifest_that_the_server_sealed_itself_is_refused() {
    let scene = Scene::new();
    let parcel = scene.receives(&[&video(1, 1000), &video(2, 1000)]);
    // It knows the recipient, so it can seal what it likes to it.
    let (_, only) = sealed_file(&scene.link, 0, &video(1, 1000));
    let mut said = scene.truth(parcel.id);
    said.insert("/manifest".into(), parcel.writes_manifest(&scene.link, vec![only]));
    let facts = changed(&said[""], |facts| drop(facts["files"].as_object_mut().unwrap().remove("1")));
    said.insert(String::new(), facts);
    scene.says_of(parcel.id, said);
    scene.opening_fails(parcel.id, "the proof does not belong");
}

#[test]
fn a_file_that_is_dropped_added_or_renumbered_is_refused() {
    let scene = Scene::new();
    type Lie = fn(&mut serde_json::Map<String, Value>);
    let lies: [Lie; 3] = [
        |files| drop(files.remove("1")),
        |files| drop(files.insert("2".into(), files["1"].clone())),
        |files| {
            let one = files.remove("1").unwrap();
            files.insert("7".into(), one);
        },
    ];
    for lie in lies {
        let parcel = scene.receives(&[&video(1, 1000), &video(2, 1000)]);
        let mut said = scene.truth(parcel.id);
        let facts = changed(&said[""], |facts| lie(facts["files"].as_object_mut().unwrap()));
        said.insert(String::new(), facts);
        scene.says_of(parcel.id, said);
        scene.opening_fails(parcel.id, "not exactly those of the manifest");
    }
}

#[test]
fn files_swapped_within_or_between_submissions_of_one_link_are_refused() {
    let scene = Scene::new();
    let (one, two) = ([video(1, 200_000), video(2, 200_000)], [video(3, 200_000), video(4, 200_000)]);
    let [one, two] = [one, two].map(|films| scene.receives(&[&films[0], &films[1]]));
    let (truth, other) = (scene.truth(one.id), scene.truth(two.id));
    scene.says_of(one.id, with_file(&truth, truth["/files/1"].clone()));
    scene.saving_fails(one.id, "swapped");
    scene.says_of(one.id, with_file(&truth, other["/files/0"].clone()));
    scene.saving_fails(one.id, "swapped");
    // Its own head, and the rest of another.
    let start = |file: &[u8]| dewdrop::sealed::header::parse(file).unwrap().len + 16;
    let (head, body) = (&truth["/files/0"], &truth["/files/1"]);
    let mixed = [&head[..start(head)], &body[start(body)..]].concat();
    scene.says_of(one.id, with_file(&truth, mixed));
    scene.saving_fails(one.id, "altered");
}

#[test]
fn a_file_cut_at_a_chunk_doubled_or_out_of_order_is_refused() {
    const CHUNK: usize = 65_552;
    let scene = Scene::new();
    let parcel = scene.receives(&[&video(1, 65_536 * 3 + 1000)]);
    let truth = scene.truth(parcel.id);
    let sealed = &truth["/files/0"];
    let start = dewdrop::sealed::header::parse(sealed).unwrap().len + 16;
    let chunk = |n: usize| &sealed[start + n * CHUNK..sealed.len().min(start + (n + 1) * CHUNK)];
    let of = |chunks: &[&[u8]]| [&[&sealed[..start]], chunks].concat().concat();
    for (lie, with) in [
        (of(&[chunk(0), chunk(1), chunk(2)]), "size"),
        (of(&[chunk(0), chunk(3)]), "size"),
        (of(&[chunk(1), chunk(0), chunk(2), chunk(3)]), "altered"),
        (of(&[chunk(0), chunk(0), chunk(2), chunk(3)]), "altered"),
        (of(&[chunk(0), chunk(1), chunk(2), chunk(2)]), "size"),
        (of(&[chunk(0), chunk(1), chunk(2), &vec![0; chunk(3).len()]]), "altered"),
    ] {
        scene.says_of(parcel.id, with_file(&truth, lie));
        scene.saving_fails(parcel.id, with);
    }
    assert!(scene.trainer.watches(parcel.id) == [video(1, 65_536 * 3 + 1000)]);
}

#[test]
fn labels_do_not_move_from_one_card_to_another() {
    let scene = Scene::new();
    let other = scene.trainer.makes("Berta", 1, scene.world.now());
    let parcel = scene.receives(&[&video(1, 1000)]);
    scene.between.changes(|answer| {
        if answer.is("GET", "/api/links") {
            answer.json(|all| {
                let links = all["links"].as_array_mut().unwrap();
                let cards: Vec<Value> = links.iter().map(|link| link["card"].clone()).collect();
                (links[0]["card"], links[1]["card"]) = (cards[1].clone(), cards[0].clone());
            });
        }
    });
    for link in scene.trainer.lists().links {
        assert_eq!(link.label.label, None);
        assert_eq!(link.label.refused, Some(CardError::Link.to_string()));
    }
    // A card that goes with a link that goes with an invitation: only the manifest is another's.
    scene.between.is_honest_again();
    let links: Value = scene.trainer.gets("/api/links").json();
    let its = links["links"].as_array().unwrap().iter().find(|link| link["id"] == json!(other.id));
    let its = its.unwrap().clone();
    let mut said = scene.truth(parcel.id);
    let facts = changed(&said[""], |facts| {
        facts["card"] = its["card"].clone();
        facts["invitation"] = its["invitation"].clone();
        facts["link"] = its["id"].clone();
    });
    said.insert(String::new(), facts);
    scene.says_of(parcel.id, said);
    assert!(matches!(scene.trainer.opens(parcel.id), Err(DeliveryError::ManifestSealed)));
    scene.between.is_honest_again();
    scene.trainer.opens(parcel.id).unwrap();
}

#[test]
fn a_proof_of_another_length_or_submission_is_refused() {
    let scene = Scene::new();
    let (one, two) = (scene.receives(&[]), scene.receives(&[]));
    let truth: Value = serde_json::from_slice(&scene.truth(two.id)[""]).unwrap();
    for proof in [truth["proof"].clone(), json!(""), json!(encode(&[0; 32]))] {
        let mut said = scene.truth(one.id);
        said.insert(String::new(), changed(&said[""], |facts| facts["proof"] = proof));
        scene.says_of(one.id, said);
        let refused = scene.trainer.opens(one.id);
        assert!(matches!(refused, Err(DeliveryError::Manifest(ManifestError::Proof))));
    }
    scene.between.is_honest_again();
    scene.trainer.opens(one.id).unwrap();
}

#[test]
fn a_sender_commits_nothing_to_a_server_that_lost_bytes_or_miscounts() {
    let scene = Scene::new();
    let client = Client::new();
    let film = video(1, 300_000);
    let tries = || client.sends(&scene.link, &[("a.mp4", &film)], Default::default(), scene.world.now());
    let paths = Arc::new(Mutex::new(Vec::new()));
    for (method, header, said) in [
        ("PATCH", "0", "no longer has bytes"),
        ("PATCH", "99999999", "no longer has bytes"),
        ("HEAD", "1000", "another number of bytes"),
    ] {
        let heard = Arc::clone(&paths);
        scene.between.changes(move |answer| {
            heard.lock().unwrap().push(answer.path.clone());
            if answer.method == method {
                answer.headers.insert("upload-offset", header.parse().unwrap());
            }
        });
        let refused = tries().err().expect("it is refused");
        assert!(matches!(refused, SendError::Upload { .. }));
        assert!(refused.to_string().contains(said), "{refused}");
        assert!(!paths.lock().unwrap().iter().any(|path| path.ends_with("/commit")));
    }
    scene.between.is_honest_again();
    assert_eq!((scene.trainer.received_ids(), scene.world.count("submissions")), (vec![], 0));
    let sent = tries().unwrap();
    assert_eq!(scene.trainer.received()[0].state, ReceivedState::Received);
    assert!(scene.trainer.watches(sent.submission) == [film]);
}

#[test]
fn an_unlocking_file_or_vault_that_the_server_made_is_refused() {
    use crate::trainer::PASSPHRASE;
    use dewdrop::client::age::seal;
    use dewdrop::client::desk::{DeskError, Passphrase, unlock};
    use dewdrop::sealed::identity::Identity;
    use dewdrop::sealed::vault::identity_file;
    let scene = Scene::new();
    let theirs = Identity::random();
    let opens = || unlock(&scene.trainer.desk.vault().unwrap(), &Passphrase::new(PASSPHRASE));
    for (field, file) in [
        ("unlock", seal(&theirs.recipient(), identity_file(&theirs).as_bytes())),
        ("vault", seal(&scene.trainer.unlocked.identity.recipient(), b"{\"v\":1}")),
    ] {
        scene.between.changes(move |answer| {
            if answer.is("GET", "/api/vault") {
                answer.json(|vault| vault[field] = json!(encode(&file)));
            }
        });
        assert!(matches!(opens(), Err(DeskError::Passphrase | DeskError::Altered(_))), "{field}");
    }
    scene.between.changes(|answer| {
        if answer.is("GET", "/api/vault") {
            answer.json(|vault| {
                let mut unlock = decode(vault["unlock"].as_str().unwrap()).unwrap();
                *unlock.last_mut().unwrap() ^= 1;
                vault["unlock"] = json!(encode(&unlock));
            });
        }
    });
    assert!(matches!(opens(), Err(DeskError::Altered(_))));
    scene.between.is_honest_again();
    opens().unwrap();
}
