use engine::{Context, Severity, rule};
use model::kubernetes::{self, RiskClass};
use model::{Carrier, Grant, wildcard};

rule! {
    /// A role changes what the whole cluster trusts.
    ///
    /// ## What
    /// A rule of a Kubernetes role writes nodes, volumes of the cluster, admission webhooks and
    /// policies, API services, definitions of kinds, bindings, the labels of namespaces or what Argo
    /// CD and Flux deploy, or approves certificates, and names none of them. A name that is as
    /// good as all (`aws-auth`, the signer of client certificates) limits nothing. A rule that a `RoleBinding` hands over gives nothing outside
    /// namespaces and is not reported for that.
    ///
    /// Operators need this, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// A webhook sees every object that is written and can change it; an approved certificate is
    /// whoever it says; a volume can be any folder of a node. Each is a way to all the rest.
    ///
    /// ## Fix
    /// Name the objects in `resourceNames`, or leave out the verbs that write.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: injector
    /// rules:
    ///   - apiGroups: ["admissionregistration.k8s.io"]
    ///     resources: ["mutatingwebhookconfigurations"] # error: change every object
    ///     verbs: ["get", "patch"]
    ///   - apiGroups: ["certificates.k8s.io"]
    ///     resources: ["certificatesigningrequests/approval"] # error: approve
    ///     verbs: ["update"]
    ///   - apiGroups: [""]
    ///     resources: ["namespaces"] # error: pod security
    ///     verbs: ["patch"]
    ///   - apiGroups: ["certificates.k8s.io"]
    ///     resources: ["signers"] # error: client certificates
    ///     resourceNames: ["kubernetes.io/kube-apiserver-client"]
    ///     verbs: ["approve"]
    ///   - apiGroups: ["argoproj.io"]
    ///     resources: ["applications"] # error: Argo CD
    ///     verbs: ["create"]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: logins
    ///   namespace: kube-system
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["configmaps"] # error: who may log in
    ///     resourceNames: ["aws-auth"]
    ///     verbs: ["update"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: injector
    /// rules:
    ///   - apiGroups: ["admissionregistration.k8s.io"]
    ///     resources: ["mutatingwebhookconfigurations"]
    ///     resourceNames: ["injector"]
    ///     verbs: ["get", "patch"]
    ///   - apiGroups: ["certificates.k8s.io"]
    ///     resources: ["certificatesigningrequests"]
    ///     verbs: ["create", "get"]
    ///   - apiGroups: [""]
    ///     resources: ["nodes", "namespaces", "persistentvolumeclaims"]
    ///     verbs: ["get", "list", "watch"]
    ///   - apiGroups: ["example.com"]
    ///     resources: ["nodes"]
    ///     verbs: ["patch"]
    ///   - apiGroups: ["certificates.k8s.io"]
    ///     resources: ["signers"]
    ///     resourceNames: ["example.com/shop"]
    ///     verbs: ["approve"]
    ///   - apiGroups: [""]
    ///     resources: ["configmaps"]
    ///     verbs: ["create", "update"]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: nodes
    ///   namespace: shop
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["nodes"]
    ///     verbs: ["patch"]
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: agent
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: system:openshift:scc:privileged # error: start pods that own the node
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: agent
    /// ```
    /// ```yaml,bad
    /// apiVersion: security.openshift.io/v1
    /// kind: SecurityContextConstraints
    /// metadata:
    ///   name: privileged # error: start pods that own the node
    /// allowPrivilegedContainer: true
    /// users:
    ///   - system:serviceaccount:shop:agent
    /// groups:
    ///   - system:masters
    /// ```
    /// ```yaml,good
    /// apiVersion: security.openshift.io/v1
    /// kind: SecurityContextConstraints
    /// metadata:
    ///   name: privileged
    /// allowPrivilegedContainer: true
    /// users:
    ///   - system:admin
    /// groups:
    ///   - system:cluster-admins
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: agent
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: system:openshift:scc:restricted-v2
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: agent
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC good practices: privilege escalation risks (verified 2026-11-22)
    id: "controls-cluster",
    family: Permission,
    severity: High,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

/// Kinds that lead further only together with something else: a pod on the node, a weak policy
/// of the namespace, a version that is converted.
const INDIRECT: &[&str] = &["persistentvolumes", "namespaces", "customresourcedefinitions"];

fn check(grant: &Grant, cx: &mut Context<'_>) {
    owns_nodes(grant, cx);
    let risk = |class| kubernetes::named_risk(grant, class);
    let found = risk(RiskClass::Control).or_else(|| risk(RiskClass::Deploy));
    let Some(found) = found.filter(|it| !it.is_limited(grant)) else { return };
    let class = found.risk.class;
    let indirect = INDIRECT.contains(&found.risk.resource) || class == RiskClass::Deploy;
    let severity = match kubernetes::is_cluster_wide(grant) {
        true if !indirect => Severity::High,
        _ => Severity::Medium,
    };
    let severity = if kubernetes::is_eased(grant) { severity.lowered() } else { severity };
    let message = format!(
        "`{}` on `{}` lets its holder {}",
        found.verb.value, found.resource.value, found.risk.gives
    );
    cx.report(&grant.address, "resources", &found.resource.origin, message)
        .severity(severity)
        .help("name the objects in `resourceNames`, or drop the verb")
        .related(found.verb.place(), "by this verb");
}

/// A binding to the role that OpenShift makes for pods without any bounds.
fn owns_nodes(grant: &Grant, cx: &mut Context<'_>) {
    let Some(role) = kubernetes::cluster_role(grant) else { return };
    if grant.carrier != Carrier::RoleBinding {
        return;
    }
    // Who is named by a pattern for everybody is another rule's.
    if grant.principals.is_empty() || wildcard::is_public(grant) {
        return;
    }
    let Some(gives) = kubernetes::scc_role(&role.value) else { return };
    let severity = if kubernetes::is_eased(grant) { Severity::Medium } else { Severity::High };
    let message = format!("`{}` lets its holder {gives}", role.value);
    let finding = cx.report(&grant.address, "role", &role.origin, message);
    finding.severity(severity).help("name constraints that allow what the pod needs and no more");
    for principal in &grant.principals {
        finding.related(principal.place(), "handed to this");
    }
}
