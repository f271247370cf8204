//! Requests as anyone can write them, and answers as they come.

use dewdrop::api::Problem;
use dewdrop::tokens::Bearer;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::HeaderMap;
use reqwest::{Method, redirect};
use serde::de::DeserializeOwned;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The problem's type; fails when it is none.
    pub fn kind(&self) -> String {
        self.problem().kind
    }

    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status);
        problem
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's value, or "".
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn number(&self, name: &str) -> u64 {
        self.header(name).parse().unwrap_or_else(|_| panic!("{name} in {self:?}"))
    }

    /// Fails unless it is a success.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, String::from_utf8_lossy(&self.body));
        self
    }

    /// Fails unless it is that refusal.
    #[track_caller]
    pub fn refuses(self, status: u16, kind: &str) -> Self {
        assert_eq!((self.status, self.kind().as_str()), (status, kind));
        self
    }
}

/// What all tests of this process ask with.
pub fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // The client under test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
        builder.timeout(Duration::from_secs(60)).build().unwrap()
    })
}

pub fn asks(method: Method, url: &str, bearer: Option<&Bearer>) -> RequestBuilder {
    let request = client().request(method, url);
    match bearer {
        Some(bearer) => request.bearer_auth(bearer.reveal()),
        None => request,
    }
}

/// Sends it and reads the whole answer.
#[track_caller]
pub fn answer(request: RequestBuilder) -> Answer {
    tried(request).unwrap_or_else(|error| panic!("no answer: {error:?}"))
}

/// The same when the connection may fail.
pub fn tried(request: RequestBuilder) -> reqwest::Result<Answer> {
    let answer = request.send()?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Ok(Answer { status, headers, body: answer.bytes()?.to_vec() })
}

/// A connection on which bytes are sent by hand.
pub struct Line(TcpStream);

impl Line {
    pub fn to(origin: &str) -> Self {
        let stream = TcpStream::connect(origin.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self(stream)
    }

    pub fn says(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Head of a PATCH that announces `length` bytes.
    pub fn begins_patch(&mut self, n: u8, bearer: &Bearer, offset: u64, length: u64) {
        let bearer = bearer.reveal();
        self.says(
            format!(
                "PATCH /api/receipt/files/{n} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\
                 Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n\
                 Content-Length: {length}\r\n\r\n"
            )
            .as_bytes(),
        );
    }

    /// All that still comes, until the connection ends.
    pub fn reads_to_its_end(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        // A connection that is reset ends too.
        let _ = self.0.read_to_end(&mut all);
        all
    }

    /// Head and body of the next answer, which must have a Content-Length or no body.
    pub fn hears(&mut self) -> String {
        let mut text = Vec::new();
        let mut byte = [0];
        while !text.ends_with(b"\r\n\r\n") {
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "cut off: {}", String::from_utf8_lossy(&text));
            text.push(byte[0]);
        }
        let head = String::from_utf8(text).unwrap();
        let length = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        head + &String::from_utf8_lossy(&body)
    }
}
