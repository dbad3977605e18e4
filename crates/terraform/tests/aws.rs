//! AWS: machines, clusters, agents, keys and what else makes or holds identities.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::GuardKind;
use support::one;

const PROFILE: &str = "iam_instance_profile = \"app\"";

#[test]
fn machines_say_how_open_their_credentials_are() {
    let machine = |inner: &str| format!("resource \"aws_instance\" \"m\" {{\n{inner}\n}}\n");
    let options = |inner: &str| machine(&format!("{PROFILE}\nmetadata_options {{\n{inner}\n}}"));
    type Found<'a> = (bool, bool, &'a str);
    let cases: &[(&str, String, &[Found<'_>])] = &[
        ("optional", options("http_tokens = \"optional\""), &[(true, true, "\"optional\"")]),
        ("required", options("http_tokens = \"required\""), &[(false, true, "\"required\"")]),
        ("not written", machine(PROFILE), &[(true, false, "\"m\"")]),
        ("null", options("http_tokens = null"), &[(true, false, "\"m\"")]),
        ("unknown", options("http_tokens = var.x"), &[]),
        ("no service", options("http_tokens = \"optional\"\nhttp_endpoint = \"disabled\""), &[]),
        ("no role", machine("metadata_options {\nhttp_tokens = \"optional\"\n}"), &[]),
        (
            "unknown blocks",
            machine(&format!(
                "{PROFILE}\ndynamic \"metadata_options\" {{\nfor_each = var.x\ncontent {{}}\n}}"
            )),
            &[],
        ),
        (
            "a default of the region",
            format!(
                "{}resource \"aws_ec2_instance_metadata_defaults\" \"d\" {{\n  http_tokens = \"required\"\n}}\n",
                machine(PROFILE)
            ),
            &[],
        ),
    ];
    for (name, text, expected) in cases {
        let lowered = one(text);
        let found: Vec<Found<'_>> = lowered
            .facts
            .guards
            .iter()
            .map(|it| {
                let GuardKind::MachineCredentialsOpen(open) = it.kind else { panic!("{name}") };
                (open, it.stated, lowered.slice(it.place))
            })
            .collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn an_open_machine_carries_its_repair() {
    let text = format!("resource \"aws_instance\" \"m\" {{\n  {PROFILE}\n}}\n");
    let lowered = one(&text);
    let fix = lowered.facts.guards[0].fix.as_deref().unwrap();
    let [edit] = fix.edits.as_slice() else { panic!() };
    assert_eq!(edit.text, "  metadata_options {\n    http_tokens = \"required\"\n  }\n");
}
