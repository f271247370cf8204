//! Reads every body with patience that ends: 15 s without a byte, or less than 1 KiB/s over 30 s.
//! actix itself limits neither.

use super::Server;
use super::problem::Refusal;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage as _, ResponseError as _};
use futures_util::{Stream, StreamExt as _, stream};
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout};

const IDLE: Duration = Duration::from_secs(15);
const WINDOW: Duration = Duration::from_secs(30);
/// Bytes that must come in a window.
const PACE: usize = 30 << 10;

/// Puts the guard in front of the body. Fused, because the form's reader asks again after the end.
pub async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.headers().contains_key(TRANSFER_ENCODING) {
        let refusal = Refusal::new(411, "length-required", "The size of the body must be declared.");
        let response = refusal.ending_connection().error_response();
        return Ok(request.into_response(response).map_into_right_body());
    }
    let server = request.app_data::<Data<Server>>().cloned();
    let payload = request.take_payload();
    if !matches!(payload, Payload::None) {
        let guarded: std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> =
            Box::pin(patient(counted(payload, server)).fuse());
        request.set_payload(guarded.into());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Goes on to its end also when the connection is reset meanwhile: actix drops the handler then. The
/// body ends with an error in time, because nobody sends it any more.
pub async fn to_its_end<T: 'static>(
    work: impl Future<Output = Result<T, Refusal>> + 'static,
) -> Result<T, Refusal> {
    actix_web::rt::spawn(work).await?
}

/// The same stream; its bytes are counted.
fn counted(
    body: Payload,
    server: Option<Data<Server>>,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
    body.inspect(move |bytes| {
        if let (Some(server), Ok(bytes)) = (&server, bytes) {
            server.metrics.received(bytes.len());
        }
    })
}

/// The same stream, until its sender is too slow.
fn patient<S>(body: S) -> impl Stream<Item = Result<Bytes, PayloadError>>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let begun = Instant::now();
    stream::unfold((body, begun, 0usize, false), |(mut body, mut since, mut came, over)| async move {
        if over {
            return None;
        }
        match timeout(IDLE, body.next()).await {
            Err(_) => Some((Err(too_slow()), (body, since, came, true))),
            Ok(None) => None,
            Ok(Some(Err(error))) => Some((Err(error), (body, since, came, true))),
            Ok(Some(Ok(bytes))) => {
                came += bytes.len();
                if since.elapsed() >= WINDOW {
                    if came < PACE {
                        return Some((Err(too_slow()), (body, since, came, true)));
                    }
                    (since, came) = (Instant::now(), 0);
                }
                Some((Ok(bytes), (body, since, came, false)))
            }
        }
    })
}

fn too_slow() -> PayloadError {
    PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dribble(pause: u64, size: usize) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
        Box::pin(stream::unfold((), move |()| async move {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            Some((Ok(Bytes::from(vec![0; size])), ()))
        }))
    }

    async fn ends_after(pause: u64, size: usize) -> Option<u64> {
        let begun = Instant::now();
        let mut body = std::pin::pin!(patient(dribble(pause, size)).take(200));
        while let Some(next) = body.next().await {
            if let Err(PayloadError::Io(error)) = next {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                assert!(body.next().await.is_none(), "it stays ended");
                return Some(begun.elapsed().as_secs());
            }
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn who_falls_silent_or_dribbles_is_cut_off_and_who_is_slow_is_not() {
        assert_eq!(ends_after(16, 1 << 20).await, Some(15), "silent");
        assert_eq!(ends_after(1, 100).await, Some(30), "dribbling");
        assert_eq!(ends_after(10, 20 << 10).await, None, "slow, but going on");
    }
}
