//! Who is asking, as an address: the peer itself, or what a listed proxy says, walking from the right.
//! IPv6 counts as its /56. And how often the few open doors may be knocked at.

use super::Server;
use super::problem::Refusal;
use crate::ids::AccountId;
use actix_web::HttpRequest;
use actix_web::http::header::RETRY_AFTER;
use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

/// Salts, sign-ins, set-ups: 60 a minute from one address, 20 at once. Tests of alerts: 6 a minute by
/// one account, 6 at once.
#[derive(Clone)]
pub struct Limiter(Arc<Doors>);

struct Doors {
    knocks: DefaultKeyedRateLimiter<IpAddr>,
    tests: DefaultKeyedRateLimiter<AccountId>,
}

impl Default for Limiter {
    fn default() -> Self {
        let a_minute = NonZeroU32::new(60).expect("not zero");
        let at_once = NonZeroU32::new(20).expect("not zero");
        let tests = NonZeroU32::new(6).expect("not zero");
        Self(Arc::new(Doors {
            knocks: RateLimiter::keyed(Quota::per_minute(a_minute).allow_burst(at_once)),
            tests: RateLimiter::keyed(Quota::per_minute(tests)),
        }))
    }
}

/// The address that delays are counted by, once it may knock.
pub fn knock(server: &Server, request: &HttpRequest) -> Result<String, Refusal> {
    let peer = address(server, request);
    let knocks = &server.limiter.0.knocks;
    knocks.check_key(&peer).map_err(too_many)?;
    // Addresses that have been quiet are forgotten now and then.
    if knocks.len() > 10_000 {
        knocks.retain_recent();
    }
    Ok(peer.to_string())
}

/// Whether an account may test its alerts again.
pub fn tests(server: &Server, account: AccountId) -> Result<(), Refusal> {
    server.limiter.0.tests.check_key(&account).map_err(too_many)
}

fn too_many(early: NotUntil<<governor::clock::DefaultClock as governor::clock::Clock>::Instant>) -> Refusal {
    let wait = early.wait_time_from(governor::clock::DefaultClock::default().now());
    Refusal::new(429, "too-many-tries", "Too many tries; wait a little.")
        .header(RETRY_AFTER, (wait.as_secs() + 1).to_string())
}

fn address(server: &Server, request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded: Vec<IpAddr> = request
        .headers()
        .get_all("X-Forwarded-For")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| part.trim().parse().unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
        .collect();
    masked(walk(peer, &forwarded, &server.trusted_proxies))
}

/// Someone who is no listed proxy says whom this comes from.
pub fn is_forwarded_by_stranger(server: &Server, request: &HttpRequest) -> bool {
    let listed = |peer: std::net::SocketAddr| server.trusted_proxies.contains(&peer.ip().to_canonical());
    request.headers().contains_key("X-Forwarded-For") && !request.peer_addr().is_some_and(listed)
}

fn walk(peer: IpAddr, forwarded: &[IpAddr], trusted: &[IpAddr]) -> IpAddr {
    let mut at = peer;
    for next in forwarded.iter().rev() {
        if !trusted.contains(&at.to_canonical()) {
            break;
        }
        at = *next;
    }
    at.to_canonical()
}

fn masked(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 72))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_listed_proxies_are_believed_from_the_right() {
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        let said = [ip("6.6.6.6"), ip("1.2.3.4"), ip("10.0.0.2")];
        assert_eq!(walk(ip("10.0.0.1"), &said, &trusted), ip("1.2.3.4"));
        assert_eq!(walk(ip("9.9.9.9"), &said, &trusted), ip("9.9.9.9"));
        assert_eq!(walk(ip("::ffff:9.9.9.9"), &[], &trusted), ip("9.9.9.9"));
    }

    #[test]
    fn one_household_is_one_address() {
        assert_eq!(masked(ip("2001:db8:1:2ff:3::4")), ip("2001:db8:1:200::"));
    }
}
