//! Links, from open to erased: who is told what, and which of several wins.

use crate::raw::{answer, asks};
use crate::sender::{Client, Parcel, video};
use crate::trainer::{Terms, Trainer};
use crate::world::World;
use dewdrop::api::{ErasedBy, LinkState, SubmissionState};
use dewdrop::client::link::OpenedLink;
use dewdrop::client::new_link::Made;
use dewdrop::ids::{LinkId, SubmissionId};
use dewdrop::sealed::link::Secret;
use dewdrop::time::{Span, Time};
use dewdrop::tokens::Bearer;
use reqwest::Method;
use std::sync::Barrier;

fn opened(made: &Made) -> OpenedLink {
    Client::new().opens(&made.link.reveal()).unwrap()
}

/// What the holder of a link is told: status, type, state, since when.
fn told(world: &World, made: &Made) -> (u16, String, Option<String>, Option<Time>) {
    let url = world.url("/api/link");
    let answer = answer(asks(Method::GET, &url, Some(&made.link.secret.link_auth())));
    if answer.status == 200 {
        return (200, "open".into(), None, None);
    }
    let problem = answer.problem();
    (answer.status, problem.kind, problem.state, problem.at)
}

fn gone(kind: &str, state: &str, at: Time) -> (u16, String, Option<String>, Option<Time>) {
    (410, kind.into(), Some(state.into()), Some(at))
}

#[test]
fn whoever_proves_nothing_gets_one_and_the_same_404() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let parcel = Parcel::of(&opened(&made), &[&video(1, 70_000)]);
    parcel.arrives();
    let stranger = Bearer::random();
    let commit = parcel.commit_body();
    let id = parcel.id;
    let ask = |method, path: &str, bearer: Option<&Bearer>| asks(method, &world.url(path), bearer);
    let tus = |request: reqwest::blocking::RequestBuilder| {
        request.header("Content-Type", "application/offset+octet-stream").header("Upload-Offset", 0)
    };
    let requests = [
        ask(Method::GET, "/api/link", None),
        ask(Method::GET, "/api/link", Some(&stranger)),
        ask(Method::GET, "/api/link", Some(&parcel.receipt)),
        ask(Method::GET, "/api/link", Some(&trainer.desk.token)),
        ask(Method::PUT, &format!("/api/submissions/{id}"), None).json(&parcel.announcement()),
        ask(Method::PUT, &format!("/api/submissions/{id}"), Some(&stranger)).json(&parcel.announcement()),
        ask(Method::PUT, &format!("/api/submissions/{id}"), Some(&parcel.receipt))
            .json(&parcel.announcement()),
        ask(Method::GET, "/api/receipt", None),
        ask(Method::GET, "/api/receipt", Some(&stranger)),
        ask(Method::GET, "/api/receipt", Some(&parcel.link_auth)),
        ask(Method::DELETE, "/api/receipt", Some(&stranger)),
        ask(Method::PUT, "/api/receipt/manifest", Some(&stranger)).body(parcel.manifest.clone()),
        ask(Method::PUT, "/api/receipt/manifest", Some(&stranger)).body("not age"),
        ask(Method::POST, "/api/receipt/commit", Some(&stranger)).json(&commit),
        ask(Method::POST, "/api/receipt/commit", Some(&stranger))
            .json(&dewdrop::api::Commit { proof: Default::default(), ..parcel.commit_body() }),
        tus(ask(Method::PATCH, "/api/receipt/files/0", Some(&stranger))).body(vec![0; 70_000]),
        ask(Method::DELETE, "/api/receipt/files/0", Some(&stranger)),
        ask(Method::GET, &format!("/api/submissions/{}", SubmissionId::random()), Some(&trainer.desk.token)),
        ask(Method::GET, "/api/submissions/nonsense", Some(&trainer.desk.token)),
        ask(Method::GET, &format!("/api/submissions/{id}/files/7"), Some(&trainer.desk.token)),
        ask(Method::POST, &format!("/api/links/{}/close", LinkId::random()), Some(&trainer.desk.token)),
        ask(Method::GET, "/api/no-such-thing", None),
    ];
    let mut all = requests.map(|request| {
        let mut answer = answer(request);
        assert_eq!(answer.kind(), "not-available");
        answer.headers.remove("date");
        // Said when a body is left unread.
        answer.headers.remove("connection");
        (answer.status, answer.headers, answer.body)
    });
    let first = std::mem::take(&mut all[0]);
    assert_eq!(first.0, 404);
    assert!(all[1..].iter().all(|other| *other == first), "{first:?} {all:?}");
}

#[test]
fn a_link_expires_at_its_instant_and_lets_those_finish_who_had_begun() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 2, world.now());
    let link = opened(&made);
    let begun = Parcel::of(&link, &[&video(1, 200_000)]);
    world.clock().set(Time(made.closes_at.0 - 1));
    begun.announces().succeeds();
    begun.sends_part(0, 0..131_072).succeeds();
    assert_eq!(told(&world, &made).0, 200);

    world.clock().set(made.closes_at);
    let expired = gone("link-expired", "expired", made.closes_at);
    assert_eq!(told(&world, &made), expired);
    let late = Parcel::of(&link, &[&video(2, 1000)]);
    late.announces().refuses(410, "link-expired");
    world.sweeps();
    assert_eq!(told(&world, &made), expired);
    late.announces().refuses(410, "link-expired");
    assert_eq!(
        (trainer.links()[0].state, trainer.links()[0].invitation.is_none()),
        (LinkState::Expired, true)
    );

    begun.announces().succeeds();
    begun.puts_manifest().succeeds();
    begun.sends_part(0, 131_072..begun.files[&0].len()).succeeds();
    begun.commits().succeeds();
    assert_eq!(trainer.watches(begun.id), [video(1, 200_000)]);
    assert_eq!(told(&world, &made), expired, "a use is left, but its time is over");
}

#[test]
fn a_link_that_has_ended_is_named_for_a_week_and_its_tombstone_for_a_month() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let begun = world.now();
    let [spent, closed, expired] = ["spent", "closed", "expired"].map(|label| trainer.makes(label, 1, begun));
    Parcel::of(&opened(&spent), &[]).arrives();
    trainer.closes(closed.id).succeeds();
    trainer.closes(closed.id).succeeds();
    world.sweeps();
    let labels =
        || -> Vec<_> { trainer.lists().links.into_iter().filter_map(|link| link.label.label).collect() };
    let mut named = labels();
    named.sort();
    assert_eq!(named, ["closed", "expired"], "the spent one was erased at once");
    assert!(!world.has_key_on_disk(spent.id) && !world.blobs_of(spent.id).exists());

    world.clock().set(begun + Span::DAY.times(7));
    world.sweeps();
    assert_eq!(labels(), ["expired"]);
    world.clock().set(begun + Span::DAY.times(14));
    world.sweeps();
    assert_eq!((labels().len(), world.count("links"), world.count("link-by-auth")), (0, 0, 0));

    let states = || [told(&world, &spent), told(&world, &closed), told(&world, &expired)];
    let still = [
        gone("link-spent", "spent", begun),
        gone("link-closed", "closed", begun),
        gone("link-expired", "expired", expired.closes_at),
    ];
    assert_eq!(states(), still);
    // 30 days from when each was erased.
    let unknown = || (404, "not-available".to_owned(), None, None);
    world.clock().set(begun + Span::DAY.times(30));
    world.sweeps();
    assert_eq!(states(), [unknown(), still[1].clone(), still[2].clone()]);
    world.clock().set(begun + Span::DAY.times(44));
    world.sweeps();
    assert_eq!((states(), world.count("tombstones")), ([unknown(), unknown(), unknown()], 0));
}

#[test]
fn closing_a_link_ends_what_is_receiving_through_it() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let parcel = Parcel::of(&opened(&made), &[&video(1, 200_000)]);
    parcel.announces().succeeds();
    parcel.sends_part(0, 0..65_536).succeeds();
    assert_eq!(trainer.lists().links[0].receiving[0].received, 65_536);
    trainer.closes(made.id).succeeds();
    assert_eq!(told(&world, &made), gone("link-closed", "closed", world.now()));
    parcel.sends_part(0, 65_536..131_072).refuses(410, "link-closed");
    parcel.puts_manifest().refuses(410, "link-closed");
    parcel.announces().refuses(410, "link-closed");
    world.sweeps();
    let receipt = parcel.receipt();
    assert_eq!((receipt.state, receipt.by), (SubmissionState::Erased, Some(ErasedBy::Link)));
    parcel.sends_part(0, 65_536..131_072).refuses(410, "erased");
    parcel.commits().refuses(410, "erased");
    assert!(!world.has_key_on_disk(parcel.id) && !world.blobs_of(parcel.id).exists());
    assert_eq!(trainer.lists().links[0].receiving.len(), 0);
    Parcel::of(&Client::new().opens(&trainer.asks("two", world.now())).unwrap(), &[]).arrives();
}

#[test]
fn several_may_begin_through_a_one_time_link_and_one_commits() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let link = opened(&made);
    let [first, second] = [1, 2].map(|seed| Parcel::of(&link, &[&video(seed, 90_000)]));
    first.travels();
    second.travels();
    second.commits().succeeds();
    first.commits().refuses(410, "link-spent");
    first.sends_part(0, 0..65_536).refuses(410, "link-spent");
    assert_eq!(trainer.received_ids(), [second.id]);
    world.sweeps();
    assert_eq!((first.receipt().state, first.receipt().by), (SubmissionState::Erased, Some(ErasedBy::Link)));
    first.commits().refuses(410, "erased");
    assert_eq!(second.receipt().state, SubmissionState::Received);
    second.commits().succeeds();
    assert_eq!(trainer.watches(second.id), [video(2, 90_000)]);
}

#[test]
fn of_64_commits_racing_on_a_one_time_link_exactly_one_wins() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("one", 1, world.now());
    let link = opened(&made);
    let parcels: Vec<Parcel> = (0..64).map(|seed| Parcel::of(&link, &[&video(seed, 300)])).collect();
    for four in parcels.chunks(4) {
        for parcel in four {
            parcel.travels();
        }
        // What has arrived whole keeps its place until ten minutes pass without a byte.
        world.waits(Span::MINUTE.times(10));
        four[0].announces().succeeds();
        world.waits(Span::MINUTE.times(10));
    }
    let start = Barrier::new(parcels.len());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let racing: Vec<_> = parcels
            .iter()
            .map(|parcel| {
                scope.spawn(|| {
                    start.wait();
                    let answer = parcel.commits();
                    assert!(answer.status == 200 || answer.kind() == "link-spent", "{answer:?}");
                    answer.status
                })
            })
            .collect();
        racing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let winners: Vec<_> = (0..64).filter(|n| statuses[*n] == 200).collect();
    assert_eq!(winners.len(), 1, "{statuses:?}");
    let winner = winners[0];
    assert_eq!(trainer.received_ids(), [parcels[winner].id]);
    world.sweeps();
    assert_eq!(trainer.watches(parcels[winner].id), [video(winner as u64, 300)]);
    for (n, parcel) in parcels.iter().enumerate().filter(|(n, _)| *n != winner) {
        assert_eq!(parcel.receipt().by, Some(ErasedBy::Link), "{n}");
    }
}

#[test]
fn a_link_takes_as_many_submissions_as_it_has_uses() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("many", 3, world.now());
    let link = opened(&made);
    for left in [2, 1, 0] {
        Parcel::of(&link, &[&video(left, 500)]).arrives();
        assert_eq!(u64::from(trainer.links()[0].uses_left), left);
    }
    Parcel::of(&link, &[]).announces().refuses(410, "link-spent");
    assert_eq!(trainer.received_ids().len(), 3);
    assert!(trainer.lists().submissions.iter().all(|one| one.label.label.as_deref() == Some("many")));
}

#[test]
fn a_link_is_opened_once_and_only_within_what_links_may_be() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let now = world.now();
    let terms = || Terms {
        retention: Span::DAY,
        closes_at: now + Span::DAY,
        uses: 1,
        max_files: 5,
        max_bytes: 1 << 20,
    };
    let (id, secret) = (LinkId::random(), Secret::random());
    assert_eq!(trainer.tries_to_open(id, &secret, &terms()).status, 201);
    assert_eq!(trainer.tries_to_open(id, &secret, &terms()).status, 200);
    trainer.tries_to_open(id, &Secret::random(), &terms()).refuses(409, "taken");
    trainer.tries_to_open(LinkId::random(), &secret, &terms()).refuses(409, "taken");
    for bad in [
        Terms { retention: Span(3599), ..terms() },
        Terms { retention: Span(7 * 86_400 + 1), ..terms() },
        Terms { closes_at: now + Span(600), ..terms() },
        Terms { closes_at: now + Span::DAY.times(31), ..terms() },
        Terms { uses: 0, ..terms() },
        Terms { uses: 101, ..terms() },
        Terms { max_files: 21, ..terms() },
        Terms { max_bytes: (10 << 30) + 1, ..terms() },
    ] {
        trainer.tries_to_open(LinkId::random(), &Secret::random(), &bad).refuses(400, "malformed");
    }
    assert_eq!(trainer.links().len(), 1);
}
