//! Published modules that are not here: what their arguments hand out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Effect, Grant, Party};
use support::{Lowered, lower, one};

/// What a grant hands out, to whom, and where that is written.
fn said(lowered: &Lowered, grant: &Grant) -> String {
    let what = match grant.role.value() {
        Some(role) => role.rsplit('/').next().unwrap_or(role).to_owned(),
        None => {
            let deny = if grant.effect == Effect::Deny { "deny " } else { "" };
            let more = if grant.conditions.is_empty() { "" } else { " if" };
            let actions: Vec<&str> = grant.actions.texts().collect();
            let open = if grant.actions.partial { " …" } else { "" };
            format!("{deny}{}{open}{more}", actions.join(" "))
        }
    };
    let who: Vec<String> = grant
        .principals
        .iter()
        .map(|it| match &it.value {
            Party::Named { name, .. } => name.clone(),
            Party::Address(address) => address.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    format!("{what} -> {} ({:?}) at {}", who.join(", "), grant.reach, lowered.slice(grant.place))
}

fn grants(lowered: &Lowered) -> Vec<String> {
    lowered.facts.grants.iter().map(|it| said(lowered, it)).collect()
}

fn call(source: &str, arguments: &str) -> Lowered {
    one(&format!(
        "variable \"x\" {{}}\nmodule \"m\" {{\n  source = \"{source}\"\n{arguments}\n}}\n"
    ))
}

const EKS: &str = "terraform-aws-modules/eks/aws";
const IAM: &str = "terraform-aws-modules/iam/aws//modules";
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

#[test]
fn access_entries_of_a_cluster_are_read() {
    let lowered = call(
        EKS,
        r#"  access_entries = {
    ci = {
      principal_arn     = "arn:aws:iam::123456789012:role/ci"
      kubernetes_groups = ["system:masters", var.x]
      policy_associations = {
        admin = {
          policy_arn   = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
          access_scope = { type = "cluster" }
        }
        view = {
          policy_arn   = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
          access_scope = { type = var.x }
        }
        open = { policy_arn = var.x }
      }
    }
    nobody = { principal_arn = var.x, policy_associations = var.x }
  }
  enable_cluster_creator_admin_permissions = true"#,
    );
    assert_eq!(
        grants(&lowered),
        [
            "AmazonEKSClusterAdminPolicy -> arn:aws:iam::123456789012:role/ci (Cluster) at \"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy\"",
            "AmazonEKSViewPolicy -> arn:aws:iam::123456789012:role/ci (Unknown) at \"arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy\"",
            "AmazonEKSClusterAdminPolicy ->  (Cluster) at true",
        ]
    );
    let [group] = lowered.facts.uses.as_slice() else { panic!() };
    assert_eq!(lowered.slice(group.place), "\"system:masters\"");
}

#[test]
fn roles_that_are_mapped_to_groups_are_read() {
    let lowered = call(
        &format!("{EKS}//modules/aws-auth"),
        r#"  aws_auth_roles = [
    for name in ["a", "b"] : { rolearn = module.roles.arns[name], groups = ["g-${name}"] }
  ]
  aws_auth_users = [{ userarn = var.x, groups = ["g"] }, var.x]"#,
    );
    let said: Vec<String> = lowered
        .facts
        .uses
        .iter()
        .map(|it| match (&it.from, &it.to) {
            (Party::Named { name: from, .. }, Party::Named { name: to, .. }) => {
                format!("{from} -> {to}")
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.contains(&"var.x -> g".to_owned()), "{said:?}");
}

#[test]
fn policies_of_what_a_module_makes_are_its_own() {
    let admin = format!("AdministratorAccess -> module.m (Account) at \"{ADMIN}\"");
    let flag = "AdministratorAccess -> module.m (Account) at true".to_owned();
    let cases: &[(&str, String, &[&str])] = &[
        (
            "iam-assumable-role",
            format!("  create_role = true\n  custom_role_policy_arns = [\"{ADMIN}\"]"),
            &[&admin],
        ),
        (
            "iam-assumable-role",
            "  create_role = true\n  attach_admin_policy = true".to_owned(),
            &[&flag],
        ),
        (
            "iam-assumable-role",
            "  create_role = var.x\n  attach_admin_policy = true".to_owned(),
            &[&flag],
        ),
        ("iam-assumable-role", "  attach_admin_policy = true".to_owned(), &[]),
        (
            "iam-assumable-role",
            "  create_role = true\n  attach_admin_policy = var.x".to_owned(),
            &[],
        ),
        (
            "iam-assumable-role",
            "  create_role = true\n  attach_admin_policy = false".to_owned(),
            &[],
        ),
        ("iam-eks-role", format!("  role_policy_arns = {{ a = \"{ADMIN}\" }}"), &[&admin]),
        (
            "iam-eks-role",
            format!("  create_role = false\n  role_policy_arns = {{ a = \"{ADMIN}\" }}"),
            &[],
        ),
        ("iam-role", format!("  policies = {{ a = \"{ADMIN}\", b = var.x }}"), &[&admin]),
        ("iam-role", format!("  count = 0\n  policies = {{ a = \"{ADMIN}\" }}"), &[]),
        ("iam-role", "  policies = var.x".to_owned(), &[]),
        ("iam-role", "  policies = \"text\"".to_owned(), &[]),
        ("iam-nothing", format!("  policies = {{ a = \"{ADMIN}\" }}"), &[]),
    ];
    for (part, arguments, expected) in cases {
        let lowered = call(&format!("{IAM}/{part}"), arguments);
        assert_eq!(grants(&lowered), *expected, "{part}\n{arguments}");
    }
}

#[test]
fn statements_are_read_like_blocks() {
    let lowered = call(
        "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v8.0.0",
        r#"  attach_policy_statements = true
  policy_statements = {
    all  = { effect = "Allow", actions = ["s3:*"], resources = ["*"] }
    held = {
      actions    = ["iam:PassRole"]
      resources  = ["*"]
      conditions = { a = { test = "StringEquals", variable = "iam:PassedToService", values = ["x"] } }
    }
    no   = { effect = "Deny", actions = ["ec2:*"], resources = ["*"] }
    part = { effect = "Allow", actions = var.x, resources = ["*"] }
  }
  attach_policy_json = false
  policy_json        = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })"#,
    );
    assert_eq!(
        grants(&lowered),
        [
            "s3:* -> module.m (Account) at \"Allow\"",
            "iam:PassRole if -> module.m (Account) at \"iam:PassRole\"",
            "deny ec2:* -> module.m (Account) at \"Deny\"",
            " … -> module.m (Account) at \"Allow\"",
        ]
    );
}

#[test]
fn bindings_of_google_are_read() {
    let lowered = call(
        "terraform-google-modules/iam/google//modules/projects_iam",
        r#"  projects = ["shop"]
  bindings = {
    "roles/owner"  = ["serviceAccount:ci@shop.iam.gserviceaccount.com"]
    "roles/viewer" = [var.x]
    "roles/none"   = []
  }"#,
    );
    assert_eq!(
        grants(&lowered),
        [
            "owner -> ci@shop.iam.gserviceaccount.com (Account) at roles/owner",
            "viewer -> Unknown (Account) at roles/viewer",
        ]
    );
    let lowered = call(
        "terraform-google-modules/service-accounts/google",
        "  project_roles = [\"shop=>roles/editor\", \"nothing\", var.x]",
    );
    assert_eq!(grants(&lowered), ["editor -> module.m (Account) at \"shop=>roles/editor\""]);
}

/// A module that is here is evaluated, whatever it is called.
#[test]
fn a_module_that_is_here_speaks_for_itself() {
    let main = "module \"m\" {\n  source = \"./terraform-aws-modules/eks/aws\"\n  enable_cluster_creator_admin_permissions = true\n}\n";
    let lowered = lower(&[("main.tf", main), ("terraform-aws-modules/eks/aws/main.tf", "")]);
    assert!(grants(&lowered).is_empty());
}

/// Whatever stands in an argument, reading it ends.
#[test]
fn arguments_of_any_shape_are_survived() {
    let shapes = [
        "null",
        "true",
        "1",
        "\"x\"",
        "[]",
        "{}",
        "[null]",
        "[[[]]]",
        "{ a = null }",
        "var.x",
        "[for i in range(2000) : { policy_associations = {} }]",
        "{ a = { b = { c = {} } } }",
        "{ a = { policy_associations = [1], principal_arn = {}, kubernetes_groups = { a = 1 } } }",
        "[{ groups = [{}], rolearn = [] }]",
        "{ (var.x) = var.x }",
        "var.nothing",
        "local.l",
        "[{ actions = {}, conditions = 1, effect = [] }]",
        "jsondecode(\"{\")",
        "é",
        "\"=>\"",
    ];
    for row in include_str!("../data/published-modules.tsv").lines() {
        let mut columns = row.split('\t');
        let (Some(module), Some(path)) = (columns.next(), columns.next()) else { continue };
        let argument = path.split('.').next().unwrap();
        for shape in shapes {
            let switches = "create_role = true\n  attach_policy_statements = true\n  attach_policy_json = true";
            call(module, &format!("  {argument} = {shape}\n  {switches}"));
        }
    }
}
