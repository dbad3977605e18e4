//! Modules that `terraform init` has fetched are evaluated, and their findings come home.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;

use repository::{checked, repository};

const POLICY: &str = r#"
variable "action" { default = "s3:GetObject" }
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }]
  })
}
"#;

const ADMIN: &str = r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
"#;

/// `path: slice`, with the places that belong to it, of every finding of some rules; and what
/// was left out.
fn found(files: &[(&str, &str)], rules: &[&str]) -> (Vec<String>, Vec<String>) {
    let report = checked(repository(files).path(), rules).unwrap().report;
    let show = |place: model::Place| {
        let source = report.sources.get(place.file).unwrap();
        format!("{}: {}", source.path, source.text.get(place.span.range()).unwrap())
    };
    let findings = report.findings.iter().map(|it| {
        let related: Vec<String> = it.related.iter().map(|it| show(it.place)).collect();
        format!("{} < {}", show(it.place), related.join(" < "))
    });
    let skipped = report.skipped.iter().map(|it| format!("{}: {}", it.path, it.reason));
    (findings.collect(), skipped.collect())
}

fn list(modules: &[(&str, &str)]) -> String {
    let module = |(key, folder): &(&str, &str)| {
        format!(
            "{{\"Key\":\"{key}\",\"Source\":\"registry.terraform.io/x/y/aws\",\"Dir\":\"{folder}\"}}"
        )
    };
    let modules: Vec<String> = modules.iter().map(module).collect();
    format!(
        "{{\"Modules\":[{{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"}},{}]}}",
        modules.join(",")
    )
}

const CALL: &str = "module \"roles\" {\n  source = \"x/y/aws\"\n}\n";

#[test]
fn what_a_module_has_wrong_is_reported_at_the_call() {
    let files = [
        ("infra/main.tf", CALL),
        ("infra/.terraform/modules/modules.json", &list(&[("roles", ".terraform/modules/roles")])),
        ("infra/.terraform/modules/roles/main.tf", ADMIN),
    ];
    let inside = "infra/.terraform/modules/roles/main.tf: \"*\"";
    let (findings, skipped) = found(&files, &["wildcard-action"]);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("infra/main.tf: \"roles\" < "), "{findings:?}");
    assert!(findings[0].ends_with(inside), "{findings:?}");
    assert!(skipped.is_empty(), "{skipped:?}");
    // Without the list the copy is nobody's.
    assert!(found(&[files[0], files[2]], &["wildcard-action"]).0.is_empty());
}

#[test]
fn what_an_argument_brings_in_is_reported_at_the_argument() {
    let call = "module \"roles\" {\n  source = \"git::https://example.com/x.git?ref=v1\"\n  action = \"*\"\n}\n";
    let files = [
        ("main.tf", call),
        (".terraform/modules/modules.json", &list(&[("roles", ".terraform/modules/roles/sub")])),
        (".terraform/modules/roles/sub/main.tf", POLICY),
        (".terraform/modules/roles/main.tf", ADMIN),
    ];
    let (findings, _) = found(&files, &["wildcard-action"]);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("main.tf: \"*\" < "), "{findings:?}");
}

/// A module that is fetched for a module which is local, and one that a fetched one calls.
#[test]
fn modules_are_found_by_the_way_to_them() {
    let modules = list(&[
        ("team", "modules/team"),
        ("team.roles", ".terraform/modules/team.roles"),
        ("team.roles.inner", ".terraform/modules/team.roles.inner"),
        ("other", ".terraform/modules/other"),
    ]);
    let outer = "module \"inner\" {\n  source = \"z/z/aws\"\n}\n";
    let files = [
        ("main.tf", "module \"team\" {\n  source = \"./modules/team\"\n}\n"),
        ("modules/team/main.tf", CALL),
        (".terraform/modules/modules.json", &modules),
        (".terraform/modules/team.roles/main.tf", outer),
        (".terraform/modules/team.roles.inner/main.tf", ADMIN),
        (".terraform/modules/other/main.tf", ADMIN),
    ];
    let (findings, _) = found(&files, &["wildcard-action"]);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("modules/team/main.tf: \"roles\" < "), "{findings:?}");
}

/// Nobody can mend the text of a copy.
#[test]
fn the_text_of_a_copy_is_not_linted() {
    let copy = r#"
# nhilint: ignore[wildcard-action] -- nothing to excuse
locals {
  key      = "AKIAFAKEFAKEFAKEFAKE"
  password = "FAKE-8fKq2Lm9Zt4w"
}
resource "broken {
"#;
    let files = [
        ("main.tf", CALL),
        (".terraform/modules/modules.json", &list(&[("roles", ".terraform/modules/roles")])),
        (".terraform/modules/roles/main.tf", copy),
    ];
    let (findings, _) = found(&files, &["embedded-secret", "unused-exception", "unreadable-input"]);
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_list_leads_nowhere_else() {
    for folder in [
        "..",
        "../other",
        "/etc",
        ".terraform/modules/../../../other",
        ".terraform/modules",
        ".terraform/modules/a:b",
        "other",
        "",
    ] {
        let files = [
            ("a/main.tf", CALL),
            ("a/.terraform/modules/modules.json", &*list(&[("roles", folder)])),
            ("a/.terraform/modules/main.tf", ADMIN),
            ("other/x.txt", ""),
        ];
        assert!(found(&files, &["wildcard-action"]).0.is_empty(), "{folder}");
    }
    for text in ["", "{", "[]", "{\"Modules\": 3}", "{\"Modules\": [3, {\"Key\": 1, \"Dir\": []}]}"]
    {
        let files = [("main.tf", CALL), (".terraform/modules/modules.json", text)];
        assert!(found(&files, &["wildcard-action"]).0.is_empty(), "{text}");
    }
}

#[test]
fn modules_that_call_themselves_end() {
    let again = format!("{CALL}{ADMIN}");
    let mut keys = vec![("roles".to_owned(), ".terraform/modules/roles".to_owned())];
    for _ in 0..40 {
        let next = format!("{}.roles", keys[keys.len() - 1].0);
        keys.push((next, ".terraform/modules/roles".to_owned()));
    }
    let keys: Vec<(&str, &str)> = keys.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let files = [
        ("main.tf", CALL),
        (".terraform/modules/modules.json", &*list(&keys)),
        (".terraform/modules/roles/main.tf", &again),
    ];
    assert_eq!(found(&files, &["wildcard-action"]).0.len(), 1);
}

/// More files than any workspace has are not read.
#[test]
fn a_list_without_end_is_cut_off() {
    let names: Vec<String> = (0..600).map(|it| format!(".terraform/modules/m{it}")).collect();
    let keys: Vec<(&str, &str)> =
        names.iter().map(|it| (it.rsplit("/").next().unwrap(), it.as_str())).collect();
    let text = list(&keys);
    let files = [("main.tf", CALL), (".terraform/modules/modules.json", text.as_str())];
    assert!(found(&files, &["wildcard-action"]).0.is_empty());
}
