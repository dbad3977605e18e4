//! Plans and states: what they record is judged like configuration, at the configuration where
//! it is in the workspace, and at the characters of the file where it is not.
//!
//! Each case is a small workspace. `«` and `»` stand around every token that the rule must point
//! at; a case without them must stay silent. A line `--- path` starts a file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engine::{Finding, Report};
use nhilint_workspace::{Config, InputFile, analyze};

/// Name, rule, files.
const CASES: &[(&str, &str, &str)] = &[
    (
        "a policy that only the plan knows",
        "wildcard-action",
        r#"--- out/plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "planned_values": {"root_module": {}},
 "resource_changes": [{
   "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy",
   "name": "p", "change": {
     "actions": ["create"],
     "after": {
       "name": "p", "role": "ci",
       "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":«\"*\"»,\"Resource\":\"*\"}]}"
     },
     "after_unknown": {"id": true}, "after_sensitive": {}}}]}
"#,
    ),
    (
        "the same, as a no-op of a refresh, in a module that is called with for_each",
        "wildcard-action",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "module.a[\"x\"].aws_iam_policy.p[0]", "module_address": "module.a[\"x\"]",
   "mode": "managed", "type": "aws_iam_policy", "name": "p", "index": 0, "change": {
     "actions": ["no-op"],
     "after": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":«\"iam:*\"»,\"Resource\":\"*\"}}"},
     "after_unknown": {}, "after_sensitive": {}}}]}
"#,
    ),
    (
        "a policy that is deleted",
        "wildcard-action",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "change": {"actions": ["delete"],
     "before": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
     "after": null, "after_unknown": {}}}],
 "prior_state": {"values": {"root_module": {"resources": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "values": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}}]}}}}
"#,
    ),
    (
        "a policy that is not known yet",
        "wildcard-action",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "change": {"actions": ["create"], "after": {"name": "p"},
     "after_unknown": {"policy": true, "id": true}}}]}
"#,
    ),
    (
        "a policy that is sensitive: nothing of it is shown",
        "wildcard-action",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
     "after_unknown": {}, "after_sensitive": {"policy": true}}}]}
"#,
    ),
    (
        "a document that an apply makes, with known statements",
        "wildcard-action",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "planned_values": {"root_module": {"resources": [
   {"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
    "values": {"name": "p"}, "sensitive_values": {}},
   {"address": "data.aws_iam_policy_document.d", "mode": "data",
    "type": "aws_iam_policy_document", "name": "d",
    "values": {"statement": [{"effect": "Allow", "actions": [«"*"»], "resources": ["*"]}]}}
 ]}},
 "configuration": {"root_module": {"resources": [
   {"address": "aws_iam_policy.p", "expressions": {"policy": {"references":
     ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}}}]}}}
"#,
    ),
    (
        "a value that the plan tells about an unknown input, at the configuration",
        "wildcard-action",
        r#"--- main.tf
variable "actions" {
  type = list(string)
}
variable "bucket" {
  type = string
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = «var.actions», Resource = var.bucket }]
  })
}
--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":[{\"Action\":[\"*\"],\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"},
     "after_unknown": {"arn": true}, "after_sensitive": {}}}]}
"#,
    ),
    (
        "what the configuration tells by itself is told once",
        "wildcard-action",
        r#"--- main.tf
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = «"*"», Resource = "*" }]
  })
}
--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"},
     "after_unknown": {"arn": true}, "after_sensitive": {}}}]}
--- terraform.tfstate
{"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "outputs": {},
 "resources": [{"mode": "managed", "type": "aws_iam_policy", "name": "p",
   "instances": [{"attributes": {
     "policy": "{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"}}]}]}
"#,
    ),
    (
        "instances of a loop over an unknown input",
        "wildcard-action",
        r#"--- main.tf
variable "teams" {
  type = map(string)
}
resource "aws_iam_policy" "p" {
  for_each = «var.teams»
  policy   = each.value
}
--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_policy.p[\"a\"]", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "index": "a", "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":[{\"Action\":\"s3:Get*\",\"Effect\":\"Allow\",\"Resource\":\"arn:aws:s3:::a\"}]}"},
     "after_unknown": {}}}, {
   "address": "aws_iam_policy.p[\"b\"]", "mode": "managed", "type": "aws_iam_policy", "name": "p",
   "index": "b", "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"},
     "after_unknown": {}}}]}
"#,
    ),
    (
        "a module that is not here, beside configuration that is",
        "wildcard-action",
        r#"--- main.tf
module "iam" {
  source = "terraform-aws-modules/iam/aws"
}
resource "aws_iam_role" "r" {
  assume_role_policy = "{}"
}
--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {}}}, {
   "address": "module.iam.aws_iam_policy.this", "mode": "managed", "type": "aws_iam_policy",
   "name": "this", "change": {"actions": ["create"],
     "after": {"policy": "{\"Statement\":[{\"Action\":«\"*\"»,\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"},
     "after_unknown": {}}}]}
"#,
    ),
    (
        "a credential in a state file",
        "embedded-secret",
        r#"--- infra/terraform.tfstate
{"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x",
 "outputs": {"password": {"value": "kT7-vnQ2.pLw9rZ", "type": "string", "sensitive": true}},
 "resources": [
  {"mode": "managed", "type": "random_password", "name": "db", "instances": [{"attributes":
    {"length": 15, "result": "«kT7-vnQ2.pLw9rZ»"}}]},
  {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [{"attributes":
    {"username": "app", "password": "kT7-vnQ2.pLw9rZ", "address": "db.example.com"},
    "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]]}]}]}
"#,
    ),
    (
        "a state as `terraform show -json` prints it",
        "embedded-secret",
        r#"--- state.json
{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {
  "child_modules": [{"address": "module.db", "resources": [
   {"address": "module.db.aws_db_instance.db", "mode": "managed", "type": "aws_db_instance",
    "name": "db", "values": {"username": "app", "password": "«kT7-vnQ2.pLw9rZ»"},
    "sensitive_values": {"password": true}}]}]}}}
"#,
    ),
    (
        "a password from outside is not written by the plan's configuration",
        "embedded-secret",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "variables": {"password": {"value": "kT7-vnQ2.pLw9rZ"}},
 "resource_changes": [{
   "address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
   "change": {"actions": ["create"], "after": {"password": "kT7-vnQ2.pLw9rZ"},
     "after_unknown": {}, "after_sensitive": {"password": true}}}],
 "configuration": {"root_module": {"resources": [{"address": "aws_db_instance.db",
   "expressions": {"password": {"references": ["var.password"]}}}],
   "variables": {"password": {"sensitive": true}}}}}
"#,
    ),
    (
        "a password that the plan's configuration writes out",
        "embedded-secret",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
   "change": {"actions": ["create"], "after": {"password": "kT7-vnQ2.pLw9rZ"},
     "after_unknown": {}, "after_sensitive": {"password": true}}}],
 "configuration": {"root_module": {"resources": [{"address": "aws_db_instance.db",
   "expressions": {"password": {"constant_value": "«kT7-vnQ2.pLw9rZ»"}}}]}}}
"#,
    ),
    (
        "owners through the provider's default tags",
        "missing-owner",
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0",
 "resource_changes": [{
   "address": "aws_iam_role.owned", "mode": "managed", "type": "aws_iam_role", "name": "owned",
   "change": {"actions": ["create"], "after": {"name": "owned", "tags": null,
     "tags_all": {"owner": "team-a"}}, "after_unknown": {"arn": true}}}, {
   "address": "aws_iam_role.later", "mode": "managed", "type": "aws_iam_role", "name": "later",
   "change": {"actions": ["create"], "after": {"name": "later", "tags": null},
     "after_unknown": {"arn": true, "tags_all": true}}}, {
   "address": «"aws_iam_role.nobody"», "mode": "managed", "type": "aws_iam_role", "name": "nobody",
   "change": {"actions": ["create"], "after": {"name": "nobody", "tags": null, "tags_all": {}},
     "after_unknown": {"arn": true, "tags_all": {}}}}]}
"#,
    ),
    (
        "JSON that only looks alike",
        "embedded-secret",
        r#"--- a.json
{"format_version": "1.0", "terraform_version": "1.9.0", "password": "kT7-vnQ2.pLw9rZ"}
--- b.json
{"version": 3, "serial": 1, "lineage": "x", "modules": [{"password": "kT7-vnQ2.pLw9rZ"}]}
"#,
    ),
];

/// Path, text without marks, and the bytes that the marks stand around.
type File = (String, String, Vec<(usize, usize)>);

fn files(text: &str) -> Vec<File> {
    let sections = text.split("--- ").skip(1);
    sections
        .map(|section| {
            let (path, marked) = section.split_once('\n').unwrap();
            let (mut text, mut tokens) = (String::new(), Vec::new());
            let mut parts = marked.split('«');
            text.push_str(parts.next().unwrap());
            for part in parts {
                let (token, rest) = part.split_once('»').unwrap();
                tokens.push((text.len(), text.len() + token.len()));
                text.push_str(token);
                text.push_str(rest);
            }
            (path.to_owned(), text, tokens)
        })
        .collect()
}

fn check(text: &str) -> Report {
    let inputs = files(text)
        .into_iter()
        .map(|(path, text, _)| InputFile { path: path.into(), text: text.into() })
        .collect();
    let mut config = Config::default();
    config.settings.today = Some("2026-11-22".parse().unwrap());
    analyze(inputs, &config)
}

#[test]
fn each_is_found_at_its_token_and_its_twin_is_not() {
    for (name, rule, text) in CASES {
        let report = check(text);
        let place = |it: &Finding| {
            let path = report.sources.path(it.place.file).to_owned();
            (path, it.place.span.start as usize, it.place.span.end as usize)
        };
        let of_rule = report.findings.iter().filter(|it| it.rule.id == *rule);
        let found: Vec<_> = of_rule.map(place).collect();
        let mut expected = Vec::new();
        for (path, _, tokens) in files(text) {
            expected.extend(tokens.into_iter().map(|(start, end)| (path.clone(), start, end)));
        }
        assert_eq!(found, expected, "{name} ({rule})");
    }
}

#[test]
fn one_credential_is_one_finding_that_names_each_place_and_shows_none() {
    let (_, _, text) = CASES.iter().find(|it| it.0 == "a credential in a state file").unwrap();
    let report = check(text);
    let of_rule = |it: &&Finding| it.rule.id == "embedded-secret";
    let finding = report.findings.iter().find(of_rule).unwrap();
    assert_eq!(
        finding.message,
        "password written out in a Terraform state (`result` of random_password) (`kT7-…`)"
    );
    assert_eq!(finding.related.len(), 2);
    assert_eq!(&*finding.address.name, "random_password.db#result");
    assert!(!format!("{:?}{:?}", finding.help, report.facts).contains("vnQ2"));
}

#[test]
fn a_finding_at_the_configuration_names_the_line_of_the_plan() {
    let name = "a value that the plan tells about an unknown input, at the configuration";
    let (_, _, text) = CASES.iter().find(|it| it.0 == name).unwrap();
    let report = check(text);
    let finding = report.findings.iter().find(|it| it.rule.id == "wildcard-action").unwrap();
    let plans =
        finding.related.iter().filter(|it| report.sources.path(it.place.file) == "plan.json");
    let plans: Vec<_> = plans.collect();
    let (_, plan, _) = files(text).into_iter().nth(1).unwrap();
    assert_eq!(plan.get(plans[0].place.span.range()).unwrap(), r#"\"*\""#);
}

#[test]
fn a_state_joins_its_resources_by_what_they_are_called() {
    let report = check(
        r#"--- terraform.tfstate
{"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "outputs": {},
 "resources": [
  {"module": "module.ci[0]", "mode": "managed", "type": "aws_iam_role", "name": "r", "instances": [
   {"index_key": "a", "attributes": {"id": "ci-a", "name": "ci-a", "arn": "arn:aws:iam::1:role/ci-a"}},
   {"index_key": "b", "deposed": "0815", "attributes": {"id": "ci-b", "name": "ci-b"}}]},
  {"mode": "managed", "type": "aws_iam_policy", "name": "p", "instances": [{"attributes": {
   "arn": "arn:aws:iam::1:policy/p",
   "policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}}]},
  {"mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a", "instances": [
   {"attributes": {"role": "ci-a", "policy_arn": "arn:aws:iam::1:policy/p"}}]}]}
"#,
    );
    let roles: Vec<_> =
        report.facts.identities.iter().map(|it| it.address.name.to_string()).collect();
    assert_eq!(roles, [r#"module.ci[0].aws_iam_role.r["a"]"#]);
    let grant = &report.facts.grants[0];
    let principals: Vec<_> = grant.principals.iter().map(|it| format!("{:?}", it.value)).collect();
    assert_eq!(principals.len(), 1);
    assert!(principals[0].contains(r#"module.ci[0].aws_iam_role.r["a"]"#), "{principals:?}");
}

#[test]
fn a_plan_joins_its_resources_by_the_references_of_its_configuration() {
    let report = check(
        r#"--- plan.json
{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [
  {"address": "module.r[\"x\"].aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
   "change": {"actions": ["create"], "after": {"name_prefix": "ci"}, "after_unknown": {"name": true, "arn": true}}},
  {"address": "module.r[\"x\"].aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
   "change": {"actions": ["create"], "after": {
     "policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
     "after_unknown": {"role": true}}}],
 "configuration": {"root_module": {"module_calls": {"r": {"source": "./r", "module": {"resources": [
   {"address": "aws_iam_role_policy.p", "expressions":
     {"role": {"references": ["aws_iam_role.r.name", "aws_iam_role.r"]}}}]}}}}}}
"#,
    );
    let principals = &report.facts.grants[0].principals;
    assert_eq!(principals.len(), 1);
    let principal = format!("{:?}", principals[0].value);
    assert!(principal.contains(r#"module.r["x"].aws_iam_role.r"#), "{principal}");
}

/// What cannot end well ends soon, and quietly.
#[test]
fn hostile_recordings_are_read_in_bounded_time() {
    let head = r#"{"format_version": "1.2", "terraform_version": "1.9.0", "#;
    let deep = format!(
        r#"{head}"planned_values": {{"root_module": {}{}}}}}"#,
        r#"{"child_modules": ["#.repeat(5_000),
        "]}".repeat(5_000)
    );
    let same = r#"{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role",
        "name": "r", "values": {"name": "r"}},"#;
    let twice = format!(
        r#"{head}"planned_values": {{"root_module": {{"resources": [{}]}}}}}}"#,
        same.repeat(20_000).trim_end_matches(',')
    );
    let round = format!(
        r#"{head}"planned_values": {{"root_module": {{"resources": [
        {{"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p", "values": {{}}}},
        {{"address": "data.aws_iam_policy_document.a", "mode": "data", "type": "aws_iam_policy_document",
          "name": "a", "values": {{}}}}]}}}},
        "configuration": {{"root_module": {{"resources": [
        {{"address": "aws_iam_policy.p", "expressions": {{"policy": {{"references": ["data.aws_iam_policy_document.a.json"]}}}}}},
        {{"address": "data.aws_iam_policy_document.a", "expressions":
          {{"source_policy_documents": {{"references": ["data.aws_iam_policy_document.a.json"]}}}}}}]}}}}}}"#
    );
    let chain: String = (0..2_000)
        .map(|at| {
            format!(
                r#"{{"address": "data.aws_iam_policy_document.d{at}", "expressions": {{"source_policy_documents":
                {{"references": ["data.aws_iam_policy_document.d{}.json"]}}}}}},"#,
                at + 1
            )
        })
        .collect();
    let documents: String = (0..2_000)
        .map(|at| {
            format!(
                r#"{{"address": "data.aws_iam_policy_document.d{at}", "mode": "data",
                "type": "aws_iam_policy_document", "name": "d{at}", "values": {{}}}},"#
            )
        })
        .collect();
    let long = format!(
        r#"{head}"planned_values": {{"root_module": {{"resources": [{documents}
        {{"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p", "values": {{}}}}]}}}},
        "configuration": {{"root_module": {{"resources": [{chain}
        {{"address": "aws_iam_policy.p", "expressions": {{"policy": {{"references": ["data.aws_iam_policy_document.d0.json"]}}}}}}]}}}}}}"#
    );
    let wide: String = (0..20_000).map(|at| format!(r#""k{at}": "v{at}","#)).collect();
    let marks: String = (0..20_000).map(|at| format!(r#""k{at}": true,"#)).collect();
    let wide = format!(
        r#"{head}"resource_changes": [{{"address": "aws_iam_role.r", "mode": "managed",
        "type": "aws_iam_role", "name": "r", "change": {{"actions": ["create"],
        "after": {{"tags": {{{wide}"z": 1}}, {wide}"name": "r"}},
        "after_unknown": {{"tags": {{{marks}"z": true}}}},
        "after_sensitive": {{"tags": {{{marks}"z": true}}, {marks}"z": true}}}}}}]}}"#
    );
    for (name, text) in
        [("deep", deep), ("twice", twice), ("round", round), ("long", long), ("wide", wide)]
    {
        let started = std::time::Instant::now();
        let report = check(&format!("--- plan.json\n{text}\n"));
        assert_eq!(report.internal_errors, 0, "{name}");
        assert!(started.elapsed().as_secs() < 120, "{name} took {:?}", started.elapsed());
    }
}
