//! Requests to one server; the only place that names reqwest. Requests that may take long and must
//! not hang, a sender's and a reader's: [`line`].
//!
//! Plain http goes to loopback only, redirects are not followed (a bearer would go with them), and
//! every answer has a limit. Errors never show a URL, because nothing of ours may end in a log.

use super::refusal::Refusal;
use crate::time::Time;
use crate::tokens::Bearer;
use reqwest::blocking::{Body, Client, RequestBuilder, Response};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE, RETRY_AFTER};
use reqwest::{StatusCode, Url, redirect};
use serde::{Serialize, de::DeserializeOwned};
use std::io::Read;
use std::ops::Range;
use std::time::Duration;

pub mod line;

pub use super::pouring::Pouring;
pub use reqwest::Method;

const AGENT: &str = concat!("dewdrop/", env!("CARGO_PKG_VERSION"));
const MOST_JSON: u64 = 64 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(15);
const SHORT: Duration = Duration::from_mins(1);
/// For 8 MiB on a slow line.
const LONG: Duration = Duration::from_mins(15);

/// A request that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("the address must be https, or http on this machine")]
    Origin,
    #[error("the server can not be reached: {0}")]
    Unreachable(String),
    #[error("{problem}")]
    Refused { problem: Box<Refusal>, retry_after: Option<Duration> },
    #[error("the server's answer can not be understood: {0}")]
    Answer(&'static str),
}

impl HttpError {
    /// The `type` of the problem, or "".
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Refused { problem, .. } => &problem.kind,
            _ => "",
        }
    }
}

/// The origin of an address: scheme, host and port, without a slash at the end.
///
/// # Errors
/// [`HttpError::Origin`] when bytes would go over a network in clear.
pub fn origin_of(address: &str) -> Result<String, HttpError> {
    let refuse = || HttpError::Origin;
    let url = Url::parse(address.trim()).map_err(|_| refuse())?;
    let loopback = match url.host_str().unwrap_or_default().trim_matches(['[', ']']) {
        "localhost" => true,
        host => host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    };
    match url.scheme() {
        "https" => Ok(url.origin().ascii_serialization()),
        "http" if loopback => Ok(url.origin().ascii_serialization()),
        _ => Err(refuse()),
    }
}

/// An answer of whatever status, as it came: nothing unpacked, no redirect followed.
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The server's certificate in DER.
    pub certificate: Option<Vec<u8>>,
}

impl Seen {
    fn of(answer: Response, most: u64) -> Result<Self, HttpError> {
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let info = answer.extensions().get::<reqwest::tls::TlsInfo>();
        let certificate = info.and_then(|info| info.peer_certificate()).map(<[u8]>::to_vec);
        Ok(Self { status: answer.status().as_u16(), headers, certificate, body: read(answer, most)? })
    }

    /// When the answer says that it was made.
    #[must_use]
    pub fn date(&self) -> Option<Time> {
        let date = httpdate::parse_http_date(self.all("Date").first()?).ok()?;
        Some(Time(date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()))
    }

    /// All values of a header.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(one, _)| one.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// One server, spoken to without a session of its own.
#[derive(Clone)]
pub struct Server {
    pub origin: String,
    client: Client,
}

impl Server {
    /// A server at `address`, of which only the origin counts.
    ///
    /// # Errors
    /// [`HttpError::Origin`], [`HttpError::Unreachable`] when TLS can not be set up.
    pub fn at(address: &str) -> Result<Self, HttpError> {
        let origin = origin_of(address)?;
        // Another part of the process may have installed one already; either serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder();
        // What goes in clear stays on this machine, whatever the environment says of proxies.
        let builder = if origin.starts_with("http://") { builder.no_proxy() } else { builder };
        let client = builder
            .user_agent(AGENT)
            .redirect(redirect::Policy::none())
            .tls_info(true)
            .connect_timeout(CONNECT)
            .timeout(SHORT)
            .build()
            .map_err(unreachable)?;
        Ok(Self { origin, client })
    }

    /// The host and port, for words.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }

    /// A request that answers JSON.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&Bearer>,
        body: Option<&impl Serialize>,
    ) -> Result<T, HttpError> {
        let answer = self.send(method, path, bearer, body)?;
        parse(&read(answer, MOST_JSON)?)
    }

    /// A request that answers nothing.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn done(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&Bearer>,
        body: Option<&impl Serialize>,
    ) -> Result<(), HttpError> {
        self.send(method, path, bearer, body).map(drop)
    }

    /// Gets bytes as they are, at most `most`.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn get_bytes(&self, path: &str, bearer: &Bearer, most: u64) -> Result<Vec<u8>, HttpError> {
        read(answered(self.request(Method::GET, path, Some(bearer)).timeout(LONG))?, most)
    }

    /// Puts bytes in the place of what is there.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn put_bytes(&self, path: &str, bearer: &Bearer, bytes: &[u8]) -> Result<(), HttpError> {
        let request = self.request(Method::PUT, path, Some(bearer)).timeout(LONG);
        answered(request.body(bytes.to_vec())).map(drop)
    }

    /// Gets exactly the bytes of `range`.
    ///
    /// # Errors
    /// [`HttpError::Answer`] when the answer is of another range.
    pub fn get_range(&self, path: &str, bearer: &Bearer, range: &Range<u64>) -> Result<Vec<u8>, HttpError> {
        let stated = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let request = self.request(Method::GET, path, Some(bearer)).timeout(LONG).header(RANGE, stated);
        let answer = answered(request)?;
        let expected = format!("bytes {}-{}/", range.start, range.end.saturating_sub(1));
        let named = header(answer.headers(), CONTENT_RANGE.as_str()).unwrap_or_default();
        if answer.status() != StatusCode::PARTIAL_CONTENT || !named.starts_with(&expected) {
            return Err(HttpError::Answer("another range than asked for"));
        }
        let bytes = read(answer, range.end - range.start)?;
        if bytes.len() as u64 == range.end - range.start {
            Ok(bytes)
        } else {
            Err(HttpError::Unreachable("the answer was cut off".to_owned()))
        }
    }

    /// Looks at an address as a browser with these headers would; at most `most` bytes.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`], [`HttpError::Answer`] when it is longer.
    pub fn look(&self, path: &str, headers: &[(&str, &str)], most: u64) -> Result<Seen, HttpError> {
        let request = self.request(Method::GET, path, None);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Seen::of(request.send().map_err(unreachable)?, most)
    }

    /// Sends a body as slowly as it comes; whatever is answered.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`]
    pub fn pours(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&Bearer>,
        kind: &str,
        body: Pouring,
    ) -> Result<Seen, HttpError> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| HttpError::Answer("no method"))?;
        let length = body.length();
        let request = self.request(method, path, bearer).timeout(LONG).header(CONTENT_TYPE, kind);
        // A body in memory lets an answer through that comes before its end; a stream does not.
        let body = match body.at_once() {
            Some(bytes) => bytes.into(),
            None => Body::sized(body, length),
        };
        Seen::of(request.body(body).send().map_err(unreachable)?, 64 * 1024)
    }

    /// Waits for the first bytes of an answer that goes on.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] when none came within `patience`.
    pub fn first_bytes(&self, path: &str, bearer: &Bearer, patience: Duration) -> Result<(), HttpError> {
        let mut answer = answered(self.request(Method::GET, path, Some(bearer)).timeout(patience))?;
        match answer.read(&mut [0; 16]) {
            Ok(1..) => Ok(()),
            _ => Err(HttpError::Unreachable("nothing came in time".to_owned())),
        }
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&Bearer>,
        body: Option<&impl Serialize>,
    ) -> Result<Response, HttpError> {
        let request = self.request(method, path, bearer);
        answered(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    fn request(&self, method: Method, path: &str, bearer: Option<&Bearer>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        match bearer {
            Some(bearer) => request.bearer_auth(bearer.reveal()),
            None => request,
        }
    }
}

/// What plain http at a host answers, without a secret: status and `Location`.
///
/// # Errors
/// [`HttpError::Unreachable`]
pub fn plain_answer(host: &str) -> Result<(u16, String), HttpError> {
    let client = Client::builder().redirect(redirect::Policy::none()).timeout(CONNECT).build();
    let answer =
        client.map_err(unreachable)?.get(format!("http://{host}/desk/")).send().map_err(unreachable)?;
    let to = header(answer.headers(), "Location").unwrap_or_default().to_owned();
    Ok((answer.status().as_u16(), to))
}

fn answered(request: RequestBuilder) -> Result<Response, HttpError> {
    let answer = request.send().map_err(unreachable)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    if status.is_success() {
        return Ok(answer);
    }
    Err(refused(status, &headers, &read(answer, 64 * 1024).unwrap_or_default()))
}

fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> HttpError {
    let retry_after =
        header(headers, RETRY_AFTER.as_str()).and_then(|s| s.parse().ok()).map(Duration::from_secs);
    let problem: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let problem = Box::new(Refusal { status: status.as_u16(), ..problem });
    HttpError::Refused { problem, retry_after }
}

fn read(answer: Response, most: u64) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    answer
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| HttpError::Unreachable("the answer was cut off".to_owned()))?;
    if bytes.len() as u64 > most { Err(HttpError::Answer("it is too long")) } else { Ok(bytes) }
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, HttpError> {
    serde_json::from_slice(json).map_err(|_| HttpError::Answer("not the JSON that was expected"))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, HttpError> {
    header(headers, name).and_then(|text| text.parse().ok()).ok_or(HttpError::Answer(name))
}

/// The innermost reason, without the URL that reqwest would add.
fn unreachable(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let mut reason: &dyn std::error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    HttpError::Unreachable(reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_is_spoken_to() {
        for (address, origin) in [
            ("https://drop.example", "https://drop.example"),
            ("https://drop.example:443/desk/#setup.x", "https://drop.example"),
            ("https://drop.example:8443/", "https://drop.example:8443"),
            ("http://127.0.0.1:8080/u", "http://127.0.0.1:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(origin_of(address).unwrap(), origin);
        }
        for address in
            ["http://drop.example", "ftp://127.0.0.1", "drop.example", "", "http://127.0.0.1.evil.example"]
        {
            assert!(origin_of(address).is_err(), "{address}");
        }
    }
}
