//! Every format, over a report in which everything that comes from files is hostile: names,
//! paths and source lines that try to forge output, and credentials that must not be seen.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use engine::{
    Check, Confidence, Context, Edit, Finding, Fix, Place, Problem, Related, Report, Safety,
    Severity, Skipped, SourceText, Sources, Span, Suppressed, rule,
};
use model::{
    Address, Certainty, Credential, CredentialKind, Expiry, FileId, Identity, IdentityKind,
    Knowledge, Literal, LiteralClass, Origin, Owner, OwnerSource, Ownership, Party, Purpose,
    Secret, Slot, Sourced, Storage,
};
use nhilint_report::{self as report, Format, Paths, View, render};
use serde_json::Value;

rule! {
    /// Something is wrong.
    ///
    /// ## What
    /// It is wrong.
    ///
    /// ## Fix
    /// Mend it.
    id: "wrong-thing",
    family: Secret,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI2"]],
    check: Problem(check),
}

fn check(_: &Problem, _: &mut Context<'_>) {}

/// What a file name, a key or a value can hold.
const HOSTILE: [&str; 8] = [
    "a\nb",
    "\u{1b}[2Jx",
    "::error::x",
    "%0A::error::y",
    "q\"'`<&",
    "r\u{202e}tl\u{2066}",
    "c\u{9b}1m,x:y",
    "##vso[task.complete]##[error]z",
];

/// Credentials, with the part that output may show.
const SECRETS: [(&str, &str); 4] = [
    ("ghp_FAKE2d3c4b5a69788796a5b4c3d2e1f0abcd", "ghp_"),
    ("kT7-vnQ2", ""),
    ("sk-live\"quoted\\and-escaped-0123456789", "sk-l"),
    ("pässwörd-mit-ümläuten-und-mehr", "p"),
];

fn hostile() -> String {
    HOSTILE.join(" ")
}

struct Built {
    text: String,
    spans: Vec<Span>,
}

/// A file whose lines hold the secrets, hostile text, and a copy in a comment.
fn source() -> Built {
    let mut text = String::new();
    let mut spans = Vec::new();
    for (secret, _) in SECRETS {
        text.push_str("  key \u{1b}[31m\u{202e} = \"");
        spans.push(Span::from_usize(text.len(), text.len() + secret.len()));
        text.push_str(secret);
        text.push_str("\" # ::error::z ##[x]\r\n");
    }
    text.push_str("# the old one was ");
    text.push_str(SECRETS[0].0);
    text.push('\n');
    Built { text, spans }
}

fn credential(index: usize, place: Place) -> Credential {
    let (secret, _) = SECRETS[index];
    Credential {
        kind: CredentialKind::Token,
        holder: Some(Party::Address(Address::new("", hostile()))),
        expiry: Expiry::never_by_default("end"),
        ..Credential::new(
            Address::new("", format!("cred-{index}-{}", hostile())),
            hostile(),
            Slot::default(),
            Storage::Literal(Literal {
                beside_encryption: false,
                secret: Secret::new(secret),
                origin: Origin::at(place),
                format: None,
                certainty: Certainty::Place,
                class: LiteralClass::Secret,
                well_known: false,
                decoded: Vec::new(),
                copies: Vec::new(),
                is_copy: false,
                key_id: None,
            }),
            place,
            place,
        )
    }
}

fn identity(place: Place) -> Identity {
    let owner = Owner { name: hostile(), source: OwnerSource::Tag };
    Identity {
        realm: None,
        address: Address::new("", hostile()),
        kind: IdentityKind::AwsIamRole,
        name: Knowledge::Known(Sourced::at(hostile(), place)),
        aliases: vec![hostile()],
        ownership: Ownership {
            owner: Knowledge::Known(Sourced::at(owner, place)),
            ..Ownership::default()
        },
        environment: None,
        human: None,
        disabled: Knowledge::Absent,
        description: Knowledge::Absent,
        built_in: false,
        purpose: Purpose::Unknown,
        parent: None,
        session_seconds: Knowledge::Absent,
        boundary: Knowledge::Absent,
        scope: model::ConfigScope::Project,
        client: None,
        place,
        region: place,
    }
}

fn finding(index: usize, place: Place, severity: Severity) -> Finding {
    // Messages are cleaned where rules report them; renderers must not rely on it.
    let (secret, _) = SECRETS[index];
    Finding {
        rule: &RULE,
        severity,
        confidence: Confidence::High,
        message: format!("wrong {} {}", hostile(), Secret::new(secret).redacted()),
        help: Some(hostile()),
        place,
        related: vec![Related {
            place: Place::new(FileId(1), Span::new(0, 3)),
            message: format!("see {}", hostile()),
        }],
        address: Address::new("", format!("cred-{index}-{}", hostile())),
        field: "key".to_owned(),
        fix: Some(Fix {
            title: hostile(),
            safety: Safety::Safe,
            edits: vec![Edit { file: place.file, span: place.span, text: hostile() }],
        }),
        fingerprint: format!("{index:032x}"),
    }
}

fn hostile_report() -> Report {
    let Built { text, spans } = source();
    let place = |span| Place::new(FileId(0), span);
    let mut report = Report::default();
    let long = format!("{{\"k\":\"{}\"}}", "x".repeat(100_000));
    report.sources = Sources::new(vec![
        SourceText::new(format!("dir/{}.tf", HOSTILE.join(" ")), text),
        SourceText::new("z.json", long),
    ]);
    report.facts.identities.push(identity(place(spans[0])));
    for (index, span) in spans.iter().enumerate() {
        report.facts.credentials.push(credential(index, place(*span)));
        let severity = if index % 2 == 0 { Severity::Critical } else { Severity::Medium };
        report.findings.push(finding(index, place(*span), severity));
    }
    let excused = finding(0, place(spans[0]), Severity::Low);
    report.suppressed.push(Suppressed {
        finding: excused,
        in_source: true,
        reason: Some(hostile()),
    });
    report.skipped.push(Skipped { path: hostile(), reason: "it is a pipe".to_owned() });
    report.statistics.files = 2;
    report
}

/// A report as it is shown where nobody looks.
fn plain<'a>(report: &'a Report, paths: &'a Paths) -> View<'a> {
    View { report, paths, color: false, width: 100, quiet: false, links: false }
}

fn rendered(format: Format, color: bool) -> String {
    let report = hostile_report();
    let paths = Paths::default();
    let view = View { color, ..plain(&report, &paths) };
    let mut out = Vec::new();
    render(format, &view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything that can be written of a report, by name.
fn all_output() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        Format::ALL.iter().map(|it| (it.to_string(), rendered(*it, false))).collect();
    let report = hostile_report();
    let paths = Paths::default();
    let view = plain(&report, &paths);
    type Renderer = fn(&View<'_>, &mut dyn std::io::Write) -> std::io::Result<()>;
    let more: [(&str, Renderer); 5] = [
        ("inventory", report::inventory_table),
        ("inventory json", report::inventory_json),
        ("facts", report::facts),
        ("graph", report::graph),
        ("statistics", report::statistics),
    ];
    for (name, write) in more {
        let mut out = Vec::new();
        write(&view, &mut out).unwrap();
        all.push((name.to_owned(), String::from_utf8(out).unwrap()));
    }
    all
}

fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_output_shows_more_of_a_secret_than_its_first_characters() {
    for (name, text) in all_output() {
        for (secret, shown) in SECRETS {
            let hidden: Vec<char> = secret.chars().skip(shown.chars().count()).collect();
            for window in hidden.windows(8.min(hidden.len())) {
                let window: String = window.iter().collect();
                assert!(!text.contains(&window), "{name} shows `{window}`:\n{text}");
            }
        }
    }
}

#[test]
fn no_output_holds_characters_that_act_on_a_terminal() {
    for (name, text) in all_output() {
        let found = text.chars().find(|it| is_hostile(*it));
        assert_eq!(found, None, "{name}:\n{text}");
    }
}

#[test]
fn no_output_holds_a_command_of_a_runner() {
    for (name, text) in all_output() {
        for line in text.lines() {
            let own = if name == "azure" { "##vso[task.logissue " } else { "" };
            let line = line.strip_prefix(own).unwrap_or(line);
            assert!(!line.contains("##vso[") && !line.contains("##["), "{name}: {line}");
        }
    }
}

#[test]
fn colours_come_only_from_the_renderer() {
    for format in [Format::Text, Format::Concise] {
        let text = rendered(format, true);
        assert!(text.contains("\u{1b}["), "{format}");
        for hostile in ["\u{1b}[2J", "\u{1b}[31m\u{202e}", "\u{9b}"] {
            assert!(!text.contains(hostile), "{format} {hostile:?}");
        }
    }
}

#[test]
fn concise_has_one_line_a_finding() {
    let text = rendered(Format::Concise, false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), SECRETS.len() + 1, "{text}");
    assert!(lines[1].contains(":2:17: medium wrong-thing wrong"), "{text}");
    assert!(lines[4].starts_with("4 findings in 2 files: "), "{text}");
}

#[test]
fn json_has_the_documented_shape() {
    let value: Value = serde_json::from_str(&rendered(Format::Json, false)).unwrap();
    assert_eq!(value["version"], 1);
    let first = &value["findings"][0];
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "rule",
            "family",
            "severity",
            "confidence",
            "message",
            "help",
            "path",
            "range",
            "identity",
            "related",
            "fingerprint",
            "references",
            "fix"
        ]
    );
    assert_eq!(first["range"]["start"], serde_json::json!({"line": 1, "column": 17}));
    assert_eq!(first["identity"]["owner"], hostile().as_str());
    assert_eq!(first["identity"]["kind"], "aws-iam-role");
    assert_eq!(first["references"]["owasp-nhi"][0], "NHI2");
    assert_eq!(first["path"], format!("dir/{}.tf", hostile()).as_str());
    assert_eq!(first["fix"]["edits"][0]["text"], hostile().as_str());
    assert_eq!(value["summary"]["severities"]["critical"], 2);
    assert_eq!(value["summary"]["suppressed"], 1);
}

#[test]
fn jsonl_has_one_object_a_line() {
    let text = rendered(Format::Jsonl, false);
    let values: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(values.len(), SECRETS.len());
    assert!(values.iter().all(|it| it["rule"] == "wrong-thing"));
}

#[test]
fn github_lines_are_only_our_commands() {
    let text = rendered(Format::Github, false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), SECRETS.len());
    for line in &lines {
        let (properties, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        assert!(line.starts_with("::error file=") || line.starts_with("::warning file="), "{line}");
        let names: Vec<&str> =
            properties.split(',').map(|it| it.split('=').next().unwrap()).collect();
        assert_eq!(names[1..], ["line", "endLine", "col", "endColumn", "title"], "{line}");
    }
    // The worst come first: GitHub drops what is behind the tenth.
    assert!(lines[0].starts_with("::error") && lines[3].starts_with("::warning"));
}

#[test]
fn sarif_has_what_code_scanning_asks_for() {
    let value: Value = serde_json::from_str(&rendered(Format::Sarif, false)).unwrap();
    let run = &value["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
        "it is a pipe"
    );
    let rule = &run["tool"]["driver"]["rules"][0];
    for key in ["id", "name", "shortDescription", "fullDescription", "help", "helpUri"] {
        assert!(!rule[key].is_null(), "{key}");
    }
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    // Each framework item of a rule is found in the taxonomies by the index that it gives.
    let relationships = rule["relationships"].as_array().unwrap();
    assert!(!relationships.is_empty());
    for target in relationships.iter().map(|it| &it["target"]) {
        let index = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        let component = &run["taxonomies"][index(&target["toolComponent"]["index"])];
        assert_eq!(component["name"], target["toolComponent"]["name"]);
        assert_eq!(component["taxa"][index(&target["index"])]["id"], target["id"]);
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), SECRETS.len() + 1);
    assert_eq!(results[4]["suppressions"][0]["kind"], "inSource");
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("dir/a%0Ab%20%1B%5B2Jx%20%3A%3Aerror"), "{uri}");
        assert!(uri.is_ascii() && !uri.contains([' ', '"', '\\']), "{uri}");
        assert!(result["partialFingerprints"]["nhilint/v1"].is_string());
        assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn text_shows_source_lines_of_all_files_and_hides_neighbours() {
    let text = rendered(Format::Text, false);
    assert!(text.contains("critical[wrong-thing]"), "{text}");
    assert!(text.contains("ghp_***"), "{text}");
    // A line of another file, cut.
    assert!(text.contains("[z.json:1:1]"), "{text}");
    assert!(text.lines().all(|it| it.chars().count() < 600), "long lines are cut");
    assert!(
        text.ends_with("4 findings in 2 files: 2 critical, 2 medium; 1 suppressed\n"),
        "{text}"
    );
}

#[test]
fn text_is_capped_at_the_worst_findings() {
    let mut report = hostile_report();
    let template = report.findings[1].clone();
    report.findings = vec![template; 250];
    report.findings[249].severity = Severity::Critical;
    let paths = Paths::default();
    let view = View { quiet: true, ..plain(&report, &paths) };
    let mut out = Vec::new();
    render(Format::Text, &view, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.matches("[wrong-thing]").count(), 200);
    assert_eq!(text.matches("critical[wrong-thing]").count(), 1);
    assert!(text.contains("… and 50 more findings"), "{text}");
}

#[test]
fn a_report_without_findings_says_so() {
    let report = Report::default();
    let paths = Paths::default();
    let view = plain(&report, &paths);
    let mut out = Vec::new();
    render(Format::Text, &view, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "no findings in 0 files\n");
    let mut out = Vec::new();
    render(Format::Json, &view, &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(value["findings"], serde_json::json!([]));
}

#[test]
fn inventory_tells_unknown_owners_from_absent_ones() {
    let mut report = hostile_report();
    let mut unknown = report.facts.identities[0].clone();
    unknown.address = Address::new("", "b");
    unknown.ownership.owner = Knowledge::Unknown(unknown.place);
    let mut absent = unknown.clone();
    absent.address = Address::new("", "c");
    absent.ownership.owner = Knowledge::Absent;
    report.facts.identities.extend([unknown, absent]);
    let paths = Paths::default();
    let view = View { width: 300, ..plain(&report, &paths) };
    let mut out = Vec::new();
    report::inventory_json(&view, &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    let states: Vec<&str> = value["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["owner"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["known", "unknown", "absent"]);
    assert_eq!(value["identities"][0]["credentials"][0]["lifetime"], "never expires (default)");
    let mut out = Vec::new();
    report::inventory_table(&view, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.ends_with("3 identities, 1 without an owner\n"), "{text}");
}

#[test]
fn rule_pages_and_lists_hold_what_the_rule_says() {
    let mut out = Vec::new();
    report::rule_page(&RULE, false, 80, &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    for part in ["wrong-thing", "What\n  It is wrong.", "Fix\n  Mend it.", "OWASP Non-Human"] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let mut out = Vec::new();
    report::rule_list_json(&[&RULE], &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(value["rules"][0]["summary"], "Something is wrong.");
    assert!(matches!(RULE.check, Check::Problem(_)));
}

#[test]
fn gitlab_has_what_code_quality_asks_for() {
    let value: Value = serde_json::from_str(&rendered(Format::Gitlab, false)).unwrap();
    let issues = value.as_array().unwrap();
    assert_eq!(issues.len(), SECRETS.len());
    let levels = ["info", "minor", "major", "critical", "blocker"];
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in issues {
        assert!(issue["description"].is_string() && issue["check_name"] == "wrong-thing");
        assert!(levels.contains(&issue["severity"].as_str().unwrap()));
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with(['/', '.']));
        fingerprints.insert(issue["fingerprint"].as_str().unwrap());
    }
    assert_eq!(fingerprints.len(), issues.len());
}

#[test]
fn junit_has_a_failure_for_each_finding() {
    let text = rendered(Format::Junit, false);
    assert_eq!(text.matches("<testcase ").count(), SECRETS.len());
    assert_eq!(text.matches("</failure>").count(), SECRETS.len());
    assert!(text.contains(&format!("failures=\"{}\"", SECRETS.len())));
    // Between tags stand no characters that start another one.
    for inside in text.split('>').map(|it| it.split('<').next().unwrap()) {
        assert!(!inside.contains("&amp;amp;") && !inside.contains('<'));
    }
}

#[test]
fn rdjson_counts_bytes() {
    let value: Value = serde_json::from_str(&rendered(Format::Rdjson, false)).unwrap();
    let report = hostile_report();
    assert_eq!(value["source"]["name"], "nhilint");
    let diagnostics = value["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), report.findings.len());
    for (diagnostic, finding) in diagnostics.iter().zip(&report.findings) {
        let text = &report.sources.get(finding.place.file).unwrap().text;
        let start = &diagnostic["location"]["range"]["start"];
        let line = usize::try_from(start["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(start["column"].as_u64().unwrap()).unwrap();
        let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        assert_eq!(before + column - 1, finding.place.span.start as usize);
    }
}

#[test]
fn markdown_and_azure_have_one_line_a_finding() {
    let text = rendered(Format::Markdown, false);
    assert_eq!(text.lines().filter(|it| it.contains("<code>wrong-thing</code>")).count(), 4);
    assert!(text.starts_with("### nhilint: 4 findings"), "{text}");
    let text = rendered(Format::Azure, false);
    assert_eq!(text.lines().count(), 4);
    assert!(text.lines().all(|it| it.starts_with("##vso[task.logissue type=")), "{text}");
    assert_eq!(text.matches("##vso[").count(), 4);
}
