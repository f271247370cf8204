//! A sealed file on its way to a reader: batches of up to 1 MiB, the next one opened while this one is
//! sent. Whether it may still be read is asked again before each.

use super::Server;
use super::auth::SignedIn;
use super::problem::Refusal;
use super::range::{self, Wanted};
use crate::ids::{AccountId, SubmissionId};
use crate::submissions::{Batch, Download, SubmissionError};
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use actix_web::web::{Bytes, Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, stream};
use std::io;
use tokio::task::{JoinHandle, spawn_blocking};

const BATCH: u64 = 1 << 20;

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
    let source = Source { server: server.get_ref().clone(), account, at: from, to };
    Ok(response.body(SizedStream::new(to - from, source.batches(download))))
}

struct Source {
    server: Server,
    account: AccountId,
    at: u64,
    to: u64,
}

impl Source {
    /// Begins to open the next batch, none at the end.
    fn next(&mut self, download: Download) -> Option<JoinHandle<Result<Batch, SubmissionError>>> {
        let most = BATCH.min(self.to - self.at);
        if most == 0 {
            return None;
        }
        let (submissions, clock) = (self.server.submissions.clone(), self.server.clock.clone());
        let (account, at) = (self.account, self.at);
        self.at += most;
        let most = usize::try_from(most).expect("a batch is small");
        Some(spawn_blocking(move || submissions.batch(clock.now(), account, download, at, most)))
    }

    fn batches(mut self, download: Download) -> impl Stream<Item = Result<Bytes, io::Error>> {
        let first = self.next(download);
        stream::unfold((self, first), |(mut source, ahead)| async move {
            let read = ahead?.await;
            match read.map_err(io::Error::other).and_then(|read| read.map_err(io::Error::other)) {
                // The connection is cut: a shorter file never looks whole.
                Err(error) => Some((Err(error), (source, None))),
                Ok(Batch { download, bytes }) => {
                    let ahead = source.next(download);
                    Some((Ok(Bytes::from(bytes)), (source, ahead)))
                }
            }
        })
    }
}
