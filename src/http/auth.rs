//! Who may: a bearer for senders, a cookie or bearer token for accounts, and never another site.

use super::Server;
use super::problem::Refusal;
use crate::accounts::Session;
use crate::tokens::{AuthHash, Bearer};
use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpRequest, ResponseError as _, web};
use std::future::{Ready, ready};

/// The bearer of a request.
pub fn bearer(request: &HttpRequest) -> Option<Bearer> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    Bearer::parse(value.strip_prefix("Bearer ")?).ok()
}

/// The hash of a sender's bearer: link-auth or receipt-auth. Without one nothing is there.
pub struct Sender(pub AuthHash);

impl FromRequest for Sender {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(bearer(request).map(|bearer| Self(bearer.hash())).ok_or_else(Refusal::not_available))
    }
}

/// A session that is going on.
pub struct SignedIn(pub Session);

impl FromRequest for SignedIn {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(session(request))
    }
}

fn session(request: &HttpRequest) -> Result<SignedIn, Refusal> {
    let server = request.app_data::<web::Data<Server>>().ok_or_else(Refusal::not_available)?;
    let cookie = || Bearer::parse(request.cookie(cookie_name(server))?.value()).ok();
    let token = bearer(request).or_else(cookie).ok_or_else(Refusal::signed_out)?;
    Ok(SignedIn(server.accounts.session(server.now(), &token)?))
}

fn cookie_name(server: &Server) -> &'static str {
    // Browsers take `__Host-` only with Secure, and Secure only over TLS.
    if server.public_url.is_https() { "__Host-dewdrop" } else { "dewdrop" }
}

/// The cookie that carries a session's token for so many seconds; 0 takes it away.
pub fn cookie(server: &Server, token: &str, seconds: u64) -> Cookie<'static> {
    Cookie::build(cookie_name(server), token.to_owned())
        .path("/")
        .http_only(true)
        .secure(server.public_url.is_https())
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        .finish()
}

/// Refuses what another site's page asks of the API.
pub async fn same_site(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.path().starts_with("/api/") && is_cross_site(request.request()) {
        let refusal = Refusal::new(403, "cross-site", "Only this server's own pages may ask that.");
        return Ok(request.into_response(refusal.error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn is_cross_site(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    match header("Sec-Fetch-Site") {
        Some("same-origin" | "none") => false,
        Some(_) => true,
        None => match header(ORIGIN.as_str()) {
            Some(origin) => {
                let host = origin.split_once("://").map(|(_, host)| host);
                host.is_none() || host != header(HOST.as_str())
            }
            // A browser that says neither is not believed when it brings a cookie to change something.
            None => !request.method().is_safe() && header(COOKIE.as_str()).is_some(),
        },
    }
}
