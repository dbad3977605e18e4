//! `--fix` and `--diff`.

use report::{Redactions, visible};
use similar::TextDiff;
use workspace::{Checked, Repairs, edited, repairs, write_repairs};

use crate::arguments::CheckArguments;
use crate::check::paths_from;
use crate::notes;
use crate::terminal::Terminal;
use crate::{CLEAN, FINDINGS};

/// Unchanged lines around a change.
const AROUND: usize = 3;

/// Writes the repairs of a run and tells on standard error what became of them; true when
/// files changed.
pub(crate) fn apply(checked: &Checked, arguments: &CheckArguments) -> anyhow::Result<bool> {
    let made = repairs(&checked.report, arguments.unsafe_fixes, &checked.limits);
    write_repairs(&checked.root, &made.files)?;
    if !arguments.common.quiet {
        tell(&made);
    }
    Ok(!made.files.is_empty())
}

/// Prints what the repairs would change.
pub(crate) fn show(
    checked: &Checked,
    with_unsafe: bool,
    terminal: &Terminal,
) -> anyhow::Result<u8> {
    let made = repairs(&checked.report, with_unsafe, &checked.limits);
    let paths = paths_from(&checked.root)?;
    let redactions = Redactions::new(&checked.report);
    terminal.write(|out| {
        made.files.iter().try_for_each(|file| {
            let path = paths.shown(&file.path);
            // Both sides are made of the text without its credentials.
            let masked = redactions.masked_source(&checked.report, file.file, '*');
            let before = masked.unwrap_or_default();
            let after = edited(&before, &file.edits).unwrap_or_default();
            let after = redactions.masked(&after);
            let diff = TextDiff::from_lines(&before, &after);
            let mut text = diff.unified_diff();
            let name = visible(&path);
            text.context_radius(AROUND).header(&format!("a/{name}"), &format!("b/{name}"));
            // Lines of a file may hold anything, and this goes to a terminal.
            text.to_string().lines().try_for_each(|it| writeln!(out, "{}", visible(it)))
        })
    })?;
    Ok(if made.files.is_empty() { CLEAN } else { FINDINGS })
}

fn tell(made: &Repairs) {
    notes::counted(made.applied.len(), "repaired");
    notes::counted(made.overlapping, "left for another run: the repairs touch the same text");
    notes::counted(made.refused, "not repaired: the file could not be read afterwards");
    notes::counted(made.withheld, "can be repaired with `--unsafe-fixes`, which needs a look");
}
