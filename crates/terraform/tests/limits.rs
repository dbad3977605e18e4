//! Whatever the input is, lowering ends soon and says what it left out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use std::time::Instant;

use model::NoteKind;
use proptest::prelude::*;
use support::{Lowered, lower, one};

/// Far above what any of these needs, even unoptimised on a busy machine.
const SECONDS: u64 = 60;

fn soon(text: &str) -> Lowered {
    let start = Instant::now();
    let lowered = one(text);
    assert!(start.elapsed().as_secs() < SECONDS, "took {:?}", start.elapsed());
    lowered
}

fn has_note(lowered: &Lowered, kind: NoteKind) -> bool {
    lowered.facts.notes.iter().any(|it| it.kind == kind)
}

#[test]
fn a_billion_instances_are_cut_off() {
    let lowered = soon("resource \"aws_iam_role\" \"r\" {\n  count = 1000000000\n}\n");
    assert!(lowered.facts.identities.len() < 1000);
    assert!(has_note(&lowered, NoteKind::Limit));
}

#[test]
fn a_long_range_is_cut_off() {
    let lowered = soon(
        "resource \"aws_iam_role\" \"r\" {\n  for_each = toset([for i in range(1000000000) : tostring(i)])\n}\n",
    );
    assert!(has_note(&lowered, NoteKind::Limit));
}

#[test]
fn locals_that_read_each_other_end() {
    let lowered = soon(
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_iam_role\" \"r\" { name = local.a }\n",
    );
    assert!(has_note(&lowered, NoteKind::Cycle));
    assert!(lowered.identity("aws_iam_role.r").name.is_unknown());
}

#[test]
fn a_loop_over_itself_ends() {
    soon("resource \"aws_iam_role\" \"r\" {\n  for_each = aws_iam_role.r\n  name = each.key\n}\n");
}

#[test]
fn texts_and_lists_that_double_end() {
    for (first, next) in [
        ("\"0123456789\"", "\"${local.PREV}${local.PREV}\""),
        ("[1, 2]", "concat(local.PREV, local.PREV)"),
        ("[1, 2]", "[local.PREV, local.PREV]"),
        ("{ a = 1 }", "{ a = local.PREV, b = local.PREV }"),
        ("[\"a\", \"b\"]", "[for it in setproduct(local.PREV, local.PREV) : join(\"\", it)]"),
        ("\"x\"", "jsonencode([local.PREV, local.PREV])"),
    ] {
        let mut text = format!("locals {{\n  l0 = {first}\n");
        for at in 1..60 {
            let value = next.replace("PREV", &format!("l{}", at - 1));
            text.push_str(&format!("  l{at} = {value}\n"));
        }
        text.push_str(
            "}\nresource \"aws_iam_role\" \"r\" {\n  name = \"x${jsonencode(local.l59)}\"\n  tags = { a = local.l59 }\n}\nresource \"aws_db_instance\" \"d\" {\n  password = local.l59\n}\n",
        );
        soon(&text);
    }
}

#[test]
fn modules_that_call_themselves_end() {
    let start = Instant::now();
    let call = |name: &str, source: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"{source}\"\n  x = \"${{var.x}}${{var.x}}\"\n}}\n"
        )
    };
    let body = |to: &str| {
        format!("variable \"x\" {{ default = \"a\" }}\n{}{}", call("one", to), call("two", to))
    };
    let lowered = lower(&[
        ("main.tf", &body("./a")),
        ("a/main.tf", &body("../b")),
        ("b/main.tf", &body("../a")),
    ]);
    assert!(has_note(&lowered, NoteKind::Limit));
    assert!(start.elapsed().as_secs() < SECONDS);
}

#[test]
fn a_module_that_calls_itself_is_still_lowered() {
    let lowered = one(
        "module \"again\" {\n  source = \"./\"\n}\nresource \"aws_iam_role\" \"r\" { name = \"r\" }\n",
    );
    assert!(!lowered.facts.identities.is_empty());
}

#[test]
fn long_chains_of_references_do_not_overflow() {
    let mut text = "locals {\n  l0 = \"x\"\n".to_owned();
    for at in 1..5000 {
        text.push_str(&format!("  l{at} = (local.l{})\n", at - 1));
    }
    text.push_str("}\nresource \"aws_iam_role\" \"r\" { name = local.l4999 }\n");
    let lowered = soon(&text);
    assert!(has_note(&lowered, NoteKind::Limit));
}

#[test]
fn documents_that_include_each_other_end() {
    let mut text = String::new();
    for at in 0..40 {
        let next = format!("data.aws_iam_policy_document.d{}.json", at + 1);
        text.push_str(&format!(
            "data \"aws_iam_policy_document\" \"d{at}\" {{\n  source_policy_documents = [{next}, {next}]\n}}\n"
        ));
    }
    text.push_str(
        "data \"aws_iam_policy_document\" \"d40\" {\n  source_policy_documents = [data.aws_iam_policy_document.d0.json]\n  statement { actions = [\"*\"] }\n}\nresource \"aws_iam_policy\" \"p\" { policy = data.aws_iam_policy_document.d0.json }\n",
    );
    soon(&text);
}

/// Fragments that make text that is almost HCL.
const FRAGMENTS: &[&str] = &[
    "resource \"aws_iam_policy\" \"p\" {\n",
    "resource \"aws_iam_role\" \"r\" {\n",
    "data \"aws_iam_policy_document\" \"d\" {\n",
    "variable \"v\" {\n",
    "locals {\n",
    "module \"m\" {\n",
    "provider \"aws\" {\n",
    "dynamic \"statement\" {\n",
    "statement {\n",
    "content {\n",
    "}\n",
    "source = \"./\"\n",
    "default = ",
    "policy = ",
    "actions = ",
    "for_each = ",
    "count = ",
    "tags = ",
    "x = ",
    "var.v",
    "local.x",
    "data.aws_iam_policy_document.d.json",
    "aws_iam_role.r[*].name",
    "each.value",
    "module.m.x",
    "jsonencode(",
    "merge(",
    "try(",
    "format(\"%s-%d\", ",
    "substr(\"é𝒳\", 1, 1)",
    "join(\",\", ",
    "[for k, v in ",
    "{ for k in ",
    " : k => v... }",
    " : v if v != \"\"]",
    ")",
    "]",
    "{",
    "}",
    "[",
    ", ",
    "\n",
    "\"*\"",
    "\"a${",
    "}b\"",
    "<<EOF\n{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"é*\"}]}\nEOF\n",
    "1e400",
    "-1",
    "null",
    "true ? ",
    " == ",
    " && ",
    "\\u00e9",
    "𝒳",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(parts in prop::collection::vec(0..FRAGMENTS.len(), 0..60)) {
        let text: String = parts.into_iter().map(|it| FRAGMENTS[it]).collect();
        let lowered = lower(&[("main.tf", &text), ("terraform.tfvars", &text)]);
        for grant in &lowered.facts.grants {
            lowered.slice(grant.place);
            for action in &grant.actions.items {
                lowered.slice(action.place());
            }
        }
        for credential in &lowered.facts.credentials {
            lowered.slice(credential.place);
        }
    }

    #[test]
    fn no_characters_panic(text in "\\PC{0,200}") {
        lower(&[("main.tf", &text), ("main.tf.json", &text), ("a.tfvars.json", &text)]);
    }
}

#[test]
fn values_that_nest_step_by_step_end() {
    let mut text = "locals {\n  l0 = \"x\"\n".to_owned();
    for at in 1..4000 {
        text.push_str(&format!("  l{at} = [local.l{}]\n", at - 1));
    }
    text.push_str("}\n");
    for at in (0..4000).step_by(20) {
        text.push_str(&format!(
            "resource \"aws_iam_role\" \"r{at}\" {{ tags = {{ a = local.l{at} }} }}\n"
        ));
    }
    let lowered = soon(&text);
    assert!(has_note(&lowered, NoteKind::Limit));
}

#[test]
fn templates_that_render_themselves_end() {
    let start = Instant::now();
    let names: String = (0..90).map(|at| format!("n{at} = {at}, ")).collect();
    let call = format!("templatefile(\"a.tftpl\", {{ {names} }})");
    let lowered = lower(&[
        ("main.tf", &format!("resource \"aws_iam_role\" \"r\" {{ name = {call} }}\n")),
        ("a.tftpl", &format!("x${{{call}}}y${{{call}}}")),
    ]);
    assert!(has_note(&lowered, NoteKind::Limit));
    assert!(start.elapsed().as_secs() < SECONDS, "took {:?}", start.elapsed());
}

#[test]
fn a_module_that_is_not_here_is_noted_at_its_call() {
    let files = [
        (
            "main.tf",
            "module \"far\" {\n  source = \"hashicorp/consul/aws\"\n}\nmodule \"near\" {\n  source = \"./near\"\n}\n",
        ),
        ("near/main.tf", "output \"o\" { value = 1 }\n"),
    ];
    let lowered = lower(&files);
    let outside = lowered.facts.notes.iter().filter(|it| it.kind == NoteKind::Outside);
    let places: Vec<String> = outside.map(|it| lowered.at(it.place)).collect();
    assert_eq!(places, ["main.tf: \"far\""]);
}
