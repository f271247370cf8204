//! Sign-in, the vault and the recovery sheet: what follows from a passphrase and from the vault identity.
//!
//! The server keeps hashes of bearers and two age files; their recipients never leave the client, so
//! it can not forge them. This module derives keys and writes plaintexts; the age files around them
//! are `client/age.rs`.

use super::hash::derive;
use super::identity::{Identity, IdentityError};
use super::json;
use crate::ids::AccountId;
use crate::tokens::Bearer;
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Argon2id version 1 of the formats: 64 MiB, three passes, one lane.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

const SHEET: &str = "# dewdrop recovery v1";

/// A name, vault or recovery sheet that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("a name has 3 to 64 of the characters a-z 0-9 . _ @ -")]
    Name,
    #[error("the vault is malformed")]
    Malformed,
    #[error("this is not a recovery sheet")]
    Sheet,
}

/// The name an account signs in with: `[a-z0-9._@-]{3,64}`. Not the name that clients see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl FromStr for Name {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, VaultError> {
        let name = text.trim().to_ascii_lowercase();
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b);
        if (3..=64).contains(&name.len()) && name.bytes().all(good) {
            Ok(Self(name))
        } else {
            Err(VaultError::Name)
        }
    }
}

impl Name {
    /// The name as it is signed in with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A passphrase in its NFC form.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Of a file's text: less one line end.
    #[must_use]
    pub fn from_file(text: &str) -> Self {
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Self::new(text)
    }

    /// The text, to judge its strength.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What a passphrase and the account's salt give.
pub struct Unlocking {
    /// Proves the passphrase to the server.
    pub sign_in: Bearer,
    /// Opens `unlock`.
    pub identity: Identity,
}

impl Unlocking {
    /// Runs Argon2id: about a second and 64 MiB.
    #[must_use]
    pub fn derive(passphrase: &Passphrase, salt: &[u8; 16]) -> Self {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("the parameters are in range");
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), salt, &mut *key)
            .expect("16 bytes of salt and 32 of output are in range");
        Self {
            sign_in: Bearer::from_bytes(*derive(&*key, "dewdrop/v1/sign-in")),
            identity: Identity::from_scalar(&derive(&*key, "dewdrop/v1/vault-unlock")),
        }
    }
}

/// The identity that the age file `vault` is sealed to.
#[must_use]
pub fn vault_identity(own: &Identity) -> Identity {
    Identity::from_scalar(&derive(own.scalar(), "dewdrop/v1/vault"))
}

/// Permits one thing: setting a new passphrase.
#[must_use]
pub fn recovery_auth(own: &Identity) -> Bearer {
    Bearer::from_bytes(*derive(own.scalar(), "dewdrop/v1/recovery-auth"))
}

/// The plaintext of `unlock`: an age identity file.
#[must_use]
pub fn identity_file(own: &Identity) -> Zeroizing<String> {
    Zeroizing::new(format!("{}\n", *own.reveal()))
}

/// The plaintext of `vault`. Settings and templates are the desk's; a terminal keeps them as they are.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Vault {
    pub v: u8,
    pub account: AccountId,
    pub display_name: String,
    pub settings: serde_json::Value,
    pub templates: serde_json::Value,
}

impl Vault {
    /// Of an account that was just made.
    #[must_use]
    pub fn new(account: AccountId, display_name: &str) -> Self {
        Self {
            v: 1,
            account,
            display_name: display_name.to_owned(),
            settings: serde_json::json!({}),
            templates: serde_json::json!([]),
        }
    }

    /// The plaintext to seal.
    #[must_use]
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("a vault is JSON"))
    }

    /// Reads the plaintext.
    ///
    /// # Errors
    /// [`VaultError::Malformed`]
    pub fn read(plain: &[u8]) -> Result<Self, VaultError> {
        json::read_versioned(plain).map_err(|_| VaultError::Malformed)
    }
}

/// The recovery sheet: an age identity file that opens everything of this account.
#[must_use]
pub fn recovery_sheet(own: &Identity, host: &str, name: &Name) -> Zeroizing<String> {
    Zeroizing::new(format!("{SHEET}\n# {host} {name}\n{}\n", *own.reveal()))
}

/// Reads a recovery sheet.
///
/// # Errors
/// [`VaultError::Sheet`]
pub fn read_recovery_sheet(sheet: &[u8]) -> Result<Identity, VaultError> {
    if !sheet.starts_with(SHEET.as_bytes()) {
        return Err(VaultError::Sheet);
    }
    Identity::parse_file(sheet).map_err(|_: IdentityError| VaultError::Sheet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes;

    #[test]
    fn a_name_is_lower_cased_and_checked() {
        assert_eq!("Mara@Drop.example".parse::<Name>().unwrap().to_string(), "mara@drop.example");
        for bad in ["", "ab", "a b c", "mära", "a/b/c", &"a".repeat(65)] {
            assert_eq!(bad.parse::<Name>(), Err(VaultError::Name), "{bad}");
        }
    }

    #[test]
    fn a_passphrase_from_a_file_loses_one_line_end_and_has_one_form() {
        assert_eq!(Passphrase::from_file("a b\n").reveal(), "a b");
        assert_eq!(Passphrase::from_file("a b\r\n").reveal(), "a b");
        assert_eq!(Passphrase::from_file("a b\n\n").reveal(), "a b\n");
        assert_eq!(Passphrase::new("a\u{308}").reveal(), "ä");
    }

    #[test]
    fn the_same_passphrase_and_salt_unlock_and_others_do_not() {
        let (one, salt) = (Passphrase::new("correct horse"), [1; 16]);
        let first = Unlocking::derive(&one, &salt);
        assert_eq!(first.identity.recipient(), Unlocking::derive(&one, &salt).identity.recipient());
        assert_ne!(first.identity.recipient(), Unlocking::derive(&one, &[2; 16]).identity.recipient());
        assert_ne!(first.sign_in.as_bytes(), first.identity.scalar());
    }

    #[test]
    fn a_vault_keeps_what_the_desk_wrote() {
        let json = r#"{"v":1,"account":"AAAAAAAAAAAAAAAAAAAAAA","display_name":"Mara","settings":{"a":[1]},"templates":[{"id":"x"}],"later":0}"#;
        let vault = Vault::read(json.as_bytes()).unwrap();
        assert_eq!(vault.settings["a"][0], 1);
        assert_eq!(Vault::read(&vault.write()), Ok(vault));
        assert_eq!(Vault::read(b"{\"v\":2}"), Err(VaultError::Malformed));
    }

    #[test]
    fn a_recovery_sheet_gives_the_identity_back() {
        let own = Identity::random();
        let sheet = recovery_sheet(&own, "drop.example", &"mara".parse().unwrap());
        assert_eq!(read_recovery_sheet(sheet.as_bytes()).unwrap().recipient(), own.recipient());
        assert!(read_recovery_sheet(own.reveal().as_bytes()).is_err());
        assert_ne!(recovery_auth(&own).as_bytes(), vault_identity(&own).scalar());
        assert_eq!(bytes::encode(own.scalar()).len(), 43);
    }
}
