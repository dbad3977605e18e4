//! Real editors, headless, configured as our pages say, show the findings of a real file and its
//! hover text, and apply the quick fix. Each runs where it is installed; `NHILINT_REQUIRE_EDITORS` makes all of them a
//! must. `NHILINT_NEOVIM` names further programs of Neovim, with commas.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and one that does not run says so"
)]

use std::path::Path;
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

/// A block of code of an editor's page, as a person would copy it.
fn block(editor: &str, language: &str, index: usize) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors").join(editor);
    let page = std::fs::read_to_string(page.join("README.md")).unwrap();
    let fence = format!("```{language}\n");
    let mut blocks = page.split(&fence).skip(1);
    blocks.nth(index).unwrap().split("```").next().unwrap().to_owned()
}

/// Runs an editor on the file and looks at what it printed. `config` are the parts of its page,
/// each in a file of its own whose path stands in a variable.
fn shows_findings_hover_and_quick_fix(
    program: &str,
    arguments: &[&str],
    config: &[(&str, String)],
) {
    if !is_here(program) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work/main.tf");
    std::fs::create_dir(folder.path().join("work")).unwrap();
    std::fs::write(&file, FILE).unwrap();
    // The pages start `nhilint` from the path.
    let here = Path::new(env!("CARGO_BIN_EXE_nhilint")).parent().unwrap().to_owned();
    let before = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(here).chain(std::env::split_paths(&before));
    let mut command = Command::new(program);
    command.args(arguments).env("FILE", &file).env("PATH", std::env::join_paths(path).unwrap());
    for (name, text) in config {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        command.env(name, path);
    }
    let output = command.current_dir(folder.path().join("work")).output().unwrap();
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
        let arguments = ["--headless", "--clean", "-S", script];
        let of_page = |index| block("neovim", "lua", index);
        let config = [("NEW", of_page(0)), ("OLD", of_page(1)), ("EXTRA", of_page(2))];
        shows_findings_hover_and_quick_fix(program, &arguments, &config);
    }
}

#[test]
fn emacs() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/eglot.el");
    let config = [("CONFIG", block("emacs", "elisp", 0))];
    shows_findings_hover_and_quick_fix("emacs", &["--batch", "-l", script], &config);
}
