use std::collections::{BTreeMap, BTreeSet};

use engine::{Context, rule};
use model::{
    Carrier, Credential, CredentialKind, ExpirySource, Identity, IdentityKind, Party,
    PermissionSystem, SlotKind, kubernetes,
};

rule! {
    /// A pod gets a token of an account that may do nothing.
    ///
    /// ## What
    /// The token of a service account is mounted into a workload's pods, and nothing gives that
    /// account any permission: it is the `default` account of its namespace and no binding names
    /// it, or the folder or chart that declares the account binds roles to others only.
    ///
    /// A pod that visibly asks the API, because it runs `kubectl` or `helm`, is left alone.
    ///
    /// What another repository binds cannot be seen, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Whoever gets into the pod gets a login to the cluster with it, and everything that is bound
    /// to that account or to all accounts later. A pod that does not talk to the API needs none.
    ///
    /// ## Fix
    /// Write `automountServiceAccountToken: false` into the pod. What exchanges a token elsewhere
    /// (Vault, a cloud) asks for one with an audience, in a `projected` volume.
    ///
    /// ```yaml,bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web # error: nothing is granted to `shop/ServiceAccount/default`
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: nginx
    ///       restartPolicy: Always
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: web
    ///       automountServiceAccountToken: true # error: nothing is granted to `shop/ServiceAccount/web`
    ///       containers:
    ///         - name: web
    ///           image: nginx
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: jobs
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: jobs
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: jobs
    /// ```
    /// ```yaml,good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       automountServiceAccountToken: false
    ///       containers:
    ///         - name: web
    ///           image: nginx
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: jobs
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: jobs
    ///       containers:
    ///         - name: jobs
    ///           image: jobs
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: jobs
    ///   namespace: shop
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: jobs
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: jobs
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: jobs
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// automountServiceAccountToken: false
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: web
    ///       containers:
    ///         - name: web
    ///           image: nginx
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: wait
    ///           image: busybox
    ///           command: ["sh", "-c", "until kubectl get pod db-0; do sleep 1; done"]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: elsewhere
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: declared-elsewhere
    ///       containers:
    ///         - name: web
    ///           image: nginx
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: web
    ///       containers:
    ///         - name: web
    ///           image: nginx
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: everybody-here
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: view
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:serviceaccounts:shop
    /// ```
    ///
    /// ## References
    /// - CIS Kubernetes Benchmark 5.1.6: tokens are mounted only where needed (verified 2026-11-22)
    /// - Kubernetes documentation: configure service accounts for pods (verified 2026-11-22)
    id: "needless-token",
    family: Identity,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5", "NHI9"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let bindings = Bindings::new(cx);
    for credential in &cx.facts().credentials {
        let Some(account) = mounted_for(credential, cx) else { continue };
        if !cx.graph().grants_of(account).is_empty() || !bindings.leave_out(account) {
            continue;
        }
        let message = format!(
            "its pods get a token, and nothing is granted to `{}`",
            account.address
        );
        cx.report_at(&credential.address, "token", credential.place, message)
            .help("write `automountServiceAccountToken: false` into the pod")
            .remedy(credential.fix.as_deref());
    }
}

/// The account whose token Kubernetes mounts without being asked for one.
fn mounted_for<'a>(credential: &Credential, cx: &Context<'a>) -> Option<&'a Identity> {
    // Whoever visibly talks to the API needs it, and what it may do is granted elsewhere.
    let mounted = credential.audience.is_absent()
        && credential.kind == CredentialKind::ServiceAccountToken
        && credential.slot.kind == SlotKind::File
        && credential.expiry.source == ExpirySource::ProviderDefault
        && credential.expiry.argument.is_none();
    let account = cx.graph().identity(credential.holder.as_ref().filter(|_| mounted)?)?;
    let controller = kubernetes::is_known_controller(&credential.address.name);
    (account.kind == IdentityKind::KubernetesServiceAccount && !controller).then_some(account)
}

/// What the bindings of each folder or chart say about accounts.
struct Bindings<'a> {
    /// Scopes with a binding, and whether each of its subjects is known.
    scopes: BTreeMap<&'a str, bool>,
    /// Accounts named `default`, by namespace, that a binding names without their being declared.
    defaults: BTreeSet<&'a str>,
    /// What follows `system:serviceaccounts` in the groups of accounts that bindings name.
    groups: BTreeSet<&'a str>,
    /// Scopes with a binding to whoever is signed in.
    open: BTreeSet<&'a str>,
}

impl<'a> Bindings<'a> {
    fn new(cx: &Context<'a>) -> Self {
        let mut found = Self {
            scopes: BTreeMap::new(),
            defaults: BTreeSet::new(),
            groups: BTreeSet::new(),
            open: BTreeSet::new(),
        };
        for grant in &cx.facts().grants {
            let binds = grant.system == PermissionSystem::Kubernetes
                && grant.carrier == Carrier::RoleBinding;
            if !binds {
                continue;
            }
            let known = grant.principals.iter().all(|it| it.value != Party::Unknown);
            *found.scopes.entry(&grant.address.scope).or_insert(true) &= known;
            for principal in &grant.principals {
                match &principal.value {
                    Party::Named { kind: IdentityKind::KubernetesServiceAccount, name } => {
                        found.defaults.insert(name);
                    }
                    Party::Named { kind: IdentityKind::KubernetesGroup, name } => {
                        found.groups.extend(name.strip_prefix("system:serviceaccounts"));
                    }
                    Party::Everyone | Party::Authenticated => {
                        found.open.insert(&grant.address.scope);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// True when it can be told that they give an account nothing.
    fn leave_out(&self, account: &Identity) -> bool {
        if self.is_in_group(account) {
            return false;
        }
        let here = self.scopes.get(&*account.address.scope);
        match account.built_in {
            true => here != Some(&false) && !self.defaults.contains(&*account.address.name),
            false => here == Some(&true),
        }
    }

    /// True when a binding names a group that an account is in, or may be.
    fn is_in_group(&self, account: &Identity) -> bool {
        let mut spaces = self.groups.iter().map(|it| it.strip_prefix(':'));
        let home = account.realm.as_deref();
        self.open.contains(&*account.address.scope)
            || spaces.any(|it| home.is_none() || it.is_none() || it == home)
    }
}
