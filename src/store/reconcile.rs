//! Reconciliation: what a crash left behind is cleared away; what looks like a missing disk is not.
//!
//! Orphans are directories without a record, slots without a record, and records whose slot is gone.
//! A directory younger than 48 hours may belong to something that is just beginning, and so may its
//! slot. Beyond 20 orphans and 1 % of what there is, nothing is touched: a missing mount must not
//! become an erasure.

use super::owners::OWNERS;
use super::{Change, CommitError, STORE, Store, StoreError};
use crate::ids::SlotId;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

const YOUNG: Duration = Duration::from_secs(48 * 3600);
const FEW: usize = 20;

/// What a reconciliation found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Directories and slots without a record, records without a slot.
    pub orphans: usize,
    /// Too many to be the leftovers of a crash: nothing was touched.
    pub stopped: bool,
}

impl Store {
    /// Clears away what belongs to nothing. `wall` is compared with the age of directories. Slots
    /// without a directory are orphans only `at_start`, when nothing can be just beginning.
    ///
    /// # Errors
    /// [`StoreError`]; can be repeated.
    pub fn reconcile(&self, wall: SystemTime, at_start: bool) -> Result<Reconciled, StoreError> {
        let slots = self.slots();
        let dirs: HashMap<SlotId, SystemTime> = self.dirs()?.into_iter().collect();
        let old = |made: &SystemTime| wall.duration_since(*made).is_ok_and(|age| age > YOUNG);
        let mut orphan_dirs = Vec::new();
        for (dir, made) in &dirs {
            if old(made) && !self.is_spoken_for(*dir)? {
                orphan_dirs.push(*dir);
            }
        }
        let mut orphan_slots = Vec::new();
        for slot in &slots {
            let gone = dirs.get(slot).map_or(at_start, old);
            if gone && !self.is_spoken_for(*slot)? {
                orphan_slots.push(*slot);
            }
        }
        let rows = self.rows_without_slot();
        let owners = rows.iter().filter(|(_, owner)| *owner).count();
        let orphans = orphan_dirs.len().max(orphan_slots.len()) + owners;
        if orphans > FEW && orphans * 100 > slots.len().max(dirs.len()) {
            return Ok(Reconciled { orphans, stopped: true });
        }
        self.destroy_slots(&orphan_slots)?;
        for dir in orphan_dirs {
            self.remove_dir(dir)?;
        }
        let changes: Vec<Change> = rows.into_iter().map(|(change, _)| change).collect();
        if !changes.is_empty() {
            match self.commit(changes) {
                Ok(()) | Err(CommitError::Conflict) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(Reconciled { orphans, stopped: false })
    }

    fn is_spoken_for(&self, slot: SlotId) -> Result<bool, StoreError> {
        Ok(self.is_owned(slot)? || self.is_erasing(slot)?)
    }

    /// Removals of the records whose slot is gone, and whether each is an owner's.
    fn rows_without_slot(&self) -> Vec<(Change, bool)> {
        let owners: Vec<Vec<u8>> = OWNERS.iter().map(|tree| tree.key(&[])).collect();
        let rows = self.0.records.range(&[], None, usize::MAX);
        // The store's own id is no row: it begins with that id, not with a slot's.
        let id = STORE.key(b"id");
        let gone = rows.into_iter().filter(|(key, value)| {
            let slot: Option<[u8; 16]> = value.first_chunk().copied();
            *key != id && slot.is_some_and(|slot| slot != [0; 16] && !self.has_slot(SlotId(slot)))
        });
        gone.map(|(key, _)| {
            let key = key.to_vec();
            let owner = owners.iter().any(|prefix| key.starts_with(prefix));
            (Change::Remove { key }, owner)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::owners::LINKS;
    use super::super::{Paths, Tree};
    use super::*;

    fn store(dir: &tempfile::TempDir) -> Store {
        let data = dir.path().join("data");
        Store::open(&Paths { keys: data.join("keys"), data }).unwrap()
    }

    fn make(store: &Store, owned: bool) -> SlotId {
        let slot = SlotId::random();
        store.add_slot(slot).unwrap();
        store.make_dir(slot).unwrap();
        if owned {
            store.commit(vec![store.put(LINKS, slot.as_bytes(), Some(slot), b"{}").unwrap()]).unwrap();
        }
        slot
    }

    #[test]
    fn what_belongs_to_nothing_goes_once_it_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let (kept, orphan) = (make(&store, true), make(&store, false));
        let none = Reconciled::default();
        assert_eq!(store.reconcile(SystemTime::now(), true).unwrap(), none, "young");
        let later = SystemTime::now() + YOUNG + Duration::from_secs(1);
        assert_eq!(store.reconcile(later, false).unwrap(), Reconciled { orphans: 1, stopped: false });
        assert!(store.has_slot(kept) && !store.has_slot(orphan));
        assert_eq!(store.dirs().unwrap().len(), 1);
        assert_eq!(store.reconcile(later, false).unwrap(), none);
    }

    #[test]
    fn a_slot_without_directory_is_an_orphan_only_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let slot = SlotId::random();
        store.add_slot(slot).unwrap();
        store.reconcile(SystemTime::now(), false).unwrap();
        assert!(store.has_slot(slot));
        store.reconcile(SystemTime::now(), true).unwrap();
        assert!(!store.has_slot(slot));
    }

    #[test]
    fn records_whose_key_is_gone_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let slot = make(&store, true);
        let lookup = Tree("by-something");
        store.commit(vec![store.put(lookup, b"k", Some(slot), b"v").unwrap()]).unwrap();
        store.destroy_slots(&[slot]).unwrap();
        assert_eq!(store.rows_without_slot().len(), 2);
        store.reconcile(SystemTime::now(), false).unwrap();
        assert_eq!(store.rows_without_slot().len(), 0);
    }

    #[test]
    fn a_reconciled_store_opens_again() {
        let dir = tempfile::tempdir().unwrap();
        let first = store(&dir);
        assert_eq!(first.reconcile(SystemTime::now(), true).unwrap(), Reconciled::default());
        drop(first);
        store(&dir);
    }

    #[test]
    fn too_many_orphans_look_like_a_missing_disk_and_stay() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let later = SystemTime::now() + YOUNG + Duration::from_secs(1);
        let orphans: Vec<SlotId> = (0..=FEW).map(|_| make(&store, false)).collect();
        assert_eq!(store.reconcile(later, true).unwrap(), Reconciled { orphans: FEW + 1, stopped: true });
        assert!(orphans.iter().all(|slot| store.has_slot(*slot)));
    }
}
