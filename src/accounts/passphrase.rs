//! Proving the passphrase, and changing it.

use super::record::{BY_RECOVERY, unlock_name};
use super::setup::{UNLOCK_MOST, check_file};
use super::{ACCOUNTS, AccountError, Accounts, Found};
use crate::ids::AccountId;
use crate::sealed::vault::Name;
use crate::time::Now;
use crate::tokens::{AuthHash, Bearer};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

impl Accounts {
    /// The Argon2id salt of a name, the same whether or not anyone has it. 16 bytes.
    #[must_use]
    pub fn salt_of(&self, name: &Name) -> Vec<u8> {
        let key = self.store.derive_root("dewdrop/v1/salt");
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("HMAC takes any key length");
        mac.update(name.as_str().as_bytes());
        mac.finalize().into_bytes()[..16].to_vec()
    }

    /// The account whose passphrase `proof` proves.
    ///
    /// # Errors
    /// [`AccountError::Refused`], [`AccountError::TooManyTries`].
    pub fn prove(
        &self,
        now: Now,
        peer: &str,
        name: &Name,
        proof: &Bearer,
    ) -> Result<AccountId, AccountError> {
        let who = self.who(name.as_str(), peer);
        self.not_too_soon(now, &who)?;
        match self.by_name(name) {
            Ok(found) if found.account.sign_in_hash == proof.hash() => {
                self.delays.accepted(&who);
                Ok(found.id)
            }
            Ok(_) | Err(AccountError::Refused) => {
                self.delays.refused(now.reads, who);
                Err(AccountError::Refused)
            }
            Err(error) => Err(error),
        }
    }

    /// The account that this recovery sheet belongs to.
    ///
    /// # Errors
    /// [`AccountError::Refused`], [`AccountError::TooManyTries`].
    pub fn recover(&self, now: Now, peer: &str, recovery: &Bearer) -> Result<AccountId, AccountError> {
        let who = self.who("recovery", peer);
        self.not_too_soon(now, &who)?;
        let key = self.store.lookup_key(BY_RECOVERY, &recovery.hash().0);
        match self.store.get(BY_RECOVERY, &key)? {
            Some(row) => Ok(row.json()?),
            None => {
                self.delays.refused(now.reads, who);
                Err(AccountError::Refused)
            }
        }
    }

    /// Whether `proof` proves the passphrase that `account` has now.
    ///
    /// # Errors
    /// [`AccountError::Refused`], [`AccountError::TooManyTries`].
    pub fn prove_again(
        &self,
        now: Now,
        peer: &str,
        account: AccountId,
        proof: &Bearer,
    ) -> Result<(), AccountError> {
        let name: Name =
            self.get(account)?.account.name.parse().map_err(|_| AccountError::Malformed("the name"))?;
        self.prove(now, peer, &name, proof).map(|_| ())
    }

    /// Sets a new passphrase: its sign-in hash and the new `unlock` in one transaction, which also
    /// ends all sessions.
    ///
    /// # Errors
    /// [`AccountError::Malformed`] when `unlock` is not an age file; [`AccountError::ChangedElsewhere`].
    pub fn change_passphrase(
        &self,
        account: AccountId,
        sign_in_hash: AuthHash,
        unlock: &[u8],
    ) -> Result<(), AccountError> {
        check_file(unlock, UNLOCK_MOST)?;
        let _alone = self.replacing.lock().expect("nothing panics while it holds this lock");
        let Found { id, account: before, row } = self.get(account)?;
        let mut after = before.clone();
        after.sign_in_hash = sign_in_hash;
        after.unlock += 1;
        self.store.put_blob(id.into(), &unlock_name(after.unlock), unlock)?;
        let mut changes = vec![row.expect()];
        changes.push(self.store.put_json(ACCOUNTS, id.as_bytes(), Some(id.into()), &after)?);
        changes.extend(self.ending_all_sessions(id)?);
        self.store.commit(changes)?;
        self.store.remove_blob(id.into(), &unlock_name(before.unlock))?;
        self.tell_sessions_ended(id, None);
        Ok(())
    }

    pub(super) fn who(&self, name: &str, peer: &str) -> [u8; 32] {
        self.store.lookup_key(crate::store::Tree("tries"), format!("{name}\n{peer}").as_bytes())
    }

    pub(super) fn not_too_soon(&self, now: Now, who: &[u8; 32]) -> Result<(), AccountError> {
        match self.delays.wait(now.reads, who) {
            Some(seconds) => Err(AccountError::TooManyTries { seconds }),
            None => Ok(()),
        }
    }
}
