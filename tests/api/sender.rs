//! Someone who was given a link: as the Rust client does it, or step by step.

use crate::raw::{Answer, answer, asks};
use dewdrop::api::{Commit, NewSubmission, Receipt};
use dewdrop::bytes::Octets;
use dewdrop::client::age::seal;
use dewdrop::client::link::{OpenError, OpenedLink, open};
use dewdrop::client::patience::Patience;
use dewdrop::client::sealing::Sealing;
use dewdrop::client::send::{Manner, SendError, Sent, Wish, send};
use dewdrop::ids::SubmissionId;
use dewdrop::sealed::answers::Answers;
use dewdrop::sealed::hash::Hash;
use dewdrop::sealed::link::{ReceiptSecret, Secret, parts};
use dewdrop::sealed::manifest::{Manifest, ManifestFile, proof};
use dewdrop::time::Time;
use dewdrop::tokens::Bearer;
use reqwest::Method;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::Range;

/// A client of the trainer, with files in hand.
pub struct Client {
    folder: tempfile::TempDir,
}

impl Client {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn opens(&self, link: &str) -> Result<OpenedLink, OpenError> {
        open(link, &mut Patience::default(), &mut |_| {})
    }

    /// Sends files and answers as the client program does.
    pub fn sends(
        &self,
        link: &OpenedLink,
        files: &[(&str, &[u8])],
        answers: Answers,
        now: Time,
    ) -> Result<Sent, SendError> {
        let paths: Vec<_> = files
            .iter()
            .map(|(name, content)| {
                let path = self.folder.path().join(name);
                std::fs::write(&path, content).unwrap();
                path
            })
            .collect();
        let wish = Wish { files: &paths, asked: &[], answers, agrees: true, sender: SENDER, now };
        send(link, wish, &Manner::default(), &mut |_| {})
    }
}

/// What the client writes under it.
pub const SENDER: &str = "Ada Quillfeather";

/// The bearer of a receipt's address.
pub fn receipt_bearer(address: &str) -> Bearer {
    // A receipt has the shape of a link; its secret is derived otherwise.
    let (secret, _) = parts(address).unwrap();
    ReceiptSecret::from_bytes(*secret.as_bytes()).receipt_auth()
}

/// What a receipt says.
pub fn receipt(origin: &str, bearer: &Bearer) -> Receipt {
    answer(asks(Method::GET, &format!("{origin}/api/receipt"), Some(bearer))).succeeds().json()
}

/// A sealed submission that is sent step by step.
pub struct Parcel {
    pub origin: String,
    pub id: SubmissionId,
    pub receipt: Bearer,
    pub link_auth: Bearer,
    pub secret: Secret,
    pub files: BTreeMap<u8, Vec<u8>>,
    pub manifest: Vec<u8>,
}

impl Parcel {
    /// Seals `files` for a link, numbers from 0.
    pub fn of(link: &OpenedLink, files: &[&[u8]]) -> Self {
        let id = SubmissionId::random();
        let mut sealed = BTreeMap::new();
        let mut facts = Vec::new();
        for (n, plain) in (0u8..).zip(files) {
            let (bytes, file) = sealed_file(link, n, plain);
            sealed.insert(n, bytes);
            facts.push(file);
        }
        let mut parcel = Self {
            origin: link.server.origin.clone(),
            id,
            receipt: ReceiptSecret::random().receipt_auth(),
            link_auth: link.link.secret.link_auth(),
            secret: link.link.secret.clone(),
            files: sealed,
            manifest: Vec::new(),
        };
        parcel.manifest = parcel.writes_manifest(link, facts);
        parcel
    }

    pub fn writes_manifest(&self, link: &OpenedLink, files: Vec<ManifestFile>) -> Vec<u8> {
        let manifest = Manifest {
            v: 1,
            link: link.id,
            submission: self.id,
            invitation: link.invitation_hash,
            sent_at: Time(1_800_000_000),
            files,
            answers: Answers::new(),
            consent: None,
            sender: SENDER.to_owned(),
            reply_to: None,
        };
        seal(&link.recipient, &manifest.pad().unwrap())
    }

    fn asks(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        asks(method, &format!("{}{path}", self.origin), Some(&self.receipt))
    }

    fn file(&self, n: u8) -> String {
        format!("/api/receipt/files/{n}")
    }

    pub fn announcement(&self) -> NewSubmission {
        let files = self.files.iter().map(|(n, bytes)| (*n, bytes.len() as u64)).collect();
        NewSubmission { receipt_hash: self.receipt.hash(), files }
    }

    pub fn announces(&self) -> Answer {
        self.states(&self.announcement())
    }

    pub fn states(&self, what: &NewSubmission) -> Answer {
        let url = format!("{}/api/submissions/{}", self.origin, self.id);
        answer(asks(Method::PUT, &url, Some(&self.link_auth)).json(what))
    }

    pub fn puts_manifest(&self) -> Answer {
        self.puts(self.manifest.clone())
    }

    pub fn puts(&self, manifest: Vec<u8>) -> Answer {
        answer(self.asks(Method::PUT, "/api/receipt/manifest").body(manifest))
    }

    /// Sends a whole file.
    pub fn sends(&self, n: u8) -> Answer {
        self.sends_part(n, 0..self.files[&n].len())
    }

    /// Sends a part of a file.
    pub fn sends_part(&self, n: u8, part: Range<usize>) -> Answer {
        self.sends_bytes(n, part.start as u64, self.files[&n][part].to_vec())
    }

    pub fn sends_bytes(&self, n: u8, offset: u64, bytes: Vec<u8>) -> Answer {
        answer(self.patch(n, offset, bytes))
    }

    pub fn patch(&self, n: u8, offset: u64, bytes: Vec<u8>) -> reqwest::blocking::RequestBuilder {
        self.asks(Method::PATCH, &self.file(n))
            .header("Tus-Resumable", "1.0.0")
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", offset)
            .body(bytes)
    }

    /// HEAD of a file.
    pub fn asks_for(&self, n: u8) -> Answer {
        answer(self.asks(Method::HEAD, &self.file(n)).header("Tus-Resumable", "1.0.0"))
    }

    pub fn offset(&self, n: u8) -> u64 {
        self.asks_for(n).succeeds().number("upload-offset")
    }

    pub fn ends_file(&self, n: u8) -> Answer {
        answer(self.asks(Method::DELETE, &self.file(n)))
    }

    pub fn commit_body(&self) -> Commit {
        let hash = Hash::of(&self.manifest);
        let proof = proof(&self.secret, self.id, &hash);
        Commit { manifest: Octets(hash.0.to_vec()), proof: Octets(proof.0.to_vec()) }
    }

    pub fn commits(&self) -> Answer {
        self.commits_with(&self.commit_body())
    }

    pub fn commits_with(&self, body: &Commit) -> Answer {
        answer(self.asks(Method::POST, "/api/receipt/commit").json(body))
    }

    pub fn receipt(&self) -> Receipt {
        receipt(&self.origin, &self.receipt)
    }

    pub fn withdraws(&self) -> Answer {
        answer(self.asks(Method::DELETE, "/api/receipt"))
    }

    /// Everything but the commit.
    pub fn travels(&self) -> &Self {
        self.announces().succeeds();
        self.puts_manifest().succeeds();
        for n in self.files.keys() {
            self.sends(*n).succeeds();
        }
        self
    }

    /// Everything.
    pub fn arrives(&self) -> &Self {
        self.travels().commits().succeeds();
        self
    }
}

/// A file sealed for the link, and what the manifest says about it.
pub fn sealed_file(link: &OpenedLink, n: u8, plain: &[u8]) -> (Vec<u8>, ManifestFile) {
    let mut sealing = Sealing::begin(&link.recipient, Cursor::new(plain), plain.len() as u64);
    let mut bytes = Vec::new();
    sealing.piece(0..sealing.sealed_size, &mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, sealing.sealed_size);
    let file = ManifestFile {
        n,
        head: sealing.head(),
        size: sealing.size,
        name: format!("set-{n}.mp4"),
        kind: "video/mp4".to_owned(),
        modified: None,
        question: None,
    };
    (bytes, file)
}

/// A video: bytes that repeat nowhere.
pub fn video(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
