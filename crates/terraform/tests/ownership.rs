//! Who answers for a resource: what its tags, its provider, its texts and its callers say.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Knowledge, Ownership};
use support::{Lowered, lower, one};

/// The body of an IAM role, and its owner: a name, `?`, `-`, or `-TEXT` where TEXT stands in.
const CASES: &str = r#"
| -
tags = { Owner = "ops" } | ops
tags = { "acme:team" = "ops" } | ops
tags = { owner = "" } | -
tags = { owner = "Change-Me" } | -Change-Me
tags = { owner = "<your team>" } | -<your team>
tags = { owner = "tbd", team = "ops" } | ops
tags = { owner = var.x } | ?
tags = var.x | ?
tags = merge(var.x, { owner = "ops" }) | ops
tags = merge({ owner = "none" }, { owner = "ops" }) | ops
tags = {}; lifecycle {; ignore_changes = [tags]; } | ?
tags = {}; lifecycle {; ignore_changes = [tags["owner"], name]; } | ?
tags = {}; lifecycle {; ignore_changes = all; } | ?
tags = {}; lifecycle {; ignore_changes = [name]; } | -
tags = { owner = "ops" }; lifecycle {; ignore_changes = [tags]; } | ops
description = "Builds the shop, owner=team-shop" | team-shop
description = var.x | -
"#;

fn owner(ownership: &Ownership) -> String {
    match (&ownership.owner, &ownership.stand_in) {
        (Knowledge::Known(it), _) => it.value.name.clone(),
        (Knowledge::Unknown(_), _) => "?".to_owned(),
        (Knowledge::Absent, Some(it)) => format!("-{}", it.value),
        (Knowledge::Absent, None) => "-".to_owned(),
    }
}

#[test]
fn what_is_written_names_the_owner() {
    for case in CASES.lines().filter(|it| !it.is_empty()) {
        let (lines, expected) = case.rsplit_once('|').unwrap();
        let body = lines.trim().replace("; ", "\n  ");
        let text = format!(
            "provider \"aws\" {{}}\nvariable \"x\" {{}}\nresource \"aws_iam_role\" \"r\" {{\n  {body}\n}}\n"
        );
        let lowered = one(&text);
        let [role] = lowered.facts.identities.as_slice() else { panic!("{case}") };
        assert_eq!(owner(&role.ownership), expected.trim(), "{case}");
        if let Some(it) = &role.ownership.stand_in {
            assert_eq!(lowered.slice(it.place()).trim_matches('"'), it.value, "{case}");
        }
    }
}

#[test]
fn defaults_of_the_provider_count_where_tags_say_nothing() {
    let with = |tags: &str| {
        let lowered = one(&format!(
            "provider \"aws\" {{\n  default_tags {{\n    tags = {{ Team = \"base\", review-by = \"2026-03-31\" }}\n  }}\n}}\nresource \"aws_iam_role\" \"r\" {{\n  tags = {tags}\n}}\n"
        ));
        lowered.facts.identities[0].ownership.clone()
    };
    assert_eq!(owner(&with("{ env = \"prod\" }")), "base");
    assert_eq!(owner(&with("{ team = \"own\" }")), "own");
    let review = with("null").review.value().map(ToString::to_string);
    assert_eq!(review.as_deref(), Some("2026-03-31"));
}

const ROLE: (&str, &str) = (
    "role/main.tf",
    r#"
variable "tags" {
  type    = map(string)
  default = {}
}
locals {
  all = merge(var.tags, { managed = "yes" })
}
resource "aws_iam_role" "this" {
  tags = local.all
}
"#,
);

fn calls(lowered: &Lowered) -> Vec<(String, String)> {
    let of = |it: &model::Identity| {
        let call = it.ownership.handed_in.map_or("-".to_owned(), |it| lowered.at(it));
        (owner(&it.ownership), call)
    };
    lowered.facts.identities.iter().map(of).collect()
}

#[test]
fn the_outermost_call_that_could_hand_one_in_is_known() {
    let middle = (
        "middle/main.tf",
        "variable \"labels\" {\n  default = {}\n}\nmodule \"role\" {\n  source = \"../role\"\n  tags   = var.labels\n}\n",
    );
    let root = |call: &str| {
        let text = format!("provider \"aws\" {{}}\nmodule \"outer\" {{\n  {call}\n}}\n");
        let found = calls(&lower(&[ROLE, middle, ("live/main.tf", &text)]));
        found.into_iter().find(|(owner, _)| owner != "?")
    };
    let outer = Some(("-".to_owned(), "live/main.tf: \"outer\"".to_owned()));
    assert_eq!(root("source = \"../role\""), outer);
    assert_eq!(root("source = \"../middle\""), outer);
    assert_eq!(root("source = \"../middle\"\n  labels = { a = \"b\" }"), outer);
    let ops = Some(("ops".to_owned(), "-".to_owned()));
    assert_eq!(root("source = \"../middle\"\n  labels = { owner = \"ops\" }"), ops);
}

#[test]
fn tags_that_come_from_no_input_are_nobodys_to_hand_in() {
    let role = (
        "role/main.tf",
        "variable \"name\" {}\nresource \"aws_iam_role\" \"this\" {\n  tags = { Name = var.name }\n}\n",
    );
    let root = (
        "live/main.tf",
        "provider \"aws\" {}\nmodule \"m\" {\n  source = \"../role\"\n  name = \"x\"\n}\n",
    );
    assert_eq!(calls(&lower(&[role, root])), [("-".to_owned(), "-".to_owned())]);
}

/// A Google service account carries no labels: its project's say whose it is.
#[test]
fn what_an_identity_stands_in_may_name_its_owner() {
    let account = |project: &str| {
        format!(
            "variable \"x\" {{}}\nresource \"google_service_account\" \"a\" {{\n  account_id = \"a\"\n  project = {project}\n}}\n"
        )
    };
    let identity = |group: &str| {
        format!(
            "variable \"x\" {{}}\nresource \"azurerm_user_assigned_identity\" \"a\" {{\n  name = \"a\"\n  resource_group_name = {group}\n}}\n"
        )
    };
    let project = |labels: &str| {
        format!(
            "resource \"google_project\" \"p\" {{\n  project_id = \"p\"\n  labels = {labels}\n}}\n"
        )
    };
    let group = "resource \"azurerm_resource_group\" \"g\" {\n  name = \"g\"\n  tags = { team = \"pay\" }\n}\n";
    let module = |labels: &str| {
        format!(
            "module \"p\" {{\n  source = \"terraform-google-modules/project-factory/google\"\n  labels = {labels}\n}}\n"
        )
    };
    let outer = "module \"outer\" {\n  source = \"./outer\"\n}\n";
    let cases: &[(&str, String, &str, &str)] = &[
        (
            "a project",
            account("google_project.p.project_id"),
            &project("{ owner = \"pay\" }"),
            "pay Parent",
        ),
        (
            "a project without",
            account("google_project.p.project_id"),
            &project("{ env = \"x\" }"),
            "-",
        ),
        (
            "a project with unknown labels",
            account("google_project.p.project_id"),
            &project("var.x"),
            "?",
        ),
        ("another project", account("\"q\""), &project("{ owner = \"pay\" }"), "-"),
        (
            "a project of a module",
            account("module.p.project_id"),
            &module("{ primary_contact = \"pay\" }"),
            "pay Parent",
        ),
        ("a module that is told nothing", account("module.p.project_id"), &module("{}"), "-"),
        (
            "a module that is told what is not known",
            account("module.p.project_id"),
            &module("merge(var.x, {})"),
            "?",
        ),
        (
            "a module that there is not",
            account("module.q.project_id"),
            &module("{ owner = \"pay\" }"),
            "-",
        ),
        ("a group", identity("azurerm_resource_group.g.name"), group, "pay Parent"),
        ("no group", identity("var.x"), group, "-"),
        ("another module's", account("module.outer.id"), outer, "pay Parent"),
    ];
    for (name, text, beside, expected) in cases {
        let inner = format!(
            "{}output \"id\" {{\n  value = module.p.project_id\n}}\n",
            module("{ owner = \"pay\" }")
        );
        let lowered = lower(&[
            (
                "main.tf",
                &format!("provider \"google\" {{}}\nprovider \"azurerm\" {{}}\n{text}{beside}"),
            ),
            ("outer/main.tf", &inner),
        ]);
        let [identity] = lowered.facts.identities.as_slice() else { panic!("{name}") };
        let owner = match &identity.ownership.owner {
            Knowledge::Known(it) => format!("{} {:?}", it.value.name, it.value.source),
            Knowledge::Unknown(_) => "?".to_owned(),
            Knowledge::Absent => "-".to_owned(),
        };
        assert_eq!(owner, *expected, "{name}");
    }
}
