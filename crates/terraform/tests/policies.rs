//! Policies in every shape, found at the exact token.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Carrier, Effect, Party};
use support::{lower, one};

/// What is written, its files, and where a star that allows everything is found.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const STARS: &[Case] = &[
    (
        "heredoc JSON",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
}
EOF
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "indented heredoc with interpolations before the star",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  policy = <<-EOT
    {
      "Statement": {
        "Effect": "Allow",
        "Resource": ["${aws_s3_bucket.b.arn}/*", ${jsonencode(var.more)}],
        "Action": ["s3:${var.verb}", "*"]
      }
    }
  EOT
}
variable "verb" {}
variable "more" {}
resource "aws_s3_bucket" "b" {}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "jsonencode",
        &[(
            "main.tf",
            r#"
resource "aws_iam_role_policy" "p" {
  role   = "x"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "policy document",
        &[(
            "main.tf",
            r#"
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "through a local",
        &[(
            "main.tf",
            r#"
locals { all = "*" }
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = local.all, Resource = "*" }] })
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "through the default of a variable",
        &[
            (
                "main.tf",
                r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.all, Resource = "*" }] })
}
"#,
            ),
            ("variables.tf", "variable \"all\" {\n  default = [\"*\"]\n}\n"),
        ],
        &["variables.tf: \"*\""],
    ),
    (
        "through a variables file",
        &[
            (
                "main.tf",
                r#"
variable "all" { default = ["s3:GetObject"] }
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.all, Resource = "*" }] })
}
"#,
            ),
            ("terraform.tfvars", "all = [\"*\"]\n"),
        ],
        &["terraform.tfvars: \"*\""],
    ),
    (
        "through two modules",
        &[
            ("main.tf", "module \"a\" {\n  source = \"./a\"\n  do = \"*\"\n}\n"),
            (
                "a/main.tf",
                r#"
variable "do" {}
module "b" {
  source = "./b"
  what   = [var.do]
}
"#,
            ),
            (
                "a/b/main.tf",
                r#"
variable "what" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.what, Resource = "*" }] })
}
"#,
            ),
        ],
        &["main.tf: \"*\""],
    ),
    (
        "out of a module",
        &[
            (
                "main.tf",
                r#"
module "a" { source = "./a" }
resource "aws_iam_policy" "p" { policy = module.a.json }
"#,
            ),
            (
                "a/main.tf",
                r#"
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["*"]
  }
}
output "json" { value = data.aws_iam_policy_document.d.json }
"#,
            ),
        ],
        &["a/main.tf: \"*\""],
    ),
    (
        "out of a file",
        &[
            (
                "main.tf",
                r#"
resource "aws_iam_policy" "p" {
  policy = file("${path.module}/p.json")
}
"#,
            ),
            ("p.json", r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#),
        ],
        &["p.json: \"*\""],
    ),
    (
        "out of a template file",
        &[
            (
                "main.tf",
                r#"
resource "aws_iam_policy" "p" {
  policy = templatefile("p.tftpl", { action = "*", name = var.n })
}
variable "n" {}
"#,
            ),
            (
                "p.tftpl",
                r#"{"Statement": [{"Sid": "${name}", "Effect": "Allow", "Action": "${action}"}]}"#,
            ),
        ],
        &["main.tf: \"*\""],
    ),
    (
        "concat, merge, for and a conditional",
        &[(
            "main.tf",
            r#"
locals {
  base  = { Effect = "Allow", Resource = "*" }
  verbs = concat(["s3:GetObject"], true ? ["*"] : [])
  all   = [for it in local.verbs : it if it != "s3:GetObject"]
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [merge(local.base, { Action = local.all })] })
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "dynamic statements",
        &[(
            "main.tf",
            r#"
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = [{ verbs = ["*"] }]
    content {
      actions = statement.value.verbs
    }
  }
}
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "source documents",
        &[(
            "main.tf",
            r#"
data "aws_iam_policy_document" "a" {
  statement { actions = ["*"] }
}
data "aws_iam_policy_document" "b" {
  source_policy_documents = [data.aws_iam_policy_document.a.json]
}
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.b.json }
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "inline policy of a role, keys in lower case",
        &[(
            "main.tf",
            r#"
resource "aws_iam_role" "r" {
  inline_policy {
    name   = "x"
    policy = jsonencode({ statement = [{ effect = "Allow", action = "*", resource = "*" }] })
  }
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "keys of a for_each",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  for_each = toset(["*"])
  policy   = jsonencode({ Statement = [{ Effect = "Allow", Action = each.key, Resource = "*" }] })
}
"#,
        )],
        &["main.tf: \"*\""],
    ),
    (
        "JSON syntax",
        &[(
            "main.tf.json",
            r#"{"resource": {"aws_iam_policy": {"p": {
  "policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}"
}}}}"#,
        )],
        &["main.tf.json: \\\"*\\\""],
    ),
    (
        "OpenTofu",
        &[(
            "main.tofu",
            r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = var.x }] })
}
variable "x" {}
"#,
        )],
        &["main.tofu: \"*\""],
    ),
    (
        "count of zero",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  count  = 0
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"#,
        )],
        &[],
    ),
    (
        "deny",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })
}
"#,
        )],
        &[],
    ),
    (
        "unknown actions",
        &[(
            "main.tf",
            r#"
variable "actions" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.actions }] })
}
"#,
        )],
        &[],
    ),
    (
        "unknown condition",
        &[(
            "main.tf",
            r#"
variable "on" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = var.on ? "*" : "s3:GetObject", Resource = "*"
  }] })
}
"#,
        )],
        &[],
    ),
    (
        "malformed JSON",
        &[(
            "main.tf",
            r#"
resource "aws_iam_policy" "p" {
  policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", "
}
"#,
        )],
        &[],
    ),
    (
        "an unknown dynamic",
        &[(
            "main.tf",
            r#"
variable "list" {}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = var.list
    content {
      actions = ["*"]
    }
  }
}
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
"#,
        )],
        &[],
    ),
];

#[test]
fn stars_are_found_at_the_literal() {
    for (name, files, expected) in STARS {
        assert_eq!(&lower(files).stars(), expected, "{name}");
    }
}

#[test]
fn a_value_says_which_way_it_took() {
    let files = [
        (
            "main.tf",
            r#"
locals { all = "*" }
module "a" {
  source = "./a"
  do     = local.all
}
"#,
        ),
        (
            "a/main.tf",
            r#"
variable "do" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.do, Resource = "*" }] })
}
"#,
        ),
    ];
    assert_eq!(lower(&files).star_steps(), ["local.all", "var.do"]);
}

#[test]
fn a_partly_unknown_policy_keeps_what_is_known() {
    let lowered = one(r#"
variable "x" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = ["iam:PassRole", var.x], Resource = var.x },
    var.x,
  ] })
}
"#);
    let [grant] = lowered.facts.grants.as_slice() else { panic!("{:?}", lowered.facts.grants) };
    assert_eq!(grant.actions.texts().collect::<Vec<_>>(), ["iam:PassRole"]);
    assert!(grant.actions.partial && grant.resources.partial);
    assert_eq!(&*grant.address.name, "aws_iam_policy.p#Statement[0]");
}

#[test]
fn attachments_join_policies_and_principals_across_files() {
    let lowered = lower(&[
        (
            "attach.tf",
            r#"
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.ci.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_role_policy_attachment" "admin" {
  role       = "ci"
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess"
}
data "aws_partition" "current" {}
"#,
        ),
        (
            "policy.tf",
            r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
resource "aws_iam_policy" "idle" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "*" }] })
}
"#,
        ),
        ("role.tf", "resource \"aws_iam_role\" \"ci\" {\n  name = \"ci\"\n}\n"),
    ]);
    let role = Party::Address(lowered.identity("aws_iam_role.ci").address.clone());
    let by_action = |action: &str| {
        lowered.facts.grants.iter().find(|it| it.actions.find(action).is_some()).unwrap()
    };
    let held = by_action("s3:*");
    assert_eq!(held.principals.iter().map(|it| &it.value).collect::<Vec<_>>(), [&role]);
    assert_eq!(held.bound, Some(true));
    assert_eq!(lowered.slice(held.bindings[0]), "\"a\"");
    assert_eq!(by_action("sqs:*").bound, Some(false));
    let admin = lowered.facts.grants.iter().find(|it| it.role.value().is_some()).unwrap();
    assert_eq!(admin.role.value().unwrap(), "arn:aws:iam::aws:policy/AdministratorAccess");
    assert_eq!(admin.principals[0].value, role);
    assert_eq!(
        lowered.slice(admin.place),
        "\"arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess\""
    );
}

#[test]
fn resource_policies_name_their_principals() {
    let lowered = one(r#"
resource "aws_sqs_queue_policy" "q" {
  policy = jsonencode({ Statement = [{
    Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*",
    Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-west-1:123456789012:t" } }
  }] })
}
resource "aws_lambda_permission" "l" {
  action        = "lambda:InvokeFunction"
  function_name = "f"
  principal     = "s3.amazonaws.com"
}
"#);
    let [queue, lambda] = lowered.facts.grants.as_slice() else { panic!() };
    assert_eq!(queue.carrier, Carrier::ResourcePolicy);
    assert_eq!(queue.principals[0].value, Party::Everyone);
    assert_eq!(lowered.slice(queue.principals[0].place()), "\"*\"");
    assert_eq!(queue.conditions[0].key, "aws:SourceArn");
    assert_eq!(lambda.principals[0].value, Party::Service("s3.amazonaws.com".to_owned()));
    assert!(lambda.conditions.is_empty());
}

#[test]
fn boundaries_and_organisation_policies_are_limits() {
    let lowered = one(r#"
resource "aws_iam_policy" "fence" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_role" "r" {
  name                 = "r"
  permissions_boundary = aws_iam_policy.fence.arn
}
resource "aws_organizations_policy" "scp" {
  content = jsonencode({ Statement = [{ Effect = "Deny", Action = "iam:*", Resource = "*" }] })
}
"#);
    assert!(lowered.facts.grants.iter().all(|it| it.carrier == Carrier::Limit));
    assert_eq!(
        lowered.identity("aws_iam_role.r").boundary.value().unwrap(),
        "aws_iam_policy.fence"
    );
    assert!(lowered.facts.grants.iter().any(|it| it.effect == Effect::Deny));
}

#[test]
fn trust_policies_say_who_may_become_a_role() {
    let lowered = one(r#"
resource "aws_iam_openid_connect_provider" "github" {
  url = "https://token.actions.githubusercontent.com"
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:acme/*"]
    }
  }
}
resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
"#);
    let [trust] = lowered.facts.trusts.as_slice() else { panic!("{:?}", lowered.facts.trusts) };
    assert_eq!(trust.issuer.value().unwrap(), "token.actions.githubusercontent.com");
    assert_eq!(trust.subject.texts().collect::<Vec<_>>(), ["repo:acme/*"]);
    assert_eq!(lowered.slice(trust.subject.items[0].place()), "\"repo:acme/*\"");
    assert!(!trust.audience.stated);
    let role = lowered.identity("aws_iam_role.deploy");
    assert_eq!(role.purpose, model::Purpose::Pipeline);
    // A trust policy permits nothing by itself.
    assert!(lowered.facts.grants.is_empty(), "{:?}", lowered.facts.grants);
}

#[test]
fn an_issuer_is_known_behind_an_unknown_account() {
    let lowered = one(r#"
data "aws_caller_identity" "me" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:oidc-provider/gitlab.com" }
  }] })
}
"#);
    assert_eq!(lowered.facts.trusts[0].issuer.value().unwrap(), "gitlab.com");
}
