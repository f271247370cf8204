//! For who operates the server: whether it is well, and `/metrics` on a listener of its own. Counts only.

use super::Server;
use super::problem::Refusal;
use crate::alerts::Alerts;
use crate::clock::Clock;
use crate::metrics::{Metrics, Reading};
use crate::submissions::Submissions;
use crate::sweep::{Status, Stores, status};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{self, Data, block};
use actix_web::{App, HttpResponse, HttpServer};
use std::net::TcpListener;

/// Well: `ok`. When no sweep has ended well for an hour, or nothing new would be taken because the disk
/// is full: 503, without saying which.
pub async fn health(server: Data<Server>) -> Result<HttpResponse, Refusal> {
    let Server { submissions, status, clock, .. } = server.get_ref().clone();
    Ok(answer(block(move || is_well(&submissions, &status, &clock)).await?))
}

fn is_well(submissions: &Submissions, status: &Status, clock: &Clock) -> bool {
    status.age(clock.boot()) < status::OLD && submissions.room().is_ok_and(status::has_room)
}

fn answer(well: bool) -> HttpResponse {
    let mut answer = if well { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.content_type("text/plain; charset=utf-8").body(if well { "ok" } else { "not well" })
}

/// Counts every request by its route, never by its path.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let server = request.app_data::<Data<Server>>().cloned();
    let answered = next.call(request).await;
    if let Some(server) = server {
        let (pattern, status) = match &answered {
            Ok(answer) => (answer.request().match_pattern(), answer.status().as_u16()),
            Err(error) => (None, error.as_response_error().status_code().as_u16()),
        };
        let pattern = pattern.unwrap_or_default();
        server.metrics.answered(class(&pattern), status);
        if matches!(pattern.as_str(), "/api/session" | "/api/setup" | "/api/vault/unlock")
            && matches!(status, 401 | 403 | 429)
        {
            server.metrics.sign_in_refused();
        }
    }
    answered
}

fn class(pattern: &str) -> &'static str {
    match pattern {
        "/" | "/r" | "/desk" | "/desk/" | "/nothing" => "page",
        "/{path:.*}" => "file",
        "/healthz" => "operator",
        _ if pattern.starts_with("/u") => "page",
        _ if pattern.starts_with("/api/link/") || pattern == "/api/link" => "sender",
        _ if pattern.starts_with("/api/receipt") => "sender",
        _ if pattern.starts_with("/api/session") || pattern.starts_with("/api/setup") => "sign-in",
        _ if pattern.starts_with("/api/") => "desk",
        _ => "other",
    }
}

/// What the second listener works with.
#[derive(Clone)]
pub struct Operation {
    pub stores: Stores,
    pub alerts: Alerts,
    pub status: Status,
    pub metrics: Metrics,
    pub clock: Clock,
}

impl Operation {
    fn reading(&self) -> anyhow::Result<Reading> {
        let Self { stores, alerts, status, clock, .. } = self;
        let census = status::census(stores, clock.now())?;
        let (space, low_water) = stores.submissions.room()?;
        let (told, boot) = (alerts.totals()?, clock.boot());
        Ok(Reading {
            uptime: status.uptime(boot).as_secs(),
            links: census.links.into_iter().collect(),
            submissions: census.submissions.into_iter().collect(),
            alerts_waiting: told.waiting,
            alert_ways_failing: told.failing,
            stored: census.stored,
            sweep_age: status.age(boot).as_secs(),
            sweep_failures: status.failures(),
            disk_free: space.free,
            disk_total: space.total,
            low_water,
            records: census.records,
        })
    }
}

async fn metrics(operation: Data<Operation>) -> Result<HttpResponse, Refusal> {
    let text = block(move || operation.reading().map(|reading| operation.metrics.text(&reading))).await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(HttpResponse::Ok().content_type(kind).body(text.map_err(|error| Refusal::internal(&error))?))
}

async fn operator_health(operation: Data<Operation>) -> Result<HttpResponse, Refusal> {
    let Operation { stores, status, clock, .. } = operation.get_ref().clone();
    Ok(answer(block(move || is_well(&stores.submissions, &status, &clock)).await?))
}

/// `/metrics` and `/healthz` on `listener`, until its handle stops it.
///
/// # Errors
/// When the listener can not be used.
pub fn serve(operation: Operation, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let serving = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(operation.clone()))
            .route("/metrics", web::get().to(metrics))
            .route("/healthz", web::get().to(operator_health))
    });
    Ok(serving.workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_a_word_of_this_program_for_every_route() {
        for (pattern, expected) in [
            ("/u{mangled:(#|%(25)*23).*}", "page"),
            ("/{path:.*}", "file"),
            ("/api/receipt/files/{n}", "sender"),
            ("/api/link/form", "sender"),
            ("/api/links/{id}", "desk"),
            ("/api/session/salt", "sign-in"),
            ("", "other"),
        ] {
            assert_eq!(class(pattern), expected, "{pattern}");
        }
    }
}
