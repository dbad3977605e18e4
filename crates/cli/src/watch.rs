//! `--watch`: lints again whenever a file was written.

use std::io::{IsTerminal, Write, stdout};
use std::thread;
use std::time::{Duration, Instant};

use workspace::{Options, Workspace};

use crate::failure;

/// Between two looks at the files. Asking costs little and works on every file system, which
/// notifications do not.
const PAUSE: Duration = Duration::from_millis(300);

/// A look takes at most this part of the time, however many files there are.
const SHARE: u32 = 20;

/// Clears the screen and what was scrolled away.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// Runs once, and again after every change; ends when `run` cannot write any more.
pub(crate) fn run(
    options: &Options,
    mut run: impl FnMut() -> anyhow::Result<u8>,
) -> anyhow::Result<u8> {
    // What is wrong with the arguments would be wrong every time.
    let mut workspace = Workspace::open(options)?;
    loop {
        // Taken before the files are read, so that nothing written meanwhile is missed.
        let before = workspace.stamps();
        if stdout().is_terminal() {
            stdout().write_all(CLEAR.as_bytes())?;
        }
        if let Err(error) = run() {
            if failure::is_closed_pipe(&error) {
                return Err(error);
            }
            // The configuration may be half written: the next change may mend it.
            failure::report(&error);
        }
        loop {
            let started = Instant::now();
            let changed = workspace.stamps() != before;
            thread::sleep(PAUSE.max(started.elapsed() * SHARE));
            if changed {
                break;
            }
        }
        if let Ok(it) = Workspace::open(options) {
            workspace = it;
        }
    }
}
