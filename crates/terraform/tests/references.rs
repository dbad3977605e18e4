//! Literals that a repair takes out of a configuration, as text before and after.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Edit, Safety};
use support::lower;

/// Each is drawn by hand, and no key of anybody.
const A: &str = "kFAKEab7-Zr3Vw0Q2";
const B: &str = "mFAKEab9-Xr3Tw0Q3";

/// The text of the first file after all repairs of literals in it.
fn repaired(files: &[(&str, &str)]) -> String {
    let lowered = lower(files);
    let (path, text) = files[0];
    let is_first = |it: &&Edit| lowered.at(model::Place::new(it.file, it.span)).starts_with(path);
    let mut edits: Vec<Edit> = Vec::new();
    for credential in lowered.facts.credentials.iter().filter(|it| it.literal().is_some()) {
        let Some(fix) = &credential.fix else { continue };
        assert_eq!(fix.safety, Safety::Unsafe, "the variable is declared by a person");
        let secret = &credential.literal().unwrap().secret;
        assert!(!secret.occurs_in(&fix.title));
        edits.extend(fix.edits.iter().filter(is_first).cloned());
    }
    edits.sort_by_key(|it| it.span.start);
    edits.dedup();
    let mut after = text.to_owned();
    for edit in edits.iter().rev() {
        after.replace_range(edit.span.range(), &edit.text);
    }
    let language = nhilint_terraform::language(path).unwrap();
    let tree = syntax::parse(after.as_str().into(), language, &syntax::Limits::default());
    assert!(tree.problems().is_empty(), "{after}");
    after
}

/// Asserts what becomes of a file in which `A` and `B` stand for two credentials.
#[track_caller]
fn assert_repaired(before: &str, after: &str) {
    let fill = |it: &str| it.replace("$A", A).replace("$B", B);
    let text = fill(before);
    assert!(!lower(&[("main.tf", &text)]).literals().is_empty(), "nothing is found in {before}");
    assert_eq!(repaired(&[("main.tf", &text)]), fill(after));
}

#[test]
fn an_argument_names_a_variable() {
    let cases = [
        (
            "resource \"aws_db_instance\" \"main\" {\n  username = \"app\" # who\n  password = \"$A\" # why\n}\n",
            "resource \"aws_db_instance\" \"main\" {\n  username = \"app\" # who\n  password = var.main_password # why\n}\n",
        ),
        (
            "provider \"datadog\" {\n  api_key = \"$A\"\n}\n",
            "provider \"datadog\" {\n  api_key = var.datadog_api_key\n}\n",
        ),
        (
            "provider \"datadog\" {\n  alias   = \"eu\"\n  api_key = \"$A\"\n}\n",
            "provider \"datadog\" {\n  alias   = \"eu\"\n  api_key = var.datadog_eu_api_key\n}\n",
        ),
        (
            "module \"db\" {\n  source   = \"./db\"\n  password = \"$A\"\n}\n",
            "module \"db\" {\n  source   = \"./db\"\n  password = var.db_password\n}\n",
        ),
        ("locals {\n  api_token = \"$A\"\n}\n", "locals {\n  api_token = var.api_token\n}\n"),
        (
            "output \"token\" {\n  value = \"$A\"\n}\n",
            "output \"token\" {\n  value = var.token\n}\n",
        ),
        (
            "locals {\n  ci = { dbPassword = \"$A\" }\n  cd = [{ \"db-password\" = \"$B\" }]\n}\n",
            "locals {\n  ci = { dbPassword = var.ci_db_password }\n  cd = [{ \"db-password\" = var.cd_db_password }]\n}\n",
        ),
        (
            "resource \"aws_lambda_function\" \"web\" {\n  environment {\n    variables = {\n      DB_PASSWORD = \"$A\"\n    }\n  }\n}\n",
            "resource \"aws_lambda_function\" \"web\" {\n  environment {\n    variables = {\n      DB_PASSWORD = var.web_db_password\n    }\n  }\n}\n",
        ),
    ];
    for (before, after) in cases {
        assert_repaired(before, after);
    }
}

#[test]
fn a_value_in_an_expression_names_a_variable() {
    assert_repaired(
        "resource \"aws_ecs_task_definition\" \"web\" {\n  container_definitions = jsonencode([{\n    environment = [{ name = \"DB_PASSWORD\", value = \"$A\" }]\n  }])\n}\n",
        "resource \"aws_ecs_task_definition\" \"web\" {\n  container_definitions = jsonencode([{\n    environment = [{ name = \"DB_PASSWORD\", value = var.web_db_password }]\n  }])\n}\n",
    );
    assert_repaired(
        "locals {\n  db_password = var.x ? \"$A\" : \"$B\"\n}\nvariable \"x\" {}\n",
        "locals {\n  db_password = var.x ? var.db_password : var.db_password_2\n}\nvariable \"x\" {}\n",
    );
    let json = |it: &str| {
        format!(
            "{{\n  \"resource\": {{\"aws_db_instance\": {{\"main\": {{\"password\": \"{it}\"}}}}}}\n}}\n"
        )
    };
    let after = repaired(&[("main.tf.json", &json(A))]);
    assert_eq!(after, json("${var.main_password}"));
}

#[test]
fn a_variable_loses_its_default() {
    let variable = |inner: &str| format!("variable \"db_password\" {{\n{inner}}}\n");
    let cases = [
        (
            "  type    = string\n  default = \"$A\" # old\n",
            "  type    = string\n  sensitive = true # old\n",
        ),
        (
            "  description = \"x\"\n  default     = \"$A\"\n",
            "  description = \"x\"\n  sensitive   = true\n",
        ),
        ("  default   = \"$A\"\n  sensitive = true\n", "  sensitive = true\n"),
        ("  sensitive = true\n  default   = \"$A\" # old\n", "  sensitive = true\n  # old\n"),
        ("  default   = \"$A\"\r\n  sensitive = true\r\n", "  sensitive = true\r\n"),
    ];
    for (before, after) in cases {
        assert_repaired(&variable(before), &variable(after));
    }
    assert_repaired(
        "variable \"db_password\" { default = \"$A\" }\n",
        "variable \"db_password\" { sensitive = true }\n",
    );
    // The place that uses it is somewhere else, and stays as it is.
    let text = format!("variable \"key\" {{\n  default = \"{A}\"\n}}\n");
    let user = "resource \"aws_db_instance\" \"main\" {\n  password = var.key\n}\n";
    let after = repaired(&[("variables.tf", &text), ("main.tf", user)]);
    assert_eq!(after, "variable \"key\" {\n  sensitive = true\n}\n");
}

#[test]
fn a_name_is_given_to_one_value() {
    let instance = |kind: &str, name: &str, value: &str| {
        format!("resource \"{kind}\" \"{name}\" {{\n  password = {value}\n}}\n")
    };
    let both = |a: &str, b: &str| {
        instance("aws_db_instance", "main", a) + &instance("google_sql_user", "main", b)
    };
    assert_repaired(
        &both("\"$A\"", "\"$B\""),
        &both("var.main_password", "var.sql_user_main_password"),
    );
    // One value is one variable, in all places at once.
    assert_repaired(&both("\"$A\"", "\"$A\""), &both("var.main_password", "var.main_password"));
    let declared = "variable \"main_password\" {}\n";
    assert_repaired(
        &(instance("aws_db_instance", "main", "\"$A\"") + declared),
        &(instance("aws_db_instance", "main", "var.db_instance_main_password") + declared),
    );
}

#[test]
fn what_no_variable_can_replace_stays() {
    let cases = [
        // Nothing is known yet where a state lies.
        "terraform {\n  backend \"pg\" {\n    conn_str = \"postgres://app:$A@db/app\"\n  }\n}\n",
        "terraform {\n  backend \"s3\" {\n    secret_key = \"q8Zr3Vw0LmT5xN2bYc7dHf9KsJp4GuAe1RiOoQ6t\"\n  }\n}\n",
        "module \"a\" {\n  source = \"git::https://ci:$A@git.example.org/a.git\"\n}\n",
        // A part of a text, and a text of several lines.
        "locals {\n  url = \"postgres://app:$A@db/app\"\n}\n",
        "locals {\n  url = \"postgres://app:$A@${var.x}/app\"\n}\nvariable \"x\" {}\n",
        "resource \"aws_instance\" \"w\" {\n  user_data = <<-EOT\n    export DB_PASSWORD=$A\n  EOT\n}\n",
        // A part of a default.
        "variable \"logins\" {\n  default = { password = \"$A\" }\n}\n",
        // What destroys sees nothing but itself.
        "resource \"null_resource\" \"a\" {\n  provisioner \"local-exec\" {\n    when    = destroy\n    environment = { DB_PASSWORD = \"$A\" }\n  }\n}\n",
        // It would stay in a comment, or in another text.
        "locals {\n  api_token = \"$A\" # was $A before\n}\n",
        "locals {\n  api_token = \"$A\"\n  url       = \"postgres://app:$A@db/app\"\n}\n",
        "variable \"db_password\" {\n  default = \"$A\"\n}\nlocals {\n  name = \"$A\"\n}\n",
        // What is escaped is not compared byte by byte.
        "locals {\n  api_token = \"$A\\\"x\"\n}\n",
    ];
    for text in cases {
        assert_repaired(text, text);
    }
}

#[test]
fn files_that_hold_values_only_stay() {
    let main = ("main.tf", "variable \"db_password\" {}\n");
    let value = format!("db_password = \"{A}\"\n");
    for path in ["terraform.tfvars", "a.auto.tfvars", "terragrunt.hcl"] {
        assert_eq!(repaired(&[(path, &value), main]), value, "{path}");
    }
    let json = format!("{{\"variable\": {{\"db_password\": {{\"default\": \"{A}\"}}}}}}\n");
    assert_eq!(repaired(&[("main.tf.json", &json)]), json);
}

#[test]
fn nothing_of_a_value_is_left() {
    let text = format!(
        "provider \"datadog\" {{\n  api_key = \"{A}\"\n}}\nvariable \"db_password\" {{\n  default = \"{B}\"\n}}\n\
         locals {{\n  api_token = \"{B}\"\n  ci = {{ password = \"{A}\" }}\n}}\n"
    );
    let after = repaired(&[("main.tf", &text)]);
    for secret in [A, B] {
        for window in secret.as_bytes().windows(8) {
            assert!(!after.as_bytes().windows(8).any(|it| it == window), "{after}");
        }
    }
}
