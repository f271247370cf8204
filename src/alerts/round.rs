//! A round: everything that is due one way, tried once. A failure ends the round for its account and
//! is noted; accounts do not wait for each other.

use super::failure::Failure;
use super::health::{self, Health, WAYS};
use super::message::{Kind, Message};
use super::queue::Entry;
use super::settings::Settings;
use super::{AlertError, Alerts, Way, post};
use crate::events::Event;
use crate::ids::AccountId;
use crate::store::{Change, CommitError};
use crate::time::{Now, Span, Time};
use futures_util::{StreamExt as _, stream};

/// Accounts that are told at the same time.
const AT_ONCE: usize = 8;
/// When a round fails because of the store.
const AGAIN: Span = Span::MINUTE;

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    pub told: usize,
    pub failed: usize,
    /// When something that could not be told is tried again.
    pub again: Option<Time>,
}

/// What one account is to be told.
struct Work {
    account: AccountId,
    settings: Settings,
    entries: Vec<Entry>,
}

impl Alerts {
    /// Tells all that is due one way; `now` is asked again for each.
    pub async fn round(&self, way: Way, now: impl Fn() -> Now + Sync) -> Round {
        let (alerts, begun) = (self.clone(), now());
        let (work, mut round) = match tokio::task::spawn_blocking(move || alerts.due(begun, way)).await {
            Ok(Ok(due)) => due,
            Ok(Err(error)) => return stumbled(begun, &error),
            Err(error) => return stumbled(begun, &error),
        };
        let rounds = stream::iter(work.into_iter().map(|work| self.tell(way, work, &now)));
        for told in rounds.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await {
            round.told += told.told;
            round.failed += told.failed;
            round.again = round.again.into_iter().chain(told.again).min();
        }
        round
    }

    /// What is due of each account, and when the others are.
    fn due(&self, now: Now, way: Way) -> Result<(Vec<Work>, Round), AlertError> {
        let (mut work, mut round) = (Vec::new(), Round::default());
        for (account, settings) in self.everyone()? {
            if settings.since(way).is_none() {
                continue;
            }
            let entries = self.plan(now, account, &settings, way)?;
            if entries.is_empty() {
                continue;
            }
            match self.health(account, way)?.waits_until(now.reads) {
                Some(at) => round.again = round.again.into_iter().chain(Some(at)).min(),
                None => work.push(Work { account, settings, entries }),
            }
        }
        Ok((work, round))
    }

    async fn tell(&self, way: Way, work: Work, now: &(impl Fn() -> Now + Sync)) -> Round {
        let Work { account, settings, entries } = work;
        let mut round = Round::default();
        for entry in entries {
            let told = self.deliver(way, &settings, &self.message(&entry), now().reads).await;
            let (alerts, at) = (self.clone(), now().reads);
            let noted = tokio::task::spawn_blocking(move || match told {
                Ok(()) => {
                    alerts.told(at, &entry)?;
                    alerts.went_well(at, account, way).map(|()| None)
                }
                Err(why) => alerts.went_wrong(at, account, way, why).map(Some),
            });
            match noted.await {
                Ok(Ok(None)) => round.told += 1,
                Ok(Ok(Some(next_at))) => {
                    return Round { failed: round.failed + 1, again: Some(next_at), ..round };
                }
                Ok(Err(error)) => return Round { told: round.told, ..stumbled(now(), &error) },
                Err(error) => return Round { told: round.told, ..stumbled(now(), &error) },
            }
        }
        round
    }

    /// One message, one way, within the patience of a whole try.
    async fn deliver(
        &self,
        way: Way,
        settings: &Settings,
        message: &Message,
        now: Time,
    ) -> Result<(), Failure> {
        let outside = &self.outside;
        let sending = async {
            match way {
                Way::Mail => match (&outside.mailer, &settings.mail) {
                    (Some(mailer), Some(mail)) => mailer.send(&mail.to, message).await,
                    _ => Err(Failure::NoMailServer),
                },
                Way::Webhook => match &settings.webhook {
                    Some(hook) => post::webhook(&outside.allow, hook, message, now).await,
                    None => Ok(()),
                },
                Way::Ntfy => match &settings.ntfy {
                    Some(topic) => post::ntfy(&outside.allow, topic, message).await,
                    None => Ok(()),
                },
            }
        };
        tokio::time::timeout(outside.patience, sending).await.unwrap_or(Err(Failure::TimedOut))
    }

    /// Sends a test one way, now. What was failing is tried again at once when it comes through.
    ///
    /// # Errors
    /// [`AlertError::NotSet`], [`AlertError::Failed`] with the reason.
    pub async fn test(&self, now: Now, account: AccountId, way: Way) -> Result<(), AlertError> {
        let alerts = self.clone();
        let settings = tokio::task::spawn_blocking(move || alerts.settings(account));
        let settings = settings.await.map_err(|_| AlertError::Interrupted)??;
        if settings.since(way).is_none() {
            return Err(AlertError::NotSet);
        }
        let desk = self.outside.desk.clone();
        let message = Message { id: rand::random(), kind: Kind::Test, at: now.reads, desk };
        let sent = self.deliver(way, &settings, &message, now.reads).await;
        sent.map_err(|why| AlertError::Failed { why, way })?;
        let alerts = self.clone();
        let noted = tokio::task::spawn_blocking(move || alerts.went_well(now.reads, account, way));
        noted.await.map_err(|_| AlertError::Interrupted)?
    }

    fn went_well(&self, now: Time, account: AccountId, way: Way) -> Result<(), AlertError> {
        let before = self.note(account, way, |_| Health::well(now))?;
        if before.failing.is_some() {
            tracing::info!(way = way.word(), "alerts go through again");
            self.events.publish(Event::Alerts { account, state: "well" });
        }
        Ok(())
    }

    /// Notes a failure; answers when it is tried again.
    fn went_wrong(&self, now: Time, account: AccountId, way: Way, why: Failure) -> Result<Time, AlertError> {
        let jitter = (self.outside.jitter)();
        let before = self.note(account, way, |health| health.failed(now, why, jitter))?;
        if before.failing.is_none() {
            tracing::warn!(way = way.word(), why = why.sentence(way), "alerts do not go through");
            self.events.publish(Event::Alerts { account, state: "failing" });
        }
        Ok(before.failed(now, why, jitter).failing.map_or(now + AGAIN, |failing| failing.next_at))
    }

    /// Changes how a way goes; answers how it was.
    fn note(
        &self,
        account: AccountId,
        way: Way,
        change: impl Fn(&Health) -> Health,
    ) -> Result<Health, AlertError> {
        let key = health::key(account, way);
        loop {
            let row = self.store.get(WAYS, &key)?;
            let expected = row.as_ref().map_or(Change::expect_absent(WAYS, &key), |row| row.expect());
            let before: Health = row.map(|row| row.json()).transpose()?.unwrap_or_default();
            let put = self.store.put_json(WAYS, &key, Some(account.into()), &change(&before))?;
            match self.store.commit(vec![expected, put]) {
                Ok(()) => return Ok(before),
                Err(CommitError::Conflict) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
    }
}

fn stumbled(now: Now, error: &dyn std::fmt::Display) -> Round {
    tracing::error!(%error, "a round of alerts could not be finished; it is tried again");
    Round { again: Some(now.reads + AGAIN), ..Round::default() }
}
