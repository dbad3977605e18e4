//! Stored keys where an identity would do, and webhooks that nobody signs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::GuardKind;
use support::{Lowered, one};

/// Settings of one kind as their path and the text they point at.
fn found(lowered: &Lowered, is: fn(&GuardKind) -> bool) -> Vec<(String, &str)> {
    let guards = lowered.facts.guards.iter().filter(|it| is(&it.kind));
    guards.map(|it| (it.setting.clone(), lowered.slice(it.place))).collect()
}

#[test]
fn keys_are_known_by_their_name_or_their_place() {
    let cases = [
        (
            "github_actions_secret",
            "secret_name = \"aws_secret_access_key\"",
            Some("\"aws_secret_access_key\""),
        ),
        ("github_actions_secret", "secret_name = \"AWS_ROLE\"", None),
        ("github_actions_secret", "secret_name = var.x", None),
        ("tfe_variable", "key = \"ARM_CLIENT_SECRET\"", Some("\"ARM_CLIENT_SECRET\"")),
        (
            "vault_aws_secret_backend",
            "secret_key = random_password.p.result",
            Some("random_password.p.result"),
        ),
        ("vault_aws_secret_backend", "secret_key = var.x", None),
        ("vault_aws_secret_backend", "secret_key = \"\"", None),
        ("vault_aws_secret_backend", "secret_key = null", None),
        ("vault_aws_secret_backend", "identity_token_audience = \"vault\"", None),
    ];
    for (kind, argument, expected) in cases {
        let lowered = one(&format!(
            "variable \"x\" {{}}\nresource \"random_password\" \"p\" {{ length = 32 }}\nresource \"{kind}\" \"k\" {{\n  {argument}\n}}\n"
        ));
        let found = found(&lowered, |it| matches!(it, GuardKind::StoredKeyInUse { .. }));
        let places: Vec<&str> = found.iter().map(|it| it.1).collect();
        assert_eq!(places, expected.into_iter().collect::<Vec<_>>(), "{kind} {argument}");
    }
}

#[test]
fn webhooks_are_signed_or_not_or_it_cannot_be_told() {
    let cases = [
        ("url = \"https://a.example\"", Some(false)),
        ("url = \"https://a.example\"\n    secret = var.x", Some(true)),
        ("url = \"https://hooks.slack.com/services/EXAMPLE\"", None),
        ("url = var.x", None),
    ];
    for (inner, expected) in cases {
        let lowered = one(&format!(
            "variable \"x\" {{}}\nresource \"github_repository_webhook\" \"h\" {{\n  configuration {{\n    {inner}\n  }}\n}}\n"
        ));
        let signed: Vec<bool> = lowered
            .facts
            .guards
            .iter()
            .filter_map(|it| match it.kind {
                GuardKind::WebhookSigned(signed) => {
                    assert_eq!(lowered.slice(it.place), "\"github_repository_webhook\"");
                    Some(signed)
                }
                _ => None,
            })
            .collect();
        assert_eq!(signed, expected.into_iter().collect::<Vec<_>>(), "{inner}");
    }
}

#[test]
fn organisations_of_google_forbid_keys_or_let_them_in() {
    let accepted = |enforce: &str| {
        let lowered = one(&format!(
            "variable \"x\" {{}}\nresource \"google_org_policy_policy\" \"p\" {{\n  name = \"organizations/${{var.x}}/policies/iam.disableServiceAccountKeyCreation\"\n  spec {{\n    rules {{\n      enforce = {enforce}\n    }}\n  }}\n}}\n"
        ));
        let is = |it: &GuardKind| matches!(it, GuardKind::StaticKeys { accepted: true, .. });
        found(&lowered, is).into_iter().map(|(_, it)| it.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(accepted("\"FALSE\""), ["\"FALSE\""]);
    assert_eq!(accepted("\"TRUE\""), [""; 0]);
    assert_eq!(accepted("var.x"), [""; 0]);
}
