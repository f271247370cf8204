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
