//! `nhilint` on the command line.
//!
//! Exit codes: 0 clean, 1 findings that fail the run, 2 nhilint could not do its job.

mod arguments;
mod check;
mod debug;
mod excuse;
mod explain;
mod failure;
mod init;
mod inventory;
mod manual;
mod notes;
mod progress;
mod repair;
mod terminal;
mod watch;

use std::io::{IsTerminal, Write};
use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::arguments::{Arguments, Command};
use crate::terminal::Terminal;

/// Facts and values are many small pieces, made on all threads and given back at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// nhilint did its job and nothing has to be mended.
pub(crate) const CLEAN: u8 = 0;

/// There are findings that fail the run.
pub(crate) const FINDINGS: u8 = 1;

/// nhilint could not do its job.
pub(crate) const FAILED: u8 = 2;

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        // The message of a panic can quote what was being read, so only its place is told.
        let place = info.location().map(|it| format!(" at {}:{}", it.file(), it.line()));
        let place = place.unwrap_or_default();
        let line = format!("nhilint: internal error{place}; please report this");
        let _ = writeln!(std::io::stderr(), "{line}");
    }));
    // Reading the arguments ends the process by itself for `--help` and mistakes.
    let code = catch_unwind(|| run(Arguments::parse())).unwrap_or(FAILED);
    ExitCode::from(code)
}

fn run(arguments: Arguments) -> u8 {
    arguments.color.write_global();
    let terminal = Terminal::new();
    let result = match &arguments.command {
        Command::Check(it) => check::run(it, &terminal),
        Command::Inventory(it) => inventory::run(it, &terminal),
        Command::Explain(it) => explain::run(&it.rule, &terminal),
        Command::Rules(it) => explain::list(it.format(), &terminal),
        Command::Init => init::run(&terminal),
        Command::Server(_) => serve(),
        Command::Completions(it) => completions(it.shell, &terminal),
        Command::Man => manual::run(&terminal),
        Command::Debug(it) => debug::run(it, &terminal),
    };
    result.unwrap_or_else(|error| failure::report(&error))
}

/// Serves an editor. A person who started this by hand is told why nothing happens.
fn serve() -> anyhow::Result<u8> {
    if std::io::stdin().is_terminal() {
        notes::say("this waits for an editor, and ends with its input (Ctrl+D)");
    }
    lsp::serve()?;
    Ok(CLEAN)
}

fn completions(shell: clap_complete::Shell, terminal: &Terminal) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "nhilint", &mut script);
    terminal.print(&script)?;
    Ok(CLEAN)
}
