//! A submission that was begun, in this process's hands, until it was received or given up.

use super::begun::Begun;
use super::http::line::Line;
use super::http::{HttpError, Server};
use super::journey::Journey;
use super::pace::Pace;
use super::patience::Patience;
use super::send::{Manner, SendError, Sent, Step};
use super::stages::{Entry, Stages};
use super::staging::{Staging, Unsealed};
use super::standing::Stand;
use super::upload::{Leg, UploadError};
use crate::bytes::Octets;
use crate::ids::SubmissionId;
use crate::sealed::link::Link;
use crate::time::Time;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use zeroize::Zeroizing;

/// A server that takes every file and then says that one is missing is asked so often.
const ROUNDS: usize = 5;

pub(super) struct Dispatch<'a> {
    pub journey: Journey<'a>,
    link: Link,
    receipt: Zeroizing<String>,
    submission: SubmissionId,
    manifest: Octets,
    sizes: BTreeMap<u8, u64>,
    legs: Vec<Leg>,
    /// What is remembered of it here.
    entry: Option<Arc<Mutex<Entry>>>,
}

impl<'a> Dispatch<'a> {
    /// Remembers what begins, where there is a place for it.
    pub fn begins(
        begun: Begun,
        server: &Server,
        manner: &Manner<'_>,
        told: &'a mut dyn FnMut(Step<'_>),
    ) -> Result<Self, SendError> {
        let mut dispatch = Self::of(&begun, server, manner, told)?;
        match manner.stages.map(|stages| stages.begin(begun)) {
            Some(Ok(entry)) => dispatch.holds(entry),
            Some(Err(_)) | None => dispatch.journey.standing.set(Stand::Unkept),
        }
        Ok(dispatch)
    }

    /// Goes on with what was remembered.
    pub fn continues(
        entry: Entry,
        server: &Server,
        manner: &Manner<'_>,
        told: &'a mut dyn FnMut(Step<'_>),
    ) -> Result<Self, SendError> {
        let mut dispatch = Self::of(&entry.begun, server, manner, told)?;
        dispatch.holds(entry);
        Ok(dispatch)
    }

    fn of(
        begun: &Begun,
        server: &Server,
        manner: &Manner<'_>,
        told: &'a mut dyn FnMut(Step<'_>),
    ) -> Result<Self, SendError> {
        let journey = Journey {
            line: Line::to(server, manner.stall)?,
            auth: begun.auth()?,
            submission: begun.submission,
            patience: Patience::new(manner.give_up_after),
            pace: Pace::default(),
            standing: Arc::clone(&manner.standing),
            told,
            sources: BTreeMap::new(),
            begun: Instant::now(),
            said_safe: false,
        };
        let legs = begun.files.iter().map(|file| Leg {
            n: file.stated.n,
            name: file.stated.name.clone(),
            size: file.sealed_size,
        });
        Ok(Self {
            journey,
            link: begun.link()?,
            receipt: begun.receipt(),
            submission: begun.submission,
            manifest: begun.manifest.clone(),
            sizes: begun.sizes(),
            legs: legs.collect(),
            entry: None,
        })
    }

    fn holds(&mut self, entry: Entry) {
        let safe = entry.begun.is_safe();
        self.journey.standing.set(if safe { Stand::Safe } else { Stand::Sealing });
        self.entry = Some(Arc::new(Mutex::new(entry)));
    }

    fn entry(&self) -> Option<MutexGuard<'_, Entry>> {
        Some(self.entry.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings `unsealed` and what lies in the stage, and commits.
    pub fn ends(
        mut self,
        unsealed: Vec<Unsealed>,
        stages: Option<&Stages>,
        announce: Announce,
    ) -> Result<Sent, SendError> {
        match self.delivers(unsealed, stages, announce) {
            Ok(erases_at) => Ok(self.was_received(erases_at)),
            Err(error) => Err(self.gives_up(error)),
        }
    }

    /// It was received: nothing of it is kept.
    pub fn was_received(self, erases_at: Time) -> Sent {
        self.journey.standing.set(Stand::Nothing);
        self.forgets();
        Sent { submission: self.submission, receipt: self.receipt, erases_at }
    }

    fn delivers(
        &mut self,
        unsealed: Vec<Unsealed>,
        stages: Option<&Stages>,
        announce: Announce,
    ) -> Result<Time, SendError> {
        if announce != Announce::Known {
            let first = announce == Announce::First;
            self.journey.announces(&self.link.secret, self.sizes.clone(), first)?;
        }
        self.journey.puts_manifest(&self.manifest)?;
        let staging = self.staging(unsealed, stages);
        let mut fresh = announce == Announce::First;
        for _ in 0..ROUNDS {
            self.journey.brings(&self.legs, &staging, fresh)?;
            if let Some(mut entry) = self.entry() {
                entry.begun.proven = true;
                // It only makes the words better: the receipt is asked anyway.
                let _ = entry.keep();
            }
            if let Some(committed) = self.journey.commits(&self.link.secret, &self.manifest)? {
                return Ok(committed.expires_at);
            }
            self.journey.puts_manifest(&self.manifest)?;
            fresh = false;
        }
        Err(UploadError::Incomplete.into())
    }

    fn staging(&mut self, unsealed: Vec<Unsealed>, stages: Option<&Stages>) -> Staging {
        let bytes = unsealed.iter().map(|(_, sealing)| sealing.sealed_size).sum();
        let room = stages.is_some_and(|stages| stages.has_room(bytes).unwrap_or(false));
        match &self.entry {
            Some(entry) if room || unsealed.is_empty() => {
                Staging::begin(unsealed, Arc::clone(entry), Arc::clone(&self.journey.standing))
            }
            entry => {
                (self.journey.told)(Step::Unkept);
                Staging::in_flight(unsealed, entry.clone())
            }
        }
    }

    /// What was begun and is refused for good is erased, there and here. What may go on is left as it is.
    pub fn gives_up(self, error: SendError) -> SendError {
        let stand = self.journey.standing.get();
        if stand == Stand::Proven && matches!(error, SendError::GaveUp(_)) {
            return SendError::Unsure { receipt: self.receipt };
        }
        if error.may_go_on() && self.entry.is_some() {
            return error;
        }
        // The failure that is told is the first one; the server erases what is left by itself.
        let _ = self.journey.line.delete("/api/receipt", &self.journey.auth);
        self.journey.standing.set(Stand::Nothing);
        self.forgets();
        error
    }

    /// It is over: nothing of it is kept, and nothing of it is at the server.
    pub fn came_to_nothing(self, words: &'static str) -> SendError {
        self.journey.standing.set(Stand::Nothing);
        self.forgets();
        SendError::Over(words)
    }

    fn forgets(&self) {
        if let Some(entry) = self.entry() {
            // A folder that can not be unlinked has no name any more: the next start tries again.
            let _ = entry.erase();
        }
    }

    /// Asks what the server knows; `None` when it knows nothing.
    pub fn asks_receipt(&mut self) -> Result<Option<crate::api::Receipt>, SendError> {
        match self.journey.receipt() {
            Err(SendError::Http(HttpError::Refused { problem, .. })) if problem.kind == "not-available" => {
                Ok(None)
            }
            known => known.map(Some),
        }
    }
}

/// Whether the server is told of the files first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announce {
    /// It never heard of them.
    First,
    /// It may have, or they are others now.
    Again,
    /// It named the same ones.
    Known,
}
