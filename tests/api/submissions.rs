//! What a submission refuses: a problem of its own type; what was good is kept; nothing half-stored is
//! to be seen.

use crate::raw::{answer, asks};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::api::{Commit, NewSubmission, SubmissionState};
use dewdrop::bytes::Octets;
use dewdrop::client::age::seal;
use dewdrop::ids::SubmissionId;
use dewdrop::sealed::identity::Identity;
use dewdrop::tokens::Bearer;
use reqwest::Method;

/// A server with a trainer, a link, and a parcel whose second file has half arrived.
struct Scene {
    world: World,
    trainer: Trainer,
    parcel: Parcel,
    films: [Vec<u8>; 2],
}

const HALF: usize = 131_072;

fn scene() -> Scene {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let films = [video(1, 100_000), video(2, 300_000)];
    let parcel = Parcel::of(&link, &[&films[0], &films[1]]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    parcel.sends(0).succeeds();
    parcel.sends_part(1, 0..HALF).succeeds();
    Scene { world, trainer, parcel, films }
}

impl Scene {
    /// Nobody but the sender sees anything of it, and the sender sees what was good.
    #[track_caller]
    fn is_as_it_was(&self) {
        let (id, receipt) = (self.parcel.id, self.parcel.receipt());
        assert_eq!((receipt.state, receipt.manifest), (SubmissionState::Receiving, true));
        let offsets: Vec<u64> = receipt.files.values().map(|file| file.offset).collect();
        assert_eq!(offsets, [self.parcel.files[&0].len() as u64, HALF as u64]);
        assert_eq!(self.trainer.received_ids(), []);
        for path in ["", "/manifest", "/files/0", "/files/1"] {
            self.trainer.gets(&format!("/api/submissions/{id}{path}")).refuses(404, "not-available");
        }
    }

    /// What was good is enough to go on from, and arrives unharmed.
    #[track_caller]
    fn goes_on(&self) {
        self.is_as_it_was();
        self.parcel.sends_part(1, HALF..self.parcel.files[&1].len()).succeeds();
        self.parcel.commits().succeeds();
        assert!(self.trainer.watches(self.parcel.id) == self.films);
    }

    fn commit(&self) -> Commit {
        self.parcel.commit_body()
    }
}

#[test]
fn what_is_not_an_age_file_is_refused_before_a_byte_is_stored() {
    let scene = scene();
    let stranger = Identity::random().recipient();
    let twice = {
        let sealed = seal(&stranger, b"x");
        let text = String::from_utf8_lossy(&sealed).into_owned();
        let stanza = text.split_inclusive('\n').skip(1).take(2).collect::<String>();
        text.replacen("\n-> ", &format!("\n{stanza}-> "), 1).into_bytes()
    };
    let scrypt = b"age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 18\n\
        ZkHnU8dd9dHXzGZtxIDm5YcHDBDCSEDcPTONKAHJsLw\n--- 8Rw1QIDCPVnMtLl9UoHHN4eY10uPVhSzEn7YgH0YwFY\n";
    let long = [b"age-encryption.org/v1\n-> X25519 ".as_slice(), &[b'a'; 2000]].concat();
    let manifests: [(&str, Vec<u8>); 6] = [
        ("plain", b"{\"v\":1}".to_vec()),
        ("empty", vec![]),
        ("two recipients", twice),
        ("a passphrase", [scrypt.as_slice(), &[0; 100]].concat()),
        ("a long header", long),
        ("cut off", scene.parcel.manifest[..150].to_vec()),
    ];
    for (what, manifest) in manifests {
        let refused = scene.parcel.puts(manifest);
        assert_eq!((refused.status, refused.kind().as_str()), (422, "not-age"), "{what}");
    }
    let plain = video(9, 300_000);
    let mut state = scene.parcel.announcement();
    state.files.insert(2, plain.len() as u64);
    scene.parcel.states(&state).succeeds();
    scene.parcel.sends_bytes(2, 0, plain.clone()).refuses(422, "not-age");
    scene.parcel.sends_bytes(2, 0, plain[..100_000].to_vec()).refuses(422, "not-age");
    assert_eq!(scene.parcel.offset(2), 0);
    let stored = std::fs::metadata(scene.world.blobs_of(scene.parcel.id).join("2"));
    assert_eq!(stored.map_or(0, |stored| stored.len()), 0);
    scene.parcel.announces().succeeds();
    scene.goes_on();
}

#[test]
fn a_size_that_no_age_file_has_is_refused() {
    let scene = scene();
    let header = dewdrop::sealed::header::parse(&scene.parcel.files[&1]).unwrap().len;
    // A header, a nonce and a chunk of less than a tag.
    let mut state = scene.parcel.announcement();
    state.files.insert(2, (header + 16 + 65_552 + 16) as u64);
    scene.parcel.states(&state).succeeds();
    let start = scene.parcel.files[&1][..65_536].to_vec();
    scene.parcel.sends_bytes(2, 0, start).refuses(422, "not-age");
    scene.parcel.announces().succeeds();
    state.files.insert(3, 100);
    scene.parcel.states(&state).refuses(410, "file-ended");
    state.files.remove(&2);
    scene.parcel.states(&state).refuses(422, "not-age");
    scene.goes_on();
}

#[test]
fn a_manifest_over_a_mebibyte_is_refused_and_the_one_before_stays() {
    let scene = scene();
    for size in [(1 << 20) + 1, 5 << 20] {
        let manifest = seal(&Identity::random().recipient(), &vec![0; size]);
        scene.parcel.puts(manifest).refuses(413, "manifest-too-large");
    }
    let largest = seal(&Identity::random().recipient(), &vec![0; (1 << 20) - 700]);
    assert!(largest.len() <= 1 << 20);
    scene.parcel.puts(largest).succeeds();
    scene.parcel.puts_manifest().succeeds();
    scene.goes_on();
}

#[test]
fn sizes_that_differ_are_refused() {
    let scene = scene();
    let mut other = scene.parcel.announcement();
    *other.files.get_mut(&1).unwrap() += 1;
    scene.parcel.states(&other).refuses(409, "size-differs");
    let rest = scene.parcel.files[&1].len() - HALF;
    scene.parcel.sends_bytes(1, HALF as u64, vec![0; rest + 1]).refuses(413, "too-large");
    scene.parcel.sends_bytes(1, HALF as u64, vec![0; rest + 10_000_000]).refuses(413, "too-large");
    scene.goes_on();
}

#[test]
fn another_offset_is_refused_and_the_right_one_told() {
    let scene = scene();
    for offset in [0, 65_536, HALF as u64 + 1, 196_608] {
        let refused = scene.parcel.sends_bytes(1, offset, vec![0; 65_536]);
        assert_eq!(refused.number("upload-offset"), HALF as u64);
        refused.refuses(409, "offset-differs");
    }
    scene.goes_on();
}

#[test]
fn a_piece_that_adds_no_whole_chunk_is_refused() {
    let scene = scene();
    for length in [1, 100, 65_535] {
        scene.parcel.sends_part(1, HALF..HALF + length).refuses(422, "piece-too-small");
    }
    // A tail that is no whole chunk is sent again.
    let more = scene.parcel.sends_part(1, HALF..HALF + 65_536 + 20_000).succeeds();
    assert_eq!(more.number("upload-offset"), (HALF + 65_536) as u64);
    scene.parcel.sends_part(1, HALF + 65_536..scene.parcel.files[&1].len()).succeeds();
    scene.parcel.commits().succeeds();
    assert!(scene.trainer.watches(scene.parcel.id) == scene.films);
}

#[test]
fn a_commit_is_refused_with_its_reason_until_everything_is_there() {
    let scene = scene();
    for size in [0, 31, 33, 64] {
        let short = Commit { proof: Octets(vec![1; size]), ..scene.commit() };
        scene.parcel.commits_with(&short).refuses(422, "proof-malformed");
    }
    let other = Commit { manifest: Octets(vec![1; 32]), ..scene.commit() };
    scene.parcel.commits_with(&other).refuses(409, "manifest-differs");
    let none = Commit { manifest: Octets(vec![]), ..scene.commit() };
    scene.parcel.commits_with(&none).refuses(409, "manifest-differs");
    scene.parcel.commits().refuses(409, "files-incomplete");
    // Announced and never begun is missing too.
    let mut state = scene.parcel.announcement();
    state.files.insert(2, 5000);
    scene.parcel.states(&state).succeeds();
    scene.parcel.commits().refuses(409, "files-incomplete");
    scene.parcel.announces().succeeds();
    scene.goes_on();
}

#[test]
fn without_a_manifest_nothing_is_committed() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let parcel = Parcel::of(&link, &[&video(1, 1000)]);
    parcel.announces().succeeds();
    parcel.sends(0).succeeds();
    parcel.commits().refuses(409, "manifest-differs");
    assert_eq!((parcel.receipt().manifest, trainer.received_ids().len()), (false, 0));
}

#[test]
fn what_was_received_can_not_be_changed() {
    let scene = scene();
    scene.goes_on();
    let parcel = &scene.parcel;
    let committed = parcel.commits().succeeds();
    assert_eq!(parcel.commits().body, committed.body, "the same again is answered the same");
    let another = Commit { proof: Octets(vec![1; 32]), ..scene.commit() };
    parcel.commits_with(&another).refuses(409, "already-received");
    parcel.puts_manifest().refuses(409, "already-received");
    parcel.sends_part(1, 0..65_536).refuses(409, "already-received");
    parcel.ends_file(1).refuses(409, "already-received");
    parcel.announces().refuses(409, "already-received");
    assert_eq!(parcel.offset(1), parcel.files[&1].len() as u64);
    assert!(scene.trainer.watches(parcel.id) == scene.films);
}

#[test]
fn a_submission_belongs_to_its_receipt_and_its_link() {
    let scene = scene();
    let parcel = &scene.parcel;
    let other_receipt = NewSubmission { receipt_hash: Bearer::random().hash(), ..parcel.announcement() };
    parcel.states(&other_receipt).refuses(409, "conflict");
    let link = Client::new().opens(&scene.trainer.asks("two", scene.world.now())).unwrap();
    let through = |id: SubmissionId, auth: &Bearer| {
        let url = scene.world.url(&format!("/api/submissions/{id}"));
        answer(asks(Method::PUT, &url, Some(auth)).json(&parcel.announcement()))
    };
    through(parcel.id, &link.link.secret.link_auth()).refuses(409, "conflict");
    through(SubmissionId::random(), &parcel.link_auth).refuses(409, "conflict");
    through(parcel.id, &parcel.link_auth).succeeds();
    // Ids of other things are taken as well.
    let through_account = SubmissionId(scene.trainer.desk.account.0);
    let fresh = Parcel::of(&link, &[]);
    let url = scene.world.url(&format!("/api/submissions/{through_account}"));
    answer(asks(Method::PUT, &url, Some(&fresh.link_auth)).json(&fresh.announcement()))
        .refuses(409, "conflict");
    scene.goes_on();
}

#[test]
fn a_malformed_request_is_refused_and_harms_nothing() {
    let scene = scene();
    let commit = scene.world.url("/api/receipt/commit");
    let ask = || asks(Method::POST, &commit, Some(&scene.parcel.receipt));
    for body in ["", "{", "[]", "{\"manifest\":1}", "{\"manifest\":\"AAE=\",\"proof\":\"\"}"] {
        answer(ask().header("Content-Type", "application/json").body(body)).refuses(400, "malformed");
    }
    let plain = serde_json::to_string(&scene.commit()).unwrap();
    answer(ask().header("Content-Type", "text/plain").body(plain)).refuses(400, "malformed");
    let large = format!("{{\"manifest\":\"{}\"}}", "A".repeat(3 << 20));
    answer(ask().header("Content-Type", "application/json").body(large)).refuses(413, "too-large");
    let twice = format!(
        r#"{{"receipt_hash":"{}","files":{{"0":300,"0":301}}}}"#,
        dewdrop::bytes::encode(&Bearer::random().hash().0)
    );
    let url = scene.world.url(&format!("/api/submissions/{}", SubmissionId::random()));
    let through = asks(Method::PUT, &url, Some(&scene.parcel.link_auth));
    answer(through.header("Content-Type", "application/json").body(twice)).refuses(400, "malformed");
    for files in [r#"{"256":300}"#, r#"{"-1":300}"#, r#"{"0":-1}"#, r#"{"0":1.5}"#] {
        let body = format!(r#"{{"receipt_hash":"{}","files":{files}}}"#, "A".repeat(43));
        let through = asks(Method::PUT, &url, Some(&scene.parcel.link_auth));
        answer(through.header("Content-Type", "application/json").body(body)).refuses(400, "malformed");
    }
    scene.goes_on();
}
