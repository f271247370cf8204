//! By ntfy: a topic, with a token that does not follow to another server.

use super::listener::Listener;
use super::{all_three, down_for_an_hour, open_inside, says_nothing};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::alerts::Way;
use serde_json::json;

const TOKEN: &str = "tk_of-the-trainer";

fn world(url: &str) -> (World, Trainer) {
    let world = World::with(open_inside());
    let trainer = Trainer::sets_up(&world);
    trainer.wants_all(Way::Ntfy, json!({"url": url, "token": TOKEN}));
    (world, trainer)
}

#[test]
fn each_alert_comes_by_ntfy_and_says_nothing_of_anyone() {
    let receiver = Listener::begins();
    let (world, trainer) = world(&receiver.url("/topic"));
    all_three(&world, &trainer, Way::Ntfy, |kind, text, _| {
        let taken = receiver.takes();
        assert_eq!(taken.what, "POST /topic");
        let (title, priority) = match kind {
            "arrived" => ("Something arrived", "default"),
            "unsaved" => ("Not saved, and soon gone", "high"),
            _ => ("A link was not used", "default"),
        };
        let desk = format!("{}/desk/", world.origin());
        let header = |name: &str| taken.headers[name].as_str();
        assert_eq!((header("title"), header("priority"), header("click")), (title, priority, desk.as_str()));
        assert_eq!(header("authorization"), format!("Bearer {TOKEN}"));
        assert_eq!(taken.body, format!("{text}\n\n{desk}"));
        says_nothing(&format!("{taken:?}"));
    });
    assert!(!receiver.has_more());
}

#[test]
fn a_token_that_is_refused_is_said_and_it_stays_with_its_server() {
    let receiver = Listener::begins();
    let (_world, trainer) = world(&receiver.url("/topic"));
    receiver.answers("403 Forbidden");
    assert_eq!(
        trainer.tests_in_vain("ntfy"),
        "The ntfy server refused the request: it wants another token or sign-in."
    );
    assert!(receiver.takes().headers.contains_key("authorization"));
    let other = Listener::begins();
    trainer.wants_all(Way::Ntfy, json!({"url": other.url("/topic")}));
    trainer.tests("ntfy").succeeds();
    assert!(!other.takes().headers.contains_key("authorization"));
}

#[test]
fn an_ntfy_server_that_is_down_for_an_hour_loses_nothing() {
    let receiver = Listener::begins();
    let port = receiver.port;
    let (mut world, trainer) = world(&receiver.url("/topic"));
    let back = std::cell::OnceCell::new();
    let opens = || assert!(back.set(Listener::begins_at(port)).is_ok());
    down_for_an_hour(Way::Ntfy, receiver, drop, opens, &mut world, &trainer);
    let receiver = back.get().unwrap();
    assert!(receiver.takes().body.starts_with("Something arrived"));
    assert!(!receiver.has_more());
}
