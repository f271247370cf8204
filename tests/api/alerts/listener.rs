//! A real receiver of webhooks and of ntfy: takes requests and answers as told.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came.
#[derive(Debug)]
pub struct Taken {
    /// Method and path.
    pub what: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub struct Listener {
    pub port: u16,
    requests: Receiver<Taken>,
    answer: Arc<Mutex<String>>,
    over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Listener {
    /// Answers 200.
    pub fn begins() -> Self {
        Self::begins_at(0)
    }

    pub fn begins_at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (say, requests) = channel();
        let answer = Arc::new(Mutex::new("200 OK".to_owned()));
        let over = Arc::new(AtomicBool::new(false));
        let (answers, ends) = (Arc::clone(&answer), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            // What is answered nothing stays open until the end.
            let mut open = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let answer = answers.lock().unwrap().clone();
                open.extend(serves(stream, &answer, &say));
            }
        });
        Self { port, requests, answer, over, thread: Some(thread) }
    }

    /// What is answered from now on: status and further headers, or "" for nothing at all.
    pub fn answers(&self, answer: &str) {
        *self.answer.lock().unwrap() = answer.to_owned();
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn takes(&self) -> Taken {
        self.requests.recv_timeout(Duration::from_secs(30)).expect("a request")
    }

    pub fn has_more(&self) -> bool {
        self.requests.try_recv().is_ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads a request and answers it; answers the stream when it is to hang.
fn serves(stream: TcpStream, answer: &str, say: &Sender<Taken>) -> Option<TcpStream> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let what = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    let header =
        |line: &String| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.into()));
    let headers: BTreeMap<String, String> = lines[1..].iter().filter_map(header).collect();
    let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    say.send(Taken { what, headers, body: String::from_utf8(body).unwrap() }).ok()?;
    let mut stream = reader.into_inner();
    if answer.is_empty() {
        return Some(stream);
    }
    let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    None
}
