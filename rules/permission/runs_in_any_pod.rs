use engine::{Context, Severity, rule};
use model::Grant;
use model::kubernetes::{self, RiskClass};

rule! {
    /// An identity can run commands inside the pods of others.
    ///
    /// ## What
    /// A Kubernetes role allows `pods/exec`, `pods/attach`, `pods/ephemeralcontainers` or
    /// `nodes/proxy` for all pods or nodes in its scope. Reading `nodes/proxy` is enough: the
    /// kubelet runs commands over a web socket that is opened with `get`. Connecting to every pod
    /// or service (`pods/portforward`, `pods/proxy`, `services/proxy`) is reported one step milder.
    ///
    /// ## Why
    /// A command inside a pod acts as the pod: with its service account, its secrets and its
    /// network. The holder is every workload at once.
    ///
    /// ## Fix
    /// Drop the rule. For metrics use `nodes/metrics` and `nodes/stats`. People who debug get the
    /// right for a limited time, in one namespace.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: debugger
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["pods", "pods/exec"] # error: run commands in every pod
    ///     verbs: ["get", "create"]
    ///   - apiGroups: [""]
    ///     resources: ["services/proxy"] # error: reach every service
    ///     verbs: ["get"]
    /// ```
    /// ```tf,bad
    /// resource "kubernetes_cluster_role" "debugger" {
    ///   metadata {
    ///     name = "debugger"
    ///   }
    ///   rule {
    ///     api_groups = [""]
    ///     resources  = ["pods/exec"] # error: run commands in every pod
    ///     verbs      = ["create"]
    ///   }
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: metrics
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["nodes/metrics", "nodes/stats", "pods", "pods/log"]
    ///     verbs: ["get", "list"]
    ///   - apiGroups: [""]
    ///     resources: ["pods/exec"]
    ///     verbs: ["list"]
    /// ```
    /// ```tf,good
    /// variable "resources" {}
    ///
    /// resource "kubernetes_cluster_role" "metrics" {
    ///   metadata {
    ///     name = "metrics"
    ///   }
    ///   rule {
    ///     api_groups = [""]
    ///     resources  = var.resources
    ///     verbs      = ["create"]
    ///   }
    ///   rule {
    ///     api_groups = [""]
    ///     resources  = ["nodes/metrics", "pods/log"]
    ///     verbs      = ["get"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC good practices: access to nodes/proxy (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "runs-in-any-pod",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI05", "ASI03"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let risk = |class| kubernetes::named_risk(grant, class);
    let (found, severity) = match (risk(RiskClass::Exec), risk(RiskClass::Tunnel)) {
        (Some(found), _) => (found, Severity::High),
        // What answers there may still ask who is calling.
        (None, Some(found)) => (found, Severity::Medium),
        (None, None) => return,
    };
    if found.is_limited(grant) {
        return;
    }
    let help = if found.resource.value.starts_with("nodes") {
        "drop it; for metrics use `nodes/metrics` and `nodes/stats`"
    } else {
        "drop it, or name the objects in `resourceNames`"
    };
    cx.report(&grant.address, "resources", &found.resource.origin, found.sentence(grant))
        .severity(severity.lowered_by(kubernetes::steps_down(grant)))
        .help(help);
}
