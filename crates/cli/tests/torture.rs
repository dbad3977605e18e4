//! The server as a bad client meets it: over real pipes, with broken messages, lies about
//! lengths, floods, and files and folders that go away. It never crashes, never answers with a
//! wrong position and never grows.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Server {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    folder: tempfile::TempDir,
    next: i64,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nhilint"))
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let folder = tempfile::tempdir().unwrap();
        Self { child, input, messages, folder, next: 0 }
    }

    fn initialized() -> Self {
        let mut server = Self::start();
        let root = server.uri("");
        let folders = json!([{ "uri": root, "name": "w" }]);
        let process = std::process::id();
        let params =
            json!({ "capabilities": {}, "processId": process, "workspaceFolders": folders });
        server.request("initialize", params);
        server.notify("initialized", json!({}));
        server
    }

    fn uri(&self, path: &str) -> String {
        url(&self.folder.path().join(path))
    }

    fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The answer to a request, whole: a result or an error.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.wait(|it| it["id"] == id && it["method"].is_null())
    }

    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        while let Ok(message) =
            self.messages.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            if fits(&message) {
                return message;
            }
        }
        panic!("no answer; the server ended: {:?}", self.child.try_wait());
    }

    fn open(&mut self, path: &str, version: i64, text: &str) {
        let uri = self.uri(path);
        let document = json!({ "uri": uri, "languageId": "x", "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &str, version: i64, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        let changes = json!([{ "text": text }]);
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
    }

    fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// The diagnostics of a version of a document.
    fn diagnostics(&mut self, path: &str, version: i64) -> Vec<Value> {
        let uri = self.uri(path);
        let message = self.wait(|it| {
            let params = &it["params"];
            it["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The server is there and finds what it should.
    fn works(&mut self) {
        self.open("proof.tf", 1_000_000, KEY);
        let found = self.diagnostics("proof.tf", 1_000_000);
        let codes: Vec<_> = found.iter().map(|it| it["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"static-access-key"), "{codes:?}");
        self.close("proof.tf");
    }

    /// Resident memory in kilobytes, where the system tells.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Says `exit` and measures how long the process takes.
    fn stop(mut self) {
        let answer = self.request("shutdown", Value::Null);
        assert!(answer["result"].is_null() && answer["error"].is_null(), "{answer}");
        let late = self.request("textDocument/hover", json!({}));
        assert_eq!(late["error"]["code"], -32600);
        self.notify("exit", Value::Null);
        self.ends();
    }

    fn ends(&mut self) {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length:") {
            Some(it) => length = it.trim().parse().ok()?,
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn url(path: &Path) -> String {
    format!("file://{}", path.display())
}

const KEY: &str = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";

#[test]
fn broken_messages_cost_nothing_but_themselves() {
    let mut server = Server::initialized();
    for broken in [
        "Content-Length: 1\r\n\r\n{",
        "Content-Length: 4\r\n\r\nnull",
        "Content-Length: 22\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":}",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 400000000\r\n\r\n",
        "no header at all\r\n\r\n",
        "\r\n\r\n\r\n",
        "Content-Length: 3\r\n\r\n\u{fffd}",
        "Content-Length: 30\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":{},\"x\":1}",
    ] {
        server.raw(broken.as_bytes());
    }
    server.raw(b"Content-Length: 4\r\n\r\n\xff\xfe\x00\x80");
    server.raw(b"\xff\xfe\n");
    // What a wrong length covers is lost; what comes next is not.
    server.raw(b"Content-Length: 2\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"x\"}");
    let answer = server.request("no/such/method", json!({ "deep": [[[[[[]]]]]] }));
    assert_eq!(answer["error"]["code"], -32601);
    let deep = "[".repeat(100_000);
    server.raw(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    for (method, params) in [
        ("textDocument/hover", json!(null)),
        ("textDocument/hover", json!({ "textDocument": { "uri": 7 } })),
        ("textDocument/codeAction", json!({ "textDocument": {} })),
        ("workspace/executeCommand", json!([1])),
        ("workspace/symbol", json!(3)),
        ("initialize", json!({ "capabilities": {} })),
    ] {
        assert!(server.request(method, params)["error"]["code"].is_i64(), "{method}");
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didChangeConfiguration",
        "window/workDoneProgress/cancel",
        "$/cancelRequest",
        "$/unheard-of",
    ] {
        for params in [Value::Null, json!(7), json!({}), json!([[]])] {
            server.notify(method, params);
        }
    }
    server.works();
    server.stop();
}

#[test]
fn nothing_comes_before_initialize() {
    let mut server = Server::start();
    let early =
        server.request("textDocument/hover", json!({ "textDocument": { "uri": "file:///x" } }));
    assert_eq!(early["error"]["code"], -32002);
    server.notify("textDocument/didOpen", json!({}));
    server.notify("initialized", json!({}));
    let wrong = server.request("initialize", json!(7));
    assert_eq!(wrong["error"]["code"], -32602);
    let right = server.request("initialize", json!({ "capabilities": {} }));
    assert!(right["result"]["capabilities"].is_object());
    // Some editors send more before they say that they are ready.
    server.works();
    server.stop();
    let mut server = Server::start();
    server.notify("exit", Value::Null);
    server.ends();
}

#[test]
fn a_thousand_changes_in_a_second_are_one_analysis_and_no_growth() {
    let mut server = Server::initialized();
    server.open("main.tf", 0, KEY);
    server.diagnostics("main.tf", 0);
    let mut flood = |from: i64| {
        let started = Instant::now();
        for version in from..from + 1_000 {
            let text = if version % 2 == 0 { KEY.repeat(20) } else { format!("# {version}\n") };
            server.change("main.tf", version, &text);
        }
        let sent = started.elapsed();
        // The last one is odd: a comment.
        let found = server.diagnostics("main.tf", from + 999);
        assert!(found.is_empty(), "{found:?}");
        assert!(sent < Duration::from_secs(30), "the server does not read: {sent:?}");
        server.memory()
    };
    let before = flood(1_000);
    for round in 2..5 {
        flood(round * 1_000);
    }
    let after = flood(5_000);
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after < before + 20_000, "{before} kB grew to {after} kB");
    }
    server.works();
    server.stop();
}

#[test]
fn files_and_folders_go_away_in_the_middle() {
    let mut server = Server::initialized();
    let long = KEY.repeat(2_000);
    for round in 0..10 {
        server.open("main.tf", round, &long);
        let uri = server.uri("main.tf");
        server.next += 1;
        let (id, position) = (server.next, json!({ "line": 0, "character": 12 }));
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        server.send(&json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params }));
        server.close("main.tf");
        // Whoever waited is answered.
        let answer = server.wait(|it| it["id"] == id);
        assert!(answer["error"].is_null(), "{answer}");
    }
    let folder = server.folder.path().join("sub");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.tf"), KEY).unwrap();
    let change = |server: &Server, kind: u32| json!({ "changes": [{ "uri": server.uri("sub/a.tf"), "type": kind }, { "uri": server.uri("sub"), "type": kind }] });
    let made = change(&server, 1);
    server.notify("workspace/didChangeWatchedFiles", made);
    server.open("sub/a.tf", 1, KEY);
    server.diagnostics("sub/a.tf", 1);
    std::fs::remove_dir_all(server.folder.path()).unwrap();
    let gone = change(&server, 3);
    server.notify("workspace/didChangeWatchedFiles", gone);
    server.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": server.uri("sub/a.tf") } }),
    );
    server.change("sub/a.tf", 2, &format!("\n{KEY}"));
    assert!(!server.diagnostics("sub/a.tf", 2).is_empty());
    server.close("sub/a.tf");
    server.works();
    server.stop();
}

/// The text that a range covers, with columns in UTF-16 code units.
fn covered(text: &str, diagnostic: &Value) -> String {
    let at = |end: &str| {
        let position = &diagnostic["range"][end];
        let number = |it: &str| usize::try_from(position[it].as_u64().unwrap()).unwrap();
        let before: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        let mut units = 0;
        let rest = text.get(before..).unwrap();
        let inside = rest.char_indices().find(|(_, it)| {
            let there = units >= number("character");
            units += it.len_utf16();
            there
        });
        before + inside.map_or(rest.len(), |(at, _)| at)
    };
    text.get(at("start")..at("end")).unwrap().to_owned()
}

#[test]
fn positions_are_right_in_strange_texts() {
    let long = "é𝒳".repeat(50_000);
    let texts = [
        KEY.replace('\n', "\r\n"),
        format!("\u{feff}{KEY}"),
        format!("# é𝒳\r\n/* é𝒳 */ {KEY}"),
        format!("# {long}\n{KEY}"),
        format!("/* {long} */ {KEY}"),
        format!("locals {{ a = \"{long}\" }}\n{}", KEY.replace('\n', "\r\n")),
        format!("{}\n{KEY}", "\r".repeat(1_000)),
        format!("{}{KEY}", "\n".repeat(100_000)),
    ];
    let mut server = Server::initialized();
    for (version, text) in (1..).zip(&texts) {
        server.open("main.tf", version, text);
        let found = server.diagnostics("main.tf", version);
        let key = found.iter().find(|it| it["code"] == "static-access-key");
        let start: String = text.chars().take(40).collect();
        let key = key.unwrap_or_else(|| panic!("nothing found in {start:?}… {found:?}"));
        assert_eq!(covered(text, key), "\"aws_iam_access_key\"", "{start:?}");
        // What was found is what the pointer and the actions find.
        let uri = server.uri("main.tf");
        let params = json!({ "textDocument": { "uri": uri }, "position": key["range"]["start"] });
        let hover = server.request("textDocument/hover", params);
        let card = hover["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned();
        assert!(card.contains("static-access-key"), "{start:?} {hover}");
    }
    server.stop();
}

#[test]
fn long_texts_that_nothing_can_read_are_survived() {
    let mut server = Server::initialized();
    let texts = [
        "{".repeat(100_000),
        "a = [".repeat(50_000),
        "\"${".repeat(50_000),
        "\u{0}".repeat(100_000),
        format!("x = \"{}\"", "*".repeat(1_000_000)),
        "- ".repeat(50_000),
    ];
    let mut version = 0;
    for (path, text) in ["main.tf", "a.yaml", ".mcp.json", "agents/x.md", "config.toml"]
        .iter()
        .flat_map(|path| texts.iter().map(move |text| (path, text)))
    {
        version += 1;
        server.open(path, version, text);
        server.diagnostics(path, version);
        server.close(path);
    }
    server.works();
    server.stop();
}

#[test]
fn the_server_ends_with_its_client() {
    // The pipe is closed.
    let mut server = Server::initialized();
    server.open("main.tf", 1, &KEY.repeat(500));
    server.input = None;
    server.ends();
    // The client's process is gone, although something holds the pipe open.
    if !Path::new("/proc/self").exists() {
        return;
    }
    let mut client = Command::new("sleep").arg("60").spawn().unwrap();
    let mut server = Server::start();
    let params = json!({ "capabilities": {}, "processId": client.id() });
    server.request("initialize", params);
    client.kill().unwrap();
    client.wait().unwrap();
    server.ends();
}
