//! A sealed file on its way to a reader. Whether it may still be read is asked again before each batch.
//!
//! A batch is one chunk at first, later as much as was taken fast before it; for who has taken [`FAST`] so, the
//! next two are opened beside each other while one is sent. Who turns slow gets a chunk at a time again, with none
//! ahead.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use super::range::{self, Wanted};
use crate::ids::{AccountId, SubmissionId};
use crate::submissions::{Batch, CHUNK, Download, SubmissionError};
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use actix_web::web::{Bytes, Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, stream};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, spawn_blocking};

const LARGEST: u64 = 4 * CHUNK as u64;
/// More than what kernels on the way keep for who does not read.
const FAST: u64 = 16 * CHUNK as u64;
/// Batches that are opened while one is sent.
const AHEAD: usize = 2;
/// A batch that took so long to be taken is one of a slow reader: 1 MB/s.
const SLOW: Duration = Duration::from_millis(250);

pub async fn file(
    server: Data<Server>,
    request: HttpRequest,
    SignedIn(session): SignedIn,
    path: Path<(SubmissionId, u8)>,
) -> Result<HttpResponse, Refusal> {
    let (id, n) = path.into_inner();
    let (now, submissions, account) = (server.now(), server.submissions.clone(), session.account);
    let download = block(move || submissions.download(now, account, id, n)).await??;
    let total = download.total();
    // What was committed never changes: the name is the content.
    let etag = format!("\"{id}.{n}\"");
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header(IF_NONE_MATCH).is_some_and(|had| names(had, &etag)) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    let same = header(IF_RANGE).is_none_or(|had| had == etag);
    // Only a GET has ranges.
    let ranged = same && request.method() == Method::GET;
    let wanted = if ranged { range::read(header(RANGE), total) } else { Wanted::Whole };
    let (mut response, from, to) = match wanted {
        Wanted::Nothing => {
            return Err(Refusal::new(416, "range", "That range is not in the file.")
                .header(CONTENT_RANGE, format!("bytes */{total}")));
        }
        Wanted::Whole => (HttpResponse::Ok(), 0, total),
        Wanted::Part(from, to) => {
            let mut response = HttpResponse::PartialContent();
            response.insert_header((CONTENT_RANGE, format!("bytes {from}-{}/{total}", to - 1)));
            (response, from, to)
        }
    };
    response
        .content_type("application/octet-stream")
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, etag));
    if request.method() == Method::HEAD {
        let nothing = stream::empty::<Result<Bytes, io::Error>>();
        return Ok(response.body(SizedStream::new(to - from, nothing)));
    }
    let source = Source::of(server.get_ref().clone(), account, download, from, to);
    Ok(response.body(SizedStream::new(to - from, source.batches())))
}

/// Whether an If-None-Match names this version.
fn names(had: &str, etag: &str) -> bool {
    had.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

struct Source {
    server: Server,
    account: AccountId,
    /// Opened up to here, or about to be.
    at: u64,
    to: u64,
    pace: Pace,
    /// Not at work.
    idle: Vec<Download>,
    /// At work, in order.
    ahead: VecDeque<Opening>,
}

type Opening = JoinHandle<Result<Batch, SubmissionError>>;

/// How fast an answer is taken.
#[derive(Default)]
struct Pace {
    /// Bytes taken since it was last slow.
    taken: u64,
    /// The batch that is being sent, and since when.
    sent: u64,
    since: Option<Instant>,
}

impl Pace {
    /// The batch before was taken.
    fn goes_on(&mut self, now: Instant) {
        let fast = self.since.is_some_and(|since| now.duration_since(since) < SLOW);
        self.taken = if fast { self.taken + self.sent } else { 0 };
    }

    fn sends(&mut self, bytes: u64, now: Instant) {
        (self.sent, self.since) = (bytes, Some(now));
    }

    /// Bytes of the next batch, in whole chunks.
    fn batch(&self) -> u64 {
        self.taken.clamp(CHUNK as u64, LARGEST) / CHUNK as u64 * CHUNK as u64
    }

    /// How many batches may be opened while one is sent.
    fn ahead(&self) -> usize {
        if self.taken >= FAST { AHEAD } else { 0 }
    }
}

impl Source {
    fn of(server: Server, account: AccountId, download: Download, from: u64, to: u64) -> Self {
        let (idle, ahead) = (vec![download.clone(), download], VecDeque::new());
        Self { server, account, at: from, to, pace: Pace::default(), idle, ahead }
    }

    /// Begins to open the next batch, unless that was the end or all are at work.
    fn begin(&mut self) {
        let most = (self.pace.batch() - self.at % CHUNK as u64).min(self.to - self.at);
        if most == 0 {
            return;
        }
        let Some(download) = self.idle.pop() else { return };
        let (submissions, clock) = (self.server.submissions.clone(), self.server.clock.clone());
        let (account, at) = (self.account, self.at);
        self.at += most;
        let most = usize::try_from(most).expect("a batch is small");
        let open = move || submissions.batch(clock.now(), account, download, at, most);
        self.ahead.push_back(spawn_blocking(open));
    }

    /// The next batch; none at the end.
    async fn next(&mut self) -> Option<Result<Bytes, io::Error>> {
        self.pace.goes_on(Instant::now());
        if self.ahead.is_empty() {
            self.begin();
        }
        let opened = self.ahead.pop_front()?.await;
        let batch = match opened.map_err(io::Error::other).and_then(|batch| batch.map_err(io::Error::other)) {
            Err(error) => return Some(Err(error)),
            Ok(batch) => batch,
        };
        self.idle.push(batch.download);
        self.pace.sends(batch.bytes.len() as u64, Instant::now());
        while self.ahead.len() < self.pace.ahead() && !self.idle.is_empty() && self.at < self.to {
            self.begin();
        }
        Some(Ok(batch.bytes))
    }

    fn batches(self) -> impl Stream<Item = Result<Bytes, io::Error>> {
        stream::unfold(Some(self), |source| async move {
            let mut source = source?;
            let opened = source.next().await?;
            // After an error the connection is cut: a shorter file never looks whole.
            let source = opened.is_ok().then_some(source);
            Some((opened, source))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_reads_fast_has_much_opened() {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        let mut batches = Vec::new();
        for _ in 0..8 {
            now += SLOW - Duration::from_millis(1);
            pace.goes_on(now);
            batches.push((pace.batch() / CHUNK as u64, pace.ahead()));
            pace.sends(pace.batch(), now);
        }
        let expected = [(1, 0), (1, 0), (2, 0), (4, 0), (4, 0), (4, 0), (4, AHEAD), (4, AHEAD)];
        assert_eq!(batches, expected);
        pace.goes_on(now + SLOW);
        assert_eq!((pace.batch(), pace.ahead()), (CHUNK as u64, 0));
    }
}
