//! Runs the binary as `testdata/cli/*.toml` says: files, arguments, and what has to come out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    name: String,
    args: Vec<String>,
    /// What is committed before, one state after the other; an empty text takes a file away.
    /// The last but one is also the branch `before`.
    #[serde(default)]
    commits: Vec<BTreeMap<String, String>>,
    /// What is staged on top.
    #[serde(default)]
    staged: BTreeMap<String, String>,
    /// Files of a new folder, by path.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// The folder that the command runs in.
    cwd: Option<String>,
    stdin: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    status: i32,
    /// All of standard output.
    stdout_is: Option<String>,
    /// Parts of standard output.
    #[serde(default)]
    stdout: Vec<String>,
    #[serde(default)]
    stdout_not: Vec<String>,
    stdout_lines: Option<usize>,
    #[serde(default)]
    stdout_json: bool,
    /// Parts of standard error.
    #[serde(default)]
    stderr: Vec<String>,
    /// Files that must be there afterwards, and must not.
    #[serde(default)]
    present: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    /// What files hold afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
}

/// Writes files; an empty text takes one away.
fn write(folder: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = folder.join(path);
        if text.is_empty() && path.exists() {
            std::fs::remove_file(path).unwrap();
            continue;
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Makes a repository with commits and staged files; false where git is missing.
fn store(
    folder: &Path,
    commits: &[BTreeMap<String, String>],
    staged: &BTreeMap<String, String>,
) -> bool {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        let person = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"];
        command.args(person).args(args).current_dir(folder);
        // What a person has configured must not change a test.
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.output().map(|it| assert!(it.status.success(), "{args:?}: {it:?}"))
    };
    if let Err(error) = git(&["init", "--quiet", "--initial-branch", "main"]) {
        let _ = writeln!(std::io::stderr(), "skipped: git cannot be run: {error}");
        return false;
    }
    for files in commits {
        write(folder, files);
        git(&["add", "--all"]).unwrap();
        git(&["commit", "--quiet", "--message", "state"]).unwrap();
    }
    if let [_, .., _] = commits {
        git(&["branch", "before", "HEAD~1"]).unwrap();
    }
    write(folder, staged);
    git(&["add", "--all"]).unwrap();
    true
}

impl Case {
    fn needs_git(&self) -> bool {
        !self.commits.is_empty() || !self.staged.is_empty()
    }

    fn run(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        if self.needs_git() && !store(folder.path(), &self.commits, &self.staged) {
            return Vec::new();
        }
        write(folder.path(), &self.files);
        let cwd = self.cwd.as_ref().map_or(folder.path().to_owned(), |it| folder.path().join(it));
        let mut command = Command::new(env!("CARGO_BIN_EXE_nhilint"));
        command
            .args(&self.args)
            .current_dir(cwd)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(&self.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A run that ends early does not read its input.
        let _ = stdin.write_all(self.stdin.as_deref().unwrap_or_default().as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let mut wrong = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{}: {what}\n{stdout}\n--- stderr\n{stderr}", self.name));
            }
        };
        let status = output.status.code();
        expect(status == Some(self.status), format!("exit code {status:?}"));
        expect(!stderr.contains("internal error"), "internal error".to_owned());
        if let Some(text) = &self.stdout_is {
            expect(stdout == *text, format!("not {text:?}"));
        }
        for part in &self.stdout {
            expect(stdout.contains(part), format!("{part:?} is missing"));
        }
        for part in &self.stdout_not {
            expect(!stdout.contains(part), format!("{part:?} is there"));
        }
        if let Some(lines) = self.stdout_lines {
            expect(stdout.lines().count() == lines, format!("not {lines} lines"));
        }
        if self.stdout_json {
            let read = serde_json::from_str::<serde_json::Value>(&stdout);
            expect(read.is_ok(), "not JSON".to_owned());
        }
        for part in &self.stderr {
            expect(stderr.contains(part), format!("{part:?} is missing in standard error"));
        }
        let exists = |it: &String| folder.path().join(it).exists();
        for path in &self.present {
            expect(exists(path), format!("`{path}` was not written"));
        }
        for path in &self.absent {
            expect(!exists(path), format!("`{path}` was written"));
        }
        for (path, text) in &self.after {
            let held = std::fs::read_to_string(folder.path().join(path)).unwrap();
            expect(held == *text, format!("`{path}` holds {held:?}"));
        }
        wrong
    }
}

#[test]
fn every_case_of_testdata_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/cli");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in paths.iter().filter(|it| it.extension().is_some_and(|it| it == "toml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|it| panic!("{path:?}: {it}"));
        count += file.case.len();
        wrong.extend(file.case.iter().flat_map(Case::run));
    }
    assert!(count > 0);
    assert!(wrong.is_empty(), "{} of {count}:\n\n{}", wrong.len(), wrong.join("\n\n"));
}
