use std::collections::BTreeSet;

use engine::{Context, Severity, rule};
use model::kubernetes::{self, RiskClass};
use model::{Address, FileId, Grant};

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
    /// the account that it names, once it may read that Secret or start a pod with it. Who writes a
    /// service account can annotate it with a cloud role and run as that role.
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
    ///   - apiGroups: [""]
    ///     resources: ["pods"]
    ///     verbs: ["create"]
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
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: install
    ///   namespace: shop
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"]
    ///     verbs: ["create"]
    ///   - apiGroups: [""]
    ///     resources: ["secrets"]
    ///     resourceNames: ["ca"]
    ///     verbs: ["get", "update"]
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
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let seers = Seers::new(cx);
    for grant in &cx.facts().grants {
        judge(grant, &seers, cx);
    }
}

fn judge(grant: &Grant, seers: &Seers<'_>, cx: &mut Context<'_>) {
    let carried = kubernetes::named_risks(grant, RiskClass::Accounts);
    let found = carried.into_iter().find(|it| {
        let made = it.risk.resource == "secrets" && it.risk.verbs.contains(&"create");
        !it.is_limited(grant) && (!made || seers.include_holder(grant, cx))
    });
    let Some(found) = found else { return };
    let message = found.sentence(grant);
    let severity = Severity::High.lowered_by(kubernetes::steps_down(grant));
    cx.report(&grant.address, "resources", &found.resource.origin, message)
        // Making one is a way, and not yet the thing.
        .severity(severity.min(Severity::Medium))
        .help("name the objects in `resourceNames`, and leave out `create`");
}

/// Who comes back for a Secret after it was made. The token comes into it later, so the maker
/// must read it, change it (the answer holds all of it), or mount it in a pod.
struct Seers<'a> {
    roles: BTreeSet<(FileId, &'a str, &'a str)>,
    holders: BTreeSet<&'a Address>,
}

impl<'a> Seers<'a> {
    fn new(cx: &Context<'a>) -> Self {
        let mut found = Self { roles: BTreeSet::new(), holders: BTreeSet::new() };
        for grant in cx.facts().grants.iter().filter(|it| sees_secrets(it)) {
            found.roles.insert((grant.place.file, &grant.address.scope, role(grant)));
            found.holders.extend(cx.holders(grant).into_iter().map(|it| &it.address));
        }
        found
    }

    /// True when the same role sees Secrets, or another one of a holder.
    fn include_holder(&self, grant: &Grant, cx: &Context<'_>) -> bool {
        let role = (grant.place.file, &*grant.address.scope, role(grant));
        self.roles.contains(&role)
            || cx.holders(grant).iter().any(|it| self.holders.contains(&it.address))
    }
}

/// The role that a rule belongs to.
fn role(grant: &Grant) -> &str {
    grant.address.name.rsplit_once('#').map_or(&*grant.address.name, |(role, _)| role)
}

fn sees_secrets(grant: &Grant) -> bool {
    let sees = |it: &kubernetes::Carried<'_>| match it.risk.class {
        RiskClass::Secrets | RiskClass::Workloads | RiskClass::Exec => true,
        RiskClass::Accounts => {
            it.risk.resource == "secrets" && !it.risk.verbs.contains(&"create")
        }
        _ => false,
    };
    !kubernetes::has_names(grant) && kubernetes::risks(grant).iter().any(sees)
}
