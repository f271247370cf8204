//! One file's way to the server: request by request, from the offset that the server names.
//!
//! What the server lost is sent again, the same bytes; a server that counts what it was not sent, or
//! keeps losing what it had, is refused.

use super::http::HttpError;
use super::http::line::Line;
use super::journey::{Journey, over};
use super::patience::{Fault, judge};
use super::send::{SendError, Step};
use super::staging::{PieceError, Staging};
use crate::api::{Receipt, SubmissionState};
use crate::tokens::Bearer;
use std::collections::btree_map::Entry;

/// Offsets that do not fit, in a row; and acknowledged bytes that were lost, in all.
const MOST_CONFUSED: u32 = 20;
const MOST_LOST: u32 = 1000;

/// A server that can not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    #[error("the server no longer has bytes that it had acknowledged")]
    ServerLost,
    #[error("the server has another number of bytes than were sent")]
    Incomplete,
    #[error("something between here and the server takes no request of 256 KiB")]
    TooSmall,
}

/// A file to be brought.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub n: u8,
    pub name: String,
    /// F.
    pub size: u64,
}

/// What one file's way has come to.
struct Way {
    /// As the server last said; None after a fault.
    at: Option<u64>,
    acknowledged: u64,
    confused: u32,
    lost: u32,
}

impl Journey<'_> {
    /// Brings every file and asks whether the server has all of each. `fresh`: nothing was sent before.
    pub fn brings(&mut self, legs: &[Leg], staging: &Staging, fresh: bool) -> Result<(), SendError> {
        let mut fresh = fresh;
        for _ in 0..MOST_CONFUSED {
            for leg in legs {
                self.brings_one(leg, legs, staging, fresh)?;
            }
            let mut complete = true;
            for leg in legs {
                complete &= self.offset(leg)?.0 == leg.size;
            }
            if complete {
                return Ok(());
            }
            fresh = false;
        }
        Err(UploadError::Incomplete.into())
    }

    /// How much of a file the server has, and its size.
    fn offset(&mut self, leg: &Leg) -> Result<(u64, u64), SendError> {
        let path = path(leg.n);
        self.looks_up(|line, auth| match line.offset(&path, auth) {
            Err(error) if is_missing(&error) => {
                why_missing(line, auth, leg.n).map_or(Err(error), |why| Ok(Err(why)))
            }
            known => known.map(Ok),
        })?
    }

    fn brings_one(
        &mut self,
        leg: &Leg,
        legs: &[Leg],
        staging: &Staging,
        fresh: bool,
    ) -> Result<(), SendError> {
        let mut way = Way { at: fresh.then_some(0), acknowledged: 0, confused: 0, lost: 0 };
        let mut announced = false;
        loop {
            staging.check().map_err(|(n, error)| failed(legs, n, error.into()))?;
            let at = match way.at {
                Some(at) => at,
                None => self.looks(leg, &mut way)?,
            };
            if !announced {
                (self.told)(Step::File { name: &leg.name, sealed_size: leg.size, sent: at });
                announced = true;
            }
            (self.told)(Step::Sent(at));
            if at == leg.size {
                return Ok(());
            }
            self.notices();
            let piece = self.piece(leg, staging, at)?;
            let (len, path) = (piece.len(), path(leg.n));
            match self.line.append(&path, &self.auth, at, piece) {
                Ok(held) if held > at && held <= at + len as u64 => {
                    (way.at, way.acknowledged, way.confused) = (Some(held), held, 0);
                    self.pace.went_well();
                    self.goes_on();
                }
                Ok(_) => return Err(UploadError::ServerLost.into()),
                Err(error) => {
                    way.at = None;
                    self.takes_fault(error, &mut way, len)?;
                }
            }
        }
    }

    /// Asks how much the server has.
    fn looks(&mut self, leg: &Leg, way: &mut Way) -> Result<u64, SendError> {
        let (held, size) = self.offset(leg)?;
        if size != leg.size || held > size {
            return Err(UploadError::Incomplete.into());
        }
        if held < way.acknowledged {
            way.lost += 1;
            if way.lost > MOST_LOST {
                return Err(UploadError::ServerLost.into());
            }
        }
        way.acknowledged = held;
        way.at = Some(held);
        Ok(held)
    }

    fn piece(&mut self, leg: &Leg, staging: &Staging, at: u64) -> Result<bytes::Bytes, SendError> {
        let failed = |error| SendError::Piece { name: leg.name.clone(), error };
        let source = match self.sources.entry(leg.n) {
            Entry::Occupied(here) => here.into_mut(),
            Entry::Vacant(free) => free.insert(staging.source(leg.n).map_err(failed)?),
        };
        staging.piece(leg.n, source, leg.size, at, self.pace.size()).map_err(failed)
    }

    fn takes_fault(&mut self, error: HttpError, way: &mut Way, len: usize) -> Result<(), SendError> {
        match judge(&error) {
            Fault::Final => Err(SendError::Http(error)),
            Fault::Elsewhere => {
                way.confused += 1;
                if way.confused > MOST_CONFUSED { Err(UploadError::Incomplete.into()) } else { Ok(()) }
            }
            Fault::TooLarge => {
                if self.pace.refused(len) {
                    Ok(())
                } else {
                    Err(UploadError::TooSmall.into())
                }
            }
            Fault::Passing(_) => {
                if matches!(error, HttpError::Unreachable(_)) {
                    self.pace.dropped();
                }
                self.waits(error)
            }
        }
    }
}

fn is_missing(error: &HttpError) -> bool {
    matches!(error, HttpError::Refused { problem, .. } if matches!(problem.status, 404 | 410))
}

/// An answer to HEAD can not say what is gone, nor that our server gave it: the receipt does. `None` when
/// nothing is.
fn why_missing(line: &Line, auth: &Bearer, n: u8) -> Option<SendError> {
    match line.get::<Receipt>("/api/receipt", auth) {
        Ok(known) if known.state == SubmissionState::Erased => Some(SendError::Over(over(&known))),
        Ok(known) if !known.files.contains_key(&n) => {
            Some(SendError::Over("the server was told to leave a file out; send it again"))
        }
        Err(error) if judge(&error) == Fault::Final => Some(SendError::Http(error)),
        Ok(_) | Err(_) => None,
    }
}

/// Of a file that may not have had its turn yet.
fn failed(legs: &[Leg], n: u8, error: PieceError) -> SendError {
    let name = legs.iter().find(|leg| leg.n == n).map(|leg| leg.name.clone());
    SendError::Piece { name: name.unwrap_or_default(), error }
}

fn path(n: u8) -> String {
    format!("/api/receipt/files/{n}")
}
