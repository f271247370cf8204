//! Films that were tampered with on their way, in every manner and many times: never a wrong byte on the disk.

use super::fetched::{Scene, is_film, times};
use crate::sender::video;
use crate::trainer::Trainer;
use dewdrop::client::age::AgeError;
use dewdrop::client::fetch::{FetchError, Fetcher, Manner};
use dewdrop::sealed::manifest::ManifestFile;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::path::Path;
use std::time::Duration;

const CHUNK: usize = 65_552;

/// One change of a sealed file, or of one among others; `other` is another file of the same size.
fn tampers(random: &mut StdRng, sealed: &[u8], other: &[u8], start: usize) -> Vec<u8> {
    let mut bytes = sealed.to_vec();
    let chunks = (bytes.len() - start).div_ceil(CHUNK);
    let chunk = |n: usize| start + n * CHUNK..(start + (n + 1) * CHUNK).min(sealed.len());
    let (one, two) = (random.random_range(0..chunks), random.random_range(0..chunks));
    match random.random_range(0..10) {
        // A bit anywhere, a bit of the head, a byte run.
        0 => bytes[random.random_range(0..sealed.len())] ^= 1 << random.random_range(0..8),
        1 => bytes[random.random_range(0..start)] ^= 1 << random.random_range(0..8),
        2 => {
            let at = random.random_range(0..sealed.len());
            let end = (at + random.random_range(1..100_000)).min(sealed.len());
            random.fill(&mut bytes[at..end]);
        }
        // Swapped, repeated, dropped, reversed.
        3 => {
            let (a, b) = (sealed[chunk(one)].to_vec(), sealed[chunk(two)].to_vec());
            let (low, high) = if one <= two { (one, two) } else { (two, one) };
            let (first, last) = if one <= two { (b, a) } else { (a, b) };
            bytes.splice(chunk(high), last);
            bytes.splice(chunk(low), first);
        }
        4 => drop(bytes.splice(chunk(one).start..chunk(one).start, sealed[chunk(two)].to_vec())),
        5 => drop(bytes.drain(chunk(one))),
        6 => {
            let whole: Vec<Vec<u8>> = (0..chunks).rev().map(|n| sealed[chunk(n)].to_vec()).collect();
            bytes.splice(start.., whole.concat());
        }
        // Another file's chunk, all of it, all but its head.
        7 => bytes[chunk(one)].copy_from_slice(&other[chunk(one)]),
        8 => bytes.clone_from(&other.to_vec()),
        _ => bytes[start..].copy_from_slice(&other[start..]),
    }
    bytes
}

/// Gives up at the first fault of the line.
fn fetches(trainer: &Trainer, id: dewdrop::ids::SubmissionId, to: &Path) -> Result<Vec<u8>, FetchError> {
    let manner = Manner { stall: Duration::from_secs(60), give_up_after: Some(Duration::ZERO) };
    let delivery = trainer.opens(id).unwrap();
    let file: &ManifestFile = &delivery.manifest.files[0];
    let saved = Fetcher::of(&trainer.desk, manner)?.save(&trainer.desk, &delivery, file, to, &mut |_| {})?;
    Ok(std::fs::read(saved.path).unwrap())
}

#[test]
fn of_hundreds_of_mutated_films_no_wrong_byte_reaches_the_disk() {
    let scene = Scene::new();
    let film = video(1, 400_000);
    let id = scene.receives(&[&film, &video(2, 400_000)]);
    let sealed = |n: u8| scene.trainer.gets(&format!("/api/submissions/{id}/files/{n}")).succeeds().body;
    // Headers carry grease of any length; the payloads lie as far from the end.
    let (own, mut other) = (sealed(0), sealed(1));
    let start = own.len() - dewdrop::sealed::ranges::payload_len(400_000).unwrap() as usize;
    let payload = other.split_off(other.len() - (own.len() - start));
    other.resize(start, b'-');
    other.extend(payload);
    let trainer = scene.trainer.by_way_of(&scene.between.url);
    let seed = rand::random();
    let mut random = StdRng::seed_from_u64(seed);
    let (mut refused, mut unchanged) = (0, 0);
    for round in 0..250 * times() {
        let mut bytes = tampers(&mut random, &own, &other, start);
        let same = bytes == own;
        // Of another length it is sent as that length, or as the one that was asked for.
        if random.random() {
            bytes.resize(own.len(), 0);
        }
        scene.between.changes(move |answer| {
            if let (true, Some((first, last))) = (is_film(answer), answer.range) {
                answer.body = bytes[first.min(bytes.len())..(last + 1).min(bytes.len())].to_vec();
            }
        });
        let to = tempfile::tempdir().unwrap();
        let left = |to: &Path| {
            std::fs::read_dir(to)
                .unwrap()
                .map(|one| one.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        match fetches(&trainer, id, to.path()) {
            Ok(saved) => {
                assert!(saved == film, "seed {seed}, round {round}");
                unchanged += 1;
            }
            Err(FetchError::GaveUp(_)) => {
                // It ended early: what had come is sound, and is gone on with.
                let left: Vec<String> = left(to.path());
                assert!(left.iter().all(|name| name.starts_with(".dewdrop-")), "{left:?}");
                scene.between.is_honest_again();
                let saved = fetches(&trainer, id, to.path()).unwrap();
                assert!(saved == film, "seed {seed}, round {round}");
                refused += 1;
            }
            Err(error) => {
                let left: Vec<String> = left(to.path());
                assert!(left.is_empty() && !same, "seed {seed}, round {round}: {error}: {left:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 200 * times() && unchanged < 50 * times(), "seed {seed}: {refused} and {unchanged}");
}

#[test]
fn what_lies_there_of_another_key_is_not_gone_on_with() {
    let scene = Scene::new();
    let film = video(3, 400_000);
    let id = scene.receives(&[&film]);
    let trainer = scene.trainer.by_way_of(&scene.between.url);
    let to = tempfile::tempdir().unwrap();
    scene.between.changes(|answer| {
        if let (true, Some((1.., _))) = (is_film(answer), answer.range) {
            answer.cut = Some(300_000);
        }
    });
    assert!(matches!(fetches(&trainer, id, to.path()), Err(FetchError::GaveUp(_))));
    let part = std::fs::read_dir(to.path()).unwrap().next().unwrap().unwrap().path();
    // A byte of the first chunk has changed on the disk: all comes again.
    let mut bytes = std::fs::read(&part).unwrap();
    assert!(bytes[..262_144] == film[..262_144]);
    bytes[1000] ^= 1;
    std::fs::write(&part, bytes).unwrap();
    scene.between.is_honest_again();
    assert!(fetches(&trainer, id, to.path()).unwrap() == film);
    scene.between.changes(|answer| {
        if is_film(answer) && answer.range.is_some_and(|(first, _)| first > 0) {
            answer.body[70_000] ^= 1;
        }
    });
    let altered = fetches(&trainer, id, tempfile::tempdir().unwrap().path());
    assert!(matches!(altered, Err(FetchError::Age(AgeError::Altered))), "{altered:?}");
}
