//! What must be found is found at its exact characters, and its harmless twin is not.
//!
//! Each case is a small workspace. `«` and `»` stand around the token that the rule must point
//! at; a case without them must stay silent. A line `--- path` starts a file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod marked;

use engine::{Finding, Severity};
use marked::{files, inputs};
use nhilint_workspace::{Config, InputFile, analyze};

const TODAY: &str = "2026-11-22";

/// Name, rule, files.
const CASES: &[(&str, &str, &str)] = &[
    (
        "a star in a heredoc policy",
        "wildcard-action",
        r#"--- main.tf
resource "aws_iam_policy" "p" {
  policy = <<-EOT
    {
      "Statement": [{
        "Effect": "Allow",
        "Action": «"*"»,
        "Resource": "*"
      }]
    }
  EOT
}
"#,
    ),
    (
        "a star in jsonencode",
        "wildcard-action",
        r#"--- main.tf
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject", «"*"»], Resource = "*" }]
  })
}
"#,
    ),
    (
        "a star in a policy document",
        "wildcard-action",
        r#"--- main.tf
data "aws_iam_policy_document" "d" {
  statement {
    actions   = [«"*"»]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
"#,
    ),
    (
        "a star through one local",
        "wildcard-action",
        r#"--- locals.tf
locals {
  what = «"*"»
}
--- main.tf
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = local.what, Resource = "*" } })
}
"#,
    ),
    (
        "a star through one variable default",
        "wildcard-action",
        r#"--- main.tf
variable "what" {
  default = «"*"»
}

resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = var.what, Resource = "*" } })
}
"#,
    ),
    (
        "a variable without default is unknown",
        "wildcard-action",
        r#"--- main.tf
variable "what" {}

resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = var.what, Resource = "*" } })
}
"#,
    ),
    (
        "a denied star is a guard rail",
        "wildcard-action",
        r#"--- main.tf
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = { Effect = "Deny", Action = "*", Resource = "*" } })
}
"#,
    ),
    (
        "a policy that is not made",
        "wildcard-action",
        r#"--- main.tf
resource "aws_iam_policy" "p" {
  count  = 0
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "*", Resource = "*" } })
}
"#,
    ),
    (
        "the second rule of a role that another file binds",
        "wildcard-action",
        r#"--- k8s/binding.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: b
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: r
subjects:
  - kind: ServiceAccount
    name: api
--- k8s/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: r
  namespace: shop
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get]
  - apiGroups: [""]
    resources: [secrets]
    verbs: [«"*"»]
"#,
    ),
    (
        "named verbs on a group that only sounds like secrets",
        "wildcard-action",
        r#"--- k8s/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: r
  namespace: shop
rules:
  - apiGroups: [networking.k8s.io]
    resources: ["*"]
    verbs: [get, list]
"#,
    ),
    (
        "a bearer token in a header",
        "embedded-secret",
        r#"--- .mcp.json
{"mcpServers": {"t": {"type": "http", "url": "https://t.example.com",
  "headers": {"Authorization": "Bearer «7f3kQz81LmWx0aTg55VbNcYp»"}}}}
"#,
    ),
    (
        "a token after its flag",
        "embedded-secret",
        r#"--- .mcp.json
{"mcpServers": {"t": {"command": "npx",
  "args": ["-y", "t@1.0.0", "--access-token", "«7f3kQz81LmWx0aTg55VbNcYp»"]}}}
"#,
    ),
    (
        "references in a client's own notation",
        "embedded-secret",
        r#"--- .mcp.json
{"mcpServers": {"t": {"command": "t",
  "env": {"A_TOKEN": "${TOKEN}", "B_TOKEN": "op://vault/item/token"}}}}
--- .vscode/mcp.json
{"inputs": [{"id": "x", "type": "promptString", "password": true}],
 "servers": {"t": {"command": "t", "env": {"A_TOKEN": "${input:x}"}}}}
--- opencode.json
{"mcp": {"t": {"type": "local", "command": ["t"], "environment": {"A_TOKEN": "{env:X}"}}}}
"#,
    ),
    (
        "an access key",
        "static-access-key",
        r#"--- main.tf
resource «"aws_iam_access_key"» "ci" {
  user = "ci"
}
"#,
    ),
    (
        "an application password without an end",
        "non-expiring-credential",
        r#"--- main.tf
resource «"azuread_application_password"» "ci" {
  application_id = "/applications/x"
}
"#,
    ),
    (
        "an application password with an end",
        "non-expiring-credential",
        r#"--- main.tf
resource "azuread_application_password" "ci" {
  application_id = "/applications/x"
  end_date       = "2026-12-31T00:00:00Z"
}
"#,
    ),
    (
        "a role without an owner",
        "missing-owner",
        r#"--- main.tf
resource "aws_iam_role" «"ci"» {
  name = "ci"
}
"#,
    ),
    (
        "an owner through default tags only",
        "missing-owner",
        r#"--- main.tf
provider "aws" {
  default_tags {
    tags = { team = "payments" }
  }
}

resource "aws_iam_role" "ci" {
  name = "ci"
}
"#,
    ),
    (
        "an exception that still holds",
        "static-access-key",
        r#"--- main.tf
# nhilint: ignore[static-access-key] until=2027-03-31 owner=platform -- moving to OIDC
resource "aws_iam_access_key" "ci" {
  user = "ci"
}
"#,
    ),
    (
        "an exception that has ended",
        "static-access-key",
        r#"--- main.tf
# nhilint: ignore[static-access-key] until=2026-03-31 owner=platform -- moving to OIDC
resource «"aws_iam_access_key"» "ci" {
  user = "ci"
}
"#,
    ),
];

fn config() -> Config {
    let mut config = Config::default();
    config.settings.today = Some(TODAY.parse().unwrap());
    config
}

#[test]
fn each_is_found_at_its_token_and_its_twin_is_not() {
    for (name, rule, text) in CASES {
        let report = analyze(inputs("", text), &config());
        let place = |it: &Finding| {
            let path = report.sources.path(it.place.file).to_owned();
            (path, it.place.span.start as usize, it.place.span.end as usize)
        };
        let of_rule = report.findings.iter().filter(|it| it.rule.id == *rule);
        let found: Vec<_> = of_rule.map(place).collect();
        let expected: Vec<_> = files(text)
            .into_iter()
            .filter_map(|it| it.token.map(|(start, end)| (it.path, start, end)))
            .collect();
        assert_eq!(found, expected, "{name} ({rule})");
    }
}

#[test]
fn an_ended_exception_raises_what_it_excused() {
    let severity = |until: &str| {
        let text = format!(
            "--- main.tf\n# nhilint: ignore[static-access-key] until={until} -- moving\n\
             resource \"aws_iam_access_key\" \"ci\" {{\n  user = \"ci\"\n}}\n"
        );
        let report = analyze(inputs("", &text), &config());
        let key = |it: &&Finding| it.rule.id == "static-access-key";
        report.findings.iter().find(key).map(|it| it.severity)
    };
    assert_eq!(severity("2027-01-01"), None);
    assert_eq!(severity("2026-01-01"), Some(Severity::Critical));
}

#[test]
fn threads_and_order_change_nothing() {
    let each = CASES.iter().enumerate();
    let mut all: Vec<InputFile> =
        each.flat_map(|(index, (_, _, text))| inputs(&format!("case{index}/"), text)).collect();
    let page = |inputs: Vec<InputFile>, threads: usize| {
        let report = analyze(inputs, &Config { threads, ..config() });
        format!("{:#?}\n{:#?}", report.findings, report.facts)
    };
    let one = page(all.clone(), 1);
    all.reverse();
    assert_eq!(one, page(all.clone(), 4));
    all.rotate_left(7);
    assert_eq!(one, page(all, 3));
}
