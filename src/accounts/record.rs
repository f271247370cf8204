//! Records of accounts and sessions.

use crate::ids::AccountId;
use crate::store::Tree;
use crate::time::Time;
use crate::tokens::AuthHash;
use serde::{Deserialize, Serialize};

/// Lookup key of the name to the account's id.
pub(super) const BY_NAME: Tree = Tree("account-by-name");
/// Lookup key of `recovery_hash` to the account's id.
pub(super) const BY_RECOVERY: Tree = Tree("account-by-recovery");
/// Lookup key of the token's hash to the session.
pub(super) const SESSIONS: Tree = Tree("sessions");
/// Lookup key of the account, then the session's key.
pub(super) const SESSIONS_OF: Tree = Tree("sessions-of");

/// What the server knows about an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub sign_in_hash: AuthHash,
    pub recovery_hash: AuthHash,
    /// The file lies in the blob `unlock.k`.
    pub unlock: u32,
    /// The file lies in the blob `vault.k`; also its version for If-Match.
    pub vault: u32,
    pub created_at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SessionRecord {
    pub account: AccountId,
    pub expires_at: Time,
}

pub(super) fn unlock_name(k: u32) -> String {
    format!("unlock.{k}")
}

pub(super) fn vault_name(k: u32) -> String {
    format!("vault.{k}")
}
