//! Rows: sealed values, and the changes that make up a transaction.
//!
//! ```text
//! key    tree name ‖ 0x00 ‖ key
//! value  slot id (16, zeros when it belongs to no slot) ‖ nonce (24) ‖ ciphertext ‖ tag (16)
//!        at most 4 KiB; AAD: tree name ‖ 0x00 ‖ key ‖ slot id
//! ```

use super::errors::StoreError;
use super::records::Writes;
use super::seal::{Cipher, OVERHEAD};
use crate::ids::SlotId;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// Most bytes of a stored value.
pub const VALUE_MOST: usize = 4096;
/// Most bytes of what a row says: [`VALUE_MOST`] less slot id, nonce and tag.
pub const ROW_MOST: usize = VALUE_MOST - 16 - OVERHEAD;

/// A kind of record; named by the domain that owns it. ASCII, no zero byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree(pub &'static str);

impl Tree {
    /// The key of the database for a key of this tree.
    pub(super) fn key(self, key: &[u8]) -> Vec<u8> {
        [self.0.as_bytes(), &[0], key].concat()
    }

    /// What [`Tree::key`] puts in front.
    pub(super) fn prefix(self) -> usize {
        self.0.len() + 1
    }
}

/// A record as it was read.
pub struct Row {
    /// The slot it was sealed under; none for those that belong to no slot.
    pub slot: Option<SlotId>,
    /// What it says.
    pub plain: Zeroizing<Vec<u8>>,
    pub(super) full_key: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl Row {
    /// That this very value is still there when the transaction is made.
    #[must_use]
    pub fn expect(&self) -> Change {
        Change::Expect { key: self.full_key.clone(), value: Some(self.value.clone()) }
    }
}

/// One part of a transaction. A `put` is made by [`super::Store::put`], which seals it.
#[derive(Clone)]
pub enum Change {
    Put { key: Vec<u8>, value: Vec<u8> },
    Remove { key: Vec<u8> },
    Expect { key: Vec<u8>, value: Option<Vec<u8>> },
}

impl Change {
    /// Removes a record; that there is none is success.
    #[must_use]
    pub fn remove(tree: Tree, key: &[u8]) -> Self {
        Self::Remove { key: tree.key(key) }
    }

    /// That there is no record at this key when the transaction is made.
    #[must_use]
    pub fn expect_absent(tree: Tree, key: &[u8]) -> Self {
        Self::Expect { key: tree.key(key), value: None }
    }
}

/// Seals a value.
pub(super) fn seal(
    cipher: &Cipher,
    full_key: &[u8],
    slot: Option<SlotId>,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    if plain.len() > ROW_MOST {
        return Err(StoreError::TooLarge);
    }
    let id = slot.map_or([0; 16], |slot| slot.0);
    Ok([id.as_slice(), &cipher.sealed(&[full_key, &id].concat(), plain)].concat())
}

/// Whose a stored value is.
pub(super) fn owner(value: &[u8]) -> Result<Option<SlotId>, StoreError> {
    let id = value.first_chunk::<16>().ok_or_else(|| StoreError::damaged("a record"))?;
    Ok((*id != [0; 16]).then_some(SlotId(*id)))
}

/// Opens a stored value.
pub(super) fn open(cipher: &Cipher, full_key: Vec<u8>, value: Vec<u8>) -> Result<Row, StoreError> {
    let slot = owner(&value)?;
    let aad = [full_key.as_slice(), &value[..16]].concat();
    let mut frame = Zeroizing::new(value[16..].to_vec());
    let plain = cipher.open(&aad, &mut frame).map_err(|_| {
        let tree = full_key.split(|b| *b == 0).next().unwrap_or_default();
        StoreError::damaged(format!("a record of {}", String::from_utf8_lossy(tree)))
    })?;
    let plain = Zeroizing::new(plain.to_vec());
    Ok(Row { slot, plain, full_key, value })
}

/// Adds a transaction to `overlay` if all it expects holds there, or else in `stored`.
pub(super) fn add(
    overlay: &mut HashMap<Vec<u8>, Option<Vec<u8>>>,
    changes: Vec<Change>,
    stored: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> bool {
    let holds = changes.iter().all(|change| match change {
        Change::Expect { key, value } => match overlay.get(key) {
            Some(now) => now == value,
            None => &stored(key) == value,
        },
        Change::Put { .. } | Change::Remove { .. } => true,
    });
    if holds {
        for change in changes {
            match change {
                Change::Put { key, value } => overlay.insert(key, Some(value)),
                Change::Remove { key } => overlay.insert(key, None),
                Change::Expect { .. } => None,
            };
        }
    }
    holds
}

/// The overlay as writes.
pub(super) fn writes(overlay: HashMap<Vec<u8>, Option<Vec<u8>>>) -> Writes {
    overlay.into_iter().collect()
}
