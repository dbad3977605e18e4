//! Kubernetes objects in Terraform mean what they mean in YAML.

use model::{Facts, Party, SlotKind, Storage, UseMode};
use nhilint_workspace::{Config, InputFile, analyze};

fn report(files: &[(&str, &str)]) -> engine::Report {
    let input =
        |(path, text): &(&str, &str)| InputFile { path: (*path).into(), text: (*text).into() };
    analyze(files.iter().map(input).collect(), &Config::default())
}

/// Each grant as `address: role or verbs @ resources -> principals`.
fn grants(facts: &Facts) -> Vec<String> {
    let all = facts.grants.iter().map(|it| {
        let texts = |all: &model::Patterns| {
            let mut texts: Vec<&str> = all.texts().collect();
            texts.extend(all.partial.then_some("?"));
            texts.join(",")
        };
        let what = match it.role.value() {
            Some(role) => role.clone(),
            None => format!("{} @ {}", texts(&it.actions), texts(&it.resources)),
        };
        let who: Vec<String> = it.principals.iter().map(|it| party(&it.value)).collect();
        format!("{}: {what} -> {}", it.address, who.join(" "))
    });
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

fn party(party: &Party) -> String {
    match party {
        Party::Address(address) => address.to_string(),
        Party::Named { name, .. } => format!("'{name}'"),
        other => format!("{other:?}"),
    }
}

const BINDING: &str = r#"
resource "kubernetes_role_binding_v1" "b" {
  metadata {
    name      = "b"
    namespace = kubernetes_service_account.app.metadata[0].namespace
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role.r.metadata.0.name
  }
  subject {
    kind      = "ServiceAccount"
    name      = kubernetes_service_account.app.metadata[0].name
    namespace = kubernetes_service_account.app.metadata[0].namespace
  }
}
"#;

const ACCOUNT_AND_ROLE: &str = r#"
variable "name" {}
variable "namespace" {}
resource "kubernetes_service_account" "app" {
  metadata {
    name      = "${var.name}-app"
    namespace = var.namespace
  }
}
resource "kubernetes_role" "r" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  rule {
    api_groups = [""]
    resources  = ["secrets"]
    verbs      = ["get"]
  }
  dynamic "rule" {
    for_each = ["pods", "pods/log"]
    content {
      api_groups = [""]
      resources  = [rule.value]
      verbs      = ["get", var.name]
    }
  }
}
"#;

#[test]
fn names_that_are_not_known_are_joined_by_what_they_refer_to() {
    let report = report(&[("main.tf", &format!("{ACCOUNT_AND_ROLE}{BINDING}"))]);
    assert_eq!(
        grants(&report.facts),
        [
            "kubernetes_role.r#rules[0]: get @ secrets -> kubernetes_service_account.app",
            "kubernetes_role.r#rules[1]: get,? @ pods -> kubernetes_service_account.app",
            "kubernetes_role.r#rules[2]: get,? @ pods/log -> kubernetes_service_account.app",
            "kubernetes_role_binding_v1.b:  @  -> kubernetes_service_account.app",
        ]
    );
}

#[test]
fn manifests_in_objects_texts_and_files_are_read() {
    let role = |head: &str, tail: &str| {
        format!("resource \"kubectl_manifest\" \"m\" {{\n  yaml_body = {head}{tail}\n}}\n")
    };
    let yaml = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: \
                ${name}\nrules:\n- apiGroups: ['']\n  resources: [pods/exec]\n  verbs: [create]\n";
    let object = r#"{
    apiVersion = "rbac.authorization.k8s.io/v1"
    kind       = "ClusterRole"
    metadata   = { name = "m" }
    rules      = [{ apiGroups = [""], resources = ["pods/exec"], verbs = ["create"] }]
  }"#;
    let heredoc = format!("<<-Y\n{}  Y\n", yaml.replace("${name}", "${var.x}"));
    let cases = [
        (
            "an object",
            object.replacen('{', "resource \"kubernetes_manifest\" \"m\" {\n manifest = {", 1)
                + "\n}\n",
        ),
        ("yamlencode", role("yamlencode(", &format!("{object})"))),
        ("a heredoc with an unknown part", role(&heredoc, "")),
        ("a template", role("templatefile(\"m.yaml.tpl\", { name = var.x })", "")),
        (
            "yamldecode",
            role("", "yamlencode(yamldecode(templatefile(\"m.yaml.tpl\", { name = \"m\" })))"),
        ),
    ];
    for (case, text) in cases {
        let report = report(&[("main.tf", &text), ("m.yaml.tpl", yaml)]);
        let found = grants(&report.facts);
        assert!(
            found.len() == 1 && found.iter().all(|it| it.ends_with("create @ pods/exec -> ")),
            "{case}: {found:?}\n{text}"
        );
        let rules: Vec<&str> = report.findings.iter().map(|it| it.rule.id).collect();
        assert_eq!(rules, ["runs-in-any-pod"], "{case}");
    }
}

#[test]
fn an_account_acts_as_the_cloud_identity_that_its_annotation_refers_to() {
    let text = r#"
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}
resource "kubernetes_service_account_v1" "app" {
  metadata {
    name        = "app"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.app.arn }
  }
}
resource "kubernetes_deployment_v1" "app" {
  metadata { name = "app" }
  spec {
    template {
      spec {
        service_account_name            = kubernetes_service_account_v1.app.metadata[0].name
        automount_service_account_token = false
        container {
          name  = "app"
          image = "app"
          env {
            name  = "DB_PASSWORD"
            value = "kT7-vnQ2.pLw9x"
          }
          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "app"
                key  = "api"
              }
            }
          }
        }
      }
    }
  }
}
"#;
    let facts = report(&[("main.tf", text)]).facts;
    let mut runs: Vec<String> = facts
        .uses
        .iter()
        .filter(|it| it.mode == UseMode::RunsAs)
        .map(|it| format!("{} as {}", party(&it.from), party(&it.to)))
        .collect();
    runs.sort();
    let account = "kubernetes_service_account_v1.app";
    assert_eq!(
        runs,
        [
            format!("kubernetes_deployment_v1.app as {account}"),
            format!("{account} as aws_iam_role.app"),
        ]
    );
    // The pod mounts no token; the password is one credential, found by two front ends.
    let credentials: Vec<String> = facts
        .credentials
        .iter()
        .map(|it| {
            format!("{} {:?} {}", it.name, it.slot.kind, matches!(it.storage, Storage::Literal(_)))
        })
        .collect();
    assert_eq!(credentials, ["DB_PASSWORD Environment true", "API_KEY Environment false"]);
    assert!(facts.credentials.iter().all(|it| it.slot.kind == SlotKind::Environment));
    let names: Vec<&String> = facts.identities.iter().filter_map(|it| it.name.value()).collect();
    assert_eq!(names, ["app", "app", "app"]);
    let realms = facts.identities.iter().filter(|it| it.realm.as_deref() == Some("default"));
    assert_eq!(realms.count(), 2);
}

#[test]
fn objects_in_yaml_and_in_terraform_are_joined() {
    let yaml = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ci\n  namespace: ops\n";
    let text = r#"
resource "kubernetes_cluster_role_binding" "ci" {
  metadata { name = "ci" }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "ci"
    namespace = "ops"
  }
}
"#;
    let report = report(&[("k8s/ci.yaml", yaml), ("k8s/main.tf", text)]);
    assert_eq!(
        grants(&report.facts),
        ["kubernetes_cluster_role_binding.ci: cluster-admin -> ops/ServiceAccount/ci"]
    );
    let rules: Vec<&str> = report.findings.iter().map(|it| it.rule.id).collect();
    assert!(rules.contains(&"admin-grant"), "{rules:?}");
}

#[test]
fn instances_of_one_block_are_one_finding() {
    let text = r#"
resource "kubernetes_cluster_role" "r" {
  for_each = toset(["a", "b"])
  metadata { name = each.key }
  rule {
    api_groups = ["*"]
    resources  = ["*"]
    verbs      = ["*"]
  }
}
"#;
    let report = report(&[("main.tf", text)]);
    let wide = report.findings.iter().filter(|it| it.rule.id == "wildcard-action");
    assert_eq!(wide.count(), 1);
    let address = report.facts.grants.first().unwrap().address.to_string();
    assert_eq!(address, "kubernetes_cluster_role.r[\"a\"]#rules[0]");
}
