//! `by_expiry`: what is due when. The sweep ranges over it from the past to now.
//!
//! Key: 8 bytes big-endian seconds ‖ kind ‖ id. The value says nothing. Second 0 is due under any
//! clock.

use super::{Change, Store, StoreError, Tree};
use crate::time::Time;

const BY_EXPIRY: Tree = Tree("by_expiry");

/// What kind of thing is due; the domains give the numbers their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Kind(pub u8);

impl Kind {
    pub const LINK: Kind = Kind(1);
    pub const SUBMISSION: Kind = Kind(2);
    pub const TOMBSTONE: Kind = Kind(3);
    pub const SESSION: Kind = Kind(4);
}

/// One entry of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub at: Time,
    pub kind: Kind,
    pub id: Vec<u8>,
}

/// Due under any clock.
pub const AT_ONCE: Time = Time(0);

fn key(at: Time, kind: Kind, id: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(9 + id.len());
    key.extend_from_slice(&at.0.to_be_bytes());
    key.push(kind.0);
    key.extend_from_slice(id);
    key
}

impl Store {
    /// The change that makes `id` due at `at`.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn enter_due(&self, at: Time, kind: Kind, id: &[u8]) -> Result<Change, StoreError> {
        self.put(BY_EXPIRY, &key(at, kind, id), None, &[])
    }

    /// The changes that move `id` from one instant to another.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn move_due(&self, from: Time, to: Time, kind: Kind, id: &[u8]) -> Result<[Change; 2], StoreError> {
        Ok([leave_due(from, kind, id), self.enter_due(to, kind, id)?])
    }

    /// The oldest entries that are due at `now`, at most `most` of them.
    ///
    /// # Errors
    /// As [`Store::scan_until`].
    pub fn due_until(&self, now: Time, most: usize) -> Result<Vec<Due>, StoreError> {
        let end = now.0.saturating_add(1).to_be_bytes();
        let rows = self.scan_until(BY_EXPIRY, &end, most)?;
        Ok(rows.into_iter().filter_map(|(key, _)| read(&key)).collect())
    }

    /// Every entry later than `after`, for the one-time correction of a clock that leapt.
    ///
    /// # Errors
    /// As [`Store::scan`].
    pub fn due_after(&self, after: Time) -> Result<Vec<Due>, StoreError> {
        let rows = self.scan(BY_EXPIRY, &[])?;
        Ok(rows.into_iter().filter_map(|(key, _)| read(&key)).filter(|due| due.at > after).collect())
    }
}

/// The change that takes `id` out of the index.
#[must_use]
pub fn leave_due(at: Time, kind: Kind, id: &[u8]) -> Change {
    Change::remove(BY_EXPIRY, &key(at, kind, id))
}

fn read(key: &[u8]) -> Option<Due> {
    let (at, rest) = key.split_first_chunk::<8>()?;
    let (kind, id) = rest.split_first()?;
    Some(Due { at: Time(u64::from_be_bytes(*at)), kind: Kind(*kind), id: id.to_vec() })
}
