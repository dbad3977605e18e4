use engine::{Context, Severity, rule};
use model::Grant;
use model::kubernetes::{self, RiskClass};

rule! {
    /// An identity can take over the service accounts of others.
    ///
    /// ## What
    /// A Kubernetes role writes Secrets or service accounts and names none of them.
    ///
    /// Operators that make their own need this, and creating cannot be limited by name, so the
    /// rule belongs to the strict profile.
    ///
    /// ## Why
    /// Who makes a Secret of type `kubernetes.io/service-account-token` gets an endless token of
    /// the account that it names. Who writes a service account can annotate it with a cloud role
    /// and run as that role.
    ///
    /// ## Fix
    /// Name the objects in `resourceNames` and leave out `create`. Keep strong service accounts in
    /// namespaces where nobody else may write Secrets.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: sync
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"] # error: make a token
    ///     verbs: ["create", "delete"]
    ///   - apiGroups: [""]
    ///     resources: ["serviceaccounts"] # error: cloud identity
    ///     verbs: ["patch"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: sync
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"]
    ///     resourceNames: ["sync"]
    ///     verbs: ["update", "patch"]
    ///   - apiGroups: [""]
    ///     resources: ["serviceaccounts"]
    ///     verbs: ["get", "list", "watch", "delete"]
    ///   - apiGroups: ["example.com"]
    ///     resources: ["secrets"]
    ///     verbs: ["create"]
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC good practices: privilege escalation risks (verified 2026-11-22)
    id: "writes-accounts",
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
    let Some(found) = kubernetes::named_risk(grant, RiskClass::Accounts) else { return };
    if found.is_limited(grant) {
        return;
    }
    let message = found.sentence(grant);
    let severity = Severity::High.lowered_by(kubernetes::steps_down(grant));
    cx.report(&grant.address, "resources", &found.resource.origin, message)
        // Making one is a way, and not yet the thing.
        .severity(severity.min(Severity::Medium))
        .help("name the objects in `resourceNames`, and leave out `create`");
}
