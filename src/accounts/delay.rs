//! Delay that grows with refusals, by name and peer: nothing for three tries, then doubling from one
//! second to a quarter of an hour. In memory; a quarter of an hour without a try forgets.

use crate::time::{Span, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const FREE: u32 = 3;
const MOST: Span = Span(900);

#[derive(Clone, Copy)]
struct Tries {
    refused: u32,
    until: Time,
}

/// Who was refused how often.
#[derive(Clone, Default)]
pub(super) struct Delays(Arc<Mutex<HashMap<[u8; 32], Tries>>>);

impl Delays {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<[u8; 32], Tries>) -> T) -> T {
        act(&mut self.0.lock().expect("nothing panics while it holds this lock"))
    }

    /// Seconds that `who` must still wait, or none.
    pub fn wait(&self, now: Time, who: &[u8; 32]) -> Option<u64> {
        self.with(|all| {
            let left = all.get(who)?.until.since(now).0;
            (left > 0).then_some(left)
        })
    }

    /// Counts a refusal.
    pub fn refused(&self, now: Time, who: [u8; 32]) {
        self.with(|all| {
            all.retain(|_, tries| now.since(tries.until) < MOST);
            let tries = all.entry(who).or_insert(Tries { refused: 0, until: now });
            tries.refused += 1;
            let over = tries.refused.saturating_sub(FREE);
            let delay = if over == 0 { 0 } else { 1u64.checked_shl(over - 1).unwrap_or(MOST.0).min(MOST.0) };
            tries.until = now + Span(delay);
        });
    }

    /// Forgets, after the right passphrase.
    pub fn accepted(&self, who: &[u8; 32]) {
        self.with(|all| all.remove(who));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_from_the_fourth_refusal_and_ends_at_a_quarter_of_an_hour() {
        let delays = Delays::default();
        let (who, mut now) = ([7; 32], Time(1000));
        let mut waits = Vec::new();
        for _ in 0..16 {
            delays.refused(now, who);
            let wait = delays.wait(now, &who).unwrap_or(0);
            waits.push(wait);
            now = now + Span(wait);
        }
        assert_eq!(waits[..7], [0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(waits[15], 900);
        assert_eq!(delays.wait(now, &who), None);
        delays.refused(now, who);
        delays.accepted(&who);
        assert_eq!(delays.wait(now, &who), None);
        assert_eq!(delays.wait(now, &[8; 32]), None);
    }
}
