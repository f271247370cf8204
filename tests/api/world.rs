//! A whole server in this process: real store, real HTTP on a port of its own, a clock that tests
//! move. It sweeps only when told to, except for [`World::by_itself`], which runs the app as it is.

use dewdrop::accounts::Accounts;
use dewdrop::alerts::{Alerts, Mailer, Outside, Round, Way};
use dewdrop::app::{App, Doors};
use dewdrop::clock::Clock;
use dewdrop::config::{Config, PublicUrl, Settings};
use dewdrop::events::Events;
use dewdrop::http::{self, Limiter, Server};
use dewdrop::ids::SlotId;
use dewdrop::links::Links;
use dewdrop::metrics::Metrics;
use dewdrop::store::{OpenError, Paths, Store, Tree};
use dewdrop::submissions::{LowWater, Submissions};
use dewdrop::sweep::{self, Report, Status, Stores};
use dewdrop::time::{Span, Time};
use dewdrop::tokens::Bearer;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// When every story begins.
pub const START: Time = Time(1_800_000_000);

/// A machine with one dewdrop on it.
pub struct World {
    folder: TempDir,
    settings: Settings,
    sweeps_itself: bool,
    running: Option<Running>,
}

struct Running {
    origin: String,
    stores: Stores,
    /// None when the app has its own.
    alerts: Option<Alerts>,
    clock: Clock,
    set_up: Option<Bearer>,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl World {
    /// A new server that nobody has set up; it sweeps when told to.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// The same, with so many bytes of the disk to stay free.
    pub fn with_low_water(low_water: u64) -> Self {
        Self::with(Settings { low_water: Some(low_water), ..Settings::default() })
    }

    /// A new server that sweeps by itself.
    pub fn by_itself() -> Self {
        Self::by_itself_with(Settings::default())
    }

    /// The same as its operator has set it; where it lies and listens is decided here.
    pub fn with(settings: Settings) -> Self {
        Self::begin(settings, false)
    }

    pub fn by_itself_with(settings: Settings) -> Self {
        Self::begin(settings, true)
    }

    fn begin(settings: Settings, sweeps_itself: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self { folder, settings, sweeps_itself, running: None };
        world.starts("127.0.0.1:0", START);
        world
    }

    /// A server over what lies in a folder already, at `now` by the wall clock.
    pub fn over(folder: TempDir, now: Time) -> Self {
        let mut world = Self { folder, settings: Settings::default(), sweeps_itself: false, running: None };
        world.starts("127.0.0.1:0", now);
        world
    }

    fn starts(&mut self, listen: &str, now: Time) {
        let store = open(&self.paths());
        let clock = Clock::manual_over(&store, now).unwrap();
        let listener = TcpListener::bind(listen).unwrap();
        listener.set_nonblocking(true).unwrap();
        let config = self.config(&listener);
        let running = if self.sweeps_itself {
            runs_app(config, store, clock, listener)
        } else {
            serves(&config, store, clock, listener)
        };
        self.running = Some(running);
    }

    fn config(&self, listener: &TcpListener) -> Config {
        let Paths { data, keys } = self.paths();
        let listen = listener.local_addr().unwrap();
        let low_water = self.settings.low_water.or(Some(0));
        Config::new(Settings {
            data,
            keys: Some(keys),
            listen: Some(listen),
            low_water,
            ..self.settings.clone()
        })
        .unwrap()
    }

    /// Stops and starts again on the same address; boot time begins anew.
    pub fn restarts(&mut self) {
        self.restarts_after(Span(0));
    }

    /// The same, down for a while.
    pub fn restarts_after(&mut self, span: Span) {
        self.restarts_at(self.now() + span);
    }

    /// The same with the wall clock at `now`.
    pub fn restarts_at(&mut self, now: Time) {
        let Running { origin, stores, stop, thread, .. } = self.running.take().unwrap();
        drop(stores);
        stop.send(()).unwrap();
        thread.join().unwrap();
        self.starts(origin.strip_prefix("http://").unwrap(), now);
    }

    /// The same with another low-water mark, as when the disk has filled meanwhile.
    pub fn restarts_with_low_water(&mut self, low_water: u64) {
        self.settings.low_water = Some(low_water);
        self.restarts();
    }

    /// Stops for good; what it stored can be looked at.
    pub fn stops(&mut self) -> &Path {
        let Running { stores, stop, thread, .. } = self.running.take().unwrap();
        drop(stores);
        stop.send(()).unwrap();
        thread.join().unwrap();
        drop(open(&self.paths()));
        self.folder.path()
    }

    fn here(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }

    pub fn origin(&self) -> &str {
        &self.here().origin
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    pub fn clock(&self) -> &Clock {
        &self.here().clock
    }

    pub fn now(&self) -> Time {
        self.clock().now().reads
    }

    /// Lets time pass.
    pub fn waits(&self, span: Span) {
        self.clock().advance(span);
    }

    pub fn stores(&self) -> &Stores {
        &self.here().stores
    }

    pub fn store(&self) -> &Store {
        &self.here().stores.store
    }

    /// The set-up token of this start.
    pub fn set_up_token(&self) -> Bearer {
        self.here().set_up.clone().expect("nobody has set it up")
    }

    pub fn paths(&self) -> Paths {
        let data = self.folder.path().join("data");
        Paths { keys: data.join("keys"), data }
    }

    /// Passes until nothing more is to be done at once.
    pub fn sweeps(&self) -> Report {
        let mut whole = Report::default();
        for _ in 0..4 {
            let report = sweep::sweep(self.stores(), self.clock());
            assert_eq!(report.failures, 0, "a pass failed: {report:?}");
            whole.submissions += report.submissions;
            whole.links += report.links;
            whole.sessions += report.sessions;
            whole.tombstones += report.tombstones;
            whole.again = report.again;
        }
        whole
    }

    /// Tells all that is due one way, once.
    pub fn tells(&self, way: Way) -> Round {
        let Running { alerts, clock, .. } = self.here();
        let alerts = alerts.as_ref().expect("it tells when told to");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(alerts.round(way, || clock.now()))
    }

    /// Records of a tree.
    pub fn count(&self, tree: &'static str) -> usize {
        self.store().scan(Tree(tree), &[]).unwrap().len()
    }

    /// Where a slot's blobs lie.
    pub fn blobs_of(&self, slot: impl Into<SlotId>) -> PathBuf {
        let slot = slot.into();
        self.paths().data.join(format!("blobs/{:02x}/{slot}", slot.0[0]))
    }

    /// Whether a key of that slot is in the rings, as they are on disk.
    pub fn has_key_on_disk(&self, slot: impl Into<SlotId>) -> bool {
        let slot = slot.into();
        let rings = std::fs::read_dir(self.paths().keys).unwrap().map(|ring| ring.unwrap().path());
        rings
            .filter(|path| path.is_file())
            .any(|ring| std::fs::read(ring).unwrap().windows(16).any(|at| at == slot.0))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(Running { stop, thread, stores, .. }) = self.running.take() {
            drop(stores);
            // It may have ended by itself, when the test fails because of that.
            let _ = stop.send(());
            if !self.sweeps_itself {
                let _ = thread.join();
            } else if !std::thread::panicking() {
                // Requests are over; what lingers are idle connections.
                drop(thread);
            }
        }
    }
}

/// The app as it is.
fn runs_app(config: Config, store: Store, clock: Clock, listener: TcpListener) -> Running {
    let app = App::over(config, store, clock.clone());
    let doors = Doors::from(listener);
    let url = app.public_url(&doors).unwrap();
    let address = app.set_up_address(&url).unwrap();
    let token = |address: String| Bearer::parse(address.split_once("#setup.").unwrap().1).unwrap();
    let (stop, stopping) = oneshot::channel();
    let stores = app.stores().clone();
    let thread = thread(async move || {
        let stopping = async { drop(stopping.await) };
        app.run(doors, stopping).await.unwrap();
    });
    let origin = url.origin().to_owned();
    Running { origin, stores, alerts: None, clock, set_up: address.map(token), stop, thread }
}

/// The parts of the app without its schedule.
fn serves(config: &Config, store: Store, clock: Clock, listener: TcpListener) -> Running {
    let events = Events::default();
    let links = Links::new(store.clone(), events.clone());
    let low_water = config.low_water.map_or(LowWater::Default, LowWater::Bytes);
    let submissions = Submissions::new(store.clone(), links.clone(), events.clone(), low_water);
    let accounts = Accounts::new(store.clone(), events.clone());
    let set_up = accounts.setup_token().unwrap();
    let public_url = PublicUrl::of_listener(listener.local_addr().unwrap());
    let origin = public_url.origin().to_owned();
    let mailer = config.smtp.as_ref().map(|smtp| Mailer::new(smtp, &public_url).unwrap());
    let mut outside = Outside::new(mailer, config.alert_allow.clone(), &public_url);
    outside.patience = Duration::from_secs(5);
    let told = (store.clone(), links.clone(), submissions.clone());
    let alerts = Alerts::new(told.0, told.1, told.2, events.clone(), outside);
    let stores = Stores { store, links, submissions, accounts };
    sweep::reconcile(&stores, clock.now(), std::time::SystemTime::now(), true).unwrap();
    let server = Server {
        links: stores.links.clone(),
        submissions: stores.submissions.clone(),
        accounts: stores.accounts.clone(),
        alerts: alerts.clone(),
        events,
        clock: clock.clone(),
        public_url,
        trusted_proxies: vec![],
        limiter: Limiter::default(),
        status: Status::begin(clock.boot()),
        metrics: Metrics::default(),
    };
    let (stop, stopping) = oneshot::channel();
    let thread = thread(async move || {
        let running = http::serve(server, listener, None).unwrap();
        let handle = running.handle();
        let stop = async {
            let _ = stopping.await;
            handle.stop(false).await;
        };
        let (served, ()) = tokio::join!(running, stop);
        served.unwrap();
    });
    Running { origin, stores, alerts: Some(alerts), clock, set_up, stop, thread }
}

fn thread(work: impl AsyncFnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(work());
    })
}

/// Opens when the one before has let go.
fn open(paths: &Paths) -> Store {
    until("the store is free", || match Store::open(paths) {
        Ok(store) => Some(store),
        Err(OpenError::Locked(_)) => None,
        Err(error) => panic!("{error}"),
    })
}

/// Asks again and again until there is an answer; the only way of waiting here.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
