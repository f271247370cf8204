//! What the service manager is told: serving, alive, stopping. The only file that names sd_notify.
//!
//! Without a service manager (no `NOTIFY_SOCKET`) nothing is told to anybody. "Alive" means that passes
//! of the sweep begin and end and that the store answers: a server that can no longer erase is
//! restarted, even if it still serves.

use sd_notify::NotifyState;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// A pass begins at least once a minute; longer than this without one is a schedule that stands still.
const IDLE_MOST: Duration = Duration::from_secs(180);
/// A pass may take this many of the manager's watchdog spans.
const PATIENCE: u32 = 3;

/// Whether the sweep is alive: told by each pass, asked by the watchdog.
#[derive(Clone)]
pub struct Pulse(Arc<Mutex<Sweep>>);

enum Sweep {
    Idle { since: Instant },
    Passing { since: Instant },
}

/// A pass that runs; it has ended when this is dropped.
pub struct Passing(Pulse);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Sweep::Idle { since: Instant::now() })))
    }
}

impl Pulse {
    /// A pass begins.
    #[must_use]
    pub fn pass(&self) -> Passing {
        self.set(Sweep::Passing { since: Instant::now() });
        Passing(self.clone())
    }

    /// Whether passes begin and end; one may take `patience`.
    fn beats(&self, patience: Duration) -> bool {
        match *self.0.lock().expect("nothing panics while it holds this lock") {
            Sweep::Idle { since } => since.elapsed() < IDLE_MOST,
            Sweep::Passing { since } => since.elapsed() < patience,
        }
    }

    fn set(&self, sweep: Sweep) {
        *self.0.lock().expect("nothing panics while it holds this lock") = sweep;
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.0.set(Sweep::Idle { since: Instant::now() });
    }
}

/// People can come now, at `origin`.
pub fn serving(origin: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&format!("Serving {origin}"))]);
}

/// No new request is taken; those that run may end.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("Letting requests end")]);
}

/// Tells the manager's watchdog, if it has one, that all is alive, for as long as it is; never returns.
/// `store_answers` may block.
pub async fn watch(pulse: Pulse, store_answers: impl Fn() -> bool + Clone + Send + 'static) {
    let Some(span) = sd_notify::watchdog_enabled().filter(|span| !span.is_zero()) else {
        return std::future::pending().await;
    };
    beat(span, &pulse, store_answers, |alive| match alive {
        true => tell(&[NotifyState::Watchdog]),
        false => tell(&[NotifyState::Status("Sweep or store does not answer; waiting to be restarted")]),
    })
    .await
}

async fn beat(
    span: Duration,
    pulse: &Pulse,
    store_answers: impl Fn() -> bool + Clone + Send + 'static,
    mut told: impl FnMut(bool),
) {
    let mut every = tokio::time::interval(span / 3);
    loop {
        every.tick().await;
        // A store that hangs is waited for here: nobody is told anything, as it should be.
        let store = tokio::task::spawn_blocking(store_answers.clone()).await.unwrap_or(false);
        let alive = store && pulse.beats(span * PATIENCE);
        if !alive {
            tracing::error!(store, "the sweep or the store does not answer");
        }
        told(alive);
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager does not listen");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    const SPAN: Duration = Duration::from_secs(180);

    async fn after(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_pass_that_does_not_end_and_one_that_does_not_begin_are_no_beat() {
        let pulse = Pulse::default();
        after(170).await;
        assert!(pulse.beats(SPAN));
        let pass = pulse.pass();
        after(170).await;
        assert!(pulse.beats(SPAN));
        after(10).await;
        assert!(!pulse.beats(SPAN));
        drop(pass);
        assert!(pulse.beats(SPAN));
        after(180).await;
        assert!(!pulse.beats(SPAN));
    }

    #[tokio::test(start_paused = true)]
    async fn the_watchdog_hears_nothing_good_once_the_store_answers_nothing_good() {
        let answers = Arc::new(AtomicBool::new(true));
        let (asked, pulse) = (answers.clone(), Pulse::default());
        let heard = Mutex::new(Vec::new());
        let beats = beat(
            Duration::from_secs(3),
            &pulse,
            move || asked.load(Ordering::SeqCst),
            |alive| {
                heard.lock().unwrap().push(alive);
                answers.store(heard.lock().unwrap().len() < 2, Ordering::SeqCst);
            },
        );
        let _ = tokio::time::timeout(Duration::from_millis(3500), beats).await;
        assert_eq!(heard.into_inner().unwrap(), [true, true, false, false]);
    }
}
