//! What is told on standard error besides the result. When standard error is closed, nobody is
//! left to be told, and that is no failure.

use std::io::Write;
use std::path::Path;

use engine::Skipped;
use report::{Paths, visible};

use crate::arguments::Common;

/// Files left out that are named without being asked for.
const MOST: usize = 10;

/// Tells what became of so many findings; nothing when there are none.
pub(crate) fn counted(count: usize, text: &str) {
    if count > 0 {
        let findings = if count == 1 { "finding" } else { "findings" };
        let _ = writeln!(anstream::stderr(), "note: {count} {findings} {text}");
    }
}

/// Tells one thing.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "note: {text}");
}

/// Tells something about a file.
pub(crate) fn about(path: &Path, text: &str) {
    let path = path.display().to_string();
    let _ = writeln!(anstream::stderr(), "note: {} {text}", visible(&path));
}

/// Tells what was left out, and why.
pub(crate) fn left_out(skipped: &[Skipped], paths: &Paths, common: &Common) {
    if common.quiet {
        return;
    }
    let most = if common.verbose { usize::MAX } else { MOST };
    let mut out = anstream::stderr();
    for it in skipped.iter().take(most) {
        let path = paths.shown(&it.path);
        let colon = if path.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "note: {}{colon}{}", visible(&path), visible(&it.reason));
    }
    let left = skipped.len().saturating_sub(most);
    if left > 0 {
        let _ = writeln!(out, "note: {left} more were left out; `--verbose` names them");
    }
}
