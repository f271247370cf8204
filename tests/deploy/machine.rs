//! Programs on this machine: started, listened to, and ended with the test that started them.

use crate::world::until;
use dewdrop::tokens::Bearer;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A program that runs until it is dropped.
pub struct Running {
    child: Child,
    heard: Arc<Mutex<Vec<String>>>,
    listeners: [JoinHandle<()>; 2],
}

impl Running {
    pub fn begin(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let out = listen(child.stdout.take().unwrap(), &heard);
        let err = listen(child.stderr.take().unwrap(), &heard);
        Self { child, heard, listeners: [out, err] }
    }

    /// Every line so far, of both streams.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How many lines contain it.
    pub fn said(&self, part: &str) -> usize {
        self.heard().iter().filter(|line| line.contains(part)).count()
    }

    /// The first line that contains it, as soon as there is one.
    #[track_caller]
    pub fn says(&self, part: &str) -> String {
        until(&format!("{part:?} is said"), || {
            let over = self.listeners.iter().all(JoinHandle::is_finished);
            let line = self.heard().into_iter().find(|line| line.contains(part));
            assert!(line.is_some() || !over, "it ended without {part:?}: {:#?}", self.heard());
            line
        })
    }

    pub fn signals(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Whether it ends well when it is told to.
    pub fn stops(mut self) -> bool {
        self.signals(Signal::TERM);
        until("it stops", || self.child.try_wait().unwrap()).success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:#?}", self.heard());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(stream: impl Read + Send + 'static, heard: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    let heard = heard.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            heard.lock().unwrap().push(line);
        }
    })
}

/// `dewdrop serve` with its data below `folder`; no setting of this machine reaches it.
pub fn dewdrop(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
    command.args(["serve", "--data"]).arg(folder.join("data")).current_dir(folder);
    command.env_remove("RUST_LOG").env("NO_COLOR", "1");
    command
}

/// A server, and where it says that it is.
pub struct Server {
    pub running: Running,
    pub origin: String,
}

impl Server {
    #[track_caller]
    pub fn begin(command: &mut Command) -> Self {
        let running = Running::begin(command);
        let origin = running.says("dewdrop: ").split_once("dewdrop: ").unwrap().1.to_owned();
        Self { running, origin }
    }

    /// The set-up token of a server that nobody has set up.
    pub fn set_up_token(&self) -> Bearer {
        let line = self.running.says("set up: ");
        Bearer::parse(line.split_once("#setup.").unwrap().1).unwrap()
    }

    pub fn port(&self) -> u16 {
        self.origin.rsplit_once(':').unwrap().1.parse().unwrap()
    }
}

/// Fails unless the program refuses to begin, in one line that says all of it.
#[track_caller]
pub fn refuses(command: &mut Command, said: &[&str]) {
    let done = command.stdin(Stdio::null()).output().unwrap();
    let words = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{words}");
    assert!(words.lines().count() == 1 && words.starts_with("dewdrop: "), "{words}");
    assert!(said.iter().all(|part| words.contains(part)), "{said:?}: {words}");
    assert!(done.stdout.is_empty());
}

/// A port that nobody had a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a command prints; fails unless it succeeds.
#[track_caller]
pub fn output(command: &mut Command) -> String {
    let done = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}
