//! How far sending is, readable from another thread: what may be said when someone stops it.

use std::sync::atomic::{AtomicU8, Ordering};

/// What would be left if the process ended now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Nothing was begun, or it is over.
    Nothing,
    /// Begun and remembered; the files are still needed.
    Sealing,
    /// Begun, and nothing of it is kept here.
    Unkept,
    /// Everything is sealed and lies here.
    Safe,
    /// The proof was made: it may have been received.
    Proven,
}

/// Shared by who sends and who listens for Ctrl-C.
pub struct Standing(AtomicU8);

const ALL: [Stand; 5] = [Stand::Nothing, Stand::Sealing, Stand::Unkept, Stand::Safe, Stand::Proven];

impl Standing {
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    pub fn set(&self, stand: Stand) {
        self.0.store(stand as u8, Ordering::SeqCst);
    }

    #[must_use]
    pub fn get(&self) -> Stand {
        ALL[usize::from(self.0.load(Ordering::SeqCst))]
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_read() {
        let standing = Standing::new();
        for stand in ALL {
            standing.set(stand);
            assert_eq!(standing.get(), stand);
        }
    }
}
