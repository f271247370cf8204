//! The app as it runs: tells by itself, each way for itself, and stops at once.

use super::listener::Listener;
use super::open_inside;
use crate::trainer::Trainer;
use crate::world::{World, until};
use dewdrop::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Command;

/// What a server says that does not start with these settings of its mail server.
fn refuses_to_start(settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_dewdrop"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    let mail = [("HOST", "mail.example.org"), ("FROM", "dewdrop@example.org")];
    for (name, value) in mail.iter().chain(settings) {
        command.env(format!("DEWDROP_SERVER_SMTP_{name}"), value);
    }
    let ended = command.env_remove("CREDENTIALS_DIRECTORY").output().unwrap();
    assert_eq!((ended.status.code(), data.exists()), (Some(1), false));
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn what_is_wrong_with_the_settings_of_mail_is_one_line_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no certificate").unwrap();
    let file = file.to_str().unwrap();
    for (settings, said) in [
        ([("USER", "mara"), ("PORT", "587")], "there is a user but no password"),
        ([("USER", "mara"), ("PASSWORD_FILE", "/nowhere/at/all")], "/nowhere/at/all: "),
        ([("FROM", "dewdrop@"), ("PORT", "587")], "DEWDROP_SERVER_SMTP_FROM is not an address"),
        ([("SECURITY", "none"), ("PORT", "25")], "is for this machine only"),
        ([("SECURITY", "tls"), ("CA", file)], "no certificate in PEM"),
    ] {
        let line = refuses_to_start(&settings);
        assert!(line.contains(said) && line.trim_end().lines().count() == 1, "{line}");
    }
}

#[test]
fn a_mail_server_that_hangs_delays_nothing_else_and_the_desk_hears_of_it() {
    let (receiver, silent) = (Listener::begins(), TcpListener::bind("127.0.0.1:0").unwrap());
    let mut world = World::by_itself_with(Settings {
        smtp_host: Some("127.0.0.1".into()),
        smtp_port: Some(silent.local_addr().unwrap().port()),
        smtp_security: Some("none".into()),
        smtp_from: Some("dewdrop@example.org".into()),
        ..open_inside()
    });
    let trainer = Trainer::sets_up(&world);
    let stream = trainer.request(Method::GET, "/api/events").send().unwrap();
    trainer
        .wants(&json!({"mail": {"to": "mara@example.org"}, "webhook": {"url": receiver.url("/hook")},
            "ntfy": {"url": receiver.url("/topic")}, "on": ["arrived"]}))
        .succeeds();
    let begun = std::time::Instant::now();
    trainer.receives(&world);
    let mut came = [receiver.takes().what, receiver.takes().what];
    came.sort();
    assert_eq!(came, ["POST /hook", "POST /topic"]);
    assert!(begun.elapsed().as_secs() < 9, "before the mail server was given up");
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut events =
        lines.filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    let failing = events.find(|event| event["kind"] == "alerts" && event["state"] == "failing").unwrap();
    assert_eq!((&failing["id"], &failing["link"]), (&Value::Null, &Value::Null));
    until("the desk shows it", || {
        let state = trainer.alerts().state;
        let problem = state[0].problem.as_deref()?;
        assert_eq!(problem, "The mail server did not answer in time.");
        (state[0].waiting == 1 && state[1].waiting == 0 && state[2].sent_at.is_some()).then_some(())
    });
    drop(events);
    world.stops();
}
