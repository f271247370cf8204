//! Continuing what was begun: from what is kept here and the offset that the server names.
//!
//! Neither the invitation nor the link's state is asked for: an expired link does not stop who has begun.
//! Files that were not sealed to their end are read again, under new keys and new numbers.

use super::dispatch::{Announce, Dispatch};
use super::http::Server;
use super::journey::over;
use super::send::{Manner, SendError, Sent, Step, picks, seal_manifest};
use super::stages::Entry;
use super::staging::Unsealed;
use crate::api::SubmissionState;
use crate::sealed::hash::Hash;
use crate::sealed::header;
use crate::time::Time;
use std::os::unix::fs::FileExt as _;

/// Goes on with `entry` until it was received.
///
/// # Errors
/// [`SendError`]; what is over or refused for good is erased here too. When a file that has to be sealed
/// anew is not there, everything stays as it is.
pub fn resume(
    mut entry: Entry,
    manner: &Manner<'_>,
    now: Time,
    told: &mut dyn FnMut(Step<'_>),
) -> Result<Sent, SendError> {
    let server = Server::at(&entry.begun.link()?.origin)?;
    for at in 0..entry.begun.files.len() {
        if entry.begun.files[at].staged && !lies_whole(&entry, at) {
            entry.begun.files[at].staged = false;
        }
    }
    let lost = !entry.begun.is_safe() && entry.begun.facts.is_none();
    let mut unsealed = Vec::new();
    if !lost && !entry.begun.proven {
        unsealed = seals_anew(&mut entry, now, told)?;
    }
    let sizes = entry.begun.sizes();
    let proven = entry.begun.proven;
    let mut dispatch = Dispatch::continues(entry, &server, manner, told)?;
    let announce = match dispatch.asks_receipt() {
        Err(error) => return Err(dispatch.gives_up(error)),
        Ok(Some(known)) => match known.state {
            SubmissionState::Received => {
                return Ok(dispatch.was_received(known.expires_at.unwrap_or(Time(0))));
            }
            SubmissionState::Erased => return Err(dispatch.came_to_nothing(over(&known))),
            SubmissionState::Receiving => {
                let same = known.files.iter().map(|(n, file)| (*n, file.size)).eq(sizes);
                if same { Announce::Known } else { Announce::Again }
            }
        },
        Ok(None) if proven => {
            return Err(dispatch
                .came_to_nothing("the server knows nothing of it any more; if it was received, it is gone"));
        }
        Ok(None) => Announce::Again,
    };
    if lost {
        let words = "what was sealed here is damaged and nothing was received; send it again from its files";
        let error = dispatch.gives_up(SendError::Over(words));
        return Err(error);
    }
    dispatch.ends(unsealed, manner.stages, announce)
}

/// Whether the stage holds the file that the manifest names: its size and its head.
fn lies_whole(entry: &Entry, at: usize) -> bool {
    let file = &entry.begun.files[at];
    let Ok(stage) = entry.staged(file.stated.n) else { return false };
    if stage.metadata().map_or(0, |facts| facts.len()) != file.sealed_size {
        return false;
    }
    let mut start = vec![0; file.sealed_size.min(2048) as usize];
    let read = stage.read_exact_at(&mut start, 0);
    let head = header::parse(&start).ok().and_then(|header| start.get(..header.len + 16));
    read.is_ok() && head.is_some_and(|head| Hash::of(head) == file.stated.head)
}

/// Begins to seal anew what was not sealed to its end; the state says so before a byte is sealed.
fn seals_anew(
    entry: &mut Entry,
    now: Time,
    told: &mut dyn FnMut(Step<'_>),
) -> Result<Vec<Unsealed>, SendError> {
    let mut unsealed = Vec::new();
    let begun = &mut entry.begun;
    let mut left = Vec::new();
    for at in 0..begun.files.len() {
        let Some(path) = begun.files[at].path().filter(|_| !begun.files[at].staged) else { continue };
        let before = begun.files[at].stated.clone();
        let n = begun.takes_number().ok_or(SendError::TooManyFiles(256))?;
        let (file, sealing) = picks(&begun.recipient, n, &path, before.question)?;
        begun.files[at] = file;
        left.push(before.n);
        unsealed.push((n, sealing));
    }
    if unsealed.is_empty() {
        return Ok(unsealed);
    }
    told(Step::SealsAnew(unsealed.len()));
    seal_manifest(begun, now)?;
    entry.keep().map_err(|error| SendError::File { path: "sending".into(), error })?;
    for n in left {
        entry.unstage(n);
    }
    Ok(unsealed)
}
