//! Sessions: a random bearer, kept as a hash, with an end.

use super::record::{SESSIONS, SESSIONS_OF, SessionRecord};
use super::{AccountError, Accounts};
use crate::events::Event;
use crate::ids::AccountId;
use crate::store::due::{Kind, leave_due};
use crate::store::{Change, StoreError};
use crate::time::{Now, Span, Time};
use crate::tokens::Bearer;

/// How long a browser stays signed in.
pub const COOKIE_LASTS: Span = Span::DAY.times(7);
/// How long the terminal stays signed in.
pub const TOKEN_LASTS: Span = Span::DAY.times(30);

/// Who is asking, and until when they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub account: AccountId,
    pub expires_at: Time,
    /// Lookup key of its token: names the session to those who hold the records.
    pub key: [u8; 32],
}

impl Accounts {
    /// Begins a session of `account`.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub fn begin_session(
        &self,
        now: Now,
        account: AccountId,
        lasts: Span,
    ) -> Result<(Bearer, Session), AccountError> {
        let token = Bearer::random();
        let key = self.store.lookup_key(SESSIONS, &token.hash().0);
        let expires_at = now.reads + lasts;
        let record = SessionRecord { account, expires_at };
        self.store.commit(vec![
            self.store.put_json(SESSIONS, &key, None, &record)?,
            self.store.put_json(SESSIONS_OF, &self.of(account, &key), None, &expires_at)?,
            self.store.enter_due(expires_at, Kind::SESSION, &key)?,
        ])?;
        Ok((token, Session { account, expires_at, key }))
    }

    /// The session of this token.
    ///
    /// # Errors
    /// [`AccountError::Refused`] when there is none or its time is over.
    pub fn session(&self, now: Now, token: &Bearer) -> Result<Session, AccountError> {
        let key = self.store.lookup_key(SESSIONS, &token.hash().0);
        let row = self.store.get(SESSIONS, &key)?.ok_or(AccountError::Refused)?;
        let SessionRecord { account, expires_at } = row.json()?;
        if now.is_over(expires_at) {
            return Err(AccountError::Refused);
        }
        Ok(Session { account, expires_at, key })
    }

    /// Ends a session; that there is none is success.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub fn end_session(&self, session: &Session) -> Result<(), AccountError> {
        self.store.commit(self.ending(session.account, session.expires_at, &session.key))?;
        self.tell_sessions_ended(session.account, Some(session.key));
        Ok(())
    }

    /// Forgets a session whose time is over. Called by the sweep.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub fn session_due(&self, now: Now, at: Time, key: &[u8]) -> Result<(), AccountError> {
        let stale = vec![leave_due(at, Kind::SESSION, key)];
        let Some(row) = self.store.get(SESSIONS, key)? else { return Ok(self.store.commit(stale)?) };
        let SessionRecord { account, expires_at } = row.json()?;
        if now.erases < expires_at {
            return Ok(());
        }
        Ok(self.store.commit(self.ending(account, expires_at, key))?)
    }

    pub(super) fn ending_all_sessions(&self, account: AccountId) -> Result<Vec<Change>, StoreError> {
        let prefix = self.store.lookup_key(SESSIONS_OF, account.as_bytes());
        let mut changes = Vec::new();
        for (full, row) in self.store.scan(SESSIONS_OF, &prefix)? {
            changes.extend(self.ending(account, row.json()?, &full[prefix.len()..]));
        }
        Ok(changes)
    }

    pub(super) fn tell_sessions_ended(&self, account: AccountId, session: Option<[u8; 32]>) {
        self.events.publish(Event::SessionsEnded { account, session });
    }

    fn ending(&self, account: AccountId, expires_at: Time, key: &[u8]) -> Vec<Change> {
        vec![
            Change::remove(SESSIONS, key),
            Change::remove(SESSIONS_OF, &self.of(account, key)),
            leave_due(expires_at, Kind::SESSION, key),
        ]
    }

    fn of(&self, account: AccountId, key: &[u8]) -> Vec<u8> {
        [self.store.lookup_key(SESSIONS_OF, account.as_bytes()).as_slice(), key].concat()
    }
}
