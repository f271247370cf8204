//! Accounts: set-up, sign-in, the vault, sessions.
//!
//! Guarantees: the server sees a proof of the passphrase and hashes, never the passphrase or a key;
//! an unknown name is answered like a wrong passphrase, with a salt of its own; refusals grow slower
//! (`delay`); a new passphrase ends all sessions in the same transaction.
//!
//! Left to others: what `unlock` and `vault` hold; they are age files that the server can not forge.

mod delay;
mod passphrase;
mod record;
mod sessions;
mod setup;
mod vault;

pub use crate::sealed::vault::Name;
pub use record::Account;
pub use sessions::{COOKIE_LASTS, Session, TOKEN_LASTS};
pub use setup::SetUp;
pub use vault::Vault;

use crate::events::Events;
use crate::ids::AccountId;
use crate::store::{CommitError, Row, Store, StoreError, Tree};
use crate::tokens::AuthHash;
use delay::Delays;
use record::BY_NAME;
use std::sync::{Arc, Mutex};

pub use crate::store::owners::ACCOUNTS;

/// The trees of sessions.
pub const SESSION_TREES: [Tree; 2] = [record::SESSIONS, record::SESSIONS_OF];

/// Why an account does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Wrong name, passphrase, recovery sheet or session: told apart for nobody.
    #[error("refused")]
    Refused,
    /// The set-up token is wrong or was used.
    #[error("the set-up address was used already or is not from this server")]
    SetUpRefused,
    /// Too many refusals; try again in so many seconds.
    #[error("too many tries")]
    TooManyTries { seconds: u64 },
    #[error("{0}")]
    Malformed(&'static str),
    /// The vault was changed elsewhere since it was read.
    #[error("the vault was changed elsewhere")]
    ChangedElsewhere,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CommitError> for AccountError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::ChangedElsewhere,
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

/// An account as it was read, so that a change can Expect exactly that.
pub(crate) struct Found {
    pub id: AccountId,
    pub account: Account,
    pub row: Row,
}

/// The accounts of a store; a handle, cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    events: Events,
    delays: Delays,
    setup: Arc<Mutex<Option<AuthHash>>>,
    /// Held while a file of an account is replaced, so that number and content belong together.
    replacing: Arc<Mutex<()>>,
}

impl Accounts {
    #[must_use]
    pub fn new(store: Store, events: Events) -> Self {
        Self { store, events, delays: Delays::default(), setup: Arc::default(), replacing: Arc::default() }
    }

    pub(crate) fn get(&self, id: AccountId) -> Result<Found, AccountError> {
        let row = self.store.get(ACCOUNTS, id.as_bytes())?.ok_or(AccountError::Refused)?;
        Ok(Found { id, account: row.json()?, row })
    }

    fn by_name(&self, name: &Name) -> Result<Found, AccountError> {
        let key = self.store.lookup_key(BY_NAME, name.as_str().as_bytes());
        let row = self.store.get(BY_NAME, &key)?.ok_or(AccountError::Refused)?;
        self.get(row.json()?)
    }

    /// Whether nobody has set this server up yet.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub fn is_empty(&self) -> Result<bool, AccountError> {
        Ok(self.store.scan(ACCOUNTS, &[])?.is_empty())
    }
}
