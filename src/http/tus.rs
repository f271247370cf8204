//! Files on their way: tus 1.0.0 core on a given URL, with termination and expiration. No metadata:
//! names travel only inside the manifest.

use super::Server;
use super::auth::Sender;
use super::guard::to_its_end;
use super::problem::Refusal;
use crate::submissions::Progress;
use actix_web::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HttpDate};
use actix_web::web::{Data, Path, Payload, block};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use std::time::{Duration, UNIX_EPOCH};

pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const VERSION: &str = "1.0.0";

/// Speaks tus, and nothing beside it.
fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(TUS_RESUMABLE).map(|version| version.as_bytes()) {
        None | Some(b"1.0.0") => {}
        Some(_) => {
            return Err(
                Refusal::new(412, "tus-version", "This speaks tus 1.0.0.").header(TUS_VERSION, VERSION)
            );
        }
    }
    if headers.contains_key(UPLOAD_METADATA) {
        return Err(Refusal::malformed("Upload-Metadata is not taken: names belong into the manifest"));
    }
    Ok(())
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn answer(mut response: HttpResponseBuilder, progress: Progress) -> HttpResponse {
    let expires = UNIX_EPOCH + Duration::from_secs(progress.deadline.0);
    response
        .insert_header((TUS_RESUMABLE, VERSION))
        .insert_header((UPLOAD_OFFSET, progress.offset.to_string()))
        .insert_header((UPLOAD_LENGTH, progress.size.to_string()))
        .insert_header((UPLOAD_EXPIRES, HttpDate::from(expires).to_string()))
        .insert_header((ALLOW, "HEAD, PATCH, DELETE"))
        .finish()
}

pub async fn head(
    server: Data<Server>,
    request: HttpRequest,
    Sender(receipt): Sender,
    n: Path<u8>,
) -> Result<HttpResponse, Refusal> {
    check(request.headers())?;
    let submissions = server.submissions.clone();
    let progress = block(move || submissions.head(&receipt, *n)).await??;
    Ok(answer(HttpResponse::Ok(), progress))
}

pub async fn patch(
    server: Data<Server>,
    request: HttpRequest,
    Sender(receipt): Sender,
    n: Path<u8>,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let headers = request.headers();
    check(headers)?;
    if headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes()) != Some(b"application/offset+octet-stream") {
        return Err(Refusal::new(415, "content-type", "A piece is application/offset+octet-stream."));
    }
    let offset = number(headers, &UPLOAD_OFFSET)
        .ok_or_else(|| Refusal::malformed("Upload-Offset is missing or no number"))?;
    let length = number(headers, &CONTENT_LENGTH)
        .ok_or_else(|| Refusal::new(411, "length-required", "The size of the body must be declared."))?;
    let body = futures_util::StreamExt::map(body, |bytes| bytes.map_err(Refusal::from));
    let (now, submissions, n) = (server.now(), server.submissions.clone(), *n);
    let received =
        to_its_end(async move { submissions.receive(now, receipt, n, offset, length, body).await });
    // A refused body may be as long as it likes: it is not read to its end.
    let progress = received.await.map_err(Refusal::ending_connection)?;
    Ok(answer(HttpResponse::NoContent(), progress))
}

pub async fn terminate(
    server: Data<Server>,
    request: HttpRequest,
    Sender(receipt): Sender,
    n: Path<u8>,
) -> Result<HttpResponse, Refusal> {
    check(request.headers())?;
    let submissions = server.submissions.clone();
    block(move || submissions.end_file(&receipt, *n)).await??;
    Ok(HttpResponse::NoContent().insert_header((TUS_RESUMABLE, VERSION)).finish())
}
