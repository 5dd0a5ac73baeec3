//! Runs a second reader where it can do no harm: on a thread of its own, with a large stack, and so that its panic is an answer.

use std::thread::Builder;

/// The name of the threads on which second readers run. A panic hook should be silent for them: their panics are caught and reported.
pub const READER_THREAD: &str = "second-reader";

/// Enough for what the readers descend into: nesting is limited for each of them, see [`super`].
const STACK: usize = 64 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    Panicked,
    /// The system gave no thread.
    NoThread,
}

/// Calls `read` and catches its panic.
pub(super) fn isolated<T: Send>(read: impl FnOnce() -> T + Send) -> Result<T, Stopped> {
    std::thread::scope(|scope| {
        let thread = Builder::new().name(READER_THREAD.to_owned()).stack_size(STACK).spawn_scoped(scope, read);
        match thread {
            Ok(thread) => thread.join().map_err(|_| Stopped::Panicked),
            Err(_) => Err(Stopped::NoThread),
        }
    })
}
