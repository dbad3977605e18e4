//! What is written once and used through several calls is one finding that lists the calls.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::Place;
use nhilint_workspace::{Config, InputFile, analyze};

const MODULE: &str = r#"variable "name" {}

resource "aws_iam_role_policy" "p" {
  role = var.name
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
"#;

/// The one finding's `path:line`, then `path:line message` of each related place.
fn story(files: &[(&str, &str)]) -> Vec<String> {
    let input =
        |(path, text): &(&str, &str)| InputFile { path: (*path).into(), text: (*text).into() };
    let report = analyze(files.iter().map(input).collect(), &Config::default());
    let mut found = report.findings.iter().filter(|it| it.rule.id == "wildcard-action");
    let finding = found.next().unwrap();
    assert_eq!(found.count(), 0);
    let at =
        |it: Place| format!("{}:{}", report.sources.path(it.file), report.sources.range(it).0.line);
    let related = finding.related.iter().filter(|it| it.message.starts_with("used by"));
    let related = related.map(|it| format!("{} {}", at(it.place), it.message));
    std::iter::once(at(finding.place)).chain(related).collect()
}

#[test]
fn several_calls_are_listed() {
    let root = r#"module "a" {
  source = "./m"
  name   = "a"
}
module "b" {
  source = "./m"
  name   = "b"
}
"#;
    let found = story(&[("main.tf", root), ("m/main.tf", MODULE)]);
    assert_eq!(
        found,
        ["m/main.tf:6", "main.tf:1 used by `module.a`", "main.tf:5 used by `module.b`"]
    );
}

#[test]
fn one_call_is_not_news_even_when_it_loops() {
    let root = r#"module "a" {
  source   = "./m"
  for_each = toset(["x", "y"])
  name     = each.key
}
"#;
    assert_eq!(story(&[("main.tf", root), ("m/main.tf", MODULE)]), ["m/main.tf:6"]);
}

#[test]
fn only_the_calls_that_differ_are_listed() {
    let root = r#"module "outer" {
  source = "./outer"
}
"#;
    let outer = r#"module "x" {
  source = "../m"
  name   = "x"
}
module "y" {
  source = "../m"
  name   = "y"
}
"#;
    let files = [("main.tf", root), ("m/main.tf", MODULE), ("outer/main.tf", outer)];
    let expected = [
        "m/main.tf:6",
        "outer/main.tf:1 used by `module.outer.module.x`",
        "outer/main.tf:5 used by `module.outer.module.y`",
    ];
    assert_eq!(story(&files), expected);
}

#[test]
fn root_modules_that_share_a_module_are_listed() {
    let root = r#"module "a" {
  source = "../../m"
  name   = "a"
}
provider "aws" {}
"#;
    let files = [("envs/dev/main.tf", root), ("envs/prod/main.tf", root), ("m/main.tf", MODULE)];
    let expected = [
        "m/main.tf:6",
        "envs/dev/main.tf:1 used by `module.a`",
        "envs/prod/main.tf:1 used by `module.a`",
    ];
    assert_eq!(story(&files), expected);
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let calls: String = (0..25)
        .map(|it| format!("module \"c{it:02}\" {{\n  source = \"./m\"\n  name = \"x\"\n}}\n"))
        .collect();
    let found = story(&[("main.tf", &calls), ("m/main.tf", MODULE)]);
    assert_eq!(found.len(), 11);
    assert_eq!(found.last().unwrap(), "main.tf:37 used by `module.c09` and by 15 more");
}

/// A module that stands among examples is as serious as who calls it.
#[test]
fn an_example_that_is_deployed_weighs_in_full() {
    let call = "module \"a\" {\n  source = \"../../examples/m\"\n  name   = \"a\"\n}\n";
    let severity = |caller: &str| {
        let files = [(caller, call), ("examples/m/main.tf", MODULE)];
        let input = |(path, text): (&str, &str)| InputFile { path: path.into(), text: text.into() };
        let report = analyze(files.into_iter().map(input).collect(), &Config::default());
        let found = report.findings.iter().find(|it| it.rule.id == "wildcard-action").unwrap();
        found.severity
    };
    assert!(severity("infra/prod/main.tf") > severity("tests/small/main.tf"));
}
