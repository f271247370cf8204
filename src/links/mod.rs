//! Links: an invitation to send, from open to erased.
//!
//! ```text
//! open ─► spent | closed | expired ─► erased        (a tombstone says which, for 30 days)
//! ```
//! Guarantees: whoever proves `link-auth` is told the state, everyone else nothing. Commit, close
//! and expiry Expect the record as read, so one of them wins. A link that has ended loses its
//! invitation at once; a spent one is erased by the next sweep, a closed or expired one after seven
//! days, so that the desk can still name it.
//!
//! Left to others: ending what is still receiving through a link (`submissions::end`, called by the
//! sweep), and what the invitation and the cards say: they are sealed.

mod close;
mod erase;
mod open;
mod record;

pub use erase::Step;
pub use open::{Limits, Opening};
pub use record::{Found, Link, State};

use crate::events::{Event, Events};
use crate::ids::{AccountId, LinkId};
use crate::store::due::leave_due;
use crate::store::{CommitError, Store, StoreError, Tree};
use crate::time::{Now, Time};
use crate::tokens::AuthHash;
use record::{BY_AUTH, BY_READER};
use std::sync::{Arc, Mutex};

pub use crate::store::Listed;
pub use crate::store::owners::LINKS;

/// Why a link does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No such link, or not yours: told apart for nobody.
    #[error("no such link")]
    Unknown,
    #[error("the link has ended: {state:?}")]
    Ended { state: State, at: Time },
    /// The id belongs to something else.
    #[error("the id is taken")]
    Taken,
    /// A value is outside of what a link may be.
    #[error("{0}")]
    Refused(&'static str),
    /// Someone else changed it at the same time; asking again will tell.
    #[error("the link changed meanwhile")]
    Changed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LinkError {
    /// Whether something stored can not be read any more.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Store(StoreError::Damaged { .. }))
    }
}

impl From<CommitError> for LinkError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Changed,
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

/// The links of a store; a handle, cheap to clone.
#[derive(Clone)]
pub struct Links {
    store: Store,
    events: Events,
    /// Held while a link is opened, so that blobs and record of one id belong together.
    opening: Arc<Mutex<()>>,
}

impl Links {
    #[must_use]
    pub fn new(store: Store, events: Events) -> Self {
        Self { store, events, opening: Arc::default() }
    }

    /// The link of this bearer, whatever its state.
    ///
    /// # Errors
    /// [`LinkError::Unknown`], or [`LinkError::Ended`] when only its tombstone is left.
    pub fn by_auth(&self, auth: &AuthHash) -> Result<Found, LinkError> {
        let key = self.store.lookup_key(BY_AUTH, &auth.0);
        if let Some(row) = self.store.get(BY_AUTH, &key)? {
            let id: LinkId = row.json()?;
            if let Ok(found) = self.get(id) {
                return Ok(found);
            }
        }
        let stone = self.store.tombstone::<State>(&auth.0)?.ok_or(LinkError::Unknown)?;
        Err(LinkError::Ended { state: stone.state, at: stone.at })
    }

    /// The same, only while it takes new submissions.
    ///
    /// # Errors
    /// [`LinkError::Ended`] as soon as it is spent, closed or `now` is its closing time.
    pub fn open_by_auth(&self, now: Now, auth: &AuthHash) -> Result<Found, LinkError> {
        let found = self.by_auth(auth)?;
        match found.link.ended(now) {
            None => Ok(found),
            Some((state, at)) => Err(LinkError::Ended { state, at }),
        }
    }

    /// The link of this id.
    ///
    /// # Errors
    /// [`LinkError::Unknown`], also once its erasure has begun.
    pub fn get(&self, id: LinkId) -> Result<Found, LinkError> {
        let row = self.store.get(LINKS, id.as_bytes())?.ok_or(LinkError::Unknown)?;
        if self.store.is_erasing(id.into())? {
            return Err(LinkError::Unknown);
        }
        Ok(Found { id, link: row.json()?, row })
    }

    /// The links that `account` may read; those that are damaged are only counted.
    ///
    /// # Errors
    /// [`LinkError::Store`].
    pub fn of(&self, account: AccountId) -> Result<Listed<Found>, LinkError> {
        let prefix = self.store.lookup_key(BY_READER, account.as_bytes());
        let rows = self.store.scan_sound(BY_READER, &prefix)?;
        let mut listed = Listed { sound: Vec::new(), unreadable: rows.unreadable };
        for (_, row) in rows.sound {
            match row.json().map_err(LinkError::from).and_then(|id| self.get(id)) {
                Ok(link) => listed.sound.push(link),
                Err(LinkError::Unknown) => {}
                Err(error) if error.is_damage() => listed.unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(listed)
    }

    /// The link of this id, if `account` reads it.
    ///
    /// # Errors
    /// [`LinkError::Unknown`] otherwise.
    pub fn read_by(&self, account: AccountId, id: LinkId) -> Result<Found, LinkError> {
        self.get(id).and_then(|found| match found.link.readers.contains(&account) {
            true => Ok(found),
            false => Err(LinkError::Unknown),
        })
    }

    /// The sealed invitation; none once the link has ended.
    ///
    /// # Errors
    /// [`LinkError::Store`].
    pub fn invitation(&self, id: LinkId) -> Result<Option<Vec<u8>>, LinkError> {
        Ok(self.store.get_blob(id.into(), "invitation")?)
    }

    /// The sealed card of one reader.
    ///
    /// # Errors
    /// [`LinkError::Unknown`] when there is none for that account.
    pub fn card(&self, id: LinkId, account: AccountId) -> Result<Vec<u8>, LinkError> {
        self.store.get_blob(id.into(), &card_name(account))?.ok_or(LinkError::Unknown)
    }

    fn tell(&self, id: LinkId, link: &Link, state: State) {
        self.events.publish(Event::Link { readers: link.readers.clone(), link: id, state: state.word() });
    }

    /// What finds the link besides its id, to be dropped when it is erased.
    fn lookups(&self, id: LinkId, link: &Link) -> Vec<crate::store::Change> {
        use crate::store::Change;
        let mut changes = vec![
            Change::remove(BY_AUTH, &self.store.lookup_key(BY_AUTH, &link.auth_hash.0)),
            leave_due(link.due, crate::store::due::Kind::LINK, id.as_bytes()),
        ];
        changes.extend(
            link.readers.iter().map(|reader| Change::remove(BY_READER, &self.reader_key(*reader, id))),
        );
        changes
    }

    fn reader_key(&self, account: AccountId, id: LinkId) -> Vec<u8> {
        reader_key(&self.store, BY_READER, account, id.as_bytes())
    }
}

/// Key of an index from an account to what it reads.
#[must_use]
pub fn reader_key(store: &Store, tree: Tree, account: AccountId, id: &[u8; 16]) -> Vec<u8> {
    [store.lookup_key(tree, account.as_bytes()).as_slice(), id].concat()
}

/// Name of the blob that is one reader's card.
#[must_use]
pub fn card_name(account: AccountId) -> String {
    format!("card-{account}")
}
