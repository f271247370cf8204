//! `dewdrop serve --metrics`: counts, and nothing that is anyone's business.

use super::person::{Person, Serving};
use crate::raw::{answer, asks};
use crate::world::until;
use dewdrop::tokens::Bearer;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;

fn text(url: &str) -> String {
    let answer = answer(asks(Method::GET, url, None)).succeeds();
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    String::from_utf8(answer.body).unwrap()
}

fn value(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse().unwrap()
}

#[test]
fn the_counts_are_right_and_no_name_id_or_address_is_among_them() {
    let server = Serving::start_with(&["--metrics", "127.0.0.1:0"]);
    let url = server.said.iter().find_map(|line| line.strip_prefix("metrics: ")).unwrap().to_owned();
    let mara = Person::sets_up(&server);
    let (first, second) =
        (mara.makes_a_link(&["--for", "Zinnober Label"]), mara.makes_a_link(&["--for", "B"]));
    let film = mara.writes("marker-film.bin", &vec![7; 300_000]);
    let sent = mara.sends(&first, &[film]).json();
    for path in ["/marker-path", "/u/marker-path", "/api/links/marker-id", "/metrics"] {
        answer(
            asks(Method::GET, &format!("{}{path}", server.url), None).header("User-Agent", "marker-agent"),
        );
    }
    let wrong = mara.writes("wrong", b"moss lantern orbit velvet cactus harbor pear\n");
    let refused = mara.runs(&["login", &server.url, "--name", "mara"], &["--passphrase-file".into(), wrong]);
    refused.refusal();

    let told = until("the answers are counted", || {
        Some(text(&url)).filter(|told| value(told, "dewdrop_refused_sign_ins_total") == 1)
    });
    assert_eq!(value(&told, "dewdrop_links{state=\"open\"}"), 1);
    assert_eq!(value(&told, "dewdrop_submissions{state=\"received\"}"), 1);
    assert!((300_000..400_000).contains(&value(&told, "dewdrop_stored_bytes")), "{told}");
    assert!(value(&told, "dewdrop_received_bytes_total") > 300_000);
    assert!(value(&told, "dewdrop_requests_total{class=\"sender\",status=\"2xx\"}") > 3);
    assert!(value(&told, "dewdrop_sweep_age_seconds") < 3600);
    assert_eq!(value(&told, "dewdrop_sweep_failures"), 0);
    assert!(value(&told, "dewdrop_disk_free_bytes") <= value(&told, "dewdrop_disk_total_bytes"));

    let secret = |link: &str| link.split_once('#').unwrap().1.split('.').next().unwrap().to_owned();
    let mut markers = vec!["mara".to_owned(), "Mara Lind".into(), "Zinnober".into(), "marker".into()];
    markers.extend(["127.0.0.1".to_owned(), server.data.path().display().to_string()]);
    markers.extend([secret(&first), secret(&second), sent["submission"].as_str().unwrap().to_owned()]);
    for marker in markers {
        assert!(!told.contains(&marker), "{marker} is in\n{told}");
    }
    // Every label is a word of the program.
    let words = [
        "open",
        "spent",
        "closed",
        "expired",
        "receiving",
        "received",
        "page",
        "file",
        "sender",
        "desk",
        "sign-in",
        "operator",
        "other",
        "2xx",
        "3xx",
        "4xx",
        "5xx",
        env!("CARGO_PKG_VERSION"),
    ];
    let labels: Vec<&str> = told
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    assert!(labels.len() > 10);
    for label in labels {
        assert!(words.contains(&label), "{label} in\n{told}");
    }
}

#[test]
fn alerts_that_do_not_go_through_are_counted() {
    let server = Serving::start_with(&["--metrics", "127.0.0.1:0", "--alert-allow", "127.0.0.1"]);
    let url = server.said.iter().find_map(|line| line.strip_prefix("metrics: ")).unwrap().to_owned();
    let mara = Person::sets_up(&server);
    let counts = || {
        let told = text(&url);
        ["dewdrop_alerts_waiting", "dewdrop_alert_ways_failing"].map(|name| value(&told, name))
    };
    assert_eq!(counts(), [0, 0]);
    // Nobody listens there once it is dropped.
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let wish = json!({"mail": null, "ntfy": null, "on": ["arrived"],
                      "webhook": {"url": format!("http://{nobody}/marker")}});
    let kept: Value = serde_json::from_slice(&fs::read(mara.path("profile/session.json")).unwrap()).unwrap();
    let session = Bearer::parse(kept["token"].as_str().unwrap()).unwrap();
    answer(asks(Method::PUT, &format!("{}/api/alerts", server.url), Some(&session)).json(&wish)).succeeds();
    let file = mara.writes("a.txt", b"a");
    mara.sends(&mara.makes_a_link(&[]), &[file]).json();
    until("one waits and its way fails", || Some(()).filter(|()| counts() == [1, 1]));
    assert!(!text(&url).contains("marker"));
}

#[test]
fn an_address_that_others_reach_is_refused_unless_told() {
    let refused = Person::new().runs(&["serve", "--metrics", "0.0.0.0:0", "--data", "/nonexistent/x"], &[]);
    assert!(refused.refusal().contains("--metrics-beyond-loopback"), "{}", refused.stderr);
}
