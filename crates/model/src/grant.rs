//! What an identity may do.

use crate::identity::{Address, Party};
use crate::knowledge::{Knowledge, Sourced};
use crate::place::Place;
use crate::tool_pattern::ToolPattern;

/// One permission statement: an AWS statement, a rule of a Kubernetes role, a role that is
/// handed to a member, one entry of an agent's permission list.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The policy or role that says it, with its position: `aws_iam_policy.p#Statement[0]`.
    pub address: Address,
    /// Whose rules decide what it means.
    pub system: PermissionSystem,
    /// Who holds it. Empty when nothing in the workspace binds it.
    pub principals: Vec<Sourced<Party>>,
    /// Allow, deny or ask.
    pub effect: Effect,
    /// What may be done: actions, verbs, tools and commands. Empty for a named role.
    pub actions: Patterns,
    /// On what.
    pub resources: Patterns,
    /// The dimensions that only Kubernetes has.
    pub kubernetes: Option<KubernetesScope>,
    /// What the entry of an agent's permission list covers; only for
    /// [`PermissionSystem::AgentTools`].
    pub tool: Option<ToolPattern>,
    /// The role or managed policy that stands for a set of permissions: `roles/editor`,
    /// `cluster-admin`, `arn:aws:iam::aws:policy/AdministratorAccess`, `Owner`.
    pub role: Knowledge<String>,
    /// True when the role is one of a namespace of Kubernetes, which may bear the name of a
    /// built-in one and be anything.
    pub local_role: bool,
    /// What narrows it.
    pub conditions: Vec<Condition>,
    /// False when a condition is written that could not be read.
    pub conditions_known: bool,
    /// How far it reaches.
    pub reach: Reach,
    /// The namespace, project or subscription in which it holds; `None` when it holds beyond
    /// one, or when that cannot be told.
    pub realm: Option<String>,
    /// What carries it.
    pub carrier: Carrier,
    /// True when something in the workspace hands it to a principal; false for a policy or
    /// role that nothing binds; `None` when that cannot be told.
    pub bound: Option<bool>,
    /// The bindings and attachments that hand it over.
    pub bindings: Vec<Place>,
    /// The smallest token that stands for the whole statement.
    pub place: Place,
    /// The statement, rule or entry.
    pub region: Place,
}

impl Grant {
    /// A statement that allows something: what, to whom and how far is still to be said.
    /// Nothing narrows it, and whether anything binds it is not known.
    pub fn new(
        address: Address,
        system: PermissionSystem,
        carrier: Carrier,
        place: Place,
        region: Place,
    ) -> Self {
        Self {
            address,
            system,
            principals: Vec::new(),
            effect: Effect::Allow,
            actions: Patterns::default(),
            resources: Patterns::default(),
            kubernetes: None,
            tool: None,
            role: Knowledge::Absent,
            local_role: false,
            conditions: Vec::new(),
            conditions_known: true,
            reach: Reach::Unknown,
            realm: None,
            carrier,
            bound: None,
            bindings: Vec::new(),
            place,
            region,
        }
    }
}

/// Whose rules decide what a grant means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are the systems'")]
pub enum PermissionSystem {
    Aws,
    Google,
    Azure,
    EntraDirectory,
    Kubernetes,
    AgentTools,
    OAuth,
    Vault,
    Consul,
    Nomad,
    Database,
    Saas,
}

/// What a grant does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// Permits.
    Allow,
    /// Permits after a person agreed.
    Ask,
    /// Forbids.
    Deny,
}

/// A set of patterns in the notation of their [`PermissionSystem`].
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    /// The known patterns, in source order.
    pub items: Vec<Sourced<String>>,
    /// True when a part of the set could not be resolved: the set may hold more.
    pub partial: bool,
    /// True when everything *but* these is meant (`NotAction`).
    pub negated: bool,
    /// True when the set is written at all.
    pub stated: bool,
}

impl Patterns {
    /// A set of known patterns.
    pub fn known(items: Vec<Sourced<String>>) -> Self {
        Self { items, partial: false, negated: false, stated: true }
    }

    /// A set of which nothing is known but that it is there.
    pub fn unknown() -> Self {
        Self { items: Vec::new(), partial: true, negated: false, stated: true }
    }

    /// The first pattern with this exact text.
    pub fn find(&self, text: &str) -> Option<&Sourced<String>> {
        self.items.iter().find(|it| it.value == text)
    }

    /// The bare texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.items.iter().map(|it| it.value.as_str())
    }
}

/// Dimensions of a Kubernetes rule besides verbs ([`Grant::actions`]) and resources.
#[derive(Clone, Debug, Default)]
pub struct KubernetesScope {
    /// `apiGroups`; the core group is the empty text.
    pub api_groups: Patterns,
    /// `resourceNames`.
    pub resource_names: Patterns,
    /// `nonResourceURLs`.
    pub non_resource_urls: Patterns,
    /// The roles that take this rule's role in by label: `admin`, `edit`, `view`, ….
    pub aggregates_into: Vec<Sourced<String>>,
}

/// A condition of a grant or trust.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator: `StringEquals`, `ForAnyValue:StringLike`, `expression`.
    pub operator: String,
    /// The key it tests: `aws:PrincipalOrgID`, `token.actions.githubusercontent.com:sub`; for
    /// an expression the expression's own name.
    pub key: String,
    /// What it is compared with.
    pub values: Patterns,
    /// The condition.
    pub place: Place,
}

/// How far a grant reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Reach {
    /// Cannot be told.
    #[default]
    Unknown,
    /// One resource or a few that are named.
    Resource,
    /// A namespace, resource group, folder of files.
    Namespace,
    /// A project, account, subscription.
    Account,
    /// A cluster.
    Cluster,
    /// An organisation, tenant or management group.
    Organization,
}

/// What carries a grant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Carrier {
    /// A policy attached to an identity.
    IdentityPolicy,
    /// A policy attached to a resource, naming principals.
    ResourcePolicy,
    /// A policy that only sets a limit: a permissions boundary, SCP, session policy.
    Limit,
    /// A policy document whose use is not visible.
    PolicyDocument,
    /// The definition of a role.
    Role,
    /// A role handed to a member.
    RoleBinding,
    /// An agent's permission list.
    ToolPermission,
    /// Scopes of a token or consent.
    Scope,
}
