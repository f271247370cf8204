//! Where ACME's account key and certificates lie: `<data>/acme/`, 0700, its files 0600, each replaced
//! in one step. What passes through here is what is served.

use super::TlsError;
use super::held::Held;
use super::pair::Pair;
use crate::bytes;
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Folder {
    path: PathBuf,
    held: Arc<Held>,
}

impl Folder {
    /// Makes it when it is missing.
    pub fn open(data: &Path, held: Arc<Held>) -> Result<Self, TlsError> {
        let path = data.join("acme");
        let failed = |error| TlsError::Folder(path.clone(), error);
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(failed)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        Ok(Self { path, held })
    }

    /// The certificate of these names from this directory, taken into use.
    pub fn certificate(&self, names: &[String], directory: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.file("certificate", "pem", names, directory);
        let pem = read(&path)?;
        if let Some(pem) = &pem {
            self.take(pem, &path);
        }
        Ok(pem)
    }

    /// Takes it into use, and keeps it.
    pub fn keep_certificate(&self, names: &[String], directory: &str, pem: &[u8]) -> io::Result<()> {
        let path = self.file("certificate", "pem", names, directory);
        self.take(pem, &path);
        self.replace(&path, pem)
    }

    pub fn account(&self, contact: &[String], directory: &str) -> io::Result<Option<Vec<u8>>> {
        read(&self.file("account", "key", contact, directory))
    }

    pub fn keep_account(&self, contact: &[String], directory: &str, key: &[u8]) -> io::Result<()> {
        self.replace(&self.file("account", "key", contact, directory), key)
    }

    /// A pair that can not be parsed is told by whoever asked for it.
    fn take(&self, pem: &[u8], path: &Path) {
        if let Ok(pair) = Pair::parse(pem, pem, path, path) {
            self.held.put(pair);
        }
    }

    /// One file for each question, so that other names or another directory never meet old answers.
    fn file(&self, kind: &str, ending: &str, asked: &[String], directory: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for part in asked.iter().map(String::as_str).chain([directory]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        self.path.join(format!("{kind}-{}.{ending}", &bytes::encode(&hash.finalize())[..16]))
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let next = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&next, path)?;
        File::open(&self.path)?.sync_all()
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
