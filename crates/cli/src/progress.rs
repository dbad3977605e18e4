//! Shows on a terminal that a long run goes on.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use workspace::Progress;

/// Most runs end before this and show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two pictures.
const STEP: Duration = Duration::from_millis(100);

/// True when somebody looks at standard error.
pub(crate) fn is_wanted(quiet: bool) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    !quiet && stderr().is_terminal() && !is_set("CI")
}

/// Does the work, and shows how many files were read when it takes long.
pub(crate) fn shown<T: Send>(progress: &Progress, work: impl FnOnce() -> T + Send) -> T {
    let (done, waits) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if waits.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::default_spinner());
            while waits.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
                bar.set_message(format!("{} files read", progress.read()));
                bar.tick();
            }
            bar.finish_and_clear();
        });
        // Dropped when the work is done, and when it panics.
        let _done = done;
        work()
    })
}
