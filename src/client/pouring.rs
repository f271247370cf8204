//! A body of zeros that is poured out at a pace of ours, and tells how much of it was taken.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

pub struct Pouring {
    length: u64,
    at: u64,
    pause: Option<(u64, Duration)>,
    taken: Taken,
}

/// How many bytes of a body went out.
#[derive(Clone, Default)]
pub struct Taken(Arc<AtomicU64>);

impl Taken {
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Pouring {
    #[must_use]
    pub fn zeros(length: u64) -> Self {
        Self { length, at: 0, pause: None, taken: Taken::default() }
    }

    /// Falls silent once, after so many bytes.
    #[must_use]
    pub fn pausing(self, after: u64, pause: Duration) -> Self {
        Self { pause: Some((after, pause)), ..self }
    }

    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    #[must_use]
    pub fn taken(&self) -> Taken {
        self.taken.clone()
    }
}

impl Read for Pouring {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some((_, pause)) = self.pause.take_if(|(after, _)| self.at >= *after) {
            thread::sleep(pause);
        }
        let most = usize::try_from(self.length - self.at).unwrap_or(usize::MAX).min(into.len());
        into[..most].fill(0);
        self.at += most as u64;
        self.taken.0.store(self.at, Ordering::Relaxed);
        Ok(most)
    }
}
