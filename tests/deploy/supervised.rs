//! What systemd hears: ready once people can come, alive while sweep and store are, stopping.

use crate::world::until;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SPAN: Duration = Duration::from_millis(400);

/// A socket as systemd has one, and the server that it started.
struct Manager {
    socket: UnixDatagram,
    server: Child,
}

impl Manager {
    fn starts(folder: &Path) -> Self {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let server = Command::new(env!("CARGO_BIN_EXE_dewdrop"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", SPAN.as_micros().to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { socket, server }
    }

    fn hears(&self) -> String {
        let mut said = [0; 4096];
        let length = self.socket.recv(&mut said).expect("the server says something");
        String::from_utf8(said[..length].to_vec()).unwrap()
    }

    fn hears_until(&self, word: &str) -> String {
        loop {
            let said = self.hears();
            if said.contains(word) {
                return said;
            }
        }
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn answers(origin: &str) -> String {
    let mut stream = TcpStream::connect(origin.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_is_ready_when_it_serves_alive_while_it_sweeps_and_says_that_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut manager = Manager::starts(folder.path());
    let first = manager.hears_until("READY=1");
    let origin = first.lines().find_map(|line| line.strip_prefix("STATUS=Serving ")).unwrap();
    assert!(answers(origin).starts_with("HTTP/1.1 200"));
    // Longer than a pass that hangs would be borne.
    for _ in 0..12 {
        assert_eq!(manager.hears(), "WATCHDOG=1\n");
    }
    let pid = rustix::process::Pid::from_child(&manager.server);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    manager.hears_until("STOPPING=1");
    assert!(until("it stops", || manager.server.try_wait().unwrap()).success());
}

#[test]
fn the_watchdog_hears_nothing_any_more_when_the_sweep_hangs() {
    let folder = tempfile::tempdir().unwrap();
    // A pass ends by noting when: here that waits for a reader who never comes.
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    assert!(Command::new("chmod").arg("700").arg(&data).status().unwrap().success());
    assert!(Command::new("mkfifo").arg(data.join("last-sweep")).status().unwrap().success());
    let manager = Manager::starts(folder.path());
    let first = manager.hears_until("READY=1");
    manager.hears_until("WATCHDOG=1");
    manager.hears_until("does not answer");
    for _ in 0..6 {
        assert!(manager.hears().contains("does not answer"));
    }
    // It still serves: that alone would keep it alive.
    let origin = first.lines().find_map(|line| line.strip_prefix("STATUS=Serving ")).unwrap();
    assert!(answers(origin).starts_with("HTTP/1.1 200"));
}
