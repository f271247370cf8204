//! Wakes the rounds of one way: at the start, when something arrives or settings change, when
//! something is to be tried again, and every minute.

use crate::events::{Event, Events};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
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
        // What was said until now is in the records that this round reads.
        while !matches!(events.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, LinkId, SubmissionId};
    use std::cell::{Cell, RefCell};

    fn received(state: &'static str) -> Event {
        let (link, submission) = (LinkId([1; 16]), SubmissionId([2; 16]));
        Event::Submission { readers: vec![], link, submission, state, received: 0, size: 0 }
    }

    /// When rounds began, in milliseconds after the start.
    async fn rounds(span: u64, ask: Option<Duration>, told: &[(u64, Event)]) -> Vec<u128> {
        let (events, begun) = (Events::default(), Instant::now());
        let (ran, asked) = (RefCell::new(Vec::new()), Cell::new(ask));
        let round = || {
            ran.borrow_mut().push(begun.elapsed().as_millis());
            std::future::ready(asked.take())
        };
        let tell = async {
            for (at, event) in told {
                sleep_until(begun + Duration::from_millis(*at)).await;
                events.publish(event.clone());
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = watch(&events, round, tokio::time::sleep(Duration::from_millis(span))) => {}
            () = tell => {}
        }
        ran.into_inner()
    }

    #[tokio::test(start_paused = true)]
    async fn a_round_is_made_at_the_start_every_minute_and_when_it_asked() {
        assert_eq!(rounds(130_000, None, &[]).await, [0, 60_000, 120_000]);
        assert_eq!(rounds(70_000, Some(Duration::from_secs(30)), &[]).await, [0, 30_000]);
        assert_eq!(rounds(61_000, Some(Duration::from_secs(900)), &[]).await, [0, 60_000]);
        assert_eq!(rounds(1000, Some(Duration::ZERO), &[]).await, [0, 250]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_arrives_wakes_it_at_once_and_much_at_once_is_one_round() {
        let told = [(5000, received("receiving")), (7000, received("received"))];
        assert_eq!(rounds(10_000, None, &told).await, [0, 7000]);
        let set = Event::Alerts { account: AccountId([3; 16]), state: "set" };
        let told = [(10, received("received")), (20, received("received")), (100, set)];
        assert_eq!(rounds(2000, None, &told).await, [0, 250]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_round_on_its_way_has_a_little_time_at_the_end_and_no_more() {
        for (lasts, ends, done) in [(4, 4, true), (3600, 5, false)] {
            let (events, begun, finished) = (Events::default(), Instant::now(), Cell::new(false));
            let round = || async {
                tokio::time::sleep(Duration::from_secs(lasts)).await;
                finished.set(true);
                None
            };
            watch(&events, round, tokio::time::sleep(Duration::from_secs(2))).await;
            assert_eq!((begun.elapsed().as_secs(), finished.get()), (ends, done));
        }
    }
}
