//! Credentials: issued by resources, and written out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{
    CredentialKind, ExpirySource, Knowledge, Lifetime, Party, SlotKind, StepKind, Storage,
};
use support::{lower, one};

/// Not a real key: the secret access key of AWS's own documentation is known to be harmless,
/// so this one is made up.
const KEY: &str = "q8Zr3Vw0LmT5xN2bYc7dHf9KsJp4GuAe1RiOoQ6t";

#[test]
fn an_access_key_never_ends_and_belongs_to_its_user() {
    let lowered = one(r#"
resource "aws_iam_user" "ci" { name = "ci" }
resource "aws_iam_access_key" "ci" {
  user   = aws_iam_user.ci.name
  status = "Inactive"
}
"#);
    let [key] = lowered.facts.credentials.as_slice() else { panic!() };
    assert_eq!(key.kind, CredentialKind::AccessKey);
    assert_eq!(key.expiry.lifetime, Lifetime::Never);
    assert_eq!(key.expiry.source, ExpirySource::Inherent);
    assert_eq!(key.slot.kind, SlotKind::Issued);
    let user = lowered.identity("aws_iam_user.ci").address.clone();
    assert_eq!(key.holder, Some(Party::Address(user)));
    assert_eq!(key.active.value(), Some(&false));
    assert_eq!(lowered.slice(key.place), "\"aws_iam_access_key\"");
}

#[test]
fn ends_are_read_in_every_notation() {
    let password =
        "resource \"azuread_application_password\" \"p\" {\n  application_id = \"x\"\n  ";
    let cases = [
        ("", Lifetime::Seconds(63_072_000), ExpirySource::ProviderDefault, None),
        (
            "end_date = \"2027-03-31T00:00:00Z\"",
            Lifetime::Until(model::Date::new(2027, 3, 31).unwrap()),
            ExpirySource::Stated,
            Some("\"2027-03-31T00:00:00Z\""),
        ),
        (
            "end_date_relative = \"2160h\"",
            Lifetime::Seconds(7_776_000),
            ExpirySource::Stated,
            Some("\"2160h\""),
        ),
        (
            "end_date = timeadd(timestamp(), \"8760h\")",
            Lifetime::Seconds(31_536_000),
            ExpirySource::Stated,
            Some("timeadd(timestamp(), \"8760h\")"),
        ),
        ("end_date = var.end", Lifetime::Unknown, ExpirySource::Stated, Some("var.end")),
    ];
    for (line, lifetime, source, slice) in cases {
        let text = format!("{password}{line}\n}}\nvariable \"end\" {{}}\n");
        let lowered = one(&text);
        let [credential] = lowered.facts.credentials.as_slice() else { panic!("{line}") };
        assert_eq!(credential.expiry.lifetime, lifetime, "{line}");
        assert_eq!(credential.expiry.source, source, "{line}");
        let origin = credential.expiry.origin.as_ref();
        assert_eq!(origin.map(|it| lowered.slice(it.place)), slice, "{line}");
    }
}

#[test]
fn service_account_keys_never_end() {
    let lowered = one(r#"
resource "google_service_account" "app" { account_id = "app" }
resource "google_service_account_key" "app" {
  service_account_id = google_service_account.app.name
}
"#);
    let [key] = lowered.facts.credentials.as_slice() else { panic!() };
    assert_eq!(key.kind, CredentialKind::ServiceAccountKey);
    assert_eq!(key.expiry.lifetime, Lifetime::Never);
    let account = lowered.identity("google_service_account.app").address.clone();
    assert_eq!(key.holder, Some(Party::Address(account)));
}

#[test]
fn provider_literals_are_found_directly_and_through_a_variable() {
    let direct = one(&format!("provider \"aws\" {{\n  secret_key = \"{KEY}\"\n}}\n"));
    assert_eq!(direct.literals(), [format!("main.tf: {KEY}")]);
    assert_eq!(direct.facts.credentials[0].slot.kind, SlotKind::Provider);

    let variable = lower(&[
        ("main.tf", "provider \"aws\" {\n  secret_key = var.key\n}\n"),
        ("variables.tf", &format!("variable \"key\" {{\n  default = \"{KEY}\"\n}}\n")),
    ]);
    assert_eq!(variable.literals(), [format!("variables.tf: {KEY}")]);
    let [credential] = variable.facts.credentials.as_slice() else { panic!() };
    assert_eq!(credential.slot.taker, "provider \"aws\"");
    let literal = credential.literal().unwrap();
    let steps = literal.origin.steps();
    assert_eq!(steps[0].kind, StepKind::VariableDefault);
    assert_eq!(variable.slice(steps[0].place), "var.key");
}

#[test]
fn references_are_no_literals() {
    let lowered = one(r#"
variable "key" {}
data "aws_secretsmanager_secret_version" "db" { secret_id = "db" }
provider "aws" {
  secret_key = var.key
}
resource "aws_db_instance" "db" {
  password = data.aws_secretsmanager_secret_version.db.secret_string
}
resource "random_password" "p" { length = 20 }
resource "aws_db_instance" "generated" {
  password = random_password.p.result
}
"#);
    assert!(lowered.literals().is_empty());
    let stored: Vec<_> = lowered
        .facts
        .credentials
        .iter()
        .map(|it| match &it.storage {
            Storage::Reference(it) => it.target.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    // The last two: the password that is handed over, and the one that is made.
    let secret = "data.aws_secretsmanager_secret_version.db.secret_string";
    assert_eq!(stored, ["var.key", secret, "Generated", "Generated"]);
    let database = &lowered.facts.credentials[1];
    assert!(database.in_state);
    assert_eq!(database.write_only_twin, Some("password_wo"));
}

#[test]
fn one_literal_in_several_places_is_one_credential() {
    let lowered = one(&format!(
        r#"
locals {{ password = "{KEY}" }}
resource "aws_db_instance" "a" {{ password = local.password }}
resource "aws_db_instance" "b" {{ password = local.password }}
"#
    ));
    assert_eq!(lowered.literals(), [format!("main.tf: {KEY}")]);
    let literal = lowered.facts.credentials[0].literal().unwrap();
    assert_eq!(literal.copies.len(), 1);
    assert_eq!(lowered.slice(literal.copies[0]), "local.password");
}

#[test]
fn literals_are_found_where_nothing_uses_them() {
    let cases = [
        (
            "variables.tf",
            format!("variable \"db_password\" {{\n  default = \"{KEY}\"\n}}\n"),
            SlotKind::VariableDefault,
        ),
        ("locals.tf", format!("locals {{\n  api_token = \"{KEY}\"\n}}\n"), SlotKind::Local),
        ("prod.tfvars", format!("db_password = \"{KEY}\"\n"), SlotKind::VariableFile),
        (
            "terragrunt.hcl",
            format!("inputs = {{\n  db_password = \"{KEY}\"\n}}\n"),
            SlotKind::Other,
        ),
        (
            "backend.tf",
            format!("terraform {{\n  backend \"s3\" {{\n    secret_key = \"{KEY}\"\n  }}\n}}\n"),
            SlotKind::Backend,
        ),
        (
            "lambda.tf",
            format!(
                "resource \"aws_lambda_function\" \"f\" {{\n  environment {{\n    variables = {{ API_TOKEN = \"{KEY}\" }}\n  }}\n}}\n"
            ),
            SlotKind::Environment,
        ),
        (
            "ecs.tf",
            format!(
                "resource \"aws_ecs_task_definition\" \"t\" {{\n  container_definitions = jsonencode([{{ environment = [{{ name = \"DB_PASSWORD\", value = \"{KEY}\" }}] }}])\n}}\n"
            ),
            SlotKind::Environment,
        ),
        (
            "docker.tf",
            format!(
                "resource \"docker_container\" \"r\" {{\n  command = [\"redis-server\", \"--requirepass\", \"{KEY}\"]\n}}\n"
            ),
            SlotKind::CommandArgument,
        ),
        (
            "key.tf",
            format!(
                "resource \"aws_api_gateway_api_key\" \"k\" {{\n  name  = \"partner\"\n  value = \"{KEY}\"\n}}\n"
            ),
            SlotKind::Argument,
        ),
        (
            "app.tf",
            format!(
                "resource \"azurerm_container_app\" \"a\" {{\n  secret {{\n    name  = \"db\"\n    value = \"{KEY}\"\n  }}\n}}\n"
            ),
            SlotKind::Argument,
        ),
        (
            "template.tf",
            format!(
                "locals {{\n  file = templatefile(\"gone.tpl\", {{ db_password = \"{KEY}\" }})\n}}\n"
            ),
            SlotKind::Local,
        ),
        (
            "lookup.tf",
            format!("locals {{\n  api_token = lookup(var.all, \"password\", \"{KEY}\")\n}}\n"),
            SlotKind::Local,
        ),
        ("map.tfvars", format!("passwords = {{\n  anna = \"{KEY}\"\n}}\n"), SlotKind::VariableFile),
        (
            "url.tf",
            format!(
                "locals {{\n  dsn = \"postgres://${{var.user}}:{KEY}@${{var.host}}/app\"\n}}\n"
            ),
            SlotKind::Local,
        ),
        (
            "count.tf",
            format!(
                "resource \"aws_db_instance\" \"d\" {{\n  count = 0\n  password = \"{KEY}\"\n}}\n"
            ),
            SlotKind::Argument,
        ),
    ];
    for (path, text, slot) in cases {
        let lowered = lower(&[(path, &text)]);
        assert_eq!(lowered.literals(), [format!("{path}: {KEY}")], "{path}");
        let found = lowered.facts.credentials.iter().find(|it| it.literal().is_some()).unwrap();
        assert_eq!(found.slot.kind, slot, "{path}");
    }
}

#[test]
fn names_beside_values_are_no_credentials() {
    for text in [
        "resource \"helm_release\" \"r\" {\n  set {\n    name = \"existingSecret\"\n    value = \"grafana-admin\"\n  }\n}\n",
        "resource \"gitlab_project_variable\" \"v\" {\n  key = \"DEPLOY_ENV\"\n  value = \"staging\"\n}\n",
        "locals {\n  passwords = { length = \"24\", policy = \"strong\" }\n}\n",
        "resource \"docker_container\" \"r\" {\n  command = [\"serve\", \"--token-ttl\", \"15m\"]\n}\n",
    ] {
        assert!(one(text).literals().is_empty(), "{text}");
    }
}

/// What a template puts into a start script keeps its place, encoded or not.
#[test]
fn start_scripts_are_read_before_they_are_encoded() {
    let script = "#!/bin/bash\nexport DB_PASSWORD=${pw}\n";
    let text = "templatefile(\"ud.sh\", { pw = \"Zx81-FAKE-kk29LmQQ\" })";
    let cases = [
        ("aws_instance", "user_data", text.to_owned()),
        ("aws_instance", "user_data_base64", format!("base64encode({text})")),
        ("aws_launch_template", "user_data", format!("base64gzip({text})")),
        ("azurerm_linux_virtual_machine", "custom_data", format!("base64encode({text})")),
        ("google_compute_instance", "metadata_startup_script", text.to_owned()),
    ];
    for (kind, argument, value) in cases {
        let main = format!("resource \"{kind}\" \"x\" {{\n  {argument} = {value}\n}}\n");
        let lowered = lower(&[("main.tf", &main), ("ud.sh", script)]);
        assert_eq!(lowered.literals(), ["main.tf: Zx81-FAKE-kk29LmQQ"], "{main}");
    }
    let unknown =
        one("resource \"aws_instance\" \"x\" {\n  user_data_base64 = base64encode(var.x)\n}");
    assert!(unknown.literals().is_empty());
}

#[test]
fn a_literal_of_a_module_is_reported_once() {
    let module = format!("resource \"aws_db_instance\" \"d\" {{\n  password = \"{KEY}\"\n}}\n");
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"../m\"\n}}\n");
    let lowered =
        lower(&[("m/main.tf", &module), ("a/main.tf", &format!("{}{}", call("one"), call("two")))]);
    assert_eq!(lowered.literals(), [format!("m/main.tf: {KEY}")]);
}

#[test]
fn a_stand_in_for_the_cloud_takes_any_key() {
    let lowered = one(r#"
provider "aws" {
  access_key                  = "mock_access_key"
  secret_key                  = "mock_secret_key"
  skip_credentials_validation = true
}
"#);
    assert!(lowered.facts.credentials.is_empty(), "{:?}", lowered.facts.credentials);
}

#[test]
fn names_of_things_inside_expressions_are_no_credentials() {
    let lowered = one(r#"
variable "secrets" {}
locals {
  db_password = lookup(var.secrets, "password-of-the-database")
  api_token   = var.secrets["token-of-the-api"]
}
"#);
    assert!(lowered.literals().is_empty(), "{:?}", lowered.literals());
}

#[test]
fn values_of_a_chart_are_read_as_yaml() {
    let found = |values: &str| {
        let lowered = one(&format!(
            "variable \"x\" {{}}\nresource \"helm_release\" \"r\" {{\n  values = [{values}]\n}}\n"
        ));
        let literals = lowered.facts.credentials.iter().filter(|it| it.literal().is_some());
        let shown = literals.map(|it| {
            assert_eq!(it.slot.kind, SlotKind::ChartValue, "{values}");
            format!("{} {}", it.slot.path, lowered.slice(it.place))
        });
        shown.collect::<Vec<_>>()
    };
    let yaml =
        "<<-EOT\n    auth:\n      password: FAKE-8fKq2Lm9Zt4w\n      user: ${var.x}\n  EOT\n  ";
    assert_eq!(found(yaml), ["values.auth.password FAKE-8fKq2Lm9Zt4w"]);
    let open = "<<-EOT\n    auth:\n      password: ${var.x}\n      existingSecret: shop\n  EOT\n  ";
    assert_eq!(found(open), [""; 0]);
    let words = "<<-EOT\n    auth: [\n  EOT\n  ";
    assert_eq!(found(words), [""; 0]);
}

#[test]
fn no_secret_is_printed() {
    let lowered = one(&format!("provider \"aws\" {{\n  secret_key = \"{KEY}\"\n}}\n"));
    assert!(!format!("{:?}", lowered.facts).contains(KEY));
    assert!(matches!(lowered.facts.credentials[0].active, Knowledge::Absent));
}
