//! How far a command has come, on the terminal.

use actor_journal::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on stderr that goes away when it is dropped. Where stderr is no terminal nothing is shown.
pub struct Bar(ProgressBar);

impl Bar {
    /// One that counts in `unit`.
    pub fn new(unit: &'static str) -> Self {
        let template = "{wide_bar} {percent}%, {human_pos} of {human_len} {msg}, {eta} left";
        let style = ProgressStyle::with_template(template);
        let bar = ProgressBar::new(0).with_message(unit);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// Shows how far it has come, and answers how much is done.
    pub fn show(&self, progress: Progress) -> u64 {
        self.0.set_length(progress.total);
        self.0.set_position(progress.done);
        progress.done
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
