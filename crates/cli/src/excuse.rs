//! `--add-ignores`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use workspace::{
    CONFIG_FILE_NAMES, Checked, Excuse, Excused, create_atomically, excuses, parse_config,
    write_atomically, write_repairs,
};

use crate::arguments::CheckArguments;
use crate::failure::Misuse;

/// Accepts all findings of a run and tells on standard error where; true when files changed.
pub(crate) fn apply(checked: &Checked, arguments: &CheckArguments) -> anyhow::Result<bool> {
    let excuse = Excuse {
        reason: arguments.reason.as_deref().unwrap_or_default().trim(),
        until: arguments.until,
        owner: arguments.owner.as_deref(),
    };
    let path = configuration(checked);
    let folder = path.parent().and_then(|it| it.strip_prefix(&checked.root).ok());
    let folder = folder.map(|it| it.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let made = excuses(&checked.report, &excuse, &folder, &checked.limits);
    // The configuration comes first: it is the one that may refuse.
    if !made.exceptions.is_empty() {
        add_exceptions(&path, &made.exceptions)?;
    }
    write_repairs(&checked.root, &made.files)?;
    if !arguments.common.quiet {
        tell(&made, &path);
    }
    Ok(made.count > 0)
}

/// What a comment or a table cannot hold.
pub(crate) fn refuse_wrong_words(arguments: &CheckArguments) -> Result<(), Misuse> {
    let wrong = |name: &str, problem: &str| Misuse {
        message: format!("`--{name}` {problem}"),
        remedy: Some("write a few words on one line".to_owned()),
    };
    if let Some(reason) = &arguments.reason {
        if reason.trim().is_empty() {
            return Err(wrong("reason", "is empty"));
        }
        if reason.chars().any(char::is_control) || reason.contains("*/") || reason.contains("-->") {
            return Err(wrong("reason", "would end the comment that it stands in"));
        }
    }
    if let Some(owner) = &arguments.owner
        && (owner.is_empty() || owner.contains(|it: char| it.is_whitespace() || it.is_control()))
    {
        return Err(wrong("owner", "is no single word"));
    }
    Ok(())
}

/// The configuration that counts, or the one to make.
fn configuration(checked: &Checked) -> PathBuf {
    let [name, ..] = CONFIG_FILE_NAMES;
    checked.config.clone().unwrap_or_else(|| checked.root.join(name))
}

fn add_exceptions(path: &Path, tables: &str) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    if !path.exists() {
        create_atomically(path, tables.as_bytes())?;
        return Ok(());
    }
    let before = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let gap = match before.as_str() {
        "" => "",
        it if it.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let after = format!("{before}{gap}{tables}");
    // What cannot be read afterwards is not written.
    parse_config(&shown, &shown, "", &after).map_err(workspace::WorkspaceError::from)?;
    write_atomically(path, after.as_bytes())?;
    Ok(())
}

fn tell(made: &Excused, path: &Path) {
    let mut out = anstream::stderr();
    let mut note = |count: usize, text: &str| {
        if count > 0 {
            let finding = if count == 1 { "finding" } else { "findings" };
            // When standard error is closed, nobody is left to be told.
            let _ = writeln!(out, "note: {count} {finding} {text}");
        }
    };
    note(made.count, "excused");
    note(made.left, "not excused: the configuration cannot name the file");
    if !made.exceptions.is_empty() {
        let path = report::visible(&path.display().to_string()).into_owned();
        let _ = writeln!(
            anstream::stderr(),
            "note: {path} has the exceptions of files without comments"
        );
    }
}
