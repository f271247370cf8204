//! Looks at a server through its public address, as its visitors do, and says in plain words what to
//! change. What needs an account is asked with a session; nothing is stored and nobody is told.

mod ability;
mod public;

pub use ability::with_account;
pub use public::public;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// Works, or could not be seen; worth a look.
    Look,
    Wrong,
}

/// One line of the report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Line {
    pub state: State,
    pub what: &'static str,
    pub found: String,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<&'static str>,
}

fn ok(what: &'static str, found: impl Into<String>) -> Line {
    Line { state: State::Ok, what, found: found.into(), todo: None }
}

fn look(what: &'static str, found: impl Into<String>, todo: &'static str) -> Line {
    Line { state: State::Look, what, found: found.into(), todo: Some(todo) }
}

fn wrong(what: &'static str, found: impl Into<String>, todo: &'static str) -> Line {
    Line { state: State::Wrong, what, found: found.into(), todo: Some(todo) }
}

const SIZE: &str = "let bodies of any size through: nginx `client_max_body_size 0;`, Caddy none but its own \
    `request_body` limits";
const CUTS: &str = "let refusals through while a body is still on its way: nginx `proxy_request_buffering \
    off;`, and no `proxy_intercept_errors`";
