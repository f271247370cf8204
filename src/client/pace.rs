//! How large a request is: 8 MiB where the line carries it, less where it does not.

const MOST: usize = 8 * 1024 * 1024;
/// Four of the server's chunks: every request brings something.
const LEAST: usize = 256 * 1024;
/// So many lost in a row, and requests get smaller.
const DROPS: u32 = 2;
/// So many well in a row, and they grow again.
const WELL: u32 = 4;

/// The size of the next request.
pub struct Pace {
    size: usize,
    /// As far as it may grow: below what something in between refused.
    most: usize,
    dropped: u32,
    well: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { size: MOST, most: MOST, dropped: 0, well: 0 }
    }
}

impl Pace {
    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size as u64
    }

    pub fn went_well(&mut self) {
        self.dropped = 0;
        self.well += 1;
        if self.well >= WELL {
            self.well = 0;
            self.size = (self.size * 2).min(self.most);
        }
    }

    pub fn dropped(&mut self) {
        self.well = 0;
        self.dropped += 1;
        if self.dropped >= DROPS {
            self.dropped = 0;
            self.size = (self.size / 2).max(LEAST);
        }
    }

    /// A request of `len` bytes was too large for something in between. False when it can not be smaller.
    pub fn refused(&mut self, len: usize) -> bool {
        if len <= LEAST {
            return false;
        }
        self.well = 0;
        self.size = (len.min(self.size) / 2).max(LEAST);
        self.most = self.size;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_drops_make_requests_small_and_luck_makes_them_grow_again() {
        let mut pace = Pace::default();
        pace.dropped();
        pace.went_well();
        pace.dropped();
        assert_eq!(pace.size(), 8 << 20, "one at a time is no reason");
        for _ in 0..20 {
            pace.dropped();
        }
        assert_eq!(pace.size(), 256 << 10);
        for _ in 0..WELL {
            pace.went_well();
        }
        assert_eq!(pace.size(), 512 << 10);
        for _ in 0..100 {
            pace.went_well();
        }
        assert_eq!(pace.size(), 8 << 20);
    }

    #[test]
    fn what_a_proxy_refused_is_not_tried_again() {
        let mut pace = Pace::default();
        for size in [8 << 20, 4 << 20, 2 << 20] {
            assert!(pace.refused(size));
        }
        for _ in 0..100 {
            pace.went_well();
        }
        assert_eq!(pace.size(), 1 << 20);
        assert!(pace.refused(1 << 20) && pace.refused(512 << 10));
        assert!(!pace.refused(256 << 10));
    }
}
