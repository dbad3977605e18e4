use engine::{Context, Severity, rule};
use model::{
    Carrier, Grant, IdentityKind, Party, PermissionSystem, Reach, kubernetes, wildcard,
};

rule! {
    /// An account of another namespace holds a role in this one.
    ///
    /// ## What
    /// A `RoleBinding` names a service account that lives in another namespace.
    ///
    /// Operators and monitoring work this way, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Whoever may start pods in the other namespace holds the role here, whatever this namespace
    /// allows. Who looks after this namespace does not see them come and go.
    ///
    /// ## Fix
    /// Run what needs the role in this namespace, with an account of its own. For an operator,
    /// review who may create pods in its namespace.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: deployer
    ///   namespace: payments
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: deployer
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: ci # error: namespace `sandbox`
    ///     namespace: sandbox
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: deployer
    ///   namespace: payments
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: deployer
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: ci
    ///     namespace: payments
    ///   - kind: ServiceAccount
    ///     name: local
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: set-by-overlay
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: deployer
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: ci
    ///     namespace: sandbox
    /// ```
    ///
    /// ## References
    /// - OWASP NHI8:2025 Environment Isolation (verified 2026-11-22)
    id: "foreign-account-binding",
    family: Identity,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI8"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let binds = grant.system == PermissionSystem::Kubernetes
        && grant.carrier == Carrier::RoleBinding
        && grant.reach == Reach::Namespace
        && wildcard::gives(grant);
    let Some(home) = grant.realm.as_deref().filter(|_| binds) else { return };
    let wide = kubernetes::cluster_role(grant)
        .is_some_and(|it| matches!(it.value.as_str(), "cluster-admin" | "admin" | "edit"));
    for principal in &grant.principals {
        let Some(away) = namespace(&principal.value, cx).filter(|it| *it != home) else { continue };
        let message = format!("a service account of namespace `{away}` holds a role in `{home}`");
        cx.report(&grant.address, "subject", &principal.origin, message)
            .severity(if wide { Severity::Medium } else { Severity::Low })
            .help("bind an account of this namespace");
    }
}

/// The namespace of a service account, when it is written.
fn namespace<'a>(party: &'a Party, cx: &Context<'a>) -> Option<&'a str> {
    match party {
        Party::Address(address) => {
            let identity = cx.graph().identity_at(address)?;
            let account = identity.kind == IdentityKind::KubernetesServiceAccount;
            identity.realm.as_deref().filter(|_| account)
        }
        Party::Named { kind: IdentityKind::KubernetesServiceAccount, name } => {
            let (namespace, _) = name.split_once("/ServiceAccount/")?;
            (!namespace.contains("{{") && namespace != "?").then_some(namespace)
        }
        _ => None,
    }
}
