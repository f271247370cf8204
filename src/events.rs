//! Typed broadcast between the domains, the desk's event stream and the sweep.
//!
//! Nothing is lost when nobody listens, and a listener that lags is told so: events say *that*
//! something changed, the records say what.

use crate::ids::{AccountId, LinkId, SubmissionId};
use crate::time::Time;
use tokio::sync::broadcast;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A link changed its state.
    Link { readers: Vec<AccountId>, link: LinkId, state: &'static str },
    /// A submission changed, or some of its bytes came.
    Submission {
        readers: Vec<AccountId>,
        link: LinkId,
        submission: SubmissionId,
        state: &'static str,
        received: u64,
        size: u64,
    },
    /// A way of telling an account began to fail, or goes again, or was set.
    Alerts { account: AccountId, state: &'static str },
    /// Something wants the sweep at that instant.
    Due(Time),
    /// One session of an account has ended, or all of them; their streams close.
    SessionsEnded { account: AccountId, session: Option<[u8; 32]> },
    /// The server stops; every stream closes, so that stopping does not wait for it.
    Stopping,
}

/// A handle to the one channel; cheap to clone.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(1024))
    }
}

impl Events {
    /// Tells everyone who listens.
    pub fn publish(&self, event: Event) {
        // No listener is no error: the records are the truth.
        let _ = self.0.send(event);
    }

    /// Hears everything from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
