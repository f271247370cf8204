//! The pair in use: read by every handshake, swapped in one step, warned about near its end.

use super::now;
use super::pair::Pair;
use crate::time::{Span, Time};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, RwLock};
use std::time::Duration;

const WARNED_BEFORE: Span = Span::DAY.times(14);
const LOOKED_AT_EVERY: Duration = Duration::from_hours(12);

#[derive(Default)]
pub struct Held(RwLock<Option<Arc<Pair>>>);

impl Held {
    pub fn put(&self, pair: Pair) {
        *self.0.write().expect("nothing panics while it holds this lock") = Some(Arc::new(pair));
    }

    /// Nothing only before the first certificate of ACME has come.
    pub fn get(&self) -> Option<Arc<Pair>> {
        self.0.read().expect("nothing panics while it holds this lock").clone()
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get()?.certified.clone())
    }
}

/// Says twice a day that the pair in use is near its end, or not valid yet.
pub async fn tells_the_end(held: &Held) {
    let mut tick = tokio::time::interval(LOOKED_AT_EVERY);
    loop {
        tick.tick().await;
        if let Some(words) = held.get().and_then(|pair| words(pair.begins, pair.ends, now())) {
            tracing::warn!("{words}");
        }
    }
}

fn words(begins: Time, ends: Time, now: Time) -> Option<String> {
    let left = ends.since(now);
    if now < begins {
        return Some(format!("the certificate is not valid before {begins}: is this machine's clock right?"));
    }
    match left {
        Span(0) => Some(format!("the certificate expired on {ends}: browsers refuse this server")),
        left if left < WARNED_BEFORE => {
            Some(format!("the certificate ends on {ends}: days left: {}", left.0 / Span::DAY.0))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_weeks_are_told_and_so_are_both_ends() {
        let (begins, ends) = (Time(1_000_000), Time(1_000_000) + Span::DAY.times(90));
        let at =
            |days: u64, seconds: u64| words(begins, ends, begins + Span::DAY.times(days) + Span(seconds));
        assert!(words(begins, ends, Time(999_999)).unwrap().contains("not valid before"));
        assert_eq!(at(0, 0), None);
        assert_eq!(at(76, 0), None);
        assert!(at(76, 1).unwrap().ends_with("days left: 13"));
        assert!(at(89, 1).unwrap().ends_with("days left: 0"));
        assert!(at(90, 0).unwrap().contains("expired"));
    }
}
