//! Real editors, headless, show the findings of a real file and its hover text, and apply the
//! quick fix. Each runs where it is installed; `NHILINT_REQUIRE_EDITORS` makes all of them a
//! must. `NHILINT_NEOVIM` names further programs of Neovim, with commas.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and one that does not run says so"
)]

use std::process::Command;

const FILE: &str = "\
# é𝒳 characters of two, three and four bytes come before what is found.
resource \"aws_iam_access_key\" \"deploy\" {
  user = \"é𝒳-deploy\"
}

resource \"aws_iam_policy\" \"all\" {
  policy = jsonencode({ Note = \"é𝒳\", Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] })
}
";

/// True when a program can be started. One that is missing is a failure where all are a must.
fn is_here(program: &str) -> bool {
    let here = Command::new(program).arg("--version").output().is_ok_and(|it| it.status.success());
    if !here {
        let must = std::env::var_os("NHILINT_REQUIRE_EDITORS").is_some();
        assert!(!must, "{program} is not installed");
        println!("{program} is not installed: not tried");
    }
    here
}

/// Runs an editor on the file and looks at what it printed.
fn shows_findings_hover_and_quick_fix(program: &str, arguments: &[&str]) {
    if !is_here(program) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.tf");
    std::fs::write(&file, FILE).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .env("FILE", &file)
        .env("SERVER", env!("CARGO_BIN_EXE_nhilint"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).replace('\r', "");
    assert!(output.status.success(), "{program}: {shown}");

    // The text between the ends of the range proves that the positions are right.
    for expected in [
        "static-access-key |\"aws_iam_access_key\"|",
        "wildcard-action |\"*\"|",
        "hover **",
        "action Ignore `",
        "line # nhilint: ignore[",
        " until=",
        "left ",
    ] {
        assert!(shown.contains(expected), "{program}: no `{expected}` in\n{shown}");
    }
}

#[test]
fn neovim() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/neovim.lua");
    let more = std::env::var("NHILINT_NEOVIM").unwrap_or_default();
    for program in std::iter::once("nvim").chain(more.split(',')).filter(|it| !it.is_empty()) {
        shows_findings_hover_and_quick_fix(program, &["--headless", "--clean", "-S", script]);
    }
}

#[test]
fn emacs() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/eglot.el");
    shows_findings_hover_and_quick_fix("emacs", &["--batch", "-l", script]);
}
