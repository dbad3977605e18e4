use engine::{Context, Severity, rule};
use model::Grant;
use model::kubernetes;

rule! {
    /// A role adds powerful rights to a role that is built into every cluster.
    ///
    /// ## What
    /// A ClusterRole with the label `rbac.authorization.k8s.io/aggregate-to-view`, `-edit` or
    /// `-admin` holds a rule that leads far: commands in pods, tokens, acting as others, control
    /// of the cluster, and for `view` also secrets and workloads. `edit` and `admin` hold secrets,
    /// workloads and commands in pods in every cluster, so these are not reported for them.
    ///
    /// ## Why
    /// Nobody looks again at who holds `view`. With the label all of them get what the role adds,
    /// in every namespace, and no binding changes.
    ///
    /// ## Fix
    /// Drop the label and bind the role to who needs it.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: vault-view
    ///   labels:
    ///     rbac.authorization.k8s.io/aggregate-to-view: "true"
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"] # error: everyone who holds `view`
    ///     verbs: ["get", "list"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: shop-view
    ///   labels:
    ///     rbac.authorization.k8s.io/aggregate-to-view: "true"
    ///     rbac.authorization.k8s.io/aggregate-to-edit: "true"
    /// rules:
    ///   - apiGroups: ["shop.example.com"]
    ///     resources: ["*"]
    ///     verbs: ["get", "list"]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: shop-edit
    ///   labels:
    ///     rbac.authorization.k8s.io/aggregate-to-edit: "true"
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets", "pods/exec"]
    ///     verbs: ["create", "get"]
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC authorization: aggregated ClusterRoles (verified 2026-11-22)
    id: "widened-built-in-role",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some(scope) = &grant.kubernetes else { return };
    let added = scope.aggregates_into.iter().find_map(|into| {
        let carried = kubernetes::risks(grant).into_iter().find(|it| is_new(it, &into.value))?;
        Some((into, carried))
    });
    let Some((into, found)) = added else { return };
    let severity = match (into.value.as_str(), kubernetes::has_names(grant)) {
        (_, true) => Severity::Low,
        ("view", false) => Severity::High,
        _ => Severity::Medium,
    };
    let message = format!(
        "everyone who holds `{}` gets `{}` on `{}` and can {}",
        into.value, found.verb.value, found.resource.value, found.risk.gives
    );
    cx.report(&grant.address, "resources", &found.resource.origin, message)
        .severity(severity)
        .help("drop the label and bind the role to who needs it")
        .related(into.place(), "this label adds it");
}

/// True when a built-in role does not hold it anyway. What `edit` holds includes acting as the
/// service accounts of the namespace; `admin` also writes its bindings.
fn is_new(carried: &kubernetes::Carried<'_>, role: &str) -> bool {
    use kubernetes::RiskClass::{Accounts, Exec, Secrets, Tunnel, Workloads};
    let risk = carried.risk;
    let held = matches!(risk.class, Accounts | Secrets | Tunnel | Workloads)
        || (risk.class == Exec && !risk.of_cluster)
        || matches!(risk.resource, "serviceaccounts" | "serviceaccounts/token");
    match role {
        "view" => true,
        "edit" => !held,
        "admin" => !held && risk.resource != "rolebindings",
        _ => false,
    }
}
