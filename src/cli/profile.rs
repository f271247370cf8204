//! The profile folder (0700): `session.json` (0600), a session's token and the sealed vault, and beside it
//! what a sender has begun and not ended (`client/stages.rs`).
//!
//! Whoever reads it can list and erase until the session ends; opening anything needs the passphrase.

use super::passphrase::PassphraseSource;
use crate::client::desk::{Desk, DeskError, SealedVault, Unlocked, unlock};
use crate::client::http::Server;
use crate::client::stages::Stages;
use crate::ids::AccountId;
use crate::time::Time;
use crate::tokens::Bearer;
use anyhow::Context as _;
use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

/// Where sessions are kept.
pub(super) struct Profile {
    folder: PathBuf,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    v: u8,
    origin: String,
    account: AccountId,
    token: String,
    expires_at: Time,
    vault: SealedVault,
}

impl Profile {
    /// `given`, else `dewdrop` in the XDG state folder.
    pub(super) fn at(given: Option<PathBuf>) -> anyhow::Result<Self> {
        let folder = given.filter(|path| !path.as_os_str().is_empty()).or_else(|| {
            let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
            let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
            Some(state.or_else(home)?.join("dewdrop"))
        });
        let folder = folder.context("there is no home folder; name one with DEWDROP_PROFILE")?;
        Ok(Self { folder })
    }

    /// Where ciphertext waits until it has arrived.
    pub(super) fn stages(&self) -> Stages {
        Stages::in_profile(&self.folder)
    }

    /// Keeps a session and the vault as it is now.
    pub(super) fn keep(&self, desk: &Desk) -> anyhow::Result<()> {
        self.write(desk, desk.vault()?)
    }

    fn write(&self, desk: &Desk, vault: SealedVault) -> anyhow::Result<()> {
        let kept = Kept {
            v: 1,
            origin: desk.server.origin.clone(),
            account: desk.account,
            token: desk.token.reveal(),
            expires_at: desk.expires_at,
            vault,
        };
        let json = zeroize::Zeroizing::new(serde_json::to_vec_pretty(&kept)?);
        let written = || -> io::Result<()> {
            DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
            let partial = self.folder.join(format!(".session-{:016x}", rand::random::<u64>()));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
            file.write_all(&json)?;
            file.sync_all()?;
            fs::rename(&partial, self.path())
        };
        written().with_context(|| self.path().display().to_string())
    }

    /// The kept session.
    pub(super) fn desk(&self) -> anyhow::Result<Desk> {
        let kept = self.read()?;
        let token = Bearer::parse(&kept.token).context("the session is malformed; sign in again")?;
        let server = Server::at(&kept.origin)?;
        Ok(Desk { server, account: kept.account, token, expires_at: kept.expires_at })
    }

    /// The kept session with its vault opened: as the server has it now, which is then kept too.
    pub(super) fn unlocked(&self, source: &PassphraseSource) -> anyhow::Result<(Desk, Unlocked)> {
        let desk = self.desk()?;
        let sealed = desk.vault()?;
        let unlocked = unlock(&sealed, &source.read()?)?;
        if unlocked.vault.account != desk.account {
            return Err(DeskError::Altered("it is another account's").into());
        }
        self.write(&desk, sealed)?;
        Ok((desk, unlocked))
    }

    fn read(&self) -> anyhow::Result<Kept> {
        let json = match fs::read(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                anyhow::bail!("not signed in; sign in with `dewdrop login URL --name NAME`")
            }
            read => zeroize::Zeroizing::new(read.with_context(|| self.path().display().to_string())?),
        };
        let kept: Kept = serde_json::from_slice(&json).context("the session is malformed; sign in again")?;
        anyhow::ensure!(kept.v == 1, "the session was written by a newer version; sign in again");
        Ok(kept)
    }

    fn path(&self) -> PathBuf {
        self.folder.join("session.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Octets;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_session_is_kept_for_its_owner_only_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::at(Some(folder.path().join("a/b"))).unwrap();
        assert!(profile.desk().is_err());
        let desk = Desk {
            server: Server::at("http://127.0.0.1:1").unwrap(),
            account: AccountId([1; 16]),
            token: Bearer::from_bytes([2; 32]),
            expires_at: Time(3),
        };
        let (salt, unlock) = (Octets(vec![0; 16]), Octets(vec![]));
        let vault =
            SealedVault { account: desk.account, name: "mara".into(), salt, vault: unlock.clone(), unlock };
        profile.write(&desk, vault).unwrap();
        let again = profile.desk().unwrap();
        assert_eq!(again.token.as_bytes(), desk.token.as_bytes());
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(profile.folder.clone()), mode(profile.path())), (0o700, 0o600));
        assert_eq!(fs::read_dir(&profile.folder).unwrap().count(), 1);
    }
}
