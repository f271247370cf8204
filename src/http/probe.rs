//! What `dewdrop doctor` asks through the public address: how the server is, and whether requests and
//! refusals come through as they were sent. Nothing is stored.

use super::Server;
use super::auth::SignedIn;
use super::peer;
use super::problem::Refusal;
use crate::api::{Operation, Probed};
use crate::submissions::SubmissionError;
use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload, block};
use futures_util::StreamExt as _;
use tokio::time::Instant;

/// A piece of an upload.
const MOST: u64 = 8 << 20;

pub async fn operation(
    server: Data<Server>,
    request: HttpRequest,
    SignedIn(_): SignedIn,
) -> Result<Json<Operation>, Refusal> {
    let forwarded_by_stranger = peer::is_forwarded_by_stranger(&server, &request);
    let Server { submissions, status, clock, .. } = server.get_ref().clone();
    let (space, low_water) =
        block(move || submissions.room()).await?.map_err(|error| Refusal::internal(&error))?;
    let boot = clock.boot();
    Ok(Json(Operation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: clock.now().reads,
        synchronised: clock.status().synchronised,
        sweep_age: status.age(boot).as_secs(),
        sweep_failures: status.failures(),
        free: space.free,
        total: space.total,
        low_water,
        forwarded_by_stranger,
    }))
}

/// Reads a piece to its end and forgets it.
pub async fn piece(SignedIn(_): SignedIn, mut body: Payload) -> Result<Json<Probed>, Refusal> {
    let (mut first, mut bytes) = (None, 0);
    while let Some(chunk) = body.next().await {
        bytes += chunk.map_err(Refusal::from)?.len() as u64;
        first.get_or_insert_with(Instant::now);
        if bytes > MOST {
            return Err(Refusal::new(413, "too-large", "A piece has at most 8 MiB.").ending_connection());
        }
    }
    let spread = first.map_or(0, |first| first.elapsed().as_millis().try_into().unwrap_or(u64::MAX));
    Ok(Json(Probed { bytes, spread }))
}

/// Refuses as a full disk would: before the first byte of the body.
pub async fn full(SignedIn(_): SignedIn) -> Result<Json<Probed>, Refusal> {
    Err(Refusal::from(SubmissionError::DiskFull).ending_connection())
}
