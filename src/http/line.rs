//! Connections on which the next request never comes whole, or an answer is not taken. actix waits five
//! seconds for the first head, and for ever for the head of a later one, byte by byte if need be, and for
//! whoever does not read. Here a connection is closed that has had no request for 15 s since it began or
//! since its last answer ended, and one that did not take [`PACE`] of an answer in 15 s.
//!
//! A request that is under way has time: bodies are the business of `guard`, and an answer that has
//! nothing to say for a while is nobody's fault.

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use socket2::SockRef;
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

const PATIENCE: Duration = Duration::from_secs(15);
/// For what is still being sent when reading ends, and for an answer to be heard by who still sends.
pub const LAST_WORDS: Duration = Duration::from_secs(3);
/// Bytes of an answer handed on at a time.
const PIECE: usize = 32 << 10;
/// The same for who took the piece before at once.
const LARGE: usize = 256 << 10;
const AT_ONCE: Duration = Duration::from_millis(5);
/// Bytes of an answer that have to be taken in [`PATIENCE`], 4 KiB/s. More than a piece: what trickles
/// into the last room of who has stopped reading is no sign of life.
const PACE: usize = 2 * PIECE;
/// Bytes that the kernel takes before the other side has room for them. Without a limit it takes
/// megabytes, and nobody could say whether someone reads.
const AHEAD: u32 = 2 * PIECE as u32;

/// One connection; it ends with it.
struct Line {
    /// The same socket once more, to end it from beside.
    socket: std::net::TcpStream,
    /// Since when it is the other side's turn: to ask, or to take what was handed on.
    waits: Cell<Option<Instant>>,
    /// Whether an answer is under way.
    answering: Cell<bool>,
    /// Bytes of the answer taken since `waits`.
    taken: Cell<usize>,
}

/// Watches a new connection.
pub fn connected(io: &dyn Any, connection: &mut Extensions) {
    let tls = io.downcast_ref::<TlsStream<TcpStream>>().map(|tls| tls.get_ref().0);
    let Some(stream) = tls.or_else(|| io.downcast_ref::<TcpStream>()) else { return };
    if let Err(error) = SockRef::from(stream).set_tcp_notsent_lowat(AHEAD) {
        tracing::warn!(%error, "a connection that reads slowly is seen late");
    }
    match stream.as_fd().try_clone_to_owned() {
        Ok(again) => {
            let waits = Cell::new(Some(Instant::now()));
            let line = Rc::new(Line {
                socket: again.into(),
                waits,
                answering: Cell::new(false),
                taken: Cell::new(0),
            });
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
    if let Some(line) = line.upgrade().filter(|line| line.answering.get()) {
        // What is not taken is not kept by the kernel either, and who comes back hears of it at once.
        let _ = SockRef::from(&line.socket).set_linger(Some(Duration::ZERO));
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
    busy.turn(None);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Answered {
        body: BoxBody::new(body),
        left: Bytes::new(),
        handed: None,
        busy,
    }))
}

/// The line waits again when this is dropped.
struct Busy(Option<Rc<Line>>);

impl Busy {
    /// Whose turn it is: the other side's since then, or ours.
    fn turn(&self, theirs: Option<Instant>) {
        if let Some(line) = &self.0 {
            line.waits.set(theirs);
            line.taken.set(0);
            line.answering.set(true);
        }
    }

    /// The piece before was taken, and the next one is handed on.
    fn goes_on(&self, piece: usize) {
        let Some(line) = &self.0 else { return };
        let taken = line.taken.get() + piece;
        if line.waits.get().is_none() || taken >= PACE {
            self.turn(Some(Instant::now()));
        } else {
            line.taken.set(taken);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.turn(Some(Instant::now()));
        if let Some(line) = &self.0 {
            line.answering.set(false);
        }
    }
}

/// An answer's body, on its way.
pub struct Answered {
    body: BoxBody,
    /// Of what the body gave last.
    left: Bytes,
    /// When the last piece was handed on.
    handed: Option<Instant>,
    busy: Busy,
}

impl MessageBody for Answered {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    /// Asked again only when there is room for more: what was handed on before has been taken.
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.left.is_empty() {
            match Pin::new(&mut self.body).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => self.left = bytes,
                Poll::Ready(ended) => return Poll::Ready(ended),
                Poll::Pending => {
                    self.busy.turn(None);
                    return Poll::Pending;
                }
            }
        }
        let now = Instant::now();
        let fast = self.handed.replace(now).is_some_and(|before| now - before < AT_ONCE);
        let most = if fast { LARGE } else { PIECE }.min(self.left.len());
        self.busy.goes_on(most);
        Poll::Ready(Some(Ok(self.left.split_to(most))))
    }
}
