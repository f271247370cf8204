//! What is set is kept, sealed, and shown without secrets; what can not be is refused with its field.

use crate::trainer::Trainer;
use crate::world::World;
use reqwest::Method;
use serde_json::{Value, json};

const SECRET: &str = "a-secret-with-a-marker";
const TOKEN: &str = "tk_token-with-a-marker";

fn wish() -> Value {
    json!({
        "mail": null,
        "webhook": {"url": "https://hooks.example.org/of/mara", "secret": SECRET},
        "ntfy": {"url": "https://ntfy.example.org/mara-marker-topic", "token": TOKEN},
        "on": ["unused", "arrived"],
    })
}

#[test]
fn nothing_is_set_at_first_and_everything_would_be_told() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let set: Value = trainer.gets("/api/alerts").succeeds().json();
    assert_eq!(
        set,
        json!({"mail_possible": false, "mail": null, "webhook": null, "ntfy": null,
               "on": ["arrived", "unsaved", "unused"], "state": []})
    );
}

#[test]
fn what_is_set_is_shown_without_secrets_and_survives_a_restart() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    let set: Value = trainer.wants(&wish()).succeeds().json();
    let state =
        |way| json!({"way": way, "waiting": 0, "sent_at": null, "failing_since": null, "problem": null});
    assert_eq!(
        set,
        json!({"mail_possible": false, "mail": null,
               "webhook": {"url": "https://hooks.example.org/of/mara", "signed": true},
               "ntfy": {"url": "https://ntfy.example.org/mara-marker-topic"},
               "on": ["arrived", "unused"], "state": [state("webhook"), state("ntfy")]})
    );
    world.restarts();
    assert_eq!(trainer.gets("/api/alerts").succeeds().json::<Value>(), set);
    // Without a secret the one before stays; an empty one takes it away.
    let hook = |secret: Value| json!({"mail": null, "ntfy": null, "on": [], "webhook": secret});
    let url = "https://hooks.example.org/of/mara";
    trainer.wants(&hook(json!({"url": url}))).succeeds();
    assert!(trainer.alerts().webhook.unwrap().signed);
    trainer.wants(&hook(json!({"url": url, "secret": ""}))).succeeds();
    assert!(!trainer.alerts().webhook.unwrap().signed);
}

#[test]
fn addresses_secrets_and_tokens_are_nowhere_in_clear() {
    let mut world = World::new();
    let trainer = Trainer::sets_up(&world);
    trainer.wants(&wish()).succeeds();
    let folder = world.stops().to_owned();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let content = std::fs::read(&entry).unwrap();
            for marker in [SECRET, TOKEN, "marker-topic", "hooks.example.org"] {
                let found = content.windows(marker.len()).any(|at| at == marker.as_bytes());
                assert!(!found, "{marker} in {}", entry.display());
            }
        }
    }
}

#[test]
fn what_can_not_be_is_refused_with_field_and_reason_and_changes_nothing() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    trainer.wants(&wish()).succeeds();
    let before = trainer.alerts();
    let webhook = |url: &str| json!({"mail": null, "webhook": {"url": url}, "ntfy": null, "on": []});
    let inside = "webhook is inside a private network; the operator can allow it";
    for (wish, detail) in [
        (webhook("http://127.0.0.1:9/"), inside),
        (webhook("https://[::1]/"), inside),
        (webhook("https://169.254.169.254/latest/meta-data"), inside),
        (webhook("https://0x7f000001/"), inside),
        (webhook("gopher://example.org"), "webhook must begin with https://"),
        (webhook("https://mara:pass@example.org/"), "webhook has a user name or a password in it"),
        (
            json!({"mail": {"to": "mara@example.org"}, "webhook": null, "ntfy": null, "on": []}),
            "mail can not be sent: this server has no mail server to send by",
        ),
        (
            json!({"mail": null, "webhook": null, "ntfy": {"url": "https://ntfy.sh/a", "token": "a b"}, "on": []}),
            "ntfy.token has at most 256 letters, digits and signs, no spaces",
        ),
    ] {
        let refused = trainer.wants(&wish).refuses(422, "alert-malformed");
        assert_eq!(refused.problem().detail.as_deref(), Some(detail));
    }
    trainer.wants(&json!({"mail": 7})).refuses(400, "malformed");
    trainer
        .wants(&json!({"mail": null, "webhook": null, "ntfy": null, "on": ["test"]}))
        .refuses(400, "malformed");
    assert_eq!(trainer.alerts(), before);
}

#[test]
fn only_the_account_sees_and_sets_them() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    for (method, path) in
        [(Method::GET, "/api/alerts"), (Method::PUT, "/api/alerts"), (Method::POST, "/api/alerts/test")]
    {
        let stranger = crate::raw::asks(method, &world.url(path), None);
        crate::raw::answer(stranger).refuses(401, "sign-in-refused");
    }
    let refused = trainer.tests("webhook").refuses(422, "alert-malformed");
    assert_eq!(refused.problem().detail.as_deref(), Some("this way is not set"));
    for _ in 0..5 {
        trainer.tests("mail");
    }
    trainer.tests("mail").refuses(429, "too-many-tries");
}
