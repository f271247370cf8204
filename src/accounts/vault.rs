//! The two files of an account: `unlock`, opened by the passphrase, and `vault`, opened by what is
//! in it.

use super::record::{unlock_name, vault_name};
use super::setup::{VAULT_MOST, check_file};
use super::{ACCOUNTS, AccountError, Accounts, Found};
use crate::ids::AccountId;
use crate::sealed::vault::Name;

/// What an account keeps here.
pub struct Vault {
    pub name: String,
    pub salt: Vec<u8>,
    pub unlock: Vec<u8>,
    pub vault: Vec<u8>,
    /// Changes with every new vault.
    pub version: u32,
}

impl Accounts {
    /// Both files, with what is needed to ask for the passphrase only.
    ///
    /// # Errors
    /// [`AccountError::Refused`] when there is no such account.
    pub fn vault(&self, account: AccountId) -> Result<Vault, AccountError> {
        let found = self.get(account)?;
        let name: Name = found.account.name.parse().map_err(|_| AccountError::Malformed("the name"))?;
        let blob = |name: &str| self.store.get_blob(account.into(), name)?.ok_or(AccountError::Refused);
        Ok(Vault {
            salt: self.salt_of(&name),
            name: found.account.name.clone(),
            unlock: blob(&unlock_name(found.account.unlock))?,
            vault: blob(&vault_name(found.account.vault))?,
            version: found.account.vault,
        })
    }

    /// Puts a new vault in the place of version `version`; answers the new version.
    ///
    /// # Errors
    /// [`AccountError::ChangedElsewhere`] when another version is there by now.
    pub fn put_vault(&self, account: AccountId, version: u32, vault: &[u8]) -> Result<u32, AccountError> {
        check_file(vault, VAULT_MOST)?;
        let _alone = self.replacing.lock().expect("nothing panics while it holds this lock");
        let Found { id, account: before, row } = self.get(account)?;
        if before.vault != version {
            return Err(AccountError::ChangedElsewhere);
        }
        let mut after = before.clone();
        after.vault += 1;
        self.store.put_blob(id.into(), &vault_name(after.vault), vault)?;
        let put = self.store.put_json(ACCOUNTS, id.as_bytes(), Some(id.into()), &after)?;
        self.store.commit(vec![row.expect(), put])?;
        self.store.remove_blob(id.into(), &vault_name(before.vault))?;
        Ok(after.vault)
    }
}
