//! What Kubernetes permissions are worth.

use std::sync::LazyLock;

use crate::grant::{Grant, Patterns, Reach};
use crate::identity::{IdentityKind, Party};
use crate::knowledge::Sourced;
use crate::table;
use crate::wildcard;

/// The key of an entry that stands for any number of entries which are not known. In YAML it is
/// the merge key and never names anything else.
pub const OPEN: &str = "<<";

/// Annotations that let a service account act as a cloud identity, and what that is.
pub const CLOUD_ANNOTATIONS: &[(&str, IdentityKind)] = &[
    ("eks.amazonaws.com/role-arn", IdentityKind::AwsIamRole),
    ("iam.gke.io/gcp-service-account", IdentityKind::GcpServiceAccount),
    ("azure.workload.identity/client-id", IdentityKind::AzureManagedIdentity),
];

/// How the name of the role begins that OpenShift makes for each SecurityContextConstraints.
pub const SCC_ROLE: &str = "system:openshift:scc:";

/// What a role that OpenShift makes for constraints gives, after "can"; `None` for one under
/// which pods are held back.
pub fn scc_role(role: &str) -> Option<&'static str> {
    let name = role.strip_prefix(SCC_ROLE)?;
    let risk = RISKS.iter().find(|it| it.resource == "securitycontextconstraints")?;
    risk.names.contains(&name).then_some(risk.gives)
}

/// The role of the whole cluster that a binding hands over, a built-in one among them.
pub fn cluster_role(grant: &Grant) -> Option<&Sourced<String>> {
    grant.role.known().filter(|_| !grant.local_role)
}

/// True for a user or group of the cluster's own programs: they log in by themselves, whatever
/// people there are.
pub fn is_machine(party: &Party) -> bool {
    let Party::Named { kind, name } = party else { return false };
    match kind {
        IdentityKind::KubernetesServiceAccount => true,
        IdentityKind::KubernetesGroup => {
            let groups = ["system:serviceaccounts", "system:nodes", "system:bootstrappers"];
            groups.iter().any(|it| {
                name.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            })
        }
        IdentityKind::KubernetesUser => {
            ["system:node:", "system:kube-"].iter().any(|it| name.starts_with(it))
        }
        _ => false,
    }
}

/// A permission that is worth more than it looks.
#[derive(Debug)]
pub struct Risk {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The resource, with its subresource.
    pub resource: &'static str,
    /// Any of these verbs is enough.
    pub verbs: Vec<&'static str>,
    /// What kind of thing it leads to.
    pub class: RiskClass,
    /// True for what belongs to no namespace: only a binding in the whole cluster gives it.
    pub of_cluster: bool,
    /// True for what counts in the cluster's own namespace only.
    of_system: bool,
    /// Names in `resourceNames` that do not limit it.
    names: Vec<&'static str>,
    /// What the holder can do, after "can".
    pub gives: &'static str,
}

/// What a permission leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RiskClass {
    /// Reads secrets.
    Secrets,
    /// Runs commands in what already runs.
    Exec,
    /// Connects to what already runs.
    Tunnel,
    /// Acts as others or widens itself.
    Become,
    /// Changes what accounts are or hand out.
    Accounts,
    /// Starts pods, with the accounts of others.
    Workloads,
    /// Changes the cluster itself.
    Control,
    /// Has a controller make it.
    Deploy,
}

static RISKS: LazyLock<Vec<Risk>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/kubernetes-risks.tsv"));
    rows.filter_map(|row| {
        let [group, resource, verbs, class, scope, names, gives] = row[..] else { return None };
        let class = match class {
            "secrets" => RiskClass::Secrets,
            "exec" => RiskClass::Exec,
            "tunnel" => RiskClass::Tunnel,
            "accounts" => RiskClass::Accounts,
            "deploy" => RiskClass::Deploy,
            "become" => RiskClass::Become,
            "workloads" => RiskClass::Workloads,
            _ => RiskClass::Control,
        };
        let group = if group == "-" { "" } else { group };
        let (of_cluster, of_system) = (scope == "cluster", scope == "system");
        let verbs = verbs.split(',').collect();
        let names = names.split(',').filter(|it| *it != "-").collect();
        Some(Risk { group, resource, verbs, class, of_cluster, of_system, names, gives })
    })
    .collect()
});

static CONTROLLERS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/kubernetes-controllers.tsv"));
    rows.filter_map(|row| row.first().map(|it| words(it).collect())).collect()
});

/// A risk that a rule of a role carries, with the words that carry it.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    /// The risk.
    pub risk: &'static Risk,
    /// The resource as the rule writes it.
    pub resource: &'a Sourced<String>,
    /// The verb as the rule writes it.
    pub verb: &'a Sourced<String>,
}

/// The risks that a rule of a role carries, in the order of the table.
pub fn risks(grant: &Grant) -> Vec<Carried<'_>> {
    RISKS.iter().filter_map(|it| carried(grant, it)).collect()
}

/// A risk with the words of a rule that carry it, if any do.
fn carried<'g>(grant: &'g Grant, risk: &'static Risk) -> Option<Carried<'g>> {
    let scope = grant.kubernetes.as_ref()?;
    let may_reach = grant.reach != Reach::Namespace || !risk.of_cluster;
    if !may_reach
        || risk.of_system && !is_of_system(grant, risk)
        || !covers_group(&scope.api_groups, risk.group)
    {
        return None;
    }
    let resource = grant.resources.items.iter().find(|it| covers(&it.value, risk.resource))?;
    let is_verb = |it: &str| it == "*" || risk.verbs.contains(&it);
    let verb = grant.actions.items.iter().find(|it| is_verb(&it.value))?;
    Some(Carried { risk, resource, verb })
}

fn covers_group(groups: &Patterns, group: &str) -> bool {
    groups.texts().any(|it| it == "*" || it == group)
}

/// True when a rule holds in the cluster's own namespace, or names what counts there.
fn is_of_system(grant: &Grant, risk: &Risk) -> bool {
    let names = grant.kubernetes.iter().flat_map(|it| it.resource_names.texts());
    grant.realm.as_deref() == Some("kube-system")
        || names.into_iter().any(|it| risk.names.contains(&it))
}

/// True when a rule's resource covers a resource, as the API server reads it: `*` covers all,
/// `*/exec` that subresource of all. `pods` does not cover `pods/exec`, and `pods/*` is the name
/// of nothing: a star for the subresource means something only in webhooks.
fn covers(written: &str, resource: &str) -> bool {
    if written == "*" || written == resource {
        return true;
    }
    // A resource whose subresources are not a fixed set.
    if let Some(of) = resource.strip_suffix("/*") {
        return written.split_once('/').is_some_and(|(it, _)| it == of);
    }
    match (written.strip_prefix("*/"), resource.split_once('/')) {
        (Some(sub), Some((_, of))) => sub == of,
        _ => false,
    }
}

impl Carried<'_> {
    /// True when the rule names objects, or may, and none of them is one that gives it all.
    pub fn is_limited(&self, grant: &Grant) -> bool {
        let names = grant.kubernetes.iter().flat_map(|it| it.resource_names.texts());
        has_names(grant) && !names.into_iter().any(|it| self.risk.names.contains(&it))
    }

    /// Words for messages: "`create` on `jobs` lets its holder start pods of its namespace".
    pub fn sentence(&self, grant: &Grant) -> String {
        let within = match self.risk.of_cluster || is_cluster_wide(grant) {
            true => "",
            false => " of its namespace",
        };
        let (verb, resource) = (&self.verb.value, &self.resource.value);
        format!("`{verb}` on `{resource}` lets its holder {}{within}", self.risk.gives)
    }

    /// True when the rule names the risk: no wildcard stands for the resource or the verb.
    pub fn is_named(&self) -> bool {
        self.resource.value != "*" && self.verb.value != "*"
    }
}

/// The first risk of a class that a rule of a role names, when it gives anything.
pub fn named_risk(grant: &Grant, class: RiskClass) -> Option<Carried<'_>> {
    named_risks(grant, class).into_iter().next()
}

/// The risks of a class that a rule of a role names, when it gives anything.
pub fn named_risks(grant: &Grant, class: RiskClass) -> Vec<Carried<'_>> {
    if !wildcard::gives(grant) {
        return Vec::new();
    }
    let of_class = RISKS.iter().filter(|it| it.class == class);
    of_class.filter_map(|it| carried(grant, it)).filter(Carried::is_named).collect()
}

/// True when a role is bound in the whole cluster, or can only be.
pub fn is_cluster_wide(grant: &Grant) -> bool {
    matches!(grant.reach, Reach::Cluster | Reach::Organization)
}

/// How many steps milder a permission is than in the whole cluster, for anybody: one in a
/// namespace, one more when it is eased.
pub fn steps_down(grant: &Grant) -> u8 {
    u8::from(!is_cluster_wide(grant)) + u8::from(is_eased(grant))
}

/// True when only people hold a permission: groups of them, or users with an address.
fn is_for_people(grant: &Grant) -> bool {
    let person = |it: &Sourced<Party>| match &it.value {
        Party::Named { kind: IdentityKind::KubernetesGroup, name } => !name.starts_with("system:"),
        Party::Named { kind: IdentityKind::KubernetesUser, name } => name.contains('@'),
        _ => false,
    };
    !grant.principals.is_empty() && grant.principals.iter().all(person)
}

/// True when a wide role weighs less: it belongs to a well-known controller, only people hold it,
/// or nothing in the workspace hands it to anybody.
pub fn is_eased(grant: &Grant) -> bool {
    let holder = |it: &Sourced<Party>| match &it.value {
        Party::Address(address) => is_known_controller(&address.name),
        Party::Named { name, .. } => is_known_controller(name),
        _ => false,
    };
    grant.bound == Some(false)
        || is_for_people(grant)
        || is_known_controller(&grant.address.name)
        || grant.principals.iter().any(holder)
}

/// True when a rule is limited to resources by name, or may be.
pub fn has_names(grant: &Grant) -> bool {
    grant
        .kubernetes
        .as_ref()
        .is_some_and(|it| it.resource_names.partial || !it.resource_names.items.is_empty())
}

/// True when a rule covers only what an operator defines itself: groups of its own, with a
/// domain outside Kubernetes.
pub fn is_own_groups(groups: &Patterns) -> bool {
    let own = |it: &str| it.contains('.') && !it.ends_with(".k8s.io");
    groups.stated && !groups.items.is_empty() && !groups.partial && groups.texts().all(own)
}

/// True when a name tells that it belongs to a controller whose published role is wide on
/// purpose: the words of a known one stand in it, whole and side by side.
pub fn is_known_controller(name: &str) -> bool {
    // Names in templates are dotted: `cert-manager.fullname` says two things.
    let parts = name.split(|it: char| !it.is_ascii_alphanumeric() && !is_joint(it));
    parts.map(|it| words(it).collect::<Vec<_>>()).any(|words| {
        CONTROLLERS.iter().any(|known| words.windows(known.len()).any(|run| run == known))
    })
}

fn is_joint(it: char) -> bool {
    matches!(it, '-' | '_')
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(is_joint).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subresources_have_to_be_named() {
        for (written, resource, expected) in [
            ("*", "pods/exec", true),
            ("pods/exec", "pods/exec", true),
            ("pods/*", "pods/exec", false),
            ("*/*", "pods/exec", false),
            ("*/exec", "pods/exec", true),
            ("pods", "pods/exec", false),
            ("secrets", "secrets", true),
            ("*/exec", "pods", false),
        ] {
            assert_eq!(covers(written, resource), expected, "{written} {resource}");
        }
    }

    #[test]
    fn groups_of_an_operator_are_its_own() {
        let groups = |items: &[&str]| {
            let items =
                items.iter().map(|it| Sourced { value: (*it).to_owned(), ..Sourced::default() });
            Patterns::known(items.collect())
        };
        assert!(is_own_groups(&groups(&["example.com"])));
        assert!(!is_own_groups(&groups(&["example.com", ""])));
        assert!(!is_own_groups(&groups(&["rbac.authorization.k8s.io"])));
        assert!(!is_own_groups(&groups(&["apps"])));
        assert!(!is_own_groups(&groups(&["*"])));
        assert!(!is_own_groups(&Patterns::default()));
    }

    #[test]
    fn people_and_machines_are_told_by_their_names() {
        use IdentityKind::{
            KubernetesGroup as G, KubernetesServiceAccount as A, KubernetesUser as U,
        };
        let cases = [
            (G, "platform-team", true, false),
            (G, "system:serviceaccounts", false, true),
            (G, "system:serviceaccounts:shop", false, true),
            (G, "system:serviceaccountsx", false, false),
            (G, "system:nodes", false, true),
            (G, "system:masters", false, false),
            (U, "ann@example.com", true, false),
            (U, "jenkins", false, false),
            (U, "system:kube-scheduler", false, true),
            (A, "ci/ServiceAccount/bot", false, true),
        ];
        for (kind, name, people, machine) in cases {
            let party = Party::Named { kind, name: name.to_owned() };
            assert_eq!(is_machine(&party), machine, "{name}");
            let grant = Grant {
                principals: vec![Sourced::at(party, crate::Place::default())],
                ..Grant::new(
                    crate::Address::default(),
                    crate::PermissionSystem::Kubernetes,
                    crate::Carrier::Role,
                    crate::Place::default(),
                    crate::Place::default(),
                )
            };
            assert_eq!(is_eased(&grant), people, "{name}");
        }
    }

    #[test]
    fn the_table_is_whole() {
        assert!(RISKS.len() > 20 && RISKS.iter().all(|it| !it.verbs.is_empty()));
        assert!(CONTROLLERS.iter().all(|it| !it.is_empty()));
    }

    #[test]
    fn controllers_are_known_by_whole_words() {
        for (name, known) in [
            ("ClusterRole/cert-manager-cainjector", true),
            ("argocd-server", true),
            ("kube-prometheus-stack-operator", true),
            ("velero", true),
            ("load_balancer_controller", true),
            ("aws-gateway-controller", true),
            ("cargo-runner", false),
            ("ai-gateway-controller", false),
            ("{{ include \"cert-manager.fullname\" . }}-webhook", true),
            ("{{ include \"ai-gateway-helm.controller.name\" . }}", false),
            ("tholm", false),
            ("rookie", false),
            ("cert-broker-manager", false),
            ("", false),
        ] {
            assert_eq!(is_known_controller(name), known, "{name}");
        }
    }
}
