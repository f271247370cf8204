//! What the holder of a receipt does: put the manifest, commit, look, erase.

use super::Server;
use super::auth::Sender;
use super::problem::Refusal;
use crate::api::{self, Commit, ErasedBy, FileState, ReceivedState, ReplyState, SubmissionState};
use crate::submissions::{By, Receipt, Reviews, State, Submission, Submissions};
use crate::tokens::AuthHash;
use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut, Data, Json, Payload, block};
use futures_util::StreamExt as _;

/// One more byte than a sealed manifest may have, so that the domain sees that it is too large.
const MANIFEST_READ: usize = (1 << 20) + 1;

pub async fn put_manifest(
    server: Data<Server>,
    Sender(receipt): Sender,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let sealed = collect(body, MANIFEST_READ).await?;
    let (now, submissions) = (server.now(), server.submissions.clone());
    block(move || submissions.put_manifest(now, &receipt, &sealed)).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Reads a small body, at most `most` bytes of it.
async fn collect(mut body: Payload, most: usize) -> Result<Bytes, PayloadError> {
    let mut all = BytesMut::new();
    while let Some(bytes) = body.next().await {
        let bytes = bytes?;
        all.extend_from_slice(&bytes[..bytes.len().min(most - all.len())]);
        if all.len() == most {
            break;
        }
    }
    Ok(all.freeze())
}

pub async fn commit(
    server: Data<Server>,
    Sender(receipt): Sender,
    asked: Json<Commit>,
) -> Result<Json<api::Committed>, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let done = block(move || submissions.commit(now, &receipt, &asked.manifest.0, &asked.proof.0)).await??;
    Ok(Json(api::Committed {
        state: ReceivedState::Received,
        received_at: done.received_at,
        expires_at: done.expires_at,
    }))
}

pub async fn get(server: Data<Server>, Sender(receipt): Sender) -> Result<Json<api::Receipt>, Refusal> {
    let submissions = server.submissions.clone();
    Ok(Json(block(move || read(&submissions, &receipt)).await??))
}

fn read(submissions: &Submissions, receipt: &AuthHash) -> Result<api::Receipt, Refusal> {
    match submissions.receipt(receipt)? {
        Receipt::Live(found) => {
            let submission = &found.submission;
            let received = submission.state == State::Received;
            let mut files = std::collections::BTreeMap::new();
            for (n, file) in &submission.files {
                let offset = if received { file.size } else { submissions.offset(found.id, *n, file)? };
                files.insert(*n, FileState { size: file.size, offset, saved_at: file.saved_at });
            }
            Ok(api::Receipt {
                submission: found.id,
                state: if received { SubmissionState::Received } else { SubmissionState::Receiving },
                received_at: submission.received_at,
                expires_at: submission.expires_at,
                opened_at: submission.opened_at,
                saved_at: submission.saved_at(),
                erased_at: None,
                by: None,
                files,
                manifest: submission.manifest.is_some(),
                reply: reply_state(submission),
            })
        }
        Receipt::Erased(stone) => Ok(api::Receipt {
            submission: stone.state.submission,
            state: match (stone.erased_at, stone.state.received_at) {
                (Some(_), _) => SubmissionState::Erased,
                // The key is being destroyed at this very moment.
                (None, Some(_)) => SubmissionState::Received,
                (None, None) => SubmissionState::Receiving,
            },
            received_at: stone.state.received_at,
            expires_at: None,
            opened_at: stone.state.opened_at,
            saved_at: stone.state.saved_at,
            erased_at: stone.erased_at,
            by: stone.erased_at.map(|_| word(stone.state.by)),
            files: std::collections::BTreeMap::new(),
            manifest: false,
            reply: None,
        }),
    }
}

/// What anyone who may see the submission may know of its reply.
pub fn reply_state(submission: &Submission) -> Option<ReplyState> {
    let Reviews { reply, reply_erased, .. } = &submission.reviews;
    match (reply, reply_erased) {
        (Some(reply), _) => Some(ReplyState {
            replied_at: reply.at,
            size: Some(reply.size),
            version: Some(reply.k),
            erased_at: None,
            by: None,
        }),
        (None, Some(erased)) => Some(ReplyState {
            replied_at: erased.replied_at,
            size: None,
            version: None,
            erased_at: Some(erased.at),
            by: Some(word(erased.by)),
        }),
        (None, None) => None,
    }
}

fn word(by: By) -> ErasedBy {
    match by {
        By::Reader => ErasedBy::Reader,
        By::Sender => ErasedBy::Sender,
        By::Expiry => ErasedBy::Expiry,
        By::Link => ErasedBy::Link,
    }
}

pub async fn erase(server: Data<Server>, Sender(receipt): Sender) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    block(move || submissions.withdraw(now, &receipt)).await??;
    Ok(HttpResponse::NoContent().finish())
}
