//! The line of a sender, and of a reader ([`reading`]): requests that end when nothing moves any more, not
//! after a fixed time.
//!
//! A request of 8 MiB takes minutes on a poor line and is well; one on which no byte has moved for
//! [`STALL`] is lost. reqwest's blocking client knows only a limit for the whole, hence a small runtime
//! here. Connections are driven by its own thread, so that one that died while nobody asked is noticed.

use super::{AGENT, CONNECT, HttpError, Server, number, parse, refused, unreachable};
use crate::tokens::Bearer;
use bytes::Bytes;
use futures_util::stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Body, Client, Method, Response};
use serde::{Serialize, de::DeserializeOwned};
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep_until};

mod reading;

/// Without a byte moved for so long, a request is given up.
pub const STALL: Duration = Duration::from_secs(45);
/// What is handed to the connection at once: a piece of it that went counts as moved.
const PORTION: usize = 64 * 1024;
/// Answers to a sender are small.
const MOST: usize = 1024 * 1024;

/// One sender's or reader's connections to one server.
pub struct Line {
    origin: String,
    client: Client,
    stall: Duration,
    runtime: Runtime,
}

/// When a byte last moved.
#[derive(Clone)]
struct Moved(Arc<Mutex<Instant>>);

impl Moved {
    fn begins() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn now(&self) {
        *self.0.lock().expect("nothing panics with it") = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().expect("nothing panics with it")
    }
}

/// What a request carries.
struct Load {
    kind: &'static str,
    bytes: Bytes,
    offset: Option<u64>,
}

impl Line {
    /// A line to the same server.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] when TLS or threads can not be set up.
    pub fn to(server: &Server, stall: Duration) -> Result<Self, HttpError> {
        let failed = |error: std::io::Error| HttpError::Unreachable(error.to_string());
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(failed)?;
        let client = Client::builder().user_agent(AGENT).redirect(Policy::none()).connect_timeout(CONNECT);
        // What goes in clear stays on this machine, whatever the environment says of proxies.
        let client = if server.origin.starts_with("http://") { client.no_proxy() } else { client };
        let client = client.build().map_err(unreachable)?;
        Ok(Self { origin: server.origin.clone(), client, stall, runtime })
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn get<T: DeserializeOwned>(&self, path: &str, bearer: &Bearer) -> Result<T, HttpError> {
        parse(&self.asks(Method::GET, path, bearer, None)?.1)
    }

    /// Sends JSON, is answered JSON.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        bearer: &Bearer,
        body: &impl Serialize,
    ) -> Result<T, HttpError> {
        let bytes = serde_json::to_vec(body).expect("what is sent is plain data").into();
        let load = Load { kind: "application/json", bytes, offset: None };
        parse(&self.asks(method, path, bearer, Some(load))?.1)
    }

    /// Puts bytes as they are.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn put(&self, path: &str, bearer: &Bearer, bytes: Bytes) -> Result<(), HttpError> {
        let load = Load { kind: "application/octet-stream", bytes, offset: None };
        self.asks(Method::PUT, path, bearer, Some(load)).map(drop)
    }

    /// Erases.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn delete(&self, path: &str, bearer: &Bearer) -> Result<(), HttpError> {
        self.asks(Method::DELETE, path, bearer, None).map(drop)
    }

    /// The tus offset of an upload, and its length.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn offset(&self, path: &str, bearer: &Bearer) -> Result<(u64, u64), HttpError> {
        let headers = self.asks(Method::HEAD, path, bearer, None)?.0;
        Ok((number(&headers, "Upload-Offset")?, number(&headers, "Upload-Length")?))
    }

    /// Appends `bytes` at `offset`; answers the new offset.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn append(&self, path: &str, bearer: &Bearer, offset: u64, bytes: Bytes) -> Result<u64, HttpError> {
        let load = Load { kind: "application/offset+octet-stream", bytes, offset: Some(offset) };
        number(&self.asks(Method::PATCH, path, bearer, Some(load))?.0, "Upload-Offset")
    }

    fn asks(
        &self,
        method: Method,
        path: &str,
        bearer: &Bearer,
        load: Option<Load>,
    ) -> Result<(reqwest::header::HeaderMap, Vec<u8>), HttpError> {
        let moved = Moved::begins();
        let request = self.client.request(method, format!("{}{path}", self.origin));
        let mut request = request.bearer_auth(bearer.reveal()).header("Tus-Resumable", "1.0.0");
        if let Some(Load { kind, bytes, offset }) = load {
            request = request.header(CONTENT_TYPE, kind).header(CONTENT_LENGTH, bytes.len());
            if let Some(offset) = offset {
                request = request.header("Upload-Offset", offset);
            }
            request = request.body(in_portions(bytes, moved.clone()));
        }
        self.runtime.block_on(unless_stalled(&moved, self.stall, async {
            let answer = request.send().await.map_err(unreachable)?;
            moved.now();
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = read(answer, &moved).await;
            if status.is_success() {
                return Ok((headers, body?));
            }
            Err(refused(status, &headers, &body.unwrap_or_default()))
        }))
    }
}

/// A body that tells when a portion of it went.
fn in_portions(bytes: Bytes, moved: Moved) -> Body {
    Body::wrap_stream(stream::unfold((bytes, moved), |(mut rest, moved)| async {
        moved.now();
        let portion = rest.split_to(rest.len().min(PORTION));
        (!portion.is_empty()).then_some((Ok::<_, Infallible>(portion), (rest, moved)))
    }))
}

async fn read(mut answer: Response, moved: &Moved) -> Result<Vec<u8>, HttpError> {
    let mut all = Vec::new();
    while let Some(bytes) = answer.chunk().await.map_err(unreachable)? {
        moved.now();
        all.extend_from_slice(&bytes);
        if all.len() > MOST {
            return Err(HttpError::Answer("it is too long"));
        }
    }
    Ok(all)
}

async fn unless_stalled<T>(
    moved: &Moved,
    stall: Duration,
    request: impl Future<Output = Result<T, HttpError>>,
) -> Result<T, HttpError> {
    let mut request = pin!(request);
    loop {
        let until = moved.last() + stall;
        tokio::select! {
            biased;
            done = &mut request => return done,
            () = sleep_until(until) => {
                if moved.last() + stall <= Instant::now() {
                    return Err(HttpError::Unreachable("nothing moved any more".to_owned()));
                }
            }
        }
    }
}
