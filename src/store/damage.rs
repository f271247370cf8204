//! What does not authenticate any more: it is logged once, lists go on without it and say how many
//! they lack, and when its time is over it is destroyed unread.

use super::{Row, Store, StoreError, Tree, after};
use crate::ids::SlotId;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// A list, and how many entries of it can not be read.
pub struct Listed<T> {
    pub sound: Vec<T>,
    pub unreadable: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { sound: Vec::new(), unreadable: 0 }
    }
}

/// Names of what was said to be damaged since the start.
#[derive(Default)]
pub(super) struct Told(Mutex<HashSet<Vec<u8>>>);

impl Told {
    /// Logs damage of `what`, which names it, the first time.
    pub fn tell(&self, what: &[u8], error: &StoreError) {
        let StoreError::Damaged { .. } = error else { return };
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_vec()) {
            tracing::error!("{error}: lists go on without it");
        }
    }
}

impl Store {
    /// As [`Store::scan`], without those records that are damaged.
    ///
    /// # Errors
    /// [`StoreError`] of any other kind.
    pub fn scan_sound(&self, tree: Tree, prefix: &[u8]) -> Result<Listed<(Vec<u8>, Row)>, StoreError> {
        let start = tree.key(prefix);
        let end = after(&start);
        let mut listed = Listed::default();
        for (key, value) in self.stored(&start, end.as_deref(), usize::MAX) {
            let short = key[tree.prefix()..].to_vec();
            match self.opened(key, value) {
                Ok(row) => listed.sound.extend(row.map(|row| (short, row))),
                Err(StoreError::Damaged { .. }) => listed.unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(listed)
    }

    /// Destroys what can not be read, once its time is over: key and bytes. What found it leads nowhere
    /// then, and is cleared away with the records that have no slot.
    ///
    /// # Errors
    /// [`StoreError`]; can be repeated.
    pub fn destroy_unread(&self, slot: SlotId) -> Result<(), StoreError> {
        self.destroy_slots(&[slot])?;
        self.remove_dir(slot)
    }
}
