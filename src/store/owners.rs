//! Who owns a slot: the record of the same id in one of three trees.

use super::{Store, StoreError, Tree};
use crate::ids::SlotId;

pub const ACCOUNTS: Tree = Tree("accounts");
pub const LINKS: Tree = Tree("links");
pub const SUBMISSIONS: Tree = Tree("submissions");

/// The trees whose records own a slot, keyed by its id.
pub const OWNERS: [Tree; 3] = [ACCOUNTS, LINKS, SUBMISSIONS];

impl Store {
    /// Makes a slot for a record that is about to be written, or takes over the one that a crash
    /// left without a record.
    ///
    /// # Errors
    /// [`StoreError::SlotExists`] when a record owns it, or it is being erased.
    pub fn claim_slot(&self, slot: SlotId) -> Result<(), StoreError> {
        match self.add_slot(slot) {
            Err(StoreError::SlotExists) if !self.is_owned(slot)? && !self.is_erasing(slot)? => Ok(()),
            claimed => claimed,
        }
    }

    /// Whether a record of that id stands, readable or not.
    pub(super) fn is_owned(&self, slot: SlotId) -> Result<bool, StoreError> {
        for tree in OWNERS {
            if self.get(tree, slot.as_bytes())?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
