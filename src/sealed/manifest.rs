//! The manifest: what a submission holds, sealed to the link's recipient, and the proof that pins it.
//!
//! The manifest pins every file by its head (header and nonce, hence a file key that the server
//! lacks) and size; the proof, made from the link's secret, pins the manifest. A reader opens
//! nothing before [`Manifest::check`] agreed, and no file before [`ManifestFile::check`].

use super::answers::Answers;
use super::hash::Hash;
use super::identity::Recipient;
use super::link::Secret;
use super::padding;
use crate::ids::{LinkId, SubmissionId};
use crate::time::Time;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// The most bytes of padded plaintext.
pub const MOST_PADDED: usize = 512 * 1024;
/// The most bytes a sealed manifest may have.
pub const MOST_SEALED: u64 = 1024 * 1024;

/// A manifest that disagrees with what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest is malformed")]
    Malformed,
    #[error("the manifest is longer than allowed")]
    TooLarge,
    #[error("the proof does not belong to this manifest: it was replaced or forged")]
    Proof,
    #[error("card, invitation and manifest do not name the same link")]
    Link,
    #[error("the manifest belongs to another submission")]
    Submission,
    #[error("the manifest answers another invitation")]
    Invitation,
    #[error("the files are not exactly those of the manifest")]
    Files,
    #[error("a file was swapped: its head is not the one in the manifest")]
    Head,
    #[error("a file's size is not the one in the manifest")]
    Size,
}

/// The exact words agreed to, and when.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Consent {
    pub text: String,
    pub at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ManifestFile {
    pub n: u8,
    /// H of the file's header and nonce.
    pub head: Hash,
    /// Plaintext bytes P.
    pub size: u64,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub modified: Option<Time>,
    pub question: Option<String>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Manifest {
    pub v: u8,
    pub link: LinkId,
    pub submission: SubmissionId,
    /// H of the sealed invitation.
    pub invitation: Hash,
    pub sent_at: Time,
    pub files: Vec<ManifestFile>,
    pub answers: Answers,
    pub consent: Option<Consent>,
    pub sender: String,
    pub reply_to: Option<Recipient>,
}

/// What a reader knows from elsewhere, to hold against the manifest.
pub struct Surroundings<'a> {
    /// Of the card.
    pub link: LinkId,
    /// Of the card.
    pub secret: &'a Secret,
    /// The link that the opened invitation names.
    pub invitation_link: LinkId,
    /// H of the sealed invitation as the server gave it.
    pub invitation: Hash,
    pub submission: SubmissionId,
    /// H of the sealed manifest as the server gave it.
    pub manifest: Hash,
    pub proof: Hash,
    /// Numbers of the files that the server has.
    pub files: BTreeSet<u8>,
}

/// The proof of a submission, made once, after every file is complete.
#[must_use]
pub fn proof(secret: &Secret, submission: SubmissionId, manifest: &Hash) -> Hash {
    Hash::keyed(&secret.link_sender(), &[b"dewdrop/v1/commit", submission.as_bytes(), &manifest.0])
}

impl Manifest {
    /// The padded plaintext, to be sealed as age to the link's recipient.
    ///
    /// # Errors
    /// [`ManifestError::TooLarge`]
    pub fn pad(&self) -> Result<Zeroizing<Vec<u8>>, ManifestError> {
        padding::pad(self, MOST_PADDED).map_err(|_| ManifestError::TooLarge)
    }

    /// Reads the padded plaintext.
    ///
    /// # Errors
    /// [`ManifestError::Malformed`], [`ManifestError::TooLarge`], [`ManifestError::Files`] when a
    /// number stands twice.
    pub fn read(padded: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = padding::open(padded, MOST_PADDED).map_err(|error| match error {
            padding::PaddingError::TooLarge => ManifestError::TooLarge,
            padding::PaddingError::Length | padding::PaddingError::Json(_) => ManifestError::Malformed,
        })?;
        if manifest.numbers().len() != manifest.files.len() {
            return Err(ManifestError::Files);
        }
        Ok(manifest)
    }

    /// Refuses unless proof, link, submission, invitation and the set of file numbers agree.
    ///
    /// # Errors
    /// [`ManifestError`]
    pub fn check(&self, around: &Surroundings<'_>) -> Result<(), ManifestError> {
        if proof(around.secret, around.submission, &around.manifest) != around.proof {
            return Err(ManifestError::Proof);
        }
        if self.link != around.link || around.invitation_link != around.link {
            return Err(ManifestError::Link);
        }
        if self.submission != around.submission {
            return Err(ManifestError::Submission);
        }
        if self.invitation != around.invitation {
            return Err(ManifestError::Invitation);
        }
        if self.numbers() != around.files {
            return Err(ManifestError::Files);
        }
        Ok(())
    }

    fn numbers(&self) -> BTreeSet<u8> {
        self.files.iter().map(|file| file.n).collect()
    }
}

impl ManifestFile {
    /// Refuses a file whose first S bytes or plaintext size differ from the manifest.
    ///
    /// # Errors
    /// [`ManifestError::Head`], [`ManifestError::Size`].
    pub fn check(&self, head: &[u8], size: Option<u64>) -> Result<(), ManifestError> {
        if Hash::of(head) != self.head {
            return Err(ManifestError::Head);
        }
        if size != Some(self.size) {
            return Err(ManifestError::Size);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Manifest {
        let file = |n: u8| ManifestFile {
            n,
            head: Hash::of(&[n]),
            size: 10,
            name: "set.mp4".to_owned(),
            kind: "video/mp4".to_owned(),
            modified: Some(Time(1_790_000_000)),
            question: None,
        };
        Manifest {
            v: 1,
            link: LinkId([1; 16]),
            submission: SubmissionId([2; 16]),
            invitation: Hash::of(b"invitation"),
            sent_at: Time(1_790_000_001),
            files: vec![file(0), file(3)],
            answers: Answers::new(),
            consent: None,
            sender: String::new(),
            reply_to: None,
        }
    }

    #[test]
    fn what_was_padded_is_read() {
        let padded = some().pad().unwrap();
        assert_eq!(padded.len(), 4096);
        assert_eq!(Manifest::read(&padded), Ok(some()));
        let long = Manifest { sender: "x".repeat(MOST_PADDED), ..some() };
        assert_eq!(long.pad(), Err(ManifestError::TooLarge));
    }

    #[test]
    fn a_number_twice_is_refused() {
        let mut twice = some();
        twice.files[1].n = 0;
        assert_eq!(Manifest::read(&twice.pad().unwrap()), Err(ManifestError::Files));
    }

    #[test]
    fn each_thing_that_disagrees_is_refused() {
        let (manifest, secret) = (some(), Secret::random());
        let sealed = Hash::of(b"sealed");
        let around = || Surroundings {
            link: manifest.link,
            secret: &secret,
            invitation_link: manifest.link,
            invitation: manifest.invitation,
            submission: manifest.submission,
            manifest: sealed,
            proof: proof(&secret, manifest.submission, &sealed),
            files: BTreeSet::from([0, 3]),
        };
        assert_eq!(manifest.check(&around()), Ok(()));
        let other = Secret::random();
        let elsewhere = SubmissionId([8; 16]);
        for (around, expected) in [
            (Surroundings { secret: &other, ..around() }, ManifestError::Proof),
            (Surroundings { manifest: Hash::of(b"earlier"), ..around() }, ManifestError::Proof),
            (Surroundings { submission: elsewhere, ..around() }, ManifestError::Proof),
            (
                Surroundings { submission: elsewhere, proof: proof(&secret, elsewhere, &sealed), ..around() },
                ManifestError::Submission,
            ),
            (Surroundings { link: LinkId([7; 16]), ..around() }, ManifestError::Link),
            (Surroundings { invitation_link: LinkId([7; 16]), ..around() }, ManifestError::Link),
            (Surroundings { invitation: Hash::of(b"other"), ..around() }, ManifestError::Invitation),
            (Surroundings { files: BTreeSet::from([0]), ..around() }, ManifestError::Files),
            (Surroundings { files: BTreeSet::from([0, 3, 4]), ..around() }, ManifestError::Files),
        ] {
            assert_eq!(manifest.check(&around), Err(expected));
        }
    }

    #[test]
    fn a_swapped_or_shorter_file_is_refused() {
        let file = &some().files[0];
        assert_eq!(file.check(&[0], Some(10)), Ok(()));
        assert_eq!(file.check(&[1], Some(10)), Err(ManifestError::Head));
        assert_eq!(file.check(&[0], Some(9)), Err(ManifestError::Size));
        assert_eq!(file.check(&[0], None), Err(ManifestError::Size));
    }
}
