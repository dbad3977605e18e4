use engine::{Context, Severity, rule};
use model::Grant;
use model::kubernetes::{self, RiskClass};

rule! {
    /// An identity can start pods with the service account of others.
    ///
    /// ## What
    /// A Kubernetes role allows creating or changing pods, or what makes pods: deployments, jobs,
    /// daemon sets and the like.
    ///
    /// Controllers and pipelines need this, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Who creates a pod chooses its service account and mounts its secrets. In its namespace the
    /// holder is every account; in the whole cluster it is the cluster.
    ///
    /// ## Fix
    /// Bind the role in the namespaces that are meant. Keep strong service accounts in namespaces
    /// where nobody else may create pods, and enforce the restricted pod security standard.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: runner
    /// rules:
    ///   - apiGroups: ["batch"]
    ///     resources: ["jobs"] # error: start pods with any service account
    ///     verbs: ["create", "get"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: watcher
    /// rules:
    ///   - apiGroups: ["batch", "apps"]
    ///     resources: ["jobs", "deployments"]
    ///     verbs: ["get", "list", "delete"]
    ///   - apiGroups: ["example.com"]
    ///     resources: ["jobs"]
    ///     verbs: ["create"]
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC good practices: workload creation (verified 2026-11-22)
    id: "creates-workloads",
    family: Permission,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some(found) = kubernetes::named_risk(grant, RiskClass::Workloads) else { return };
    if found.is_limited(grant) {
        return;
    }
    cx.report(&grant.address, "resources", &found.resource.origin, found.sentence(grant))
        .severity(Severity::High.lowered_by(kubernetes::steps_down(grant)))
        .help("bind it in the namespaces that are meant");
}
