//! The scripts of `action.yml` and of the templates, run as a pipeline runs them: with this
//! program, in a repository with a change.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use syntax::{Language, Limits};

const OLD: &str = "resource \"aws_iam_access_key\" \"old\" {\n  user = \"ci\"\n}\n";
const EXCUSED: &str = "# nhilint: ignore[static-access-key] -- trust me\n\
                       resource \"aws_iam_access_key\" \"new\" {\n  user = \"ci\"\n}\n";

/// A repository with one commit, and a change that excuses itself; `None` without git or bash.
struct Repository {
    folder: tempfile::TempDir,
    base: String,
}

impl Repository {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let person = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"];
            let mut command = Command::new("git");
            command.args(person).args(args).current_dir(folder.path());
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").output()
        };
        let bash = Command::new("bash").arg("--version").output();
        if git(&["init", "--quiet"]).and(bash).is_err() {
            let _ = writeln!(std::io::stderr(), "skipped: git or bash cannot be run");
            return None;
        }
        std::fs::write(folder.path().join("old.tf"), OLD).unwrap();
        git(&["add", "--all"]).unwrap();
        git(&["commit", "--quiet", "--message", "base"]).unwrap();
        let base = String::from_utf8(git(&["rev-parse", "HEAD"]).unwrap().stdout).unwrap();
        std::fs::write(folder.path().join("new.tf"), EXCUSED).unwrap();
        Some(Self { folder, base: base.trim().to_owned() })
    }

    /// Runs a script as a step: `bash -e`, with the variables of a runner.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new("bash");
        let program = Path::new(env!("CARGO_BIN_EXE_nhilint"));
        let search = std::env::var("PATH").unwrap();
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{search}", program.parent().unwrap().display()))
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .envs(variables.iter().copied());
        command.output().unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

/// The texts of a YAML file's entries of this name, at any depth.
fn scripts(path: &str, key: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let text: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let tree = syntax::parse(text, Language::Yaml, &Limits::default());
    assert!(tree.problems().is_empty(), "{:?}", tree.problems());
    let found = tree.nodes().filter(|it| it.key() == Some(key));
    found.filter_map(|it| it.text().map(str::to_owned)).collect()
}

fn action(repository: &Repository, variables: &[(&str, &str)]) -> Output {
    let scripts = scripts("action.yml", "run");
    let check = scripts.iter().find(|it| it.contains("NHILINT_PROGRAM")).unwrap();
    let mut all = vec![
        ("NHILINT_PROGRAM", env!("CARGO_BIN_EXE_nhilint")),
        ("NHILINT_PATHS", "."),
        ("NHILINT_SINCE", "auto"),
        ("NHILINT_IGNORES_FROM", "auto"),
        ("NHILINT_PROFILE", ""),
        ("NHILINT_FAIL_ON", ""),
        ("NHILINT_BASELINE", ""),
        ("NHILINT_ANNOTATIONS", "true"),
        ("NHILINT_SUMMARY", "true"),
        ("NHILINT_BASE", ""),
    ];
    all.extend_from_slice(variables);
    repository.run(check, &all)
}

#[test]
fn the_action_tells_what_a_pull_request_brings() {
    let Some(repository) = Repository::new() else { return };
    let output = action(&repository, &[("NHILINT_BASE", &repository.base)]);
    assert!(output.status.success(), "{output:?}");
    let annotations = String::from_utf8(output.stdout).unwrap();
    assert_eq!(annotations.lines().count(), 1, "{annotations}");
    assert!(annotations.starts_with("::error file=new.tf,line=2,"), "{annotations}");
    assert!(repository.read("output").ends_with("code=1\n"), "{}", repository.read("output"));
    assert!(repository.read("summary").contains("1 finding"), "{}", repository.read("summary"));
    assert!(repository.read("nhilint.sarif").contains("static-access-key"));
}

#[test]
fn the_action_lints_everything_outside_of_a_pull_request() {
    let Some(repository) = Repository::new() else { return };
    let output = action(&repository, &[("NHILINT_SUMMARY", "false")]);
    let annotations = String::from_utf8(output.stdout).unwrap();
    // What the files excuse stays excused.
    assert!(annotations.starts_with("::error file=old.tf,line=1,"), "{annotations}");
    assert_eq!(annotations.lines().count(), 1, "{annotations}");
    assert!(!repository.path("summary").exists());
}

#[test]
fn inputs_of_the_action_are_no_shell() {
    let Some(repository) = Repository::new() else { return };
    let hostile = "a b.tf\n$(touch hacked); `touch hacked`\n--config=x";
    let output = action(&repository, &[("NHILINT_PATHS", hostile)]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!repository.path("hacked").exists());
    let output = action(&repository, &[("NHILINT_SINCE", "$(touch hacked)")]);
    assert!(!output.status.success(), "{output:?}");
    assert!(!repository.path("hacked").exists());
}

#[test]
fn the_template_for_gitlab_writes_its_reports() {
    let Some(repository) = Repository::new() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ci-templates/gitlab.yml");
    let text: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let tree = syntax::parse(text, Language::Yaml, &Limits::default());
    let script = tree.nodes().find(|it| it.key() == Some("script")).unwrap();
    let script = script.items().last().unwrap().text().unwrap().to_owned();
    let output = repository.run(
        &script,
        &[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &repository.base),
            ("NHILINT_ARGUMENTS", "--quiet"),
            ("NHILINT_PATHS", "."),
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: serde_json::Value =
        serde_json::from_str(&repository.read("nhilint-code-quality.json")).unwrap();
    assert_eq!(report.as_array().unwrap().len(), 1);
    assert!(repository.read("nhilint-junit.xml").contains("static-access-key"));
}
