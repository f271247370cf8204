//! What was begun and not ended: which one is meant, and a line about each when that is not clear.

use super::{argument, date, shown};
use crate::client::begun::{Begun, Through};
use crate::client::http::Server;
use crate::client::stages::{Entry, Stages, TakeError};
use crate::ids::SubmissionId;
use anyhow::Context as _;

/// Takes the one that `named` names, a link or an id; without it the only one that no process holds.
pub(super) fn picked(stages: &Stages, named: Option<&str>, command: &str) -> anyhow::Result<Entry> {
    let mut ids = stages.ids()?;
    anyhow::ensure!(!ids.is_empty(), "nothing was begun here that has not ended");
    if let Some(named) = named {
        ids = named_by(stages, ids, named)?;
    }
    let (mut free, mut taken, mut damaged) = (Vec::new(), 0, Vec::new());
    for id in ids {
        match stages.take(id) {
            Ok(entry) => free.push(entry),
            Err(TakeError::Taken) => taken += 1,
            Err(TakeError::Gone) => {}
            Err(error) => damaged.push((id, error)),
        }
    }
    if free.len() > 1 {
        for entry in &free {
            eprintln!("{}", line(&entry.begun));
        }
        anyhow::bail!("several were begun; name one: `dewdrop send {command} ID`");
    }
    if let Some(entry) = free.pop() {
        return Ok(entry);
    }
    anyhow::ensure!(taken == 0, "another process is sending it right now");
    match damaged.into_iter().next() {
        Some((id, error)) => Err(error).context(id.to_string()),
        None => anyhow::bail!("nothing was begun here that has not ended"),
    }
}

/// Erases what is damaged beyond reading: nobody can continue it. Answers how many.
pub(super) fn erases_damaged(stages: &Stages) -> anyhow::Result<usize> {
    let mut erased = 0;
    for id in stages.ids()? {
        if matches!(stages.take(id), Err(TakeError::Begun(_))) {
            stages.erase_damaged(id)?;
            eprintln!("Erased here, because it was damaged: {id}");
            erased += 1;
        }
    }
    Ok(erased)
}

fn named_by(stages: &Stages, ids: Vec<SubmissionId>, named: &str) -> anyhow::Result<Vec<SubmissionId>> {
    let text = argument::text(named)?;
    if let Ok(id) = text.trim().parse::<SubmissionId>() {
        anyhow::ensure!(ids.contains(&id), "nothing was begun here by that id, or it has ended");
        return Ok(vec![id]);
    }
    let through = Through::link(&text)?;
    let same: Vec<_> = ids.into_iter().filter(|id| is_through(stages, *id, &through)).collect();
    anyhow::ensure!(!same.is_empty(), "nothing was begun here through this link, or it has ended");
    Ok(same)
}

fn is_through(stages: &Stages, id: SubmissionId, through: &Through) -> bool {
    stages.look(id).is_ok_and(|begun| through.is_of(&begun))
}

/// How many were begun through this link and no process sends.
pub(super) fn waiting(stages: &Stages, through: &Through) -> usize {
    let ids = stages.ids().unwrap_or_default();
    ids.into_iter().filter(|id| is_through(stages, *id, through) && stages.take(*id).is_ok()).count()
}

fn line(begun: &Begun) -> String {
    let host = begun.link().ok().and_then(|link| Server::at(&link.origin).ok());
    let names: Vec<_> = begun.files.iter().map(|file| shown(&file.stated.name)).collect();
    format!(
        "{}  {}  begun on {}  {}  {}",
        begun.submission,
        host.as_ref().map_or("", Server::host),
        date::words(begun.begun_at),
        if begun.is_safe() { "sealed here" } else { "not sealed to its end" },
        if names.is_empty() { "answers only".to_owned() } else { names.join(", ") },
    )
}
