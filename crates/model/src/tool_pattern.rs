//! One entry of an agent's permission list, read the same way for every client.
//!
//! Claude Code writes `Bash(python:*)`, Cursor `Shell(python)`, VS Code `"python": true` and
//! Kiro `execute_bash` with a regular expression. Front ends know these grammars; rules ask
//! only what the entry lets the model do.

use crate::grant::Effect;
use crate::identity::{Address, ConfigScope};
use crate::place::Place;

/// What an entry of a permission list covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToolPattern {
    /// What kind of tool.
    pub class: ToolClass,
    /// The tool, as its client names it: `Bash`, `run_shell_command`; `*` for every tool.
    pub tool: String,
    /// The tool server it belongs to, for [`ToolClass::ToolServer`]; `*` for every server.
    pub server: Option<String>,
    /// What the argument must look like, as written; `None` when the entry does not say.
    pub argument: Option<String>,
    /// True when nothing narrows the tool: every command, path, host, or tool of the server.
    pub everything: bool,
    /// For a shell entry: what the commands it covers can be made to do beyond their purpose.
    pub risk: Option<CommandRisk>,
    /// The program a shell entry starts with: `python`, `aws`.
    pub program: Option<String>,
    /// Why the client skips this entry; an entry that is skipped grants and forbids nothing.
    pub ignored: Option<&'static str>,
    /// How the argument is compared with a call's.
    pub matching: Matching,
    /// Which layer of configuration says it.
    pub scope: ConfigScope,
    /// Its weight among the entries of its client, where a number decides; more wins.
    pub rank: i64,
    /// The entry that decides in its place, for every call that it covers.
    pub overruled: Option<Overruled>,
    /// For an entry that forbids: the entry that lets the same be done by another tool.
    pub bypassed: Option<Overruled>,
}

impl ToolPattern {
    /// True when the entry decides at least one call.
    pub fn is_in_force(&self) -> bool {
        self.ignored.is_none() && self.overruled.is_none()
    }
}

/// How the argument of an entry is compared with that of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Matching {
    /// There is nothing to compare.
    #[default]
    Whole,
    /// It is the same text.
    Exact,
    /// The call begins with it, word by word.
    Prefix,
    /// `*` stands for any characters; at the end after a space it also stands for none.
    Glob,
    /// A regular expression that finds something in the call.
    Regex,
    /// A regular expression that covers the whole call.
    WholeRegex,
    /// A pattern of paths.
    Path,
    /// A pattern of paths in which one slash in front means the project and two the disk.
    ProjectPath,
    /// A host, whose subdomains a `*.` in front stands for.
    Host,
}

/// Another entry that decides instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overruled {
    /// Its address: the file and the key path.
    pub by: Address,
    /// What it says.
    pub effect: Effect,
    /// As it is written.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// Kinds of tools that agents have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ToolClass {
    /// Every tool there is.
    Any,
    /// Runs commands.
    Shell,
    /// Reads files.
    Read,
    /// Changes files.
    Write,
    /// Reaches the network.
    Network,
    /// A tool of a tool server.
    ToolServer,
    /// Hands work to another agent.
    Delegate,
    /// Anything else.
    Other,
}

/// What a command pattern permits beyond what its first word suggests, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CommandRisk {
    /// Any command: the program runs whatever its arguments say (`python -c`, `sudo`, `npx`).
    AnyCode,
    /// Reads stored secrets (`op read`, `vault kv get`, `printenv`).
    SecretAccess,
    /// Changes infrastructure with the person's own rights (`aws`, `kubectl`, `terraform`).
    Infrastructure,
    /// Deletes or overwrites beyond the workspace (`rm`, `dd`).
    Destructive,
    /// Sends data to, or fetches it from, any host (`curl`, `scp`).
    Transfer,
    /// Publishes to others (`npm publish`, `git push`).
    Publish,
    /// Runs what the repository's own files define (`make`, `npm run`).
    RepositoryCode,
    /// Can be made to run other programs through its own options (`git`, `find`, `tar`).
    Indirect,
}

impl CommandRisk {
    /// What such a command does, for messages: "`python` …".
    pub fn describe(self) -> &'static str {
        match self {
            Self::AnyCode => "runs any code it is given",
            Self::SecretAccess => "reads stored secrets",
            Self::Infrastructure => "changes infrastructure with the person's own rights",
            Self::Destructive => "deletes or overwrites files anywhere",
            Self::Transfer => "exchanges data with any host",
            Self::Publish => "publishes to others",
            Self::RepositoryCode => "runs what the repository's files define",
            Self::Indirect => "can be made to run other programs",
        }
    }
}
