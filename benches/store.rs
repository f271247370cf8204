//! What storing and reading back 1 GiB costs, and a commit: `cargo bench --bench store`.

use dewdrop::ids::SlotId;
use dewdrop::store::{Paths, Store, Tree};
use std::time::{Duration, Instant};

const TOTAL: usize = 1 << 30;
const BATCH: usize = 1 << 20;

/// CPU time of this process, user and system.
fn cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.try_into().expect("CPU time is not negative")
}

fn measure(what: &str, bytes: usize, work: impl FnOnce()) {
    let (wall, spent) = (Instant::now(), cpu());
    work();
    let (wall, spent) = (wall.elapsed(), cpu() - spent);
    let rate = bytes as f64 / 1e6 / wall.as_secs_f64();
    println!("{what:<28} {wall:>9.3?} wall {spent:>9.3?} CPU {rate:>7.0} MB/s");
}

fn main() {
    let folder = tempfile::tempdir_in(".").expect("a folder on this disk");
    let paths = Paths { data: folder.path().join("data"), keys: folder.path().join("keys") };
    let store = Store::open(&paths).expect("a new store opens");
    let slot = SlotId::random();
    store.add_slot(slot).expect("a slot is made");
    store.make_dir(slot).expect("a directory is made");
    let batch: Vec<u8> = (0..BATCH).map(|n| (n * 31 / 8) as u8).collect();
    measure("append, sync every 8 MiB", TOTAL, || {
        let mut writer = store.writer(slot, "0", TOTAL as u64).expect("a blob begins");
        for n in 0..TOTAL / BATCH {
            writer.append(&batch).expect("a batch is taken");
            if n % 8 == 7 {
                writer.sync().expect("it is durable");
            }
        }
    });
    measure("append, sync at the end", TOTAL, || {
        let mut writer = store.writer(slot, "1", TOTAL as u64).expect("a blob begins");
        (0..TOTAL / BATCH).for_each(|_| writer.append(&batch).expect("a batch is taken"));
        writer.sync().expect("it is durable");
    });
    measure("read", TOTAL, || {
        let mut reader = store.reader(slot, "0", TOTAL as u64).expect("it is complete");
        for n in 0..TOTAL / BATCH {
            let bytes = reader.read((n * BATCH) as u64, BATCH).expect("it reads");
            assert_eq!(bytes.len(), BATCH);
        }
    });
    let rows = Tree("rows");
    let put = |n: u64| store.put(rows, &n.to_be_bytes(), Some(slot), &[7; 400]).expect("a row is sealed");
    measure("1000 commits, one by one", 400_000, || {
        (0..1000).for_each(|n| store.commit(vec![put(n)]).expect("it is made"));
    });
    measure("8000 commits, 8 threads", 3_200_000, || {
        std::thread::scope(|scope| {
            for part in 1..9u64 {
                let (store, put) = (&store, &put);
                scope.spawn(move || {
                    (0..1000).for_each(|n| store.commit(vec![put(part * 1000 + n)]).expect("it is made"));
                });
            }
        });
    });
    measure("compaction of 9000 rows", 3_600_000, || store.compact().expect("it is compacted"));
}
