//! What anyone can see: https, headers, the clock, and a refusal that comes before the body is through.

use super::{CUTS, Line, SIZE, look, ok, wrong};
use crate::assets::headers::{self, STRICT_TRANSPORT};
use crate::client::certificate;
use crate::client::http::{Pouring, Seen, Server, plain_answer};
use crate::client::refusal::Refusal;
use crate::time::{Span, Time};
use std::time::Duration;

/// More than any proxy's usual limit, and than what the system's buffers hold.
const LARGE: u64 = 24 << 20;

/// Lines that need no account. Only one, when nothing answers.
#[must_use]
pub fn public(server: &Server, now: Time) -> Vec<Line> {
    let health = match server.look("/healthz", &[], 1 << 20) {
        Ok(health) => health,
        Err(error) => {
            let todo = "start dewdrop and what is in front of it; with a certificate of its own, \
                        give the whole chain";
            return vec![wrong("reachable", error.to_string(), todo)];
        }
    };
    let mut lines = vec![well(&health), encrypted(server, &health, now)];
    lines.extend(redirected(server));
    lines.push(headers(server));
    lines.push(clock(&health, now));
    lines.push(early_413(server));
    lines.push(written_down(&health));
    lines
}

fn well(health: &Seen) -> Line {
    match (health.status, health.body.as_slice()) {
        (200, b"ok") => ok("reachable", "dewdrop answers and says that it is well"),
        (503, b"not well") => {
            let todo =
                "sign in with `dewdrop login` and run this again: then it says which; the log does too";
            wrong("reachable", "dewdrop answers that its sweep or its disk needs someone", todo)
        }
        (status, _) => {
            let todo = "pass every path on to dewdrop: nginx `location / { proxy_pass http://127.0.0.1:8080; }`, \
                        Caddy `reverse_proxy 127.0.0.1:8080`";
            wrong("reachable", format!("something else than dewdrop answers ({status})"), todo)
        }
    }
}

fn encrypted(server: &Server, health: &Seen, now: Time) -> Line {
    if !server.origin.starts_with("https://") {
        let todo = "for others than yourself it needs https: `dewdrop serve --acme HOST`, or a proxy";
        return look("https", "plain http, on this machine only", todo);
    }
    let Some(ends) = health.certificate.as_deref().and_then(certificate::ends) else {
        return ok("https", "the certificate is trusted");
    };
    let days = ends.since(now).0 / Span::DAY.0;
    let found = format!("the certificate is trusted and ends in {days} days");
    let todo = "see that it is renewed: `dewdrop serve --acme` and Caddy do that by themselves, \
                `certbot renew` needs a timer";
    match days {
        0..=3 => wrong("https", found, todo),
        4..=14 => look("https", found, todo),
        _ => ok("https", found),
    }
}

/// Only where http has its usual port.
fn redirected(server: &Server) -> Option<Line> {
    let host = server.origin.strip_prefix("https://")?;
    if host.trim_start_matches(|c| c != ']').contains(':') || (!host.starts_with('[') && host.contains(':')) {
        return None;
    }
    let what = "http";
    let todo = "lead http to https: `dewdrop serve --redirect 0.0.0.0:80`, nginx `return 308 \
                https://$host$request_uri;`, Caddy does it by itself";
    Some(match plain_answer(host) {
        Err(_) => look(what, "nothing answers plain http", todo),
        Ok((301 | 302 | 307 | 308, to)) if to.starts_with("https://") => ok(what, "leads to https"),
        Ok((status, _)) => wrong(what, format!("plain http is answered with {status}"), todo),
    })
}

fn headers(server: &Server) -> Line {
    let what = "headers";
    let page = match server.look("/desk/", &[("Accept", "text/html")], 1 << 20) {
        Ok(page) => page,
        Err(error) => return wrong(what, error.to_string(), CUTS),
    };
    let mut missing: Vec<&str> = headers::of("desk.html")
        .filter(|(name, value)| page.all(name) != [*value])
        .map(|(name, _)| name)
        .collect();
    if server.origin.starts_with("https://") && page.all(STRICT_TRANSPORT.0).is_empty() {
        missing.push(STRICT_TRANSPORT.0);
    }
    if missing.is_empty() {
        return ok(what, "policy, no referrer and the others arrive as they are sent");
    }
    let todo = "send each once, as dewdrop does: in nginx take `add_header` and `proxy_hide_header` for them \
                away, in Caddy `header`; Strict-Transport-Security comes with `--public-url https://…`";
    wrong(what, format!("missing or changed: {}", missing.join(", ")), todo)
}

fn clock(health: &Seen, now: Time) -> Line {
    let what = "clock";
    let Some(theirs) = health.date() else {
        return look(what, "the answer has no date", "let the Date header through");
    };
    let apart = theirs.since(now).0.max(now.since(theirs).0);
    match apart {
        0..=30 => ok(what, "it and this machine agree to half a minute"),
        _ => {
            let todo = "set both by a time server: `timedatectl set-ntp true`, then `timedatectl`; \
                        expiry goes by the server's clock";
            let found = format!("it and this machine are {apart} s apart");
            if apart > 300 { wrong(what, found, todo) } else { look(what, found, todo) }
        }
    }
}

/// A body that dewdrop refuses by its announced size alone.
fn early_413(server: &Server) -> Line {
    let what = "early 413";
    let body = large();
    match server.pours("POST", "/api/session", None, "application/json", body) {
        Ok(seen) => refusal(what, &seen, 413, "too-large"),
        Err(error) => wrong(what, format!("the refusal does not arrive: {error}"), CUTS),
    }
}

/// Judges a refusal that was meant to come before the body was through.
pub(super) fn refusal(what: &'static str, seen: &Seen, status: u16, kind: &str) -> Line {
    let ours: Option<Refusal> = serde_json::from_slice(&seen.body).ok();
    if seen.status == status && ours.is_some_and(|ours| ours.kind == kind) {
        return ok(what, "the refusal arrives as dewdrop wrote it");
    }
    if seen.status == 413 {
        return wrong(what, "something in front of dewdrop refuses large bodies by itself", SIZE);
    }
    wrong(what, format!("the answer is {} and not dewdrop's own {status}", seen.status), CUTS)
}

pub(super) fn large() -> Pouring {
    Pouring::zeros(LARGE)
}

/// It can not be seen from outside what a proxy writes down.
fn written_down(health: &Seen) -> Line {
    let todo = "write nothing down for pages of senders: nginx `access_log off;` in `location ~ ^/[ur]`, \
                Caddy no `log` for this host; some mail programs put a link's secret into the address";
    let through = [health.all("Server"), health.all("Via")].concat().join(", ");
    if through.is_empty() {
        return ok("access log", "no proxy names itself, and dewdrop writes no requests down");
    }
    look("access log", format!("{through} is in front; its log can not be seen from here"), todo)
}

/// How long a body falls silent.
pub(super) const PAUSE: Duration = Duration::from_secs(2);
