//! Set-up: the first account, permitted by a token that is printed when the server starts.

use super::record::{Account, BY_NAME, BY_RECOVERY, unlock_name, vault_name};
use super::{ACCOUNTS, AccountError, Accounts};
use crate::ids::AccountId;
use crate::sealed::header;
use crate::sealed::vault::Name;
use crate::store::{Change, StoreError};
use crate::time::Now;
use crate::tokens::{AuthHash, Bearer};

/// Most bytes of `unlock` and of `vault`.
pub(super) const UNLOCK_MOST: usize = 8 * 1024;
pub(super) const VAULT_MOST: usize = 1 << 20;

/// What the first account brings.
pub struct SetUp {
    pub account: AccountId,
    pub name: Name,
    pub salt: Vec<u8>,
    pub sign_in_hash: AuthHash,
    pub recovery_hash: AuthHash,
    pub unlock: Vec<u8>,
    pub vault: Vec<u8>,
}

impl Accounts {
    /// A fresh set-up token, or none when there is an account. The one before ends.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub fn setup_token(&self) -> Result<Option<Bearer>, AccountError> {
        if !self.is_empty()? {
            return Ok(None);
        }
        let token = Bearer::random();
        *self.setup.lock().expect("nothing panics while it holds this lock") = Some(token.hash());
        Ok(Some(token))
    }

    /// Whether the token is still good.
    ///
    /// # Errors
    /// [`AccountError::SetUpRefused`].
    pub fn check_set_up(&self, now: Now, peer: &str, token: &Bearer) -> Result<(), AccountError> {
        let who = self.who("", peer);
        self.not_too_soon(now, &who)?;
        let setup = self.setup.lock().expect("nothing panics while it holds this lock");
        self.permits(now, who, &setup, token)
    }

    fn permits(
        &self,
        now: Now,
        who: [u8; 32],
        setup: &Option<AuthHash>,
        token: &Bearer,
    ) -> Result<(), AccountError> {
        if *setup != Some(token.hash()) || !self.is_empty()? {
            self.delays.refused(now.reads, who);
            return Err(AccountError::SetUpRefused);
        }
        Ok(())
    }

    /// Makes the first account; the token is used up.
    ///
    /// # Errors
    /// [`AccountError::SetUpRefused`] for any other token, also after its use;
    /// [`AccountError::Malformed`] leaves the token good.
    pub fn set_up(&self, now: Now, peer: &str, token: &Bearer, new: &SetUp) -> Result<(), AccountError> {
        let who = self.who("", peer);
        self.not_too_soon(now, &who)?;
        let mut setup = self.setup.lock().expect("nothing panics while it holds this lock");
        self.permits(now, who, &setup, token)?;
        if new.salt != self.salt_of(&new.name) {
            return Err(AccountError::Malformed("the salt is not the one this server gave for the name"));
        }
        check_file(&new.unlock, UNLOCK_MOST)?;
        check_file(&new.vault, VAULT_MOST)?;
        self.write(now, new)?;
        *setup = None;
        Ok(())
    }

    fn write(&self, now: Now, new: &SetUp) -> Result<(), AccountError> {
        let id = new.account;
        self.store.claim_slot(id.into()).map_err(|error| match error {
            StoreError::SlotExists => AccountError::Malformed("the account's id is taken"),
            error => error.into(),
        })?;
        self.store.make_dir(id.into())?;
        self.store.put_blob(id.into(), &unlock_name(0), &new.unlock)?;
        self.store.put_blob(id.into(), &vault_name(0), &new.vault)?;
        let account = Account {
            name: new.name.as_str().to_owned(),
            sign_in_hash: new.sign_in_hash,
            recovery_hash: new.recovery_hash,
            unlock: 0,
            vault: 0,
            created_at: now.reads,
        };
        let slot = Some(id.into());
        let name_key = self.store.lookup_key(BY_NAME, new.name.as_str().as_bytes());
        let recovery_key = self.store.lookup_key(BY_RECOVERY, &new.recovery_hash.0);
        self.store.commit(vec![
            Change::expect_absent(ACCOUNTS, id.as_bytes()),
            Change::expect_absent(BY_NAME, &name_key),
            self.store.put_json(ACCOUNTS, id.as_bytes(), slot, &account)?,
            self.store.put_json(BY_NAME, &name_key, slot, &id)?,
            self.store.put_json(BY_RECOVERY, &recovery_key, slot, &id)?,
        ])?;
        Ok(())
    }
}

pub(super) fn check_file(file: &[u8], most: usize) -> Result<(), AccountError> {
    if file.len() > most || header::check_whole(file).is_err() {
        return Err(AccountError::Malformed("unlock and vault are age files of a bounded size"));
    }
    Ok(())
}
