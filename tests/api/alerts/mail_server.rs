//! A real mail server: aiosmtpd, in the environment that `make test` puts into the target folder.

use serde::Deserialize;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A message as it was taken.
#[derive(Debug, Deserialize)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub tls: bool,
    pub user: Option<String>,
    pub bytes: String,
}

pub struct MailServer {
    child: Child,
    pub port: u16,
    lines: Receiver<String>,
}

impl MailServer {
    pub fn begins(args: &[&str]) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let python = target.join("receivers/bin/python");
        assert!(python.exists(), "{} is missing: `make test-rust` makes it", python.display());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/alerts/receiver.py");
        let mut command = Command::new(python);
        let mut child = command.arg(script).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (say, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        let port = lines.recv_timeout(Duration::from_secs(60)).expect("it begins").parse().unwrap();
        Self { child, port, lines }
    }

    /// The next message; it has come already or comes soon.
    pub fn takes(&self) -> Taken {
        let line = self.lines.recv_timeout(Duration::from_secs(30)).expect("a message");
        serde_json::from_str(&line).unwrap()
    }

    pub fn has_more(&self) -> bool {
        self.lines.try_recv().is_ok()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority of our own, and a certificate of localhost signed by it.
pub struct Certificates {
    folder: tempfile::TempDir,
}

impl Certificates {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
        let openssl = |more: &[&str]| {
            let made =
                Command::new("openssl").args(new).args(more).current_dir(folder.path()).output().unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        };
        openssl(&["-subj", "/CN=An authority", "-keyout", "ca.key", "-out", "ca.pem"]);
        let leaf = ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "key.pem", "-out", "cert.pem"];
        let names =
            ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
        openssl(&[["-subj", "/CN=localhost"].as_slice(), &leaf, &names].concat());
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }
}
