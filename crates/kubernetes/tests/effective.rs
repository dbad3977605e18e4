//! Effective permissions: tables of `testdata/kubernetes/rbac` through the whole front end.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the tables are ours, and a broken one may panic"
)]

mod lens;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lens::{Case, analyze};
use model::{Grant, IdentityKind, Party, Reach, kubernetes};

const RULES: &str = include_str!("../../../testdata/kubernetes/rbac/rules.tsv");
const BINDINGS: &str = include_str!("../../../testdata/kubernetes/rbac/bindings.tsv");

fn rows(table: &'static str) -> Vec<[&'static str; 3]> {
    let lines = table.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            <[&str; 3]>::try_from(cells).unwrap_or_else(|_| panic!("three cells: {line}"))
        })
        .collect()
}

#[test]
fn rules_lead_to_what_the_authorizer_allows() {
    let rows = rows(RULES);
    assert!(rows.len() >= 80, "{} cases", rows.len());
    let mut wrong = String::new();
    for [name, rules, expected] in rows {
        for cluster in [true, false] {
            let expected: BTreeSet<_> = expected
                .split("; ")
                .filter(|it| *it != "-" && (cluster || !it.contains("@cluster")))
                .map(|it| it.replace("@cluster", ""))
                .collect();
            let found = led_to(&bound(rules, cluster), cluster);
            if found != expected {
                writeln!(wrong, "{name} (cluster: {cluster}): {found:?}, not {expected:?}")
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The rules in a role of their own, handed to a user by a binding in another file.
fn bound(rules: &str, cluster: bool) -> Case {
    let (kind, namespace) = if cluster { ("Cluster", "") } else { ("", ", namespace: prod") };
    let head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ";
    let role = format!("{head}{kind}Role\nmetadata: {{name: r{namespace}}}\nrules: [{rules}]\n");
    let binding = format!(
        "{head}{kind}RoleBinding\nmetadata: {{name: b{namespace}}}\n\
         roleRef: {{kind: {kind}Role, name: r}}\nsubjects: [{{kind: User, name: ann}}]\n"
    );
    analyze(&[("k/binding.yaml", &binding), ("k/role.yaml", &role)])
}

fn led_to(case: &Case, cluster: bool) -> BTreeSet<String> {
    let rules = case.facts.grants.iter().filter(|it| it.role.is_absent());
    let mut found = BTreeSet::new();
    for rule in rules {
        let reach = if cluster { Reach::Cluster } else { Reach::Namespace };
        assert_eq!((rule.reach, rule.bound, rule.principals.len()), (reach, Some(true), 1));
        let names = if kubernetes::has_names(rule) { " by name" } else { "" };
        for it in kubernetes::risks(rule) {
            found.insert(format!("{} {}{names}", class(&it), it.risk.resource));
        }
    }
    found
}

fn class(carried: &kubernetes::Carried<'_>) -> String {
    format!("{:?}", carried.risk.class).to_lowercase()
}

#[test]
fn bindings_hand_over_what_they_name() {
    let rows = rows(BINDINGS);
    assert!(rows.len() >= 45, "{} cases", rows.len());
    let mut wrong = String::new();
    for [name, files, expected] in rows {
        let files: Vec<_> = files.split(" ;; ").map(written).collect();
        let names: Vec<_> = (0..files.len()).map(|it| format!("k/{it}.yaml")).collect();
        let sources: Vec<_> =
            names.iter().map(String::as_str).zip(files.iter().map(String::as_str)).collect();
        let expected: BTreeSet<_> =
            expected.split("; ").filter(|it| *it != "-").map(str::to_owned).collect();
        let found: BTreeSet<_> = analyze(&sources).facts.grants.iter().flat_map(held).collect();
        if found != expected {
            writeln!(wrong, "{name}: {found:?}, not {expected:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// `WHO REACH CLASS` for everyone who holds a grant.
fn held(grant: &Grant) -> Vec<String> {
    let built_in =
        |it: &&String| matches!(it.as_str(), "cluster-admin" | "admin" | "edit" | "view");
    let what: Vec<_> = match grant.role.value() {
        Some(role) => Some(role).filter(built_in).map(|it| format!("={it}")).into_iter().collect(),
        None => kubernetes::risks(grant).iter().map(class).collect(),
    };
    let mut who: Vec<_> = grant.principals.iter().map(|it| holder(&it.value)).collect();
    if who.is_empty() {
        assert_eq!(grant.bound, Some(false), "{}", grant.address);
        who.push("nobody".to_owned());
    }
    let lines = who
        .iter()
        .flat_map(|who| what.iter().map(move |what| format!("{who} {:?} {what}", grant.reach)));
    lines.collect()
}

fn holder(party: &Party) -> String {
    let account = |name: &str| format!("account {}", name.replace("ServiceAccount/", ""));
    match party {
        Party::Address(it) => account(&it.name),
        Party::Named { kind: IdentityKind::KubernetesServiceAccount, name } => account(name),
        Party::Named { kind: IdentityKind::KubernetesGroup, name } => format!("group {name}"),
        Party::Named { name, .. } => format!("user {name}"),
        Party::Everyone => "everyone".to_owned(),
        Party::Authenticated => "authenticated".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A file of the short notation as YAML.
fn written(file: &str) -> String {
    let objects: Vec<_> = file.split(" & ").map(object).collect();
    objects.join("---\n")
}

fn object(text: &str) -> String {
    let (kind, rest) = text.split_once(' ').unwrap();
    let version = if kind == "ServiceAccount" { "v1" } else { "rbac.authorization.k8s.io/v1" };
    let head = format!("apiVersion: {version}\nkind: {kind}\n");
    if let Some((name, rest)) = rest.split_once(" -> ") {
        let (role, subjects) = rest.split_once(" :").unwrap();
        let (role_kind, role) = role.split_once('/').unwrap();
        let subjects: Vec<_> =
            subjects.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        let subjects: Vec<_> = subjects.into_iter().map(subject).collect();
        return format!(
            "{head}{}roleRef: {{kind: {role_kind}, name: {role}}}\nsubjects: [{}]\n",
            metadata(name),
            subjects.join(", ")
        );
    }
    if let Some((name, labels)) = rest.split_once(" takes ") {
        let labels = labels.replace('=', ": ").replace(',', ", ");
        return format!(
            "{head}{}aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{{labels}}}}}]}}\n\
             rules: []\n",
            metadata(name)
        );
    }
    match rest.split_once(" = ") {
        Some((name, rules)) => {
            let rules: Vec<_> = rules.split(", ").map(rule).collect();
            format!("{head}{}rules: [{}]\n", metadata(name), rules.join(", "))
        }
        None => head + &metadata(rest),
    }
}

/// `NAMESPACE/NAME {LABELS}`.
fn metadata(text: &str) -> String {
    let (name, labels) = text.split_once(' ').unwrap_or((text, "{}"));
    let name = match name.split_once('/') {
        Some((namespace, name)) => format!("namespace: {namespace}, name: {name}"),
        None => format!("name: {name}"),
    };
    format!("metadata: {{{name}, labels: {labels}}}\n")
}

fn subject(text: &str) -> String {
    let (kind, name) = text.split_once(' ').unwrap();
    match name.split_once('/') {
        Some((namespace, name)) => {
            format!("{{kind: {kind}, namespace: {namespace}, name: '{name}'}}")
        }
        None => format!("{{kind: {kind}, name: '{name}'}}"),
    }
}

fn rule(word: &str) -> &'static str {
    match word {
        "secrets" => "{apiGroups: [''], resources: [secrets], verbs: [list]}",
        "exec" => "{apiGroups: [''], resources: [pods/exec], verbs: [create]}",
        "pods" => "{apiGroups: [''], resources: [pods], verbs: [get]}",
        "nodes" => "{apiGroups: [''], resources: [nodes], verbs: [patch]}",
        "jobs" => "{apiGroups: [batch], resources: [jobs], verbs: [create]}",
        other => panic!("no rule {other}"),
    }
}
