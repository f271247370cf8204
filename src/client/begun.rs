//! What is kept of a submission that was begun: enough to end it without the files, never a file key.
//!
//! It holds SECRET and RECEIPT, so it is its owner's alone (0600 in a 0700 folder). Answers, consent and
//! sender stand in it only until everything is sealed, because a manifest made anew needs them; the sealed
//! manifest holds them afterwards. Sealing them here under a key that lies beside them would hide nothing.

use super::http::HttpError;
use crate::bytes::Octets;
use crate::ids::{LinkId, SubmissionId};
use crate::sealed::answers::Answers;
use crate::sealed::hash::Hash;
use crate::sealed::identity::Recipient;
use crate::sealed::link::{Link, LinkError, ReceiptSecret, Secret, parts};
use crate::sealed::manifest::{Consent, Manifest, ManifestFile};
use crate::time::Time;
use crate::tokens::Bearer;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize as _, Zeroizing};

/// A state that no version of this program wrote.
#[derive(Debug, thiserror::Error)]
pub enum BegunError {
    #[error("what is kept about it is damaged")]
    Damaged,
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// `state.json`.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Begun {
    v: u8,
    /// The link's text: a secret.
    link: String,
    pub link_id: LinkId,
    pub recipient: Recipient,
    /// H of the sealed invitation.
    pub invitation: Hash,
    pub submission: SubmissionId,
    /// The receipt's address: a secret.
    receipt: String,
    pub begun_at: Time,
    /// A file that is sealed again gets it; no number is used twice.
    pub next_number: u16,
    /// The proof was made: it may have been received.
    pub proven: bool,
    /// As it was sealed.
    pub manifest: Octets,
    pub files: Vec<BegunFile>,
    /// Until everything is sealed.
    pub facts: Option<Facts>,
}

/// One file, in the manifest's order.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct BegunFile {
    #[serde(flatten)]
    pub stated: ManifestFile,
    /// F.
    pub sealed_size: u64,
    /// All of it lies beside this state.
    pub staged: bool,
    /// Where it was read, until all is sealed.
    path: Option<Octets>,
}

impl BegunFile {
    #[must_use]
    pub fn new(stated: ManifestFile, sealed_size: u64, path: &Path) -> Self {
        let path = Some(Octets(path.as_os_str().as_bytes().to_vec()));
        Self { stated, sealed_size, staged: false, path }
    }

    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.path.as_ref().map(|path| PathBuf::from(OsString::from_vec(path.0.clone())))
    }
}

/// What a person said, for a manifest made anew.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    pub answers: Answers,
    pub consent: Option<Consent>,
    pub sender: String,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.link.zeroize();
        self.receipt.zeroize();
    }
}

/// What a submission is begun with.
pub struct Beginning<'a> {
    pub link: &'a Link,
    pub link_id: LinkId,
    pub recipient: &'a Recipient,
    pub invitation: Hash,
    pub submission: SubmissionId,
    pub receipt: &'a str,
    pub facts: Facts,
    pub now: Time,
}

impl Begun {
    #[must_use]
    pub fn new(beginning: Beginning<'_>) -> Self {
        Self {
            v: 1,
            link: beginning.link.reveal().to_string(),
            link_id: beginning.link_id,
            recipient: *beginning.recipient,
            invitation: beginning.invitation,
            submission: beginning.submission,
            receipt: beginning.receipt.to_owned(),
            begun_at: beginning.now,
            next_number: 0,
            proven: false,
            manifest: Octets::default(),
            files: Vec::new(),
            facts: Some(beginning.facts),
        }
    }

    /// Reads what [`Begun::write`] wrote.
    ///
    /// # Errors
    /// [`BegunError`]
    pub fn read(json: &[u8]) -> Result<Self, BegunError> {
        let begun: Self = serde_json::from_slice(json).map_err(|_| BegunError::Damaged)?;
        let numbers: BTreeMap<u8, u64> = begun.sizes();
        let fresh = numbers.keys().all(|n| u16::from(*n) < begun.next_number);
        if begun.v != 1 || !fresh || numbers.len() != begun.files.len() {
            return Err(BegunError::Damaged);
        }
        begun.link()?;
        begun.auth()?;
        Ok(begun)
    }

    #[must_use]
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("it is plain data"))
    }

    /// # Errors
    /// [`LinkError`]
    pub fn link(&self) -> Result<Link, LinkError> {
        Link::parse(&self.link)
    }

    /// The receipt's address.
    #[must_use]
    pub fn receipt(&self) -> Zeroizing<String> {
        Zeroizing::new(self.receipt.clone())
    }

    /// The bearer for everything of this submission.
    ///
    /// # Errors
    /// [`LinkError`]
    pub fn auth(&self) -> Result<Bearer, LinkError> {
        // A receipt has the shape of a link; its secret is derived otherwise.
        let (secret, _) = parts(&self.receipt)?;
        Ok(ReceiptSecret::from_bytes(*secret.as_bytes()).receipt_auth())
    }

    /// Who is replied to: whoever holds the receipt.
    fn reply_to(&self) -> Option<Recipient> {
        let (secret, _) = parts(&self.receipt).ok()?;
        Some(ReceiptSecret::from_bytes(*secret.as_bytes()).reply_identity().recipient())
    }

    /// File number to sealed size.
    #[must_use]
    pub fn sizes(&self) -> BTreeMap<u8, u64> {
        self.files.iter().map(|file| (file.stated.n, file.sealed_size)).collect()
    }

    /// Everything is sealed and lies here.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.files.iter().all(|file| file.staged)
    }

    /// A number that no file had; `None` when all are used.
    pub fn takes_number(&mut self) -> Option<u8> {
        let n = u8::try_from(self.next_number).ok()?;
        self.next_number += 1;
        Some(n)
    }

    /// The manifest of what is here, with these words.
    #[must_use]
    pub fn manifest_of(&self, facts: &Facts, now: Time) -> Manifest {
        Manifest {
            v: 1,
            link: self.link_id,
            submission: self.submission,
            invitation: self.invitation,
            sent_at: now,
            files: self.files.iter().map(|file| file.stated.clone()).collect(),
            answers: facts.answers.clone(),
            consent: facts.consent.clone(),
            sender: facts.sender.clone(),
            reply_to: self.reply_to(),
        }
    }

    /// A file lies here whole. With the last one, words and paths are no longer needed.
    pub fn staged(&mut self, n: u8) {
        for file in self.files.iter_mut().filter(|file| file.stated.n == n) {
            file.staged = true;
        }
        if self.is_safe() {
            self.facts = None;
            self.files.iter_mut().for_each(|file| file.path = None);
        }
    }
}

/// One link, to find what was begun through it.
pub struct Through(Secret);

impl Through {
    /// Of a link as it was given.
    ///
    /// # Errors
    /// [`LinkError`]
    pub fn link(text: &str) -> Result<Self, LinkError> {
        Ok(Self(parts(text)?.0))
    }

    #[must_use]
    pub fn is_of(&self, begun: &Begun) -> bool {
        begun.link().is_ok_and(|link| link.secret.as_bytes() == self.0.as_bytes())
    }
}
