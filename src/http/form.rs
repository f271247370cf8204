//! One shot: create, manifest, files and commit in one `multipart/form-data` request, in this order:
//! `id`, `receipt_hash`, `files`, `manifest`, `proof`, then one `file` for each number, ascending.
//!
//! File names and content types of the parts are never read. What does not commit is erased at once.

use super::Server;
use super::auth::Sender;
use super::guard::to_its_end;
use super::problem::Refusal;
use crate::api::{Committed, ReceivedState, Sizes};
use crate::bytes;
use crate::ids::SubmissionId;
use crate::submissions::{self, SubmissionError};
use crate::tokens::AuthHash;
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Data, Json, block};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Most bytes of the small parts.
const SMALL: usize = 16 << 10;
const MANIFEST_READ: usize = (1 << 20) + 1;

pub async fn send(
    server: Data<Server>,
    request: HttpRequest,
    Sender(auth): Sender,
    mut form: Multipart,
) -> Result<Json<Committed>, Refusal> {
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Err(Refusal::new(411, "length-required", "The size of the body must be declared."));
    }
    let head = Head::read(&mut form).await.map_err(Refusal::ending_connection)?;
    let receipt = head.receipt_hash;
    if let Some(done) = head.committed(&server).await? {
        return Ok(done);
    }
    let whole = to_its_end(async move {
        head.announce(&server, auth).await?;
        match head.deliver(&server, &mut form).await {
            Ok(done) => Ok(answer(done)),
            Err(refusal) => {
                let (now, submissions) = (server.now(), server.submissions.clone());
                block(move || submissions.withdraw(now, &receipt)).await??;
                Err(refusal)
            }
        }
    });
    whole.await.map_err(Refusal::ending_connection)
}

/// Everything before the files.
struct Head {
    id: SubmissionId,
    receipt_hash: AuthHash,
    files: BTreeMap<u8, u64>,
    manifest: Bytes,
    proof: Vec<u8>,
}

impl Head {
    async fn read(form: &mut Multipart) -> Result<Self, Refusal> {
        let malformed = |what: &str| Refusal::malformed(format!("the part {what} is malformed"));
        let id = text(form, "id").await?.parse().map_err(|_| malformed("id"))?;
        let receipt_hash = bytes::decode_array(&text(form, "receipt_hash").await?)
            .map(AuthHash)
            .map_err(|_| malformed("receipt_hash"))?;
        let Sizes(files) =
            serde_json::from_str(&text(form, "files").await?).map_err(|_| malformed("files"))?;
        let manifest = whole(&mut part(form, "manifest").await?, MANIFEST_READ).await?;
        let proof = bytes::decode(&text(form, "proof").await?).map_err(|_| malformed("proof"))?;
        Ok(Self { id, receipt_hash, files, manifest, proof })
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.manifest).to_vec()
    }

    /// A repeated request after the commit: the same answer, nothing stored.
    async fn committed(&self, server: &Server) -> Result<Option<Json<Committed>>, Refusal> {
        let (now, submissions, receipt) = (server.now(), server.submissions.clone(), self.receipt_hash);
        let (hash, proof) = (self.hash(), self.proof.clone());
        let repeated = block(move || match submissions.by_receipt(&receipt) {
            Ok(found) if found.submission.state == submissions::State::Received => {
                submissions.commit(now, &receipt, &hash, &proof).map(Some)
            }
            Ok(_) | Err(SubmissionError::Unknown) => Ok(None),
            Err(error) => Err(error),
        });
        Ok(repeated.await??.map(answer))
    }

    async fn announce(&self, server: &Server, auth: AuthHash) -> Result<(), Refusal> {
        let (now, server, id, receipt) = (server.now(), server.clone(), self.id, self.receipt_hash);
        let (files, manifest) = (self.files.clone(), self.manifest.clone());
        block(move || {
            let link = server.links.by_auth(&auth)?;
            server.submissions.state(now, &link, id, receipt, &files)?;
            server.submissions.put_manifest(now, &receipt, &manifest).inspect_err(|_| {
                // Nothing of it stays; that it could not even be erased is found by the sweep.
                let _ = server.submissions.withdraw(now, &receipt);
            })?;
            Ok::<_, Refusal>(())
        })
        .await?
    }

    async fn deliver(
        &self,
        server: &Server,
        form: &mut Multipart,
    ) -> Result<submissions::Committed, Refusal> {
        for (n, size) in &self.files {
            let field = part(form, "file").await?.map(|bytes| bytes.map_err(Refusal::from));
            let received = server.submissions.receive(server.now(), self.receipt_hash, *n, 0, *size, field);
            received.await?;
        }
        if let Some(extra) = form.next().await {
            extra?;
            return Err(Refusal::malformed("there is a part too many"));
        }
        let (now, submissions, receipt) = (server.now(), server.submissions.clone(), self.receipt_hash);
        let (hash, proof) = (self.hash(), self.proof.clone());
        Ok(block(move || submissions.commit(now, &receipt, &hash, &proof)).await??)
    }
}

fn answer(done: submissions::Committed) -> Json<Committed> {
    Json(Committed {
        state: ReceivedState::Received,
        received_at: done.received_at,
        expires_at: done.expires_at,
    })
}

async fn part(form: &mut Multipart, name: &'static str) -> Result<Field, Refusal> {
    let field =
        form.next().await.ok_or_else(|| Refusal::malformed(format!("the part {name} is missing")))??;
    if field.name() == Some(name) {
        Ok(field)
    } else {
        Err(Refusal::malformed(format!("the part {name} comes next")))
    }
}

async fn text(form: &mut Multipart, name: &'static str) -> Result<String, Refusal> {
    let bytes = whole(&mut part(form, name).await?, SMALL).await?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Refusal::malformed(format!("the part {name} is not text")))
}

async fn whole(field: &mut Field, most: usize) -> Result<Bytes, Refusal> {
    let mut all = BytesMut::new();
    while let Some(bytes) = field.next().await {
        all.extend_from_slice(&bytes?);
        if all.len() > most {
            return Err(Refusal::new(413, "too-large", "A part is too large."));
        }
    }
    Ok(all.freeze())
}

impl From<MultipartError> for Refusal {
    fn from(error: MultipartError) -> Self {
        match error {
            MultipartError::Payload(error) => error.into(),
            error => Self::malformed(format!("not the form that was expected: {error}")),
        }
    }
}
