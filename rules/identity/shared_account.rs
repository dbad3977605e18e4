use std::collections::{BTreeMap, BTreeSet};

use engine::{Context, rule};
use model::{Identity, IdentityKind, Place, UseMode};

rule! {
    /// Several unrelated workloads run as one account.
    ///
    /// ## What
    /// Two or more Kubernetes workloads whose names have no first word in common run as the same
    /// service account. The account `default` of a namespace has rules of its own.
    ///
    /// ## Why
    /// Each of them may do what the others need, and what one does is logged under the name of all.
    /// When one is taken over, so is the rest, and the account cannot be taken away from one alone.
    ///
    /// ## Fix
    /// Give each workload a service account of its own.
    ///
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: common # error: 2 workloads
    ///   namespace: shop
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: api
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: common
    ///       containers:
    ///         - name: main
    ///           image: api
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: reports
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: common
    ///       containers:
    ///         - name: main
    ///           image: reports
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: api
    ///   namespace: shop
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: api
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: api
    ///       containers:
    ///         - name: main
    ///           image: api
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: api-worker
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: api
    ///       containers:
    ///         - name: main
    ///           image: api
    /// ```
    ///
    /// ## References
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "shared-account",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI9"],
        NistCsf: ["PR.AA-01", "PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Identity(check),
}

/// Workloads that a finding names.
const LISTED: usize = 8;

fn check(identity: &Identity, cx: &mut Context<'_>) {
    if identity.kind != IdentityKind::KubernetesServiceAccount || identity.built_in {
        return;
    }
    let mut users: BTreeMap<&str, Place> = BTreeMap::new();
    for one in cx.graph().uses_of(identity).iter().filter(|it| it.mode == UseMode::RunsAs) {
        let Some(user) = cx.graph().identity(&one.from) else { continue };
        let Some(name) = user.name.value() else { continue };
        if user.kind == IdentityKind::KubernetesWorkload {
            users.entry(name).or_insert(one.place);
        }
    }
    // Parts of one application mostly begin with its name.
    let apps: BTreeSet<&str> = users.keys().map(|it| first_word(it)).collect();
    if apps.len() < 2 {
        return;
    }
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!("{} workloads run as service account `{name}`", users.len());
    let finding = cx.report_at(&identity.address, "users", identity.place, message);
    finding.help("give each workload a service account of its own");
    for (user, place) in users.into_iter().take(LISTED) {
        finding.related(place, format!("`{user}` runs as it"));
    }
}

fn first_word(name: &str) -> &str {
    name.split(['-', '_', '.']).next().unwrap_or(name)
}
