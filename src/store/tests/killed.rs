//! A child works on a store until it is killed at a random moment; what it had been told is done must
//! be there afterwards, 30 times on the same store, and `DEWDROP_TORTURE` times as often.

use super::{Home, ROWS, bytes, child, child_folder, paths_in};
use crate::bytes::decode_array;
use crate::ids::SlotId;
use crate::store::{Change, Store, Tree};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const TEST: &str = "store::tests::killed::nothing_acknowledged_is_lost_and_nothing_destroyed_comes_back";
const TWINS: Tree = Tree("twins");
const WORKERS: u64 = 3;
const TOTAL: usize = 1_300_000;

/// What the child was told is done. Lines are `!what a b`.
#[derive(Default)]
struct Acknowledged {
    rows: HashMap<u64, u64>,
    slots: HashSet<SlotId>,
    destroying: HashSet<SlotId>,
    destroyed: HashSet<SlotId>,
    offsets: HashMap<SlotId, u64>,
}

fn say(what: &str, a: impl std::fmt::Display, b: u64) {
    std::io::stdout().lock().write_all(format!("\n!{what} {a} {b}\n").as_bytes()).unwrap();
}

fn row(store: &Store, worker: u64) -> u64 {
    let read = |tree| store.get(tree, &worker.to_be_bytes()).unwrap();
    let [row, twin] = [ROWS, TWINS].map(read);
    let value = |row: Option<crate::store::Row>| {
        row.map_or(0, |row| u64::from_be_bytes(row.plain.as_slice().try_into().unwrap()))
    };
    let (row, twin) = (value(row), value(twin));
    assert_eq!(row, twin, "a transaction was made in part");
    row
}

/// Counts up in two trees at once, and writes and removes rows beside.
fn count(store: &Store, worker: u64) {
    let mut n = row(store, worker);
    loop {
        n += 1;
        let put = |tree| store.put(tree, &worker.to_be_bytes(), None, &n.to_be_bytes()).unwrap();
        let beside = [worker.to_be_bytes(), (n % 50).to_be_bytes()].concat();
        let filler = store.put(Tree("filler"), &beside, None, &bytes(n, 500)).unwrap();
        let older = [worker.to_be_bytes(), ((n + 25) % 50).to_be_bytes()].concat();
        let changes = vec![put(ROWS), put(TWINS), filler, Change::remove(Tree("filler"), &older)];
        store.commit(changes).unwrap();
        say("row", worker, n);
    }
}

/// Makes slots with a growing blob, and destroys most of them.
fn fill(store: &Store, worker: u64) {
    for round in 0.. {
        let slot = SlotId::random();
        store.add_slot(slot).unwrap();
        say("slot", slot, 0);
        store.make_dir(slot).unwrap();
        store.put_blob(slot, "card", &slot.0).unwrap();
        say("card", slot, 0);
        let mut writer = store.writer(slot, "0", TOTAL as u64).unwrap();
        let content = content(slot);
        for piece in content.chunks(150_000) {
            writer.append(piece).unwrap();
            say("offset", slot, writer.sync().unwrap());
        }
        if !(round + worker).is_multiple_of(4) {
            say("destroying", slot, 0);
            store.destroy_slots(&[slot]).unwrap();
            say("destroyed", slot, 0);
            store.remove_dir(slot).unwrap();
        }
        if round % 3 == 2 {
            store.compact().unwrap();
        }
    }
}

fn content(slot: SlotId) -> Vec<u8> {
    bytes(u64::from_be_bytes(slot.0[..8].try_into().unwrap()), TOTAL)
}

fn work(store: &Store) -> ! {
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || count(store, worker));
        }
        scope.spawn(|| fill(store, 0));
        scope.spawn(|| fill(store, 1));
    });
    unreachable!("it is killed")
}

impl Acknowledged {
    fn hear(&mut self, line: &str) {
        let Some(line) = line.strip_prefix('!') else { return };
        let words: Vec<&str> = line.split(' ').collect();
        let [what, a, b] = words[..] else { return };
        let Ok(n) = b.parse::<u64>() else { return };
        let slot = decode_array(a).map(SlotId);
        match what {
            "row" => drop(self.rows.insert(a.parse().unwrap(), n)),
            "slot" => drop(self.slots.insert(slot.unwrap())),
            "offset" => drop(self.offsets.insert(slot.unwrap(), n)),
            "card" => drop(self.offsets.entry(slot.unwrap()).or_default()),
            "destroying" => drop(self.destroying.insert(slot.unwrap())),
            "destroyed" => drop(self.destroyed.insert(slot.unwrap())),
            other => panic!("{other}?"),
        }
    }

    fn check(&mut self, store: &Store) {
        for worker in 0..WORKERS {
            let told = self.rows.get(&worker).copied().unwrap_or_default();
            assert!(row(store, worker) >= told, "row {worker} fell behind {told}");
        }
        for slot in &self.destroyed {
            assert!(!store.has_slot(*slot), "{slot} came back");
        }
        for slot in self.slots.iter().filter(|slot| !self.destroying.contains(slot)) {
            assert!(store.has_slot(*slot), "{slot} was lost");
        }
        for (slot, told) in self.offsets.iter().filter(|(slot, _)| !self.destroying.contains(slot)) {
            assert_eq!(store.get_blob(*slot, "card").unwrap().unwrap(), slot.0);
            let content = content(*slot);
            let mut writer = store.writer(*slot, "0", TOTAL as u64).unwrap();
            let offset = writer.offset();
            assert!(offset >= *told, "{slot} fell from {told} to {offset}");
            writer.append(&content[offset as usize..]).unwrap();
            writer.sync().unwrap();
            let mut reader = store.reader(*slot, "0", TOTAL as u64).unwrap();
            assert!(reader.read(0, TOTAL).unwrap() == content, "{slot} reads otherwise");
        }
        // Looked through once and not touched again.
        self.offsets.clear();
        assert_eq!(store.unreadable_slots(), 0);
        assert!(store.scan(Tree("filler"), b"").is_ok());
    }

    /// Clears away what was looked at, so that the store stays small.
    fn tidy(&mut self, store: &Store) {
        let slots = store.slots();
        store.destroy_slots(&slots).unwrap();
        for (dir, _) in store.dirs().unwrap() {
            store.remove_dir(dir).unwrap();
        }
        self.destroyed.extend(slots.iter().copied());
        self.destroying.extend(slots);
        self.slots.clear();
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_destroyed_comes_back() {
    if let Some(folder) = child_folder() {
        work(&Store::open(&paths_in(&folder)).unwrap());
    }
    let times: u32 = std::env::var("DEWDROP_TORTURE").map_or(1, |times| times.parse().unwrap());
    let kills = 30 * times;
    let home = Home::new();
    let mut told = Acknowledged::default();
    for kill in 0..kills {
        let mut child = child(TEST, home.path()).stdout(Stdio::piped()).spawn().unwrap();
        let (lines, heard) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        let listener = std::thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| lines.send(line))
        });
        // Every third is killed while it opens; the others at work.
        let most = if kill % 3 == 0 { 60 } else { 500 };
        let deadline = Instant::now() + Duration::from_millis(rand::random_range(0..most));
        loop {
            match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => told.hear(&line),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself"),
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        drop(listener.join());
        heard.try_iter().for_each(|line| told.hear(&line));
        let store = home.open();
        told.check(&store);
        if kill % 5 == 4 {
            told.tidy(&store);
        }
    }
    assert!(told.rows.len() == WORKERS as usize && !told.destroyed.is_empty(), "hardly anything was done");
}
