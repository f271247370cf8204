//! A reader at a terminal on a bad line, cut off, killed, twice at once: the files as they were sent, or nothing.

use super::between::{Answer, Between};
use super::person::{Done, Person};
use crate::sender::{Client, Parcel, video};
use crate::trainer::{NAME, Trainer};
use crate::world::{World, until};
use dewdrop::ids::SubmissionId;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::sync::{Arc, Mutex};

/// A server, someone who reads from it at a terminal, and what is between them.
pub struct Scene {
    pub world: World,
    pub between: Between,
    /// The same person, not at the terminal and by the straight way.
    pub trainer: Trainer,
    pub reader: Person,
}

impl Scene {
    pub fn new() -> Self {
        let world = World::new();
        let trainer = Trainer::sets_up(&world);
        let between = Between::before(world.origin());
        between.lets_events_through();
        let reader = Person::new();
        let passphrase = ["--passphrase-file".into(), reader.path("passphrase")];
        reader.runs(&["login", &between.url, "--name", NAME], &passphrase).ok();
        Self { world, between, trainer, reader }
    }

    pub fn receives(&self, films: &[&[u8]]) -> SubmissionId {
        let link = Client::new().opens(&self.trainer.asks("Ada", self.world.now())).unwrap();
        Parcel::of(&link, films).arrives().id
    }

    pub fn folder(&self) -> PathBuf {
        self.reader.path("in")
    }

    pub fn words<'a>(&self, id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["fetch", "--json", id], more, &["--to"]].concat()
    }

    fn starts(&self, id: SubmissionId) -> Child {
        let passphrase = ["--passphrase-file".into(), self.reader.path("passphrase")];
        let paths = [&[self.folder()][..], &passphrase].concat();
        self.reader.starts(&self.words(&id.to_string(), &[]), &paths)
    }

    pub fn fetches(&self, id: SubmissionId, more: &[&str]) -> Done {
        self.reader.opens(&self.words(&id.to_string(), more), &[self.folder()])
    }

    /// Names in the folder.
    pub fn lies_there(&self) -> Vec<String> {
        let Ok(all) = fs::read_dir(self.folder()) else { return Vec::new() };
        let mut names: Vec<_> = all.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// These films and their answers are there, and nothing else; then they are cleared away.
    pub fn has(&self, films: &[&[u8]]) {
        let names = (0..films.len()).map(|n| format!("set-{n}.mp4"));
        let names: Vec<_> = std::iter::once("answers.json".to_owned()).chain(names).collect();
        assert_eq!(self.lies_there(), names);
        for (name, film) in names[1..].iter().zip(films) {
            assert!(fs::read(self.folder().join(name)).unwrap() == *film, "{name}");
        }
        fs::remove_dir_all(self.folder()).unwrap();
    }
}

pub fn times() -> usize {
    std::env::var("DEWDROP_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

pub fn is_film(answer: &Answer) -> bool {
    answer.method == "GET" && answer.path.contains("/files/")
}

/// The first film, and how many faults: in earnest 100 in 60 MB. What is between takes in all that is left each time.
fn bad_line() -> (usize, usize) {
    if times() >= 20 { (60_000_000, 100) } else { (3_000_000, 10) }
}

#[test]
fn on_a_bad_line_the_films_come_as_they_were_and_no_chunk_twice() {
    let scene = Scene::new();
    let (seed, (size, faults)) = (rand::random(), bad_line());
    let films = [video(seed, size), video(seed ^ 1, 65_536), video(seed ^ 2, 0), video(seed ^ 3, 900_000)];
    let films = films.each_ref().map(Vec::as_slice);
    for round in 0..times().div_ceil(20) {
        let id = scene.receives(&films);
        let (mut random, mut left) = (StdRng::seed_from_u64(seed ^ round as u64), faults);
        let sent = Arc::new(Mutex::new(0));
        let count = Arc::clone(&sent);
        scene.between.changes(move |answer| {
            if !is_film(answer) {
                return;
            }
            if left > 0 {
                left -= 1;
                match random.random_range(0..4) {
                    0 => answer.lost = true,
                    1 => (answer.status, answer.body) = (503, b"busy".to_vec()),
                    _ => answer.cut = Some(random.random_range(0..=answer.body.len().min(2 * size / faults))),
                }
            }
            let comes = if answer.lost || answer.status == 503 { 0 } else { answer.body.len() };
            *count.lock().unwrap() += answer.cut.unwrap_or(comes).min(comes);
        });
        let done = scene.fetches(id, &[]);
        assert_eq!(done.code, 0, "seed {seed}, round {round}: {}", done.stderr);
        scene.has(&films);
        // At each fault a chunk in part, or the head once more.
        let most = size + 65_536 + 900_000 + faults * 70_000 + 4 * 2_000;
        assert!(*sent.lock().unwrap() < most, "seed {seed}: {}", sent.lock().unwrap());
    }
}

#[test]
fn killed_at_any_instant_it_goes_on_and_leaves_nothing_but_the_film() {
    let scene = Scene::new();
    let seed = rand::random();
    let film = video(seed, 6_000_000);
    let id = scene.receives(&[&film]);
    let mut random = StdRng::seed_from_u64(seed);
    for round in 0..5 * times() {
        let child: Arc<Mutex<Option<Child>>> = Arc::default();
        let (victim, at) = (Arc::clone(&child), random.random_range(0..6_000_000));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (asked, mut fatal) = (Arc::clone(&heads), false);
        scene.between.changes(move |answer| {
            let Some((first, _)) = answer.range.filter(|_| is_film(answer)) else { return };
            asked.lock().unwrap().push(first);
            if std::mem::take(&mut fatal) {
                victim.lock().unwrap().as_mut().unwrap().kill().unwrap();
            }
            if first > 0 {
                // What comes until then is on the disk, or was on its way there.
                answer.cut = Some(at.min(answer.body.len()));
                fatal = true;
            }
        });
        let mut held = child.lock().unwrap();
        *held = Some(scene.starts(id));
        drop(held);
        until("it was killed", || child.lock().unwrap().as_mut().unwrap().try_wait().unwrap());
        let left = scene.lies_there();
        assert!(left.iter().all(|name| name.starts_with(".dewdrop-")), "seed {seed}: {left:?}");
        scene.between.is_honest_again();
        let done = scene.fetches(id, &[]);
        assert_eq!(done.code, 0, "seed {seed}, round {round}: {}", done.stderr);
        let whole = at / 65_552 * 65_536;
        assert_eq!(done.stderr.contains("continues at"), whole > 0, "seed {seed}, {at}: {}", done.stderr);
        scene.has(&[&film]);
        assert_eq!(heads.lock().unwrap()[0], 0, "seed {seed}");
    }
}

#[test]
fn given_up_it_keeps_what_came_and_the_same_command_goes_on() {
    let scene = Scene::new();
    let film = video(3, 2_000_000);
    let id = scene.receives(&[&film]);
    scene.between.changes(|answer| {
        if let (true, Some((1.., _))) = (is_film(answer), answer.range) {
            answer.cut = Some(1_000_000);
            answer.lost = answer.range.is_some_and(|(first, _)| first > 100_000);
        }
    });
    let done = scene.fetches(id, &["--give-up-after", "1s"]);
    assert!(done.refusal().contains("given up for now"), "{}", done.stderr);
    assert_eq!(scene.lies_there().len(), 1);
    assert!(scene.trainer.received()[0].files[&0].saved_at.is_none());
    scene.between.is_honest_again();
    let done = scene.fetches(id, &[]);
    assert!(done.ok().stderr.contains("set-0.mp4: continues at 49 %"), "{}", done.stderr);
    scene.has(&[&film]);
    assert!(scene.trainer.received()[0].files[&0].saved_at.is_some());
}

#[test]
fn ctrl_c_says_how_to_go_on_and_what_came_is_kept() {
    let scene = Scene::new();
    let film = video(7, 1_000_000);
    let id = scene.receives(&[&film]);
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    scene.between.changes(move |answer| {
        if let (true, Some((first, _))) = (is_film(answer), answer.range) {
            answer.cut = Some(if first < 100_000 { 500_000 } else { 0 });
            *count.lock().unwrap() += usize::from(first > 100_000);
        }
    });
    let child = scene.starts(id);
    until("it waits", || (*asked.lock().unwrap() > 1).then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let stopped = Done::of(child.wait_with_output().unwrap());
    assert_eq!(stopped.code, 130, "{}", stopped.stderr);
    assert!(stopped.stderr.contains("set-0.mp4: no connection; goes on by itself"), "{}", stopped.stderr);
    assert!(stopped.stderr.ends_with("Stopped. The same command goes on from here.\n"), "{}", stopped.stderr);
    scene.between.is_honest_again();
    assert!(scene.fetches(id, &[]).ok().stderr.contains("continues at 45 %"));
    scene.has(&[&film]);
}

#[test]
fn two_at_once_into_one_folder_do_not_touch_each_other() {
    let scene = Scene::new();
    let films = [video(4, 3_000_000), video(5, 200_000)];
    let films = films.each_ref().map(Vec::as_slice);
    let id = scene.receives(&films);
    for child in [scene.starts(id), scene.starts(id), scene.starts(id)] {
        Done::of(child.wait_with_output().unwrap()).ok();
    }
    scene.has(&films);
}

#[test]
fn what_is_erased_or_expires_while_it_is_fetched_ends_in_plain_words_and_leaves_nothing() {
    let scene = Scene::new();
    let film = video(6, 2_000_000);
    let cut_and = |then: Box<dyn Fn() + Send>| {
        scene.between.changes(move |answer| {
            if let (true, Some((1.., _))) = (is_film(answer), answer.range) {
                answer.cut = Some(700_000);
                then();
            }
        });
    };
    let id = scene.receives(&[&film]);
    let mut trainer = scene.trainer.by_way_of(scene.world.origin());
    cut_and(Box::new(move || drop(trainer.erases(id).succeeds())));
    let done = scene.fetches(id, &[]);
    assert!(done.refusal().contains("it never was, or it is gone"), "{}", done.stderr);
    assert!(scene.lies_there().is_empty(), "{:?}", scene.lies_there());
    let id = scene.receives(&[&film]);
    trainer = scene.trainer.by_way_of(scene.world.origin());
    let (clock, expires_at) = (scene.world.clock().clone(), trainer.opens(id).unwrap().expires_at);
    cut_and(Box::new(move || clock.set(expires_at)));
    let done = scene.fetches(id, &[]);
    assert!(done.refusal().contains("it never was, or it is gone"), "{}", done.stderr);
    assert!(scene.lies_there().is_empty(), "{:?}", scene.lies_there());
}
