//! `dewdrop verify` finds what a hostile server, or one in between, serves otherwise, and nothing else.

use super::between::{Answer, Between};
use super::person::{Done, Person};
use crate::world::World;
use serde_json::Value;

fn verifies(url: &str) -> Done {
    Person::new().runs(&["verify", url, "--json"], &[])
}

/// What is found when every answer goes through `change`: address and finding.
fn found(change: impl FnMut(&mut Answer) + Send + 'static) -> Vec<(String, String)> {
    let world = World::new();
    let between = Between::before(world.origin());
    between.changes(change);
    let done = verifies(&between.url);
    assert_eq!(done.code, 1, "{}", done.stdout);
    let told: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(told["same"], false);
    let compared = told["compared"].as_array().unwrap();
    let findings = compared.iter().flat_map(|one| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        one["findings"].as_array().unwrap().iter().map(move |finding| (text(&one["address"]), text(finding)))
    });
    findings.collect()
}

fn script() -> String {
    let paths = dewdrop::assets::originals();
    format!("/{}", paths.iter().find(|path| path.ends_with(".js")).expect("the pages were built"))
}

#[test]
fn an_honest_server_serves_exactly_what_is_in_the_program() {
    let world = World::new();
    let between = Between::before(world.origin());
    for url in [world.origin(), &between.url] {
        let done = verifies(url);
        let told = done.json();
        assert_eq!(told["same"], true);
        let compared = told["compared"].as_array().unwrap();
        for path in dewdrop::assets::originals() {
            for address in dewdrop::assets::addresses(&path) {
                assert!(compared.iter().any(|one| one["address"] == *address), "{address} was not asked for");
            }
        }
    }
    let table = Person::new().runs(&["verify", world.origin()], &[]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    assert!(table.stdout.lines().all(|line| line.ends_with(" same")), "{}", table.stdout);
}

#[test]
fn one_changed_byte_of_one_script_is_found_and_nothing_else() {
    let changed = script();
    let at = changed.clone();
    let found = found(move |answer| {
        if answer.path == at && !answer.headers.contains_key("content-encoding") {
            answer.body[20] ^= 1;
        }
    });
    let [(address, finding)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*address, changed);
    assert!(finding.starts_with("other bytes: one, at 20"), "{finding}");
    assert!(finding.contains("iPhone, identity") && !finding.contains("br"), "{finding}");
}

#[test]
fn a_script_that_is_added_to_a_page_is_named() {
    let found = found(|answer| {
        if answer.path == "/desk/" && !answer.headers.contains_key("content-encoding") {
            let page = String::from_utf8(answer.body.clone()).unwrap();
            answer.body =
                page.replace("</head>", "<script src=\"/assets/x.js\"></script></head>").into_bytes();
        }
        if answer.path == "/sw.js" {
            (answer.status, answer.body) = (200, b"self.onfetch = steal".to_vec());
        }
    });
    let named =
        |address: &str, what: &str| found.iter().any(|(at, text)| at == address && text.contains(what));
    assert!(named("/desk/", "beyond this program: <script src=\"/assets/x.js\">"), "{found:?}");
    assert!(named("/sw.js", "beyond this program: answered 200"), "{found:?}");
}

#[test]
fn a_policy_that_is_dropped_or_widened_and_headers_that_load_are_found() {
    let found = found(|answer| match answer.path.as_str() {
        "/u" => drop(answer.headers.remove("content-security-policy")),
        "/r" => drop(answer.headers.insert("content-security-policy", "script-src *".parse().unwrap())),
        "/desk/" => {
            answer.headers.insert("link", "</x.js>; rel=modulepreload".parse().unwrap());
            answer.headers.append("referrer-policy", "unsafe-url".parse().unwrap());
        }
        _ => {}
    });
    let of = |address: &str| {
        let texts = found.iter().filter(|(at, _)| at == address).map(|(_, text)| text.as_str());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(of("/u"), ["Content-Security-Policy is missing"]);
    assert_eq!(of("/r"), ["Content-Security-Policy is another: script-src *"]);
    let at_desk = of("/desk/");
    assert!(at_desk.iter().any(|text| text.contains("the header Link")), "{at_desk:?}");
    assert!(at_desk.contains(&"Referrer-Policy is sent 2 times: no-referrer | unsafe-url"), "{at_desk:?}");
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn another_page_for_one_kind_of_phone_is_found() {
    let found = found(|answer| {
        if answer.path == "/u" && answer.agent.contains("iPhone") {
            answer.headers.remove("content-encoding");
            answer.body = b"<!doctype html><title>Dewdrop</title>".to_vec();
        }
    });
    assert!(!found.is_empty());
    for (address, finding) in &found {
        assert!(address == "/u" && finding.contains("iPhone"), "{address}: {finding}");
        assert!(!finding.contains("Android") && !finding.contains("desktop"), "{finding}");
    }
}

#[test]
fn who_is_not_there_or_leads_away_is_told_in_one_line() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let done = Person::new().runs(&["verify", &format!("http://{free}")], &[]);
    assert!(done.refusal().contains("can not be reached"), "{}", done.stderr);
    assert!(done.stdout.is_empty());
    let found = found(|answer| {
        if answer.path == "/" {
            answer.headers.insert("location", "https://elsewhere.example/".parse().unwrap());
        }
    });
    assert_eq!(
        found,
        [("/".to_owned(), "leads to \"https://elsewhere.example/\" instead of /desk/".to_owned())]
    );
}
