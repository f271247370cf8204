//! The trainer's notes and his reply: sealed bodies in, sealed bodies out, a batch at a time.

use super::Server;
use super::auth::{Sender, SignedIn};
use super::guard::to_its_end;
use super::problem::Refusal;
use crate::ids::SubmissionId;
use crate::submissions::{About, Asker, CHUNK, InPlaceOf, Outgoing, SubmissionError};
use actix_web::body::SizedStream;
use actix_web::http::header::{CONTENT_LENGTH, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::web::{Bytes, Data, Path, Payload, block};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt as _, stream};
use std::io;

const BATCH: usize = 4 * CHUNK;

fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

fn version(etag: &str) -> Option<u32> {
    etag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

fn said<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

pub async fn put_notes(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    request: HttpRequest,
    id: Path<SubmissionId>,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let in_place_of = match (said(&request, &IF_MATCH).map(version), said(&request, &IF_NONE_MATCH)) {
        (Some(Some(version)), None) => InPlaceOf::Version(version),
        (None, Some("*")) => InPlaceOf::Nothing,
        _ => {
            return Err(Refusal::new(
                428,
                "if-match-required",
                "Say which version this replaces, in If-Match, or If-None-Match: * for the first.",
            ));
        }
    };
    let asker = (session.account, *id);
    put(server, &request, asker, About::Notes, in_place_of, body).await
}

pub async fn put_reply(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    request: HttpRequest,
    id: Path<SubmissionId>,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    put(server, &request, (session.account, *id), About::Reply, InPlaceOf::Any, body).await
}

async fn put(
    server: Data<Server>,
    request: &HttpRequest,
    asker: (crate::ids::AccountId, SubmissionId),
    about: About,
    in_place_of: InPlaceOf,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let length = said(request, &CONTENT_LENGTH)
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| Refusal::new(411, "length-required", "The size of the body must be declared."))?;
    let body = body.map(|bytes| bytes.map_err(Refusal::from));
    let (now, submissions) = (server.now(), server.submissions.clone());
    let put =
        to_its_end(async move { submissions.put_review(now, asker, about, in_place_of, length, body).await });
    // A refused body may be as long as it likes: it is not read to its end.
    let version = put.await.map_err(Refusal::ending_connection)?;
    Ok(HttpResponse::NoContent().insert_header((ETAG, etag(version))).finish())
}

pub async fn get_notes(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    get(server, Asker::Reader(session.account, *id), About::Notes).await
}

pub async fn get_reply(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    get(server, Asker::Reader(session.account, *id), About::Reply).await
}

/// The reply, for whom it is.
pub async fn receive(server: Data<Server>, Sender(receipt): Sender) -> Result<HttpResponse, Refusal> {
    get(server, Asker::Sender(receipt), About::Reply).await
}

async fn get(server: Data<Server>, asker: Asker, about: About) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    let outgoing = block(move || submissions.review(now, asker, about)).await??;
    let (total, version) = (outgoing.total(), outgoing.version);
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((ETAG, etag(version)))
        .body(SizedStream::new(total, pieces(server, outgoing))))
}

fn pieces(server: Data<Server>, outgoing: Outgoing) -> impl Stream<Item = Result<Bytes, io::Error>> {
    stream::unfold((server, Some(outgoing), 0), |(server, outgoing, at)| async move {
        let from = outgoing.filter(|outgoing| at < outgoing.total())?;
        let (now, submissions) = (server.now(), server.submissions.clone());
        let read = block(move || submissions.review_batch(now, from, at, BATCH)).await;
        match read.map_err(io::Error::other).and_then(|read| read.map_err(cut)) {
            // The connection is cut: a shorter reply never looks whole.
            Err(error) => Some((Err(error), (server, None, at))),
            Ok((from, piece)) => {
                let at = at + piece.len() as u64;
                Some((Ok(piece), (server, Some(from), at)))
            }
        }
    })
}

fn cut(error: SubmissionError) -> io::Error {
    io::Error::other(error)
}

pub async fn erase_notes(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    erase(server, Asker::Reader(session.account, *id), About::Notes).await
}

pub async fn erase_reply(
    server: Data<Server>,
    SignedIn(session): SignedIn,
    id: Path<SubmissionId>,
) -> Result<HttpResponse, Refusal> {
    erase(server, Asker::Reader(session.account, *id), About::Reply).await
}

/// The sender erases what was replied to him.
pub async fn erase_received(server: Data<Server>, Sender(receipt): Sender) -> Result<HttpResponse, Refusal> {
    erase(server, Asker::Sender(receipt), About::Reply).await
}

async fn erase(server: Data<Server>, asker: Asker, about: About) -> Result<HttpResponse, Refusal> {
    let (now, submissions) = (server.now(), server.submissions.clone());
    block(move || submissions.erase_review(now, asker, about)).await??;
    Ok(HttpResponse::NoContent().finish())
}
