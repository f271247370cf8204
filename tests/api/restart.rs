//! Stopping and starting again, between any two steps and in the middle of one.

use crate::raw::Line;
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::api::{LinkState, SubmissionState};
use dewdrop::time::{Span, Time};

#[test]
fn a_restart_between_any_two_steps_loses_nothing() {
    let mut world = World::new();
    world.restarts();
    let trainer = Trainer::sets_up(&world);
    world.restarts();
    let made = trainer.makes("Ada", 1, world.now());
    world.restarts();
    assert_eq!(trainer.lists().links[0].state, LinkState::Open);
    let link = Client::new().opens(&made.link.reveal()).unwrap();
    let films = [video(1, 300_000), video(2, 70_000)];
    let parcel = Parcel::of(&link, &[&films[0], &films[1]]);
    world.restarts();
    parcel.announces().succeeds();
    world.restarts();
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    world.restarts();
    parcel.sends_part(0, 0..131_072 + 1000).succeeds();
    world.restarts();
    assert_eq!(parcel.offset(0), 131_072);
    world.restarts();
    parcel.sends_part(0, 131_072..parcel.files[&0].len()).succeeds();
    world.restarts();
    parcel.commits().refuses(409, "files-incomplete");
    world.restarts();
    parcel.sends(1).succeeds();
    world.restarts();
    let committed = parcel.commits().succeeds();
    world.restarts();
    assert_eq!(parcel.commits().succeeds().body, committed.body);
    assert_eq!(trainer.received_ids(), [parcel.id]);
    world.restarts();
    let delivery = trainer.opens(parcel.id).unwrap();
    world.restarts();
    assert!(parcel.receipt().opened_at.is_some());
    trainer.saves(&delivery).unwrap();
    world.restarts();
    assert!(parcel.receipt().files.values().all(|file| file.saved_at.is_some()));
    world.sweeps();
    world.restarts();
    let refused = Client::new().opens(&made.link.reveal()).err().unwrap().to_string();
    assert_eq!(refused, "this link was already used; ask for a new one");
    trainer.erases(parcel.id).succeeds();
    trainer.keeps(parcel.id).succeeds();
    world.restarts();
    assert!(trainer.watches(parcel.id) == films);
    let expires_at = parcel.receipt().expires_at.unwrap();
    world.clock().set(Time(expires_at.0 - 1));
    world.restarts();
    assert_eq!(trainer.received_ids(), [parcel.id]);
    world.clock().set(expires_at);
    world.restarts();
    assert_eq!((trainer.received_ids(), parcel.receipt().state), (vec![], SubmissionState::Received));
    world.sweeps();
    world.restarts();
    assert_eq!(parcel.receipt().state, SubmissionState::Erased);
    assert!(!world.has_key_on_disk(parcel.id) && !world.blobs_of(parcel.id).exists());
}

#[test]
fn what_expired_while_the_server_was_down_is_never_served() {
    let mut world = World::by_itself();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("Ada", 2, world.now());
    let link = Client::new().opens(&made.link.reveal()).unwrap();
    let parcel = Parcel::of(&link, &[&video(1, 1000)]);
    parcel.arrives();
    world.restarts_after(Span::DAY.times(8));
    assert_eq!(trainer.received_ids(), []);
    assert!(Client::new().opens(&made.link.reveal()).is_err());
    crate::world::until("the sweep catches up", || {
        (parcel.receipt().state == SubmissionState::Erased).then_some(())
    });
}

#[test]
fn a_clock_that_went_back_while_the_server_was_down_brings_nothing_back() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    let begun = world.now();
    let link = Client::new().opens(&trainer.asks("one", begun)).unwrap();
    let parcel = Parcel::of(&link, &[&video(1, 1000)]);
    parcel.arrives();
    world.clock().set(parcel.receipt().expires_at.unwrap());
    assert_eq!(world.sweeps().submissions, 1);
    world.restarts_at(begun);
    assert_eq!(world.now(), begun + Span::DAY.times(7), "it goes on from its mark");
    assert_eq!((trainer.received_ids(), parcel.receipt().state), (vec![], SubmissionState::Erased));
}

#[test]
fn a_stop_lets_requests_end() {
    let mut world = World::by_itself();
    let trainer = Trainer::sets_up(&world);
    let link = Client::new().opens(&trainer.asks("one", world.now())).unwrap();
    let film = video(1, 400_000);
    let parcel = Parcel::of(&link, &[&film]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    let sealed = &parcel.files[&0];
    let mut line = Line::to(world.origin());
    line.begins_patch(0, &parcel.receipt, 0, sealed.len() as u64);
    line.says(&sealed[..262_144]);
    crate::world::until("it has begun", || (parcel.receipt().files[&0].offset > 0).then_some(()));
    let ending = std::thread::scope(|scope| {
        let sending = scope.spawn(|| {
            line.says(&sealed[262_144..]);
            line.hears()
        });
        world.restarts();
        sending.join().unwrap()
    });
    assert!(ending.starts_with("HTTP/1.1 204"), "{ending}");
    assert_eq!(parcel.offset(0), sealed.len() as u64);
    parcel.commits().succeeds();
    assert!(trainer.watches(parcel.id) == [film]);
}
