//! The tasks that tell the trainer, one a way, begun and ended with the server.

use crate::alerts::{self, Alerts, Mailer, Outside, Way};
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::events::Events;
use crate::sweep::Stores;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Whether mail can be sent by these settings; nothing stored is touched.
pub(super) fn check(config: &Config) -> anyhow::Result<()> {
    let anywhere = PublicUrl::of_listener(config.listen);
    config.smtp.as_ref().map_or(Ok(()), |smtp| Mailer::new(smtp, &anywhere).map(drop))
}

/// The alerts, by the mail server of the settings.
pub(super) fn alerts(
    config: &Config,
    stores: &Stores,
    events: &Events,
    public_url: &PublicUrl,
) -> anyhow::Result<Alerts> {
    let mailer = config.smtp.as_ref().map(|smtp| Mailer::new(smtp, public_url)).transpose()?;
    let outside = Outside::new(mailer, config.alert_allow.clone(), public_url);
    let Stores { store, links, submissions, .. } = stores.clone();
    Ok(Alerts::new(store, links, submissions, events.clone(), outside))
}

/// What goes on telling until it is ended.
pub(super) struct Telling {
    ways: JoinSet<()>,
    stopped: watch::Sender<()>,
}

/// Begins a task for each way, so that none waits for another.
pub(super) fn begin(alerts: &Alerts, clock: &Clock, events: &Events) -> Telling {
    let (stopped, _) = watch::channel(());
    let mut ways = JoinSet::new();
    for way in Way::ALL {
        let mut stopping = stopped.subscribe();
        let stop = async move { drop(stopping.changed().await) };
        ways.spawn(keep(alerts.clone(), way, clock.clone(), events.clone(), stop));
    }
    Telling { ways, stopped }
}

impl Telling {
    /// Ends; what is being told at this moment has a little time to be noted.
    pub(super) async fn end(mut self) {
        let _ = self.stopped.send(());
        while self.ways.join_next().await.is_some() {}
    }
}

/// Rounds of one way.
async fn keep(alerts: Alerts, way: Way, clock: Clock, events: Events, stop: impl Future<Output = ()>) {
    let round = || {
        let (alerts, clock) = (alerts.clone(), clock.clone());
        let round = tokio::spawn(async move {
            let round = alerts.round(way, || clock.now()).await;
            round.again.map(|at| Duration::from_secs(at.since(clock.now().reads).0))
        });
        // A round that panicked is logged by the runtime; the next comes in a minute.
        async { round.await.unwrap_or(None) }
    };
    alerts::watch(&events, round, stop).await;
}
