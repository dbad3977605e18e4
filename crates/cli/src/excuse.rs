//! `--add-ignores`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use model::Date;
use workspace::{
    CONFIG_FILE_NAMES, Checked, Excuse, Excused, create_atomically, excuses, parse_config,
    write_atomically, write_repairs,
};

use crate::arguments::CheckArguments;
use crate::failure::Misuse;
use crate::notes;

/// Accepts all findings of a run and tells on standard error where; true when files changed.
pub(crate) fn apply(checked: &Checked, arguments: &CheckArguments) -> anyhow::Result<bool> {
    refuse_past(arguments.until, checked.settings.today)?;
    let excuse = Excuse {
        reason: arguments.reason.as_deref().unwrap_or_default().trim(),
        until: arguments.until,
        owner: arguments.owner.as_deref(),
    };
    let path = configuration(checked);
    let made = excuses(checked, &excuse);
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

/// An exception that has ended makes findings worse.
fn refuse_past(until: Option<Date>, today: Option<Date>) -> Result<(), Misuse> {
    match (until, today) {
        (Some(until), Some(today)) if until < today => Err(Misuse {
            message: format!("`--until {until}` is in the past"),
            remedy: Some("write the last day on which the findings are accepted".to_owned()),
        }),
        _ => Ok(()),
    }
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
    notes::counted(made.count, "excused");
    notes::counted(made.left, "not excused: the configuration cannot name the file");
    notes::counted(made.refused, "left: nothing can excuse them but mending");
    if !made.exceptions.is_empty() {
        notes::about(path, "has the exceptions of files without comments");
    }
}
