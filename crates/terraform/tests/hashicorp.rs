//! Policies and configuration of Vault, Consul, Nomad and SPIRE: what they say, and where.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Effect, ExpirySource, Grant, Knowledge, Lifetime, Mechanism, PermissionSystem};
use support::{Lowered, lower, one};

/// `system effect resource: actions`, with what the place points at.
fn grants(lowered: &Lowered) -> Vec<String> {
    let one = |it: &Grant| {
        let actions: Vec<&str> = it.actions.texts().collect();
        let resources: Vec<&str> = it.resources.texts().collect();
        let more = if it.actions.partial { " and more" } else { "" };
        let narrowed = if it.conditions.is_empty() { "" } else { " narrowed" };
        format!(
            "{:?} {:?} {}: {}{more}{narrowed} @ {}",
            it.system,
            it.effect,
            resources.join(","),
            actions.join(","),
            lowered.at(it.place)
        )
    };
    lowered.facts.grants.iter().map(one).collect()
}

#[test]
fn vault_policies_in_every_form_say_the_same() {
    let expected = ["Vault Allow secret/data/*: read,list"];
    for (name, files) in [
        (
            "a file",
            vec![(
                "policies/app.hcl",
                "# who\npath \"secret/data/*\" {\n  capabilities = [\"read\", \"list\"]\n}\n",
            )],
        ),
        (
            "a heredoc",
            vec![(
                "main.tf",
                "resource \"vault_policy\" \"p\" {\n  policy = <<-EOT\n    path \"secret/data/*\" {\n      \
                 capabilities = [\"read\", \"list\"]\n    }\n  EOT\n}\n",
            )],
        ),
        (
            "a heredoc with a known part",
            vec![(
                "main.tf",
                "locals {\n  m = \"secret\"\n}\nresource \"vault_policy\" \"p\" {\n  policy = <<EOT\n\
                 path \"${local.m}/data/*\" {\n  capabilities = [\"read\", \"list\"]\n}\nEOT\n}\n",
            )],
        ),
        (
            "a template file",
            vec![
                (
                    "main.tf",
                    "resource \"vault_policy\" \"p\" {\n  policy = templatefile(\"p.hcl.tpl\", { m = \"secret\" })\n}\n",
                ),
                ("p.hcl.tpl", "path \"${m}/data/*\" {\n  capabilities = [\"read\", \"list\"]\n}\n"),
            ],
        ),
        (
            "JSON",
            vec![(
                "main.tf",
                "resource \"vault_policy\" \"p\" {\n  policy = jsonencode({ path = { \"secret/data/*\" = \
                 { capabilities = [\"read\", \"list\"] } } })\n}\n",
            )],
        ),
        (
            "a document",
            vec![(
                "main.tf",
                "data \"vault_policy_document\" \"d\" {\n  rule {\n    path         = \"secret/data/*\"\n    \
                 capabilities = [\"read\", \"list\"]\n  }\n}\nresource \"vault_policy\" \"p\" {\n  \
                 policy = data.vault_policy_document.d.hcl\n}\n",
            )],
        ),
    ] {
        let lowered = lower(&files);
        let found = grants(&lowered);
        let found: Vec<&str> = found.iter().map(|it| it.split(" @ ").next().unwrap()).collect();
        assert_eq!(found, expected, "{name}");
        let place = lowered.slice(lowered.facts.grants[0].place);
        assert!(place.contains("secret") || place.contains("data/*"), "{name}: {place}");
    }
}

#[test]
fn vault_statements_keep_their_limits() {
    let lowered = lower(&[(
        "p.hcl",
        r#"
path "auth/approle/role/*" {
  capabilities       = ["update"]
  allowed_parameters = { "policies" = ["app"] }
}
path "secret/data/{{identity.entity.name}}/*" { capabilities = ["read"] }
path "sys/*" { capabilities = ["deny"] }
path "old/*" { policy = "write" }
"#,
    )]);
    assert_eq!(
        grants(&lowered),
        [
            r#"Vault Allow auth/approle/role/*: update narrowed @ p.hcl: "auth/approle/role/*""#,
            r#"Vault Allow secret/data/{{identity.entity.name}}/*: read @ p.hcl: "secret/data/{{identity.entity.name}}/*""#,
            r#"Vault Deny sys/*: deny @ p.hcl: "sys/*""#,
            r#"Vault Allow old/*: write @ p.hcl: "old/*""#,
        ]
    );
    assert_eq!(&*lowered.facts.grants[0].address.name, "p.hcl#path.auth/approle/role/*");
}

#[test]
fn what_is_not_known_is_not_said() {
    let lowered = one(r#"
variable "path" {}
variable "capability" {}
resource "vault_policy" "p" {
  policy = <<-EOT
    path "${var.path}" {
      capabilities = ["sudo"]
    }
    path "app/*" {
      capabilities = ["read", "${var.capability}"]
    }
  EOT
}
resource "vault_policy" "q" {
  policy = var.path
}
resource "consul_acl_policy" "c" {
  rules = "acl = \"${var.capability}\""
}
"#);
    assert_eq!(
        grants(&lowered),
        [
            r#"Vault Allow app/*: read and more @ main.tf: "app/*""#,
            "Consul Allow acl:  and more @ main.tf: acl",
        ]
    );
}

#[test]
fn consul_policies() {
    let lowered = lower(&[(
        "consul.hcl",
        r#"
acl      = "read"
operator = "write"
key_prefix "" { policy = "write" }
key "app" { policy = "deny" }
namespace "team" {
  acl = "write"
  service_prefix "" { policy = "read" }
}
"#,
    )]);
    assert_eq!(
        grants(&lowered),
        [
            "Consul Allow acl: read @ consul.hcl: acl",
            "Consul Allow operator: write @ consul.hcl: operator",
            "Consul Allow key_prefix:: write @ consul.hcl: \"\"",
            "Consul Deny key:app: deny @ consul.hcl: \"app\"",
            "Consul Allow namespace team/acl: write @ consul.hcl: acl",
            "Consul Allow namespace team/service_prefix:: read @ consul.hcl: \"\"",
        ]
    );
}

#[test]
fn nomad_policies() {
    let lowered = lower(&[(
        "nomad.hcl",
        r#"
namespace "*" {
  policy       = "read"
  capabilities = ["submit-job", "alloc-exec"]
}
namespace "quiet" { policy = "deny" }
agent { policy = "read" }
operator { policy = "write" }
"#,
    )]);
    assert_eq!(
        grants(&lowered),
        [
            "Nomad Allow namespace:*: read,submit-job,alloc-exec @ nomad.hcl: \"*\"",
            "Nomad Deny namespace:quiet: deny @ nomad.hcl: \"quiet\"",
            "Nomad Allow agent: read @ nomad.hcl: policy",
            "Nomad Allow operator: write @ nomad.hcl: policy",
        ]
    );
    assert!(lowered.facts.grants.iter().all(|it| it.system == PermissionSystem::Nomad));
    assert_eq!(lowered.facts.grants[1].effect, Effect::Deny);
}

#[test]
fn nomad_identities_live_as_long_as_they_say() {
    let lowered = lower(&[(
        "api.nomad",
        r#"
variable "ttl" {}
job "api" {
  group "g" {
    task "t" {
      identity { env = true }
      identity {
        name = "aws"
        aud  = ["sts.amazonaws.com"]
        ttl  = "1h"
      }
      identity {
        name = "vault"
      }
      identity {
        name = "later"
        ttl  = var.ttl
      }
    }
  }
}
"#,
    )]);
    let all: Vec<_> = lowered.facts.credentials.iter().collect();
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].expiry.lifetime, Lifetime::Seconds(3_600));
    assert_eq!(lowered.slice(all[0].expiry.origin.as_ref().unwrap().place), "\"1h\"");
    assert_eq!(all[0].audience.value().map(String::as_str), Some("sts.amazonaws.com"));
    assert_eq!(&*all[0].address.name, "api.nomad#api.g.t.identity.aws");
    assert_eq!(all[1].expiry.lifetime, Lifetime::Never);
    assert_eq!(all[1].expiry.source, ExpirySource::ProviderDefault);
    assert!(matches!(all[1].audience, Knowledge::Absent));
    assert_eq!(lowered.at(all[1].place), "api.nomad: \"vault\"");
    assert_eq!(all[2].expiry.lifetime, Lifetime::Unknown);
}

#[test]
fn spire_servers_and_agents() {
    let lowered = lower(&[
        (
            "agent/agent.hcl",
            r#"
agent {
  trust_domain = "example.org"
  insecure_bootstrap = true
}
plugins {
  NodeAttestor "join_token" { plugin_data {} }
  WorkloadAttestor "k8s" { plugin_data { skip_kubelet_verification = false } }
}
"#,
        ),
        (
            "server/server.hcl",
            r#"
server {
  trust_domain = "example.org"
  default_x509_svid_ttl = "720h"
  ca_ttl = "24h"
}
plugins {
  NodeAttestor "k8s_psat" { plugin_data {} }
}
"#,
        ),
    ]);
    let trusts: Vec<String> = lowered
        .facts
        .trusts
        .iter()
        .map(|it| {
            assert_eq!(it.mechanism, Mechanism::Attestation);
            let keys: Vec<&str> = it.conditions.iter().map(|it| it.key.as_str()).collect();
            format!("{} {} @ {}", it.address.name, keys.join("+"), lowered.at(it.place))
        })
        .collect();
    assert_eq!(
        trusts,
        [
            "agent.hcl#agent insecure_bootstrap @ agent/agent.hcl: true",
            "agent.hcl#plugins.NodeAttestor.join_token NodeAttestor.join_token @ agent/agent.hcl: \"join_token\"",
            "agent.hcl#plugins.WorkloadAttestor.k8s WorkloadAttestor.k8s+skip_kubelet_verification @ agent/agent.hcl: \"k8s\"",
            "server.hcl#plugins.NodeAttestor.k8s_psat NodeAttestor.k8s_psat @ server/server.hcl: \"k8s_psat\"",
        ]
    );
    let credential = &lowered.facts.credentials[0];
    assert_eq!(credential.expiry.lifetime, Lifetime::Seconds(2_592_000));
    assert_eq!(credential.expiry.maximum, Some(86_400));
    assert_eq!(lowered.slice(credential.expiry.origin.as_ref().unwrap().place), "\"720h\"");
    let authority = &lowered.facts.credentials[1];
    assert_eq!(authority.expiry.lifetime, Lifetime::Seconds(86_400));
    assert_eq!(authority.expiry.maximum, Some(2_592_000));
}

/// Arguments whose names or values alone do not say that they are credentials.
#[test]
fn credentials_of_servers_and_images() {
    let cases = [
        ("vault.hcl", "storage \"consul\" {\n  token = \"T\"\n}", true),
        ("vault.hcl", "seal \"pkcs11\" {\n  pin = \"T\"\n}", true),
        ("vault.hcl", "storage \"raft\" {\n  node_id = \"T\"\n}", false),
        ("boundary.hcl", "kms \"aead\" {\n  purpose = \"root\"\n  key = \"T\"\n}", true),
        ("boundary.hcl", "kms \"aead\" {\n  purpose = \"root\"\n  key_id = \"T\"\n}", false),
        ("boundary.hcl", "kms \"aead\" {\n  key = \"env://BOUNDARY_KEY\"\n}", false),
        ("consul.hcl", "encrypt = \"T\"", true),
        ("consul.hcl", "encrypt_verify_incoming = true\nnode_id = \"T\"", false),
        ("consul.hcl", "acl {\n  tokens {\n    agent = \"T\"\n  }\n}", true),
        ("nomad.hcl", "server {\n  encrypt = \"T\"\n}", true),
        ("nomad.hcl", "consul {\n  token = \"T\"\n}", true),
        (
            "x.pkr.hcl",
            "build {\n  provisioner \"shell\" {\n    environment_vars = [\"DB_PASSWORD=T\"]\n  }\n}",
            true,
        ),
        (
            "x.pkr.hcl",
            "build {\n  provisioner \"shell\" {\n    environment_vars = [\"DB_HOST=T\", \"=\", \"PASSWORD=\"]\n  }\n}",
            false,
        ),
        (
            "x.pkr.hcl",
            "build {\n  provisioner \"shell\" {\n    environment_vars = [\"DB_PASSWORD=${var.x}\"]\n  }\n}",
            false,
        ),
        // The same words mean something else elsewhere.
        (
            "terragrunt.hcl",
            "remote_state {\n  backend = \"s3\"\n  config = {\n    encrypt = true\n  }\n}",
            false,
        ),
    ];
    let token = "1f2e3d4c-5b6a-7988-8796-a5b4c3d2e1f0";
    for (path, text, found) in cases {
        let lowered = lower(&[(
            path,
            &text.replace("\"T\"", &format!("\"{token}\"")).replace("=T", &format!("={token}")),
        )]);
        let literals = lowered.literals();
        assert_eq!(literals.len(), usize::from(found), "{path}\n{text}\n{literals:?}");
        if found {
            assert!(literals[0].trim_end_matches('"').ends_with(token), "{literals:?}");
        }
    }
}

#[test]
fn other_hcl_is_left_alone() {
    for text in [
        "",
        "include \"root\" {\n  path = find_in_parent_folders()\n}\n",
        "service {\n  name = \"web\"\n}\n",
        "namespace \"x\" {\n  quota = \"q\"\n}\n",
        "path {}\n",
        "path \"x\" {}\n",
        "job \"x\" {}\n",
        "server {\n  enabled = true\n}\n",
        "policy = \"write\"\n",
        "key \"a\" {\n  value = \"b\"\n}\n",
        "path \"a\" { capabilities = [",
        "path \"a\" \"b\" { capabilities = [\"read\"] }",
    ] {
        let lowered = lower(&[("x.hcl", text)]);
        assert!(lowered.facts.trusts.is_empty(), "{text}");
        let named = lowered.facts.grants.iter().all(|it| it.resources.texts().any(|it| it == "a"));
        assert!(named, "{text}");
    }
}
