//! Something between a client and the real server that changes answers: what a hostile server can do.

use reqwest::blocking::{Client, Response};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// One answer on its way back.
pub struct Answer {
    pub method: String,
    pub path: String,
    /// The User-Agent that asked.
    pub agent: String,
    /// First and last byte asked for.
    pub range: Option<(usize, usize)>,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The connection ends before the answer is on its way, although the server has done its part.
    pub lost: bool,
    /// The connection ends after so many bytes of the body.
    pub cut: Option<usize>,
}

impl Answer {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path && self.status < 300
    }

    /// Changes a JSON answer.
    pub fn json(&mut self, change: impl FnOnce(&mut serde_json::Value)) {
        let mut value = serde_json::from_slice(&self.body).expect("the answer is JSON");
        change(&mut value);
        self.body = serde_json::to_vec(&value).expect("JSON");
    }
}

type Change = Box<dyn FnMut(&mut Answer) + Send>;

/// Listens on a port of its own; passes everything on unchanged until told otherwise.
pub struct Between {
    pub url: String,
    change: Arc<Mutex<Change>>,
    /// What is cut off before it reaches the server.
    cut: Arc<Mutex<Option<&'static str>>>,
    /// Whether events go through as they come; otherwise they are kept back.
    events: Arc<AtomicBool>,
}

impl Between {
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let change: Arc<Mutex<Change>> = Arc::new(Mutex::new(Box::new(|_| {})));
        // The same one that the program installs; whoever is first decides.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        let cut: Arc<Mutex<Option<&'static str>>> = Arc::default();
        let events = Arc::<AtomicBool>::default();
        let (server, changes, cuts) = (server.to_owned(), Arc::clone(&change), Arc::clone(&cut));
        let lets = Arc::clone(&events);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, client, changes) = (server.clone(), client.clone(), Arc::clone(&changes));
                let (cuts, lets) = (Arc::clone(&cuts), Arc::clone(&lets));
                thread::spawn(move || pass(stream, &server, &client, &changes, &cuts, &lets));
            }
        });
        Self { url, change, cut, events }
    }

    /// From now on every answer goes through `change`.
    pub fn changes(&self, change: impl FnMut(&mut Answer) + Send + 'static) {
        *self.change.lock().expect("no test panicked here") = Box::new(change);
    }

    pub fn is_honest_again(&self) {
        self.changes(|_| {});
        *self.cut.lock().expect("no test panicked here") = None;
    }

    /// From now on events go through.
    pub fn lets_events_through(&self) {
        self.events.store(true, Ordering::SeqCst);
    }

    /// From now on requests of this method do not reach the server.
    pub fn cuts_off(&self, method: &'static str) {
        *self.cut.lock().expect("no test panicked here") = Some(method);
    }
}

/// What has no end yet, as it comes.
fn passes_on(mut answer: Response, mut stream: TcpStream) -> Option<()> {
    stream
        .write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n")
        .ok()?;
    let mut some = [0; 1000];
    while let Ok(count @ 1..) = answer.read(&mut some) {
        stream.write_all(&some[..count]).ok()?;
    }
    None
}

/// One request of one connection.
fn pass(
    stream: TcpStream,
    server: &str,
    client: &Client,
    changes: &Mutex<Change>,
    cut: &Mutex<Option<&'static str>>,
    lets: &AtomicBool,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    if cut.lock().ok()?.is_some_and(|cut| cut == method) {
        return None;
    }
    let mut request = client.request(method.parse().ok()?, format!("{server}{path}"));
    let (mut length, mut range, mut agent) = (0, None, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "host" | "connection" => {}
            "user-agent" => {
                value.clone_into(&mut agent);
                request = request.header(name, value);
            }
            "range" => {
                let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
                range = Some((first.parse().ok()?, last.parse().ok()?));
                request = request.header(name, value);
            }
            _ => request = request.header(name, value),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = request.body(body).send().ok()?;
    let headers = answer.headers().clone();
    let status = answer.status().as_u16();
    let events = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    if events && lets.load(Ordering::SeqCst) {
        return passes_on(answer, stream);
    }
    let body = answer.bytes().ok()?.to_vec();
    let mut answer = Answer { method, path, agent, range, status, headers, body, lost: false, cut: None };
    (changes.lock().expect("no test panicked here"))(&mut answer);
    if answer.lost {
        return None;
    }
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        if !["content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
            head += &format!("{name}: {}\r\n", value.to_str().ok()?);
        }
    }
    if answer.status != 204 && answer.method != "HEAD" {
        head += &format!("content-length: {}\r\n", answer.body.len());
    }
    let mut stream = stream;
    stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
    if answer.method != "HEAD" {
        let comes = answer.cut.unwrap_or(usize::MAX).min(answer.body.len());
        stream.write_all(&answer.body[..comes]).ok()?;
    }
    Some(())
}
