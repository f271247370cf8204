//! What is queued and what is not: nothing twice, nothing that is over, nothing that came before.

use super::listener::Listener;
use super::open_inside;
use crate::sender::{Client, Parcel, video};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::alerts::Way;
use dewdrop::client::new_link::Wish;
use dewdrop::sealed::form::Form;
use dewdrop::time::Span;
use serde_json::{Value, json};

/// A trainer who wants webhooks, and what takes them.
fn world() -> (World, Trainer, Listener) {
    let (world, receiver) = (World::with(open_inside()), Listener::begins());
    let trainer = Trainer::sets_up(&world);
    trainer.wants_all(Way::Webhook, json!({"url": receiver.url("/hook")}));
    (world, trainer, receiver)
}

fn kind(receiver: &Listener) -> String {
    let body: Value = serde_json::from_str(&receiver.takes().body).unwrap();
    body["kind"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_saved_is_not_told_about_and_what_is_erased_is_taken_back() {
    let (world, trainer, receiver) = world();
    let saved = trainer.receives(&world);
    trainer.watches(saved.id);
    assert_eq!(world.tells(Way::Webhook).told, 0, "seen and saved before it was told");
    receiver.answers("500 No");
    let parcel = trainer.receives(&world);
    assert_eq!(world.tells(Way::Webhook).failed, 1);
    receiver.takes();
    assert_eq!(trainer.alerts().state[0].waiting, 1);
    parcel.withdraws().succeeds();
    world.sweeps();
    receiver.answers("200 OK");
    world.waits(Span::HOUR);
    assert_eq!(world.tells(Way::Webhook).told, 0);
    assert_eq!(trainer.alerts().state[0].waiting, 0);
    world.waits(Span::DAY.times(6));
    assert_eq!(world.tells(Way::Webhook).told, 0, "saved");
    assert!(!receiver.has_more());
}

#[test]
fn a_short_retention_is_told_at_half_of_its_time() {
    let (world, trainer, receiver) = world();
    let made = trainer.makes_with(Wish {
        label: "short".into(),
        retention: Span::HOUR,
        closes_at: world.now() + Span::DAY,
        uses: 1,
        template: Form::empty(),
    });
    let link = Client::new().opens(&made.link.reveal()).unwrap();
    Parcel::of(&link, &[&video(1, 100)]).arrives();
    assert_eq!(world.tells(Way::Webhook).told, 1);
    world.waits(Span(1799));
    assert_eq!(world.tells(Way::Webhook).told, 0);
    world.waits(Span(1));
    assert_eq!(world.tells(Way::Webhook).told, 1);
    assert_eq!([kind(&receiver), kind(&receiver)], ["arrived", "unsaved"]);
}

#[test]
fn nothing_is_told_twice_after_a_restart_and_a_try_repeats_the_same_bytes() {
    let (mut world, trainer, receiver) = world();
    trainer.receives(&world);
    receiver.answers("500 No");
    assert_eq!(world.tells(Way::Webhook).failed, 1);
    let first = receiver.takes();
    world.restarts();
    receiver.answers("200 OK");
    world.waits(Span::HOUR);
    assert_eq!(world.tells(Way::Webhook).told, 1);
    let second = receiver.takes();
    assert_eq!(
        (&first.body, &first.headers["dewdrop-delivery"]),
        (&second.body, &second.headers["dewdrop-delivery"])
    );
    world.restarts();
    world.waits(Span::HOUR);
    assert_eq!(world.tells(Way::Webhook).told, 0);
    assert!(!receiver.has_more());
}

#[test]
fn after_three_days_in_vain_it_is_given_up_and_what_is_new_is_told() {
    let (world, trainer, receiver) = world();
    trainer.receives(&world);
    receiver.answers("500 No");
    world.tells(Way::Webhook);
    receiver.takes();
    world.waits(Span::DAY.times(3));
    assert_eq!(world.tells(Way::Webhook).failed, 0);
    assert_eq!(trainer.alerts().state[0].waiting, 0);
    receiver.answers("200 OK");
    trainer.receives(&world);
    assert_eq!(world.tells(Way::Webhook).told, 1);
    receiver.takes();
    assert!(!receiver.has_more());
}

#[test]
fn what_arrived_before_alerts_were_set_is_not_told_unless_it_would_be_gone_unseen() {
    let (world, receiver) = (World::with(open_inside()), Listener::begins());
    let trainer = Trainer::sets_up(&world);
    trainer.receives(&world);
    trainer.makes("old and unused", 1, world.now());
    world.waits(Span::DAY.times(4));
    trainer.wants_all(Way::Webhook, json!({"url": receiver.url("/hook")}));
    assert_eq!(world.tells(Way::Webhook).told, 0);
    world.waits(Span::DAY.times(2));
    assert_eq!(world.tells(Way::Webhook).told, 1);
    assert_eq!(kind(&receiver), "unsaved");
}

#[test]
fn a_link_that_was_used_or_closed_or_is_being_used_is_not_called_unused() {
    let (world, trainer, receiver) = world();
    trainer.closes(trainer.makes("closed", 1, world.now()).id).succeeds();
    let made = trainer.makes("several", 3, world.now());
    Parcel::of(&Client::new().opens(&made.link.reveal()).unwrap(), &[&video(1, 100)]).arrives();
    let begun = trainer.makes("begun", 1, world.now());
    let link = Client::new().opens(&begun.link.reveal()).unwrap();
    assert_eq!(world.tells(Way::Webhook).told, 1);
    assert_eq!(kind(&receiver), "arrived");
    world.waits(Span(3 * 86_400));
    Parcel::of(&link, &[&video(2, 100)]).travels();
    assert_eq!(world.tells(Way::Webhook).told, 0);
    assert!(!receiver.has_more());
}

#[test]
fn what_is_turned_off_is_not_told() {
    let (world, trainer, receiver) = world();
    let wish =
        json!({"mail": null, "webhook": {"url": receiver.url("/hook")}, "ntfy": null, "on": ["unused"]});
    trainer.wants(&wish).succeeds();
    trainer.receives(&world);
    world.waits(Span::DAY.times(6));
    assert_eq!(world.tells(Way::Webhook).told, 0);
    assert!(!receiver.has_more());
}
