//! Submissions: one delivery through a link, from the first byte to the tombstone.
//!
//! ```text
//! receiving ─► received ─► erased        marks: opened (by a reader), saved (per file)
//! ```
//! Guarantees: an offset that was told is on disk; what is committed is whole and never changes; what
//! has expired, is asked to be erased or is being erased is not read; one writer at a time
//! (`lanes`). What the trainer says about it, `reviews`, lies beside it and ends with it. The record alone says what is committed.
//!
//! Left to others: what files, manifest and proof say: they are sealed to the link's recipient, and
//! readers check them. The sweep calls [`Submissions::due`] and [`Submissions::end`].

mod bench;
mod collect;
mod commit;
mod create;
mod erase;
mod errors;
mod lanes;
mod manifest;
mod receive;
mod record;
mod reservations;
mod reviews;

pub use crate::store::{CHUNK, Listed};
pub use collect::{Batch, Download};
pub use commit::Committed;
pub use erase::TAKE_BACK;
pub use errors::SubmissionError;
pub use receive::Progress;
pub use record::{By, Ended, File, Found, Reviews, State, Submission};
pub use reviews::{About, Asker, InPlaceOf, Outgoing};

use crate::events::{Event, Events};
use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::links::Links;
use crate::store::erasing::Tombstone;
use crate::store::owners::SUBMISSIONS;
use crate::store::{Store, StoreError, Tree};
use crate::time::Now;
use crate::tokens::AuthHash;
use bench::Room;
use lanes::Lanes;
use record::{BY_LINK, BY_READER, BY_RECEIPT};
use reservations::Reservations;
use reviews::ReviewLanes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the holder of a receipt finds.
pub enum Receipt {
    Live(Box<Found>),
    Erased(Tombstone<Ended>),
}

/// The submissions of a store; a handle, cheap to clone.
#[derive(Clone)]
pub struct Submissions {
    store: Store,
    links: Links,
    events: Events,
    lanes: Lanes,
    review_lanes: ReviewLanes,
    reservations: Reservations,
    room: Room,
    /// Boot time at which a reader asked for an erasure in this process.
    asked: Arc<Mutex<HashMap<SubmissionId, Duration>>>,
    low_water: LowWater,
}

/// Bytes of the disk that stay free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LowWater {
    /// The larger of 5 % and 2 GiB.
    #[default]
    Default,
    /// So many bytes.
    Bytes(u64),
}

impl Submissions {
    #[must_use]
    pub fn new(store: Store, links: Links, events: Events, low_water: LowWater) -> Self {
        Self {
            store,
            links,
            events,
            lanes: Lanes::default(),
            review_lanes: ReviewLanes::default(),
            reservations: Reservations::default(),
            room: Room::default(),
            asked: Arc::default(),
            low_water,
        }
    }

    /// The live submission of this id.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`], also once its erasure has begun.
    pub fn get(&self, id: SubmissionId) -> Result<Found, SubmissionError> {
        let row = self.store.get(SUBMISSIONS, id.as_bytes())?.ok_or(SubmissionError::Unknown)?;
        if self.store.is_erasing(id.into())? {
            return Err(SubmissionError::Unknown);
        }
        Ok(Found { id, submission: row.json()?, row })
    }

    /// What the holder of this receipt may know.
    ///
    /// # Errors
    /// [`SubmissionError::Unknown`].
    pub fn receipt(&self, hash: &AuthHash) -> Result<Receipt, SubmissionError> {
        let key = self.store.lookup_key(BY_RECEIPT, &hash.0);
        if let Some(row) = self.store.get(BY_RECEIPT, &key)? {
            match self.get(row.json()?) {
                Err(SubmissionError::Unknown) => {}
                found => return Ok(Receipt::Live(Box::new(found?))),
            }
        }
        let stone = self.store.tombstone::<Ended>(&hash.0)?.ok_or(SubmissionError::Unknown)?;
        Ok(Receipt::Erased(stone))
    }

    /// The live submission of this receipt.
    ///
    /// # Errors
    /// [`SubmissionError::Erased`] when only its tombstone is left.
    pub fn by_receipt(&self, hash: &AuthHash) -> Result<Found, SubmissionError> {
        match self.receipt(hash)? {
            Receipt::Live(found) => Ok(*found),
            Receipt::Erased(stone) => {
                Err(SubmissionError::Erased { at: stone.erased_at, by: stone.state.by })
            }
        }
    }

    /// What is receiving through a link; what is damaged is only counted.
    ///
    /// # Errors
    /// [`SubmissionError::Store`].
    pub fn receiving(&self, link: LinkId) -> Result<Listed<Found>, SubmissionError> {
        self.listed(BY_LINK, link.as_bytes())
    }

    /// What `account` has received and may read at `now`, and what it asked to erase a moment ago; what
    /// is damaged is only counted.
    ///
    /// # Errors
    /// [`SubmissionError::Store`].
    pub fn received_by(&self, now: Now, account: AccountId) -> Result<Listed<Found>, SubmissionError> {
        let mut listed = self.listed(BY_READER, account.as_bytes())?;
        listed.sound.retain(|found| found.submission.expires_at.is_some_and(|at| !now.is_over(at)));
        Ok(listed)
    }

    fn listed(&self, tree: Tree, value: &[u8; 16]) -> Result<Listed<Found>, SubmissionError> {
        let prefix = self.store.lookup_key(tree, value);
        let rows = self.store.scan_sound(tree, &prefix)?;
        let mut listed = Listed { sound: Vec::new(), unreadable: rows.unreadable };
        for (_, row) in rows.sound {
            match row.json().map_err(SubmissionError::from).and_then(|id| self.get(id)) {
                Ok(found) => listed.sound.push(found),
                Err(SubmissionError::Unknown) => {}
                Err(error) if error.is_damage() => listed.unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(listed)
    }

    /// Sealed bytes of file `n` that are here, in whole chunks.
    ///
    /// # Errors
    /// [`SubmissionError::Store`].
    pub fn offset(&self, id: SubmissionId, n: u8, file: &File) -> Result<u64, SubmissionError> {
        Ok(self.store.blob_offset(id.into(), &record::file_name(n), file.size)?)
    }

    /// The disk as it is, and how many bytes of it stay free: the low-water mark.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn room(&self) -> Result<(crate::store::Space, u64), StoreError> {
        let space = self.store.free_space()?;
        Ok(match self.low_water {
            LowWater::Default => (space, (space.total / 20).max(2 << 30)),
            LowWater::Bytes(bytes) => (space, bytes),
        })
    }

    fn tell(&self, id: SubmissionId, submission: &Submission, received: u64) {
        self.events.publish(Event::Submission {
            readers: submission.readers.clone(),
            link: submission.link,
            submission: id,
            state: submission.word(),
            received,
            size: submission.size(),
        });
    }

    fn tell_erased(&self, id: SubmissionId, submission: &Submission) {
        self.events.publish(Event::Submission {
            readers: submission.readers.clone(),
            link: submission.link,
            submission: id,
            state: "erased",
            received: 0,
            size: 0,
        });
    }
}
