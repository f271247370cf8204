//! What a reader asks of a [`Line`]: a range of a file as it comes, and the desk's event stream. Both end when
//! nothing has moved for as long as the line allows.

use super::super::header;
use super::{HttpError, Line, Moved, read, refused, unless_stalled, unreachable};
use crate::tokens::Bearer;
use reqwest::header::{ACCEPT, CONTENT_RANGE, RANGE};
use reqwest::{RequestBuilder, Response, StatusCode};
use std::ops::Range;

/// A line of events is one small JSON object.
const LONGEST: usize = 64 * 1024;

impl Line {
    /// Gets the bytes of `range` and gives them to `into` as they come; what `into` says ends it.
    ///
    /// # Errors
    /// [`HttpError`]; then a part may have come.
    pub fn reads<E>(
        &self,
        path: &str,
        bearer: &Bearer,
        range: &Range<u64>,
        mut into: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Result<(), E>, HttpError> {
        let (first, last) = (range.start, range.end.saturating_sub(1));
        let request = self.asked(path, bearer).header(RANGE, format!("bytes={first}-{last}"));
        let moved = Moved::begins();
        self.runtime.block_on(unless_stalled(&moved, self.stall, async {
            let mut answer = accepted(request, &moved).await?;
            let expected = format!("bytes {first}-{last}/");
            let named = header(answer.headers(), CONTENT_RANGE.as_str()).unwrap_or_default();
            if answer.status() != StatusCode::PARTIAL_CONTENT || !named.starts_with(&expected) {
                return Err(HttpError::Answer("another range than asked for"));
            }
            let mut left = range.end - range.start;
            while let Some(bytes) = answer.chunk().await.map_err(unreachable)? {
                moved.now();
                left = left.checked_sub(bytes.len() as u64).ok_or(HttpError::Answer("it is too long"))?;
                if let Err(ended) = into(&bytes) {
                    return Ok(Err(ended));
                }
                // Writing it down took its time too.
                moved.now();
            }
            if left == 0 { Ok(Ok(())) } else { Err(HttpError::Unreachable("the answer was cut off".into())) }
        }))
    }

    /// Gives each line of an event stream to `hears`, until it ends.
    ///
    /// # Errors
    /// [`HttpError`]
    pub fn listens(&self, path: &str, bearer: &Bearer, mut hears: impl FnMut(&str)) -> Result<(), HttpError> {
        let request = self.asked(path, bearer).header(ACCEPT, "text/event-stream");
        let moved = Moved::begins();
        self.runtime.block_on(unless_stalled(&moved, self.stall, async {
            let mut answer = accepted(request, &moved).await?;
            let mut held = Vec::new();
            while let Some(bytes) = answer.chunk().await.map_err(unreachable)? {
                moved.now();
                held.extend_from_slice(&bytes);
                while let Some(end) = held.iter().position(|byte| *byte == b'\n') {
                    hears(String::from_utf8_lossy(&held[..end]).trim_end());
                    held.drain(..=end);
                }
                if held.len() > LONGEST {
                    return Err(HttpError::Answer("it is too long"));
                }
            }
            Ok(())
        }))
    }

    fn asked(&self, path: &str, bearer: &Bearer) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.origin)).bearer_auth(bearer.reveal())
    }
}

/// The answer to a request that was not refused, its body still to come.
async fn accepted(request: RequestBuilder, moved: &Moved) -> Result<Response, HttpError> {
    let answer = request.send().await.map_err(unreachable)?;
    moved.now();
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    Err(refused(status, &headers, &read(answer, moved).await.unwrap_or_default()))
}
