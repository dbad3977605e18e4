//! Credentials that lie open without being written out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{ExposureKind, PlainSlot, Weakness};
use support::{Lowered, lower, one};

/// The exposures as kind, source and the text they point at.
fn exposures(lowered: &Lowered) -> Vec<(ExposureKind, String, String)> {
    let all = lowered.facts.exposures.iter();
    all.map(|it| {
        let slice = lowered.slice(it.origin.place).to_owned();
        (it.kind, it.source.clone().unwrap_or_default(), slice)
    })
    .collect()
}

const INPUT: ExposureKind = ExposureKind::UnmarkedInput { used_as_one: false };
const USED_INPUT: ExposureKind = ExposureKind::UnmarkedInput { used_as_one: true };

#[test]
fn inputs_are_known_by_name_and_by_use() {
    let cases: &[(&str, Option<ExposureKind>)] = &[
        ("variable \"db_password\" {}", Some(INPUT)),
        ("variable \"db_password\" {\n  type = string\n  default = \"\"\n}", Some(INPUT)),
        ("variable \"db_password\" {\n  sensitive = false\n}", Some(INPUT)),
        ("variable \"db_password\" {\n  sensitive = true\n}", None),
        ("variable \"db_password\" {\n  ephemeral = true\n}", None),
        ("variable \"db_password\" {\n  type = bool\n}", None),
        ("variable \"db_password\" {\n  type = list(string)\n}", None),
        ("variable \"db_password_name\" {}", None),
        ("variable \"encryption_key\" {}", None),
        ("variable \"secret\" {}", None),
        (
            "variable \"login\" {}\nresource \"aws_db_instance\" \"m\" {\n  password = var.login\n}",
            Some(USED_INPUT),
        ),
        (
            "variable \"login\" {\n  default = null\n}\nresource \"aws_db_instance\" \"m\" {\n  password = var.login\n}",
            Some(USED_INPUT),
        ),
        (
            "variable \"login\" {}\nresource \"aws_db_instance\" \"m\" {\n  username = var.login\n}",
            None,
        ),
    ];
    for (text, expected) in cases {
        let found = exposures(&one(text));
        let kinds: Vec<_> = found.iter().map(|(kind, ..)| *kind).collect();
        assert_eq!(kinds, expected.iter().copied().collect::<Vec<_>>(), "{text}");
        for (_, _, slice) in found {
            assert!(slice.starts_with('"'), "{text}: {slice}");
        }
    }
}

#[test]
fn inputs_are_followed_through_modules() {
    let lowered = lower(&[
        (
            "main.tf",
            "variable \"login\" {}\nmodule \"db\" {\n  source = \"./db\"\n  given = var.login\n}\n",
        ),
        (
            "db/main.tf",
            "variable \"given\" {}\nresource \"aws_db_instance\" \"m\" {\n  password = var.given\n}\n",
        ),
    ]);
    assert_eq!(exposures(&lowered), [(USED_INPUT, String::new(), "\"login\"".to_owned())]);
    assert_eq!(lowered.facts.exposures[0].address.to_string(), "var.login");
}

/// What a root module shows.
fn shown(value: &str, more: &str) -> Vec<(ExposureKind, String, String)> {
    exposures(&one(&format!(
        r#"
terraform {{
  backend "s3" {{}}
}}
variable "name" {{}}
resource "random_password" "p" {{ length = 20 }}
resource "azurerm_kubernetes_cluster" "k" {{}}
data "aws_secretsmanager_secret_version" "s" {{ secret_id = var.name }}
ephemeral "random_password" "e" {{ length = 20 }}
output "it" {{
  value = {value}
  {more}
}}
"#
    )))
}

#[test]
fn outputs_show_computed_credentials() {
    let unmarked = ExposureKind::UnmarkedOutput { is_root: true };
    let cases = [
        ("random_password.p.result", "random_password.p.result"),
        ("random_password.p", "random_password.p"),
        ("\"https://a:${random_password.p.result}@b\"", "random_password.p.result"),
        ("{ a = 1, b = [random_password.p.result] }", "random_password.p.result"),
        ("jsonencode({ a = random_password.p.result })", "random_password.p.result"),
        ("base64encode(random_password.p.result)", "random_password.p.result"),
        (
            "azurerm_kubernetes_cluster.k.kube_config[0].client_key",
            "azurerm_kubernetes_cluster.k.kube_config[0].client_key",
        ),
        (
            "jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)[\"password\"]",
            "data.aws_secretsmanager_secret_version.s.secret_string[password]",
        ),
    ];
    for (value, source) in cases {
        let expected = [(unmarked, source.to_owned(), value.to_owned())];
        assert_eq!(shown(value, ""), expected, "{value}");
        let expected = [(ExposureKind::Exported, source.to_owned(), value.to_owned())];
        assert_eq!(shown(value, "sensitive = true"), expected, "{value}");
        assert_eq!(shown(value, "ephemeral = true"), [], "{value}");
    }
    for value in [
        "random_password.p.id",
        "random_password.p.length",
        "sha256(random_password.p.result)",
        "jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)[\"username\"]",
        "data.aws_secretsmanager_secret_version.s.arn",
        "azurerm_kubernetes_cluster.k.kube_config[0].host",
        "ephemeral.random_password.e.result",
        "var.name",
        "random_password.unknown.result",
    ] {
        assert_eq!(shown(value, ""), [], "{value}");
    }
}

#[test]
fn a_removed_mark_is_placed_at_the_function() {
    let found = shown("nonsensitive(random_password.p.result)", "sensitive = true");
    let kinds: Vec<_> = found.iter().map(|(kind, _, slice)| (*kind, slice.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (ExposureKind::MarkRemoved, "nonsensitive"),
            (ExposureKind::Exported, "nonsensitive(random_password.p.result)"),
        ]
    );
}

#[test]
fn state_keeps_what_a_write_only_argument_would_not() {
    let with = |version: &str, value: &str| {
        exposures(&one(&format!(
            "{version}\nvariable \"p\" {{ sensitive = true }}\nresource \"aws_db_instance\" \"m\" {{\n  password = {value}\n}}\n"
        )))
    };
    let kept = ExposureKind::Kept { instead: "password_wo" };
    let new = "terraform {\n  required_version = \">= 1.5\"\n}";
    assert_eq!(with(new, "var.p"), [(kept, "var.p".to_owned(), "var.p".to_owned())]);
    for version in [
        "",
        "terraform {\n  required_version = \"~> 1.9.0\"\n}",
        "terraform {\n  required_version = \">= 1.5\"\n  required_providers {\n    aws = {\n      version = \"~> 4.0\"\n    }\n  }\n}",
    ] {
        assert_eq!(with(version, "var.p"), [], "{version}");
    }
    for value in ["null", "ephemeral.random_password.e.result", "random_password.none.result"] {
        assert_eq!(with(new, value), [], "{value}");
    }
}

#[test]
fn plain_text_is_followed_to_where_it_enters_the_block() {
    let lowered = lower(&[
        (
            "main.tf",
            "variable \"db_password\" { sensitive = true }\nmodule \"app\" {\n  source = \"./app\"\n  env = { DB = \"postgres://a:${var.db_password}@b\" }\n}\n",
        ),
        (
            "app/main.tf",
            "variable \"env\" {}\nresource \"aws_lambda_function\" \"f\" {\n  environment {\n    variables = merge({ A = \"b\" }, var.env)\n  }\n}\n",
        ),
    ]);
    let [found] = lowered.facts.exposures.as_slice() else { panic!() };
    let ExposureKind::PlainText { slot, .. } = found.kind else { panic!() };
    assert_eq!(slot, PlainSlot::Environment);
    assert_eq!(found.field, "environment.variables.DB");
    assert_eq!(found.source.as_deref(), Some("var.db_password"));
    assert_eq!(lowered.at(found.origin.place), "app/main.tf: var.env");
}

#[test]
fn pairs_count_only_where_they_are_plain() {
    let with = |beside: &str| {
        exposures(&one(&format!(
            "variable \"api_token\" {{ sensitive = true }}\nvariable \"kind\" {{}}\nresource \"aws_codebuild_project\" \"p\" {{\n  environment {{\n    environment_variable {{\n      name = \"T\"\n      value = var.api_token\n      {beside}\n    }}\n  }}\n}}\n"
        )))
        .len()
    };
    assert_eq!(with(""), 1);
    assert_eq!(with("type = \"PLAINTEXT\""), 1);
    assert_eq!(with("type = \"PARAMETER_STORE\""), 0);
    assert_eq!(with("type = var.kind"), 0);
}

#[test]
fn weak_generators_are_told_from_strong_ones() {
    let with = |value: &str| {
        let found = exposures(&one(&format!(
            "variable \"name\" {{}}\nvariable \"seed\" {{}}\nresource \"random_string\" \"s\" {{ length = 30 }}\nresource \"random_password\" \"p\" {{ length = 30 }}\nresource \"aws_db_instance\" \"m\" {{\n  password = {value}\n}}\n"
        )));
        found
            .into_iter()
            .filter(|it| !matches!(it.0, USED_INPUT))
            .map(|it| it.0)
            .collect::<Vec<_>>()
    };
    let weak = |it| vec![ExposureKind::Weak(it)];
    assert_eq!(with("random_string.s.result"), weak(Weakness::Shown("random_string")));
    assert_eq!(with("uuid()"), weak(Weakness::Shown("uuid")));
    assert_eq!(with("md5(var.name)"), weak(Weakness::Derived("md5")));
    assert_eq!(with("sha256(\"${var.name}-db\")"), weak(Weakness::Derived("sha256")));
    for strong in ["random_password.p.result", "sha256(var.seed)", "md5(random_password.p.result)"]
    {
        assert_eq!(with(strong), [], "{strong}");
    }
    let short = one("resource \"random_password\" \"p\" {\n  length = 8\n}\n");
    let expected = (ExposureKind::Weak(Weakness::Short(8)), String::new(), "8".to_owned());
    assert_eq!(exposures(&short), [expected]);
    assert!(short.facts.exposures[0].fix.is_some());
}

#[test]
fn plain_entries_point_at_the_switch() {
    let with = |line: &str, value: &str| {
        exposures(&one(&format!(
            "variable \"api_token\" {{ sensitive = true }}\nvariable \"kind\" {{}}\nresource \"aws_secretsmanager_secret\" \"s\" {{}}\nresource \"aws_ssm_parameter\" \"p\" {{\n  name = \"/app/${{var.kind}}/api_token\"\n  {line}\n  value = {value}\n}}\n"
        )))
        .into_iter()
        .map(|(_, source, slice)| (source, slice))
        .collect::<Vec<_>>()
    };
    let token = "var.api_token".to_owned();
    assert_eq!(with("type = \"String\"", "var.api_token"), [(token, "\"String\"".to_owned())]);
    assert_eq!(with("type = \"String\"", "var.kind"), [(String::new(), "\"String\"".to_owned())]);
    assert_eq!(with("type = \"SecureString\"", "var.api_token"), []);
    assert_eq!(with("type = var.kind", "var.api_token"), []);
    assert_eq!(with("type = \"String\"", "aws_secretsmanager_secret.s.arn"), []);
}

#[test]
fn an_ephemeral_block_is_not_the_resource_of_its_name() {
    let lowered = one(
        "resource \"tls_private_key\" \"k\" {}\nephemeral \"tls_private_key\" \"k\" {\n  algorithm = \"RSA\"\n}\n",
    );
    let states: Vec<_> =
        lowered.facts.credentials.iter().map(|it| (it.address.to_string(), it.in_state)).collect();
    assert_eq!(
        states,
        [("tls_private_key.k".to_owned(), true), ("ephemeral.tls_private_key.k".to_owned(), false),]
    );
}
