//! Wakes the sweep. The only file that names tokio_cron_scheduler.
//!
//! A pass runs at the start, every 60 s of tokio's own time, at every full minute of the wall clock
//! (cron), at each instant that an [`Event::Due`] named, and again after the span that the last pass
//! asked for. One loop runs them all, so that passes never overlap, and all wakings during a pass make
//! one more. The scheduler is only an alarm clock: it follows the wall clock, and stops when that is
//! set back; the interval does not.

use crate::events::{Event, Events};
use crate::time::Time;
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

const INTERVAL: Duration = Duration::from_secs(60);
/// Every full minute: seconds, minutes, hours, days, months, days of the week.
const EVERY_MINUTE: &str = "0 * * * * *";
/// A pass that asks to be called again at once still leaves the others room.
const SOONEST: Duration = Duration::from_millis(100);
/// Most instants that are remembered; the interval catches the others.
const INSTANTS_MOST: usize = 1024;

/// Runs `pass` whenever it is due until `stop` is ready; a running pass is waited for. `now` tells the
/// time that [`Event::Due`] is measured by. A pass answers after which span it wants to run again, if
/// that is sooner than the interval.
///
/// # Errors
/// When the alarm clock can not be started; no pass has run then.
pub async fn run<Pass>(
    events: &Events,
    now: impl Fn() -> Time,
    pass: impl FnMut() -> Pass,
    stop: impl Future<Output = ()>,
) -> Result<(), JobSchedulerError>
where
    Pass: Future<Output = Option<Duration>>,
{
    let woken = Arc::new(Notify::new());
    let mut alarm = alarm(EVERY_MINUTE, &woken).await?;
    follow(events, &woken, now, pass, stop).await;
    alarm.shutdown().await
}

/// An alarm clock that wakes whenever `cron` matches.
async fn alarm(cron: &str, woken: &Arc<Notify>) -> Result<JobScheduler, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    let woken = Arc::clone(woken);
    scheduler.add(Job::new(cron, move |_, _| woken.notify_one())?).await?;
    scheduler.start().await?;
    Ok(scheduler)
}

async fn follow<Pass>(
    events: &Events,
    woken: &Notify,
    now: impl Fn() -> Time,
    mut pass: impl FnMut() -> Pass,
    stop: impl Future<Output = ()>,
) where
    Pass: Future<Output = Option<Duration>>,
{
    let mut stop = pin!(stop);
    let mut events = events.listen();
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut instants = BTreeSet::new();
    let mut asked: Option<Instant> = None;
    loop {
        let due = soonest(&instants, now()).into_iter().chain(asked).min();
        tokio::select! {
            () = &mut stop => return,
            _ = interval.tick() => {}
            () = woken.notified() => {}
            () = until(due) => {}
            event = events.recv() => match event {
                Ok(Event::Due(instant)) => {
                    remember(&mut instants, instant);
                    continue;
                }
                Ok(_) => continue,
                // Whatever was missed may have been due.
                Err(RecvError::Lagged(_)) => {}
                // `events` is ours, so that its channel can not close.
                Err(RecvError::Closed) => return,
            },
        }
        let begun = now();
        instants.retain(|instant| *instant > begun);
        asked = pass().await.map(|span| Instant::now() + span.max(SOONEST));
    }
}

fn remember(instants: &mut BTreeSet<Time>, instant: Time) {
    instants.insert(instant);
    if instants.len() > INSTANTS_MOST {
        instants.pop_last();
    }
}

/// When the first of `instants` comes.
fn soonest(instants: &BTreeSet<Time>, now: Time) -> Option<Instant> {
    let first = instants.first()?;
    Some(Instant::now() + Duration::from_secs(first.since(now).0).min(INTERVAL))
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    const START: Time = Time(1_000_000);

    /// Passes that ran, in seconds after the start.
    async fn passes(events: &Events, span: u64, ask: Option<Duration>, told: &[(u64, u64)]) -> Vec<u64> {
        let begun = Instant::now();
        let now = || Time(START.0 + begun.elapsed().as_secs());
        let ran = RefCell::new(Vec::new());
        let asked = Cell::new(ask);
        let pass = || {
            ran.borrow_mut().push(begun.elapsed().as_secs());
            std::future::ready(asked.take())
        };
        let tell = async {
            for (at, instant) in told {
                tokio::time::sleep_until(begun + Duration::from_secs(*at)).await;
                events.publish(Event::Due(Time(START.0 + instant)));
            }
            std::future::pending::<()>().await;
        };
        let stop = tokio::time::sleep(Duration::from_secs(span));
        let woken = Notify::new();
        tokio::select! {
            () = follow(events, &woken, now, pass, stop) => {}
            () = tell => {}
        }
        ran.into_inner()
    }

    #[tokio::test(start_paused = true)]
    async fn it_wakes_at_the_start_and_every_minute() {
        assert_eq!(passes(&Events::default(), 150, None, &[]).await, [0, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_wakes_when_something_is_due_and_not_before() {
        let told = [(5, 30), (6, 20), (40, 3), (41, 500)];
        assert_eq!(passes(&Events::default(), 70, None, &told).await, [0, 20, 30, 40, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pass_is_run_again_when_it_asked_to() {
        let ten = Some(Duration::from_secs(10));
        assert_eq!(passes(&Events::default(), 50, ten, &[]).await, [0, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn wakings_during_a_pass_make_one_more_and_never_overlap() {
        let (events, woken) = (Events::default(), Notify::new());
        let (running, most, count) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let pass = || async {
            running.set(running.get() + 1);
            most.set(most.get().max(running.get()));
            count.set(count.get() + 1);
            if count.get() == 1 {
                for _ in 0..5 {
                    woken.notify_one();
                }
            }
            tokio::time::sleep(Duration::from_secs(3)).await;
            running.set(running.get() - 1);
            None
        };
        let stop = tokio::time::sleep(Duration::from_secs(30));
        follow(&events, &woken, || START, pass, stop).await;
        assert_eq!((most.get(), count.get()), (1, 2));
    }

    #[test]
    fn of_too_many_instants_the_first_are_remembered() {
        let mut instants = BTreeSet::new();
        for n in 0..3000 {
            remember(&mut instants, Time(n * 7919 % 3000));
        }
        assert_eq!(instants.len(), INSTANTS_MOST);
        assert_eq!(instants.last(), Some(&Time(INSTANTS_MOST as u64 - 1)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_alarm_clock_wakes() {
        let woken = Arc::new(Notify::new());
        let mut alarm = alarm("* * * * * *", &woken).await.unwrap();
        tokio::time::timeout(Duration::from_secs(10), woken.notified()).await.unwrap();
        alarm.shutdown().await.unwrap();
    }
}
