//! The desk over HTTP: ranges, the vault, what it hears of.

use crate::raw::{answer, asks};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::{World, until};
use dewdrop::api::{NewVault, Vault};
use dewdrop::bytes::Octets;
use dewdrop::client::age::seal;
use dewdrop::sealed::identity::Identity;
use dewdrop::time::{Span, Time};
use reqwest::Method;
use reqwest::blocking::Response;
use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn received(world: &World, trainer: &Trainer, length: usize) -> Parcel {
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let parcel = Parcel::of(&link, &[&video(1, length)]);
    parcel.arrives();
    parcel
}

#[test]
fn a_file_is_read_in_ranges() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer, 2_300_000);
    let (whole, path) = (&parcel.files[&0], format!("/api/submissions/{}/files/0", parcel.id));
    let total = whole.len();
    let range = |value: &str| answer(trainer.request(Method::GET, &path).header("Range", value));
    for (value, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-1", 0, 2),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=1000000-2200000", 1_000_000, 2_200_001),
        ("bytes=2299999-", 2_299_999, total),
        ("bytes=-1", total - 1, total),
        ("bytes=-999999999", 0, total),
        ("bytes=5-99999999", 5, total),
    ] {
        let part = range(value);
        assert_eq!((part.status, part.number("content-length")), (206, (to - from) as u64), "{value}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{total}", to - 1));
        assert!(part.body == whole[from..to], "{value}");
    }
    for value in ["bytes=99999999-", "bytes=-0"] {
        let none = range(value);
        assert_eq!(none.header("content-range"), format!("bytes */{total}"));
        none.refuses(416, "range");
    }
    for value in ["bytes=2-1", "bytes=0-1,5-6", "lines=1-2", "bytes=x-y"] {
        let all = range(value);
        assert_eq!((all.status, all.body.len()), (200, total), "{value}");
    }
    let head = answer(trainer.request(Method::HEAD, &path));
    assert_eq!((head.status, head.number("content-length")), (200, total as u64));
    assert_eq!((head.header("accept-ranges"), head.header("cache-control")), ("bytes", "no-store"));
    let etag = head.header("etag").to_owned();
    let part = |tag: &str| {
        answer(trainer.request(Method::GET, &path).header("Range", "bytes=0-9").header("If-Range", tag))
    };
    assert_eq!((part(&etag).status, part("\"other\"").status), (206, 200));
    // Only a GET has ranges, and who has it already is told so.
    for (name, value) in [("Range", "bytes=0-9"), ("Range", "bytes=99999999-")] {
        let head = answer(trainer.request(Method::HEAD, &path).header(name, value));
        assert_eq!((head.status, head.number("content-length")), (200, total as u64), "{value}");
    }
    let had = |method: Method, tag: &str| {
        answer(trainer.request(method, &path).header("If-None-Match", tag).header("Range", "bytes=0-9"))
    };
    for tag in [etag.as_str(), "*", &format!("\"other\", {etag}"), &format!("W/{etag}")] {
        let same = had(Method::GET, tag);
        assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, etag.as_str()), "{tag}");
        assert_eq!(had(Method::HEAD, tag).status, 304, "{tag}");
    }
    assert_eq!(had(Method::GET, "\"other\"").status, 206);
}

#[test]
fn a_large_file_comes_whole_and_in_order_from_anywhere() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer, 9_000_001);
    let (whole, path) = (&parcel.files[&0], format!("/api/submissions/{}/files/0", parcel.id));
    for from in [0, 1, 65_536, 3_000_000, 8_999_999] {
        let request = trainer.request(Method::GET, &path).header("Range", format!("bytes={from}-"));
        let mut answer = request.send().unwrap();
        let mut bytes = Vec::new();
        answer.read_to_end(&mut bytes).unwrap();
        assert!(bytes == whole[from..], "from {from}");
    }
}

#[test]
fn a_download_is_cut_off_when_the_submission_expires_or_is_erased() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let sign = |end: &dyn Fn(&Parcel)| {
        // Far more than the buffers of a connection hold.
        let parcel = received(&world, &trainer, 40_000_000);
        let path = format!("/api/submissions/{}/files/0", parcel.id);
        let mut download = trainer.request(Method::GET, &path).send().unwrap();
        assert_eq!(download.status(), 200);
        let mut first = vec![0; 1000];
        download.read_exact(&mut first).unwrap();
        assert!(first == parcel.files[&0][..1000]);
        end(&parcel);
        let mut rest = Vec::new();
        // Never an end of file: it would look whole.
        assert!(download.read_to_end(&mut rest).is_err());
        assert!(rest.len() < parcel.files[&0].len() - 1000);
        assert!(parcel.files[&0][1000..].starts_with(&rest), "what came before is its own");
        parcel
    };
    sign(&|parcel| drop(trainer.erases(parcel.id).succeeds()));
    sign(&|parcel| drop(parcel.withdraws().succeeds()));
    sign(&|parcel| world.clock().set(parcel.receipt().expires_at.unwrap()));
}

#[test]
fn a_vault_is_only_replaced_by_who_has_read_it() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let read = || trainer.gets("/api/vault").succeeds();
    let sealed = |text: &[u8]| seal(&Identity::random().recipient(), text);
    let put = |tag: Option<&str>, vault: Vec<u8>| {
        let request = trainer.request(Method::PUT, "/api/vault").json(&NewVault { vault: Octets(vault) });
        answer(match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        })
    };
    let first = read().header("etag").to_owned();
    put(None, sealed(b"a")).refuses(428, "if-match-required");
    put(Some("*"), sealed(b"a")).refuses(428, "if-match-required");
    let (one, two) = (sealed(b"one"), sealed(b"two"));
    let second = put(Some(&first), one.clone()).succeeds().header("etag").to_owned();
    assert_ne!(first, second);
    put(Some(&first), two.clone()).refuses(412, "unlocked-elsewhere");
    put(Some(&second), b"plain".to_vec()).refuses(400, "malformed");
    put(Some(&second), sealed(&vec![0; 1 << 20])).refuses(400, "malformed");
    let now = read();
    assert_eq!((now.header("etag"), now.json::<Vault>().vault.0), (second.as_str(), one));
    put(Some(&second), two.clone()).succeeds();
    assert_eq!(read().json::<Vault>().vault.0, two);
}

/// Lines of an event stream, until it ends.
fn listens(stream: Response) -> Receiver<String> {
    let (say, heard) = channel();
    std::thread::spawn(move || {
        BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
    });
    heard
}

fn hears(heard: &Receiver<String>, what: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    loop {
        let line = heard.recv_timeout(Duration::from_secs(30)).expect("it comes");
        let event = line.strip_prefix("data: ").map(|json| serde_json::from_str(json).unwrap());
        if let Some(event) = event.filter(&what) {
            return event;
        }
    }
}

#[test]
fn the_desk_hears_of_a_submission_while_it_comes_and_when_it_is_there() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let stream = trainer.request(Method::GET, "/api/events").send().unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let heard = listens(stream);
    let parcel = Parcel::of(&link, &[&video(1, 300_000)]);
    let size = parcel.files[&0].len() as u64;
    let is = |state: &'static str| move |event: &serde_json::Value| event["state"] == state;
    parcel.announces().succeeds();
    let told = hears(&heard, is("receiving"));
    assert_eq!((&told["kind"], &told["id"]), (&"submission".into(), &parcel.id.to_string().into()));
    assert_eq!((&told["link"], &told["received"]), (&link.id.to_string().into(), &0.into()));
    parcel.sends_part(0, 0..131_072).succeeds();
    let told = hears(&heard, is("receiving"));
    assert_eq!((&told["received"], &told["size"]), (&131_072.into(), &size.into()));
    parcel.puts_manifest().succeeds();
    parcel.sends_part(0, 131_072..size as usize).succeeds();
    parcel.commits().succeeds();
    hears(&heard, is("received"));
    assert_eq!(hears(&heard, is("spent"))["kind"], "link");
    trainer.closes(trainer.makes("two", 1, world.now()).id).succeeds();
    hears(&heard, |event| event["kind"] == "link" && event["state"] == "closed");
    parcel.withdraws().succeeds();
    hears(&heard, is("erased"));
}

#[test]
fn the_stream_of_events_ends_with_its_session() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let listen = || listens(trainer.request(Method::GET, "/api/events").send().unwrap());
    let ends = |heard: &Receiver<String>| {
        until("the stream ends", || {
            loop {
                match heard.try_recv() {
                    Ok(_) => {}
                    Err(std::sync::mpsc::TryRecvError::Empty) => return None,
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return Some(()),
                }
            }
        });
    };
    // Its time is over.
    let heard = listen();
    hears_that_it_is_there(&heard);
    let expires_at = trainer.desk.expires_at;
    world.clock().set(Time(expires_at.0 - 1));
    trainer.gets("/api/links").succeeds();
    world.clock().set(expires_at);
    ends(&heard);
    trainer.gets("/api/links").refuses(401, "sign-in-refused");
    world.sweeps();
    trainer.gets("/api/events").refuses(401, "sign-in-refused");
    assert_eq!((world.count("sessions"), world.count("by_expiry")), (0, 0));
}

#[test]
fn signing_out_ends_the_stream_of_that_session_only() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let other = crate::sign_in::signs_in(&world);
    let ours = listens(trainer.request(Method::GET, "/api/events").send().unwrap());
    let url = world.url("/api/events");
    let theirs = listens(asks(Method::GET, &url, Some(&other)).send().unwrap());
    hears_that_it_is_there(&ours);
    hears_that_it_is_there(&theirs);
    answer(asks(Method::DELETE, &world.url("/api/session"), Some(&other))).succeeds();
    until("the stream ends", || match theirs.try_recv() {
        Err(std::sync::mpsc::TryRecvError::Disconnected) => Some(()),
        _ => None,
    });
    answer(asks(Method::GET, &url, Some(&other))).refuses(401, "sign-in-refused");
    trainer.closes(trainer.makes("two", 1, world.now()).id).succeeds();
    hears(&ours, |event| event["state"] == "closed");
    world.waits(Span::HOUR);
}

fn hears_that_it_is_there(heard: &Receiver<String>) {
    assert!(heard.recv_timeout(Duration::from_secs(30)).unwrap().starts_with(':'));
}

#[test]
fn looking_changes_nothing() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let parcel = received(&world, &trainer, 1000);
    let before = (trainer.gets("/api/links").body, trainer.gets("/api/submissions").body, parcel.receipt());
    world.waits(Span::HOUR);
    for _ in 0..3 {
        for path in ["", "/manifest", "/files/0"] {
            trainer.gets(&format!("/api/submissions/{}{path}", parcel.id)).succeeds();
        }
        Client::new().opens(&made.link.reveal()).unwrap();
        for page in ["/u", "/u%23abc.def", "/r", "/desk/", "/", "/healthz", "/api/openapi.json"] {
            answer(asks(Method::GET, &world.url(page), None));
            answer(asks(Method::HEAD, &world.url(page), None));
        }
    }
    let after = (trainer.gets("/api/links").body, trainer.gets("/api/submissions").body, parcel.receipt());
    assert_eq!((before.0, before.1), (after.0, after.1));
    assert_eq!(before.2.opened_at, after.2.opened_at);
}

#[test]
fn what_the_service_worker_answers_is_nothing_of_the_server() {
    let world = World::new();
    let worker = answer(asks(Method::GET, &world.url("/desk/sw.js"), None));
    assert_eq!((worker.status, worker.header("cache-control")), (200, "no-store"));
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    // A browser that was about to save a file stays on its page.
    let stream = answer(asks(Method::GET, &world.url("/desk/stream/AAAAAAAAAAAAAAAAAAAAAA"), None));
    assert_eq!((stream.status, stream.body.len()), (204, 0));
}
