//! A body of zeros that is poured out at a pace of ours.

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

pub struct Pouring {
    length: u64,
    at: u64,
    pause: Option<(u64, Duration)>,
}

impl Pouring {
    #[must_use]
    pub fn zeros(length: u64) -> Self {
        Self { length, at: 0, pause: None }
    }

    /// Falls silent once, after so many bytes.
    #[must_use]
    pub fn pausing(self, after: u64, pause: Duration) -> Self {
        Self { pause: Some((after, pause)), ..self }
    }

    /// All of it, when nothing makes it wait.
    #[must_use]
    pub fn at_once(&self) -> Option<Vec<u8>> {
        self.pause.is_none().then(|| vec![0; usize::try_from(self.length).unwrap_or(0)])
    }

    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
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
        Ok(most)
    }
}
