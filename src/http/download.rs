//! A sealed file on its way to a reader. Whether it may still be read is asked again before each batch.
//!
//! A batch is one chunk at first, later as much as was taken before it, and from the largest on the next is
//! opened while this one is sent: who does not read costs little more than a chunk.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use super::range::{self, Wanted};
use crate::ids::{AccountId, SubmissionId};
use crate::submissions::{Batch, CHUNK, Download, SubmissionError};
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use actix_web::web::{Bytes, Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, stream};
use std::collections::VecDeque;
use std::io;
use tokio::task::{JoinHandle, spawn_blocking};

const LARGEST: u64 = 4 * CHUNK as u64;

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
    let same = header(IF_RANGE).is_none_or(|had| had == etag);
    let wanted = if same { range::read(header(RANGE), total) } else { Wanted::Whole };
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
    let source = Source { server: server.get_ref().clone(), account, from, at: from, to };
    Ok(response.body(SizedStream::new(to - from, source.pieces(download))))
}

struct Source {
    server: Server,
    account: AccountId,
    from: u64,
    /// Opened up to here.
    at: u64,
    to: u64,
}

type Opening = JoinHandle<Result<Batch, SubmissionError>>;

/// Where the next batch comes from.
enum Next {
    Idle(Download),
    Ahead(Opening),
    /// Nothing follows.
    Over,
}

impl Source {
    /// Begins to open the next batch, none at the end.
    fn begin(&mut self, download: Download) -> Option<Opening> {
        let whole = (self.at - self.from).clamp(CHUNK as u64, LARGEST) / CHUNK as u64 * CHUNK as u64;
        let most = (whole - self.at % CHUNK as u64).min(self.to - self.at);
        if most == 0 {
            return None;
        }
        let (submissions, clock) = (self.server.submissions.clone(), self.server.clock.clone());
        let (account, at) = (self.account, self.at);
        self.at += most;
        let most = usize::try_from(most).expect("a batch is small");
        Some(spawn_blocking(move || submissions.batch(clock.now(), account, download, at, most)))
    }

    /// After a batch was opened: begins the next at once for who reads.
    fn after(&mut self, download: Download) -> Next {
        if self.at - self.from < 2 * LARGEST {
            return Next::Idle(download);
        }
        self.begin(download).map_or(Next::Over, Next::Ahead)
    }

    fn pieces(self, download: Download) -> impl Stream<Item = Result<Bytes, io::Error>> {
        let begun = (self, Next::Idle(download), VecDeque::new());
        stream::unfold(begun, |(mut source, mut next, mut pieces)| async move {
            loop {
                if let Some(piece) = pieces.pop_front() {
                    return Some((Ok(piece), (source, next, pieces)));
                }
                let opening = match next {
                    Next::Idle(download) => source.begin(download)?,
                    Next::Ahead(opening) => opening,
                    Next::Over => return None,
                };
                let read = opening.await.map_err(io::Error::other);
                match read.and_then(|read| read.map_err(io::Error::other)) {
                    // The connection is cut: a shorter file never looks whole.
                    Err(error) => return Some((Err(error), (source, Next::Over, pieces))),
                    Ok(batch) => {
                        pieces = batch.pieces.into();
                        next = source.after(batch.download);
                    }
                }
            }
        })
    }
}
