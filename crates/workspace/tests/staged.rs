//! What is staged, read without the working tree: links, odd names, large files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use nhilint_workspace::{Checked, Options, check_paths};

const KEY: &str = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";

fn git(folder: &Path, args: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.output().is_ok_and(|it| it.status.success())
}

/// Stages what `make` lays down and takes it away again; `None` where git is missing.
fn staged(make: impl Fn(&Path)) -> Option<Checked> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repository");
    std::fs::create_dir(&root).unwrap();
    if !git(&root, &["init", "--quiet"]) {
        return None;
    }
    std::fs::write(folder.path().join("outside.tf"), KEY).unwrap();
    make(&root);
    assert!(git(&root, &["add", "--all"]));
    for entry in std::fs::read_dir(&root).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap() {
            _ if entry.file_name() == ".git" => {}
            it if it.is_dir() => std::fs::remove_dir_all(entry.path()).unwrap(),
            _ => std::fs::remove_file(entry.path()).unwrap(),
        }
    }
    let options = Options { paths: vec![root], staged: true, ..Options::default() };
    Some(check_paths(&options).unwrap())
}

fn link(to: &str, from: &Path) {
    std::os::unix::fs::symlink(to, from).unwrap();
}

#[test]
fn links_are_followed_inside_only() {
    let Some(checked) = staged(|root| {
        std::fs::create_dir_all(root.join("a/deep")).unwrap();
        std::fs::write(root.join("a/main.tf"), KEY).unwrap();
        link("../main.tf", &root.join("a/deep/main.tf"));
        link("../outside.tf", &root.join("outside.tf"));
        link("/etc/hostname", &root.join("absolute.json"));
        link("loop.tf", &root.join("loop.tf"));
        link("a", &root.join("folder.tf"));
    }) else {
        return;
    };
    let report = &checked.report;
    let paths: Vec<_> =
        report.findings.iter().map(|it| report.sources.path(it.place.file)).collect();
    assert_eq!(paths, ["a/main.tf"]);
    let skipped: Vec<_> =
        report.skipped.iter().map(|it| format!("{}: {}", it.path, it.reason)).collect();
    assert_eq!(
        skipped,
        [
            "absolute.json: it is a link that leads out of the workspace",
            "outside.tf: it is a link that leads out of the workspace",
        ]
    );
}

#[test]
fn names_and_sizes_are_taken_as_they_are() {
    let Some(checked) = staged(|root| {
        let odd = std::ffi::OsStr::from_bytes(b"a\xff \n.tf");
        std::fs::write(root.join(odd), KEY).unwrap();
        std::fs::write(root.join("binary.tf"), b"\0\0\0").unwrap();
        std::fs::write(root.join("large.yaml"), vec![b'#'; 80 << 20]).unwrap();
        std::fs::create_dir_all(root.join("node_modules/x")).unwrap();
        std::fs::write(root.join("node_modules/x/main.tf"), KEY).unwrap();
    }) else {
        return;
    };
    let report = &checked.report;
    let paths: Vec<_> =
        report.findings.iter().map(|it| report.sources.path(it.place.file)).collect();
    assert_eq!(paths, ["a\\xff \n.tf"]);
    let skipped: Vec<_> = report.skipped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(skipped, ["binary.tf", "large.yaml"]);
}
