//! Input that nobody should write and somebody will: no panic, no hang, a clear note, the
//! other files still linted, and every output format still whole.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A file with one finding, which must be reported whatever lies beside it.
const SOUND: &str = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";

/// No run over small hostile files takes longer, even unoptimised on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came out of a run in each format.
struct Outcome {
    concise: String,
    stderr: String,
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sound")).unwrap();
    fs::write(folder.path().join("sound/main.tf"), SOUND).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_nhilint"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(started.elapsed() < PATIENCE, "{arguments:?} took {:?}", started.elapsed());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("internal error") && !stderr.contains("overflow"), "{stderr}");
    output
}

/// Lints a folder in every format and checks each of them.
fn check(folder: &Path) -> Outcome {
    let mut outcome = Outcome { concise: String::new(), stderr: String::new() };
    for format in ["concise", "text", "json", "jsonl", "sarif", "github"] {
        let output = run(folder, &["check", "--verbose", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}: the sound file has a finding");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("static-access-key"), "{format}: the sound file is linted\n{text}");
        let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(hostile), "{format} acts on a terminal");
        match format {
            "json" => {
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(!value["findings"].as_array().unwrap().is_empty());
            }
            "jsonl" => {
                for line in text.lines() {
                    serde_json::from_str::<Value>(line).unwrap();
                }
            }
            "sarif" => {
                let value: Value = serde_json::from_str(&text).unwrap();
                let run = &value["runs"][0];
                assert_eq!(run["invocations"][0]["executionSuccessful"], true);
                for result in run["results"].as_array().unwrap() {
                    let place = &result["locations"][0]["physicalLocation"];
                    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
                    assert!(uri.bytes().all(|it| it.is_ascii_graphic()), "{uri}");
                }
            }
            "github" => {
                let ours = ["::error file=", "::warning file=", "::notice file="];
                for line in text.lines() {
                    assert!(ours.iter().any(|it| line.starts_with(it)), "{line}");
                }
            }
            "concise" => outcome.concise = text,
            _ => {}
        }
        outcome.stderr = String::from_utf8(output.stderr).unwrap();
    }
    outcome
}

#[test]
fn empty_binary_and_wrongly_encoded_files() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("empty.tf", b"");
    write("binary.tf", b"\x7fELF\0\0\0");
    write("picture.yaml", b"\x89PNG\0\0");
    write("utf16.tf", b"\xff\xfea\0=\0b\0");
    write("latin.tf", "# ä".repeat(100).chars().map(|it| it as u8).collect::<Vec<_>>().as_slice());
    write(
        "nearly.tf",
        b"# caf\xe9\nresource \"aws_iam_access_key\" \"second\" {\n  user = \"ci\"\n}\n",
    );
    write("no-newline.yaml", b"kind: Role\napiVersion: rbac.authorization.k8s.io/v1");
    write("bom.json", "\u{feff}{\"mcpServers\":{}}".as_bytes());
    let outcome = check(folder.path());
    assert!(outcome.concise.contains("nearly.tf:2:10: "), "{}", outcome.concise);
    for note in [
        "note: binary.tf: it is binary",
        "note: utf16.tf: it is UTF-16",
        "note: latin.tf: it is not UTF-8",
        "note: nearly.tf: 1 byte is not UTF-8",
    ] {
        assert!(outcome.stderr.contains(note), "{note}\n{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains("picture.yaml"), "{}", outcome.stderr);
}

#[test]
fn a_huge_file_is_not_read() {
    let folder = folder();
    let huge = File::create(folder.path().join("huge.tf")).unwrap();
    huge.set_len(200 << 20).unwrap();
    let outcome = check(folder.path());
    assert!(outcome.stderr.contains("note: huge.tf: it has 209715200 bytes"), "{}", outcome.stderr);
    // Asked for by name, it is not read either.
    let output = run(folder.path(), &["check", "huge.tf"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nhilint reads at most"));
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_links_are_not_followed_into_trouble() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("outside.tf"), SOUND).unwrap();
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    assert!(Command::new("mkfifo").arg(at("pipe.tf")).status().unwrap().success());
    let _socket = UnixListener::bind(at("socket.tf")).unwrap();
    symlink("/dev/zero", at("zero.tf")).unwrap();
    symlink(".", at("loop")).unwrap();
    symlink("knot.tf", at("knot.tf")).unwrap();
    symlink(outside.path(), at("outside")).unwrap();
    symlink(outside.path().join("outside.tf"), at("outside.tf")).unwrap();
    symlink("sound/main.tf", at("inside.tf")).unwrap();
    let outcome = check(folder.path());
    for note in [
        "note: pipe.tf: it is a pipe",
        "note: socket.tf: it is a socket",
        "note: zero.tf: it is a link that leads out of the workspace",
        "note: knot.tf: it is a link that leads nowhere",
        "note: outside.tf: it is a link that leads out of the workspace",
    ] {
        assert!(outcome.stderr.contains(note), "{note}\n{}", outcome.stderr);
    }
    // One cause, one finding: the link inside says nothing new.
    assert_eq!(outcome.concise.matches("static-access-key").count(), 1, "{}", outcome.concise);
    // By name: a pipe without a writer must not block.
    let output = run(folder.path(), &["check", "pipe.tf", "zero.tf"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("pipe.tf: it is a pipe") && stderr.contains("zero.tf: it is a device"),
        "{stderr}"
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("main.tf"), SOUND).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("this user may read everything: not tried");
        return;
    }
    let outcome = check(folder.path());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(outcome.stderr.contains("note: closed: permission denied"), "{}", outcome.stderr);
}

#[test]
fn deep_nesting_in_every_language() {
    let folder = folder();
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let files = [
        ("brackets.tf", format!("locals {{\n  a = {}\n}}\n", deep("[", "]"))),
        (
            "parens.tf",
            format!("locals {{\n  a = {}1{}\n}}\n", "(".repeat(100_000), ")".repeat(100_000)),
        ),
        ("blocks.tf", deep("a {\n", "}\n")),
        ("templates.tf", format!("locals {{\n  a = \"{}\"\n}}\n", deep("${\"", "\"}"))),
        ("open.tf", format!("locals {{\n  a = {}\n", "{".repeat(100_000))),
        ("unary.tf", format!("locals {{\n  a = {}1\n}}\n", "-".repeat(100_000))),
        ("a.tf.json", deep("{\"a\":[", "]}")),
        (".mcp.json", format!("{{\"mcpServers\":{}}}", deep("[", "]"))),
        ("flow.yaml", format!("apiVersion: v1\nkind: Role\na: {}\n", deep("[", "]"))),
        ("maps.yaml", format!("apiVersion: v1\nkind: Role\na: {}\n", deep("{a: ", "}"))),
        ("dashes.yaml", format!("apiVersion: v1\nkind: Role\na:\n  {}x\n", "- ".repeat(100_000))),
        (
            "templates/helm.yaml",
            format!("apiVersion: v1\nkind: Role\na: {{{{ {} }}}}\n", deep("(", ")")),
        ),
        (".codex/config.toml", format!("a = {}\n", deep("[", "]"))),
        (".codex/agents/a.toml", format!("[{}a]\n", "a.".repeat(100_000))),
        (".claude/agents/a.md", format!("---\nname: {}\n---\n", deep("[", "]"))),
    ];
    for (path, text) in &files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let outcome = check(folder.path());
    assert!(outcome.concise.contains("unreadable-input"), "{}", outcome.concise);
}

#[test]
fn duplicate_keys_and_laughing_aliases() {
    let folder = folder();
    let mut laughs = String::from("apiVersion: v1\nkind: Secret\na0: &a0 [lol]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
    }
    laughs.push_str("data: *a11\n");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("laughs.yaml", &laughs);
    write("merge.yaml", "apiVersion: v1\nkind: Secret\na: &a\n  <<: *a\n  b: *a\n");
    write(
        "twice.tf",
        "resource \"aws_iam_access_key\" \"twice\" {\n  user = \"a\"\n  user = \"b\"\n}\n",
    );
    write("twice.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\"},\"a\":{\"command\":\"y\"}}}");
    write("twice.yaml", "apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: a, name: b}\n");
    let outcome = check(folder.path());
    assert!(outcome.concise.contains("twice.tf:1:10: "), "{}", outcome.concise);
}

#[cfg(unix)]
#[test]
fn names_and_values_cannot_forge_output() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = folder();
    let names: [&[u8]; 6] = [
        b"a\nb.tf",
        b"\x1b[2J\x1b]0;title\x07.tf",
        b"::error file=x::y.tf",
        b"%0A::error::z.tf",
        "right\u{202e}left.tf".as_bytes(),
        b"not-utf8-\xff\xfe.tf",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let path = folder.path().join(OsStr::from_bytes(name));
        let text = format!("resource \"aws_iam_access_key\" \"a\\n::error::{index}\" {{}}\n");
        fs::write(path, text).unwrap();
    }
    let values = "{\"mcpServers\":{\"\\n::error::x\\u001b[31m\\u202e\":{\"type\":\"http\",\"url\":\"https://a.example\",\
                  \"headers\":{\"Authorization\":\"Bearer 7f3kQz81LmWx0aTg55VbNcYp\"}}}}";
    fs::write(folder.path().join(".mcp.json"), values).unwrap();
    let outcome = check(folder.path());
    let lines = outcome.concise.lines().count();
    assert!(outcome.concise.contains("a\\nb.tf:1:"), "{}", outcome.concise);
    assert!(outcome.concise.contains("not-utf8-\\xff\\xfe.tf:1:"), "{}", outcome.concise);
    assert!(
        outcome.concise.lines().take(lines - 1).all(|it| it.contains(':')),
        "{}",
        outcome.concise
    );
    // The inventory and the debug views too.
    for arguments in [
        &["inventory"][..],
        &["inventory", "--format", "json"],
        &["debug", "facts"],
        &["debug", "graph"],
        &["debug", "tree"],
        &["check", "--show-files"],
        &["check", "--statistics"],
    ] {
        let output = run(folder.path(), arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(hostile), "{arguments:?}\n{text}");
        assert!(!text.contains("7f3kQz81"), "{arguments:?}");
        assert!(!text.lines().any(|it| it.starts_with("::error")), "{arguments:?}\n{text}");
    }
}

#[test]
fn no_output_shows_a_secret() {
    let folder = folder();
    let secrets = [
        "Hn5sWq8ZcV2bTy6UjM0kLp4RfD7gXe1AoIz3YtQ9",
        "wE3-mzK8.qRt5vXn",
        "5d2jHx94NkVr8bSf66TcMaZo",
        "uG6pLsM4vJd9TkWy",
    ];
    let terraform = format!(
        "# once {0}\nprovider \"aws\" {{\n  secret_key = \"{0}\" # {0}\n}}\nvariable \"db_password\" {{ default = \"{1}\" }}\n\
         output \"copy\" {{ value = \"{1}\" }}\n",
        secrets[0], secrets[1]
    );
    let servers = format!(
        "{{\"mcpServers\":{{\"a\":{{\"type\":\"http\",\"url\":\"https://a.example/?k={0}\",\"headers\":\
         {{\"Authorization\":\"Bearer {0}\"}}}},\"b\":{{\"command\":\"b\",\"args\":[\"--access-token\",\"{0}\"]}}}}}}",
        secrets[2]
    );
    let manifest = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  password: {}\n",
        secrets[3]
    );
    fs::write(folder.path().join("main.tf"), terraform).unwrap();
    fs::write(folder.path().join(".mcp.json"), servers).unwrap();
    fs::write(folder.path().join("secret.yaml"), manifest).unwrap();
    let mut runs: Vec<Vec<&str>> = ["text", "concise", "json", "jsonl", "sarif", "github"]
        .iter()
        .map(|it| vec!["check", "--verbose", "--format", it])
        .collect();
    runs.push(vec!["check", "--statistics"]);
    runs.push(vec!["inventory"]);
    runs.push(vec!["inventory", "--format", "json"]);
    for stage in ["tree", "facts", "graph"] {
        runs.push(vec!["debug", stage]);
    }
    for arguments in runs {
        let output = run(folder.path(), &arguments);
        let all = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(all).unwrap();
        for secret in secrets {
            for start in 4..=secret.len() - 8 {
                let window = secret.get(start..start + 8).unwrap();
                assert!(!text.contains(window), "{arguments:?} shows `{window}`\n{text}");
            }
        }
    }
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let folder = folder();
    for index in 0..300 {
        fs::write(folder.path().join(format!("{index}.tf")), SOUND).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_nhilint"))
        .args(["check"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let folder = folder();
    for index in 0..60 {
        fs::create_dir(folder.path().join(format!("m{index}"))).unwrap();
        fs::write(folder.path().join(format!("m{index}/main.tf")), SOUND).unwrap();
    }
    let one = run(folder.path(), &["check", "--format", "json", "--threads", "1"]).stdout;
    for threads in ["2", "7"] {
        let many = run(folder.path(), &["check", "--format", "json", "--threads", threads]).stdout;
        assert_eq!(many, one, "{threads} threads");
    }
}
