//! Terragrunt: inputs, includes, generated providers, and what stays unknown.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Knowledge, OwnerSource};
use support::{Lowered, lower};

const POLICY: &str = r#"
variable "action" { default = "*" }
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }]
  })
}
"#;

const CHILD: &str = "live/prod/iam/terragrunt.hcl";
const SOURCE: &str = "terraform {\n  source = \"../../../modules/iam\"\n}\n";

/// Stars of a child with some text, its parent and other files.
fn stars(child: &str, others: &[(&str, &str)]) -> Vec<String> {
    let child = format!("{SOURCE}{child}");
    let mut files = vec![("modules/iam/main.tf", POLICY), (CHILD, child.as_str())];
    files.extend(others);
    lower(&files).stars()
}

#[test]
fn inputs_reach_the_module() {
    let own = [format!("{CHILD}: \"*\"")];
    let none: [String; 0] = [];
    assert_eq!(stars("", &[]), ["modules/iam/main.tf: \"*\""]);
    assert_eq!(stars("inputs = { action = \"*\" }\n", &[]), own);
    assert_eq!(stars("inputs = { action = [\"s3:GetObject\"] }\n", &[]), none);
    assert_eq!(stars("locals { a = \"*\" }\ninputs = merge({}, { action = local.a })\n", &[]), own);
    // What a command, the environment or another module tells is not known.
    for unknown in [
        "inputs = { action = get_env(\"ACTION\", \"*\") }\n",
        "inputs = { action = run_cmd(\"echo\", \"*\") }\n",
        "inputs = { action = dependency.x.outputs.a }\ndependency \"x\" {\n  config_path = \"../x\"\n  mock_outputs = { a = \"*\" }\n}\n",
        "inputs = dependency.x.outputs\n",
        "inputs = local.none\n",
        "terraform {\n  extra_arguments \"vars\" {\n    required_var_files = [\"x.tfvars\"]\n  }\n}\n",
        "inputs = { action = \"${get_repo_root()}*\" }\n",
    ] {
        assert_eq!(stars(unknown, &[]), none, "{unknown}");
    }
    // A variables file of the module wins over the environment, through which inputs go.
    let file = ("modules/iam/terraform.tfvars", "action = \"s3:GetObject\"\n");
    assert_eq!(stars("inputs = { action = \"*\" }\n", &[file]), none);
}

#[test]
fn parents_are_included() {
    let root = "locals { all = \"*\" }\ninputs = {\n  action = local.all\n}\n";
    let include = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n";
    let found = ["live/root.hcl: \"*\""];
    let none: [String; 0] = [];
    assert_eq!(stars(include, &[("live/root.hcl", root)]), found);
    // The nearest one counts; the own inputs win; a parent that is not here may say anything.
    let near = ("live/prod/root.hcl", "inputs = { action = \"s3:GetObject\" }\n");
    assert_eq!(stars(include, &[("live/root.hcl", root), near]), none);
    let own = format!("{include}inputs = {{ action = \"s3:GetObject\" }}\n");
    assert_eq!(stars(&own, &[("live/root.hcl", root)]), none);
    assert_eq!(stars(include, &[]), none);
    let own = format!("{include}inputs = {{ action = \"*\" }}\n");
    assert_eq!(stars(&own, &[]), [format!("{CHILD}: \"*\"")]);
    // Without a merge only what is named is taken.
    let no_merge = "include \"root\" {\n  path = \"../../root.hcl\"\n  expose = true\n  merge_strategy = \"no_merge\"\n}\ninputs = { action = include.root.locals.all }\n";
    assert_eq!(stars(no_merge, &[("live/root.hcl", root)]), found);
    // A parent without a name, found under the name that children have.
    let bare = "include {\n  path = find_in_parent_folders()\n}\n";
    assert_eq!(stars(bare, &[("live/terragrunt.hcl", root)]), ["live/terragrunt.hcl: \"*\""]);
}

#[test]
fn other_files_are_read() {
    let account = "locals { actions = { admin = \"*\" } }\n";
    let child = "locals {\n  account = read_terragrunt_config(find_in_parent_folders(\"account.hcl\"))\n}\ninputs = { action = local.account.locals.actions.admin }\n";
    assert_eq!(stars(child, &[("live/account.hcl", account)]), ["live/account.hcl: \"*\""]);
    let yaml = "inputs = yamldecode(file(find_in_parent_folders(\"common.yaml\")))\n";
    let common = ("live/common.yaml", "action: \"*\"\n");
    assert_eq!(stars(yaml, &[common]).len(), 1);
    let near = "inputs = yamldecode(file(\"vars.yaml\"))\n";
    assert_eq!(stars(near, &[("live/prod/iam/vars.yaml", "action: \"*\"\n")]).len(), 1);
}

#[test]
fn folders_tell_names() {
    let module = "variable \"name\" {}\nvariable \"rel\" {}\nresource \"asked\" \"it\" {\n  name = var.name\n  rel  = var.rel\n}\n";
    let child = format!(
        "{SOURCE}include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\nlocals {{ env = basename(dirname(get_terragrunt_dir())) }}\ninputs = {{ name = local.env }}\n"
    );
    let root = "inputs = { rel = path_relative_to_include() }\n";
    let files = [("modules/iam/main.tf", module), (CHILD, child.as_str()), ("live/root.hcl", root)];
    let lowered = lower(&files);
    let asked = lowered.facts.resources.iter().find(|it| it.kind == "asked").unwrap();
    let text = |name: &str| match asked.attributes.get(name).unwrap().to_text() {
        Knowledge::Known(it) => it.value,
        _ => "?".to_owned(),
    };
    assert_eq!(text("name"), "prod");
    assert_eq!(text("rel"), "prod/iam");
}

const PROVIDER: &str = r#"
locals {
  tags = { Owner = "team-payments" }
}
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = <<-EOF
    provider "aws" {
      region     = "${get_env("REGION")}"
      access_key = "AKIAFAKEFAKEFAKEFAKE"
      secret_key = "FAKEq8Zk2Lm9Zt4wPq7Rs1Tv3Xy5Bd0FgHjKlMnO"
      default_tags {
        tags = ${jsonencode(local.tags)}
      }
    }
  EOF
}
"#;

fn generated(provider: &str) -> Lowered {
    let module = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n";
    let child = format!("{SOURCE}include {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\n");
    lower(&[("modules/iam/main.tf", module), (CHILD, &child), ("live/root.hcl", provider)])
}

#[test]
fn generated_providers_count() {
    let lowered = generated(PROVIDER);
    let role = lowered.identity("aws_iam_role.r");
    assert_eq!(&*role.address.scope, "live/prod/iam");
    let Knowledge::Known(owner) = &role.ownership.owner else { panic!("{:?}", role.ownership) };
    assert_eq!(owner.value.name, "team-payments");
    assert_eq!(owner.value.source, OwnerSource::DefaultTags);
    assert_eq!(lowered.at(owner.origin.place), "live/root.hcl: \"team-payments\"");
    let literals = lowered.literals();
    let expected = [
        "live/root.hcl: AKIAFAKEFAKEFAKEFAKE",
        "live/root.hcl: FAKEq8Zk2Lm9Zt4wPq7Rs1Tv3Xy5Bd0FgHjKlMnO",
    ];
    for literal in expected {
        assert_eq!(literals.iter().filter(|it| *it == literal).count(), 1, "{literals:?}");
    }
}

#[test]
fn literal_inputs_and_defaults_of_the_environment_are_credentials() {
    let child = "inputs = {\n  db_password = \"FAKE-8fKq2Lm9Zt4w\"\n  api_token = get_env(\"TOKEN\", \"FAKE-9gLr3Mn0Au5x\")\n  other_token = get_env(\"TOKEN\")\n}\n";
    let lowered = lower(&[(CHILD, child)]);
    let expected = [format!("{CHILD}: FAKE-8fKq2Lm9Zt4w"), format!("{CHILD}: FAKE-9gLr3Mn0Au5x")];
    assert_eq!(lowered.literals(), expected);
}

/// Configurations that include, read or launch in circles end, and none of them is a finding.
#[test]
fn circles_end() {
    let none: [String; 0] = [];
    for (child, root) in [
        ("include \"a\" {\n  path = include.a.locals.p\n}\n", "locals { p = \"x\" }\n"),
        (
            "include \"a\" {\n  path = \"./terragrunt.hcl\"\n}\ninputs = { action = \"s3:Get\" }\n",
            "",
        ),
        (
            "locals { a = read_terragrunt_config(\"../../root.hcl\") }\ninputs = { action = local.a.locals.x }\n",
            "locals { x = read_terragrunt_config(\"prod/iam/terragrunt.hcl\").locals.a.locals.x }\n",
        ),
        (
            "locals { a = read_terragrunt_config(\"./terragrunt.hcl\") }\ninputs = { action = local.a.inputs.action }\n",
            "",
        ),
        (
            "terraform {\n  source = local.s\n}\nlocals { s = local.s }\ninputs = { action = \"s3:Get\" }\n",
            "",
        ),
        ("include {\n  path = \"/etc/root.hcl\"\n}\n", ""),
        ("include {\n  path = \"../../../../../../root.hcl\"\n}\n", ""),
    ] {
        let found = stars(child, &[("live/root.hcl", root)]);
        assert_eq!(found, none, "{child}");
    }
    // A remote source is not here.
    let child = "terraform {\n  source = \"git::https://example.com/x.git//iam?ref=v1\"\n}\ninputs = { action = \"*\" }\n";
    let lowered = lower(&[("modules/iam/main.tf", POLICY), (CHILD, child)]);
    assert_eq!(lowered.stars(), ["modules/iam/main.tf: \"*\""]);
}

#[test]
fn a_folder_with_its_own_module_launches_it() {
    let files = [
        ("app/main.tf", POLICY),
        ("app/terragrunt.hcl", "inputs = { action = \"s3:GetObject\" }\n"),
    ];
    assert!(lower(&files).stars().is_empty());
    // Other tools' files beside it are no configuration of Terragrunt.
    let files = [("app/main.tf", POLICY), ("app/x.pkr.hcl", "inputs = { action = \"s3:Get\" }\n")];
    assert_eq!(lower(&files).stars().len(), 1);
}
