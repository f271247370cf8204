//! Records as JSON.

use super::{Change, Row, Store, StoreError, Tree};
use crate::ids::SlotId;
use serde::{Serialize, de::DeserializeOwned};

impl Row {
    /// Reads the record's JSON.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is not what this version writes.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_slice(&self.plain).map_err(|_| StoreError::Damaged {
            what: "a record that this version does not understand".into(),
        })
    }
}

impl Store {
    /// [`Store::put`] of a value's JSON.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn put_json<T: Serialize>(
        &self,
        tree: Tree,
        key: &[u8],
        slot: Option<SlotId>,
        value: &T,
    ) -> Result<Change, StoreError> {
        let plain = serde_json::to_vec(value).expect("records are plain data");
        self.put(tree, key, slot, &plain)
    }
}
