//! What a session can ask: pieces, refusals and events as they come through, disk, sweep, clock, mail.

use super::public::{PAUSE, large, refusal};
use super::{CUTS, Line, SIZE, look, ok, wrong};
use crate::api::{AlertTest, Alerts, Operation, Probed};
use crate::client::desk::Desk;
use crate::client::http::{HttpError, Method, Pouring};
use std::time::Duration;

/// A piece of an upload.
const PIECE: u64 = 8 << 20;
/// The first event must be here after that.
const SOON: Duration = Duration::from_secs(5);
const STREAM: &str = "application/octet-stream";

/// Lines that need a session. With `send_test` a test goes out by every way of telling that is set.
#[must_use]
pub fn with_account(desk: &Desk, send_test: bool) -> Vec<Line> {
    let operation: Operation =
        match desk.server.json(Method::GET, "/api/operation", Some(&desk.token), None::<&()>) {
            Ok(operation) => operation,
            Err(error) => {
                let todo = "sign in again with `dewdrop login`, and use the same version as the server";
                return vec![look("session", error.to_string(), todo)];
            }
        };
    let mut lines = vec![piece(desk), full(desk), events(desk)];
    if operation.forwarded_by_stranger {
        let todo = "name the proxy's address: `dewdrop serve --trusted-proxies 127.0.0.1`";
        let found = "the proxy says whom it forwards, and is not believed: all visitors count as one";
        lines.push(wrong("forwarded", found, todo));
    }
    lines.extend([disk(&operation), sweep(&operation), time(&operation)]);
    lines.extend(alerts(desk, send_test));
    lines
}

fn piece(desk: &Desk) -> Line {
    let what = "8 MiB piece";
    let body = Pouring::zeros(PIECE).pausing(PIECE / 4, PAUSE);
    let seen = desk.server.pours("PATCH", "/api/operation/piece", Some(&desk.token), STREAM, body);
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return wrong(what, format!("it does not come through: {error}"), CUTS),
    };
    match (seen.status, serde_json::from_slice::<Probed>(&seen.body)) {
        (200, Ok(probed)) if probed.bytes == PIECE && probed.spread * 2 >= PAUSE.as_millis() as u64 => {
            ok(what, "it comes through whole, and while it is sent")
        }
        (200, Ok(probed)) if probed.bytes == PIECE => {
            let todo = "pass bodies on while they come: nginx `proxy_request_buffering off;`, Caddy no \
                        `request_buffers`";
            wrong(what, "something in front keeps it until it is whole, on a disk of its own", todo)
        }
        (413, _) => wrong(what, "something in front of dewdrop refuses bodies of that size", SIZE),
        (status, _) => wrong(what, format!("it is answered with {status}"), CUTS),
    }
}

fn full(desk: &Desk) -> Line {
    let (what, body) = ("early 507", large());
    match desk.server.pours("PATCH", "/api/operation/full", Some(&desk.token), STREAM, body) {
        Ok(seen) => refusal(what, &seen, 507, "disk-full"),
        Err(error) => wrong(what, format!("the refusal does not arrive: {error}"), CUTS),
    }
}

fn events(desk: &Desk) -> Line {
    let todo = "pass events on as they come: nginx `proxy_buffering off;` and `proxy_http_version 1.1;`, Caddy \
                `flush_interval -1`; and keep the line open for a minute at least (nginx `proxy_read_timeout`)";
    match desk.server.first_bytes("/api/events", &desk.token, SOON) {
        Ok(()) => ok("live events", "the first comes at once"),
        Err(HttpError::Refused { problem, .. }) => wrong("live events", problem.to_string(), todo),
        Err(_) => wrong("live events", format!("none came within {} s", SOON.as_secs()), todo),
    }
}

fn disk(operation: &Operation) -> Line {
    let gib = |bytes: u64| format!("{}.{} GiB", bytes >> 30, ((bytes & ((1 << 30) - 1)) * 10) >> 30);
    let Operation { free, total, low_water, .. } = *operation;
    let found = format!(
        "{} of {} free, {} of it for new things",
        gib(free),
        gib(total),
        gib(free.saturating_sub(low_water))
    );
    let todo = "give the data folder more room, or ask for shorter retention";
    match free.saturating_sub(low_water) {
        0 => wrong("disk", format!("{found}: everything new is refused"), todo),
        room if room < 4 << 30 => look("disk", found, todo),
        _ => ok("disk", found),
    }
}

fn sweep(operation: &Operation) -> Line {
    let (age, failures) = (operation.sweep_age, operation.sweep_failures);
    let found = format!("the last good one ended {age} s ago; {failures} failures since the start");
    let todo = "look into the log (`journalctl -u dewdrop`): it says what could not be erased";
    match (age, failures) {
        (3600.., _) => wrong("sweep", found, todo),
        (300.., _) | (_, 1..) => look("sweep", found, todo),
        _ => ok("sweep", found),
    }
}

fn time(operation: &Operation) -> Line {
    if operation.synchronised {
        return ok("time server", "the server's clock is set by one");
    }
    let todo = "`timedatectl set-ntp true` on the server; in a container, on its host";
    look("time server", "the server's kernel does not know of one", todo)
}

fn alerts(desk: &Desk, send_test: bool) -> Vec<Line> {
    let asked = desk.server.json::<Alerts>(Method::GET, "/api/alerts", Some(&desk.token), None::<&()>);
    let Ok(alerts) = asked else { return Vec::new() };
    if alerts.state.is_empty() {
        let todo = "set one at the desk, so that nothing is erased unseen; mail needs `--smtp-host`";
        return vec![look("alerts", "no way of telling is set", todo)];
    }
    let todo = "mend what it says and send a test from the desk";
    let told = alerts.state.into_iter().map(|way| {
        let name = format!("{:?}", way.way).to_lowercase();
        if let Some(problem) = way.problem.filter(|_| way.failing_since.is_some()) {
            return wrong("alerts", format!("{name} fails: {problem}"), todo);
        }
        if !send_test {
            return ok("alerts", format!("{name} is set and has no failure (--send-test tries it)"));
        }
        let test = AlertTest { way: way.way };
        match desk.server.done(Method::POST, "/api/alerts/test", Some(&desk.token), Some(&test)) {
            Ok(()) => ok("alerts", format!("a test went out by {name}")),
            Err(error) => wrong("alerts", format!("{name} fails: {error}"), todo),
        }
    });
    told.collect()
}
