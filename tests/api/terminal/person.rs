//! Someone at a terminal with a profile folder, and the server they start.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "moss lantern orbit velvet cactus harbor plum";

/// A `dewdrop serve` of its own, stopped when dropped.
pub struct Serving {
    child: Child,
    pub data: TempDir,
    pub url: String,
    pub setup_url: String,
    /// What it said before.
    pub said: Vec<String>,
}

/// How one is run, before it is.
pub struct ToServe {
    pub run: Command,
    data: TempDir,
    url: String,
}

impl ToServe {
    pub fn serving(self, child: Child, setup_url: String, said: Vec<String>) -> Serving {
        Serving { child, data: self.data, url: self.url, setup_url, said }
    }
}

impl Serving {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn command(more: &[&str]) -> ToServe {
        let private = std::fs::Permissions::from_mode(0o700);
        let data = tempfile::Builder::new().permissions(private).tempdir().expect("a folder");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut run = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
        run.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(data.path()).args(more);
        ToServe { run, data, url: format!("http://127.0.0.1:{port}") }
    }

    pub fn start_with(more: &[&str]) -> Self {
        let mut command = Self::command(more);
        let mut child = command.run.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut said = Vec::new();
        let setup_url = lines.map_while(Result::ok).find_map(|line| {
            said.push(line.clone());
            Some(line.strip_prefix("set up: ")?.to_owned())
        });
        let setup_url = setup_url.expect("the first start prints a set-up address");
        command.serving(child, setup_url, said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a command did.
pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it was not killed"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// The JSON of a command that succeeded.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The one line of a command that was refused.
    pub fn refusal(&self) -> &str {
        assert_eq!(self.code, 1, "stdout: {} stderr: {}", self.stdout, self.stderr);
        let line = self.stderr.lines().last().expect("a line says why");
        line.strip_prefix("dewdrop: ").unwrap_or_else(|| panic!("{line}"))
    }
}

/// Someone with a folder of their own.
pub struct Person {
    pub folder: TempDir,
}

impl Person {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("passphrase"), format!("{PASSPHRASE}\n")).expect("a file");
        Self { folder }
    }

    /// The owner of a server that was just started.
    pub fn sets_up(server: &Serving) -> Self {
        let person = Self::new();
        let done = person.runs_with_input(
            &["setup", "-", "--name", "mara", "--display", "Mara Lind", "--json", "--passphrase-file"],
            &[person.path("passphrase"), "--recovery-out".into(), person.path("recovery.txt")],
            &server.setup_url,
        );
        done.json();
        person
    }

    /// The same account from another machine, or through something in between.
    pub fn signs_in(url: &str) -> Self {
        let person = Self::new();
        person
            .runs(&["login", url, "--name", "mara"], &["--passphrase-file".into(), person.path("passphrase")])
            .ok();
        person
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn writes(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file is written");
        path
    }

    fn command(&self, words: &[&str], paths: &[PathBuf]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
        command
            .args(words)
            .args(paths)
            .env("DEWDROP_PROFILE", self.path("profile"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command and does not wait for it.
    pub fn starts(&self, words: &[&str], paths: &[PathBuf]) -> Child {
        self.command(words, paths).spawn().expect("the binary runs")
    }

    pub fn runs(&self, words: &[&str], paths: &[PathBuf]) -> Done {
        Done::of(self.command(words, paths).output().expect("the binary runs"))
    }

    pub fn runs_with_input(&self, words: &[&str], paths: &[PathBuf], input: &str) -> Done {
        let mut child = self.command(words, paths).stdin(Stdio::piped()).spawn().expect("the binary runs");
        // A program that does not read its input closes the pipe: that is its answer, not ours.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        Done::of(child.wait_with_output().expect("it ends"))
    }

    /// With the vault opened from the passphrase file.
    pub fn opens(&self, words: &[&str], paths: &[PathBuf]) -> Done {
        let passphrase = ["--passphrase-file".into(), self.path("passphrase")];
        self.runs(words, &[paths, &passphrase].concat())
    }

    pub fn makes_a_link(&self, more: &[&str]) -> String {
        let made = self.opens(&[&["link", "--json"], more].concat(), &[]).json();
        made["url"].as_str().expect("a link has a URL").to_owned()
    }

    pub fn sends(&self, link: &str, files: &[impl AsRef<Path>]) -> Done {
        let files: Vec<PathBuf> = files.iter().map(|file| file.as_ref().to_owned()).collect();
        self.runs_with_input(&["send", "-", "--json"], &files, link)
    }

    pub fn fetches(&self, submission: &Value, to: &Path) -> Done {
        let id = submission.as_str().expect("a submission has an id");
        self.opens(&["fetch", "--json", id, "--to"], &[to.to_owned()])
    }
}

impl Done {
    pub fn ok(&self) -> &Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }
}
