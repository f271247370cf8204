//! Alerts: the trainer is told that something arrived, that something is not saved and near its end,
//! that a link was not used; by mail, webhook or ntfy.
//!
//! Guarantees: nothing that was sent, no label and no name is ever in one (`message`). What is to be
//! told follows from the records, and what was told is a record (`queue`): a crash loses nothing, a
//! restart goes on, and after a success nothing is told twice but when the crash came between. Each
//! way has a task of its own (`watch`) and patience that ends, so that a server that fails or hangs
//! delays nothing else; how it goes is a record too (`health`). Requests do not go inside the own
//! network unless the operator allows it (`reach`).
//!
//! Left to others: the words on screen. Settings are sealed under the account's slot and end with it.

mod failure;
mod health;
mod mail;
mod message;
mod post;
mod queue;
mod reach;
mod round;
mod settings;
mod watch;

pub use failure::Failure;
pub use mail::Mailer;
pub use message::{Kind, Message};
pub use post::{DELIVERY, SIGNATURE};
pub use round::Round;
pub use settings::{Address, Settings, Wish};
pub use watch::watch;

use crate::config::{Allowed, PublicUrl};
use crate::events::{Event, Events};
use crate::ids::AccountId;
use crate::links::{LinkError, Links};
use crate::store::{Change, CommitError, Store, StoreError, Tree};
use crate::submissions::{SubmissionError, Submissions};
use crate::time::{Now, Time};
use health::{Health, WAYS};
use std::sync::Arc;
use std::time::Duration;

/// Account's id to its settings.
const SETTINGS: Tree = Tree("alert-settings");

/// A way of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Mail,
    Webhook,
    Ntfy,
}

impl Way {
    pub const ALL: [Way; 3] = [Way::Mail, Way::Webhook, Way::Ntfy];

    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::Ntfy => "ntfy",
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Mail => 1,
            Self::Webhook => 2,
            Self::Ntfy => 3,
        }
    }
}

/// Why alerts do not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    #[error("{field} {why}")]
    Malformed { field: &'static str, why: &'static str },
    /// A test of a way that is not set.
    #[error("this way is not set")]
    NotSet,
    /// A test did not come through.
    #[error("{}", why.sentence(*way))]
    Failed { why: Failure, way: Way },
    /// The server stops.
    #[error("interrupted")]
    Interrupted,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Links(#[from] LinkError),
    #[error(transparent)]
    Submissions(#[from] SubmissionError),
}

/// What the operator has set, and chance.
pub struct Outside {
    pub mailer: Option<Mailer>,
    /// What alerts may reach inside the own network.
    pub allow: Vec<Allowed>,
    /// Address of the desk.
    desk: String,
    /// Between 0 and 1.
    pub jitter: fn() -> f64,
    /// For a whole try; connecting has ten seconds of it.
    pub patience: Duration,
}

impl Outside {
    #[must_use]
    pub fn new(mailer: Option<Mailer>, allow: Vec<Allowed>, public_url: &PublicUrl) -> Self {
        let desk = format!("{}/desk/", public_url.origin());
        Self { mailer, allow, desk, jitter: rand::random, patience: Duration::from_secs(30) }
    }
}

/// How a way that is set goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayState {
    pub way: Way,
    /// Due and not told yet.
    pub waiting: u64,
    pub sent_at: Option<Time>,
    pub failing_since: Option<Time>,
    /// Why, in one plain sentence.
    pub problem: Option<String>,
}

/// How all ways of all accounts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Due and not told yet.
    pub waiting: u64,
    /// Ways that are set and by which nothing comes through.
    pub failing: u64,
}

/// The alerts of all accounts; a handle, cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    store: Store,
    links: Links,
    submissions: Submissions,
    events: Events,
    outside: Arc<Outside>,
}

impl Alerts {
    #[must_use]
    pub fn new(
        store: Store,
        links: Links,
        submissions: Submissions,
        events: Events,
        outside: Outside,
    ) -> Self {
        Self { store, links, submissions, events, outside: Arc::new(outside) }
    }

    /// Whether there is a mail server to send by.
    #[must_use]
    pub fn mail_possible(&self) -> bool {
        self.outside.mailer.is_some()
    }

    /// What `account` has set.
    ///
    /// # Errors
    /// [`AlertError::Store`].
    pub fn settings(&self, account: AccountId) -> Result<Settings, AlertError> {
        let row = self.store.get(SETTINGS, account.as_bytes())?;
        Ok(row.map(|row| row.json()).transpose()?.unwrap_or_default())
    }

    /// Puts `wish` in the place of what was set. What failed is tried again at once.
    ///
    /// # Errors
    /// [`AlertError::Malformed`] with field and reason; nothing is changed then.
    pub fn set(&self, now: Now, account: AccountId, wish: Wish) -> Result<(), AlertError> {
        let row = self.store.get(SETTINGS, account.as_bytes())?;
        let expected = match &row {
            Some(row) => row.expect(),
            None => Change::expect_absent(SETTINGS, account.as_bytes()),
        };
        let before: Settings = row.map(|row| row.json()).transpose()?.unwrap_or_default();
        let settings = before.replaced(now.reads, wish, self.mail_possible(), &self.outside.allow)?;
        let slot = Some(account.into());
        let put = self.store.put_json(SETTINGS, account.as_bytes(), slot, &settings)?;
        let mut changes = vec![expected, put];
        for way in Way::ALL {
            let health = self.health(account, way)?;
            let key = health::key(account, way);
            if settings.since(way).is_none() {
                changes.push(Change::remove(WAYS, &key));
            } else if health.failing.is_some() && settings.differs(&before, way) {
                let fresh = Health { failing: None, ..health };
                changes.push(self.store.put_json(WAYS, &key, slot, &fresh)?);
            }
        }
        match self.store.commit(changes) {
            Ok(()) => {}
            Err(CommitError::Conflict) => return Err(AlertError::Interrupted),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        self.events.publish(Event::Alerts { account, state: "set" });
        Ok(())
    }

    /// How each way that is set goes.
    ///
    /// # Errors
    /// [`AlertError::Store`].
    pub fn state(&self, account: AccountId, settings: &Settings) -> Result<Vec<WayState>, AlertError> {
        let set = Way::ALL.into_iter().filter(|way| settings.since(*way).is_some());
        set.map(|way| {
            let Health { sent_at, failing } = self.health(account, way)?;
            Ok(WayState {
                way,
                waiting: self.waiting(account, way)?,
                sent_at,
                failing_since: failing.as_ref().map(|failing| failing.since),
                problem: failing.map(|failing| failing.why.sentence(way)),
            })
        })
        .collect()
    }

    /// How it goes for everyone together.
    ///
    /// # Errors
    /// [`AlertError::Store`].
    pub fn totals(&self) -> Result<Totals, AlertError> {
        let mut totals = Totals::default();
        for (account, settings) in self.everyone()? {
            for way in self.state(account, &settings)? {
                totals.waiting += way.waiting;
                totals.failing += u64::from(way.failing_since.is_some());
            }
        }
        Ok(totals)
    }

    fn health(&self, account: AccountId, way: Way) -> Result<Health, AlertError> {
        let row = self.store.get(WAYS, &health::key(account, way))?;
        Ok(row.map(|row| row.json()).transpose()?.unwrap_or_default())
    }

    /// Everyone who has set something.
    fn everyone(&self) -> Result<Vec<(AccountId, Settings)>, AlertError> {
        let mut all = Vec::new();
        for (key, row) in self.store.scan(SETTINGS, &[])? {
            if let Ok(account) = key.as_slice().try_into().map(AccountId) {
                all.push((account, row.json()?));
            }
        }
        Ok(all)
    }
}
