//! The real program, killed again and again while people send, commit, close and erase. Afterwards no
//! acknowledged byte is lost, nothing half-written is served, nothing erased comes back. 30 times;
//! `DEWDROP_TORTURE` says how many times as often.

use crate::raw::{Answer, answer, asks, tried};
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::until;
use dewdrop::api::SubmissionState;
use dewdrop::client::link::OpenedLink;
use dewdrop::ids::SubmissionId;
use dewdrop::store::{Paths, Store};
use dewdrop::time::Time;
use dewdrop::tokens::Bearer;
use reqwest::Method;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const CHUNK: usize = 65_536;
const SENDERS: u64 = 3;

/// The program, serving.
struct Serving {
    child: Child,
    origin: String,
    set_up: Option<Bearer>,
}

impl Serving {
    fn spawn(data: &Path) -> Child {
        Command::new(env!("CARGO_BIN_EXE_dewdrop"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("DEWDROP_SERVER_LOW_WATER", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap()
    }

    fn starts(data: &Path, has_owner: bool) -> Self {
        let mut child = Self::spawn(data);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said =
            |start: &str| lines.find_map(|line| Some(line.strip_prefix(start)?.to_owned())).unwrap();
        let origin = said("dewdrop: ");
        let set_up = (!has_owner).then(|| {
            let address = said("set up: ");
            Bearer::parse(address.split_once("#setup.").unwrap().1).unwrap()
        });
        // It may write more; nobody reads it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, origin, set_up }
    }

    fn gets_killed(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What was asked of the server, and what it said.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
enum Said {
    #[default]
    NotAsked,
    Asked,
    Yes,
}

struct Entry {
    parcel: Parcel,
    announced: Said,
    manifest: Said,
    /// Bytes that were acknowledged.
    offset: u64,
    committed: Said,
    erased: Said,
    /// Its link was closed.
    closed: Said,
}

#[derive(Default)]
struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    fn begins(&self, parcel: Parcel) -> usize {
        let (announced, manifest, committed, erased, closed) = Default::default();
        let mut all = self.0.lock().unwrap();
        all.push(Entry { parcel, announced, manifest, offset: 0, committed, erased, closed });
        all.len() - 1
    }

    fn notes(&self, at: usize, note: impl FnOnce(&mut Entry)) {
        note(&mut self.0.lock().unwrap()[at]);
    }

    /// Asks for something, noting that it was asked and whether it was granted.
    fn asks(
        &self,
        at: usize,
        field: fn(&mut Entry) -> &mut Said,
        ask: impl FnOnce() -> reqwest::Result<Answer>,
    ) -> Option<Answer> {
        self.notes(at, |entry| *field(entry) = Said::Asked);
        let answer = ask().ok()?.succeeds();
        self.notes(at, |entry| *field(entry) = Said::Yes);
        Some(answer)
    }
}

/// Sends until the server is gone. Every third submission is erased again, and now and then a link is
/// closed over one.
fn sends(
    ledger: &Ledger,
    trainer: &Trainer,
    seeds: &AtomicU64,
    several: &OpenedLink,
    one: OpenedLink,
) -> Option<()> {
    let mut one = Some(one);
    loop {
        let seed = seeds.fetch_add(1, Ordering::Relaxed);
        let closes = seed % 5 == 4;
        let link = if closes { one.take() } else { None };
        let parcel = Parcel::of(link.as_ref().unwrap_or(several), &[&film(seed)]);
        let ask = |method, path: &str, bearer| asks(method, &format!("{}{path}", parcel.origin), bearer);
        let (receipt, link_auth) = (Some(&parcel.receipt), Some(&parcel.link_auth));
        let announce = ask(Method::PUT, &format!("/api/submissions/{}", parcel.id), link_auth)
            .json(&parcel.announcement());
        let put = ask(Method::PUT, "/api/receipt/manifest", receipt).body(parcel.manifest.clone());
        let commit = ask(Method::POST, "/api/receipt/commit", receipt).json(&parcel.commit_body());
        let erase = ask(Method::DELETE, "/api/receipt", receipt);
        let sealed = parcel.files[&0].clone();
        let pieces: Vec<_> = (0..sealed.len())
            .step_by(3 * CHUNK)
            .map(|at| parcel.patch(0, at as u64, sealed[at..sealed.len().min(at + 3 * CHUNK)].to_vec()))
            .collect();
        let at = ledger.begins(parcel);
        ledger.asks(at, |entry| &mut entry.announced, || tried(announce))?;
        ledger.asks(at, |entry| &mut entry.manifest, || tried(put))?;
        for piece in pieces {
            let held = tried(piece).ok()?.succeeds().number("upload-offset");
            ledger.notes(at, |entry| entry.offset = held);
        }
        if let Some(link) = link {
            let close = trainer.request(Method::POST, &format!("/api/links/{}/close", link.id));
            ledger.asks(at, |entry| &mut entry.closed, || tried(close))?;
            continue;
        }
        ledger.asks(at, |entry| &mut entry.committed, || tried(commit))?;
        if seed.is_multiple_of(3) {
            ledger.asks(at, |entry| &mut entry.erased, || tried(erase))?;
        }
    }
}

fn film(seed: u64) -> Vec<u8> {
    video(seed, 100_000 + (seed as usize * 77_777) % 900_000)
}

/// Looks at everything after a restart, and finishes what had begun. What was looked at is erased.
fn checks(served: &Serving, trainer: &Trainer, entries: &mut Vec<Entry>) {
    let listed: HashSet<SubmissionId> = trainer.received_ids().into_iter().collect();
    let may: HashSet<_> =
        entries.iter().filter(|e| e.committed != Said::NotAsked).map(|e| e.parcel.id).collect();
    assert!(listed.is_subset(&may), "something is served that was never committed");
    for entry in entries.iter_mut() {
        entry.parcel.origin.clone_from(&served.origin);
        let parcel = &entry.parcel;
        let url = format!("{}/api/receipt", served.origin);
        let told = answer(asks(Method::GET, &url, Some(&parcel.receipt)));
        if told.status == 404 {
            assert_ne!(entry.announced, Said::Yes, "an announced submission is gone");
            continue;
        }
        let told: dewdrop::api::Receipt = told.succeeds().json();
        if entry.erased == Said::Yes {
            assert_eq!(told.state, SubmissionState::Erased, "it came back");
        }
        if entry.closed != Said::NotAsked || (entry.erased == Said::Asked && !listed.contains(&parcel.id)) {
            // An erasure that had begun is finished at the start; what came through a closed link is
            // the sweep's. What had not begun goes on as if nobody had asked.
            let sure = entry.closed == Said::Yes || (entry.erased == Said::Asked && is_being_erased(parcel));
            if sure {
                until("it is erased", || (parcel.receipt().state == SubmissionState::Erased).then_some(()));
            }
            if entry.closed == Said::Yes {
                parcel.announces().refuses(410, "link-closed");
            }
            continue;
        }
        match told.state {
            SubmissionState::Erased => {
                assert_ne!(entry.erased, Said::NotAsked, "who erased it?");
                assert!(!listed.contains(&parcel.id));
                continue;
            }
            SubmissionState::Receiving => {
                assert_ne!(entry.committed, Said::Yes, "a commit was lost");
                assert!(!listed.contains(&parcel.id));
                assert!(entry.manifest != Said::Yes || told.manifest, "a manifest was lost");
                let offset = parcel.offset(0);
                assert!(offset >= entry.offset, "it fell from {} to {offset}", entry.offset);
                parcel.puts_manifest().succeeds();
                if offset < parcel.files[&0].len() as u64 {
                    parcel.sends_part(0, offset as usize..parcel.files[&0].len()).succeeds();
                }
            }
            SubmissionState::Received => assert!(listed.contains(&parcel.id), "a commit is not to be seen"),
        }
        parcel.commits().succeeds();
        let path = format!("/api/submissions/{}", parcel.id);
        assert!(trainer.gets(&format!("{path}/files/0")).succeeds().body == parcel.files[&0]);
        assert!(trainer.gets(&format!("{path}/manifest")).succeeds().body == parcel.manifest);
        parcel.withdraws().succeeds();
        (entry.announced, entry.committed, entry.erased) = (Said::Yes, Said::Yes, Said::Yes);
    }
    // What is erased for certain is looked for once more after the next kill, then let go.
    entries.retain(|entry| entry.erased == Said::Yes && entry.closed == Said::NotAsked);
    let surplus = entries.len().saturating_sub(12);
    entries.drain(..surplus);
}

/// A file of it answers 410 as soon as its erasure has begun.
fn is_being_erased(parcel: &Parcel) -> bool {
    parcel.asks_for(0).status == 410
}

#[test]
fn a_server_that_is_killed_loses_nothing_that_it_said_and_brings_nothing_back() {
    let times: u32 = std::env::var("DEWDROP_TORTURE").map_or(1, |times| times.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut served = Serving::starts(&data, false);
    let owner = Trainer::sets_up_at(&served.origin, served.set_up.as_ref().unwrap());
    let (ledger, seeds) = (Ledger::default(), AtomicU64::new(0));
    let mut committed = 0;
    for kill in 0..30 * times {
        let trainer = owner.by_way_of(&served.origin);
        checks(&served, &trainer, &mut ledger.0.lock().unwrap());
        let client = Client::new();
        let link = |uses| {
            let made = trainer.makes("torture", uses, now());
            client.opens(&made.link.reveal()).unwrap()
        };
        let several = link(100);
        let killed = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                let one = link(1);
                let (ledger, trainer, seeds, several, killed) =
                    (&ledger, &trainer, &seeds, &several, &killed);
                scope.spawn(move || {
                    sends(ledger, trainer, seeds, several, one);
                    assert!(killed.load(Ordering::Relaxed), "the server was gone before it was killed");
                });
            }
            std::thread::sleep(Duration::from_millis(rand::random_range(20..600)));
            killed.store(true, Ordering::Relaxed);
            served.gets_killed();
        });
        committed += ledger.0.lock().unwrap().iter().filter(|e| e.committed == Said::Yes).count();
        if kill % 5 == 4 {
            // Killed while it starts, too.
            let mut starting = Serving::spawn(&data);
            std::thread::sleep(Duration::from_millis(rand::random_range(0..200)));
            starting.kill().unwrap();
            starting.wait().unwrap();
        }
        served = Serving::starts(&data, true);
    }
    let trainer = owner.by_way_of(&served.origin);
    checks(&served, &trainer, &mut ledger.0.lock().unwrap());
    assert_eq!(trainer.received_ids(), []);
    assert!(committed > 0, "hardly anything was done");
    served.gets_killed();
    let keys = data.join("keys");
    let store = Store::open(&Paths { data, keys }).unwrap();
    assert_eq!(store.unreadable_slots(), 0);
    for entry in ledger.0.lock().unwrap().iter() {
        assert!(!store.has_slot(entry.parcel.id.into()), "a key came back");
    }
}

fn now() -> Time {
    Time(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
}
