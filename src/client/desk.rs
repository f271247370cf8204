//! The desk from a terminal: set-up, sign-in, the vault.
//!
//! A session is a bearer token; the vault identity follows from the passphrase each time and lives
//! only as long as the process.

use super::age::{self, AgeError};
use super::http::{HttpError, Method, Server};
use super::retry::retry;
use crate::api;
use crate::bytes::Octets;
use crate::ids::AccountId;
use crate::sealed::card::CardError;
use crate::sealed::identity::Identity;
use crate::sealed::invitation::InvitationError;
use crate::sealed::vault::{self, Vault, VaultError};
use crate::time::Time;
use crate::tokens::Bearer;

pub use crate::api::Vault as SealedVault;
pub use crate::sealed::vault::{Name, Passphrase, Unlocking};

const MOST_UNLOCK: usize = 4096;
const MOST_VAULT: usize = 4 * 1024 * 1024;

/// What can not be done at the desk.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("the session has ended; sign in with `dewdrop login`")]
    SignedOut,
    #[error(transparent)]
    Http(HttpError),
    #[error("the passphrase does not open this vault")]
    Passphrase,
    #[error("the vault was altered: {0}")]
    Altered(&'static str),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Card(#[from] CardError),
    #[error(transparent)]
    Invitation(#[from] InvitationError),
}

impl From<HttpError> for DeskError {
    fn from(error: HttpError) -> Self {
        match &error {
            HttpError::Refused { problem, .. } if problem.status == 401 => Self::SignedOut,
            _ => Self::Http(error),
        }
    }
}

/// A signed-in account.
pub struct Desk {
    pub server: Server,
    pub account: AccountId,
    pub token: Bearer,
    pub expires_at: Time,
}

/// An unlocked vault.
pub struct Unlocked {
    /// The vault identity: opens everything of this account.
    pub identity: Identity,
    pub vault: Vault,
}

/// Asks for the salt of a name; a name that nobody has gets one too.
///
/// # Errors
/// [`DeskError::Http`]
pub fn salt(server: &Server, name: &Name) -> Result<[u8; 16], DeskError> {
    let asked = api::SaltFor { name: name.to_string() };
    let answer: api::Salt = retry(|| server.json(Method::POST, "/api/session/salt", None, Some(&asked)))?;
    answer.salt.0.try_into().map_err(|_| DeskError::Http(HttpError::Answer("a salt of another length")))
}

/// Signs in with a token.
///
/// # Errors
/// [`DeskError`]
pub fn sign_in(server: Server, name: &Name, unlocking: &Unlocking) -> Result<Desk, DeskError> {
    let asked = api::NewSession { name: name.to_string(), proof: unlocking.sign_in.reveal(), token: true };
    // Here a 401 is about name and passphrase, not about a session.
    let session: api::Session =
        server.json(Method::POST, "/api/session", None, Some(&asked)).map_err(DeskError::Http)?;
    let token = session.token.as_deref().and_then(|text| Bearer::parse(text).ok());
    let token = token.ok_or(DeskError::Http(HttpError::Answer("no token")))?;
    Ok(Desk { server, account: session.account, token, expires_at: session.expires_at })
}

/// What set-up makes before the server is asked, so that the recovery sheet can be kept first.
pub struct NewAccount {
    pub identity: Identity,
    name: Name,
    salt: [u8; 16],
    unlocking: Unlocking,
    display_name: String,
}

impl NewAccount {
    /// Makes the vault identity of a new account.
    #[must_use]
    pub fn new(name: Name, display_name: &str, passphrase: &Passphrase, salt: [u8; 16]) -> Self {
        Self {
            identity: Identity::random(),
            unlocking: Unlocking::derive(passphrase, &salt),
            name,
            salt,
            display_name: display_name.to_owned(),
        }
    }

    /// The recovery sheet, to be kept before [`NewAccount::create`].
    #[must_use]
    pub fn recovery_sheet(&self, server: &Server) -> zeroize::Zeroizing<String> {
        vault::recovery_sheet(&self.identity, server.host(), &self.name)
    }

    /// Creates the account with a set-up token, and signs in.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn create(self, server: Server, token: &Bearer) -> Result<Desk, DeskError> {
        let account = AccountId::random();
        let plain = Vault::new(account, &self.display_name).write();
        let unlock =
            age::seal(&self.unlocking.identity.recipient(), vault::identity_file(&self.identity).as_bytes());
        let asked = api::SetUp {
            account,
            name: self.name.to_string(),
            salt: Octets(self.salt.to_vec()),
            sign_in_hash: self.unlocking.sign_in.hash(),
            recovery_hash: vault::recovery_auth(&self.identity).hash(),
            unlock: Octets(unlock),
            vault: Octets(age::seal(&vault::vault_identity(&self.identity).recipient(), &plain)),
        };
        let _: api::SetUpDone =
            server.json(Method::POST, "/api/setup", Some(token), Some(&asked)).map_err(DeskError::Http)?;
        sign_in(server, &self.name, &self.unlocking)
    }
}

impl Desk {
    /// The sealed vault, as the server has it now.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn vault(&self) -> Result<SealedVault, DeskError> {
        self.get("/api/vault")
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn sign_out(&self) -> Result<(), DeskError> {
        Ok(self.server.done(Method::DELETE, "/api/session", Some(&self.token), None::<&()>)?)
    }

    pub(super) fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, DeskError> {
        Ok(retry(|| self.server.json(Method::GET, path, Some(&self.token), None::<&()>))?)
    }

    pub(super) fn tell(&self, method: &Method, path: &str) -> Result<(), DeskError> {
        Ok(retry(|| self.server.done(method.clone(), path, Some(&self.token), None::<&()>))?)
    }

    /// All links of this account.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn links(&self) -> Result<api::DeskLinks, DeskError> {
        self.get("/api/links")
    }

    /// All received submissions.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn submissions(&self) -> Result<api::DeskSubmissions, DeskError> {
        self.get("/api/submissions")
    }

    /// Asks to erase a submission; it is gone ten seconds later.
    ///
    /// # Errors
    /// [`DeskError`]
    pub fn erase(&self, id: crate::ids::SubmissionId) -> Result<(), DeskError> {
        self.tell(&Method::DELETE, &format!("/api/submissions/{id}"))
    }
}

/// Opens a sealed vault with the account's passphrase.
///
/// # Errors
/// [`DeskError::Passphrase`], [`DeskError::Altered`].
pub fn unlock(sealed: &SealedVault, passphrase: &Passphrase) -> Result<Unlocked, DeskError> {
    let salt = sealed.salt.0.as_slice().try_into().map_err(|_| DeskError::Altered("salt"))?;
    let unlocking = Unlocking::derive(passphrase, &salt);
    let file =
        age::open(&unlocking.identity, &sealed.unlock.0, MOST_UNLOCK).map_err(|error| match error {
            AgeError::WrongIdentity => DeskError::Passphrase,
            _ => DeskError::Altered("its unlocking file does not open"),
        })?;
    let identity =
        Identity::parse_file(&file).map_err(|_| DeskError::Altered("its identity is malformed"))?;
    let plain = age::open(&vault::vault_identity(&identity), &sealed.vault.0, MOST_VAULT)
        .map_err(|_| DeskError::Altered("its content does not open"))?;
    let vault = Vault::read(&plain)?;
    if vault.account != sealed.account {
        return Err(DeskError::Altered("it is another account's"));
    }
    Ok(Unlocked { identity, vault })
}
