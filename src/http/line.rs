//! Connections on which the next request never comes whole. actix waits five seconds for the first
//! head and for ever for the head of a later one, byte by byte if need be; here a connection that has
//! had no request for 20 s since it began or since its last answer ended is closed.
//!
//! Idle connections end before that by themselves, and a request that is under way has time: bodies
//! are the business of `guard`.

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use std::any::Any;
use std::cell::Cell;
use std::error::Error;
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const PATIENCE: Duration = Duration::from_secs(20);
/// For what is still being sent when reading ends.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// One connection; it ends with it.
struct Line {
    /// The same socket once more, to end it from beside.
    socket: std::net::TcpStream,
    /// Since when nobody is being answered.
    waits: Cell<Option<Instant>>,
}

/// Watches a new connection.
pub fn connected(io: &dyn Any, connection: &mut Extensions) {
    let tls = io.downcast_ref::<TlsStream<TcpStream>>().map(|tls| tls.get_ref().0);
    let Some(stream) = tls.or_else(|| io.downcast_ref::<TcpStream>()) else { return };
    match stream.as_fd().try_clone_to_owned() {
        Ok(again) => {
            let waits = Cell::new(Some(Instant::now()));
            let line = Rc::new(Line { socket: again.into(), waits });
            actix_web::rt::spawn(watch(Rc::downgrade(&line)));
            connection.insert(line);
        }
        Err(error) => tracing::warn!(%error, "a connection is not watched"),
    }
}

async fn watch(line: Weak<Line>) {
    loop {
        let Some(waits) = line.upgrade().map(|line| line.waits.get()) else { return };
        let late = waits.unwrap_or_else(Instant::now) + PATIENCE;
        sleep_until(late).await;
        let Some(line) = line.upgrade() else { return };
        if line.waits.get().is_some_and(|since| since + PATIENCE <= Instant::now()) {
            break;
        }
    }
    for (end, pause) in [(Shutdown::Read, LAST_WORDS), (Shutdown::Both, Duration::ZERO)] {
        let Some(line) = line.upgrade() else { return };
        // Whoever is gone already needs no ending.
        let _ = line.socket.shutdown(end);
        drop(line);
        tokio::time::sleep(pause).await;
    }
}

/// Notes that a request is being answered, until the last byte of the answer was handed on.
pub async fn answers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Answered>, actix_web::Error> {
    let busy = Busy(request.conn_data::<Rc<Line>>().cloned());
    if let Some(line) = &busy.0 {
        line.waits.set(None);
    }
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Answered { body: BoxBody::new(body), _busy: busy }))
}

/// The line waits again when this is dropped.
struct Busy(Option<Rc<Line>>);

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(line) = &self.0 {
            line.waits.set(Some(Instant::now()));
        }
    }
}

/// An answer's body, on its way.
pub struct Answered {
    body: BoxBody,
    _busy: Busy,
}

impl MessageBody for Answered {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
