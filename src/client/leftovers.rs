//! What is left of submissions that nobody continued: forgotten on demand, swept at a start.

use super::begun::Begun;
use super::http::line::Line;
use super::http::{HttpError, Server};
use super::send::SendError;
use super::stages::{Entry, Stages};
use crate::api::{Receipt, SubmissionState};
use crate::time::{Span, Time};
use std::time::Duration;
use zeroize::Zeroizing;

/// Nobody is asked about one that is younger.
const OLD: Span = Span::DAY.times(7);
/// The server's own limits have ended everything by then, reachable or not.
const ANCIENT: Span = Span::DAY.times(30);
/// A start does not wait long for a server that is not there.
const GLANCE: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(20);

/// How one was forgotten.
pub enum Forgotten {
    /// There and here.
    Everywhere,
    /// Here; the server could not be asked and erases it by itself.
    Here,
    /// It had been received before: that stays, and this is its receipt.
    Received(Zeroizing<String>),
}

/// Erases what was begun, at the server and here.
///
/// # Errors
/// When it may have been received and the server can not be asked: then it stays, because it holds the
/// receipt.
pub fn forget(entry: &Entry) -> Result<Forgotten, SendError> {
    let begun = &entry.begun;
    let done = match ask(begun, PATIENCE) {
        Ok(Some(receipt)) if receipt.state == SubmissionState::Received => {
            Forgotten::Received(begun.receipt())
        }
        Ok(Some(_)) => match line(begun, PATIENCE)?.delete("/api/receipt", &begun.auth()?) {
            Ok(()) => Forgotten::Everywhere,
            Err(_) => Forgotten::Here,
        },
        Ok(None) => Forgotten::Everywhere,
        Err(_) if begun.proven => return Err(SendError::Unsure { receipt: begun.receipt() }),
        Err(_) => Forgotten::Here,
    };
    entry.erase().map_err(|error| SendError::File { path: "sending".into(), error })?;
    Ok(done)
}

/// Clears away what is over: nobody holds it, it is old, and its server says so or has been silent for a
/// month.
pub fn sweep(stages: &Stages, now: Time) {
    stages.clears();
    for id in stages.ids().unwrap_or_default() {
        // Looked at before it is taken: others may be about to continue it.
        let Ok(begun) = stages.look(id) else { continue };
        if now < begun.begun_at + OLD {
            continue;
        }
        let Ok(entry) = stages.take(id) else { continue };
        let over = match ask(&begun, GLANCE) {
            Ok(None) => true,
            Ok(Some(receipt)) => receipt.state != SubmissionState::Receiving,
            Err(_) => now >= begun.begun_at + ANCIENT,
        };
        if over {
            let _ = entry.erase();
        }
    }
}

fn line(begun: &Begun, stall: Duration) -> Result<Line, SendError> {
    Ok(Line::to(&Server::at(&begun.link()?.origin)?, stall)?)
}

/// What the server knows of it; `None` when it knows nothing.
fn ask(begun: &Begun, stall: Duration) -> Result<Option<Receipt>, SendError> {
    match line(begun, stall)?.get("/api/receipt", &begun.auth()?) {
        Err(error) if error.kind() == "not-available" => Ok(None),
        Err(error @ HttpError::Refused { .. }) if error.kind() == "erased" => Ok(None),
        known => Ok(Some(known?)),
    }
}
