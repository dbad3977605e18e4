//! The server as an editor meets it: messages in, messages out, over a connection in memory.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod editor;

use lsp_server::Message;
use serde_json::{Value, json};

use editor::{Editor, codes};

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

fn range(diagnostics: &[Value], code: &str) -> (u64, u64, u64, u64) {
    let found = diagnostics.iter().find(|it| it["code"] == code);
    let range = &found.unwrap_or_else(|| panic!("no {code} in {diagnostics:?}"))["range"];
    let at = |end: &str, part: &str| range[end][part].as_u64().unwrap();
    (at("start", "line"), at("start", "character"), at("end", "line"), at("end", "character"))
}

const KEY: &str = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";

/// `"*"` stands behind characters of two and four bytes on its line.
const STAR: &str = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Sid = \"é𝒳\", \
                    Statement = { Effect = \"Allow\", Action = \"*\", Resource = \"*\" } })\n}\n";

#[test]
fn findings_follow_the_text_while_it_changes() {
    let mut editor = Editor::start(&[("main.tf", "")], json!({}));
    editor.open("main.tf", KEY);
    assert!(codes(&editor.diagnostics("main.tf")).contains(&"static-access-key"));
    editor.change("main.tf", "# nothing\n");
    assert!(editor.diagnostics("main.tf").is_empty());
    editor.stop();
}

#[test]
fn columns_count_in_the_unit_that_was_agreed_on() {
    let line = STAR.lines().nth(1).unwrap();
    let byte = line.find("\"*\"").unwrap();
    let before = &line[..byte];
    let units = [
        ("utf-8", byte),
        ("utf-16", before.encode_utf16().count()),
        ("utf-32", before.chars().count()),
    ];
    for (encoding, column) in units {
        let client = json!({ "general": { "positionEncodings": [encoding] } });
        let mut editor = Editor::start(&[], client);
        assert_eq!(editor.capabilities["positionEncoding"], encoding);
        editor.open("main.tf", STAR);
        let found = editor.diagnostics("main.tf");
        let column = column as u64;
        assert_eq!(range(&found, "wildcard-action"), (1, column, 1, column + 3), "{encoding}");
        editor.stop();
    }
}

#[test]
fn the_rest_of_the_module_sees_unsaved_text() {
    let policy = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Statement = { \
                  Effect = \"Allow\", Action = local.actions, Resource = \"*\" } })\n}\n";
    let saved = "locals {\n  actions = \"s3:GetObject\"\n}\n";
    let mut editor = Editor::start(&[("policy.tf", policy), ("locals.tf", saved)], json!({}));
    editor.open("locals.tf", saved);
    assert!(!codes(&editor.diagnostics("locals.tf")).contains(&"wildcard-action"));
    editor.change("locals.tf", "locals {\n  actions = \"*\"\n}\n");
    let found = editor.diagnostics("locals.tf");
    assert_eq!(range(&found, "wildcard-action"), (1, 12, 1, 15));
    let other = &found.iter().find(|it| it["code"] == "wildcard-action").unwrap();
    let related = other["relatedInformation"].as_array().unwrap();
    assert!(related.iter().any(|it| it["location"]["uri"] == editor.uri("policy.tf")));
    editor.stop();
}

#[test]
fn a_client_that_pulls_is_not_pushed_to() {
    let mut editor = Editor::start(&[], json!({ "textDocument": { "diagnostic": {} } }));
    assert!(editor.capabilities["diagnosticProvider"].is_object());
    editor.open("main.tf", KEY);
    let document = json!({ "textDocument": { "uri": editor.uri("main.tf") } });
    let pulled = editor.request("textDocument/diagnostic", document);
    let items = pulled["items"].as_array().unwrap();
    assert!(codes(items).contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn hover_shows_the_rule_and_the_identity() {
    let text = "resource \"aws_iam_role\" \"ci\" {\n  name = \"ci\"\n}\n";
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", &format!("{KEY}{text}"));
    let mut at = |line: u32, character: u32| {
        let params = json!({
            "textDocument": { "uri": editor.uri("main.tf") },
            "position": { "line": line, "character": character }
        });
        let hover = editor.request("textDocument/hover", params);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert!(at(0, 12).contains("**static-access-key**"));
    assert!(at(3, 26).contains("**IAM role** `aws_iam_role.ci`"));
    assert_eq!(at(1, 2), "");
    editor.stop();
}

#[test]
fn the_quick_fix_silences_the_finding_with_a_reason() {
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", KEY);
    let found = editor.diagnostics("main.tf");
    let finding = found.iter().find(|it| it["code"] == "static-access-key").unwrap();
    let params = json!({
        "textDocument": { "uri": editor.uri("main.tf") },
        "range": finding["range"],
        "context": { "diagnostics": found }
    });
    let actions = editor.request("textDocument/codeAction", params);
    let title = "Ignore `static-access-key` here, with a reason and an end";
    let action = actions.as_array().unwrap().iter().find(|it| it["title"] == title).unwrap();
    let edits = action["edit"]["changes"][editor.uri("main.tf")].as_array().unwrap();
    assert_eq!(edits[0]["range"]["start"], json!({ "line": 0, "character": 0 }));
    let inserted = edits[0]["newText"].as_str().unwrap();
    assert!(inserted.starts_with("# nhilint: ignore[static-access-key] until="), "{inserted}");
    assert!(inserted.contains(" -- "), "{inserted}");
    editor.change("main.tf", &format!("{inserted}{KEY}"));
    assert!(!codes(&editor.diagnostics("main.tf")).contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn strict_json_gets_no_comment() {
    let text = "{\n  \"mcpServers\": {\n    \"t\": { \"command\": \"npx\", \"args\": [\"-y\", \
                \"tickets-mcp\"] }\n  }\n}\n";
    let mut editor = Editor::start(&[], json!({}));
    editor.open(".mcp.json", text);
    let found = editor.diagnostics(".mcp.json");
    let finding = found.iter().find(|it| it["code"] == "unpinned-tool-server").unwrap();
    let params = json!({
        "textDocument": { "uri": editor.uri(".mcp.json") },
        "range": finding["range"],
        "context": { "diagnostics": [] }
    });
    assert_eq!(editor.request("textDocument/codeAction", params), json!([]));
    editor.stop();
}

#[test]
fn no_message_to_the_editor_holds_a_secret() {
    let secret = "7f3kQz81LmWx0aTg55VbNcYp";
    let text = format!(
        "{{\"mcpServers\": {{\"t\": {{\"type\": \"http\", \"url\": \"https://t.example.com\", \
         \"headers\": {{\"Authorization\": \"Bearer {secret}\"}}}}}}}}\n"
    );
    let mut editor = Editor::start(&[], json!({}));
    editor.open(".mcp.json", &text);
    let found = editor.diagnostics(".mcp.json");
    let (line, start, ..) = range(&found, "embedded-secret");
    let params = json!({
        "textDocument": { "uri": editor.uri(".mcp.json") },
        "position": { "line": line, "character": start }
    });
    let hover = editor.request("textDocument/hover", params);
    let shown = format!("{found:?} {hover}");
    assert!(shown.contains("7f3k…"));
    for window in 1..secret.len() - 8 {
        assert!(!shown.contains(&secret[window..window + 8]), "{shown}");
    }
    editor.stop();
}

#[test]
fn closing_a_document_clears_it_and_saved_text_counts_again() {
    let mut editor = Editor::start(&[("main.tf", "# saved\n")], json!({}));
    editor.open("main.tf", KEY);
    assert!(!editor.diagnostics("main.tf").is_empty());
    let uri = editor.uri("main.tf");
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    let cleared = loop {
        let message = editor.connection.receiver.recv_timeout(PATIENCE).unwrap();
        if let Message::Notification(it) = message {
            break it.params["diagnostics"].as_array().unwrap().clone();
        }
    };
    assert!(cleared.is_empty());
    editor.stop();
}

#[test]
fn nonsense_is_answered_and_survived() {
    let mut editor = Editor::start(&[], json!({}));
    let unknown = editor.respond("textDocument/rename", json!({}));
    assert_eq!(unknown.response_result.unwrap_err().code, -32601);
    let nowhere = editor.respond("textDocument/hover", json!({ "x": 1 }));
    assert_eq!(nowhere.response_result.unwrap_err().code, -32602);
    editor.notify("textDocument/didOpen", json!({ "textDocument": 7 }));
    editor.notify("textDocument/didChange", json!([]));
    let far = json!({
        "textDocument": { "uri": "file:///nowhere/x.tf" },
        "position": { "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 }
    });
    assert_eq!(editor.request("textDocument/hover", far.clone()), Value::Null);
    editor.open("main.tf", KEY);
    let mut inside = far;
    inside["textDocument"]["uri"] = json!(editor.uri("main.tf"));
    assert_eq!(editor.request("textDocument/hover", inside), Value::Null);
    editor.stop();
}
