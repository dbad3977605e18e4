//! What the developer commands say to somebody who mistypes one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    // A person may have asked for backtraces; errors are one line all the same.
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env("RUST_BACKTRACE", "1").output().unwrap()
}

#[test]
fn every_command_explains_itself() {
    for arguments in [&[][..], &["--help"], &["help"], &["bench", "--help"], &["dist", "-h"]] {
        let output = xtask(arguments);
        assert!(output.status.success(), "{arguments:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("bench lsp [FOLDER]"), "{arguments:?}: {text}");
    }
}

#[test]
fn mistakes_are_one_line() {
    for (arguments, expected) in [
        (&["benhc"][..], "unknown command `benhc`; `cargo xtask help` lists them"),
        (&["bench", "--fast"], "`bench --fast` is nothing; `cargo xtask help` says what is"),
        (&["bench", "lsp", "nowhere"], "nowhere does not exist"),
        (&["dist", "--slow"], "unknown argument `--slow`"),
        (&["new-rule", "x"], "write FAMILY/ID"),
        (&["gen", "--chekc"], "unknown command `gen --chekc`"),
    ] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("error: ") && text.contains(expected), "{arguments:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{arguments:?}: {text}");
    }
}
