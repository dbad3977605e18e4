//! `nhilint man`: the manual page, made from the definition of the arguments.

use std::io::{self, Write};

use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: &Terminal) -> anyhow::Result<u8> {
    let mut page = Vec::new();
    write(&mut page)?;
    terminal.print(&page)?;
    Ok(crate::CLEAN)
}

/// One page for the program and all its commands: what a person searches is in one place.
fn write(out: &mut Vec<u8>) -> io::Result<()> {
    let mut program = Arguments::command();
    // Gives each command its full name.
    program.build();
    let page = Man::new(program.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    for command in program.get_subcommands() {
        section(command, out)?;
    }
    page.render_version_section(out)
}

/// The section of one command, and then those of its own commands.
fn section(command: &Command, out: &mut Vec<u8>) -> io::Result<()> {
    if command.get_name() == "help" || command.is_hide_set() {
        return Ok(());
    }
    let name = command.get_bin_name().unwrap_or(command.get_name());
    writeln!(out, ".SH {}", name.to_uppercase())?;
    let page = Man::new(command.clone().mut_args(hide_repeated));
    let mut parts = Vec::new();
    page.render_description_section(&mut parts)?;
    page.render_synopsis_section(&mut parts)?;
    if command.get_arguments().any(|it| !is_repeated(it)) {
        page.render_options_section(&mut parts)?;
    }
    if command.get_after_help().is_some() {
        page.render_extra_section(&mut parts)?;
    }
    // What is a section of a page of its own is a part of this one.
    for line in String::from_utf8_lossy(&parts).lines() {
        match line.strip_prefix(".SH ") {
            Some("DESCRIPTION") => {}
            // What stands after the help of a command: its exit codes.
            Some("EXTRA") => writeln!(out, ".SS NOTES")?,
            Some(title) => writeln!(out, ".SS {title}")?,
            None => writeln!(out, "{line}")?,
        }
    }
    for inner in command.get_subcommands() {
        section(inner, out)?;
    }
    Ok(())
}

/// Every command has them, so they stand with the program and not with each.
fn is_repeated(argument: &Arg) -> bool {
    argument.is_global_set() || ["help", "version"].contains(&argument.get_id().as_str())
}

fn hide_repeated(argument: Arg) -> Arg {
    if is_repeated(&argument) { argument.hide(true) } else { argument }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn page() -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_command_has_a_section() {
        let page = page();
        let program = Arguments::command();
        for command in program.get_subcommands() {
            let title = format!("\n.SH NHILINT {}\n", command.get_name().to_uppercase());
            assert!(page.contains(&title), "no section{title}");
        }
    }

    #[test]
    fn an_option_stands_once_where_it_belongs() {
        let page = page();
        let (program, commands) = page.split_once("\n.SH NHILINT CHECK\n").unwrap();
        assert!(program.contains("\\-\\-color"), "{program}");
        assert!(!commands.contains("\\-\\-color"), "{commands}");
        assert_eq!(commands.matches("\n\\fB\\-\\-baseline\\fR").count(), 1, "{commands}");
        assert!(commands.contains("Exit codes: 0"), "{commands}");
    }
}
