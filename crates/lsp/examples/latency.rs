//! Measures a server the way an editor meets it: how long diagnostics take after a change of a
//! long file in a large module, and how much memory a server over real files needs:
//! `cargo xtask bench lsp [FOLDER]`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it prints its measurements, and stops at the first thing that fails"
)]

use std::fmt::Write as _;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

/// The shape of a large module.
const FILES: usize = 200;
const LINES: usize = 2_000;

/// Changes that are measured, after some that warm up.
const CHANGES: usize = 300;
const WARM_UP: usize = 20;

fn main() {
    let corpus = std::env::args().nth(1).map(PathBuf::from);
    load();
    let folder = std::env::temp_dir().join(format!("nhilint-latency-{}", std::process::id()));
    let text = module(&folder);
    latency(&folder, &text);
    std::fs::remove_dir_all(&folder).unwrap();
    if let Some(corpus) = corpus.filter(|it| it.is_dir()) {
        memory(&corpus.canonicalize().unwrap());
    }
    load();
}

/// How busy the machine is: without it the numbers say nothing.
fn load() {
    if let Ok(it) = std::fs::read_to_string("/proc/loadavg") {
        let words: Vec<&str> = it.split(' ').take(3).collect();
        println!("load {}", words.join(" "));
    }
}

/// Writes the module and gives the text of its long file.
fn module(folder: &Path) -> String {
    std::fs::create_dir_all(folder).unwrap();
    for index in 0..FILES - 1 {
        std::fs::write(folder.join(format!("part{index:03}.tf")), part(index)).unwrap();
    }
    let mut text = String::new();
    let mut index = 0;
    while text.lines().count() < LINES {
        write!(
            text,
            "# Role {index}: reads what its service needs, é𝒳 included.\n\
             resource \"aws_iam_role\" \"long{index}\" {{\n  \
               name = \"long-{index}\"\n  \
               tags = {{\n    owner = local.owner{index_in}\n  }}\n  \
               assume_role_policy = data.aws_iam_policy_document.trust{index_in}.json\n}}\n\n\
             resource \"aws_iam_role_policy\" \"long{index}\" {{\n  \
               role = aws_iam_role.long{index}.id\n  \
               policy = jsonencode({{\n    Statement = [{{\n      Effect = \"Allow\"\n      \
                 Action = [\"s3:GetObject\", \"s3:PutObject\"]\n      \
                 Resource = \"arn:aws:s3:::${{var.bucket}}-{index}/*\"\n    }}]\n  }})\n}}\n\n",
            index_in = index % (FILES - 1),
        )
        .unwrap();
        index += 1;
    }
    std::fs::write(folder.join("long.tf"), &text).unwrap();
    text
}

/// One of the other files: a typical one of a module.
fn part(index: usize) -> String {
    let variable =
        if index == 0 { "variable \"bucket\" {\n  default = \"logs\"\n}\n\n" } else { "" };
    format!(
        "{variable}locals {{\n  owner{index} = \"team-{index}\"\n  actions{index} = [\"sqs:SendMessage\"]\n}}\n\n\
         data \"aws_iam_policy_document\" \"trust{index}\" {{\n  statement {{\n    \
           actions = [\"sts:AssumeRole\"]\n    principals {{\n      type = \"Service\"\n      \
           identifiers = [\"lambda.amazonaws.com\"]\n    }}\n  }}\n}}\n\n\
         resource \"aws_iam_role\" \"part{index}\" {{\n  name = \"part-{index}\"\n  \
           assume_role_policy = data.aws_iam_policy_document.trust{index}.json\n}}\n\n\
         resource \"aws_iam_role_policy\" \"part{index}\" {{\n  role = aws_iam_role.part{index}.id\n  \
           policy = jsonencode({{\n    Statement = [{{ Effect = \"Allow\", Action = local.actions{index}, Resource = \"*\" }}]\n  }})\n}}\n\n\
         resource \"aws_lambda_function\" \"part{index}\" {{\n  function_name = \"part-{index}\"\n  \
           role = aws_iam_role.part{index}.arn\n  environment {{\n    variables = {{\n      LEVEL = \"info\"\n    }}\n  }}\n}}\n"
    )
}

fn latency(folder: &Path, text: &str) {
    let mut server = Server::start(folder);
    let uri = url::Url::from_file_path(folder.join("long.tf")).unwrap().to_string();
    let started = Instant::now();
    server.notify(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri, "languageId": "terraform", "version": 0, "text": text } }),
    );
    let found = server.diagnostics(&uri, 0);
    println!(
        "{FILES} files, one of {} lines: first diagnostics after {:.0} ms ({found})",
        text.lines().count(),
        millis(started.elapsed())
    );
    let middle = text.len() / 2;
    let at = text.get(middle..).and_then(|it| it.find("\"s3:GetObject\"")).unwrap() + middle;
    let (before, after) = text.split_at_checked(at).unwrap();
    let mut times = Vec::new();
    for change in 1..=CHANGES + WARM_UP {
        // A word grows letter by letter, as it does under a person's hands; at times it is `*`.
        let typed = match change % 8 {
            0 => "\"*\", ".to_owned(),
            letters => format!("\"s3:{}\", ", "ListAll".get(..letters).unwrap_or("List")),
        };
        let version = i64::try_from(change).unwrap();
        let text = format!("{before}{typed}{after}");
        let started = Instant::now();
        server.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
        server.diagnostics(&uri, version);
        if change > WARM_UP {
            times.push(started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    times.sort();
    let percentile = |it: usize| millis(times.get((times.len() - 1) * it / 100).copied().unwrap());
    println!(
        "change to diagnostics: p50 {:.1} ms, p95 {:.1} ms, worst {:.1} ms over {CHANGES} changes",
        percentile(50),
        percentile(95),
        percentile(100)
    );
    println!("memory after that: {}", server.memory());
    server.stop();
}

fn memory(corpus: &Path) {
    let started = Instant::now();
    let mut server = Server::start(corpus);
    let path = corpus.join("nhilint-bench-unsaved.tf");
    let uri = url::Url::from_file_path(path).unwrap().to_string();
    for version in 0..5 {
        let text = format!("# {version}\nresource \"aws_iam_access_key\" \"a\" {{}}\n");
        let document =
            json!({ "uri": uri, "languageId": "terraform", "version": version, "text": text });
        if version == 0 {
            server.notify("textDocument/didOpen", json!({ "textDocument": document }));
        } else {
            let changes = json!([{ "text": text }]);
            server.notify(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": changes }),
            );
        }
        let since = Instant::now();
        server.diagnostics(&uri, version);
        println!(
            "{}, version {version}: {:.0} ms ({:.1} s after the start), {}",
            corpus.display(),
            millis(since.elapsed()),
            started.elapsed().as_secs_f64(),
            server.memory()
        );
    }
    server.stop();
}

struct Server {
    child: Child,
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let program = program.ancestors().nth(2).unwrap().join("nhilint");
        let mut child = Command::new(program)
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = BufWriter::new(child.stdin.take().unwrap());
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, input, output };
        let root = url::Url::from_file_path(folder).unwrap().to_string();
        let folders = json!([{ "uri": root, "name": "w" }]);
        let params = json!({ "capabilities": {}, "workspaceFolders": folders });
        let request = Request::new(1.into(), "initialize".to_owned(), params);
        Message::from(request).write(&mut server.input).unwrap();
        while !matches!(server.read(), Message::Response(_)) {}
        server.notify("initialized", json!({}));
        server
    }

    fn notify(&mut self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params);
        Message::from(message).write(&mut self.input).unwrap();
    }

    fn read(&mut self) -> Message {
        Message::read(&mut self.output).unwrap().unwrap()
    }

    /// Waits for the diagnostics of a version.
    fn diagnostics(&mut self, uri: &str, version: i64) -> String {
        loop {
            if let Message::Notification(it) = self.read()
                && it.method == "textDocument/publishDiagnostics"
                && it.params["uri"] == uri
                && it.params["version"] == version
            {
                let count = it.params["diagnostics"].as_array().map_or(0, Vec::len);
                return format!("{count} diagnostics");
            }
        }
    }

    fn memory(&self) -> String {
        let status = format!("/proc/{}/status", self.child.id());
        let Ok(status) = std::fs::read_to_string(status) else { return "unknown".to_owned() };
        let field = |name: &str| {
            let line = status.lines().find_map(|it| it.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        match (field("VmRSS:"), field("VmHWM:")) {
            (Some(now), Some(most)) => format!("{} MB, at most {} MB", now / 1024, most / 1024),
            _ => "unknown".to_owned(),
        }
    }

    fn stop(mut self) {
        self.notify("exit", Value::Null);
        let started = Instant::now();
        self.child.wait().unwrap();
        println!("exit took {:.1} ms", millis(started.elapsed()));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
