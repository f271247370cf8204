//! Files on their way: tus 1.0.0 on a given URL, and connections that end in every way.

use crate::raw::{Line, answer, asks};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::{World, until};
use bytes::Bytes;
use dewdrop::submissions::SubmissionError;
use dewdrop::time::{Now, Span};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use reqwest::Method;
use std::collections::BTreeMap;

const CHUNK: usize = 65_536;

struct Scene {
    world: World,
    trainer: Trainer,
    parcel: Parcel,
    film: Vec<u8>,
}

/// A parcel of one file, announced, its manifest put.
fn scene(length: usize) -> Scene {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let film = video(1, length);
    let parcel = Parcel::of(&link, &[&film]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    Scene { world, trainer, parcel, film }
}

impl Scene {
    /// Where the file goes on, when no request of before comes between.
    fn offset(&self) -> usize {
        until("nothing comes between", || {
            let head = self.parcel.asks_for(0);
            (head.status == 200).then(|| head.number("upload-offset") as usize)
        })
    }

    /// Sends what is missing; what arrives is what was filmed. A request of before may still come
    /// through and end a newer one, or move the file on before it; then it goes on from there.
    fn arrives(&self) {
        let whole = self.parcel.files[&0].len();
        until("it is whole", || {
            let offset = self.offset();
            if offset < whole {
                let sent = self.parcel.sends_part(0, offset..whole);
                let goes_on = |kind: String| kind == "interrupted" || kind == "offset-differs";
                assert!(sent.status == 204 || goes_on(sent.kind()), "{sent:?}");
            }
            (offset == whole).then_some(())
        });
        self.parcel.commits().succeeds();
        assert!(self.trainer.watches(self.parcel.id) == [self.film.as_slice()]);
    }
}

#[test]
fn an_upload_says_where_it_is_how_long_and_until_when() {
    let scene = scene(300_000);
    let size = scene.parcel.files[&0].len() as u64;
    let uploads: serde_json::Value = scene.parcel.announces().json();
    assert_eq!(uploads["uploads"]["0"], "/api/receipt/files/0");
    let head = scene.parcel.asks_for(0);
    assert_eq!((head.status, head.number("upload-offset"), head.number("upload-length")), (200, 0, size));
    assert_eq!((head.header("tus-resumable"), head.header("cache-control")), ("1.0.0", "no-store"));
    let patch = scene.parcel.sends_part(0, 0..2 * CHUNK);
    assert_eq!((patch.status, patch.number("upload-offset")), (204, 2 * CHUNK as u64));
    assert_eq!(patch.header("tus-resumable"), "1.0.0");
    assert!(patch.header("upload-expires").ends_with("GMT"));
    scene.arrives();
    assert_eq!(scene.parcel.offset(0), size);
}

#[test]
fn a_request_that_is_not_this_tus_is_refused() {
    let scene = scene(100_000);
    let patch = || scene.parcel.patch(0, 0, scene.parcel.files[&0].clone());
    let url = scene.world.url("/api/receipt/files/0");
    let bare = || asks(Method::PATCH, &url, Some(&scene.parcel.receipt));
    answer(patch().header("Upload-Metadata", "filename c3F1YXQubXA0")).refuses(400, "malformed");
    let other = answer(
        bare()
            .header("Tus-Resumable", "0.2.2")
            .header("Upload-Offset", 0)
            .header("Content-Type", "application/offset+octet-stream"),
    );
    assert_eq!(other.header("tus-version"), "1.0.0");
    other.refuses(412, "tus-version");
    let typed = bare().header("Upload-Offset", 0).header("Content-Type", "application/octet-stream");
    answer(typed.body("x")).refuses(415, "content-type");
    let typed = || bare().header("Content-Type", "application/offset+octet-stream");
    answer(typed().body("x")).refuses(400, "malformed");
    answer(typed().header("Upload-Offset", "-1").body("x")).refuses(400, "malformed");
    let endless = stream_of(scene.parcel.files[&0].clone());
    answer(typed().header("Upload-Offset", 0).body(endless)).refuses(411, "length-required");
    assert_eq!(scene.parcel.offset(0), 0);
    scene.arrives();
}

/// A body of no declared length.
fn stream_of(bytes: Vec<u8>) -> reqwest::blocking::Body {
    reqwest::blocking::Body::new(std::io::Cursor::new(bytes))
}

#[test]
fn a_number_that_was_left_out_or_ended_is_never_used_again() {
    let scene = scene(100_000);
    let parcel = &scene.parcel;
    let mut state = parcel.announcement();
    for (n, size) in [(1, 70_000), (2, 80_000)] {
        state.files.insert(n, size);
    }
    parcel.states(&state).succeeds();
    parcel.ends_file(1).succeeds();
    assert!(!scene.world.blobs_of(parcel.id).join("1").exists());
    parcel.ends_file(1).refuses(410, "file-ended");
    parcel.states(&state).refuses(410, "file-ended");
    state.files.remove(&1);
    parcel.states(&state).succeeds();
    parcel.announces().succeeds();
    for n in [1, 2] {
        assert_eq!(parcel.asks_for(n).status, 410);
        parcel.sends_bytes(n, 0, vec![0; 70_000]).refuses(410, "file-ended");
    }
    assert_eq!(parcel.asks_for(9).status, 404);
    assert_eq!(parcel.receipt().files.keys().collect::<Vec<_>>(), [&0]);
    scene.arrives();
}

#[test]
fn whole_chunks_are_kept_when_the_connection_ends() {
    let scene = scene(600_000);
    let sealed = &scene.parcel.files[&0];
    let mut line = Line::to(scene.world.origin());
    line.begins_patch(0, &scene.parcel.receipt, 0, sealed.len() as u64);
    line.says(&sealed[..6 * CHUNK + 1000]);
    // Asked for without ending anything. What lies in the connection's buffers may go with it.
    let here = || scene.parcel.receipt().files[&0].offset;
    until("chunks are here", || (here() >= 4 * CHUNK as u64).then_some(()));
    drop(line);
    let offset = scene.offset();
    assert!(offset >= 4 * CHUNK && offset.is_multiple_of(CHUNK), "{offset}");
    scene.arrives();
}

#[test]
fn a_new_request_ends_the_one_that_runs_and_waits_for_it() {
    let scene = scene(600_000);
    let sealed = &scene.parcel.files[&0];
    let begins = |offset: usize, upto: usize| {
        let mut line = Line::to(scene.world.origin());
        let rest = (sealed.len() - offset) as u64;
        line.begins_patch(0, &scene.parcel.receipt, offset as u64, rest);
        line.says(&sealed[offset..upto]);
        line
    };
    let received = |bytes: usize| {
        // Asked for without ending anything.
        until("it is here", || (scene.parcel.receipt().files[&0].offset >= bytes as u64).then_some(()));
    };
    // HEAD ends a PATCH, which hears of it.
    let mut first = begins(0, 4 * CHUNK);
    received(4 * CHUNK);
    assert_eq!(scene.parcel.offset(0), 4 * CHUNK as u64);
    let heard = first.hears();
    assert!(heard.starts_with("HTTP/1.1 409") && heard.contains("interrupted"), "{heard}");
    // A PATCH ends a PATCH and goes on where it ended.
    let mut second = begins(4 * CHUNK, 8 * CHUNK);
    received(8 * CHUNK);
    scene.parcel.sends_part(0, 8 * CHUNK..sealed.len()).succeeds();
    let heard = second.hears();
    assert!(heard.starts_with("HTTP/1.1 409") && heard.contains("interrupted"), "{heard}");
    scene.arrives();
}

#[test]
fn an_erasure_that_overtakes_a_piece_is_what_the_piece_is_answered() {
    for (waits, by) in [(0, "sender"), (1, "sender"), (0, "link"), (1, "link")] {
        let scene = scene(600_000);
        // What comes in another second than the announcement is noted in a record that is gone by then.
        scene.world.waits(Span(waits));
        let sealed = &scene.parcel.files[&0];
        let mut line = Line::to(scene.world.origin());
        line.begins_patch(0, &scene.parcel.receipt, 0, sealed.len() as u64);
        line.says(&sealed[..4 * CHUNK]);
        // Asked for without ending anything.
        let here = || scene.parcel.receipt().files[&0].offset >= 4 * CHUNK as u64;
        until("it is here", || here().then_some(()));
        if by == "sender" {
            scene.parcel.withdraws().succeeds();
        } else {
            scene.trainer.closes(scene.trainer.links()[0].id).succeeds();
            scene.world.sweeps();
        }
        let heard = line.hears();
        let says = |word: &str| heard.contains(&format!("\"{word}\""));
        assert!(heard.starts_with("HTTP/1.1 410") && says("erased") && says(by), "{waits} {by}: {heard}");
    }
}

#[test]
fn a_file_survives_requests_that_are_dropped_while_they_write() {
    let scene = scene(12_000_000);
    let sealed = Bytes::from(scene.parcel.files[&0].clone());
    let submissions = &scene.world.stores().submissions;
    let receipt = scene.parcel.receipt.hash();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let now = Now::at(scene.world.now());
    // Three of four pieces come at once, then the sender falls silent and the request is dropped
    // while its last batch is on its way to the disk: as it is when a connection is reset.
    for round in 0..20 {
        let offset = submissions.head(&receipt, 0).unwrap().offset as usize;
        let rest = sealed.slice(offset..);
        if rest.len() < 300_000 {
            break;
        }
        let here = rest.slice(..rest.len().min(300_000 + round * 90_000));
        let body = stream::iter([Ok::<_, SubmissionError>(here)]).chain(stream::pending());
        let sending = submissions.receive(now, receipt, 0, offset as u64, rest.len() as u64, body);
        runtime.block_on(async {
            tokio::pin!(sending);
            while submissions.offset(scene.parcel.id, 0, &file(&sealed)).unwrap() <= offset as u64 {
                assert!(sending.as_mut().now_or_never().is_none());
                tokio::task::yield_now().await;
            }
        });
    }
    scene.arrives();
}

fn file(sealed: &Bytes) -> dewdrop::submissions::File {
    dewdrop::submissions::File { size: sealed.len() as u64, saved_at: None }
}

#[test]
fn a_file_survives_connections_that_are_reset() {
    let scene = scene(8_000_000);
    let sealed = &scene.parcel.files[&0];
    for _ in 0..20 {
        let offset = scene.offset();
        let mut line = Line::to(scene.world.origin());
        // An answer that nobody reads makes the close a reset.
        line.says(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        line.begins_patch(0, &scene.parcel.receipt, offset as u64, (sealed.len() - offset) as u64);
        line.says(&sealed[offset..sealed.len().min(offset + 5 * CHUNK + 300)]);
        drop(line);
    }
    scene.arrives();
}

#[test]
fn a_refusal_reaches_who_is_still_sending() {
    let scene = scene(100_000);
    let large = vec![0; 20_000_000];
    // Far more than fits into the connection's buffers.
    for _ in 0..3 {
        scene.parcel.sends_bytes(0, 0, large.clone()).refuses(413, "too-large");
        scene.parcel.puts(large.clone()).refuses(413, "manifest-too-large");
        let url = scene.world.url("/api/receipt/files/0");
        let stranger = dewdrop::tokens::Bearer::random();
        let patch = asks(Method::PATCH, &url, Some(&stranger)).header("Upload-Offset", 0);
        let patch = patch.header("Content-Type", "application/offset+octet-stream");
        answer(patch.body(large.clone())).refuses(404, "not-available");
    }
    scene.arrives();
}

#[test]
fn a_file_may_come_in_single_bytes() {
    let scene = scene(70_000);
    let sealed = &scene.parcel.files[&0];
    let mut line = Line::to(scene.world.origin());
    line.begins_patch(0, &scene.parcel.receipt, 0, sealed.len() as u64);
    for at in 0..3000 {
        line.says(&sealed[at..=at]);
    }
    line.says(&sealed[3000..]);
    assert!(line.hears().starts_with("HTTP/1.1 204"));
    scene.arrives();
}

#[test]
fn twenty_files_and_an_empty_one_arrive() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let mut films: BTreeMap<u8, Vec<u8>> = (1..20).map(|n| (n, video(n.into(), n as usize * 7001))).collect();
    films.insert(0, Vec::new());
    let all: Vec<&[u8]> = films.values().map(Vec::as_slice).collect();
    let parcel = Parcel::of(&link, &all);
    parcel.arrives();
    assert!(trainer.watches(parcel.id).iter().eq(films.values()));
}
