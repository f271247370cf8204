//! Progress on stderr: bytes, per cent, speed and time left. Nothing is drawn where there is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// One line that follows the bytes of one file.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(name: &str, total: u64) -> Self {
        let style = "{msg:30!} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
        let bar = ProgressBar::new(total);
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
