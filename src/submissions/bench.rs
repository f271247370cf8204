//! Where batches of one upload are sealed and written, on the blocking pool, while the next ones come in.
//!
//! A thread is at it only while there is something to write, and memory of batches is used again only
//! while there is always something: who sends slowly holds neither between two batches.

use super::SubmissionError;
use super::lanes::Hold;
use crate::sealed::header;
use crate::store::{Batch, CHUNK, Writer};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};

/// Batches of one upload that may wait for the one being written.
const AHEAD: usize = 4;
/// Batches of all uploads that may: when the disk stands still, memory does too.
const AHEAD_OF_ALL: usize = 32;
/// Content that is worth a thread when none is at work.
const EAGER: usize = 2 * CHUNK;

/// Room for batches that wait, of all uploads together.
#[derive(Clone)]
pub(super) struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AHEAD_OF_ALL)))
    }
}

/// A writer and what waits for it.
pub(super) struct Bench {
    room: Room,
    shared: Arc<Shared>,
    hand: Hand,
}

enum Hand {
    Idle(Box<Writer>),
    Busy(JoinHandle<Result<Box<Writer>, SubmissionError>>),
    /// The writer is lost with its error.
    Over,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told of every batch that is done.
    done: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Batch, OwnedSemaphorePermit)>,
    /// Written, its memory to be used again.
    used: Option<Batch>,
    busy: bool,
    /// Content written so far.
    offset: u64,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds this lock")
    }
}

impl Bench {
    pub fn new(writer: Writer, room: &Room) -> Self {
        let shared = Arc::<Shared>::default();
        shared.state().offset = writer.offset();
        Self { room: room.clone(), shared, hand: Hand::Idle(Box::new(writer)) }
    }

    /// Content written by now.
    pub fn offset(&self) -> u64 {
        self.shared.state().offset
    }

    /// Whether it is time to hand this batch over.
    pub fn wants(&self, batch: &Batch) -> bool {
        !batch.is_empty() && (batch.is_full() || (batch.len() >= EAGER && !self.shared.state().busy))
    }

    /// Hands over the whole chunks of a batch, once there is room; the rest stays. The pass is held until
    /// they are written, also when nobody waits for it any more.
    ///
    /// # Errors
    /// Of a batch handed over before.
    pub async fn put(&mut self, batch: &mut Batch, hold: Hold) -> Result<(), SubmissionError> {
        let used = self.shared.state().used.take();
        let rest = batch.rest(used);
        let whole = std::mem::replace(batch, rest);
        if whole.is_empty() {
            return Ok(());
        }
        loop {
            {
                let mut state = self.shared.state();
                if !state.busy {
                    break;
                }
                if state.waiting.len() < AHEAD
                    && let Ok(permit) = Arc::clone(&self.room.0).try_acquire_owned()
                {
                    state.waiting.push_back((whole, permit));
                    return Ok(());
                }
            }
            self.shared.done.notified().await;
        }
        let mut writer = self.writer().await?;
        self.shared.state().busy = true;
        let shared = Arc::clone(&self.shared);
        self.hand = Hand::Busy(spawn_blocking(move || {
            let at_work = AtWork(shared);
            at_work.writes(&mut writer, whole)?;
            drop(hold);
            Ok(writer)
        }));
        Ok(())
    }

    /// The writer, once everything is written.
    ///
    /// # Errors
    /// Of a batch handed over before.
    pub async fn end(mut self) -> Result<Writer, SubmissionError> {
        self.writer().await.map(|writer| *writer)
    }

    async fn writer(&mut self) -> Result<Box<Writer>, SubmissionError> {
        match std::mem::replace(&mut self.hand, Hand::Over) {
            Hand::Idle(writer) => Ok(writer),
            Hand::Busy(work) => work.await.expect("writing does not panic"),
            Hand::Over => Err(SubmissionError::Interrupted),
        }
    }
}

/// Who writes; nobody waits for who is gone.
struct AtWork(Arc<Shared>);

impl AtWork {
    /// Writes this batch and all that wait.
    fn writes(&self, writer: &mut Writer, mut batch: Batch) -> Result<(), SubmissionError> {
        loop {
            if writer.is_untouched() {
                // The first chunk holds the header: plaintext is refused before a byte of it is stored.
                let header = header::parse(batch.start())?;
                header::check_len(header, writer.total())?;
            }
            writer.write(&mut batch)?;
            let mut state = self.0.state();
            state.offset = writer.offset();
            let Some((next, _)) = state.waiting.pop_front() else {
                (state.used, state.busy) = (None, false);
                return Ok(());
            };
            state.used = Some(std::mem::replace(&mut batch, next));
            drop(state);
            self.0.done.notify_one();
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.state().busy = false;
        self.0.done.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::{Lanes, Pass};
    use super::*;
    use crate::ids::{SlotId, SubmissionId};
    use crate::store::{Paths, Store};

    const TOTAL: usize = 6_000_000;
    const HEADER: &[u8] = b"age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n\
                            EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n\
                            --- gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM\n";

    struct World {
        store: Store,
        slot: SlotId,
        pass: Pass,
        _dir: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let data = dir.path().join("data");
            let store = Store::open(&Paths { keys: data.join("keys"), data }).unwrap();
            let slot = SlotId::random();
            store.add_slot(slot).unwrap();
            store.make_dir(slot).unwrap();
            let pass = Lanes::default().enter(SubmissionId::random()).unwrap();
            Self { store, slot, pass, _dir: dir }
        }

        /// Hands over all of `content`, a batch of `size` at a time as long as there is room.
        async fn puts(&self, content: &[u8], size: usize, room: &Room) -> Result<Writer, SubmissionError> {
            let writer = self.store.writer(self.slot, "0", TOTAL as u64).unwrap();
            let mut batch = writer.batch();
            let mut bench = Bench::new(writer, room);
            for mut left in content.chunks(size) {
                while !left.is_empty() {
                    batch.push(&mut left);
                    bench.put(&mut batch, self.pass.hold()).await?;
                }
            }
            bench.end().await
        }
    }

    #[tokio::test]
    async fn what_waits_is_written_in_its_order() {
        let mut content: Vec<u8> = (0..TOTAL).map(|n| (n * 31 / 7) as u8).collect();
        content[..HEADER.len()].copy_from_slice(HEADER);
        let none = Room(Arc::new(Semaphore::new(0)));
        for (size, room) in [(70_000, Room::default()), (250_000, none), (TOTAL, Room::default())] {
            let world = World::new();
            let mut writer = world.puts(&content, size, &room).await.unwrap();
            assert!([0, AHEAD_OF_ALL].contains(&room.0.available_permits()), "all of it is given back");
            assert_eq!(writer.sync().unwrap(), TOTAL as u64);
            let mut reader = world.store.reader(world.slot, "0", TOTAL as u64).unwrap();
            assert!(reader.read(0, TOTAL).unwrap() == content, "{size}");
        }
    }

    #[tokio::test]
    async fn a_batch_that_fails_ends_those_behind_it() {
        let (world, room) = (World::new(), Room::default());
        assert!(matches!(world.puts(&vec![7; TOTAL], 100_000, &room).await, Err(SubmissionError::NotAge(_))));
        let writer = world.store.writer(world.slot, "0", TOTAL as u64).unwrap();
        assert!(writer.is_untouched());
        assert_eq!(room.0.available_permits(), AHEAD_OF_ALL);
    }

    #[tokio::test]
    async fn who_is_slow_leaves_no_memory_behind() {
        let world = World::new();
        let writer = world.store.writer(world.slot, "0", TOTAL as u64).unwrap();
        let mut batch = writer.batch();
        let mut bench = Bench::new(writer, &Room::default());
        let shared = Arc::clone(&bench.shared);
        batch.push(&mut [HEADER, &[7; 2 * CHUNK]].concat().as_slice());
        bench.put(&mut batch, world.pass.hold()).await.unwrap();
        assert_eq!(batch.len(), HEADER.len(), "what is no whole chunk stays");
        bench.end().await.unwrap();
        let state = shared.state();
        assert!(state.used.is_none() && state.waiting.is_empty() && !state.busy);
        assert_eq!(state.offset, 2 * CHUNK as u64);
    }
}
