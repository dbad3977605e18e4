//! `check --watch`: files are written while the program runs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than any machine takes; nothing is measured here.
const PATIENCE: Duration = Duration::from_secs(60);

struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines(from: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

#[test]
fn what_is_written_is_linted_again() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("main.tf", "locals {}\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_nhilint"))
        .args(["check", "--watch", "--format", "concise"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let watching = Watching(child);
    let (out, err) = (lines(out), lines(err));
    let next = || out.recv_timeout(PATIENCE).unwrap();
    assert_eq!(next(), "no findings in 1 file");

    write("key.tf", "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n");
    assert!(next().starts_with("key.tf:1:10: high static-access-key "));
    assert_eq!(next(), "1 finding in 2 files: 1 high");

    // A configuration that is half written ends nothing.
    write("nhilint.toml", "ignore = [\"static");
    let error = err.recv_timeout(PATIENCE).unwrap();
    assert!(error.contains("nhilint.toml:1:"), "{error}");
    write("nhilint.toml", "ignore = [\"static-access-key\"]\n");
    assert_eq!(next(), "no findings in 2 files");
    drop(watching);
}
