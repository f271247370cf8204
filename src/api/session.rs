//! Set-up, sign-in and the vault.

use crate::bytes::Octets;
use crate::ids::AccountId;
use crate::time::Time;
use crate::tokens::AuthHash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks for the Argon2id salt of a sign-in name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SaltFor {
    /// `[a-z0-9._@-]{3,64}`
    pub name: String,
}

/// The salt; also for names that nobody has.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Salt {
    /// 16 bytes.
    pub salt: Octets,
}

/// The first account.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SetUp {
    /// Made by the client, because vault and cards name it.
    pub account: AccountId,
    pub name: String,
    pub salt: Octets,
    pub sign_in_hash: AuthHash,
    pub recovery_hash: AuthHash,
    /// An age file.
    pub unlock: Octets,
    /// An age file.
    pub vault: Octets,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SetUpDone {
    pub account: AccountId,
}

/// Signs in.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct NewSession {
    pub name: String,
    /// HKDF(argon, "dewdrop/v1/sign-in"), 32 bytes.
    pub proof: String,
    /// Answer a bearer token instead of a cookie.
    #[serde(default)]
    pub token: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Session {
    pub account: AccountId,
    pub expires_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub token: Option<String>,
}

/// A new passphrase.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct NewUnlock {
    pub sign_in_hash: AuthHash,
    pub unlock: Octets,
    /// The old passphrase's sign-in proof, when it is not the recovery sheet that permits this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub proof: Option<String>,
}

/// What an account keeps here, sealed; name and salt so that unlocking asks only the passphrase.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Vault {
    pub account: AccountId,
    pub name: String,
    pub salt: Octets,
    pub unlock: Octets,
    pub vault: Octets,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewVault {
    pub vault: Octets,
}
