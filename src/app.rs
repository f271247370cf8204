//! Composition root: opens the stores, starts the schedule, serves until told to stop.

mod doors;
mod telling;

pub use doors::Doors;

use crate::accounts::{self, Accounts};
use crate::alerts::Alerts;
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::events::{Event, Events};
use crate::http::operation::{self, Operation};
use crate::http::{self, Limiter, Server};
use crate::links::Links;
use crate::metrics::Metrics;
use crate::store::{Paths, Store, Tree};
use crate::submissions::{LowWater, Submissions};
use crate::supervision::{self, Pulse};
use crate::sweep::{self, Status, Stores, schedule};
use crate::time::Time;
use crate::tls::Tls;
use anyhow::Context as _;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tokio::task::JoinSet;

/// What an export does not bring along: whoever had a session signs in again.
pub const NOT_MOVED: [Tree; 2] = accounts::SESSION_TREES;

const RECONCILE_EVERY: Duration = Duration::from_secs(3600);
const COMPACT_EVERY: Duration = Duration::from_secs(24 * 3600);
/// When the last pass ended, in seconds since 1970, for `dewdrop sweep` beside a running server.
const LAST_SWEEP: &str = "last-sweep";
/// Left by `dewdrop clock confirm` for the next pass of a running server.
const CLOCK_CONFIRMED: &str = "clock-confirmed";

/// An opened store with everything that works on it.
pub struct App {
    config: Config,
    stores: Stores,
    events: Events,
    clock: Clock,
    status: Status,
    metrics: Metrics,
}

impl App {
    /// Opens the store of `config`; locks it until dropped.
    ///
    /// # Errors
    /// One clear line; nothing stored has been touched then.
    pub fn open(config: Config) -> anyhow::Result<Self> {
        let store = Store::open(&Paths { data: config.data.clone(), keys: config.keys.clone() })?;
        let clock = Clock::open(&store)?;
        Ok(Self::over(config, store, clock))
    }

    /// The same over a store and a clock that are there already.
    #[must_use]
    pub fn over(config: Config, store: Store, clock: Clock) -> Self {
        let events = Events::default();
        let links = Links::new(store.clone(), events.clone());
        let low_water = config.low_water.map_or(LowWater::Default, LowWater::Bytes);
        let submissions = Submissions::new(store.clone(), links.clone(), events.clone(), low_water);
        let accounts = Accounts::new(store.clone(), events.clone());
        Self {
            config,
            stores: Stores { store, links, submissions, accounts },
            events,
            status: Status::begin(clock.boot()),
            clock,
            metrics: Metrics::default(),
        }
    }

    /// What the sweep goes through.
    #[must_use]
    pub fn stores(&self) -> &Stores {
        &self.stores
    }

    /// One pass, with what a crash left behind before it: `dewdrop sweep`.
    ///
    /// # Errors
    /// When the store can not be reconciled.
    pub fn sweep(&self) -> anyhow::Result<sweep::Report> {
        sweep::reconcile(&self.stores, self.clock.now(), SystemTime::now(), true)?;
        let mut report = sweep::sweep(&self.stores, &self.clock);
        while report.again.take() == Some(Duration::ZERO) {
            let more = sweep::sweep(&self.stores, &self.clock);
            report.submissions += more.submissions;
            report.links += more.links;
            report.failures += more.failures;
            report.again = more.again;
        }
        Ok(report)
    }

    /// The address that sets this server up, while nobody has.
    ///
    /// # Errors
    /// When the accounts can not be read.
    pub fn set_up_address(&self, public_url: &PublicUrl) -> anyhow::Result<Option<String>> {
        let token = self.stores.accounts.setup_token()?;
        Ok(token.map(|token| format!("{}/desk/#setup.{}", public_url.origin(), token.reveal())))
    }

    /// Where people find a server behind these doors.
    ///
    /// # Errors
    /// When neither settings nor doors say it.
    pub fn public_url(&self, doors: &Doors) -> anyhow::Result<PublicUrl> {
        self.config.public_url.clone().map_or_else(|| doors.public_url(), Ok)
    }

    /// Serves behind `doors` and sweeps until `stop`; then lets requests end.
    ///
    /// # Errors
    /// When serving or the schedule can not begin.
    pub async fn run(self, doors: Doors, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let public_url = self.public_url(&doors)?;
        let alerts = telling::alerts(&self.config, &self.stores, &self.events, &public_url)?;
        let origin = public_url.origin().to_owned();
        let server = Server {
            links: self.stores.links.clone(),
            submissions: self.stores.submissions.clone(),
            accounts: self.stores.accounts.clone(),
            alerts: alerts.clone(),
            events: self.events.clone(),
            clock: self.clock.clone(),
            public_url: public_url.clone(),
            trusted_proxies: self.config.trusted_proxies.clone(),
            limiter: Limiter::default(),
            status: self.status.clone(),
            metrics: self.metrics.clone(),
        };
        let Doors { main, tls, redirect, metrics } = doors;
        let running = http::serve(server, main, tls.as_ref().map(Tls::server_config))?;
        let mut beside = JoinSet::new();
        if let Some(listener) = redirect {
            let redirecting = http::redirect(public_url, listener)?;
            beside.spawn(async move { drop(redirecting.await) });
        }
        if let Some(listener) = metrics {
            let measured = operation::serve(self.operation(&alerts), listener)?;
            beside.spawn(async move { drop(measured.await) });
        }
        if let Some(tls) = tls {
            beside.spawn(tls.keep());
        }
        let (pulse, store, clock) = (Pulse::default(), self.stores.store.clone(), self.clock.clone());
        beside
            .spawn(supervision::watch(pulse.clone(), move || store.due_until(clock.now().erases, 1).is_ok()));
        let (handle, events) = (running.handle(), self.events.clone());
        let telling = telling::begin(&alerts, &self.clock, &self.events);
        let (stopped, stopping) = tokio::sync::oneshot::channel::<()>();
        let sweeping = tokio::spawn(self.keep_sweeping(pulse, async {
            let _ = stopping.await;
        }));
        supervision::serving(&origin);
        tokio::pin!(running);
        let served = tokio::select! {
            served = &mut running => served,
            () = stop => {
                supervision::stopping();
                events.publish(Event::Stopping);
                let ((), served) = tokio::join!(handle.stop(true), running);
                served
            }
        };
        beside.shutdown().await;
        let _ = stopped.send(());
        telling.end().await;
        sweeping.await??;
        Ok(served?)
    }

    /// What is told to who operates it.
    fn operation(&self, alerts: &Alerts) -> Operation {
        let Self { stores, status, metrics, clock, .. } = self;
        let (stores, alerts, status) = (stores.clone(), alerts.clone(), status.clone());
        Operation { stores, alerts, status, metrics: metrics.clone(), clock: clock.clone() }
    }

    async fn keep_sweeping(self, pulse: Pulse, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let Self { config, stores, events, clock, status, .. } = self;
        let chores = Arc::new(Mutex::new(Chores::default()));
        let data = Arc::new(config.data);
        let pass = || {
            let (stores, clock, chores, data) = (stores.clone(), clock.clone(), chores.clone(), data.clone());
            let status = status.clone();
            let passing = pulse.pass();
            async move {
                let _passing = passing;
                let pass =
                    tokio::task::spawn_blocking(move || pass(&stores, &clock, &status, &chores, &data));
                // A pass that panicked is logged by the runtime and tried again with the next.
                pass.await.unwrap_or(Some(Duration::from_secs(60)))
            }
        };
        schedule::run(&events, || clock.now().erases, pass, stop).await.context("the schedule")
    }
}

/// What is done less often than sweeping.
#[derive(Default)]
struct Chores {
    reconciled: Option<Instant>,
    compacted: Option<Instant>,
}

fn pass(
    stores: &Stores,
    clock: &Clock,
    status: &Status,
    chores: &Mutex<Chores>,
    data: &Path,
) -> Option<Duration> {
    let mut chores = chores.lock().expect("nothing panics while it holds this lock");
    let late = |last: Option<Instant>, every: Duration| last.is_none_or(|last| last.elapsed() >= every);
    if late(chores.reconciled, RECONCILE_EVERY) {
        let at_start = chores.reconciled.is_none();
        if let Err(error) = sweep::reconcile(stores, clock.now(), SystemTime::now(), at_start) {
            tracing::error!(%error, "could not reconcile");
        }
        chores.reconciled = Some(Instant::now());
    }
    if std::fs::remove_file(data.join(CLOCK_CONFIRMED)).is_ok() {
        clock.confirm();
    }
    let report = sweep::sweep(stores, clock);
    // What was erased leaves the records' log every night.
    if late(Some(*chores.compacted.get_or_insert_with(Instant::now)), COMPACT_EVERY) {
        if let Err(error) = stores.store.compact() {
            tracing::error!(%error, "could not compact the records");
        }
        chores.compacted = Some(Instant::now());
    }
    status.swept(clock.boot(), &report);
    if report.failures == 0 {
        note_sweep(data);
    }
    report.again
}

fn note_sweep(data: &Path) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    if let Err(error) = std::fs::write(data.join(LAST_SWEEP), now.to_string()) {
        tracing::warn!(%error, "could not note the time of the sweep");
    }
}

/// When the last pass over this data ended, as the server that runs notes it.
#[must_use]
pub fn last_sweep(data: &Path) -> Option<SystemTime> {
    let seconds = std::fs::read_to_string(data.join(LAST_SWEEP)).ok()?.trim().parse().ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Has a running server believe its wall clock from its next pass on: `dewdrop clock confirm`.
///
/// # Errors
/// When the folder can not be written.
pub fn confirm_clock(data: &Path) -> anyhow::Result<()> {
    std::fs::write(data.join(CLOCK_CONFIRMED), "").with_context(|| data.display().to_string())
}

/// `dewdrop serve`: until SIGINT or SIGTERM.
///
/// # Errors
/// One clear line: store, port, settings.
pub fn serve(config: Config) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let doors = Doors::open(&config, wall_clock())?;
        telling::check(&config)?;
        let app = App::open(config)?;
        let public_url = app.public_url(&doors)?;
        let stop = signal()?;
        let (version, at) = (env!("CARGO_PKG_VERSION"), doors.main.local_addr()?);
        tracing::info!(version, %at, public_url = public_url.origin(), data = ?app.config.data, "starting");
        say(format_args!("dewdrop: {}", public_url.origin()));
        if let Some(metrics) = &doors.metrics {
            say(format_args!("metrics: http://{}/metrics", metrics.local_addr()?));
        }
        if let Some(address) = app.set_up_address(&public_url)? {
            say(format_args!("set up: {address}"));
        }
        app.run(doors, stop).await
    })
}

fn wall_clock() -> Time {
    Time(SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()))
}

/// A line on stdout. That nobody reads it any more does not stop a server.
fn say(line: std::fmt::Arguments<'_>) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Hears signals from now on.
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
