//! Over a limit: 413, 429 or 507 before the first byte, and nothing of it is stored.

use crate::raw::Line;
use crate::sender::{Client, Parcel, video};
use crate::trainer::{Terms, Trainer};
use crate::world::World;
use dewdrop::api::NewSubmission;
use dewdrop::client::link::OpenedLink;
use dewdrop::ids::LinkId;
use dewdrop::sealed::link::Secret;
use dewdrop::time::Span;
use std::collections::BTreeMap;

const CHUNK: usize = 65_536;

fn link(world: &World, trainer: &Trainer) -> OpenedLink {
    Client::new().opens(&trainer.asks("one", world.now())).unwrap()
}

/// A link of 5 files and 1 MiB, and a parcel through it.
fn small(world: &World, trainer: &Trainer) -> impl Fn() -> Parcel {
    let (id, secret) = (LinkId::random(), Secret::random());
    let closes_at = world.now() + Span::DAY;
    let terms = Terms { retention: Span::DAY, closes_at, uses: 9, max_files: 5, max_bytes: 1 << 20 };
    trainer.tries_to_open(id, &secret, &terms).succeeds();
    let other = link(world, trainer);
    move || {
        let mut parcel = Parcel::of(&other, &[]);
        parcel.link_auth = secret.link_auth();
        parcel.secret = secret.clone();
        parcel
    }
}

fn of_sizes(parcel: &Parcel, sizes: &[u64]) -> NewSubmission {
    let files: BTreeMap<u8, u64> = (0u8..).zip(sizes.iter().copied()).collect();
    NewSubmission { files, ..parcel.announcement() }
}

#[test]
fn more_bytes_or_files_than_the_link_takes_are_refused() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let fresh = small(&world, &trainer);
    for sizes in [&[(1 << 20) + 1][..], &[1 << 19, 1 << 19, 300], &[u64::MAX, u64::MAX], &[300; 6]] {
        let parcel = fresh();
        parcel.states(&of_sizes(&parcel, sizes)).refuses(413, "too-large");
        assert_eq!(parcel.asks_for(0).status, 404, "nothing of it is there");
    }
    assert_eq!(world.count("submissions"), 0);
    // Stating more later is refused too, and what there was goes on.
    let parcel = fresh();
    parcel.states(&of_sizes(&parcel, &[1 << 20])).succeeds();
    parcel.states(&of_sizes(&parcel, &[1 << 20, 300])).refuses(413, "too-large");
    assert_eq!(parcel.asks_for(0).succeeds().number("upload-length"), 1 << 20);
}

#[test]
fn a_fifth_submission_at_once_waits_and_so_does_what_is_twice_the_limit() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let fresh = small(&world, &trainer);
    let four = [(); 4].map(|()| fresh());
    four.iter().for_each(|parcel| drop(parcel.states(&of_sizes(parcel, &[300])).succeeds()));
    let fifth = fresh();
    let busy = fifth.states(&of_sizes(&fifth, &[300]));
    assert_eq!(busy.header("retry-after"), "60");
    busy.refuses(429, "link-busy");
    assert_eq!(fifth.asks_for(0).status, 404);
    four[0].withdraws().succeeds();
    fifth.states(&of_sizes(&fifth, &[300])).succeeds();

    let fresh = small(&world, &trainer);
    let [first, second, third] = [(); 3].map(|()| fresh());
    first.states(&of_sizes(&first, &[1 << 20])).succeeds();
    second.states(&of_sizes(&second, &[1 << 20])).succeeds();
    third.states(&of_sizes(&third, &[300])).refuses(429, "link-busy");
    // Who sends nothing for ten minutes keeps what is here, but no place.
    world.waits(Span::MINUTE.times(10));
    third.states(&of_sizes(&third, &[300])).succeeds();
    first.states(&of_sizes(&first, &[1 << 20])).succeeds();
}

#[test]
fn whoever_lost_their_place_asks_for_it_again_with_the_next_piece() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = link(&world, &trainer);
    let film = video(1, 400_000);
    let slow = Parcel::of(&link, &[&film]);
    slow.announces().succeeds();
    slow.puts_manifest().succeeds();
    slow.sends_part(0, 0..CHUNK).succeeds();
    world.waits(Span::MINUTE.times(10));
    let quick: Vec<Parcel> = (0..4).map(|_| Parcel::of(&link, &[])).collect();
    quick.iter().for_each(|parcel| drop(parcel.announces().succeeds()));
    slow.sends_part(0, CHUNK..2 * CHUNK).refuses(429, "link-busy");
    assert_eq!(slow.offset(0), CHUNK as u64, "what is here stays");
    quick[0].withdraws().succeeds();
    slow.sends_part(0, CHUNK..slow.files[&0].len()).succeeds();
    slow.commits().succeeds();
    assert!(trainer.watches(slow.id) == [film]);
}

#[test]
fn a_disk_too_full_is_said_before_the_first_byte() {
    let world = World::with_low_water(u64::MAX / 2);
    let trainer = Trainer::sets_up(&world);
    let link = link(&world, &trainer);
    let parcel = Parcel::of(&link, &[&video(1, 100_000)]);
    parcel.announces().refuses(507, "disk-full");
    assert_eq!((parcel.asks_for(0).status, world.count("submissions")), (404, 0));
    assert_eq!(Client::new().opens(&trainer.asks("two", world.now())).unwrap().invitation.limits.uses, 1);
}

#[test]
fn a_disk_that_filled_meanwhile_is_said_before_the_first_byte_of_a_piece() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    let link = link(&world, &trainer);
    let film = video(1, 9_000_000);
    let parcel = Parcel::of(&link, &[&film]);
    parcel.announces().succeeds();
    parcel.puts_manifest().succeeds();
    parcel.sends_part(0, 0..CHUNK).succeeds();
    world.restarts_with_low_water(u64::MAX / 2);
    // Not a byte of the body is sent.
    let mut line = Line::to(world.origin());
    line.begins_patch(0, &parcel.receipt, CHUNK as u64, (parcel.files[&0].len() - CHUNK) as u64);
    let heard = line.hears();
    assert!(heard.starts_with("HTTP/1.1 507") && heard.contains("disk-full"), "{heard}");
    assert_eq!(parcel.offset(0), CHUNK as u64);
    world.restarts_with_low_water(0);
    parcel.sends_part(0, CHUNK..parcel.files[&0].len()).succeeds();
    parcel.commits().succeeds();
    assert!(trainer.watches(parcel.id) == [film]);
}
