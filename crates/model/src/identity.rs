//! Something that can act by itself, and how others name it.

use std::fmt;
use std::sync::Arc;

use crate::knowledge::Knowledge;
use crate::ownership::Ownership;
use crate::place::Place;

/// The name of a thing, as its own tool writes it, inside a scope.
///
/// Two root modules may both hold `aws_iam_role.ci`; the scope (the module's folder, empty for
/// things that are named across the whole workspace) keeps them apart and is not shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address {
    /// The folder or file in which the name is unique.
    pub scope: Arc<str>,
    /// `module.ci.aws_iam_role.deploy`, `prod/ServiceAccount/api`, `.mcp.json#mcpServers.github`.
    pub name: Arc<str>,
}

impl Address {
    /// An address in a scope.
    pub fn new(scope: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { scope: scope.into(), name: name.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.scope, self.name)
    }
}

/// Something that can act by itself.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its address.
    pub address: Address,
    /// What it is.
    pub kind: IdentityKind,
    /// The name it has in its system.
    pub name: Knowledge<String>,
    /// Names under which other systems refer to it: an ARN, an e-mail address, a client id.
    pub aliases: Vec<String>,
    /// Who answers for it.
    pub ownership: Ownership,
    /// The namespace, project, subscription or account it lives in; `None` when that cannot be
    /// told.
    pub realm: Option<String>,
    /// The environment it belongs to, when its names say so.
    pub environment: Option<Environment>,
    /// True for an account of a person; `None` when it cannot be told.
    pub human: Option<bool>,
    /// True when it is switched off.
    pub disabled: Knowledge<bool>,
    /// What it is for.
    pub description: Knowledge<String>,
    /// True for an account that exists without being asked for (a namespace's `default`).
    pub built_in: bool,
    /// What it does, when its kind leaves that open.
    pub purpose: Purpose,
    /// The identity it belongs to: an agent's sub-agent, a user of an application.
    pub parent: Option<Address>,
    /// Longest session in seconds, where the kind has sessions.
    pub session_seconds: Knowledge<u64>,
    /// The limit above all its grants (a permissions boundary).
    pub boundary: Knowledge<String>,
    /// Which layer of configuration declares it.
    pub scope: ConfigScope,
    /// The program that reads the declaration: `Claude Code`, `Codex`, ….
    pub client: Option<&'static str>,
    /// The smallest token that names it.
    pub place: Place,
    /// The block or document that declares it.
    pub region: Place,
}

impl Identity {
    /// Something that a project declares, and of which no more than the name is known yet.
    pub fn new(
        address: Address,
        kind: IdentityKind,
        name: Knowledge<String>,
        place: Place,
        region: Place,
    ) -> Self {
        Self {
            address,
            kind,
            name,
            aliases: Vec::new(),
            ownership: Ownership::default(),
            realm: None,
            environment: None,
            human: None,
            disabled: Knowledge::Absent,
            description: Knowledge::Absent,
            built_in: false,
            purpose: Purpose::Unknown,
            parent: None,
            session_seconds: Knowledge::Absent,
            boundary: Knowledge::Absent,
            scope: ConfigScope::Project,
            client: None,
            place,
            region,
        }
    }
}

/// What an identity is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are the systems' own terms")]
pub enum IdentityKind {
    AwsIamRole,
    AwsIamUser,
    AwsIamGroup,
    AwsPermissionSet,
    GcpServiceAccount,
    EntraApplication,
    EntraServicePrincipal,
    AzureManagedIdentity,
    KubernetesServiceAccount,
    KubernetesWorkload,
    KubernetesUser,
    KubernetesGroup,
    SpiffeId,
    Pipeline,
    Agent,
    SubAgent,
    ToolServer,
    DatabaseUser,
    SaasAccount,
    Other,
}

impl IdentityKind {
    /// The stable id used in JSON: `aws-iam-role`.
    pub fn id(self) -> &'static str {
        match self {
            Self::AwsIamRole => "aws-iam-role",
            Self::AwsIamUser => "aws-iam-user",
            Self::AwsIamGroup => "aws-iam-group",
            Self::AwsPermissionSet => "aws-permission-set",
            Self::GcpServiceAccount => "gcp-service-account",
            Self::EntraApplication => "entra-application",
            Self::EntraServicePrincipal => "entra-service-principal",
            Self::AzureManagedIdentity => "azure-managed-identity",
            Self::KubernetesServiceAccount => "kubernetes-service-account",
            Self::KubernetesWorkload => "kubernetes-workload",
            Self::KubernetesUser => "kubernetes-user",
            Self::KubernetesGroup => "kubernetes-group",
            Self::SpiffeId => "spiffe-id",
            Self::Pipeline => "pipeline",
            Self::Agent => "agent",
            Self::SubAgent => "sub-agent",
            Self::ToolServer => "tool-server",
            Self::DatabaseUser => "database-user",
            Self::SaasAccount => "saas-account",
            Self::Other => "identity",
        }
    }

    /// Words for messages: "IAM role".
    pub fn describe(self) -> &'static str {
        match self {
            Self::AwsIamRole => "IAM role",
            Self::AwsIamUser => "IAM user",
            Self::AwsIamGroup => "IAM group",
            Self::AwsPermissionSet => "permission set",
            Self::GcpServiceAccount => "Google service account",
            Self::EntraApplication => "Entra application",
            Self::EntraServicePrincipal => "Entra service principal",
            Self::AzureManagedIdentity => "managed identity",
            Self::KubernetesServiceAccount => "service account",
            Self::KubernetesWorkload => "workload",
            Self::KubernetesUser => "Kubernetes user",
            Self::KubernetesGroup => "Kubernetes group",
            Self::SpiffeId => "SPIFFE identity",
            Self::Pipeline => "CI pipeline",
            Self::Agent => "agent",
            Self::SubAgent => "sub-agent",
            Self::ToolServer => "tool server",
            Self::DatabaseUser => "database user",
            Self::SaasAccount => "service user",
            Self::Other => "identity",
        }
    }
}

/// What an identity does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Purpose {
    /// Runs a workload.
    Workload,
    /// Runs in CI or deploys.
    Pipeline,
    /// Runs an agent or one of its tools.
    Agent,
    /// Used by people through single sign-on.
    Human,
    /// Cannot be told.
    #[default]
    Unknown,
}

/// An environment, as names tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Environment {
    /// The word that says so: `prod`, `staging`.
    pub name: String,
    /// True for production.
    pub production: bool,
}

impl Environment {
    /// The environment that the first whole word of a text names, if one does.
    pub fn word(text: &str) -> Option<Self> {
        text.split(|it: char| !it.is_alphanumeric()).find_map(|it| {
            let lower = it.to_ascii_lowercase();
            let production = PRODUCTION.contains(&lower.as_str());
            let known = production || OTHERS.contains(&lower.as_str());
            known.then(|| Self { name: it.to_owned(), production })
        })
    }
}

const PRODUCTION: &[&str] = &["prod", "production", "prd", "live"];

const OTHERS: &[&str] = &[
    "nonprod",
    "dev",
    "development",
    "test",
    "tst",
    "qa",
    "uat",
    "stage",
    "staging",
    "stg",
    "sandbox",
    "sbx",
    "preview",
    "demo",
];

/// Which layer of configuration a file belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum ConfigScope {
    /// Committed with the project.
    #[default]
    Project,
    /// In the project, but meant for one person (ignored by git).
    Local,
    /// In a person's home folder.
    User,
    /// Set by the organisation.
    Managed,
    /// Shipped by a plugin.
    Plugin,
}

/// Who: an identity of the workspace, or somebody outside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Party {
    /// An identity declared in the workspace, or to be joined with one by address.
    Address(Address),
    /// A name in a permission system: an ARN, `serviceAccount:x@y`, `User jane`.
    Named {
        /// What kind of thing it is.
        kind: IdentityKind,
        /// Its name there.
        name: String,
    },
    /// Anyone at all, signed in or not.
    Everyone,
    /// Anyone at all but those that are named.
    EveryoneBut,
    /// Anyone who is signed in, to any account.
    Authenticated,
    /// A whole account, tenant, organisation or domain.
    Account(String),
    /// A service of the cloud itself: `lambda.amazonaws.com`.
    Service(String),
    /// Whoever an outside issuer vouches for: the issuer.
    Federated(String),
    /// Cannot be told.
    Unknown,
}

/// Who runs as, calls or hands something to whom.
#[derive(Clone, Debug)]
pub struct Use {
    /// Who.
    pub from: Party,
    /// Whom or what.
    pub to: Party,
    /// How.
    pub mode: UseMode,
    /// Where it is said.
    pub place: Place,
}

/// How one identity uses another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UseMode {
    /// A workload runs as an account; an account acts as a cloud role.
    RunsAs,
    /// An agent calls a tool server.
    CallsTool,
    /// Somebody receives a credential.
    ReceivesCredential,
    /// An agent delegates to another.
    DelegatesTo,
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn only_whole_words_name_an_environment() {
        let production = |text| Environment::word(text).map(|it| it.production);
        assert_eq!(production("deploy-prod"), Some(true));
        assert_eq!(production("ci_staging"), Some(false));
        assert_eq!(production("product-device"), None);
        assert_eq!(production("latest"), None);
    }
}
