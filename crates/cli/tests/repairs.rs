//! Repairs take credentials out of files whole: afterwards not one window of eight bytes of any
//! is left, and the files can be read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

/// Bytes of a window.
const WINDOW: usize = 8;

/// A word of letters and digits that differs for every seed and place.
fn word(seed: u64, len: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut letter = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(LETTERS[(state % LETTERS.len() as u64) as usize])
    };
    (0..len).map(|_| letter()).collect()
}

fn password(seed: u64) -> String {
    format!("k{}7-{}Q2", word(seed, 6), word(seed + 500, 6))
}

/// Files in which each `$N` stands for a credential.
const FILES: &[(&str, &str)] = &[
    (
        "main.tf",
        "provider \"datadog\" {\n  api_key = \"$0\"\n}\n\nvariable \"db_password\" {\n  type    = string\n  default = \"$1\" # old\n}\n\nlocals {\n  api_token = \"$2\"\n  ci        = { password = \"$3\" }\n}\n\nresource \"aws_db_instance\" \"main\" {\n  password = \"$4\"\n}\n\nresource \"aws_db_instance\" \"twin\" {\n  password = \"$4\"\n}\n\nresource \"aws_ecs_task_definition\" \"web\" {\n  container_definitions = jsonencode([{\n    environment = [{ name = \"DB_PASSWORD\", value = \"$5\" }]\n  }])\n}\n",
    ),
    (
        "json/main.tf.json",
        "{\n  \"resource\": {\"aws_db_instance\": {\"main\": {\"password\": \"$6\"}}}\n}\n",
    ),
    (
        "k8s/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: a/b:1 # pinned\n          env:\n            - name: DB_PASSWORD\n              value: \"$7\" # old\n            - {name: API_TOKEN, value: $8}\n        - name: side\n          image: a/c:1\n          env:\n            - name: DB_PASSWORD\n              value: '$9'\n",
    ),
];

const SECRETS: u64 = 10;

fn filled(text: &str, seed: u64) -> String {
    (0..SECRETS).fold(text.to_owned(), |text, at| {
        text.replace(&format!("${at}"), &password(seed * 1_000 + at))
    })
}

const RULES: &str = "embedded-secret,plain-secret-manifest,well-known-password";

fn check(folder: &Path, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nhilint"))
        .args(["check", "--isolated", "--no-ignore", "--format", "concise"])
        .args(["--select", RULES])
        .args(more)
        .arg(".")
        .current_dir(folder)
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn nothing_of_a_credential_is_left() {
    for seed in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (path, text) in FILES {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, filled(text, seed)).unwrap();
        }
        let found = check(folder, &[]).matches("embedded-secret").count();
        assert!(found >= SECRETS as usize, "seed {seed}: only {found} are found");
        check(folder, &["--fix", "--unsafe-fixes"]);
        assert_eq!(check(folder, &[]).matches("embedded-secret").count(), 0, "seed {seed}");
        for (path, text) in FILES {
            let after = std::fs::read(folder.join(path)).unwrap();
            for at in 0..SECRETS {
                let secret = password(seed * 1_000 + at);
                let left = secret
                    .as_bytes()
                    .windows(WINDOW)
                    .any(|part| after.windows(WINDOW).any(|it| it == part));
                assert!(!left, "seed {seed}: {path} still holds credential {at}");
            }
            let comments = |it: &str| it.matches(" # ").count();
            assert_eq!(comments(&String::from_utf8(after).unwrap()), comments(text), "{path}");
        }
    }
}

#[test]
fn the_repaired_files_read_as_written_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (name, text) = FILES[2];
    std::fs::write(folder.join("web.yaml"), filled(text, 5)).unwrap();
    check(folder, &["--fix", "--unsafe-fixes"]);
    let after = std::fs::read_to_string(folder.join("web.yaml")).unwrap();
    let reference = |key: &str| {
        format!(
            "valueFrom:\n                secretKeyRef:\n                  name: web\n                  key: {key}"
        )
    };
    let expected = text
        .replace("value: \"$7\"", &reference("web.DB_PASSWORD"))
        .replace("value: $8", "valueFrom: {secretKeyRef: {name: web, key: API_TOKEN}}")
        .replace("value: '$9'", &reference("side.DB_PASSWORD"));
    assert_eq!(after, expected, "{name}");
}

#[test]
fn rules_about_what_a_value_is_pass_its_repair_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.tf");
    let text = |data: &str, password: &str| {
        format!(
            "resource \"kubernetes_secret\" \"app\" {{\n  data = {{\n    token = {data}\n  }}\n}}\n\n\
             resource \"aws_db_instance\" \"main\" {{\n  password = {password}\n}}\n"
        )
    };
    std::fs::write(&path, text(&format!("\"{}\"", password(6)), "\"hunter2\"")).unwrap();
    let found = check(folder.path(), &[]);
    assert!(found.contains("plain-secret-manifest"), "{found}");
    assert!(found.contains("well-known-password"), "{found}");
    check(folder.path(), &["--fix", "--unsafe-fixes"]);
    let after = std::fs::read_to_string(&path).unwrap();
    assert_eq!(after, text("var.app_token", "var.main_password"));
}
