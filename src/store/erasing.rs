//! Erasure in steps that can each be repeated: mark, destroy key, unlink bytes, forget.
//!
//! 1. [`Store::begin_erasing`]: one transaction that Expects the record as read, drops what finds
//!    it, writes `erasing/<id>` and a tombstone that says `erasing`. From here every read refuses.
//! 2. The caller cancels and waits for whoever still writes or reads.
//! 3. [`Store::finish_erasing`]: slot destroyed, directory unlinked, then one transaction that sets
//!    `erased_at` and forgets the rest. A crash anywhere leaves `erasing/<id>`, and
//!    [`Store::unfinished`] finds it at the next start.
//!
//! Tombstones stay for 30 days: a hash, states, times and by whom; no account, no size.

use super::due::{Kind, leave_due};
use super::{Change, CommitError, Store, StoreError, Tree};
use crate::bytes::Octets;
use crate::ids::SlotId;
use crate::time::{Span, Time};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

const ERASING: Tree = Tree("erasing");
const TOMBSTONES: Tree = Tree("tombstones");
const TOMBSTONES_STAY: Span = Span::DAY.times(30);

/// What stays of a thing that was erased.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tombstone<S> {
    /// The last state, in the words of its domain.
    pub state: S,
    /// Since when that state.
    pub at: Time,
    /// Set once key, bytes and record are gone.
    pub erased_at: Option<Time>,
}

/// An erasure under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erasing {
    pub kind: Kind,
    pub slot: SlotId,
    /// Key of the tombstone: the lookup key of a hash.
    tombstone: Octets,
    /// The record to forget at the end.
    tree: String,
}

impl Store {
    /// The key a tombstone is found by.
    #[must_use]
    pub fn tombstone_key(&self, hash: &[u8; 32]) -> [u8; 32] {
        self.lookup_key(TOMBSTONES, hash)
    }

    /// The tombstone of what had this hash.
    ///
    /// # Errors
    /// [`StoreError`] when the record can not be read.
    pub fn tombstone<S: DeserializeOwned>(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<Tombstone<S>>, StoreError> {
        let Some(row) = self.get(TOMBSTONES, &self.tombstone_key(hash))? else { return Ok(None) };
        Ok(Some(row.json()?))
    }

    /// First transaction. `changes` Expect the record as read and drop every lookup entry of it.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when the record has changed since, or another erasure was first.
    #[expect(clippy::too_many_arguments, reason = "each is one column of what is written")]
    pub fn begin_erasing<S: Serialize>(
        &self,
        kind: Kind,
        slot: SlotId,
        tree: Tree,
        hash: &[u8; 32],
        tombstone: &Tombstone<S>,
        now: Time,
        mut changes: Vec<Change>,
    ) -> Result<Erasing, CommitError> {
        let key = self.tombstone_key(hash);
        let stay_until = now + TOMBSTONES_STAY;
        let erasing = Erasing { kind, slot, tombstone: Octets(key.to_vec()), tree: tree.0.to_owned() };
        changes.push(not_erasing(slot));
        changes.push(self.put_json(ERASING, slot.as_bytes(), None, &erasing)?);
        changes.push(self.put_json(TOMBSTONES, &key, None, tombstone)?);
        changes.push(self.enter_due(stay_until, Kind::TOMBSTONE, &key)?);
        self.commit(changes)?;
        Ok(erasing)
    }

    /// Key, bytes, record: gone. `trees` are the domain's, so that the record's tree is found.
    ///
    /// # Errors
    /// [`StoreError`]; the erasure stays unfinished and can be repeated.
    pub fn finish_erasing(&self, erasing: &Erasing, trees: &[Tree], now: Time) -> Result<(), StoreError> {
        self.destroy_slots(&[erasing.slot])?;
        self.remove_dir(erasing.slot)?;
        let mut changes = vec![Change::remove(ERASING, erasing.slot.as_bytes())];
        if let Some(tree) = trees.iter().find(|tree| tree.0 == erasing.tree) {
            changes.push(Change::remove(*tree, erasing.slot.as_bytes()));
        }
        if let Some(row) = self.get(TOMBSTONES, &erasing.tombstone.0)? {
            let mut stone: Tombstone<serde_json::Value> = row.json()?;
            stone.erased_at.get_or_insert(now);
            changes.push(self.put_json(TOMBSTONES, &erasing.tombstone.0, None, &stone)?);
        }
        match self.commit(changes) {
            Ok(()) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Erasures that a crash left half-way.
    ///
    /// # Errors
    /// [`StoreError`] when the index can not be read.
    pub fn unfinished(&self) -> Result<Vec<Erasing>, StoreError> {
        self.scan(ERASING, &[])?.into_iter().map(|(_, row)| row.json()).collect()
    }

    /// Whether an erasure of `slot` has begun and not ended.
    ///
    /// # Errors
    /// [`StoreError`] when the record can not be read.
    pub fn is_erasing(&self, slot: SlotId) -> Result<bool, StoreError> {
        Ok(self.get(ERASING, slot.as_bytes())?.is_some())
    }

    /// Forgets a tombstone whose 30 days are over.
    ///
    /// # Errors
    /// [`CommitError`] of the transaction.
    pub fn forget_tombstone(&self, at: Time, key: &[u8]) -> Result<(), CommitError> {
        self.commit(vec![Change::remove(TOMBSTONES, key), leave_due(at, Kind::TOMBSTONE, key)])
    }
}

/// Expects that no erasure of `slot` has begun: the record itself stays as it was until the end of one.
#[must_use]
pub fn not_erasing(slot: SlotId) -> Change {
    Change::expect_absent(ERASING, slot.as_bytes())
}
