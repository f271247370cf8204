//! By webhook: signed, never inside the own network, never after a redirect.

use super::listener::{Listener, Taken};
use super::{all_three, down_for_an_hour, open_inside, says_nothing};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::alerts::Way;
use dewdrop::config::Settings;
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const SECRET: &str = "a-secret-of-the-trainer";

fn world(settings: Settings, url: &str) -> (World, Trainer) {
    let world = World::with(settings);
    let trainer = Trainer::sets_up(&world);
    trainer.wants_all(Way::Webhook, json!({"url": url, "secret": SECRET}));
    (world, trainer)
}

/// As a receiver verifies it.
fn signature(secret: &str, taken: &Taken) -> String {
    let (t, _) = taken.headers["dewdrop-signature"].split_once(',').unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{}.{}", t.strip_prefix("t=").unwrap(), taken.body).as_bytes());
    mac.finalize().into_bytes().iter().fold(format!("{t},v1="), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn each_alert_comes_by_webhook_signed_and_says_nothing_of_anyone() {
    let receiver = Listener::begins();
    let (world, trainer) = world(open_inside(), &receiver.url("/hook?of=dewdrop"));
    all_three(&world, &trainer, Way::Webhook, |kind, text, at| {
        let taken = receiver.takes();
        assert_eq!(taken.what, "POST /hook?of=dewdrop");
        let id = &taken.headers["dewdrop-delivery"];
        let expected = format!(
            r#"{{"id":"{id}","kind":"{kind}","at":{},"text":"{text}","desk":"{}/desk/"}}"#,
            at.0,
            world.origin()
        );
        assert_eq!(taken.body, expected);
        assert_eq!(taken.headers["content-type"], "application/json");
        assert_eq!(taken.headers["dewdrop-signature"], signature(SECRET, &taken));
        assert_ne!(taken.headers["dewdrop-signature"], signature("another-secret-of-it", &taken));
        assert!(taken.headers["dewdrop-signature"].starts_with(&format!("t={},", at.0)));
        says_nothing(&format!("{taken:?}"));
    });
    assert!(!receiver.has_more());
}

/// The example in the document, with the body on its standard input.
fn document_verifies(secret: &str, taken: &Taken, now: u64) -> bool {
    let document = include_str!("../../../docs/alerts.md");
    let example = document.split_once("```python\n").unwrap().1.split_once("```").unwrap().0;
    let call = "import sys\nbody = sys.stdin.buffer.read()\n\
                print(is_from_dewdrop(sys.argv[1], sys.argv[2], body, int(sys.argv[3])))";
    let mut python = Command::new("python3");
    python.args(["-c", &format!("{example}\n{call}"), secret, &taken.headers["dewdrop-signature"]]);
    let mut python =
        python.arg(now.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(taken.body.as_bytes()).unwrap();
    let said = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert!(["True\n", "False\n"].contains(&said.as_str()), "{said}");
    said == "True\n"
}

#[test]
fn the_example_in_the_document_verifies_a_signature() {
    let receiver = Listener::begins();
    let (world, trainer) = world(open_inside(), &receiver.url("/hook"));
    trainer.tests("webhook").succeeds();
    let (mut taken, now) = (receiver.takes(), world.now().0);
    assert!(document_verifies(SECRET, &taken, now + 200));
    assert!(!document_verifies("another-secret-of-it", &taken, now));
    assert!(!document_verifies(SECRET, &taken, now + 301), "an old one sent again");
    taken.body.push(' ');
    assert!(!document_verifies(SECRET, &taken, now));
}

#[test]
fn a_name_that_leads_inside_is_refused_after_it_was_resolved() {
    let receiver = Listener::begins();
    let url = format!("https://localhost:{}/hook", receiver.port);
    let inside = "The address is inside a private network; the operator can allow it.";
    let (_world, trainer) = world(Settings::default(), &url);
    assert_eq!(trainer.tests_in_vain("webhook"), inside);
    // An allowed range is not every range.
    let elsewhere = Settings { alert_allow: vec!["10.0.0.0/8".into()], ..Settings::default() };
    let (_world, trainer) = world(elsewhere, &url);
    assert_eq!(trainer.tests_in_vain("webhook"), inside);
    assert!(!receiver.has_more());
    // By name, also in clear: it is the operator's own network.
    let allowed = Settings { alert_allow: vec!["localhost".into()], ..Settings::default() };
    let (_world, trainer) = world(allowed, &format!("http://LOCALHOST:{}/hook", receiver.port));
    trainer.tests("webhook").succeeds();
    assert!(receiver.takes().body.contains(r#""kind":"test""#));
}

#[test]
fn what_is_wrong_with_a_receiver_is_said_in_one_sentence_and_redirects_are_not_followed() {
    let receiver = Listener::begins();
    let (_world, trainer) = world(open_inside(), &receiver.url("/hook"));
    let inner = Listener::begins();
    for (answer, sentence) in [
        ("500 No", "The webhook's server answered with error 500."),
        ("404 No", "The webhook's server answered with error 404."),
        ("503 No", "The webhook's server asks to try again later."),
        ("401 No", "The webhook's server refused the request: it wants another token or sign-in."),
        (
            &format!("307 There\r\nLocation: {}", inner.url("/inside")),
            "The webhook's server sends on to another address; set that one.",
        ),
    ] {
        receiver.answers(answer);
        assert_eq!(trainer.tests_in_vain("webhook"), sentence);
    }
    assert!(!inner.has_more(), "nothing was sent on");
    // TLS spoken to who does not: broken off, not hung.
    let (_world, trainer) = world(open_inside(), &format!("https://127.0.0.1:{}/", receiver.port));
    assert_eq!(trainer.tests_in_vain("webhook"), "The webhook's server broke off the connection.");
    let (_world, trainer) = world(open_inside(), "https://hooks.invalid/");
    assert_eq!(
        trainer.tests_in_vain("webhook"),
        "The webhook's server was not found: its name leads nowhere."
    );
}

#[test]
fn a_receiver_that_hangs_is_given_up_in_time() {
    let receiver = Listener::begins();
    receiver.answers("");
    let (_world, trainer) = world(open_inside(), &receiver.url("/hook"));
    let begun = std::time::Instant::now();
    assert_eq!(trainer.tests_in_vain("webhook"), "The webhook's server did not answer in time.");
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn a_receiver_that_is_down_for_an_hour_loses_nothing() {
    let receiver = Listener::begins();
    let port = receiver.port;
    let (mut world, trainer) = world(open_inside(), &receiver.url("/hook"));
    let back = std::cell::OnceCell::new();
    let opens = || assert!(back.set(Listener::begins_at(port)).is_ok());
    down_for_an_hour(Way::Webhook, receiver, drop, opens, &mut world, &trainer);
    let receiver = back.get().unwrap();
    assert!(receiver.takes().body.contains(r#""kind":"arrived""#));
    assert!(!receiver.has_more());
}
