//! Azure: access policies of key vaults, and roles by every way to name them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Carrier, GuardKind, Knowledge, Party, Reach};
use support::one;

#[test]
fn access_policies_are_grants_on_everything_of_a_kind() {
    let lowered = one(r#"
data "azurerm_client_config" "current" {}
resource "azurerm_user_assigned_identity" "app" { name = "app" }
variable "more" {}
resource "azurerm_key_vault" "v" {
  access_policy {
    object_id          = data.azurerm_client_config.current.object_id
    secret_permissions = ["Get", "Set"]
  }
}
resource "azurerm_key_vault_access_policy" "p" {
  object_id               = azurerm_user_assigned_identity.app.principal_id
  key_permissions         = ["Get", var.more]
  certificate_permissions = var.more
}
"#);
    let grants = &lowered.facts.grants;
    let shown: Vec<_> = grants
        .iter()
        .map(|it| {
            assert_eq!(it.carrier, Carrier::ResourcePolicy);
            assert_eq!(it.reach, Reach::Resource);
            let about = &it.resources.items.first().unwrap().value;
            let actions: Vec<&str> = it.actions.texts().collect();
            (about.as_str(), actions, it.actions.partial, lowered.slice(it.place))
        })
        .collect();
    assert_eq!(
        shown,
        [("secrets", vec!["Get", "Set"], false, "\"Get\""), ("keys", vec!["Get"], true, "\"Get\""),]
    );
    assert!(matches!(grants[0].principals[0].value, Party::Service(_)));
    let app = lowered.identity("azurerm_user_assigned_identity.app").address.clone();
    assert_eq!(grants[1].principals[0].value, Party::Address(app));
}

#[test]
fn roles_are_found_behind_data_sources() {
    let cases = [
        ("data.azurerm_role_definition.c.id", Some("Contributor")),
        (
            "\"${data.azurerm_subscription.s.id}${data.azurerm_role_definition.c.id}\"",
            Some("Contributor"),
        ),
        ("data.azurerm_role_definition.open.id", None),
        ("var.role", None),
    ];
    for (role, expected) in cases {
        for kind in ["azurerm_role_assignment", "azurerm_pim_active_role_assignment"] {
            let lowered = one(&format!(
                "variable \"role\" {{}}\ndata \"azurerm_subscription\" \"s\" {{}}\ndata \"azurerm_role_definition\" \"c\" {{ name = \"Contributor\" }}\ndata \"azurerm_role_definition\" \"open\" {{ name = var.role }}\nresource \"{kind}\" \"a\" {{\n  scope = data.azurerm_subscription.s.id\n  role_definition_id = {role}\n}}\n"
            ));
            let [grant] = lowered.facts.grants.as_slice() else { panic!("{role}") };
            assert_eq!(grant.reach, Reach::Account);
            match (&grant.role, expected) {
                (Knowledge::Known(it), Some(name)) => {
                    assert_eq!(it.value, name);
                    assert_eq!(lowered.slice(it.place()), "\"Contributor\"", "{role}");
                }
                (found, None) => assert!(found.is_unknown(), "{role}: {found:?}"),
                (found, _) => panic!("{role}: {found:?}"),
            }
        }
    }
}

#[test]
fn assignments_for_a_time_say_whether_they_end() {
    let expiring = |inner: &str| format!("schedule {{\nexpiration {{\n{inner}\n}}\n}}");
    let cases = [
        ("azurerm_pim_active_role_assignment", String::new(), Some((false, true, "\"a\""))),
        ("azurerm_pim_eligible_role_assignment", String::new(), Some((false, false, "\"a\""))),
        (
            "azurerm_pim_active_role_assignment",
            expiring("duration_days = 30"),
            Some((true, true, "30")),
        ),
        ("azurerm_pim_active_role_assignment", expiring("duration_days = var.x"), None),
        (
            "azurerm_pim_active_role_assignment",
            expiring("duration_days = null"),
            Some((false, true, "\"a\"")),
        ),
        (
            "azurerm_pim_active_role_assignment",
            "schedule {\nstart_date_time = \"x\"\n}".to_owned(),
            Some((false, true, "\"a\"")),
        ),
        (
            "azurerm_pim_active_role_assignment",
            "dynamic \"schedule\" {\nfor_each = var.x\ncontent {}\n}".to_owned(),
            None,
        ),
        (
            "azuread_privileged_access_group_assignment_schedule",
            "permanent_assignment = true".to_owned(),
            Some((false, true, "true")),
        ),
        (
            "azuread_privileged_access_group_eligibility_schedule",
            "permanent_assignment = false".to_owned(),
            Some((true, false, "false")),
        ),
        (
            "azuread_privileged_access_group_assignment_schedule",
            "permanent_assignment = var.x".to_owned(),
            None,
        ),
        (
            "azuread_privileged_access_group_assignment_schedule",
            "duration = \"P30D\"".to_owned(),
            None,
        ),
    ];
    for (kind, inner, expected) in cases {
        let text = format!("variable \"x\" {{}}\nresource \"{kind}\" \"a\" {{\n{inner}\n}}\n");
        let lowered = one(&text);
        let found = lowered.facts.guards.iter().find_map(|it| match it.kind {
            GuardKind::AssignmentEnds { ends, active } => {
                Some((ends, active, lowered.slice(it.place)))
            }
            _ => None,
        });
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn clusters_say_whose_identity_pods_have() {
    let cases = [
        ("", Some((false, "\"c\"", false))),
        ("oidc_issuer_enabled = true", Some((false, "\"c\"", true))),
        ("workload_identity_enabled = false", Some((false, "false", false))),
        (
            "oidc_issuer_enabled = true\nworkload_identity_enabled = true",
            Some((true, "true", false)),
        ),
        ("workload_identity_enabled = var.x", None),
    ];
    for (inner, expected) in cases {
        let text = format!("resource \"azurerm_kubernetes_cluster\" \"c\" {{\n{inner}\n}}\n");
        let lowered = one(&text);
        let found = lowered.facts.guards.iter().find_map(|it| match it.kind {
            GuardKind::WorkloadIdentities(own) => {
                Some((own, lowered.slice(it.place), it.fix.is_some()))
            }
            _ => None,
        });
        assert_eq!(found, expected, "{text}");
    }
}
