//! `dewdrop doctor` against a server as it should be, and behind proxies that are not.

use super::between::Between;
use super::person::{Done, Person, Serving};
use crate::world::until;
use serde_json::Value;
use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// What is said of each thing: state and words.
fn lines(done: &Done) -> Vec<(String, String, String)> {
    let told: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{}", done.stderr));
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = told["lines"].as_array().unwrap().iter();
    lines
        .map(|line| (text(line, "what"), text(line, "state"), text(line, "found") + &text(line, "todo")))
        .collect()
}

#[track_caller]
fn says(lines: &[(String, String, String)], what: &str, state: &str, words: &str) {
    let found = lines.iter().any(|(a, b, c)| a == what && b == state && c.contains(words));
    assert!(found, "{what} {state} {words} in {lines:#?}");
}

/// The owner, who has set up at `server` and comes by way of `url`.
fn doctor(url: &str) -> Done {
    let person = Person::signs_in(url);
    person.runs(&["doctor", url, "--json"], &[])
}

struct Nginx {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// In front of `server`, with these directives.
    fn before(server: &str, directives: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut config = format!(
            "daemon off; master_process off; worker_processes 1; pid {0}/pid; error_log {0}/error crit;\n\
             events {{}}\nhttp {{ access_log off; server {{ listen {at}; {directives}\n",
            folder.path().display()
        );
        for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(config, "{name}_temp_path {}/{name};", folder.path().display()).unwrap();
        }
        writeln!(config, "location / {{ proxy_pass {server}; }} }} }}").unwrap();
        let path = folder.path().join("nginx.conf");
        std::fs::write(&path, config).unwrap();
        let child = Command::new("nginx").arg("-c").arg(&path).stderr(Stdio::null()).spawn().unwrap();
        until("nginx listens", || TcpStream::connect(at).ok());
        Self { child, url: format!("http://{at}"), _folder: folder }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_as_it_should_be_has_nothing_wrong() {
    let server = Serving::start_with(&["--trusted-proxies", "127.0.0.1"]);
    Person::sets_up(&server);
    let good = "client_max_body_size 0; proxy_request_buffering off; proxy_buffering off; \
                proxy_http_version 1.1; proxy_set_header X-Forwarded-For $remote_addr;";
    let nginx = Nginx::before(&server.url, good);
    for url in [&server.url, &nginx.url] {
        let done = doctor(url);
        let lines = lines(&done);
        assert_eq!(done.code, 0, "{lines:#?}");
        for what in ["reachable", "headers", "clock", "early 413", "8 MiB piece", "early 507", "live events"]
        {
            says(&lines, what, "ok", "");
        }
        says(&lines, "https", "look", "--acme");
        says(&lines, "alerts", "look", "no way of telling");
    }
    let stranger = Person::new().runs(&["doctor", &server.url, "--json"], &[]);
    assert_eq!(stranger.code, 0);
    says(&lines(&stranger), "not checked", "look", "dewdrop login");
}

#[test]
fn a_proxy_with_its_own_idea_of_sizes_and_buffers_is_named_by_its_directive() {
    let server = Serving::start();
    Person::sets_up(&server);
    let usual = "proxy_set_header X-Forwarded-For $remote_addr;";
    let nginx = Nginx::before(&server.url, usual);
    let done = doctor(&nginx.url);
    let small = lines(&done);
    assert_eq!(done.code, 1);
    says(&small, "early 413", "wrong", "client_max_body_size 0");
    says(&small, "8 MiB piece", "wrong", "client_max_body_size 0");
    says(&small, "forwarded", "wrong", "--trusted-proxies");
    says(&small, "access log", "look", "access_log off");
    let nginx = Nginx::before(&server.url, "client_max_body_size 0;");
    let keeping = lines(&doctor(&nginx.url));
    says(&keeping, "8 MiB piece", "wrong", "proxy_request_buffering off");
    let dropped = "client_max_body_size 0; proxy_hide_header Content-Security-Policy; \
                   add_header Referrer-Policy unsafe-url;";
    let nginx = Nginx::before(&server.url, dropped);
    says(&lines(&doctor(&nginx.url)), "headers", "wrong", "Content-Security-Policy, Referrer-Policy");
}

#[test]
fn events_that_are_kept_back_another_clock_and_another_program_are_named() {
    let server = Serving::start();
    Person::sets_up(&server);
    // It reads every answer to its end before it passes it on.
    let between = Between::before(&server.url);
    between.changes(|answer| {
        answer.headers.insert("date", "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
    });
    let done = doctor(&between.url);
    assert_eq!(done.code, 1);
    says(&lines(&done), "live events", "wrong", "proxy_buffering off");
    says(&lines(&done), "clock", "wrong", "timedatectl");
    between.changes(|answer| answer.body = b"It works!".to_vec());
    says(&lines(&doctor_of_stranger(&between.url)), "reachable", "wrong", "proxy_pass");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = doctor_of_stranger(&format!("http://{free}"));
    assert_eq!((gone.code, lines(&gone).len()), (1, 1));
}

fn doctor_of_stranger(url: &str) -> Done {
    Person::new().runs(&["doctor", url, "--json"], &[])
}
