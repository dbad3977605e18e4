//! Roles and bindings of one file. What binds what is decided in [`crate::join`].

use model::{
    Carrier, Data, Entry, Grant, IdentityKind, Knowledge, KubernetesScope, Origin, Party, Patterns,
    PermissionSystem, Place, Reach, Sourced, Value,
};

use crate::load::{self, Found};
use crate::locality::Declared;
use crate::object::{Object, Objects};
use crate::term::Term;

/// A Role or ClusterRole.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) declared: Declared,
    /// True for a ClusterRole; `None` when a template decides.
    pub(crate) cluster: Option<bool>,
    /// Known labels, by which other roles may take this one in.
    pub(crate) labels: Vec<(String, String)>,
    /// The roles that this one takes in.
    pub(crate) aggregation: Aggregation,
    /// One per rule.
    pub(crate) grants: Vec<Grant>,
}

/// Which roles a ClusterRole takes in.
#[derive(Debug, Default)]
pub(crate) struct Aggregation {
    /// Label sets, any of which is enough.
    pub(crate) selectors: Vec<Vec<(String, String)>>,
    /// True when there are selectors that could not be read.
    pub(crate) unread: bool,
}

impl Aggregation {
    /// True when the role takes others in.
    pub(crate) fn is_stated(&self) -> bool {
        self.unread || !self.selectors.is_empty()
    }

    /// True when a role with these labels is taken in.
    pub(crate) fn takes(&self, labels: &[(String, String)]) -> bool {
        self.selectors.iter().any(|wanted| wanted.iter().all(|pair| labels.contains(pair)))
    }
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) declared: Declared,
    /// `prod/RoleBinding/reader`.
    pub(crate) name: String,
    /// True when it hands over a ClusterRole; `None` when a template decides.
    pub(crate) cluster_role: Option<bool>,
    pub(crate) role: Term,
    pub(crate) role_place: Place,
    pub(crate) subjects: Vec<Subject>,
    /// The binding's own grant, which names the role.
    pub(crate) grant: Grant,
}

/// Who a binding hands its role to.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) who: Who,
    pub(crate) origin: Origin,
}

/// A subject, before service accounts are looked up.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Account { namespace: Term, name: Term },
    Party(Party),
}

/// Lowers a Role or ClusterRole.
pub(crate) fn role(object: &Object<'_>, objects: &mut Objects) {
    if is_default(object) {
        return;
    }
    let cluster = match object.class.kind.as_deref() {
        Some("ClusterRole") => Some(true),
        Some(_) => Some(false),
        None => None,
    };
    let labels: Vec<_> = object
        .metadata("labels")
        .filter_map(|(key, value)| Some((key.to_owned(), value.as_text()?.into_owned())))
        .collect();
    let rules = object.at(&["rules"]).items();
    let grants = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| matches!(rule.data, Data::Map(_)))
        .map(|(index, rule)| rule_grant(object, cluster, index, rule))
        .collect();
    objects.roles.push(Role {
        declared: declared(object, cluster != Some(true)),
        cluster,
        labels,
        aggregation: aggregation(object),
        grants,
    });
}

/// The label that the API server puts on the roles it makes and keeps itself.
const BOOTSTRAPPING: &str = "kubernetes.io/bootstrapping";

/// True for a role that every cluster has, as `kubectl get` prints it: nobody wrote it, and nobody
/// could take it away.
fn is_default(object: &Object<'_>) -> bool {
    let labelled = object.metadata("labels").any(|(key, value)| {
        key == BOOTSTRAPPING && value.as_text().as_deref() == Some("rbac-defaults")
    });
    labelled && object.name.text().is_some_and(is_built_in)
}

/// True for the name of a role that every cluster has.
pub(crate) fn is_built_in(name: &str) -> bool {
    matches!(name, "cluster-admin" | "admin" | "edit" | "view") || name.starts_with("system:")
}

/// Bindings that every cluster has, by the role they are named after, and who holds it by them.
/// Of the others the subjects are the cluster's own, whom nothing is said about.
const DEFAULT_BINDINGS: [(&str, &str); 2] = [
    ("cluster-admin", "system:masters"),
    ("system:service-account-issuer-discovery", "system:serviceaccounts"),
];

/// True for a subject that a binding of this name and role has in every cluster.
fn is_default_subject(object: &Object<'_>, role: &Term, subject: &Subject) -> bool {
    let Who::Party(Party::Named { kind: IdentityKind::KubernetesGroup, name }) = &subject.who
    else {
        return false;
    };
    object.class.is("ClusterRoleBinding")
        && role.text().is_some_and(|role| {
            object.name.text() == Some(role) && DEFAULT_BINDINGS.contains(&(role, name))
        })
}

pub(crate) fn declared(object: &Object<'_>, namespaced: bool) -> Declared {
    Declared {
        file: object.page.file,
        site: object.site.clone(),
        namespace: if namespaced { object.namespace.clone() } else { Term::Absent },
        name: object.name.clone(),
    }
}

fn rule_grant(object: &Object<'_>, cluster: Option<bool>, index: usize, rule: &Value) -> Grant {
    let set = |key: &str| patterns(Found::at(rule, &[key]));
    let region = rule.origin.place;
    let reach = match cluster {
        Some(true) => Reach::Cluster,
        Some(false) => Reach::Namespace,
        None => Reach::Unknown,
    };
    Grant {
        realm: object.namespace.text().map(str::to_owned),
        actions: set("verbs"),
        resources: set("resources"),
        kubernetes: Some(KubernetesScope {
            api_groups: set("apiGroups"),
            resource_names: set("resourceNames"),
            non_resource_urls: set("nonResourceURLs"),
            aggregates_into: aggregates_into(object),
        }),
        reach,
        ..Grant::new(
            object.scoped(format!("{}#rules[{index}]", object.address())),
            PermissionSystem::Kubernetes,
            Carrier::Role,
            Found::at(rule, &["verbs"]).value().map_or(region, |it| it.origin.place),
            region,
        )
    }
}

/// The built-in and other roles that take this one in by label.
fn aggregates_into(object: &Object<'_>) -> Vec<Sourced<String>> {
    const PREFIX: &str = "rbac.authorization.k8s.io/aggregate-to-";
    object
        .metadata("labels")
        .filter(|(_, value)| value.as_text().as_deref() == Some("true"))
        .filter_map(|(key, value)| {
            let role = key.strip_prefix(PREFIX)?.to_owned();
            Some(Sourced::new(role, value.origin.clone()))
        })
        .collect()
}

/// A list of names as a set of patterns.
fn patterns(found: Found<'_>) -> Patterns {
    let value = match found {
        Found::Here(value) => value,
        Found::Maybe(_) => return Patterns::unknown(),
        Found::Nowhere => return Patterns::default(),
    };
    let Data::List(items) = &value.data else { return Patterns::unknown() };
    let mut set = Patterns::known(Vec::with_capacity(items.len()));
    for item in items.iter() {
        match item.as_text() {
            Some(text) => set.items.push(Sourced::new(text.into_owned(), item.origin.clone())),
            None => set.partial = true,
        }
    }
    set
}

fn aggregation(object: &Object<'_>) -> Aggregation {
    let selectors = match object.at(&["aggregationRule", "clusterRoleSelectors"]) {
        Found::Here(value) => value.one_or_many(),
        Found::Maybe(_) => return Aggregation { selectors: Vec::new(), unread: true },
        Found::Nowhere => return Aggregation::default(),
    };
    let pair = |it: &Entry| Some((it.key.to_string(), it.value.as_text()?.into_owned()));
    let mut found = Aggregation::default();
    for selector in selectors {
        let labels = Found::at(selector, &["matchLabels"]).value();
        let pairs: Option<Vec<_>> = labels
            .filter(|it| !load::is_open(it))
            .map(|it| it.entries())
            .map(|it| it.iter().map(pair).collect())
            .unwrap_or_default();
        match pairs {
            Some(pairs) if !pairs.is_empty() && selector.get("matchExpressions").is_none() => {
                found.selectors.push(pairs);
            }
            _ => found.unread = true,
        }
    }
    found
}

/// Lowers a RoleBinding or ClusterRoleBinding.
pub(crate) fn binding(object: &Object<'_>, objects: &mut Objects) {
    let cluster = match object.class.kind.as_deref() {
        Some("ClusterRoleBinding") => Some(true),
        Some(_) => Some(false),
        None => None,
    };
    let name = object.at(&["roleRef", "name"]);
    let role = match name {
        Found::Here(value) => Term::read(Some(value), object.page),
        Found::Maybe(_) | Found::Nowhere => Term::unknown(),
    };
    let cluster_role = match object.at(&["roleRef", "kind"]).to_text() {
        Knowledge::Known(kind) => Some(kind.value == "ClusterRole"),
        Knowledge::Unknown(_) | Knowledge::Absent => None,
    };
    let role_place = name.value().map_or(object.place, |it| it.origin.place);
    let declared = declared(object, cluster != Some(true));
    let mut subjects = subjects(object, &declared.namespace);
    let all = subjects.len();
    subjects.retain(|it| !is_default_subject(object, &role, it));
    if subjects.is_empty() && all > 0 {
        return;
    }
    objects.bindings.push(Binding {
        name: object.address(),
        cluster_role,
        role,
        role_place,
        subjects,
        grant: Grant {
            local_role: cluster_role == Some(false),
            ..binding_grant(object, cluster, name, role_place)
        },
        declared,
    });
}

fn binding_grant(
    object: &Object<'_>,
    cluster: Option<bool>,
    role: Found<'_>,
    place: Place,
) -> Grant {
    Grant {
        realm: object.namespace.text().map(str::to_owned),
        role: role.to_text(),
        reach: match cluster {
            Some(true) => Reach::Cluster,
            Some(false) => Reach::Namespace,
            None => Reach::Unknown,
        },
        bindings: vec![place],
        ..Grant::new(
            object.scoped(object.address()),
            PermissionSystem::Kubernetes,
            Carrier::RoleBinding,
            place,
            object.region,
        )
    }
}

fn subjects(object: &Object<'_>, home: &Term) -> Vec<Subject> {
    let unknown = |origin| Subject { who: Who::Party(Party::Unknown), origin };
    match object.at(&["subjects"]) {
        Found::Here(value) => {
            value.one_or_many().iter().map(|it| subject(object, home, it)).collect()
        }
        Found::Maybe(place) => vec![unknown(Origin::at(place))],
        Found::Nowhere => Vec::new(),
    }
}

fn subject(object: &Object<'_>, home: &Term, value: &Value) -> Subject {
    let name_value = Found::at(value, &["name"]).value();
    let origin = name_value.unwrap_or(value).origin.clone();
    let name = Term::read(name_value, object.page);
    let kind = Found::at(value, &["kind"]).to_text().value().cloned();
    let who = match (kind.as_deref(), name.text()) {
        (Some("ServiceAccount"), _) => {
            let namespace = match Found::at(value, &["namespace"]) {
                Found::Here(it) => Term::read(Some(it), object.page),
                Found::Maybe(_) => Term::unknown(),
                // The authorizer reads it so: the account of the binding's own namespace.
                Found::Nowhere => Term::Absent,
            };
            Who::Account { namespace: namespace.or(home), name }
        }
        (Some("User"), Some(name)) => user(name),
        (Some("Group"), Some(name)) => Who::Party(group(name)),
        _ => Who::Party(Party::Unknown),
    };
    Subject { who, origin }
}

/// The user that a constraint of OpenShift names. Administrators and nodes have it anyway.
pub(crate) fn named_user(value: &Value) -> Option<Subject> {
    let name = value.as_text().filter(|it| it != "system:admin")?;
    Some(Subject { who: user(&name), origin: value.origin.clone() })
}

/// The same for a group.
pub(crate) fn named_group(value: &Value) -> Option<Subject> {
    let name = value.as_text()?;
    let anyway = ["system:masters", "system:nodes", "system:cluster-admins"];
    (!anyway.contains(&&*name))
        .then(|| Subject { who: Who::Party(group(&name)), origin: value.origin.clone() })
}

/// Hands a role of the whole cluster to some subjects.
pub(crate) fn bind_cluster_wide(
    object: &Object<'_>,
    role: Knowledge<String>,
    subjects: Vec<Subject>,
    objects: &mut Objects,
) {
    let grant = binding_grant(object, Some(true), Found::Nowhere, object.place);
    objects.bindings.push(Binding {
        name: object.address(),
        cluster_role: Some(true),
        role: role.value().map_or_else(Term::unknown, |it| Term::known(it)),
        role_place: object.place,
        subjects,
        grant: Grant { role, ..grant },
        declared: declared(object, false),
    });
}

fn user(name: &str) -> Who {
    if name == "system:anonymous" {
        return Who::Party(Party::Everyone);
    }
    let account = name.strip_prefix("system:serviceaccount:").and_then(|it| it.split_once(':'));
    match account {
        Some((namespace, name)) => {
            Who::Account { namespace: Term::known(namespace), name: Term::known(name) }
        }
        None => {
            Who::Party(Party::Named { kind: IdentityKind::KubernetesUser, name: name.to_owned() })
        }
    }
}

fn group(name: &str) -> Party {
    match name {
        "system:unauthenticated" => Party::Everyone,
        "system:authenticated" => Party::Authenticated,
        _ => Party::Named { kind: IdentityKind::KubernetesGroup, name: name.to_owned() },
    }
}
