//! Wakes the rounds of one way: at the start, when something arrives or settings change, when
//! something is to be tried again, and every minute.

use crate::events::{Event, Events};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

const INTERVAL: Duration = Duration::from_secs(60);
/// Between two rounds, so that many arrivals are one.
const SOONEST: Duration = Duration::from_millis(250);
/// How long a round that is on its way is waited for at the end: what is told then is noted.
const GRACE: Duration = Duration::from_secs(3);

/// Runs `round` whenever it may be due until `stop` is ready. A round answers after which span it wants
/// to run again, if that is sooner than a minute.
pub async fn watch<R>(events: &Events, mut round: impl FnMut() -> R, stop: impl Future<Output = ()>)
where
    R: Future<Output = Option<Duration>>,
{
    let mut events = events.listen();
    let mut stop = pin!(stop);
    loop {
        let begun = Instant::now();
        let mut running = pin!(round());
        let asked = tokio::select! {
            asked = &mut running => asked,
            () = &mut stop => {
                let _ = timeout(GRACE, running).await;
                return;
            }
        };
        let ended = Instant::now();
        let again =
            (ended + asked.map_or(INTERVAL, |span| span.clamp(SOONEST, INTERVAL))).max(begun + SOONEST);
        tokio::select! {
            () = &mut stop => return,
            () = sleep_until(again) => {}
            () = woken(&mut events) => sleep_until((ended + SOONEST).max(Instant::now())).await,
        }
    }
}

/// Ready when there may be something to tell.
async fn woken(events: &mut Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(Event::Submission { state: "received", .. } | Event::Alerts { .. }) => return,
            Ok(_) => {}
            // Whatever was missed may have arrived.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
