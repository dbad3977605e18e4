//! What an identity proves itself with.

use std::borrow::Cow;

use crate::expiry::Expiry;
use crate::identity::{Address, Party};
use crate::knowledge::{Knowledge, Sourced};
use crate::place::{Origin, Place};
use crate::remedy::Fix;
use crate::secret::Secret;

/// A credential: one key, password, token, certificate or the slot that takes one.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its own address: `aws_iam_access_key.ci`, `provider.aws#secret_key`,
    /// `.mcp.json#mcpServers.github.env.GITHUB_TOKEN`.
    pub address: Address,
    /// What people call it: the key or argument name, or the resource's name.
    pub name: String,
    /// What it is.
    pub kind: CredentialKind,
    /// Who issues it: `AWS`, `GitHub`, ….
    pub provider: Option<Cow<'static, str>>,
    /// The identity that proves itself with it.
    pub holder: Option<Party>,
    /// Where the value is.
    pub storage: Storage,
    /// Where it is handed over.
    pub slot: Slot,
    /// Who accepts it; `Absent` when it says nothing and whoever gets it may.
    pub audience: Knowledge<String>,
    /// Until when.
    pub expiry: Expiry,
    /// Whether and how often it is replaced.
    pub rotation: Rotation,
    /// False when it is switched off (an inactive key).
    pub active: Knowledge<bool>,
    /// True when the value also ends up in Terraform state.
    pub in_state: bool,
    /// The write-only argument that takes the value without storing it, when there is one.
    pub write_only_twin: Option<&'static str>,
    /// What should stand here instead, in one imperative sentence without a dot.
    pub replacement: Option<Cow<'static, str>>,
    /// How to write that, when the text allows.
    pub fix: Option<Box<Fix>>,
    /// The smallest token that says the credential exists here.
    pub place: Place,
    /// The block, entry or document it belongs to.
    pub region: Place,
}

impl Credential {
    /// A credential of which only this is known: where its value is, and where it is handed over.
    pub fn new(
        address: Address,
        name: String,
        slot: Slot,
        storage: Storage,
        place: Place,
        region: Place,
    ) -> Self {
        Self {
            address,
            name,
            kind: CredentialKind::Other,
            provider: None,
            holder: None,
            storage,
            slot,
            audience: Knowledge::Absent,
            expiry: Expiry::default(),
            rotation: Rotation::Unknown,
            active: Knowledge::Absent,
            in_state: false,
            write_only_twin: None,
            replacement: None,
            fix: None,
            place,
            region,
        }
    }
}

/// What a credential is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are the field's own terms")]
pub enum CredentialKind {
    AccessKey,
    ServiceAccountKey,
    ApplicationPassword,
    ServiceAccountToken,
    ApiKey,
    Token,
    Password,
    PrivateKey,
    Certificate,
    ConnectionString,
    SharedKey,
    SharedAccessSignature,
    WebhookUrl,
    ClientSecret,
    RegistryCredential,
    SshKey,
    Cookie,
    EncryptionKey,
    Other,
}

impl CredentialKind {
    /// Words for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::AccessKey => "access key",
            Self::ServiceAccountKey => "service account key",
            Self::ApplicationPassword => "application password",
            Self::ServiceAccountToken => "service account token",
            Self::ApiKey => "API key",
            Self::Token => "token",
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::Certificate => "certificate",
            Self::ConnectionString => "connection string",
            Self::SharedKey => "shared key",
            Self::SharedAccessSignature => "shared access signature",
            Self::WebhookUrl => "webhook URL",
            Self::ClientSecret => "client secret",
            Self::RegistryCredential => "registry credential",
            Self::SshKey => "SSH key",
            Self::Cookie => "session cookie",
            Self::EncryptionKey => "encryption key",
            Self::Other => "credential",
        }
    }
}

/// Where the value of a credential is.
#[derive(Clone, Debug, Default)]
pub enum Storage {
    /// Written out in a file.
    Literal(Literal),
    /// The file names where it is; something replaces the name later.
    Reference(Reference),
    /// Made by the tool that reads the file (a generated key, a random password).
    Generated,
    /// No stored value: federation, workload identity, a managed identity.
    Federated,
    /// Kept in a secret store; the file declares the place, not the value.
    SecretStore,
    /// What the caller proved itself with is handed on.
    Forwarded,
    /// Asked from a person when needed.
    Prompt,
    /// Written, but encrypted (SOPS, Sealed Secrets, ansible-vault, KMS).
    Encrypted,
    /// Cannot be told.
    #[default]
    Unknown,
}

/// A credential that is written out.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The value, which never prints.
    pub secret: Secret,
    /// Where it is written, down to the bytes of the secret itself, and how it got to its slot.
    pub origin: Origin,
    /// The known format, in words: `GitHub personal access token`; `None` for a value that is
    /// a credential by its place or name only.
    pub format: Option<Cow<'static, str>>,
    /// Why we believe it is one.
    pub certainty: Certainty,
    /// Whether it must be kept secret.
    pub class: LiteralClass,
    /// True for words everybody knows (`admin`, `changeme`) in a place where they would work.
    pub well_known: bool,
    /// True when its neighbours in the same document are encrypted and it is not.
    pub beside_encryption: bool,
    /// The way through nested formats, outermost first: `base64`, `JSON .password`.
    pub decoded: Vec<Cow<'static, str>>,
    /// Other places that hold the same value; they share this finding.
    pub copies: Vec<Place>,
    /// True when another credential of the run has the same value and names this place among
    /// its copies.
    pub is_copy: bool,
    /// Where the id stands that this key belongs to, when it is written out beside it.
    pub key_id: Option<KeyId>,
}

/// The public half of a pair: what an issuer knows a secret key by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyId {
    /// Where it is written.
    pub place: Place,
    /// What it is, with the account when the id tells it.
    pub what: String,
}

/// Why a literal counts as a credential, strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// A checksum or structure inside it is right.
    Verified,
    /// It has the shape of a known format.
    Format,
    /// Its place takes nothing but a credential (a provider's `secret_key`).
    Place,
    /// The name of its key says so, and the value looks like one.
    Name,
    /// It only looks random.
    Guess,
}

/// Whether knowing the value is enough to act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LiteralClass {
    /// Whoever reads it can act as its holder.
    Secret,
    /// Made to be public (publishable keys).
    Public,
    /// Names something; a secret only together with another part.
    Identifier,
}

/// A value that says where the credential is.
#[derive(Clone, Debug)]
pub struct Reference {
    /// How it is written.
    pub syntax: ReferenceSyntax,
    /// What it names: a variable, a path, an address. Not a secret.
    pub target: String,
    /// False when the program that reads this file does not expand this syntax and would send
    /// the text as it is; `None` when nobody knows.
    pub expanded: Option<bool>,
    /// Where.
    pub origin: Origin,
}

/// Ways to point at a credential.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReferenceSyntax {
    /// An environment variable, in any spelling.
    Environment,
    /// A prompt of the editor (`${input:x}`).
    Input,
    /// A file.
    File,
    /// A secret manager (`op://`, an ARN, `projects/*/secrets/*`, …).
    SecretManager,
    /// A Kubernetes Secret or ConfigMap key.
    SecretKeyRef,
    /// An attribute or variable of the same configuration.
    Configuration,
    /// A command that prints it.
    Command,
    /// A CI system's store (`${{ secrets.X }}`).
    Pipeline,
    /// A template that another program fills in.
    Template,
}

/// Where a credential is handed over.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// The kind of place.
    pub kind: SlotKind,
    /// The key path inside its file or block: `env.GITHUB_TOKEN`, `default`, `data.password`.
    pub path: String,
    /// What takes it: `provider "aws"`, `aws_db_instance`, `Secret`, `MCP server github`.
    pub taker: String,
}

/// Kinds of places in which credentials are handed over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum SlotKind {
    /// An argument of a provider or client configuration that takes a credential.
    Provider,
    /// An argument of a resource that takes a credential.
    Argument,
    /// The configuration of a state backend.
    Backend,
    /// The default of a variable.
    VariableDefault,
    /// A value in a variables file.
    VariableFile,
    /// A local value or an output.
    Local,
    /// An environment variable of a process.
    Environment,
    /// An argument on a command line.
    CommandArgument,
    /// An HTTP header.
    Header,
    /// The user part, query or path of a URL.
    Url,
    /// The data of a Kubernetes Secret.
    SecretData,
    /// The data of a ConfigMap.
    ConfigData,
    /// An annotation, label or tag.
    Annotation,
    /// A value of a chart.
    ChartValue,
    /// A permission rule, a hook or another command that was saved.
    SavedCommand,
    /// Text that a model reads: instructions, prompts, skills.
    Instructions,
    /// A script that runs when a machine starts.
    UserData,
    /// A credential file or mounted key.
    File,
    /// A resource that issues or stores a credential; nothing is handed over here.
    Issued,
    /// A Terraform state that keeps what resources were made with.
    State,
    /// A comment.
    Comment,
    /// Anything else.
    #[default]
    Other,
}

/// Whether a credential is replaced.
#[derive(Clone, Debug, Default)]
pub enum Rotation {
    /// At least this often, in seconds.
    Every(Sourced<u64>),
    /// Something rotates it; how often is not known.
    Automatic,
    /// Nothing in the configuration rotates it.
    None,
    /// Cannot be told.
    #[default]
    Unknown,
}

impl Credential {
    /// The literal, when the value is written out.
    pub fn literal(&self) -> Option<&Literal> {
        match &self.storage {
            Storage::Literal(it) => Some(it),
            _ => None,
        }
    }
}
