//! Alerts end to end, against real receivers on this machine: one module a way. `mail_server` and
//! `listener` are the receivers.

mod listener;
mod mail_server;

mod app;
mod mail;
mod ntfy;
mod queue;
mod set;
mod webhook;

use crate::raw::{Answer, answer};
use crate::sender::{Client, Parcel, SENDER, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::alerts::Way;
use dewdrop::api::Alerts;
use dewdrop::config::Settings;
use dewdrop::time::{Span, Time};
use reqwest::Method;
use serde_json::{Value, json};

const LABEL: &str = "Marker label of Ada";

impl Trainer {
    /// Sets where alerts go.
    fn wants(&self, alerts: &Value) -> Answer {
        answer(self.request(Method::PUT, "/api/alerts").json(alerts))
    }

    /// The same, one way and everything on.
    fn wants_all(&self, way: Way, to: Value) {
        let mut wish = json!({"mail": null, "webhook": null, "ntfy": null,
            "on": ["arrived", "unsaved", "unused"]});
        wish[way.word()] = to;
        self.wants(&wish).succeeds();
    }

    fn alerts(&self) -> Alerts {
        self.gets("/api/alerts").succeeds().json()
    }

    fn tests(&self, way: &str) -> Answer {
        answer(self.request(Method::POST, "/api/alerts/test").json(&json!({ "way": way })))
    }

    /// The sentence that says why a test did not come through.
    #[track_caller]
    fn tests_in_vain(&self, way: &str) -> String {
        self.tests(way).refuses(502, "alert-failed").problem().detail.unwrap()
    }

    /// Makes a link with a label and has someone send through it.
    fn receives(&self, world: &World) -> Parcel {
        let link = Client::new().opens(&self.asks(LABEL, world.now())).unwrap();
        let parcel = Parcel::of(&link, &[&video(1, 1000)]);
        parcel.arrives();
        parcel
    }
}

/// A world whose alerts may reach this machine.
fn open_inside() -> Settings {
    Settings { alert_allow: vec!["127.0.0.0/8".into()], ..Settings::default() }
}

/// Lets all three happen, in a week; after each `sees` looks at the one message that came.
fn all_three(world: &World, trainer: &Trainer, way: Way, mut sees: impl FnMut(&str, &str, Time)) {
    let text = "A link that you made has not been used for 3 days.";
    trainer.makes(LABEL, 1, world.now());
    trainer.receives(world);
    assert_eq!(world.tells(way).told, 1);
    sees("arrived", "Something arrived at your desk.", world.now());
    assert_eq!(world.tells(way).told, 0, "told once");
    world.waits(Span(3 * 86_400 - 1));
    assert_eq!(world.tells(way).told, 0, "not before");
    world.waits(Span(1));
    assert_eq!(world.tells(way).told, 1);
    sees("unused", text, world.now());
    world.waits(Span(3 * 86_400 - 1));
    assert_eq!(world.tells(way).told, 0, "not before");
    world.waits(Span(1));
    assert_eq!(world.tells(way).told, 1);
    let text = "Something at your desk is not saved yet and will be erased within 24 hours.";
    sees("unsaved", text, world.now());
    world.waits(Span(3600));
    assert_eq!(world.tells(way).told, 0, "told once");
}

/// Fails when anything of anyone is in a message.
fn says_nothing(message: &str) {
    for marker in [LABEL, "Ada", SENDER, "Quillfeather", "set-0", ".mp4", "Mara", "mara.lindqvist"] {
        assert!(!message.contains(marker), "{marker} in {message}");
    }
}

/// A receiver is down for an hour, then back: `closes` and `opens` do that to it.
fn down_for_an_hour<R>(
    way: Way,
    receiver: R,
    closes: impl Fn(R),
    opens: impl Fn(),
    world: &mut World,
    trainer: &Trainer,
) {
    closes(receiver);
    trainer.receives(world);
    let begun = world.now();
    let mut tries = 0;
    while world.now() < begun + Span::HOUR {
        let round = world.tells(way);
        assert_eq!((round.told, round.failed), (0, 1));
        tries += 1;
        let again = round.again.expect("it is tried again");
        assert_eq!(world.tells(way).failed, 0, "not before its time");
        world.clock().set(again);
        if tries == 3 {
            world.restarts();
        }
    }
    assert!((6..20).contains(&tries), "{tries} tries in an hour");
    let state = &trainer.alerts().state[0];
    assert_eq!((state.waiting, state.failing_since, state.sent_at), (1, Some(begun), None));
    assert!(
        state.problem.as_deref().is_some_and(|why| why.ends_with("refuses the connection.")),
        "{state:?}"
    );
    opens();
    assert_eq!(world.tells(way).told, 1);
    let state = &trainer.alerts().state[0];
    assert_eq!((state.waiting, state.failing_since, &state.problem), (0, None, &None));
    assert_eq!(state.sent_at, Some(world.now()));
}
