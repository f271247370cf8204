//! Progress on stderr: bytes, per cent, speed and time left on a terminal, plain lines where there is none.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// Between two plain lines.
const PAUSE: Duration = Duration::from_secs(5);

/// One line that follows the bytes of one file.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(name: &str, total: u64) -> Self {
        Self::over(ProgressBar::new(total), name)
    }

    fn over(bar: ProgressBar, name: &str) -> Self {
        let style = "{msg:30!} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is fixed"));
        bar.set_message(name.chars().filter(|c| !c.is_control()).collect::<String>());
        Self { bar }
    }

    pub(super) fn add(&self, bytes: u64) {
        self.bar.inc(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Several files at once, a line each, and what is to be said meanwhile.
#[derive(Default)]
pub(super) struct Lines(MultiProgress);

/// One of them.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    file: File,
    /// That nothing gets through has been said.
    waits: bool,
}

impl Lines {
    pub(super) fn file(&self, name: &str, total: u64) -> Line<'_> {
        let progress = Progress::over(self.0.add(ProgressBar::new(total)), name);
        Line { lines: self, file: File::begins(progress, name, total), waits: false }
    }

    pub(super) fn says(&self, words: &str) {
        self.0.suspend(|| eprintln!("{words}"));
    }
}

impl Line<'_> {
    /// So many bytes are here from before.
    pub(super) fn found(&mut self, bytes: u64) {
        self.lines.says(&self.file.goes_on_from(bytes));
    }

    pub(super) fn here(&mut self, bytes: u64) {
        self.file.stands_at(bytes);
    }

    /// Nothing gets through; said once.
    pub(super) fn waits(&mut self, words: &str) {
        if !std::mem::replace(&mut self.waits, true) {
            self.lines.says(&format!("{}: {words}", self.file.name));
        }
    }

    pub(super) fn goes_on(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.lines.says(&format!("{}: goes on.", self.file.name));
        }
    }
}

/// The files of one submission, one after the other, and what is to be said meanwhile.
#[derive(Default)]
pub(super) struct Sending {
    file: Option<File>,
    /// That nothing gets through has been said.
    waits: bool,
}

struct File {
    progress: Progress,
    name: String,
    total: u64,
    /// When the last plain line was written, and the bytes at the file's beginning here.
    plain: Instant,
    begun: (Instant, u64),
}

impl File {
    fn begins(progress: Progress, name: &str, total: u64) -> Self {
        let now = Instant::now();
        let name = name.chars().filter(|c| !c.is_control()).collect();
        Self { progress, name, total, plain: now, begun: (now, 0) }
    }

    /// What was there before is no speed of this connection.
    fn goes_on_from(&mut self, bytes: u64) -> String {
        self.progress.bar.set_position(bytes);
        self.progress.bar.reset_eta();
        self.begun = (Instant::now(), bytes);
        format!("{}: continues at {} %", self.name, per_cent(bytes, self.total))
    }

    fn stands_at(&mut self, bytes: u64) {
        self.progress.bar.set_position(bytes);
        if self.progress.bar.is_hidden() && self.plain.elapsed() >= PAUSE {
            self.plain = Instant::now();
            eprintln!("{}", plain(self, bytes, self.begun.0.elapsed()));
        }
    }
}

impl Sending {
    /// From now on this file, of which `sent` bytes are there.
    pub(super) fn file(&mut self, name: &str, total: u64, sent: u64) {
        self.file = None;
        let mut file = File::begins(Progress::new(name, total), name, total);
        let words = file.goes_on_from(sent);
        if sent > 0 && sent < total {
            file.progress.bar.suspend(|| eprintln!("{words}"));
        }
        self.file = Some(file);
    }

    pub(super) fn sent(&mut self, sent: u64) {
        if let Some(file) = &mut self.file {
            file.stands_at(sent);
        }
    }

    /// A line of words, above the bar where there is one.
    pub(super) fn says(&self, words: &str) {
        match &self.file {
            Some(file) => file.progress.bar.suspend(|| eprintln!("{words}")),
            None => eprintln!("{words}"),
        }
    }

    /// Nothing gets through; said once.
    pub(super) fn waits(&mut self, words: &str) {
        if !std::mem::replace(&mut self.waits, true) {
            self.says(words);
        }
    }

    pub(super) fn goes_on(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.says("Goes on.");
        }
    }
}

fn per_cent(sent: u64, total: u64) -> u64 {
    u64::try_from(u128::from(sent) * 100 / u128::from(total.max(1))).unwrap_or(100)
}

/// `film.mp4: 40 %, 80 of 200 MB, 9.1 MB/s, 13 s left`
fn plain(file: &File, sent: u64, since: Duration) -> String {
    const MB: f64 = 1e6;
    let rate = sent.saturating_sub(file.begun.1) as f64 / since.as_secs_f64().max(0.001);
    let left = file.total.saturating_sub(sent) as f64;
    let time = if rate > 0.0 { format!("{:.0} s left", left / rate) } else { "stands".to_owned() };
    format!(
        "{}: {} %, {:.1} of {:.1} MB, {:.1} MB/s, {time}",
        file.name,
        per_cent(sent, file.total),
        sent as f64 / MB,
        file.total as f64 / MB,
        rate / MB
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_says_bytes_speed_and_time_left() {
        let mut sending = Sending::default();
        sending.file("film\u{7}.mp4", 200_000_000, 50_000_000);
        let file = sending.file.as_ref().unwrap();
        let line = plain(file, 80_000_000, Duration::from_secs(3));
        assert_eq!(line, "film.mp4: 40 %, 80.0 of 200.0 MB, 10.0 MB/s, 12 s left");
        assert_eq!(per_cent(u64::MAX, u64::MAX), 100);
    }
}
