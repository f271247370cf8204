//! Erasure: asked and taken back, at once, by time; and what receipts say of it.

use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::api::{ErasedBy, SubmissionState};
use dewdrop::client::link::OpenedLink;
use dewdrop::time::{Span, Time};
use std::sync::Barrier;

fn link(world: &World, trainer: &Trainer) -> OpenedLink {
    Client::new().opens(&trainer.asks("one", world.now())).unwrap()
}

fn received(world: &World, trainer: &Trainer) -> Parcel {
    let parcel = Parcel::of(&link(world, trainer), &[&video(1, 100_000)]);
    parcel.arrives();
    world.sweeps();
    parcel
}

#[track_caller]
fn is_gone(world: &World, trainer: &Trainer, parcel: &Parcel, by: ErasedBy) {
    let told = parcel.receipt();
    assert_eq!((told.state, told.by), (SubmissionState::Erased, Some(by)));
    assert!(told.erased_at.is_some() && told.files.is_empty());
    assert!(!world.has_key_on_disk(parcel.id) && !world.blobs_of(parcel.id).exists());
    assert_eq!(trainer.received_ids(), []);
    trainer.gets(&format!("/api/submissions/{}", parcel.id)).refuses(404, "not-available");
    trainer.keeps(parcel.id).refuses(404, "not-available");
    parcel.commits().refuses(410, "erased");
    parcel.puts_manifest().refuses(410, "erased");
    assert_eq!(parcel.asks_for(0).status, 410);
}

#[test]
fn what_a_reader_erases_reads_as_gone_at_once_and_can_be_kept_for_ten_seconds() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    let reads = || {
        ["", "/manifest", "/files/0"]
            .map(|path| trainer.gets(&format!("/api/submissions/{}{path}", parcel.id)).status)
    };
    trainer.erases(parcel.id).succeeds();
    trainer.erases(parcel.id).succeeds();
    assert_eq!(reads(), [404; 3]);
    assert!(trainer.received()[0].asked, "the list offers to keep it");
    assert_eq!(parcel.receipt().state, SubmissionState::Received);

    world.waits(Span(9));
    let pass = world.sweeps();
    assert_eq!((pass.submissions, pass.again.is_some()), (0, true));
    trainer.keeps(parcel.id).succeeds();
    trainer.keeps(parcel.id).succeeds();
    assert_eq!((reads(), trainer.received()[0].asked), ([200; 3], false));
    world.waits(Span(100));
    assert_eq!(world.sweeps().submissions, 0);
    assert!(trainer.watches(parcel.id) == [video(1, 100_000)]);

    // The ten seconds begin anew.
    trainer.erases(parcel.id).succeeds();
    world.waits(Span(9));
    assert_eq!(world.sweeps().submissions, 0);
    world.waits(Span(1));
    assert_eq!(world.sweeps().submissions, 1);
    is_gone(&world, &trainer, &parcel, ErasedBy::Reader);
}

#[test]
fn the_ten_seconds_are_of_boot_time_not_of_the_wall() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    trainer.erases(parcel.id).succeeds();
    world.clock().leap(Time(world.now().0 + 600));
    assert_eq!(world.sweeps().submissions, 0);
    trainer.keeps(parcel.id).succeeds();
    trainer.erases(parcel.id).succeeds();
    world.clock().leap(Time(world.now().0 - 600));
    world.waits(Span(10));
    assert_eq!(world.sweeps().submissions, 1);
}

#[test]
fn a_restart_ends_the_ten_seconds() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    trainer.erases(parcel.id).succeeds();
    world.restarts();
    world.sweeps();
    is_gone(&world, &trainer, &parcel, ErasedBy::Reader);
}

#[test]
fn keeping_after_the_expiry_is_too_late() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    let expires_at = parcel.receipt().expires_at.unwrap();
    world.clock().set(Time(expires_at.0 - 5));
    trainer.erases(parcel.id).succeeds();
    world.clock().set(expires_at);
    trainer.keeps(parcel.id).refuses(404, "not-available");
    world.waits(Span(5));
    world.sweeps();
    is_gone(&world, &trainer, &parcel, ErasedBy::Reader);
}

#[test]
fn keeping_and_the_sweep_race_and_one_wins() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let mut kept = 0;
    // Whoever won lets the other begin a little earlier the next time, so that they meet on any machine.
    let mut head_start = 20_000_u64;
    for round in 0..24 {
        let parcel = received(&world, &trainer);
        trainer.erases(parcel.id).succeeds();
        world.waits(Span(10));
        let start = Barrier::new(2);
        let answer = std::thread::scope(|scope| {
            let keeping = scope.spawn(|| {
                start.wait();
                for n in 0..head_start {
                    std::hint::black_box(n);
                }
                let account = trainer.desk.account;
                world.stores().submissions.keep(world.clock().now(), account, parcel.id)
            });
            start.wait();
            world.sweeps();
            keeping.join().unwrap()
        });
        let told = parcel.receipt();
        head_start = if answer.is_ok() { head_start * 2 } else { head_start * 2 / 3 };
        if answer.is_ok() {
            kept += 1;
            assert_eq!(told.state, SubmissionState::Received, "round {round}: kept and gone");
            assert_eq!(world.sweeps().submissions, 0);
            assert!(trainer.watches(parcel.id) == [video(1, 100_000)]);
            parcel.withdraws().succeeds();
        }
        is_gone(&world, &trainer, &parcel, if answer.is_ok() { ErasedBy::Sender } else { ErasedBy::Reader });
    }
    assert!((1..24).contains(&kept), "one was first {kept} times of 24");
}

#[test]
fn the_sender_erases_at_once_in_every_state() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let arrived = received(&world, &trainer);
    trainer.opens(arrived.id).unwrap();
    arrived.withdraws().succeeds();
    is_gone(&world, &trainer, &arrived, ErasedBy::Sender);
    assert_eq!(arrived.receipt().opened_at, Some(world.now()), "the receipt keeps its marks");
    arrived.withdraws().succeeds();

    let made = link(&world, &trainer);
    let begun = Parcel::of(&made, &[&video(2, 200_000)]);
    begun.announces().succeeds();
    begun.sends_part(0, 0..131_072).succeeds();
    begun.withdraws().succeeds();
    is_gone(&world, &trainer, &begun, ErasedBy::Sender);
    begun.announces().refuses(410, "erased");
    // The link was not used up by it.
    Parcel::of(&made, &[]).arrives();
}

#[test]
fn what_stays_without_a_byte_for_a_day_is_erased_and_so_is_what_takes_a_week() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let begun = world.now();
    let made = trainer.makes("one", 9, begun);
    let made = Client::new().opens(&made.link.reveal()).unwrap();
    let [silent, slow] = [1, 2].map(|seed| Parcel::of(&made, &[&video(seed, 900_000)]));
    for parcel in [&silent, &slow] {
        parcel.announces().succeeds();
        parcel.sends_part(0, 0..65_536).succeeds();
    }
    // Each day but one second a chunk comes.
    let almost_a_day = Span(Span::DAY.0 - 1);
    world.waits(almost_a_day);
    assert_eq!(world.sweeps().submissions, 0);
    slow.sends_part(0, 65_536..131_072).succeeds();
    world.waits(Span(1));
    assert_eq!(world.sweeps().submissions, 1);
    is_gone(&world, &trainer, &silent, ErasedBy::Expiry);
    for day in 2..=7usize {
        let until = begun + Span(almost_a_day.0 * day as u64);
        world.clock().set(until);
        assert_eq!(world.sweeps().submissions, 0, "day {day}");
        slow.sends_part(0, 65_536 * day..65_536 * (day + 1)).succeeds();
    }
    world.clock().set(Time(begun.0 + 7 * Span::DAY.0 - 1));
    assert_eq!(world.sweeps().submissions, 0);
    assert_eq!(slow.offset(0), 8 * 65_536);
    world.clock().set(begun + Span::DAY.times(7));
    assert_eq!(world.sweeps().submissions, 1);
    is_gone(&world, &trainer, &slow, ErasedBy::Expiry);
}

#[test]
fn a_receipt_tells_for_a_month_that_it_was_erased() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    parcel.withdraws().succeeds();
    let erased = world.now();
    world.clock().set(Time(erased.0 + 30 * Span::DAY.0 - 1));
    world.sweeps();
    assert_eq!(parcel.receipt().erased_at, Some(erased));
    world.clock().set(erased + Span::DAY.times(30));
    world.sweeps();
    assert_eq!(parcel.asks_for(0).status, 404);
    parcel.commits().refuses(404, "not-available");
    assert_eq!((world.count("tombstones"), world.count("submission-by-receipt")), (0, 0));
}

#[test]
fn an_erasure_that_was_interrupted_is_finished_at_the_next_start() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    let parcel = received(&world, &trainer);
    // Killed after its first transaction: as far as the reader's wish and the tombstone.
    begins_to_erase(&world, &parcel);
    assert_eq!(parcel.receipt().state, SubmissionState::Received, "not erased yet, and not said");
    trainer.gets(&format!("/api/submissions/{}", parcel.id)).refuses(404, "not-available");
    trainer.keeps(parcel.id).refuses(404, "not-available");
    assert!(world.has_key_on_disk(parcel.id));
    world.restarts();
    is_gone(&world, &trainer, &parcel, ErasedBy::Reader);
    assert_eq!(world.count("erasing"), 0);
}

fn begins_to_erase(world: &World, parcel: &Parcel) {
    use dewdrop::store::due::Kind;
    use dewdrop::store::erasing::Tombstone;
    use dewdrop::store::owners::SUBMISSIONS;
    use dewdrop::submissions::{By, Ended};
    let (store, now) = (world.store(), world.now());
    let found = world.stores().submissions.get(parcel.id).unwrap();
    let (received_at, opened_at) = (found.submission.received_at, None);
    let state = Ended { submission: parcel.id, by: By::Reader, received_at, opened_at, saved_at: None };
    let stone = Tombstone { state, at: now, erased_at: None };
    let hash = parcel.receipt.hash();
    store
        .begin_erasing(
            Kind::SUBMISSION,
            parcel.id.into(),
            SUBMISSIONS,
            &hash.0,
            &stone,
            now,
            vec![found.row.expect()],
        )
        .unwrap();
}

#[test]
fn what_is_being_erased_can_not_be_kept_marked_or_committed() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = link(&world, &trainer);
    let parcel = Parcel::of(&made, &[&video(1, 100_000)]);
    parcel.travels();
    begins_to_erase(&world, &parcel);
    parcel.commits().refuses(410, "erased");
    let receiving = parcel.receipt();
    assert_eq!((receiving.state, receiving.erased_at), (SubmissionState::Receiving, None));
    assert_eq!(trainer.links()[0].uses_left, 1);
}
