//! Identities, their owners, and who holds what on Google Cloud and Azure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Knowledge, Mechanism, OwnerSource, Party, Reach};
use support::{Lowered, lower, one};

/// The owner of the only role: its name and source, `?` when unknown, `-` when absent.
fn owner(lowered: &Lowered) -> String {
    let [identity] = lowered.facts.identities.as_slice() else { panic!() };
    match &identity.ownership.owner {
        Knowledge::Known(it) => format!("{} {:?}", it.value.name, it.value.source),
        Knowledge::Unknown(_) => "?".to_owned(),
        Knowledge::Absent => "-".to_owned(),
    }
}

const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n";

#[test]
fn owners_are_effective_tags() {
    let cases: &[(&str, String, &str)] = &[
        ("nothing", ROLE.to_owned(), "-"),
        (
            "own tags",
            "resource \"aws_iam_role\" \"r\" {\n  tags = { Owner = \"pay\" }\n}\n".to_owned(),
            "pay Tag",
        ),
        (
            "default tags only",
            format!("{ROLE}provider \"aws\" {{\n  default_tags {{\n    tags = {{ team = \"pay\" }}\n  }}\n}}\n"),
            "pay DefaultTags",
        ),
        (
            "default tags of another alias",
            format!("{ROLE}provider \"aws\" {{}}\nprovider \"aws\" {{\n  alias = \"us\"\n  default_tags {{\n    tags = {{ team = \"pay\" }}\n  }}\n}}\n"),
            "-",
        ),
        (
            "default tags of the alias",
            "resource \"aws_iam_role\" \"r\" {\n  provider = aws.us\n}\nprovider \"aws\" {\n  alias = \"us\"\n  default_tags {\n    tags = { team = \"pay\" }\n  }\n}\n".to_owned(),
            "pay DefaultTags",
        ),
        (
            "merged tags",
            "locals { common = { owner = \"pay\" } }\nresource \"aws_iam_role\" \"r\" {\n  tags = merge(local.common, { Name = \"r\" })\n}\n".to_owned(),
            "pay Tag",
        ),
        (
            "merged with unknown tags",
            "variable \"tags\" {}\nresource \"aws_iam_role\" \"r\" {\n  tags = merge(var.tags, { Name = \"r\" })\n}\n".to_owned(),
            "?",
        ),
        (
            "unknown tags with a known owner behind them",
            "variable \"tags\" {}\nresource \"aws_iam_role\" \"r\" {\n  tags = merge(var.tags, { owner = \"pay\" })\n}\n".to_owned(),
            "pay Tag",
        ),
        (
            "tags that nobody gave to a reusable module",
            "variable \"tags\" { default = {} }\nresource \"aws_iam_role\" \"r\" {\n  tags = var.tags\n}\n".to_owned(),
            "?",
        ),
        (
            "tags without an owner",
            "resource \"aws_iam_role\" \"r\" {\n  tags = { Name = \"r\", owner = \"TBD\" }\n}\n".to_owned(),
            "-",
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(owner(&one(text)), *expected, "{name}");
    }
}

#[test]
fn default_tags_reach_modules() {
    let lowered = lower(&[
        (
            "main.tf",
            r#"
provider "aws" {
  alias = "us"
  default_tags {
    tags = { owner = "pay" }
  }
}
module "m" {
  source    = "./m"
  providers = { aws = aws.us }
}
"#,
        ),
        ("m/main.tf", ROLE),
    ]);
    assert_eq!(owner(&lowered), "pay DefaultTags");
    assert_eq!(&*lowered.facts.identities[0].address.name, "module.m.aws_iam_role.r");
}

#[test]
fn tags_reach_modules_as_arguments() {
    let lowered = lower(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n  tags = { owner = \"pay\" }\n}\n"),
        (
            "m/main.tf",
            "variable \"tags\" { default = {} }\nresource \"aws_iam_role\" \"r\" {\n  tags = var.tags\n}\n",
        ),
    ]);
    assert_eq!(owner(&lowered), "pay Tag");
    let owner = lowered.facts.identities[0].ownership.owner.known().unwrap();
    assert_eq!(lowered.at(owner.place()), "main.tf: \"pay\"");
    assert_eq!(owner.value.source, OwnerSource::Tag);
}

#[test]
fn loops_inside_looped_modules_are_expanded() {
    let lowered = lower(&[
        (
            "main.tf",
            r#"
module "m" {
  source   = "./m"
  for_each = { a = { roles = ["x", "y"] }, b = { roles = ["z"] } }
  roles    = each.value.roles
}
"#,
        ),
        (
            "m/main.tf",
            r#"
variable "roles" { type = list(string) }
resource "aws_iam_role" "r" {
  for_each = toset(var.roles)
  name     = each.value
}
"#,
        ),
    ]);
    let names: Vec<_> =
        lowered.facts.identities.iter().map(|it| it.address.name.to_string()).collect();
    assert_eq!(
        names,
        [
            "module.m[\"a\"].aws_iam_role.r[\"x\"]",
            "module.m[\"a\"].aws_iam_role.r[\"y\"]",
            "module.m[\"b\"].aws_iam_role.r[\"z\"]",
        ]
    );
}

#[test]
fn identities_say_what_they_are() {
    let lowered = one(r#"
resource "aws_iam_role" "r" {
  for_each             = toset(["a", "b"])
  name                 = "prod-${each.key}"
  description          = "deploys"
  max_session_duration = 43200
}
"#);
    let [a, b] = lowered.facts.identities.as_slice() else { panic!() };
    assert_eq!(&*a.address.name, "aws_iam_role.r[\"a\"]");
    assert_eq!(b.name.value().unwrap(), "prod-b");
    assert!(a.environment.as_ref().unwrap().production);
    assert_eq!(a.session_seconds.value(), Some(&43_200));
    assert_eq!(a.description.value().unwrap(), "deploys");
    assert_eq!(lowered.slice(a.place), "\"r\"");
}

#[test]
fn google_bindings_name_members_and_reach() {
    let lowered = one(r#"
resource "google_service_account" "app" { account_id = "app" }
resource "google_project_iam_member" "editor" {
  project = "p"
  role    = "roles/editor"
  member  = "serviceAccount:${google_service_account.app.email}"
}
resource "google_storage_bucket_iam_binding" "public" {
  bucket  = "b"
  role    = "roles/storage.objectViewer"
  members = ["allUsers", google_service_account.app.member]
}
resource "google_service_account_iam_member" "wif" {
  service_account_id = google_service_account.app.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.p.name}/*"
}
data "google_iam_policy" "admin" {
  binding {
    role    = "roles/owner"
    members = ["domain:example.com"]
  }
}
resource "google_folder_iam_policy" "folder" {
  folder      = "f"
  policy_data = data.google_iam_policy.admin.policy_data
}
"#);
    let app = Party::Address(lowered.identity("google_service_account.app").address.clone());
    let grant = |role: &str| {
        let has = |it: &&model::Grant| it.role.value().is_some_and(|it| it == role);
        lowered.facts.grants.iter().find(has).unwrap()
    };
    assert_eq!(grant("roles/editor").principals[0].value, app);
    assert_eq!(grant("roles/editor").reach, Reach::Account);
    assert_eq!(lowered.slice(grant("roles/editor").place), "\"roles/editor\"");
    let public = grant("roles/storage.objectViewer");
    assert_eq!(public.principals[0].value, Party::Everyone);
    assert_eq!(lowered.slice(public.principals[0].place()), "\"allUsers\"");
    assert_eq!(public.principals[1].value, app);
    let owner = grant("roles/owner");
    assert_eq!(owner.reach, Reach::Organization);
    assert_eq!(owner.principals[0].value, Party::Account("example.com".to_owned()));
    assert_eq!(lowered.slice(owner.place), "\"roles/owner\"");
    let [trust] = lowered.facts.trusts.as_slice() else { panic!() };
    assert_eq!(trust.identity, app);
    assert_eq!(trust.mechanism, Mechanism::Federation);
}

#[test]
fn azure_assignments_name_principals_and_reach() {
    let lowered = one(r#"
data "azurerm_subscription" "current" {}
resource "azurerm_resource_group" "g" { name = "g" }
resource "azurerm_user_assigned_identity" "id" {
  name = "id"
  tags = { owner = "pay" }
}
resource "azurerm_role_assignment" "wide" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Owner"
  principal_id         = azurerm_user_assigned_identity.id.principal_id
}
resource "azurerm_role_assignment" "group" {
  scope                = azurerm_resource_group.g.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
resource "azurerm_linux_web_app" "app" {
  identity { type = "SystemAssigned" }
}
resource "azuread_application" "app" {
  display_name = "app"
  owners       = [data.azuread_client_config.current.object_id]
  password {
    display_name = "p"
  }
}
resource "azuread_application_federated_identity_credential" "f" {
  application_id = azuread_application.app.id
  issuer         = "https://token.actions.githubusercontent.com"
  subject        = "repo:acme/app:ref:refs/heads/main"
  audiences      = ["api://AzureADTokenExchange"]
}
data "azuread_client_config" "current" {}
"#);
    let [wide, group] = lowered.facts.grants.as_slice() else { panic!() };
    assert_eq!(wide.reach, Reach::Account);
    assert_eq!(wide.role.value().unwrap(), "Owner");
    let identity = lowered.identity("azurerm_user_assigned_identity.id");
    assert_eq!(wide.principals[0].value, Party::Address(identity.address.clone()));
    assert_eq!(identity.ownership.name(), Some("pay"));
    assert_eq!(group.reach, Reach::Namespace);
    let Party::Address(app) = &group.principals[0].value else { panic!() };
    assert_eq!(&*app.name, "azurerm_linux_web_app.app");
    let [trust] = lowered.facts.trusts.as_slice() else { panic!() };
    assert_eq!(lowered.slice(trust.place), "\"repo:acme/app:ref:refs/heads/main\"");
    let application = lowered.identity("azuread_application.app");
    assert_eq!(trust.identity, Party::Address(application.address.clone()));
    assert!(application.ownership.owner.known().is_some());
    assert_eq!(lowered.facts.credentials.len(), 1);
}

#[test]
fn workloads_run_as_roles() {
    let lowered = one(r#"
resource "aws_iam_role" "r" { name = "r" }
resource "aws_iam_instance_profile" "p" { role = aws_iam_role.r.name }
resource "aws_instance" "i" { iam_instance_profile = aws_iam_instance_profile.p.name }
resource "aws_lambda_function" "f" { role = aws_iam_role.r.arn }
"#);
    let from: Vec<String> = lowered
        .facts
        .uses
        .iter()
        .map(|it| match &it.from {
            Party::Address(it) => it.name.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(from, ["aws_instance.i", "aws_lambda_function.f"]);
}

#[test]
fn flexible_credentials_compare_claims() {
    let conditions = |expression: &str| {
        let lowered = one(&format!(
            "variable \"x\" {{}}\nresource \"azuread_application_flexible_federated_identity_credential\" \"f\" {{\n  issuer = \"https://gitlab.com\"\n  claims_matching_expression = {expression}\n}}\n"
        ));
        let [trust] = lowered.facts.trusts.as_slice() else { panic!() };
        let all = trust.conditions.iter();
        let shown = all.map(|it| {
            let value = it.values.texts().next().unwrap();
            format!("{} {} {value} at {}", it.key, it.operator, lowered.slice(it.place))
        });
        (shown.collect::<Vec<_>>(), trust.conditions_known, trust.subject.stated)
    };
    let text = "\"claims['sub'] matches 'project_path:shop/*'\"";
    let shown = format!("claims:sub StringLike project_path:shop/* at {text}");
    assert_eq!(conditions(text), (vec![shown], true, true));
    let text = "\"claims['ref_path'] eq 'a' and claims['x'] eq 'b'\"";
    let (found, known, subject) = conditions(text);
    assert_eq!((found.len(), known, subject), (2, true, false));
    for text in ["var.x", "\"claims['sub'] eq '${var.x}'\"", "\"claims['sub'] like 'x'\"", "\"x\""]
    {
        assert_eq!(conditions(text), (Vec::new(), false, true), "{text}");
    }
}

#[test]
fn directory_roles_are_known_by_the_role_that_is_activated() {
    let lowered = one(r#"
variable "x" {}
resource "azuread_service_principal" "sp" { client_id = "1" }
data "azuread_group" "g" { display_name = "g" }
resource "azuread_user" "eve" { user_principal_name = "eve@shop.example" }
resource "azuread_directory_role" "named" { display_name = "User Administrator" }
resource "azuread_directory_role" "other" { template_id = "fdd7a751-b60b-444a-984c-02652fe8fa1c" }
resource "azuread_directory_role_assignment" "a" {
  role_id             = azuread_directory_role.named.template_id
  principal_object_id = azuread_service_principal.sp.object_id
}
resource "azuread_directory_role_member" "b" {
  role_object_id   = azuread_directory_role.other.object_id
  member_object_id = azuread_user.eve.object_id
}
resource "azuread_directory_role_assignment" "c" {
  role_id             = var.x
  principal_object_id = data.azuread_group.g.object_id
}
"#);
    let [a, b, c] = lowered.facts.grants.as_slice() else { panic!() };
    assert_eq!(a.role.value().unwrap(), "User Administrator");
    assert_eq!(lowered.slice(a.role.known().unwrap().place()), "\"User Administrator\"");
    let identity = lowered.identity("azuread_service_principal.sp");
    assert_eq!(a.principals[0].value, Party::Address(identity.address.clone()));
    assert_eq!(b.role.value().unwrap(), "fdd7a751-b60b-444a-984c-02652fe8fa1c");
    let named = |it: &model::Grant| match &it.principals[0].value {
        Party::Named { name, .. } => name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named(b), "user:azuread_user.eve");
    assert!(c.role.is_unknown());
    assert_eq!(named(c), "group:data.azuread_group.g");
}
