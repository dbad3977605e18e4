//! What stands between an agent and an action.

use crate::identity::{Address, ConfigScope};
use crate::knowledge::Sourced;
use crate::place::Place;
use crate::remedy::Fix;
use crate::tool_server::Package;

/// One setting that holds an identity back, or lets it go: most often an agent's.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The agent, or the thing whose setting it is.
    pub agent: Address,
    /// The client whose setting it is.
    pub client: &'static str,
    /// The key path as the file writes it: `permissions.defaultMode`.
    pub setting: String,
    /// What it says.
    pub kind: GuardKind,
    /// Which layer of configuration.
    pub scope: ConfigScope,
    /// True when no other layer of the workspace overrides it.
    pub effective: bool,
    /// False when nothing is written and a default says it.
    pub stated: bool,
    /// The value, or the key when it has none.
    pub place: Place,
    /// The entry.
    pub region: Place,
    /// How to set it right, when the text allows.
    pub fix: Option<Box<Fix>>,
}

impl Guard {
    /// A setting that a project's file states, and that nothing overrides.
    pub fn new(
        agent: Address,
        client: &'static str,
        setting: String,
        kind: GuardKind,
        place: Place,
        region: Place,
    ) -> Self {
        Self {
            agent,
            client,
            setting,
            kind,
            scope: ConfigScope::Project,
            effective: true,
            stated: true,
            place,
            region,
            fix: None,
        }
    }
}

/// What a guard says.
#[derive(Clone, Debug)]
pub enum GuardKind {
    /// How actions are approved.
    Approval(ApprovalMode),
    /// What commands can touch.
    Sandbox(SandboxMode),
    /// Which hosts commands can reach.
    Network(NetworkReach),
    /// Folders beyond the workspace that are open.
    ExtraFolder(Sourced<String>),
    /// Every tool server that a repository declares is started without asking.
    TrustsAllServers,
    /// Every folder is trusted without asking.
    TrustsAllFolders,
    /// Bypassing approvals is forbidden (`true`) or left open.
    BypassForbidden(bool),
    /// A command that runs on an event.
    Hook(HookCommand),
    /// Tool calls are logged (`true`) or logging is off.
    Logging(bool),
    /// Instructions for the model tell it to skip approval or hide what it does, or hold
    /// characters that people cannot see.
    SuspiciousText(&'static str),
    /// The setting is written in a way that the client ignores; what it is and why.
    Ignored(&'static str),
    /// Requests to the model go to this address instead of the provider's.
    ModelEndpoint(Sourced<String>),
    /// Commands and tools get every variable of the environment.
    PassesEnvironment,
    /// The machine's own credentials are open to what runs on it (`true`), or need a session
    /// or an identity of their own.
    MachineCredentialsOpen(bool),
    /// What runs in a cluster can have identities of its own in the cloud (`true`), or only that
    /// of its node.
    WorkloadIdentities(bool),
    /// Whoever logs in to a cluster proves too little, or is not limited.
    WeakLogin(WeakLogin),
    /// What runs here gets at the credentials of the machine under it, this way.
    ReachesNode(NodeAccess),
    /// A service accepts a stored key or password although it accepts identities, too
    /// (`accepted`), or only identities.
    StaticKeys {
        /// Whether it does.
        accepted: bool,
        /// What it accepts: `account keys`.
        what: &'static str,
    },
    /// It signs in with a stored key although it could prove an identity of its own.
    StoredKeyInUse {
        /// The key: `an AWS access key`.
        what: &'static str,
        /// What to do instead, as an imperative.
        instead: &'static str,
        /// True when it has such an identity wherever it runs; false when only in that cloud.
        anywhere: bool,
    },
    /// What is shared here can be handed to others outside of the organisation (`true`).
    OpenToOutsiders(bool),
    /// Terraform state, with every secret in it, is kept here: encrypted, and away from the
    /// machine that runs Terraform.
    StateStore {
        /// `None` when it cannot be told.
        encrypted: Option<bool>,
        /// False for a file beside the configuration.
        remote: bool,
    },
    /// Limits the number of turns or actions.
    TurnLimit(Option<u64>),
    /// What happens is written to a log (`true`), or surely not.
    Audited(Audited, bool),
    /// A log is thrown away after this many days.
    LogRetention(Sourced<u64>),
    /// What a tool that manages the thing does, or refuses to do, when it goes or changes.
    Lifecycle(Lifecycle),
    /// Whoever calls the agent, or the gateway in front of it, must prove who they are
    /// (`true`), or anyone who reaches it may use it.
    CallersProve(bool),
    /// Code that is fetched from elsewhere and becomes part of the agent: a plugin, an
    /// extension, a skill.
    LoadsPlugin(Package),
    /// What people ask and what tools answer is written to telemetry.
    RecordsContent,
    /// What stands in secrets is written to a log when they are read or changed.
    RecordsSecrets,
    /// Certificates of servers are not checked, so that anyone on the way can answer.
    CertificatesUnchecked,
    /// Every session is published at an address that whoever knows it can read.
    PublishesSessions,
    /// Only tool servers on a list may be used (`true`), or any.
    ServersListed(bool),
    /// A list of tool servers goes by their names, which anyone can give to a server.
    ServersByName,
    /// Files that hold credentials are kept from the agent, by a way other than its tool
    /// permissions.
    SecretFilesClosed,
    /// What it deploys is made with the rights of the program that deploys for everybody, and not
    /// with an account of its own.
    DeploysAsItself,
    /// Access that is assigned to somebody ends by itself, or is assigned for good.
    AssignmentEnds {
        /// Whether it does.
        ends: bool,
        /// True when it can be used without being asked for first.
        active: bool,
    },
    /// Messages from a webhook carry a signature that the receiver can check.
    WebhookSigned(bool),
}

/// What is weak about how a cluster lets others in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WeakLogin {
    /// What follows.
    pub so: &'static str,
    /// What to write instead, as an imperative.
    pub instead: &'static str,
    /// How far it lets others in.
    pub opens: Opening,
}

/// How far a weak login lets others in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// Nobody has to prove or be granted anything.
    All,
    /// Somebody gets in who should not.
    Some,
    /// Somebody sees a little, or stays longer than needed.
    Little,
}

/// A way from what runs on a machine to the machine itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeAccess {
    /// What opens it: `/var/run/docker.sock`.
    pub way: String,
    /// What whoever is inside can do, after "can".
    pub gives: &'static str,
    /// True when it can only be read.
    pub read_only: bool,
}

/// What a log is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audited {
    /// Calls of a platform's interface, which identities make.
    ApiCalls,
    /// Requests to models.
    ModelRequests,
    /// Reads of secrets and uses of keys.
    SecretReads,
    /// Reads of data.
    DataReads,
    /// Sign-ins through a federation.
    FederatedSignIns,
}

impl Audited {
    /// Words for messages: "calls of the interface".
    pub fn describe(self) -> &'static str {
        match self {
            Self::ApiCalls => "API calls",
            Self::ModelRequests => "model requests",
            Self::SecretReads => "reads of secrets",
            Self::DataReads => "reads of data",
            Self::FederatedSignIns => "federated sign-ins",
        }
    }
}

/// What a tool does when a thing that it manages goes or changes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lifecycle {
    /// It refuses to remove it.
    DestroyPrevented,
    /// It forgets it, and the thing stays.
    Abandoned,
    /// It does not look at changes of an argument.
    ChangesIgnored(Ignored),
    /// Removing the identity removes credentials with it that are not declared.
    SweepsCredentials,
    /// It takes away every other grant of the policy or on the thing, declared elsewhere or not.
    TakesOverGrants,
}

/// What is no longer looked at when changes of an argument are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Ignored {
    /// Everything.
    All,
    /// Until when a credential is good.
    End,
    /// What makes a new credential.
    Renewal,
    /// Who may become an identity.
    Trust,
    /// What an identity may do.
    Rights,
}

/// How actions are approved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ApprovalMode {
    /// A person approves what is not on a list.
    Ask,
    /// Edits go through, commands ask.
    AcceptEdits,
    /// A model decides.
    Automatic,
    /// Nothing asks.
    Bypass,
    /// The agent may only plan.
    Plan,
}

/// What commands of an agent can touch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SandboxMode {
    /// Nothing can be written.
    ReadOnly,
    /// Only the workspace can be written.
    Workspace,
    /// A sandbox is on but has a hole; what the hole is.
    Weakened(&'static str),
    /// No sandbox.
    Off,
}

/// Which hosts commands of an agent can reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NetworkReach {
    /// None.
    None,
    /// Those on a list.
    Listed,
    /// All.
    Open,
}

/// A command that runs without the model asking for it.
#[derive(Clone, Debug)]
pub struct HookCommand {
    /// The event: `PreToolUse`, `folderOpen`.
    pub event: String,
    /// It fetches code and runs it.
    pub runs_download: bool,
    /// It approves whatever it is asked.
    pub approves_all: bool,
    /// What it runs is encoded, so that nobody can read it.
    pub encoded: bool,
    /// How what the model or an outsider wrote gets into it.
    pub input: HookInput,
}

/// How what the model or an outsider wrote gets into a command.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum HookInput {
    /// Not at all, or in a way that keeps it one word.
    #[default]
    Apart,
    /// Without quotes: it becomes several words, and options with them.
    Split,
    /// A shell reads it as a command.
    Evaluated,
}
