//! What `dewdrop fetch --watch` has done so far, for its last words.

use crate::ids::SubmissionId;
use std::collections::BTreeMap;
use std::fmt;

/// One submission that was saved.
pub(super) struct Took {
    pub files: usize,
    pub bytes: u64,
    pub erased: bool,
}

/// Counts, and what could not be had so far.
#[derive(Default)]
pub(super) struct Tally {
    submissions: usize,
    files: usize,
    bytes: u64,
    erased: usize,
    lacking: BTreeMap<SubmissionId, String>,
}

impl Tally {
    pub fn took(&mut self, id: SubmissionId, took: &Took) {
        self.submissions += 1;
        self.files += took.files;
        self.bytes += took.bytes;
        self.erased += usize::from(took.erased);
        self.lacking.remove(&id);
    }

    /// Whether the reason is new.
    pub fn failed(&mut self, id: SubmissionId, why: String) -> bool {
        self.lacking.insert(id, why.clone()) != Some(why)
    }

    /// Whether something could not be had.
    pub fn lacks(&self) -> bool {
        !self.lacking.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        let (submissions, files) = (many(self.submissions, "submission"), many(self.files, "file"));
        write!(f, "Stopped. Saved {submissions}: {files}, {:.1} MB", self.bytes as f64 / 1e6)?;
        if self.erased > 0 {
            write!(f, "; {} erased", self.erased)?;
        }
        write!(f, ".")?;
        for (id, why) in &self.lacking {
            write!(f, "\nNot saved: {id}: {}", super::shown(why))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_say_what_was_saved_and_what_was_not() {
        let mut tally = Tally::default();
        let [one, two] = [1, 2].map(|n| SubmissionId([n; 16]));
        assert!(tally.failed(one, "refused".into()) && !tally.failed(one, "refused".into()));
        assert!(tally.failed(one, "no room".into()));
        assert!(tally.failed(two, "gone\n".into()) && tally.lacks());
        tally.took(one, &Took { files: 2, bytes: 1_500_000, erased: true });
        let said =
            format!("Stopped. Saved 1 submission: 2 files, 1.5 MB; 1 erased.\nNot saved: {two}: gone ");
        assert_eq!(tally.to_string(), said);
        tally.took(two, &Took { files: 0, bytes: 0, erased: false });
        assert!(!tally.lacks());
    }
}
