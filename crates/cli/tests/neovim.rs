//! A real Neovim, headless, shows the findings of a real file, its hover text, and applies the
//! quick fix. Runs where Neovim is installed; `NHILINT_REQUIRE_NEOVIM` makes it a must.

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

fn neovim_is_here() -> bool {
    Command::new("nvim").arg("--version").output().is_ok()
}

#[test]
fn neovim_shows_findings_hover_and_quick_fix() {
    if !neovim_is_here() {
        assert!(std::env::var_os("NHILINT_REQUIRE_NEOVIM").is_none(), "Neovim is not installed");
        println!("Neovim is not installed: not tried");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.tf");
    std::fs::write(&file, FILE).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/neovim.lua");
    let output = Command::new("nvim")
        .args(["--headless", "--clean", "-S", script])
        .env("FILE", &file)
        .env("SERVER", env!("CARGO_BIN_EXE_nhilint"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).replace('\r', "");
    assert!(output.status.success(), "{shown}");

    // The text between the ends of the range proves that the positions are right.
    assert!(shown.contains("static-access-key |\"aws_iam_access_key\"|"), "{shown}");
    assert!(shown.contains("wildcard-action |\"*\"|"), "{shown}");
    assert!(shown.contains("hover **"), "{shown}");
    assert!(shown.contains("action Ignore `"), "{shown}");
    assert!(shown.contains("line # nhilint: ignore["), "{shown}");
    assert!(shown.contains(" until="), "{shown}");
    assert!(shown.contains("left "), "{shown}");
}
