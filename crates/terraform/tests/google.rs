//! Facts of Google Cloud: pools, machines and what they may use.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod support;

use model::{Carrier, GuardKind, Knowledge, Mechanism};
use support::one;

#[test]
fn a_pool_provider_says_whose_tokens_it_takes() {
    let provider = |text: &str| {
        let block = "resource \"google_iam_workload_identity_pool_provider\" \"p\"";
        one(&format!("variable \"x\" {{}}\n{block} {{\n{text}\n}}\n"))
    };
    let oidc = "oidc {\n  issuer_uri = \"https://gitlab.com\"\n}";

    let lowered = provider(oidc);
    let [trust] = lowered.facts.trusts.as_slice() else { panic!() };
    assert_eq!(trust.mechanism, Mechanism::Pool);
    assert_eq!(trust.issuer.value().unwrap(), "https://gitlab.com");
    assert_eq!(lowered.slice(trust.place), "\"https://gitlab.com\"");
    assert!(trust.conditions.is_empty() && trust.conditions_known && !trust.audience.stated);

    let lowered = provider(&format!("attribute_condition = \"assertion.ref == 'x'\"\n{oidc}"));
    let condition = &lowered.facts.trusts[0].conditions[0];
    assert_eq!(condition.values.items[0].value, "assertion.ref == 'x'");
    assert_eq!(lowered.slice(condition.place), "\"assertion.ref == 'x'\"");

    let lowered = provider(&format!("attribute_condition = var.x\n{oidc}"));
    let trust = &lowered.facts.trusts[0];
    assert!(!trust.conditions_known && trust.conditions[0].values.partial);

    // A null that comes through a variable is for its callers to fill.
    let block = "resource \"google_iam_workload_identity_pool_provider\" \"p\"";
    let lowered = one(&format!(
        "variable \"c\" {{\n  default = null\n}}\n{block} {{\n  attribute_condition = var.c\n{oidc}\n}}\n"
    ));
    let trust = &lowered.facts.trusts[0];
    assert!(!trust.conditions_known && trust.conditions.is_empty());

    let lowered = provider("attribute_condition = null\noidc {\n  issuer_uri = var.x\n}");
    let trust = &lowered.facts.trusts[0];
    assert!(trust.conditions.is_empty() && matches!(trust.issuer, Knowledge::Unknown(_)));

    let lowered = provider("oidc {\n  issuer_uri = \"x\"\n  allowed_audiences = [\"a\"]\n}");
    assert_eq!(lowered.facts.trusts[0].audience.texts().collect::<Vec<_>>(), ["a"]);

    assert!(provider("aws {\n  account_id = \"1\"\n}").facts.trusts.is_empty());
}

/// What a machine's credentials are: open or not, stated or not, and where that stands.
fn guards(text: &str) -> Vec<(bool, bool, String)> {
    let lowered = one(&format!("variable \"x\" {{}}\n{text}"));
    let guards = lowered.facts.guards.iter().filter_map(|it| match it.kind {
        GuardKind::MachineCredentialsOpen(open) => {
            Some((open, it.stated, lowered.slice(it.place).to_owned()))
        }
        _ => None,
    });
    guards.collect()
}

#[test]
fn clusters_say_who_gets_the_credentials_of_a_node() {
    let cluster =
        |body: &str| guards(&format!("resource \"google_container_cluster\" \"c\" {{\n{body}\n}}"));
    let pool = |body: &str| {
        let body = format!("node_config {{\n{body}\n}}");
        guards(&format!("resource \"google_container_node_pool\" \"p\" {{\n{body}\n}}"))
    };
    let unset = |open: bool| vec![(open, false, "\"c\"".to_owned())];
    let config = |it: &str| cluster(&format!("workload_identity_config {{\n{it}\n}}"));
    assert_eq!(cluster(""), unset(true));
    assert_eq!(config("workload_pool = \"p.svc.id.goog\""), unset(false));
    assert_eq!(config("workload_pool = var.x"), unset(false));
    assert_eq!(config("identity_namespace = var.x"), unset(false));
    assert_eq!(config("workload_pool = null"), unset(true));
    assert!(cluster("enable_autopilot = true").is_empty());
    assert!(cluster("enable_autopilot = var.x").is_empty());
    let unknown = "dynamic \"workload_identity_config\" {\nfor_each = var.x\ncontent {}\n}";
    assert_eq!(cluster(unknown), unset(false));

    let mode = |it: &str| pool(&format!("workload_metadata_config {{\n{it}\n}}"));
    let open = |it: &str| vec![(true, true, it.to_owned())];
    assert_eq!(mode("mode = \"GCE_METADATA\""), open("\"GCE_METADATA\""));
    assert_eq!(mode("node_metadata = \"EXPOSE\""), open("\"EXPOSE\""));
    assert!(!mode("mode = \"GKE_METADATA\"")[0].0);
    assert!(mode("mode = var.x").is_empty());
    assert!(pool("").is_empty());
}

#[test]
fn machines_of_the_default_account_hold_its_roles() {
    let scopes = |kind: &str, body: &str| {
        let lowered =
            one(&format!("variable \"x\" {{}}\nresource \"{kind}\" \"m\" {{\n{body}\n}}"));
        let found = lowered.facts.grants.iter().filter(|it| it.carrier == Carrier::Scope);
        found.map(|it| lowered.slice(it.place).to_owned()).collect::<Vec<_>>()
    };
    let all = "scopes = [\"logging-write\", \"cloud-platform\"]";
    let machine =
        |body: &str| scopes("google_compute_instance", &format!("service_account {{\n{body}\n}}"));
    let found = ["\"cloud-platform\""];
    assert_eq!(machine(all), found);
    assert_eq!(machine(&format!("email = null\n{all}")), found);
    let own = "email = \"1-compute@developer.gserviceaccount.com\"";
    assert_eq!(machine(&format!("{own}\n{all}")), found);
    assert!(machine(&format!("email = \"a@p.iam.gserviceaccount.com\"\n{all}")).is_empty());
    assert!(machine(&format!("email = var.x\n{all}")).is_empty());
    assert!(machine("scopes = [\"logging-write\"]").is_empty());
    assert!(machine("scopes = var.x").is_empty());
    assert_eq!(machine("scopes = [var.x, \"cloud-platform\"]"), found);

    let node =
        "node_config {\noauth_scopes = [\"https://www.googleapis.com/auth/cloud-platform\"]\n}";
    assert_eq!(scopes("google_container_node_pool", node).len(), 1);
    let removed = |it: &str| format!("remove_default_node_pool = {it}\n{node}");
    assert!(scopes("google_container_cluster", &removed("true")).is_empty());
    assert!(scopes("google_container_cluster", &removed("var.x")).is_empty());
    assert_eq!(scopes("google_container_cluster", &removed("false")).len(), 1);
}
