use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// What is deployed is made with the rights of the controller that deploys.
    ///
    /// ## What
    /// A `Kustomization` or `HelmRelease` of Flux names no `serviceAccountName`, so the objects of
    /// its source are applied by the controller itself, which may do everything in the cluster.
    ///
    /// A repository with a cluster of its own may mean that, and a controller can be started with
    /// `--default-service-account`, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Whoever may push to the source, or publishes the chart, is an administrator of the cluster:
    /// one `ClusterRoleBinding` among the manifests is applied like the rest.
    ///
    /// ## Fix
    /// Make a service account in the namespace, bind it to what is deployed there, and name it in
    /// `spec.serviceAccountName`.
    ///
    /// ```yaml,bad
    /// apiVersion: kustomize.toolkit.fluxcd.io/v1
    /// kind: Kustomization
    /// metadata:
    ///   name: shop # error: with the rights of the controller
    ///   namespace: shop
    /// spec:
    ///   path: ./deploy
    ///   sourceRef:
    ///     kind: GitRepository
    ///     name: shop
    /// ---
    /// apiVersion: helm.toolkit.fluxcd.io/v2
    /// kind: HelmRelease
    /// metadata:
    ///   name: redis # error: with the rights of the controller
    ///   namespace: shop
    /// spec:
    ///   chart:
    ///     spec:
    ///       chart: redis
    /// ```
    /// ```yaml,good
    /// apiVersion: kustomize.toolkit.fluxcd.io/v1
    /// kind: Kustomization
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    /// spec:
    ///   path: ./deploy
    ///   serviceAccountName: deployer
    ///   sourceRef:
    ///     kind: GitRepository
    ///     name: shop
    /// ---
    /// apiVersion: kustomize.toolkit.fluxcd.io/v1
    /// kind: Kustomization
    /// metadata:
    ///   name: elsewhere
    ///   namespace: shop
    /// spec:
    ///   kubeConfig:
    ///     secretRef:
    ///       name: other-cluster
    ///   sourceRef:
    ///     kind: GitRepository
    ///     name: shop
    /// ---
    /// apiVersion: helm.toolkit.fluxcd.io/v2
    /// kind: HelmRelease
    /// metadata:
    ///   name: patch
    /// spec:
    ///   values:
    ///     replicas: 2
    /// ```
    ///
    /// ## References
    /// - Flux documentation: multi-tenancy lockdown, service account impersonation (verified 2026-11-22)
    id: "deploys-as-controller",
    family: Permission,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5", "NHI9"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    if !matches!(guard.kind, GuardKind::DeploysAsItself) {
        return;
    }
    let message = "what it deploys is made with the rights of the controller";
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help(format!("name an account with the rights it needs in `{}`", guard.setting));
}
