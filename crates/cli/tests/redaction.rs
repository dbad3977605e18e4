//! Nothing that leaves the program holds a part of a credential that it reports: not one window
//! of eight bytes beyond the few characters that are shown on purpose. Every output is tried on
//! files full of drawn credentials, under many seeds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Bytes of a window.
const WINDOW: usize = 8;

/// Characters that output may show of a long credential.
const SHOWN: usize = 4;

/// A generator of the xorshift kind: the same seed, the same files.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn of(&mut self, alphabet: &str, len: usize) -> String {
        let all = alphabet.as_bytes();
        (0..len).map(|_| char::from(all[(self.next() % all.len() as u64) as usize])).collect()
    }

    fn word(&mut self, len: usize) -> String {
        self.of("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", len)
    }

    fn hex(&mut self, len: usize) -> String {
        self.of("0123456789abcdef", len)
    }

    fn password(&mut self) -> String {
        // A digit, both cases and a mark, whatever is drawn.
        let (a, b) = (self.word(6), self.word(6));
        format!("k{a}7-{b}Q2")
    }
}

/// Files with credentials, and the credentials themselves: as they are written, and below
/// whatever encodes them.
struct Sample {
    files: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bytes = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let all = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        for at in 0..4 {
            let digit = DIGITS[(all >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

impl Sample {
    fn draw(seed: u64) -> Self {
        let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut secrets = Vec::new();
        let mut keep = |text: String| -> String {
            secrets.push(text.clone());
            text
        };
        let terraform = format!(
            "provider \"aws\" {{\n  region     = \"eu-central-1\"\n  access_key = \"AKIA{}\"\n  \
             secret_key = \"{}\"\n}}\nvariable \"db_password\" {{\n  default = \"{}\"\n}}\n\
             resource \"aws_db_instance\" \"main\" {{\n  username = \"app\"\n  \
             password = \"{}\"\n}}\nlocals {{\n  api_token = \"{}\"\n}}\n\
             resource \"aws_instance\" \"web\" {{\n  user_data = <<-EOT\n    \
             export DB_PASSWORD={}\n    curl -u ci:{} https://a.example.org\n  EOT\n}}\n\
             # kept for later: glpat-{}\n",
            draw.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            keep(draw.word(40)),
            keep(draw.password()),
            keep(draw.password()),
            keep(format!("hvs.{}", draw.word(95))),
            keep(draw.password()),
            keep(draw.password()),
            keep(draw.word(20)),
        );
        let inner = keep(draw.password());
        let encoded = keep(base64(&inner));
        let login = keep(draw.password());
        let auth = keep(base64(&format!("ci:{login}")));
        let docker = keep(base64(&format!("{{\"auths\":{{\"r.io\":{{\"auth\":\"{auth}\"}}}}}}")));
        let dsn = keep(draw.password());
        let manifest = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\ndata:\n  password: {encoded}\n\
             stringData:\n  token: {}\n  url: postgres://app:{dsn}@db/app\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {{name: reg}}\n\
             type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {docker}\n---\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  app.ini: |\n    \
             [mail]\n    password = {}\n",
            keep(format!(
                "xoxb-{}-{}-{}",
                draw.of("123456789", 12),
                draw.of("123456789", 12),
                draw.word(24)
            )),
            keep(draw.password()),
        );
        let servers = format!(
            "{{\"mcpServers\": {{\"a\": {{\"command\": \"npx\", \"args\": [\"-y\", \"x\", \
             \"--api-key\", \"{}\"], \"env\": {{\"DB_PASSWORD\": \"{}\"}}}},\n\"b\": \
             {{\"url\": \"https://a.example.org/mcp?token={}\", \"headers\": \
             {{\"Authorization\": \"Bearer {}\"}}}}}}}}\n",
            keep(draw.word(36)),
            keep(draw.password()),
            keep(draw.word(32)),
            keep(draw.word(40)),
        );
        let compose = format!(
            "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {}\n    \
             command: [\"serve\", \"--password\", \"{}\"]\n",
            keep(draw.password()),
            keep(draw.password()),
        );
        let dotenv = format!(
            "DB_PASSWORD=\"{}\"\nSTRIPE_KEY=sk_live_{}\nSECRET_KEY={}\n",
            keep(draw.password()),
            keep(draw.word(64)),
            keep(draw.hex(64)),
        );
        let workflow = format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          \
             docker login -u ci -p {} r.io\n          ldapsearch -w '{}' -b dc=a\n",
            keep(draw.password()),
            keep(draw.password()),
        );
        let body: String =
            (0..12).map(|_| format!("{}\n", draw.of("ABCDEFabcdef0123456789+/", 64))).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n");
        secrets.extend(body.lines().map(str::to_owned));
        let npmrc = format!("//r.example.org/:_authToken={}\n", {
            let token = draw.word(40);
            secrets.push(token.clone());
            token
        });
        let files = vec![
            ("main.tf", terraform),
            ("k8s/secret.yaml", manifest),
            (".mcp.json", servers),
            ("docker-compose.yml", compose),
            (".env", dotenv),
            (".github/workflows/a.yml", workflow),
            ("server.pem", pem),
            (".npmrc", npmrc),
        ];
        Self { files, secrets }
    }

    fn write(&self, folder: &Path) {
        for (path, text) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    /// Every window of every credential beyond what may be shown.
    fn windows(&self) -> BTreeSet<&[u8]> {
        self.secrets
            .iter()
            .flat_map(|it| it.as_bytes().get(SHOWN..).unwrap_or_default().windows(WINDOW))
            .collect()
    }

    /// Fails when a text holds a part of a credential; says where, not what.
    fn assert_hidden(&self, seed: u64, name: &str, text: &[u8]) {
        let windows = self.windows();
        let at = text.windows(WINDOW).position(|it| windows.contains(it));
        let before = at.map(|at| String::from_utf8_lossy(&text[at.saturating_sub(120)..at]));
        assert!(at.is_none(), "seed {seed}: {name} shows a credential after: {before:?}");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let output = Command::new(env!("CARGO_BIN_EXE_nhilint"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (output.stdout, output.stderr)
}

const CHECK: &[&str] = &["check", "--isolated", "--no-ignore", "--profile", "strict"];

#[test]
fn no_output_shows_a_credential() {
    for seed in 1..=6 {
        let sample = Sample::draw(seed);
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        sample.write(folder);
        let formats = [
            "text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson",
            "markdown", "azure",
        ];
        let mut runs: Vec<Vec<&str>> = Vec::new();
        for format in formats {
            runs.push([CHECK, &["--format", format, "."]].concat());
        }
        for more in [
            &["--verbose", "--statistics", "--color", "always"][..],
            &["--diff", "--unsafe-fixes"],
            &["--show-files"],
            &["--baseline", "baseline.json", "--write-baseline"],
        ] {
            runs.push([CHECK, more, &["."]].concat());
        }
        for format in ["text", "json"] {
            runs.push(vec!["inventory", "--isolated", "--no-ignore", "--format", format, "."]);
        }
        for stage in ["tree", "facts", "graph"] {
            runs.push(vec!["debug", "--isolated", "--no-ignore", "--verbose", stage, "."]);
        }
        for arguments in runs {
            let (out, err) = run(folder, &arguments);
            let name = arguments.join(" ");
            assert!(!out.is_empty() || !err.is_empty(), "{name}");
            sample.assert_hidden(seed, &name, &out);
            sample.assert_hidden(seed, &name, &err);
        }
        let baseline = std::fs::read(folder.join("baseline.json")).unwrap();
        sample.assert_hidden(seed, "the baseline", &baseline);
        // After the rest: suppressions are written into the files, not printed.
        let (out, err) = run(folder, &[CHECK, &["--add-ignores", "."]].concat());
        sample.assert_hidden(seed, "--add-ignores", &[out, err].concat());
        reports_most(&sample, folder);
    }
}

/// What is not reported cannot be shown, and then this test would say nothing.
fn reports_most(sample: &Sample, folder: &Path) {
    sample.write(folder);
    let (out, _) = run(folder, &[CHECK, &["--format", "json", "."]].concat());
    let report: Value = serde_json::from_slice(&out).unwrap();
    let is_literal = |it: &&Value| {
        matches!(it["rule"].as_str(), Some("embedded-secret" | "plain-secret-manifest"))
    };
    let found = report["findings"].as_array().unwrap().iter().filter(is_literal).count();
    assert!(found >= 22, "only {found} credentials are reported");
}

/// A server, asked for everything it says about a file.
struct Server {
    child: std::process::Child,
    output: BufReader<std::process::ChildStdout>,
    said: Vec<u8>,
    next: i64,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nhilint"))
            .arg("server")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output, said: Vec::new(), next: 0 }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.child.stdin.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(it) = line.strip_prefix("Content-Length: ") {
                length = it.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        self.said.extend(body);
        if message.get("method").is_some() && message.get("id").is_some() {
            let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": null });
            self.send(&answer);
        }
        message
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message.get("method").is_none() && message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn diagnostics(&mut self, uri: &str) -> Value {
        loop {
            let message = self.read();
            if message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
            {
                return message["params"]["diagnostics"].clone();
            }
        }
    }
}

#[test]
fn no_answer_of_the_server_shows_a_credential() {
    for seed in 7..=8 {
        let sample = Sample::draw(seed);
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        sample.write(&root);
        let mut server = Server::start(&root);
        let uri = |path: &str| {
            let path = root.join(path).to_string_lossy().replace('\\', "/");
            format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
        };
        let folders = json!([{ "uri": uri("").trim_end_matches('/'), "name": "w" }]);
        server.request("initialize", json!({ "capabilities": {}, "workspaceFolders": folders }));
        server.notify("initialized", json!({}));
        let mut seen = 0;
        for (path, text) in &sample.files {
            let uri = uri(path);
            let item = json!({ "uri": uri, "languageId": "x", "version": 1, "text": text });
            server.notify("textDocument/didOpen", json!({ "textDocument": item }));
            let diagnostics = server.diagnostics(&uri);
            let document = json!({ "uri": uri });
            for it in diagnostics.as_array().unwrap() {
                seen += 1;
                let range = it["range"].clone();
                let at = range["start"].clone();
                server.request(
                    "textDocument/hover",
                    json!({ "textDocument": document, "position": at }),
                );
                let context = json!({ "diagnostics": [it] });
                let asked = json!({ "textDocument": document, "range": range, "context": context });
                server.request("textDocument/codeAction", asked);
            }
            server.request("textDocument/codeLens", json!({ "textDocument": document }));
            server.request("textDocument/documentSymbol", json!({ "textDocument": document }));
        }
        assert!(seen >= 20, "only {seen} diagnostics");
        server.request("shutdown", Value::Null);
        server.notify("exit", Value::Null);
        server.child.wait().unwrap();
        sample.assert_hidden(seed, "the server", &server.said);
    }
}
