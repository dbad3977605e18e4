//! Reads the configuration of agents and of the tools they call, for every client, and lowers
//! it to facts.
//!
//! A client is a row of the table in `clients`; its tool servers take one normal form
//! (`server`), its permission lists one reading (`permission`), its settings one module each.
//! Nothing here judges, resolves a reference, or runs or fetches anything.

mod agent_flags;
mod batch;
mod clients;
mod cloud;
mod descriptors;
mod detect;
mod dialect;
mod documents;
mod dotenv;
mod entries;
mod glob;
mod handover;
mod hook_input;
mod hooks;
mod join;
mod launch;
mod layers;
mod layout;
mod lowering;
mod package;
mod permission;
mod powershell;
mod prompt_commands;
mod published;
mod reach;
mod repair;
mod repair_by_name;
mod sameness;
mod server;
mod server_tools;
mod settings;
mod shell;
mod starlark;
mod suspicious;
mod table;
mod value;
mod words;

use model::{Address, Facts, Grant, Source};
use syntax::Language;

use crate::clients::Layout;
use crate::lowering::Lowering;
pub use crate::permission::evaluate::Call;

/// What the caller wants and knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Keep raw declarations as [`model::Resource`]s, for rules of users' own.
    pub collect_resources: bool,
}

/// The language of a file that this front end reads; `None` leaves the file to others.
///
/// The path decides where a client fixes it; else a JSON, TOML or YAML text counts when its
/// top level holds a map of tool servers. Documentation (`README.md`) never counts.
pub fn language(path: &str, text: &str) -> Option<Language> {
    detect::language(path, text)
}

/// True for a file of variables, which means something here when a configuration names it.
pub fn reads_variables(path: &str) -> bool {
    detect::language(path, "") == Some(Language::Dotenv)
}

/// Lowers one file. A file that is not recognised yields no facts.
pub fn lower(source: &Source<'_>, options: &Options) -> Facts {
    let root = source.tree.root();
    let Some(found) = detect::recognise(source.path, source.tree.source(), root) else {
        return Facts::default();
    };
    let mut lowering = Lowering::new(*source, found, options);
    lowering.run();
    lowering.facts
}

/// The entry of an agent's permission lists that decides a call, once its files are joined;
/// `None` when no entry speaks of it and the client's default holds.
pub fn deciding<'f>(facts: &'f Facts, agent: &Address, call: &Call<'_>) -> Option<&'f Grant> {
    permission::overrule::deciding(facts, agent, call)
}

/// Joins the facts of several files: sub-agents with their agent, commands with who runs
/// them, and settings with the layer that decides them.
pub fn join(facts: &mut Facts) {
    join::join(facts);
}

impl Lowering<'_> {
    fn run(&mut self) {
        let Some(root) = self.document() else { return };
        if self.format.layout == Layout::Variables {
            return self.variables_file();
        }
        match self.format.layout {
            Layout::QAgent => self.declare_q_agent(root),
            Layout::AgentCard => self.agent_card(root),
            Layout::Manifest | Layout::Bundle => self.declare_plugin(root),
            _ => self.declare_document(root),
        }
        self.servers();
        self.settings();
        self.repairs();
        self.repairs_by_name();
    }
}
