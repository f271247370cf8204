//! HTTP: actix lives here only. This file is the whole route table; each resource is a file beside it.
//!
//! Handlers parse, call a domain, and answer. Every answer carries the headers of `headers`; every
//! body is read through `guard`; every refusal is a problem document.

mod alerts;
mod auth;
mod desk_links;
mod desk_submissions;
mod download;
mod events;
mod form;
mod guard;
mod headers;
mod line;
pub mod operation;
mod pages;
mod peer;
mod probe;
mod problem;
mod range;
mod receipt;
mod redirect;
mod reviews;
mod sender;
mod session;
mod setup;
mod tus;
mod vault;

use crate::accounts::Accounts;
use crate::alerts::Alerts;
use crate::clock::Clock;
use crate::config::PublicUrl;
use crate::events::Events;
use crate::links::Links;
use crate::metrics::Metrics;
use crate::submissions::Submissions;
use crate::sweep::Status;
use crate::time::Now;
use crate::tls;
use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, Route, web};
use std::net::{IpAddr, TcpListener};
use std::time::Duration;

pub use peer::Limiter;
pub use redirect::redirect;

/// What handlers work with; cheap to clone.
#[derive(Clone)]
pub struct Server {
    pub links: Links,
    pub submissions: Submissions,
    pub accounts: Accounts,
    pub alerts: Alerts,
    pub events: Events,
    pub clock: Clock,
    pub public_url: PublicUrl,
    pub trusted_proxies: Vec<IpAddr>,
    pub limiter: Limiter,
    pub status: Status,
    pub metrics: Metrics,
}

impl Server {
    fn now(&self) -> Now {
        self.clock.now()
    }
}

/// Who may call it, then what it does: FORMAT section 10.
fn routes(config: &mut web::ServiceConfig) {
    config
        // nobody
        .route("/api/session/salt", web::post().to(session::salt))
        .route("/api/session", web::post().to(session::begin))
        .route("/api/session", web::delete().to(session::end))
        .route("/api/openapi.json", web::get().to(pages::openapi))
        // set-up token
        .route("/api/setup", web::get().to(setup::check))
        .route("/api/setup", web::post().to(setup::set_up))
        // recovery-auth, or account with proof
        .route("/api/vault/unlock", web::put().to(vault::put_unlock))
        // sender, link-auth
        .route("/api/link", web::get().to(sender::link))
        .route("/api/link/form", web::post().to(form::send))
        .route("/api/submissions/{id}", web::put().to(sender::state))
        // sender, receipt-auth
        .route("/api/receipt", web::get().to(receipt::get))
        .route("/api/receipt", web::delete().to(receipt::erase))
        .route("/api/receipt/manifest", web::put().to(receipt::put_manifest))
        .route("/api/receipt/commit", web::post().to(receipt::commit))
        .route("/api/receipt/files/{n}", web::head().to(tus::head))
        .route("/api/receipt/files/{n}", web::patch().to(tus::patch))
        .route("/api/receipt/files/{n}", web::delete().to(tus::terminate))
        .route("/api/receipt/reply", web::get().to(reviews::receive))
        .route("/api/receipt/reply", web::delete().to(reviews::erase_received))
        // account
        .route("/api/vault", web::get().to(vault::get))
        .route("/api/vault", web::put().to(vault::put))
        .route("/api/links", web::get().to(desk_links::list))
        .route("/api/links/{id}", web::put().to(desk_links::open))
        .route("/api/links/{id}/close", web::post().to(desk_links::close))
        .route("/api/submissions", web::get().to(desk_submissions::list))
        .route("/api/submissions/{id}", web::get().to(desk_submissions::get))
        .route("/api/submissions/{id}", web::delete().to(desk_submissions::ask))
        .route("/api/submissions/{id}/keep", web::post().to(desk_submissions::keep))
        .route("/api/submissions/{id}/opened", web::post().to(desk_submissions::opened))
        .route("/api/submissions/{id}/manifest", web::get().to(desk_submissions::manifest))
        .route("/api/submissions/{id}/notes", web::get().to(reviews::get_notes))
        .route("/api/submissions/{id}/notes", web::put().to(reviews::put_notes))
        .route("/api/submissions/{id}/notes", web::delete().to(reviews::erase_notes))
        .route("/api/submissions/{id}/reply", web::get().to(reviews::get_reply))
        .route("/api/submissions/{id}/reply", web::put().to(reviews::put_reply))
        .route("/api/submissions/{id}/reply", web::delete().to(reviews::erase_reply))
        .route("/api/submissions/{id}/files/{n}", web::get().to(download::file))
        .route("/api/submissions/{id}/files/{n}", web::head().to(download::file))
        .route("/api/submissions/{id}/files/{n}/saved", web::post().to(desk_submissions::saved))
        .route("/api/alerts", web::get().to(alerts::get))
        .route("/api/alerts", web::put().to(alerts::put))
        .route("/api/alerts/test", web::post().to(alerts::test))
        .route("/api/events", web::get().to(events::stream))
        .route("/api/operation", web::get().to(probe::operation))
        .route("/api/operation/piece", web::patch().to(probe::piece))
        .route("/api/operation/full", web::patch().to(probe::full))
        // operator
        .route("/healthz", read().to(operation::health))
        // pages
        .route("/", read().to(pages::root))
        .route("/u", read().to(pages::u))
        .route("/u{mangled:(#|%(25)*23).*}", read().to(pages::u))
        .route("/r", read().to(pages::r))
        .route("/desk", read().to(pages::root))
        .route("/desk/", read().to(pages::desk))
        .route("/desk/stream/{stream}", read().to(pages::stream))
        .route("/nothing", read().to(pages::nothing_page))
        .route("/{path:.*}", read().to(pages::asset))
        .default_service(web::to(pages::nothing));
}

/// GET, and HEAD as its shadow.
fn read() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// Largest JSON body: a vault of 1 MiB in base64url, or a link with its cards.
const JSON_MOST: usize = 2 << 20;

/// A handshake takes two ways back and forth, also on a bad line.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Listens until its handle stops it.
///
/// # Errors
/// When the listener can not be used.
pub fn serve(
    server: Server,
    listener: TcpListener,
    tls: Option<tls::ServerConfig>,
) -> std::io::Result<actix_web::dev::Server> {
    let serving = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(server.clone()))
            .app_data(web::JsonConfig::default().limit(JSON_MOST).error_handler(problem::json))
            .app_data(web::PayloadConfig::new(2 << 20))
            .app_data(web::PathConfig::default().error_handler(problem::path))
            .app_data(web::QueryConfig::default())
            .wrap(from_fn(guard::guard))
            .wrap(from_fn(auth::same_site))
            .wrap(headers::defaults(&server.public_url))
            .wrap(from_fn(operation::count))
            .wrap(from_fn(line::answers))
            .configure(routes)
    })
    .client_request_timeout(Duration::from_secs(5))
    .client_disconnect_timeout(line::LAST_WORDS)
    .keep_alive(Duration::from_secs(15))
    .tls_handshake_timeout(HANDSHAKE)
    .on_connect(line::connected)
    .shutdown_timeout(10)
    .disable_signals();
    let serving = match tls {
        Some(tls) => serving.listen_rustls_0_23(listener, tls)?,
        None => serving.listen(listener)?,
    };
    Ok(serving.run())
}
