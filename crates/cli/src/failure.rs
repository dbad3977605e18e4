//! Errors that end a run: one line, and where there is one, what to do.

use std::error::Error;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use report::visible;
use workspace::WorkspaceError;

use crate::{CLEAN, FAILED};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default();

/// An argument that cannot be followed, for a reason that only shows when it is used.
#[derive(Debug)]
pub(crate) struct Misuse {
    pub(crate) message: String,
    pub(crate) remedy: Option<String>,
}

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Misuse {}

/// Tells a person what went wrong, and the exit code. Somebody who closed the pipe has read
/// enough: that is no failure.
pub(crate) fn report(error: &anyhow::Error) -> u8 {
    if is_closed_pipe(error) {
        return CLEAN;
    }
    let remedy = match error.downcast_ref::<WorkspaceError>() {
        Some(it) => it.remedy(),
        None => error.downcast_ref::<Misuse>().and_then(|it| it.remedy.clone()),
    };
    let mut out = anstream::stderr();
    let message = match error.downcast_ref::<WorkspaceError>() {
        // It names its cause by itself.
        Some(it) => it.to_string(),
        None => format!("{error:#}"),
    };
    // When even standard error is closed, nobody is left to be told.
    let _ = writeln!(out, "{ERROR}error{ERROR:#}: {}", visible(&message));
    if let Some(remedy) = remedy {
        let _ = writeln!(out, "  {HELP}help{HELP:#}: {}", visible(&remedy));
    }
    FAILED
}

/// True when nobody reads the output any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |it: &(dyn Error + 'static)| {
        it.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(closed)
}
