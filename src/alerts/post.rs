//! Requests to webhooks and ntfy: the only file here that names reqwest.
//!
//! A name is resolved once, every address is judged, and the request goes to those that may be
//! reached and no others: a second answer of the name server changes nothing. Redirects are not
//! followed, proxies of the environment not used, answers not read.

use super::failure::Failure;
use super::message::{Kind, Message};
use super::reach;
use super::settings::{Ntfy, Webhook};
use crate::config::Allowed;
use crate::time::Time;
use hmac::{Hmac, Mac as _};
use reqwest::{Client, Url, redirect};
use sha2::Sha256;
use std::error::Error as _;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(10);
/// Most bytes of an address.
const URL_MOST: usize = 1024;

/// Header with the time and the signature of a webhook's body.
pub const SIGNATURE: &str = "Dewdrop-Signature";
/// Header with the id of a message, the same when it is tried again.
pub const DELIVERY: &str = "Dewdrop-Delivery";

/// Whether an address may be set; the reason if not.
pub(super) fn check(allow: &[Allowed], text: &str) -> Result<(), &'static str> {
    let url = parse(text)?;
    match literal(&url) {
        Some(address) if !reach::may(allow, &host(&url), address) => {
            Err("is inside a private network; the operator can allow it")
        }
        _ => Ok(()),
    }
}

/// Whether two addresses are on the same server.
pub(super) fn same_server(a: &str, b: &str) -> bool {
    match (Url::parse(a), Url::parse(b)) {
        (Ok(a), Ok(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

fn parse(text: &str) -> Result<Url, &'static str> {
    if text.len() > URL_MOST {
        return Err("is longer than 1024 characters");
    }
    let url = Url::parse(text).map_err(|_| "is not an address such as https://example.org/hook")?;
    if !["https", "http"].contains(&url.scheme()) || url.host_str().is_none() {
        return Err("must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user name or a password in it");
    }
    Ok(url)
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase()
}

fn literal(url: &Url) -> Option<IpAddr> {
    host(url).parse().ok()
}

/// Sends a message to a webhook, signed at `now` if there is a secret.
pub(super) async fn webhook(
    allow: &[Allowed],
    to: &Webhook,
    message: &Message,
    now: Time,
) -> Result<(), Failure> {
    let body = message.json();
    let mut headers = vec![("Content-Type", "application/json".to_owned()), (DELIVERY, message.id())];
    if let Some(secret) = &to.secret {
        headers.push((SIGNATURE, signature(secret.reveal(), now, &body)));
    }
    post(allow, &to.url, headers, body).await
}

/// Publishes a message to a topic.
pub(super) async fn ntfy(allow: &[Allowed], to: &Ntfy, message: &Message) -> Result<(), Failure> {
    let priority = if message.kind == Kind::Unsaved { "high" } else { "default" };
    let mut headers = vec![
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Title", message.title().to_owned()),
        ("Priority", priority.to_owned()),
        ("Click", message.desk.clone()),
        (DELIVERY, message.id()),
    ];
    if let Some(token) = &to.token {
        headers.push(("Authorization", format!("Bearer {}", token.reveal())));
    }
    post(allow, &to.url, headers, message.paragraphs()).await
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`.
fn signature(secret: &str, now: Time, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{}.{body}", now.0).as_bytes());
    let mut said = format!("t={},v1=", now.0);
    for byte in mac.finalize().into_bytes() {
        write!(said, "{byte:02x}").expect("writing to a string can not fail");
    }
    said
}

async fn post(
    allow: &[Allowed],
    url: &str,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Result<(), Failure> {
    let url = parse(url).map_err(|_| Failure::NotFound)?;
    let host = host(&url);
    let addresses = resolve(allow, &url, &host).await?;
    let plain = url.scheme() == "http";
    if plain && !addresses.iter().all(|at| reach::is_allowed(allow, &host, at.ip())) {
        return Err(Failure::InClear);
    }
    // Another part of the process may have installed one already; either serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("dewdrop/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
        .build()
        .map_err(|_| Failure::Broken)?;
    let mut request = client.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.send().await.map_err(|error| why(&error))?;
    match answer.status().as_u16() {
        200..=299 => Ok(()),
        300..=399 => Err(Failure::Redirected),
        401 | 403 => Err(Failure::Password),
        429 | 503 => Err(Failure::Later),
        status => Err(Failure::Answered(status)),
    }
}

/// The addresses of `host` that may be reached.
async fn resolve(allow: &[Allowed], url: &Url, host: &str) -> Result<Vec<SocketAddr>, Failure> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = match literal(url) {
        Some(address) => vec![SocketAddr::new(address, port)],
        None => {
            let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((host, port))).await;
            found.map_err(|_| Failure::TimedOut)?.map_err(|_| Failure::NotFound)?.collect()
        }
    };
    if found.is_empty() {
        return Err(Failure::NotFound);
    }
    let may: Vec<SocketAddr> = found.into_iter().filter(|at| reach::may(allow, host, at.ip())).collect();
    if may.is_empty() { Err(Failure::Private) } else { Ok(may) }
}

fn why(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Failure::Refused,
                std::io::ErrorKind::TimedOut => return Failure::TimedOut,
                _ => {}
            }
        }
        if cause.to_string().contains("certificate") {
            return Failure::Untrusted;
        }
        source = cause.source();
    }
    Failure::Broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_without_a_password_and_not_inside() {
        for good in ["https://example.org/hook?x=1", "https://9.9.9.9/", "http://ntfy.lan/topic"] {
            assert_eq!(check(&[], good), Ok(()), "{good}");
        }
        let wrong = [
            "",
            "example.org",
            "ftp://example.org",
            "https://u:p@example.org",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/x",
            "http://169.254.169.254/latest",
            "https://0/",
        ];
        for wrong in wrong {
            assert!(check(&[], wrong).is_err(), "{wrong}");
        }
        assert!(check(&[], &format!("https://example.org/{}", "x".repeat(1024))).is_err());
        let allow = ["127.0.0.0/8".parse().unwrap()];
        assert_eq!(check(&allow, "http://127.0.0.1:81/hook"), Ok(()));
    }

    #[test]
    fn a_signature_covers_time_and_body() {
        // echo -n '1800000000.{"kind":"test"}' | openssl dgst -sha256 -hmac 'a secret of the trainer'
        assert_eq!(
            signature("a secret of the trainer", Time(1_800_000_000), r#"{"kind":"test"}"#),
            "t=1800000000,v1=838ba5e99bea032345ffc12c863662d0e0d389ac8f0c0905d3eb769a0d446daa"
        );
    }
}
