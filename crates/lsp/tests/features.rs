//! What an editor shows besides findings: lenses, symbols, links, completion, actions; and how
//! the server follows settings, configuration, folders and files that change.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod editor;

use serde_json::{Value, json};

use editor::{Editor, codes};

/// A role with an owner and a policy, a user with a key.
const IDENTITIES: &str = r#"resource "aws_iam_role" "ci" {
  name = "ci"
  tags = { owner = "platform" }
}

resource "aws_iam_role_policy" "ci" {
  role   = aws_iam_role.ci.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}

resource "aws_iam_user" "bot" {
  name = "bot"
}

resource "aws_iam_access_key" "bot" {
  user = aws_iam_user.bot.name
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.ci.arn
}
"#;

const KEY: &str = "resource \"aws_iam_access_key\" \"ci\" {\n  user = \"ci\"\n}\n";

const SERVER: &str = "{\n  \"mcpServers\": {\n    \"t\": { \"command\": \"npx\", \"args\": [\"-y\", \
                      \"tickets-mcp\"] }\n  }\n}\n";

fn texts(value: &Value, pointer: &str) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items.map(|it| it.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_lens_stands_above_each_identity_and_can_be_switched_off() {
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", IDENTITIES);
    let lenses = editor.about("textDocument/codeLens", "main.tf");
    let titles = texts(&lenses, "/command/title");
    assert_eq!(titles[0], "owner platform · 1 grant, s3:* on * · used by 1");
    assert!(titles[1].starts_with("no owner · no grants · access key never expires"), "{titles:?}");
    assert_eq!(lenses[0]["range"]["start"]["line"], 0);
    let settings = json!({ "settings": { "nhilint": { "codeLens": { "enable": false } } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(editor.about("textDocument/codeLens", "main.tf"), json!([]));
    editor.stop();
}

#[test]
fn a_card_says_who_owns_what_may_do_what_and_is_used_by_whom() {
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", IDENTITIES);
    let mut card = |line: u32| {
        let params = json!({
            "textDocument": { "uri": editor.uri("main.tf") },
            "position": { "line": line, "character": 26 }
        });
        let hover = editor.request("textDocument/hover", params);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let role = card(0);
    for said in [
        "**IAM role** `aws_iam_role.ci`",
        "owner: `platform` (from: tag)",
        "may `s3:*` on everything",
        "runs as it",
    ] {
        assert!(role.contains(said), "{said} in {role}");
    }
    let user = card(10);
    for said in ["owner: nobody", "never expires", "nothing that is declared here"] {
        assert!(user.contains(said), "{said} in {user}");
    }
    editor.stop();
}

#[test]
fn symbols_list_identities() {
    let nested = json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } });
    for (client, detail) in [(nested, "/detail"), (json!({}), "/containerName")] {
        let mut editor = Editor::start(&[("other/x.tf", KEY)], client);
        editor.open("main.tf", IDENTITIES);
        let symbols = editor.about("textDocument/documentSymbol", "main.tf");
        assert_eq!(texts(&symbols, "/name")[..2], ["aws_iam_role.ci", "aws_iam_user.bot"]);
        assert_eq!(
            texts(&symbols, detail)[..2],
            ["IAM role, owner platform", "IAM user, no owner"]
        );
        let found = editor.request("workspace/symbol", json!({ "query": "ROLE.ci" }));
        assert_eq!(texts(&found, "/name"), ["aws_iam_role.ci"]);
        assert_eq!(found[0]["location"]["uri"], editor.uri("main.tf"));
        assert_eq!(editor.request("workspace/symbol", json!({ "query": "nobody" })), json!([]));
        editor.stop();
    }
}

#[test]
fn links_lead_from_names_to_what_they_mean() {
    let (policy, rest) = IDENTITIES.split_once("resource \"aws_iam_user\"").unwrap();
    let rest = format!("resource \"aws_iam_user\"{rest}");
    let mut editor = Editor::start(&[("rest.tf", &rest)], json!({}));
    editor.open("main.tf", policy);
    let links = editor.about("textDocument/documentLink", "main.tf");
    let of_line = |line: u32| {
        let all = links.as_array().unwrap();
        all.iter()
            .find(|it| it["range"]["start"]["line"] == line)
            .unwrap_or_else(|| panic!("{links}"))
    };
    let role = of_line(0);
    let target = role["target"].as_str().unwrap();
    assert!(target.starts_with(&format!("{}#L8,", editor.uri("main.tf"))), "{target}");
    let binding = of_line(6);
    assert_eq!(binding["tooltip"], "IAM role `aws_iam_role.ci`");
    assert!(binding["target"].as_str().unwrap().contains("#L1,"), "{binding}");
    editor.open("rest.tf", &rest);
    let links = editor.about("textDocument/documentLink", "rest.tf");
    let targets = texts(&links, "/target");
    assert!(targets.iter().any(|it| it.starts_with(&editor.uri("main.tf"))), "{targets:?}");
    editor.stop();
}

#[test]
fn completion_knows_rules_and_keys() {
    let mut editor = Editor::start(&[], json!({}));
    let text = format!("# 𝒳 nhilint: ignore[\n{KEY}").replace("# 𝒳 ", "/* 𝒳 */ # ");
    editor.open("main.tf", &text);
    editor.diagnostics("main.tf");
    let at = text.lines().next().unwrap().encode_utf16().count();
    let mut complete = |path: &str, line: u32, character: usize| {
        let params = json!({
            "textDocument": { "uri": editor.uri(path) },
            "position": { "line": line, "character": character }
        });
        editor.request("textDocument/completion", params)
    };
    let rules = complete("main.tf", 0, at);
    let first =
        rules.as_array().unwrap().iter().min_by_key(|it| it["sortText"].to_string()).unwrap();
    assert!(
        ["missing-owner", "static-access-key"].contains(&first["label"].as_str().unwrap()),
        "{first}"
    );
    assert_eq!(first["textEdit"]["range"]["start"]["character"], at);
    assert_eq!(complete("main.tf", 1, 3), json!([]));
    editor.open("nhilint.toml", "profile = \"\"\n");
    let params = json!({
        "textDocument": { "uri": editor.uri("nhilint.toml") },
        "position": { "line": 0, "character": 11 }
    });
    let profiles = editor.request("textDocument/completion", params);
    assert_eq!(texts(&profiles, "/textEdit/newText"), ["default", "strict"]);
    editor.stop();
}

#[test]
fn strict_json_is_excused_in_the_configuration() {
    let saved = "profile = \"default\"\n";
    let mut editor = Editor::start(&[("nhilint.toml", saved)], json!({}));
    editor.open("agents/.mcp.json", SERVER);
    let found = editor.diagnostics("agents/.mcp.json");
    let range = &found.iter().find(|it| it["code"] == "unpinned-tool-server").unwrap()["range"];
    let actions = editor.actions("agents/.mcp.json", range, Value::Null);
    let titled = |it: &&Value| {
        it["title"].as_str().unwrap().starts_with("Ignore `unpinned-tool-server` in conf")
    };
    let action = actions.iter().find(titled).unwrap_or_else(|| panic!("{actions:?}"));
    let edit = &action["edit"]["changes"][editor.uri("nhilint.toml")][0];
    assert_eq!(edit["range"]["start"], json!({ "line": 1, "character": 0 }));
    let table = edit["newText"].as_str().unwrap();
    assert!(
        table.contains("path = \"agents/.mcp.json\"\nrule = \"unpinned-tool-server\""),
        "{table}"
    );
    editor.write("nhilint.toml", &format!("{saved}{table}"), 2);
    editor.shows("agents/.mcp.json", |it| !it.contains(&"unpinned-tool-server"));
    editor.stop();
}

#[test]
fn the_configuration_is_made_when_there_is_none_and_the_editor_can() {
    let client = json!({ "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } } });
    let mut editor = Editor::start(&[], client);
    editor.open(".mcp.json", SERVER);
    let found = editor.diagnostics(".mcp.json");
    let range = &found.iter().find(|it| it["code"] == "unpinned-tool-server").unwrap()["range"];
    let actions = editor.actions(".mcp.json", range, json!(["quickfix"]));
    let changes: Vec<&Value> =
        actions.iter().filter_map(|it| it.pointer("/edit/documentChanges")).collect();
    assert_eq!(changes[0][0]["kind"], "create");
    assert_eq!(changes[0][0]["uri"], editor.uri("nhilint.toml"));
    editor.stop();
}

#[test]
fn everything_safe_is_fixed_at_once() {
    let key = |name: &str| {
        format!("resource \"aws_kms_key\" \"{name}\" {{\n  description = \"é𝒳\"\n}}\n")
    };
    let text = format!("{}{}{KEY}", key("a"), key("b"));
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", &text);
    let found = editor.diagnostics("main.tf");
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let actions = editor.actions("main.tf", &whole, json!(["source.fixAll"]));
    let [action] = actions.as_slice() else { panic!("{actions:?} {found:?}") };
    assert_eq!(action["kind"], "source.fixAll.nhilint");
    let edits = action["edit"]["changes"][editor.uri("main.tf")].as_array().unwrap();
    assert_eq!(edits.len(), 2, "{edits:?}");
    assert!(editor.actions("main.tf", &whole, json!(["refactor"])).is_empty());
    editor.stop();
}

#[test]
fn levels_can_be_mapped() {
    let options = json!({ "severity": { "critical": "hint", "high": "hint", "medium": "hint", "low": "hint" } });
    let params = json!({ "capabilities": {}, "initializationOptions": options });
    let mut editor = Editor::start_with(&[], params);
    editor.open("main.tf", KEY);
    let found = editor.diagnostics("main.tf");
    assert!(!found.is_empty() && found.iter().all(|it| it["severity"] == 4), "{found:?}");
    let settings = json!({ "settings": { "severity": { "high": "warning", "medium": "warning", "critical": "warning" } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    let again = editor.shows("main.tf", |it| !it.is_empty());
    assert_eq!(again["diagnostics"][0]["severity"], 2, "{again}");
    editor.stop();
}

#[test]
fn settings_are_asked_for_where_the_editor_tells() {
    let mut editor = Editor::start(&[], json!({ "workspace": { "configuration": true } }));
    let asked = editor.wait(|method, _| method == "workspace/configuration");
    assert_eq!(asked["items"][0]["section"], "nhilint");
    let answer = json!([{ "codeLens": { "enable": false } }]);
    let id = "workspace/configuration#1".to_owned();
    let response = lsp_server::Response::new_ok(id.into(), answer);
    editor.connection.sender.send(response.into()).unwrap();
    editor.open("main.tf", IDENTITIES);
    assert_eq!(editor.about("textDocument/codeLens", "main.tf"), json!([]));
    editor.stop();
}

#[test]
fn configuration_counts_when_it_is_written_and_mistakes_show_in_it() {
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", KEY);
    assert!(codes(&editor.diagnostics("main.tf")).contains(&"static-access-key"));
    editor.write("nhilint.toml", "ignore = [\"static-access-key\"]\n", 1);
    editor.shows("main.tf", |it| !it.contains(&"static-access-key"));
    // The last good one goes on to count.
    editor.write("nhilint.toml", "ignroe = []\n", 2);
    let mistake = editor.shows("nhilint.toml", |it| it == [""]);
    assert!(mistake["diagnostics"][0]["message"].as_str().unwrap().contains("ignore"), "{mistake}");
    editor.change("main.tf", &format!("\n{KEY}"));
    assert!(!codes(&editor.diagnostics("main.tf")).contains(&"static-access-key"));
    editor.open("nhilint.toml", "ignore = [\"static-acces-key\"]\n");
    assert_eq!(codes(&editor.diagnostics("nhilint.toml")), [""]);
    std::fs::remove_file(editor.folder.path().join("nhilint.toml")).unwrap();
    editor.touched("nhilint.toml", 3);
    editor.shows("main.tf", |it| it.contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn a_configuration_above_the_folder_counts_and_is_read_again() {
    let off = "ignore = [\"static-access-key\"]\n";
    let files = [("nhilint.toml", off), (".git/HEAD", ""), ("infra/main.tf", KEY)];
    let mut editor = Editor::start(&files, json!({}));
    let change = |editor: &Editor, added: &str, removed: &str| {
        let folder = |path: &str| json!([{ "uri": editor.uri(path), "name": "w" }]);
        json!({ "event": { "added": folder(added), "removed": folder(removed) } })
    };
    let only_below = change(&editor, "infra", "");
    editor.notify("workspace/didChangeWorkspaceFolders", only_below);
    editor.open("infra/main.tf", KEY);
    assert!(!codes(&editor.diagnostics("infra/main.tf")).contains(&"static-access-key"));
    // Written by somebody else, and in this editor, where it lies outside of every folder.
    editor.write("nhilint.toml", "", 2);
    editor.shows("infra/main.tf", |it| it.contains(&"static-access-key"));
    editor.open("nhilint.toml", off);
    std::fs::write(editor.folder.path().join("nhilint.toml"), off).unwrap();
    let document = json!({ "textDocument": { "uri": editor.uri("nhilint.toml") } });
    editor.notify("textDocument/didSave", document);
    editor.shows("infra/main.tf", |it| !it.contains(&"static-access-key"));
    editor.stop();
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_keeps_its_name() {
    let files = [("real/nhilint.toml", "ignroe = []\n"), ("real/main.tf", KEY)];
    let mut editor = Editor::start(&files, json!({}));
    let root = editor.folder.path();
    std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
    let folder = |path: &str| json!([{ "uri": editor.uri(path), "name": "w" }]);
    let change = json!({ "event": { "added": folder("link"), "removed": folder("") } });
    editor.notify("workspace/didChangeWorkspaceFolders", change);
    editor.shows("link/nhilint.toml", |it| it == [""]);
    editor.open("link/main.tf", KEY);
    assert!(codes(&editor.diagnostics("link/main.tf")).contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn a_workspace_that_is_not_trusted_cannot_switch_anything_off() {
    let config = "ignore = [\"static-access-key\"]\nexclude = [\"*.tf\"]\n[[exception]]\nrule = \"static-access-key\"\nreason = \"x\"\n";
    for (trusted, expected) in [(false, true), (true, false)] {
        let options = json!({ "trusted": trusted });
        let params = json!({ "capabilities": {}, "initializationOptions": options });
        let mut editor = Editor::start_with(&[("nhilint.toml", config)], params);
        // What the workspace says about itself does not count.
        let settings = json!({ "settings": { "nhilint": { "trusted": true, "maxFiles": 1 } } });
        editor.notify("workspace/didChangeConfiguration", settings);
        editor.open("main.tf", KEY);
        let found = editor.diagnostics("main.tf");
        assert_eq!(codes(&found).contains(&"static-access-key"), expected, "{found:?}");
        editor.stop();
    }
}

#[test]
fn each_folder_has_its_own_configuration_and_folders_come_and_go() {
    let files = [
        ("a/main.tf", KEY),
        ("b/main.tf", KEY),
        ("b/nhilint.toml", "ignore = [\"static-access-key\"]\n"),
    ];
    let start = Editor::start(&files, json!({}));
    let folder = |editor: &Editor, name: &str| json!({ "uri": editor.uri(name), "name": name });
    let mut editor = start;
    let change =
        |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let (a, b, whole) = (folder(&editor, "a"), folder(&editor, "b"), folder(&editor, ""));
    editor.notify("workspace/didChangeWorkspaceFolders", change(json!([a, b]), json!([whole])));
    editor.open("a/main.tf", KEY);
    assert!(codes(&editor.diagnostics("a/main.tf")).contains(&"static-access-key"));
    editor.open("b/main.tf", KEY);
    assert!(!codes(&editor.diagnostics("b/main.tf")).contains(&"static-access-key"));
    // Outside of every folder, a file is its own workspace; the nearest configuration counts.
    editor.notify("workspace/didChangeWorkspaceFolders", change(json!([]), json!([a])));
    editor.shows("a/main.tf", |it| it.contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn files_beside_an_open_one_show_what_is_wrong_with_them() {
    let files = [("m/open.tf", "# nothing\n"), ("m/closed.tf", KEY), ("n/far.tf", KEY)];
    let mut editor = Editor::start(&files, json!({}));
    editor.open("m/open.tf", "# nothing\n");
    editor.shows("m/closed.tf", |it| it.contains(&"static-access-key"));
    editor.write("m/closed.tf", "# mended\n", 2);
    editor.shows("m/closed.tf", |it: &[&str]| it.is_empty());
    editor.write("m/new.tf", KEY, 1);
    editor.shows("m/new.tf", |it| it.contains(&"static-access-key"));
    std::fs::remove_dir_all(editor.folder.path().join("m")).unwrap();
    editor.touched("m", 3);
    editor.shows("m/new.tf", |it: &[&str]| it.is_empty());
    // The text that only the editor has is still linted.
    editor.change("m/open.tf", KEY);
    assert!(codes(&editor.diagnostics("m/open.tf")).contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn a_chart_is_judged_as_a_whole() {
    let template = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  password: {{ .Values.password }}\n";
    let files = [
        ("charts/a/Chart.yaml", "name: a\nversion: 1.0.0\n"),
        ("charts/a/values.yaml", "password: \"\"\n"),
        ("charts/a/templates/secret.yaml", template),
    ];
    let mut editor = Editor::start(&files, json!({}));
    editor.open("charts/a/templates/secret.yaml", template);
    editor.diagnostics("charts/a/templates/secret.yaml");
    editor.write("charts/a/values.yaml", "password: Zx8-kw2LQ-fake-7731\n", 2);
    editor.shows("charts/a/values.yaml", |it| !it.is_empty());
    editor.stop();
}

#[test]
fn the_workspace_is_checked_on_request_up_to_a_number_of_files() {
    let client = json!({ "window": { "workDoneProgress": true } });
    let options = json!({ "maxFiles": 2 });
    let params = json!({ "capabilities": client, "initializationOptions": options });
    let files = [("a/x.tf", KEY), ("b/x.tf", KEY), ("c/x.tf", KEY)];
    let mut editor = Editor::start_with(&files, params);
    let command = json!({ "command": "nhilint.checkWorkspace" });
    let request =
        lsp_server::Request::new(99.into(), "workspace/executeCommand".to_owned(), command);
    editor.connection.sender.send(request.into()).unwrap();
    let made = editor.wait(|method, _| method == "window/workDoneProgress/create");
    let token = made["token"].clone();
    let kind = |wanted: &'static str| {
        let token = token.clone();
        move |method: &str, it: &Value| {
            method == "$/progress" && it["token"] == token && it["value"]["kind"] == wanted
        }
    };
    editor.wait(kind("begin"));
    editor.shows("a/x.tf", |it| !it.is_empty());
    editor.shows("b/x.tf", |it| !it.is_empty());
    let end = editor.wait(kind("end"));
    let message = end["value"]["message"].as_str().unwrap();
    assert!(message.contains("in 3 files; 1 files more"), "{message}");
    let clear = json!({ "command": "nhilint.clearWorkspace" });
    assert_eq!(editor.request("workspace/executeCommand", clear), Value::Null);
    let wrong = editor.respond("workspace/executeCommand", json!({ "command": "rm" }));
    assert!(wrong.response_result.is_err());
    editor.stop();
}

#[test]
fn a_check_of_the_workspace_can_be_stopped() {
    let client = json!({ "window": { "workDoneProgress": true } });
    let mut editor = Editor::start(&[("a/x.tf", KEY)], client);
    editor.open("a/x.tf", KEY);
    editor.diagnostics("a/x.tf");
    let command = json!({ "command": "nhilint.checkWorkspace", "workDoneToken": "mine" });
    let request =
        lsp_server::Request::new(99.into(), "workspace/executeCommand".to_owned(), command);
    editor.connection.sender.send(request.into()).unwrap();
    editor.notify("window/workDoneProgress/cancel", json!({ "token": "mine" }));
    let answer = loop {
        if let lsp_server::Message::Response(it) = editor.connection.receiver.recv().unwrap() {
            break it;
        }
    };
    // Unless the check was faster.
    if let Err(error) = answer.response_result {
        assert_eq!(error.code, -32800);
    }
    editor.change("a/x.tf", "# nothing\n");
    assert!(editor.diagnostics("a/x.tf").is_empty());
    editor.stop();
}

#[test]
fn unused_suppressions_are_grey() {
    let mut editor = Editor::start(&[], json!({}));
    editor.open("main.tf", "# nhilint: ignore[static-access-key] -- old\nlocals {\n}\n");
    let found = editor.diagnostics("main.tf");
    let unused = found.iter().find(|it| it["code"] == "unused-exception").unwrap();
    assert_eq!(unused["tags"], json!([1]));
    editor.stop();
}

/// What an editor can do that asks for diagnostics by itself.
fn pulls() -> Value {
    json!({
        "textDocument": { "diagnostic": {} },
        "workspace": {
            "diagnostics": { "refreshSupport": true },
            "codeLens": { "refreshSupport": true }
        }
    })
}

#[test]
fn an_editor_that_asks_is_told_when_to_ask_again() {
    let policy = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Statement = { \
                  Effect = \"Allow\", Action = local.actions, Resource = \"*\" } })\n}\n";
    let locals = "locals {\n  actions = \"*\"\n}\n";
    let mut editor = Editor::start(&[("policy.tf", policy), ("locals.tf", locals)], pulls());
    editor.wait(|method, _| method == "workspace/codeLens/refresh");
    let ask = |editor: &mut Editor| {
        let pulled = editor.about("textDocument/diagnostic", "locals.tf");
        codes(pulled["items"].as_array().unwrap()).contains(&"wildcard-action")
    };
    editor.open("locals.tf", locals);
    editor.open("policy.tf", policy);
    assert!(ask(&mut editor));
    // Another open file changes what was told.
    editor.change("policy.tf", "# nothing\n");
    editor.wait(|method, _| method == "workspace/diagnostic/refresh");
    assert!(!ask(&mut editor));
    editor.change("policy.tf", policy);
    editor.wait(|method, _| method == "workspace/diagnostic/refresh");
    assert!(ask(&mut editor));
    // A file that was saved is known already; nobody has to ask for it again.
    editor.write("locals.tf", locals, 2);
    // The first answer waits for the analysis, the second one comes behind what it sets off.
    for id in [901, 902] {
        assert_eq!(editor.asked_before_answer(id, "locals.tf"), [""; 0]);
    }
    // The configuration, which nobody has opened, is not.
    editor.write("nhilint.toml", "ignore = [\"wildcard-action\"]\n", 1);
    editor.wait(|method, _| method == "workspace/diagnostic/refresh");
    editor.wait(|method, _| method == "workspace/codeLens/refresh");
    assert!(!ask(&mut editor));
    editor.stop();
}

#[test]
fn a_mistake_in_the_configuration_is_underlined_in_the_unit_of_the_editor() {
    let text = "ignore = [\"missing-owner\"] # é𝒳\n[severity]\n\"é𝒳\" = \"high\"\n";
    for (unit, end) in [("utf-8", 8), ("utf-16", 5), ("utf-32", 4)] {
        let client = json!({ "general": { "positionEncodings": [unit] } });
        let mut editor = Editor::start(&[], client);
        editor.open("nhilint.toml", text);
        let found = editor.diagnostics("nhilint.toml");
        let range = &found[0]["range"];
        assert_eq!(range["start"], json!({ "line": 2, "character": 0 }), "{unit}");
        assert_eq!(range["end"], json!({ "line": 2, "character": end }), "{unit}");
        editor.stop();
    }
}

#[test]
fn a_mistake_that_is_mended_goes_away_before_the_file_is_written() {
    let mut editor = Editor::start(&[("nhilint.toml", "ignroe = []\n")], json!({}));
    editor.open("nhilint.toml", "ignroe = []\n");
    assert_eq!(codes(&editor.diagnostics("nhilint.toml")), [""]);
    editor.change("nhilint.toml", "ignore = []\n");
    assert!(editor.diagnostics("nhilint.toml").is_empty());
    editor.stop();
}

#[test]
fn what_nothing_can_excuse_is_not_offered() {
    let config = "unignorable = [\"static-access-key\"]\n";
    let mut editor = Editor::start(&[("nhilint.toml", config)], json!({}));
    let text = format!("# nhilint: ignore[wildcard-action] -- old\n{KEY}");
    editor.open("main.tf", &text);
    let found = editor.diagnostics("main.tf");
    assert_eq!(codes(&found), ["unused-exception", "static-access-key"]);
    for finding in found {
        let offered = editor.actions("main.tf", &finding["range"], json!(["quickfix"]));
        assert!(offered.is_empty(), "{offered:?}");
    }
    editor.stop();
}

#[test]
fn only_the_start_says_that_a_workspace_is_trusted() {
    // Without a folder, the settings come before there is anything to lint.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nhilint.toml"), "ignore = [\"static-access-key\"]\n")
        .unwrap();
    let params = json!({
        "capabilities": {}, "workspaceFolders": [], "initializationOptions": { "trusted": false }
    });
    let mut editor = Editor::start_with(&[], params);
    editor.folder = folder;
    let settings = json!({ "settings": { "nhilint": { "trusted": true } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    editor.open("main.tf", KEY);
    assert!(codes(&editor.diagnostics("main.tf")).contains(&"static-access-key"));
    editor.stop();
}

#[test]
fn watchers_are_set_up_where_the_editor_has_them() {
    let client =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let editor = Editor::start(&[], client);
    let asked = editor.wait(|method, _| method == "client/registerCapability");
    assert_eq!(asked["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    editor.stop();
}
