//! What becomes of identities and credentials when they go or change.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{GuardKind, Ignored, Lifecycle};
use support::{Lowered, lower, one};

/// Address, setting, what it says and where.
type Found<'a> = (String, String, Lifecycle, &'a str);

fn guards(lowered: &Lowered) -> Vec<Found<'_>> {
    let found = lowered.facts.guards.iter().filter_map(|it| {
        let GuardKind::Lifecycle(says) = &it.kind else { return None };
        let address = it.agent.name.to_string();
        Some((address, it.setting.clone(), says.clone(), lowered.slice(it.place)))
    });
    found.collect()
}

#[test]
fn settings_of_what_is_declared() {
    let key = |inner: &str| format!("resource \"aws_iam_access_key\" \"x\" {{\n{inner}\n}}\n");
    let role = |inner: &str| format!("resource \"aws_iam_role\" \"x\" {{\n{inner}\n}}\n");
    let password = "resource \"azuread_application_password\" \"x\" {\n";
    type Expected<'a> = Option<(Lifecycle, &'a str)>;
    let cases: &[(&str, String, Expected<'_>)] = &[
        (
            "a key that stays",
            key("lifecycle {\nprevent_destroy = true\n}"),
            Some((Lifecycle::DestroyPrevented, "true")),
        ),
        ("a key that may go", key("lifecycle {\nprevent_destroy = false\n}"), None),
        (
            "a bucket that stays",
            "resource \"aws_s3_bucket\" \"x\" {\nlifecycle {\nprevent_destroy = true\n}\n}".into(),
            None,
        ),
        (
            "a password only in the state",
            "resource \"random_password\" \"x\" {\nlifecycle {\nprevent_destroy = true\n}\n}"
                .into(),
            None,
        ),
        (
            "everything",
            role("lifecycle {\nignore_changes = all\n}"),
            Some((Lifecycle::ChangesIgnored(Ignored::All), "all")),
        ),
        (
            "trust",
            role("lifecycle {\nignore_changes = [tags, assume_role_policy]\n}"),
            Some((Lifecycle::ChangesIgnored(Ignored::Trust), "assume_role_policy")),
        ),
        (
            "rights",
            role("lifecycle {\nignore_changes = [inline_policy]\n}"),
            Some((Lifecycle::ChangesIgnored(Ignored::Rights), "inline_policy")),
        ),
        ("tags", role("lifecycle {\nignore_changes = [tags[\"a\"]]\n}"), None),
        (
            "an end",
            format!("{password}lifecycle {{\nignore_changes = [end_date]\n}}\n}}"),
            Some((Lifecycle::ChangesIgnored(Ignored::End), "end_date")),
        ),
        (
            "a renewal",
            format!("{password}lifecycle {{\nignore_changes = [\"rotate_when_changed\"]\n}}\n}}"),
            Some((Lifecycle::ChangesIgnored(Ignored::Renewal), "\"rotate_when_changed\"")),
        ),
        (
            "a user with keys made by hand",
            "resource \"aws_iam_user\" \"x\" {\nforce_destroy = true\n}".into(),
            Some((Lifecycle::SweepsCredentials, "true")),
        ),
        (
            "nobody knows",
            "resource \"aws_iam_user\" \"x\" {\nforce_destroy = var.x\n}\nvariable \"x\" {}".into(),
            None,
        ),
    ];
    for (name, text, expected) in cases {
        let lowered = one(text);
        let found: Vec<(Lifecycle, &str)> =
            guards(&lowered).into_iter().map(|it| (it.2, it.3)).collect();
        assert_eq!(found, expected.iter().cloned().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn removed_blocks_name_what_they_forget() {
    let removed = |from: &str, destroy: &str| {
        format!("removed {{\n  from = {from}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n")
    };
    let cases = [
        ("aws_iam_user.old", "false", Some("aws_iam_user.old")),
        ("module.ci.google_service_account_key.k", "false", {
            Some("module.ci.google_service_account_key.k")
        }),
        ("aws_iam_user.old", "true", None),
        ("aws_iam_user.old", "var.keep", None),
        ("module.ci", "false", None),
        ("aws_s3_bucket.logs", "false", None),
        ("tls_private_key.k", "false", None),
    ];
    for (from, destroy, expected) in cases {
        let lowered = one(&removed(from, destroy));
        let found = guards(&lowered);
        let names: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(names, Vec::from_iter(expected), "{from} {destroy}");
        for (_, setting, says, text) in &found {
            assert_eq!((setting.as_str(), *text), ("lifecycle.destroy", "false"));
            assert_eq!(*says, Lifecycle::Abandoned);
        }
    }
}

#[test]
fn removed_blocks_are_read_in_modules_and_in_json() {
    let block =
        "removed {\n  from = aws_iam_user.old\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let call = "module \"ci\" {\n  source = \"./ci\"\n}\n";
    let json = r#"{"removed": [{"from": "aws_iam_role.r", "lifecycle": {"destroy": false}}]}"#;
    let files = [("main.tf", call), ("ci/main.tf", block), ("b.tf.json", json)];
    let lowered = lower(&files);
    let mut names: Vec<String> = guards(&lowered).into_iter().map(|it| it.0).collect();
    names.sort();
    assert_eq!(names, ["aws_iam_role.r", "module.ci.aws_iam_user.old"]);
}

#[test]
fn forgetting_carries_its_repair() {
    let text = "removed {\n  from = aws_iam_user.old\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let lowered = one(text);
    let fix = lowered.facts.guards[0].fix.as_deref().unwrap();
    assert_eq!(fix.title, "Write `lifecycle.destroy = true`");
    assert_eq!(fix.safety, model::Safety::Unsafe);
    assert_eq!(fix.edits[0].text, "true");
}

#[test]
fn exclusive_grants_are_told_from_additive_ones() {
    let cases = [
        ("aws_iam_policy_attachment", "policy_arn = \"arn:aws:iam::aws:policy/ReadOnlyAccess\"", 1),
        ("aws_iam_policy_attachment", "policy_arn = \"arn:aws:iam::123456789012:policy/own\"", 0),
        ("aws_iam_policy_attachment", "policy_arn = var.arn", 0),
        (
            "aws_iam_role_policy_attachment",
            "policy_arn = \"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
            0,
        ),
        ("google_organization_iam_policy", "policy_data = var.arn", 1),
        ("google_service_account_iam_policy", "policy_data = var.arn", 0),
    ];
    for (kind, argument, expected) in cases {
        let lowered = one(&format!(
            "variable \"arn\" {{}}\nresource \"{kind}\" \"x\" {{\n  {argument}\n}}\n"
        ));
        let takes = |it: &&model::Guard| {
            matches!(it.kind, GuardKind::Lifecycle(Lifecycle::TakesOverGrants))
        };
        let found: Vec<_> = lowered.facts.guards.iter().filter(takes).collect();
        assert_eq!(found.len(), expected, "{kind} {argument}");
    }
}
