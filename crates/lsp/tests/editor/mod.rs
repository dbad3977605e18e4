//! An editor without a screen, for tests.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test uses a part of it, and fails by panicking"
)]

use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, Response};
use nhilint_lsp::serve_connection;
use serde_json::{Value, json};

/// Longer than any analysis takes on a busy machine; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor without a screen.
pub(crate) struct Editor {
    pub(crate) connection: Connection,
    server: Option<JoinHandle<()>>,
    pub(crate) folder: tempfile::TempDir,
    next: i32,
    pub(crate) version: i32,
    pub(crate) capabilities: Value,
}

impl Editor {
    /// Starts the server in a folder with these files.
    pub(crate) fn start(files: &[(&str, &str)], client: Value) -> Self {
        Self::start_with(files, json!({ "capabilities": client }))
    }

    /// The same with parameters of `initialize` besides the folder.
    pub(crate) fn start_with(files: &[(&str, &str)], mut params: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (connection, theirs) = Connection::memory();
        let server = std::thread::spawn(move || serve_connection(&theirs).unwrap());
        let mut editor = Self {
            connection,
            server: Some(server),
            folder,
            next: 0,
            version: 0,
            capabilities: Value::Null,
        };
        if params["workspaceFolders"].is_null() {
            params["workspaceFolders"] = json!([{ "uri": editor.uri(""), "name": "w" }]);
        }
        let result = editor.request("initialize", params);
        editor.capabilities = result["capabilities"].clone();
        editor.notify("initialized", json!({}));
        editor
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        let path = Path::new(self.folder.path()).join(path);
        url::Url::from_file_path(path).unwrap().to_string()
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params);
        self.connection.sender.send(message.into()).unwrap();
    }

    /// Sends a request and waits for its answer, other messages aside.
    pub(crate) fn respond(&mut self, method: &str, params: Value) -> Response {
        self.next += 1;
        let request = Request::new(self.next.into(), method.to_owned(), params);
        let id = request.id.clone();
        self.connection.sender.send(request.into()).unwrap();
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).unwrap() {
                Message::Response(it) if it.id == id => return it,
                _ => {}
            }
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        match self.respond(method, params).response_result {
            Ok(result) => result,
            Err(error) => panic!("{method}: {}", error.message),
        }
    }

    pub(crate) fn open(&mut self, path: &str, text: &str) {
        self.version += 1;
        let document = json!({
            "uri": self.uri(path), "languageId": "any", "version": self.version, "text": text
        });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, path: &str, text: &str) {
        self.version += 1;
        let document = json!({ "uri": self.uri(path), "version": self.version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// The diagnostics of the newest text, as the server pushes them.
    pub(crate) fn diagnostics(&self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        loop {
            let message = self.connection.receiver.recv_timeout(PATIENCE).unwrap();
            let Message::Notification(it) = message else { continue };
            let mine = it.params["uri"] == uri && it.params["version"] == self.version;
            if it.method == "textDocument/publishDiagnostics" && mine {
                return it.params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    pub(crate) fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.server.take().unwrap().join().unwrap();
    }

    /// Writes a file and tells the server, as a watcher does.
    pub(crate) fn write(&self, path: &str, text: &str, kind: u32) {
        let full = self.folder.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
        self.touched(path, kind);
    }

    /// Tells the server that a file was made (1), changed (2) or removed (3).
    pub(crate) fn touched(&self, path: &str, kind: u32) {
        let changes = json!([{ "uri": self.uri(path), "type": kind }]);
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }

    /// Waits for a notification or request of the server that fits.
    pub(crate) fn wait(&self, fits: impl Fn(&str, &Value) -> bool) -> Value {
        loop {
            let (method, params) = match self.connection.receiver.recv_timeout(PATIENCE).unwrap() {
                Message::Notification(it) => (it.method, it.params),
                Message::Request(it) => (it.method, it.params),
                Message::Response(_) => continue,
            };
            if fits(&method, &params) {
                return params;
            }
        }
    }

    /// Waits until a file shows what `fits`, whether it is open or not.
    pub(crate) fn shows(&self, path: &str, fits: impl Fn(&[&str]) -> bool) -> Value {
        let uri = self.uri(path);
        self.wait(|method, params| {
            let mine = method == "textDocument/publishDiagnostics" && params["uri"] == uri;
            mine && fits(&codes(params["diagnostics"].as_array().unwrap()))
        })
    }

    /// What the server asks before it answers a request for the lenses of a document.
    pub(crate) fn asked_before_answer(&self, id: i32, path: &str) -> Vec<String> {
        let params = json!({ "textDocument": { "uri": self.uri(path) } });
        let request = Request::new(id.into(), "textDocument/codeLens".to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        let mut asked = Vec::new();
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).unwrap() {
                Message::Response(it) if it.id == id.into() => return asked,
                Message::Request(it) => asked.push(it.method),
                _ => {}
            }
        }
    }

    /// A request about a document.
    pub(crate) fn about(&mut self, method: &str, path: &str) -> Value {
        let uri = self.uri(path);
        self.request(method, json!({ "textDocument": { "uri": uri } }))
    }

    /// The actions for a range of a document, with the diagnostics that the editor shows there.
    pub(crate) fn actions(&mut self, path: &str, range: &Value, only: Value) -> Vec<Value> {
        let uri = self.uri(path);
        let mut context = json!({ "diagnostics": [] });
        if !only.is_null() {
            context["only"] = only;
        }
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        self.request("textDocument/codeAction", params).as_array().unwrap().clone()
    }
}

/// The rules of diagnostics; those without one are mistakes in a configuration.
pub(crate) fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|it| it["code"].as_str().unwrap_or("")).collect()
}
