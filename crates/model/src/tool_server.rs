//! An MCP or other tool endpoint that an agent can reach.

use std::net::IpAddr;

use crate::grant::Patterns;
use crate::identity::{Address, ConfigScope};
use crate::knowledge::{Knowledge, Sourced};
use crate::place::Place;

/// A tool server, as one client's file declares it. The same address is also an
/// [`crate::Identity`]; this fact says how it is started and reached.
#[derive(Clone, Debug)]
pub struct ToolServer {
    /// Its address: `.mcp.json#mcpServers.github`.
    pub address: Address,
    /// The name under which the agent knows it.
    pub name: String,
    /// The agent that uses it.
    pub agent: Option<Address>,
    /// The client that reads the file: `Claude Code`, `Cursor`.
    pub client: &'static str,
    /// Which layer of configuration.
    pub scope: ConfigScope,
    /// How it is spoken to.
    pub transport: Knowledge<Transport>,
    /// How a local server is started.
    pub launch: Option<Launch>,
    /// Where a remote server is.
    pub url: Knowledge<String>,
    /// How the client proves itself to a remote server.
    pub authentication: Authentication,
    /// Tools that are offered to the model; not stated means all.
    pub tools: Patterns,
    /// Tools that run without asking. `*` means all.
    pub auto_approved: Patterns,
    /// False when it is switched off.
    pub enabled: bool,
    /// Switches that give it more than its task needs.
    pub wide_access: Vec<Sourced<WideAccess>>,
    /// Equal for two declarations of the same server: transport and package, command or URL.
    pub sameness: String,
    /// The token that names it.
    pub place: Place,
    /// Its whole entry.
    pub region: Place,
}

/// How a tool server is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Transport {
    /// A child process.
    Stdio,
    /// Streamable HTTP.
    Http,
    /// Server-sent events.
    Sse,
    /// A web socket.
    WebSocket,
}

/// How a local server is started, wrappers removed.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The program.
    pub command: Knowledge<String>,
    /// Its arguments.
    pub arguments: Vec<Knowledge<String>>,
    /// What is fetched and run, when the launcher fetches.
    pub package: Option<Package>,
    /// True when a shell interprets the command line.
    pub shell: bool,
    /// True when the command line downloads code and hands it to an interpreter.
    pub pipes_download: bool,
}

/// A package or image that a launcher fetches.
#[derive(Clone, Debug)]
pub struct Package {
    /// Where from.
    pub ecosystem: Ecosystem,
    /// Its name, without version.
    pub name: String,
    /// How exactly its content is fixed.
    pub pin: Pin,
    /// The version, tag, digest or revision as written.
    pub version: Option<String>,
    /// The token that names it.
    pub place: Place,
}

/// Where a package comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are the ecosystems'")]
pub enum Ecosystem {
    Npm,
    PyPi,
    Container,
    Git,
    Go,
    Other,
}

/// How exactly the content that runs is fixed, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pin {
    /// A digest or full commit.
    Digest,
    /// An exact version.
    Exact,
    /// A tag that can be moved.
    Tag,
    /// A range, `latest`, a branch, or nothing.
    Floating,
    /// Cannot be told.
    Unknown,
}

/// How a client proves itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Authentication {
    /// Nothing is sent.
    None,
    /// A credential in a header, an argument or the URL.
    Credential,
    /// OAuth, by configuration.
    OAuth,
    /// A helper program makes the headers.
    Helper,
    /// Cannot be told, or not applicable (a local process).
    #[default]
    Unknown,
}

/// A switch that gives a tool server more than its task needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WideAccess {
    /// A privileged container.
    Privileged,
    /// The container engine's socket.
    EngineSocket,
    /// The root of the file system, or a whole home folder.
    WholeFileSystem,
    /// Folders that hold credentials (`~/.ssh`, `~/.aws`, …).
    CredentialFolder,
    /// The host's network.
    HostNetwork,
    /// Every variable of the environment.
    WholeEnvironment,
    /// Certificate checks are off.
    NoCertificateCheck,
    /// Its own authentication is off.
    NoAuthentication,
    /// It listens on every interface.
    AllInterfaces,
    /// Every tool set, or unrestricted mode.
    AllTools,
    /// A database that it may change, although a switch would let it only read.
    WritesDatabase,
}

/// Ends of host names that never leave the machine or the cluster.
const LOCAL_ENDS: &[&str] =
    &[".localhost", ".local", ".internal", ".svc", ".cluster.local", ".lan", ".test"];

impl ToolServer {
    /// The host of its URL; `None` without a URL, and when the host is filled in later.
    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.url.value()?.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?;
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => host.split(':').next()?,
        };
        let filled_later = host.contains(['$', '{', '<', '%']);
        (!host.is_empty() && !filled_later).then_some(host)
    }

    /// True when what is sent to its URL stays on this machine, in this cluster or network;
    /// `None` when the host is not known.
    pub fn stays_local(&self) -> Option<bool> {
        let host = self.host()?.to_ascii_lowercase();
        Some(match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(it)) => {
                it.is_loopback() || it.is_private() || it.is_unspecified() || it.is_link_local()
            }
            Ok(IpAddr::V6(it)) => it.is_loopback() || it.is_unspecified(),
            // A name without a dot is a container or a host of the same network.
            Err(_) => !host.contains('.') || LOCAL_ENDS.iter().any(|it| host.ends_with(it)),
        })
    }
}
