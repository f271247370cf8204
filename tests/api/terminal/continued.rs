//! A sender at a terminal who is cut off, killed or stopped, and goes on later.

use super::between::Between;
use super::person::{Done, Person};
use crate::sender::video;
use crate::trainer::Trainer;
use crate::world::{World, until};
use dewdrop::ids::SubmissionId;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Child;
use std::sync::{Arc, Mutex};

/// A server that can be restarted, someone who asks, someone who sends, and what is between them.
pub struct Scene {
    pub world: World,
    pub between: Between,
    pub trainer: Trainer,
    pub client: Person,
}

impl Scene {
    pub fn new() -> Self {
        let world = World::new();
        let between = Between::before(world.origin());
        let trainer = Trainer::sets_up(&world).by_way_of(&between.url);
        Self { world, between, trainer, client: Person::new() }
    }

    /// A link of so many uses, in a file, and that file as an argument.
    pub fn link(&self, uses: u32) -> String {
        let made = self.trainer.makes("Ada", uses, self.world.now());
        let name = format!("link-{}", made.id);
        let path = self.client.writes(&name, made.link.reveal().as_bytes());
        format!("@{}", path.display())
    }

    pub fn film(&self, name: &str, bytes: &[u8]) -> PathBuf {
        self.client.writes(name, bytes)
    }

    /// Nothing of any film gets through any more.
    pub fn loses_films(&self) {
        self.between.cuts_off("PATCH");
    }

    /// Begins to send and gives up when everything is sealed and nothing gets through.
    pub fn begins(&self, link: &str, film: &PathBuf) {
        self.loses_films();
        let done = self.client.runs(&["send", link, "--give-up-after", "1s"], std::slice::from_ref(film));
        assert!(done.refusal().contains("given up for now"), "{}", done.stderr);
        self.between.is_honest_again();
    }

    /// The folders of what was begun.
    pub fn stages(&self) -> Vec<PathBuf> {
        let Ok(all) = fs::read_dir(self.client.path("profile/sending")) else { return Vec::new() };
        all.map(|one| one.unwrap().path()).collect()
    }

    pub fn state(&self) -> Value {
        let [stage] = &self.stages()[..] else { panic!("{:?}", self.stages()) };
        serde_json::from_slice(&fs::read(stage.join("state.json")).unwrap()).unwrap()
    }

    pub fn continues(&self) -> Done {
        self.client.runs(&["send", "--continue", "--json"], &[])
    }

    /// What arrived is this, and nothing of it is left on this machine.
    pub fn received(&self, done: &Done, films: &[&[u8]]) {
        let id: SubmissionId = done.json()["submission"].as_str().unwrap().parse().unwrap();
        assert!(self.trainer.watches(id) == films);
        assert!(self.stages().is_empty(), "{:?}", self.stages());
    }
}

fn times() -> usize {
    std::env::var("DEWDROP_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

fn staged(state: &Value) -> bool {
    state["files"].as_array().unwrap().iter().all(|file| file["staged"] == true)
}

#[test]
fn killed_at_any_instant_it_is_continued_and_arrives_as_it_was() {
    let mut scene = Scene::new();
    let seed = rand::random();
    let mut random = StdRng::seed_from_u64(seed);
    let (one, two) = (video(seed, 9_000_000), video(seed.wrapping_add(1), 300_000));
    for round in 0..5 * times() {
        let (link, first, second) = (scene.link(1), scene.film("one.mp4", &one), scene.film("two.mov", &two));
        let child: Arc<Mutex<Option<Child>>> = Arc::default();
        // Announced, manifest, three pieces, two questions, commit: one of these answers is its last.
        let (victim, mut left) = (Arc::clone(&child), random.random_range(1..9));
        scene.between.changes(move |answer| {
            if answer.path == "/api/link" {
                return;
            }
            left -= 1;
            if left == 0 {
                victim.lock().unwrap().as_mut().unwrap().kill().unwrap();
                answer.lost = true;
            }
        });
        let mut held = child.lock().unwrap();
        *held = Some(scene.client.starts(&["send", &link, "--json"], &[first.clone(), second.clone()]));
        drop(held);
        until("it was killed", || child.lock().unwrap().as_mut().unwrap().try_wait().unwrap());
        scene.between.is_honest_again();
        if random.random() {
            scene.world.restarts();
        }
        let safe = staged(&scene.state());
        if safe {
            // From here on the files are not needed.
            fs::remove_file(first).unwrap();
            fs::remove_file(second).unwrap();
        }
        let done = scene.continues();
        assert_eq!(done.code, 0, "seed {seed}, round {round}, safe {safe}: {}", done.stderr);
        scene.received(&done, &[&one, &two]);
    }
}

#[test]
fn ctrl_c_says_what_is_safe_and_another_process_is_kept_off_until_then() {
    let scene = Scene::new();
    let film = video(1, 3_000_000);
    let (link, path) = (scene.link(1), scene.film("film.mp4", &film));
    scene.loses_films();
    let mut child = scene.client.starts(&["send", &link], std::slice::from_ref(&path));
    until("everything is sealed", || {
        let stages = scene.stages();
        let state = fs::read(stages.first()?.join("state.json")).ok()?;
        staged(&serde_json::from_slice(&state).ok()?).then_some(())
    });
    let beside = scene.continues();
    assert!(beside.refusal().contains("another process is sending it"), "{}", beside.stderr);
    let mut said = child.stderr.take().unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let code = until("it ends", || child.try_wait().unwrap()).code();
    let mut words = String::new();
    said.read_to_string(&mut words).unwrap();
    assert_eq!(code, Some(130), "{words}");
    assert!(words.contains("Everything is sealed here; continue with `dewdrop send --continue`"), "{words}");
    fs::remove_file(path).unwrap();
    scene.between.is_honest_again();
    scene.received(&scene.continues(), &[&film]);
    let nothing = scene.continues();
    assert!(nothing.refusal().contains("nothing was begun here"), "{}", nothing.stderr);
}

#[test]
fn stopped_before_everything_was_sealed_it_says_so_and_seals_anew_under_a_new_number() {
    let scene = Scene::new();
    let film = video(2, 2_000_000);
    let (link, path) = (scene.link(1), scene.film("film.mp4", &film));
    scene.begins(&link, &path);
    // As a kill in the middle of sealing leaves it: the paths still there, the stage not whole.
    let [stage] = &scene.stages()[..] else { panic!() };
    let mut state = scene.state();
    let before = state["files"][0].clone();
    state["files"][0]["staged"] = Value::Bool(false);
    state["files"][0]["path"] = dewdrop::bytes::encode(path.as_os_str().as_encoded_bytes()).into();
    state["facts"] = serde_json::json!({"answers": {}, "consent": null, "sender": "Ada"});
    fs::write(stage.join("state.json"), serde_json::to_vec(&state).unwrap()).unwrap();
    fs::rename(&path, scene.client.path("away")).unwrap();
    let missing = scene.continues();
    assert!(missing.refusal().contains("film.mp4"), "{}", missing.stderr);
    fs::rename(scene.client.path("away"), &path).unwrap();
    scene.loses_films();
    let again = scene.client.runs(&["send", "--continue", "--give-up-after", "1s"], &[]);
    assert!(again.stderr.contains("Sealing had not ended: 1 file is read again"), "{}", again.stderr);
    let after = scene.state()["files"][0].clone();
    assert_eq!((&before["n"], &after["n"]), (&0.into(), &1.into()));
    assert_ne!(before["head"], after["head"], "a new key");
    scene.between.is_honest_again();
    scene.received(&scene.continues(), &[&film]);
}

#[test]
fn two_at_once_through_one_link_do_not_touch_each_other() {
    let scene = Scene::new();
    let link = scene.link(2);
    let films = [video(3, 4_000_000), video(4, 4_000_000)];
    let paths = [scene.film("a.mp4", &films[0]), scene.film("b.mp4", &films[1])];
    let both: Vec<Child> = paths
        .iter()
        .map(|path| scene.client.starts(&["send", &link, "--json"], std::slice::from_ref(path)))
        .collect();
    for (child, film) in both.into_iter().zip(&films) {
        let done = Done::of(child.wait_with_output().unwrap());
        let id: SubmissionId = done.json()["submission"].as_str().unwrap().parse().unwrap();
        assert!(scene.trainer.watches(id) == [film.clone()]);
    }
    assert!(scene.stages().is_empty());
}

#[test]
fn of_several_that_were_begun_one_is_named() {
    let scene = Scene::new();
    let (one, two) = (scene.link(1), scene.link(1));
    let film = video(5, 500_000);
    let path = scene.film("film.mp4", &film);
    scene.begins(&one, &path);
    scene.begins(&two, &path);
    let several = scene.continues();
    assert!(several.refusal().contains("several were begun"), "{}", several.stderr);
    assert_eq!(several.stderr.matches("sealed here  film.mp4").count(), 2, "{}", several.stderr);
    let first = scene.client.runs(&["send", "--continue", &one, "--json"], &[]);
    assert_eq!(first.json()["submission"].as_str().map(str::len), Some(22));
    let id = scene.state()["submission"].as_str().unwrap().to_owned();
    let second = scene.client.runs(&["send", "--json", "--continue", &id], &[]);
    scene.received(&second, &[&film]);
}

#[test]
fn what_is_kept_is_its_owners_alone_and_holds_no_plaintext() {
    let scene = Scene::new();
    let film = video(6, 500_000);
    scene.begins(&scene.link(1), &scene.film("film.mp4", &film));
    let [stage] = &scene.stages()[..] else { panic!() };
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(stage), 0o700);
    assert_eq!(mode(&scene.client.path("profile/sending")), 0o700);
    for file in fs::read_dir(stage).unwrap().map(|one| one.unwrap().path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(32).any(|some| some == &film[1000..1032]), "{}", file.display());
    }
    scene.received(&scene.continues(), &[&film]);
}
