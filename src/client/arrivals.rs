//! That something arrived at the desk, heard from its event stream for as long as the session lasts.

use super::desk::{Desk, DeskError};
use super::http::HttpError;
use super::http::line::{Line, STALL};
use super::patience::Patience;
use crate::api::{Event, Kind};
use std::thread;
use std::time::{Duration, Instant};

/// From then on a connection counts as one that held.
const HELD: Duration = Duration::from_mins(1);

/// What is heard.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// The list may have changed, also by what was missed while there was no connection.
    Something,
    /// There is no connection, and why; it is tried again.
    Lost(String),
}

/// Listens until the session ends, and answers how it ended.
pub fn listen(desk: &Desk, mut hears: impl FnMut(Heard)) -> DeskError {
    let line = match Line::to(&desk.server, STALL) {
        Ok(line) => line,
        Err(error) => return error.into(),
    };
    let mut patience = Patience::new(None);
    loop {
        let (mut first, begun) = (true, Instant::now());
        let ended = line.listens("/api/events", &desk.token, |said| {
            if std::mem::take(&mut first) || is_news(said) {
                hears(Heard::Something);
            }
        });
        let error = match ended.map_err(DeskError::from) {
            // With the session, or because the server stops; the next try hears which.
            Ok(()) => HttpError::Unreachable("the connection was closed".to_owned()),
            Err(DeskError::Http(error)) => error,
            Err(ended) => return ended,
        };
        if begun.elapsed() >= HELD {
            patience.rests();
        }
        let wait = patience.wait(&error, None, Instant::now());
        hears(Heard::Lost(error.to_string()));
        thread::sleep(wait.unwrap_or(STALL));
    }
}

/// Whether a line of the stream says that a submission came or went, or that lines are missing.
fn is_news(said: &str) -> bool {
    let Some(json) = said.strip_prefix("data: ") else { return said == "event: again" };
    let event: Option<Event> = serde_json::from_str(json).ok();
    event.is_some_and(|event| event.kind == Kind::Submission && event.state != "receiving")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_the_list_is_news() {
        let id = "AAAAAAAAAAAAAAAAAAAAAA";
        let said = |kind: &str, state: &str| {
            format!(
                r#"data: {{"kind":"{kind}","id":"{id}","link":"{id}","state":"{state}","received":1,"size":2}}"#
            )
        };
        for news in [said("submission", "received"), said("submission", "erased"), "event: again".into()] {
            assert!(is_news(&news), "{news}");
        }
        let none = [said("submission", "receiving"), said("link", "spent"), said("alerts", "failing")];
        for none in none.into_iter().chain([": here", "data: {}", "data: x", ""].map(str::to_owned)) {
            assert!(!is_news(&none), "{none}");
        }
    }
}
