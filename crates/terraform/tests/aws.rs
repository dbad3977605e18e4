//! AWS: machines, clusters, agents, keys and what else makes or holds identities.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{GuardKind, Party, Rotation};
use support::{Lowered, one};

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

/// What a party is called in these tables.
fn party(it: &Party) -> String {
    match it {
        Party::Address(it) => it.to_string(),
        Party::Named { name, .. } => name.clone(),
        other => format!("{other:?}"),
    }
}

fn uses(lowered: &Lowered) -> Vec<String> {
    let shown = lowered.facts.uses.iter().map(|it| {
        let (from, to) = (party(&it.from), party(&it.to));
        format!("{from} {:?} {to} at {}", it.mode, lowered.slice(it.place))
    });
    shown.collect()
}

const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n";

#[test]
fn accounts_of_a_cluster_act_as_roles() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "pod identity",
            r#"
resource "aws_eks_pod_identity_association" "a" {
  namespace       = "ns"
  service_account = "app"
  role_arn        = aws_iam_role.r.arn
}
"#,
            &["system:serviceaccount:ns:app RunsAs aws_iam_role.r at \"a\""],
        ),
        (
            "pod identity of an account that is not known",
            "resource \"aws_eks_pod_identity_association\" \"a\" {\n  namespace = \"ns\"\n  service_account = var.x\n  role_arn = aws_iam_role.r.arn\n}\n",
            &[],
        ),
        (
            "group",
            r#"
resource "aws_eks_access_entry" "a" {
  principal_arn     = aws_iam_role.r.arn
  kubernetes_groups = ["ops"]
}
"#,
            &["aws_iam_role.r RunsAs ops at \"ops\""],
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(uses(&one(&format!("{ROLE}{text}"))), *expected, "{name}");
    }
}

#[test]
fn a_subject_of_a_cluster_names_an_account() {
    let role = |subject: &str| {
        format!(
            r#"
resource "aws_iam_role" "r" {{
  assume_role_policy = jsonencode({{
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = {{ Federated = var.provider }}
      Condition = {{ StringEquals = {{ "oidc.eks.eu-west-1.amazonaws.com/id/A:sub" = {subject} }} }}
    }}]
  }})
}}
"#
        )
    };
    let exact = one(&role("\"system:serviceaccount:ns:app\""));
    let subject = "\"system:serviceaccount:ns:app\"";
    let expected = format!("system:serviceaccount:ns:app RunsAs aws_iam_role.r at {subject}");
    assert_eq!(uses(&exact), [expected]);
    assert_eq!(uses(&one(&role("\"system:serviceaccount:ns:*\""))), [""; 0]);
    assert_eq!(uses(&one(&role("\"system:serviceaccount:${var.ns}:app\""))), [""; 0]);
}

#[test]
fn workloads_act_as_roles() {
    let cases: &[(&str, &str)] = &[
        ("aws_lambda_function", "role = aws_iam_role.r.arn"),
        ("aws_ecs_task_definition", "task_role_arn = aws_iam_role.r.arn"),
        ("aws_codebuild_project", "service_role = aws_iam_role.r.arn"),
        ("aws_glue_job", "role_arn = aws_iam_role.r.arn"),
        ("aws_sfn_state_machine", "role_arn = aws_iam_role.r.arn"),
        ("aws_sagemaker_domain", "default_user_settings {\nexecution_role = aws_iam_role.r.arn\n}"),
        (
            "aws_apprunner_service",
            "instance_configuration {\ninstance_role_arn = aws_iam_role.r.arn\n}",
        ),
        ("aws_scheduler_schedule", "target {\nrole_arn = aws_iam_role.r.arn\n}"),
        ("aws_bedrockagentcore_code_interpreter", "execution_role_arn = aws_iam_role.r.arn"),
    ];
    for (kind, inner) in cases {
        let lowered = one(&format!("{ROLE}resource \"{kind}\" \"w\" {{\n{inner}\n}}\n"));
        let expected = format!("{kind}.w RunsAs aws_iam_role.r at aws_iam_role.r.arn");
        assert_eq!(uses(&lowered), [expected], "{kind}");
    }
}

#[test]
fn agents_reach_roles_through_their_tools() {
    let lowered = one(r#"
resource "aws_iam_role" "r" {
  name = "r"
}
resource "aws_iam_role" "tool" {
  name = "tool"
}
resource "aws_bedrockagent_agent" "a" {
  agent_name              = "triage"
  agent_resource_role_arn = aws_iam_role.r.arn
}
resource "aws_lambda_function" "f" {
  role = aws_iam_role.tool.arn
}
resource "aws_bedrockagent_agent_action_group" "g" {
  agent_id          = aws_bedrockagent_agent.a.agent_id
  action_group_name = "tickets"
  action_group_executor {
    lambda = aws_lambda_function.f.arn
  }
}
"#);
    assert_eq!(lowered.identity("aws_bedrockagent_agent.a").name.value().unwrap(), "triage");
    let tool = lowered.identity("aws_bedrockagent_agent_action_group.g");
    assert_eq!(&*tool.parent.as_ref().unwrap().name, "aws_bedrockagent_agent.a");
    assert_eq!(
        uses(&lowered),
        [
            "aws_bedrockagent_agent.a RunsAs aws_iam_role.r at aws_iam_role.r.arn",
            "aws_lambda_function.f RunsAs aws_iam_role.tool at aws_iam_role.tool.arn",
            "aws_bedrockagent_agent.a CallsTool aws_bedrockagent_agent_action_group.g at \"g\"",
            "aws_bedrockagent_agent_action_group.g RunsAs aws_iam_role.tool at aws_lambda_function.f.arn",
        ]
    );
}

#[test]
fn keys_and_secrets_say_what_replaces_them() {
    let rotation = |it: &Rotation| match it {
        Rotation::Every(it) => format!("every {} days", it.value / 86_400),
        other => format!("{other:?}"),
    };
    let cases: &[(&str, &str)] = &[
        ("resource \"aws_kms_key\" \"k\" {\n}\n", "None"),
        ("resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = false\n}\n", "None"),
        ("resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n}\n", "every 365 days"),
        (
            "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  rotation_period_in_days = 90\n}\n",
            "every 90 days",
        ),
        ("resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = var.x\n}\n", "Unknown"),
        ("resource \"aws_secretsmanager_secret\" \"s\" {\n}\n", "None"),
        (
            "resource \"aws_secretsmanager_secret\" \"s\" {\n}\nresource \"aws_secretsmanager_secret_rotation\" \"r\" {\n  secret_id = aws_secretsmanager_secret.s.id\n  rotation_rules {\n    automatically_after_days = 30\n  }\n}\n",
            "every 30 days",
        ),
        (
            "resource \"aws_secretsmanager_secret\" \"s\" {\n}\nresource \"aws_secretsmanager_secret_rotation\" \"r\" {\n  secret_id = aws_secretsmanager_secret.s.id\n  rotation_rules {\n    schedule_expression = \"rate(10 days)\"\n  }\n}\n",
            "every 10 days",
        ),
        (
            "resource \"aws_secretsmanager_secret\" \"s\" {\n}\nresource \"aws_secretsmanager_secret_rotation\" \"r\" {\n  secret_id = var.x\n}\n",
            "Unknown",
        ),
    ];
    for (text, expected) in cases {
        let lowered = one(text);
        let [credential] = lowered.facts.credentials.as_slice() else { panic!("{text}") };
        assert_eq!(rotation(&credential.rotation), *expected, "{text}");
    }
    // Keys that KMS cannot replace.
    for inner in
        ["key_usage = \"SIGN_VERIFY\"", "customer_master_key_spec = var.x", "is_enabled = false"]
    {
        let lowered = one(&format!("resource \"aws_kms_key\" \"k\" {{\n  {inner}\n}}\n"));
        assert!(lowered.facts.credentials.is_empty(), "{inner}");
    }
}

#[test]
fn permission_sets_are_identities_of_people() {
    let lowered = one(r#"
resource "aws_ssoadmin_permission_set" "s" {
  name             = "ops"
  session_duration = "PT8H"
}
resource "aws_iam_policy" "p" {
  name   = "own"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}
resource "aws_ssoadmin_permission_set_inline_policy" "i" {
  permission_set_arn = aws_ssoadmin_permission_set.s.arn
  inline_policy      = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })
}
resource "aws_ssoadmin_managed_policy_attachment" "m" {
  permission_set_arn = aws_ssoadmin_permission_set.s.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_ssoadmin_customer_managed_policy_attachment" "c" {
  permission_set_arn = aws_ssoadmin_permission_set.s.arn
  customer_managed_policy_reference {
    name = aws_iam_policy.p.name
  }
}
"#);
    let set = lowered.identity("aws_ssoadmin_permission_set.s");
    assert_eq!((set.human, set.session_seconds.value()), (Some(true), Some(&28_800)));
    let holders: Vec<_> = lowered
        .facts
        .grants
        .iter()
        .map(|it| it.principals.iter().map(|it| party(&it.value)).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(holders, ["aws_ssoadmin_permission_set.s"; 3]);
}

#[test]
fn guests_of_an_identity_pool_are_everyone() {
    let text = |allows: &str| {
        format!(
            r#"{ROLE}
resource "aws_cognito_identity_pool" "p" {{
  {allows}
}}
resource "aws_cognito_identity_pool_roles_attachment" "a" {{
  identity_pool_id = aws_cognito_identity_pool.p.id
  roles = {{
    authenticated   = "arn:aws:iam::123456789012:role/x"
    unauthenticated = aws_iam_role.r.arn
  }}
}}
"#
        )
    };
    let trusts = |allows: &str| {
        let lowered = one(&text(allows));
        lowered.facts.trusts.iter().map(|it| party(&it.identity)).collect::<Vec<_>>()
    };
    assert_eq!(trusts("allow_unauthenticated_identities = true"), ["aws_iam_role.r"]);
    assert_eq!(trusts("allow_unauthenticated_identities = var.x"), ["aws_iam_role.r"]);
    assert_eq!(trusts("allow_unauthenticated_identities = false"), [""; 0]);
}

#[test]
fn a_block_on_public_access_closes_a_bucket() {
    let text = |block: &str| {
        format!(
            r#"
resource "aws_s3_bucket" "b" {{
}}
resource "aws_s3_bucket_policy" "p" {{
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }}]
  }})
}}
{block}
"#
        )
    };
    let principal = |block: &str| party(&one(&text(block)).facts.grants[0].principals[0].value);
    let account = "resource \"aws_s3_account_public_access_block\" \"a\" {\n  restrict_public_buckets = true\n}\n";
    let bucket = "resource \"aws_s3_bucket_public_access_block\" \"a\" {\n  bucket = aws_s3_bucket.b.id\n  restrict_public_buckets = true\n}\n";
    assert_eq!(principal(""), "Everyone");
    assert_eq!(principal(account), "Unknown");
    assert_eq!(principal(bucket), "Unknown");
    assert_eq!(principal(&bucket.replace("aws_s3_bucket.b.id", "\"other\"")), "Everyone");
}

#[test]
fn everyone_but_some_is_not_unknown() {
    let lowered = one(r#"
resource "aws_sqs_queue_policy" "q" {
  policy = jsonencode({
    Statement = [{
      Effect       = "Allow"
      NotPrincipal = { AWS = "arn:aws:iam::123456789012:user/x" }
      Action       = "sqs:SendMessage"
      Resource     = "*"
    }]
  })
}
"#);
    assert_eq!(lowered.facts.grants[0].principals[0].value, Party::EveryoneBut);
}
