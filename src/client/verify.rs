//! Compares what a server serves with the files in this program: every page, script, worker, style
//! and picture, in every encoding, as phones and desktops ask, with its headers; and what it serves beyond.
//!
//! It shows what was served to these requests. A server that knows its victim can serve others something
//! else.

use super::http::{HttpError, Seen, Server};
use crate::assets::headers::{DEFAULTS, STRICT_TRANSPORT};
use crate::assets::{self, Kind};
use std::collections::BTreeMap;

const ENCODINGS: [&str; 3] = ["br", "gzip", "identity"];
const AGENTS: [(&str, &str); 3] = [
    (
        "iPhone",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
         (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    ),
    (
        "Android",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/140.0.0.0 Mobile Safari/537.36",
    ),
    (
        "desktop",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/140.0.0.0 Safari/537.36",
    ),
];
const WAYS: usize = ENCODINGS.len() * AGENTS.len();
/// Larger than any file of ours.
const MOST: u64 = 16 << 20;
/// Tries of a request whose connection fails.
const TRIES: usize = 3;

/// Headers that make a browser load, keep, report or do something, and that this program never sends.
const BEYOND: [&str; 14] = [
    "Link",
    "Refresh",
    "Set-Cookie",
    "Service-Worker-Allowed",
    "SourceMap",
    "X-SourceMap",
    "Speculation-Rules",
    "Reporting-Endpoints",
    "Report-To",
    "NEL",
    "Content-Security-Policy-Report-Only",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Clear-Site-Data",
];

/// Where code could lie that no file of ours has asked for.
const NOTHING_AT: [&str; 8] = [
    "/sw.js",
    "/service-worker.js",
    "/index.html",
    "/u.html",
    "/desk.html",
    "/assets/",
    "/assets/nothing.js",
    "/u/nothing.js",
];

/// What was found at one address.
#[derive(Debug, serde::Serialize)]
pub struct Compared {
    pub kind: Kind,
    pub address: String,
    /// Each with the ways of asking that showed it; empty when all is as in this program.
    pub findings: Vec<String>,
}

/// Asks for everything and compares; `told` is called after each address.
///
/// # Errors
/// [`HttpError`] when nothing could be compared at all: the first address gives no answer.
pub fn verify(server: &Server, mut told: impl FnMut(&Compared)) -> Result<Vec<Compared>, HttpError> {
    server.look("/healthz", &[], MOST)?;
    let mut all = Vec::new();
    let mut keep = |one: Compared| {
        told(&one);
        all.push(one);
    };
    for path in assets::originals() {
        for address in assets::addresses(&path) {
            keep(file(server, &path, address));
        }
    }
    for (from, to) in [("/", "/desk/"), ("/desk", "/desk/")] {
        keep(redirect(server, from, to));
    }
    let known: Vec<String> = assets::paths().iter().flat_map(|path| assets::addresses(path)).collect();
    for address in NOTHING_AT.iter().filter(|address| !known.iter().any(|known| known == *address)) {
        keep(nothing(server, address));
    }
    Ok(all)
}

/// The same finding by several ways of asking is told once.
#[derive(Default)]
struct Findings(BTreeMap<String, Vec<String>>);

impl Findings {
    fn add(&mut self, finding: impl Into<String>, way: &str) {
        let ways = self.0.entry(finding.into()).or_default();
        if ways.last().is_none_or(|last| last != way) {
            ways.push(way.to_owned());
        }
    }

    fn told(self, of: usize) -> Vec<String> {
        let told = |(finding, ways): (String, Vec<String>)| {
            if ways.len() == of { finding } else { format!("{finding} (only: {})", ways.join("; ")) }
        };
        self.0.into_iter().map(told).collect()
    }
}

fn file(server: &Server, path: &str, address: String) -> Compared {
    let kind = assets::kind(path);
    let mut findings = Findings::default();
    for (agent, as_it_says) in AGENTS {
        for encoding in ENCODINGS {
            let way = format!("{agent}, {encoding}");
            match ask(server, &address, kind, as_it_says, encoding) {
                Ok(seen) => same(server, path, encoding, &seen, &mut |finding| findings.add(finding, &way)),
                Err(error) => findings.add(error.to_string(), &way),
            }
        }
    }
    Compared { kind, address, findings: findings.told(WAYS) }
}

fn ask(server: &Server, address: &str, kind: Kind, agent: &str, encoding: &str) -> Result<Seen, HttpError> {
    let (destination, mode) = match kind {
        Kind::Page => ("document", "navigate"),
        Kind::Script => ("script", "cors"),
        Kind::Worker => ("worker", "same-origin"),
        Kind::Style => ("style", "no-cors"),
        Kind::Picture => ("image", "no-cors"),
        Kind::Other => ("empty", "no-cors"),
    };
    let site = if kind == Kind::Page { "none" } else { "same-origin" };
    let headers = [
        ("User-Agent", agent),
        ("Accept", if kind == Kind::Page { "text/html,*/*;q=0.8" } else { "*/*" }),
        ("Accept-Language", "en"),
        ("Accept-Encoding", encoding),
        ("Sec-Fetch-Dest", destination),
        ("Sec-Fetch-Mode", mode),
        ("Sec-Fetch-Site", site),
    ];
    let mut tries = 1;
    loop {
        match server.look(address, &headers, MOST) {
            Err(HttpError::Unreachable(_)) if tries < TRIES => tries += 1,
            seen => return seen,
        }
    }
}

fn same(server: &Server, path: &str, encoding: &str, seen: &Seen, find: &mut impl FnMut(String)) {
    if seen.status != 200 {
        return find(format!("answered {} instead of 200", seen.status));
    }
    let named = assets::named_origin(path, &seen.body).unwrap_or(&server.origin);
    if server.origin.starts_with("https://") && named != server.origin {
        find(format!("its preview names {named} as its own address"));
    }
    let Some((expected, encoded)) = assets::encoded(path, encoding, named) else { return };
    let got = seen.all("Content-Encoding").join(", ");
    if got != encoded.unwrap_or_default() {
        let named = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        find(format!(
            "its encoding is {} instead of {}: something on the way packs or unpacks it",
            named(&got),
            named(encoded.unwrap_or_default())
        ));
    } else if seen.body != *expected.bytes {
        find(other_bytes(&expected.bytes, &seen.body));
    }
    if assets::kind(path) == Kind::Page && got.is_empty() {
        let page = |bytes: &[u8]| references(&String::from_utf8_lossy(bytes));
        let ours = page(&expected.bytes);
        page(&seen.body)
            .into_iter()
            .filter(|one| !ours.contains(one))
            .for_each(|one| find(format!("beyond this program: {one}")));
    }
    let own = [("Content-Type", assets::content_type(path)), ("Cache-Control", assets::cache_control(path))];
    headers(seen, assets::headers::of(path).chain(own), find);
    transport(server, seen, find);
    let varies = seen.all("Vary").join(",").to_ascii_lowercase();
    if !varies.contains("accept-encoding") {
        find("Vary does not name Accept-Encoding: a cache could mix the encodings up".to_owned());
    }
}

fn other_bytes(expected: &[u8], got: &[u8]) -> String {
    let first = expected.iter().zip(got).take_while(|(ours, theirs)| ours == theirs).count();
    let different = expected.iter().zip(got).filter(|(ours, theirs)| ours != theirs).count();
    match expected.len() == got.len() {
        true if different == 1 => format!("other bytes: one, at {first}"),
        true => format!("other bytes: {different} of {}, from {first} on", got.len()),
        false => format!("other bytes: {} instead of {}, from {first} on", got.len(), expected.len()),
    }
}

fn headers<'a>(
    seen: &Seen,
    expected: impl Iterator<Item = (&'a str, &'a str)>,
    find: &mut impl FnMut(String),
) {
    for (name, value) in expected {
        match seen.all(name).as_slice() {
            [] => find(format!("{name} is missing")),
            [one] if one.eq_ignore_ascii_case(value) => {}
            [one] => find(format!("{name} is another: {one}")),
            more => find(format!("{name} is sent {} times: {}", more.len(), more.join(" | "))),
        }
    }
    for name in BEYOND {
        for value in seen.all(name) {
            find(format!("beyond this program: the header {name}: {value}"));
        }
    }
}

/// A proxy may have its own opinion on how long, not on whether.
fn transport(server: &Server, seen: &Seen, find: &mut impl FnMut(String)) {
    if !server.origin.starts_with("https://") {
        return;
    }
    let all = seen.all(STRICT_TRANSPORT.0);
    let seconds = |value: &str| {
        let (_, after) = value.split_once("max-age=")?;
        after.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
    };
    let age = all.first().and_then(|first| seconds(first)).unwrap_or(0);
    if age < 365 * 24 * 3600 {
        find(format!("{} is missing or below a year", STRICT_TRANSPORT.0));
    }
}

/// What a page loads or runs, as it is written there.
fn references(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = page.to_ascii_lowercase();
    for tag in ["<script", "<link", "<iframe", "<object", "<embed", "<base", "<img", "<form", "<meta"] {
        for (at, _) in lower.match_indices(tag) {
            let end = lower[at..].find('>').map_or(lower.len(), |end| at + end + 1);
            found.push(page.get(at..end).unwrap_or(tag).to_owned());
        }
    }
    found
}

fn redirect(server: &Server, from: &str, to: &str) -> Compared {
    let mut findings = Findings::default();
    for (agent, as_it_says) in AGENTS {
        match ask(server, from, Kind::Page, as_it_says, "identity") {
            Ok(seen) if seen.status != 302 => {
                findings.add(format!("answered {} instead of 302", seen.status), agent)
            }
            Ok(seen) => {
                let there = seen.all("Location").join(", ");
                if there != to && there != format!("{}{to}", server.origin) {
                    findings.add(format!("leads to {there:?} instead of {to}"), agent);
                }
                headers(&seen, std::iter::empty(), &mut |finding| findings.add(finding, agent));
            }
            Err(error) => findings.add(error.to_string(), agent),
        }
    }
    Compared { kind: Kind::Page, address: from.to_owned(), findings: findings.told(AGENTS.len()) }
}

/// What is not in this program is not there; also that refusals are guarded by the same policy.
fn nothing(server: &Server, address: &str) -> Compared {
    let mut findings = Findings::default();
    for (agent, as_it_says) in AGENTS {
        match ask(server, address, Kind::Other, as_it_says, "identity") {
            Ok(seen) => {
                if seen.status != 404 {
                    findings.add(
                        format!(
                            "beyond this program: answered {} with {} bytes",
                            seen.status,
                            seen.body.len()
                        ),
                        agent,
                    );
                }
                headers(&seen, DEFAULTS.into_iter(), &mut |finding| findings.add(finding, agent));
            }
            Err(error) => findings.add(error.to_string(), agent),
        }
    }
    Compared { kind: Kind::Other, address: address.to_owned(), findings: findings.told(AGENTS.len()) }
}
