//! How far something long has come, for who waits for it: a bar on a terminal, log lines elsewhere.

use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// Between two log lines.
const PAUSE: Duration = Duration::from_secs(10);

/// See the module documentation.
pub struct Progress {
    what: &'static str,
    bar: ProgressBar,
    is_logged: bool,
    last: Instant,
}

impl Progress {
    /// Of `what`, which is done at `total`.
    pub fn new(what: &'static str, total: u64) -> Self {
        let is_logged = !stderr().is_terminal();
        let bar = if is_logged { ProgressBar::hidden() } else { ProgressBar::new(total) };
        bar.set_length(total);
        let style = "{msg} {wide_bar} {human_pos}/{human_len}, {per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        bar.set_message(what);
        Self { what, bar, is_logged, last: Instant::now() }
    }

    /// It stands at `position` of the total.
    pub fn set(&mut self, position: u64) {
        self.bar.set_position(position);
        if self.is_logged && self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            let total = HumanCount(self.bar.length().unwrap_or_default());
            let left = HumanDuration(self.bar.eta());
            tracing::info!("{}: {} of {total}, {left} left", self.what, HumanCount(position));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
