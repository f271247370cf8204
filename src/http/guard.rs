//! Reads every body with patience that ends: 15 s without a byte, or less than 1 KiB/s over 16 s of
//! waiting. actix itself limits neither. Only waiting counts: what this server takes long for is not the
//! sender's fault.

use super::Server;
use super::problem::Refusal;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage as _, ResponseError as _};
use futures_util::{Stream, StreamExt as _};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

const IDLE: Duration = Duration::from_secs(15);
const WINDOW: Duration = Duration::from_secs(16);
/// Bytes that must come in a window.
const PACE: usize = 16 << 10;

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
            Box::pin(Patient::with(counted(payload, server)));
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

/// The same stream, until its sender is too slow; ended once it has ended.
struct Patient<S> {
    body: S,
    /// Wakes when it may be late; not moved with every byte.
    alarm: Pin<Box<Sleep>>,
    /// Since when it waits for the next bytes.
    waits: Option<Instant>,
    /// What it has waited in this window before that.
    waited: Duration,
    /// Bytes of this window.
    came: usize,
    over: bool,
}

impl<S> Patient<S> {
    fn with(body: S) -> Self {
        let alarm = Box::pin(sleep(IDLE));
        Self { body, alarm, waits: None, waited: Duration::ZERO, came: 0, over: false }
    }

    /// How long the next bytes may still take; none when that is over.
    fn patience(&mut self, now: Instant) -> Option<Duration> {
        let idle = now - *self.waits.get_or_insert(now);
        let whole = self.waited + idle;
        if whole < WINDOW {
            return Some((IDLE.checked_sub(idle)?).min(WINDOW - whole)).filter(|left| !left.is_zero());
        }
        if self.came < PACE || idle >= IDLE {
            return None;
        }
        // The new window has begun with this wait.
        (self.waited, self.came) = (Duration::ZERO, 0);
        Some(IDLE - idle)
    }
}

impl<S> Stream for Patient<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.over {
            return Poll::Ready(None);
        }
        if let Poll::Ready(next) = this.body.poll_next_unpin(context) {
            if let Some(since) = this.waits.take() {
                this.waited += since.elapsed();
            }
            match &next {
                Some(Ok(bytes)) => this.came += bytes.len(),
                _ => this.over = true,
            }
            return Poll::Ready(next);
        }
        loop {
            let Some(left) = this.patience(Instant::now()) else {
                this.over = true;
                return Poll::Ready(Some(Err(too_slow())));
            };
            ready!(this.alarm.as_mut().poll(context));
            this.alarm.as_mut().reset(Instant::now() + left);
        }
    }
}

fn too_slow() -> PayloadError {
    PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn dribble(pause: u64, size: usize) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin {
        Box::pin(stream::unfold((), move |()| async move {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            Some((Ok(Bytes::from(vec![0; size])), ()))
        }))
    }

    async fn ends_after(pause: u64, size: usize) -> Option<u64> {
        let begun = Instant::now();
        let mut body = std::pin::pin!(Patient::with(dribble(pause, size)).take(200));
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
        assert_eq!(ends_after(1, 100).await, Some(16), "dribbling");
        assert_eq!(ends_after(10, 20 << 10).await, None, "slow, but going on");
        assert_eq!(ends_after(1, 1 << 10).await, None, "just fast enough");
        assert_eq!(ends_after(14, 16 << 10).await, None, "with holes");
        assert_eq!(ends_after(14, 15 << 10).await, Some(16), "with holes, and little between them");
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_server_takes_long_for_does_not_count() {
        let mut body = std::pin::pin!(Patient::with(dribble(1, 100)).take(40));
        let begun = Instant::now();
        for _ in 0..15 {
            assert!(body.next().await.unwrap().is_ok());
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        assert!(begun.elapsed() > Duration::from_secs(15 * 60));
        // Byte and alarm may come in the same instant; then it ends with the next wait.
        let ended = [body.next().await, body.next().await].into_iter().flatten().any(|next| next.is_err());
        assert!(ended, "16 s of waiting");
    }
}
