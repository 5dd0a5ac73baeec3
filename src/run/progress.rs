//! How far a long run has come: a bar on standard error, for a person who waits.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// When progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressWhen {
    /// On a terminal, once it takes longer than a moment.
    Auto,
    /// From the start.
    Always,
    /// Never.
    Never,
}

/// The bytes of all inputs, and how many of them have been read.
#[derive(Debug)]
pub struct Progress {
    bar: RefCell<Option<ProgressBar>>,
    total: u64,
    done: Cell<u64>,
    begun: Instant,
    when: ProgressWhen,
}

/// What takes less time than this shows no bar.
const MOMENT: Duration = Duration::from_millis(700);

impl Progress {
    /// Nothing has been read of `total` bytes.
    #[must_use]
    pub fn new(total: u64, when: ProgressWhen) -> Self {
        Self { bar: RefCell::new(None), total, done: Cell::new(0), begun: Instant::now(), when }
    }

    /// So many bytes more have been read.
    pub fn advance(&self, bytes: u64) {
        self.done.set(self.done.get().saturating_add(bytes).min(self.total));
        if self.when == ProgressWhen::Never || (self.when == ProgressWhen::Auto && self.begun.elapsed() < MOMENT) {
            return;
        }
        let mut bar = self.bar.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr());
            // The template is a constant; were it wrong, the plain style would show.
            if let Ok(style) = ProgressStyle::with_template("{bytes} of {total_bytes} read [{bar:30}] {eta}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        bar.set_position(self.done.get());
    }

    /// Takes the bar away, so that a report stands where it was.
    pub fn clear(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }

    /// Reads from `reader` and counts.
    pub fn counting<'r>(&'r self, reader: &'r mut dyn Read) -> Counting<'r> {
        Counting { reader, progress: self }
    }
}

/// A reader whose bytes are counted.
pub struct Counting<'r> {
    reader: &'r mut dyn Read,
    progress: &'r Progress,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
