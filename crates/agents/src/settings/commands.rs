//! Files that do little more than name commands: environments that are set up for an agent,
//! language servers and monitors of plugins.

use syntax::{Kind, Node};

use crate::lowering::Lowering;

impl Lowering<'_> {
    /// Codex' `environments/*.toml`: scripts for setting up and tearing down, and actions.
    pub(super) fn codex_scripts(&mut self, root: Node<'_>) {
        for key in ["setup", "cleanup", "maintenance"] {
            if let Some(script) = root.path(&[key, "script"]) {
                self.saved_command(script, &format!("{key}.script"));
            }
        }
        for (at, action) in root.get("actions").into_iter().flat_map(Node::items).enumerate() {
            if let Some(command) = action.get("command") {
                self.saved_command(command, &format!("actions[{at}].command"));
            }
        }
        if let Some(env) = root.get("env").filter(|it| it.kind() == Kind::Map) {
            let taker = self.agent_taker("", env);
            self.variables(env, "env", &taker);
        }
    }

    /// `.lsp.json` and `monitors.json`: programs that a plugin starts.
    pub(super) fn plugin_programs(&mut self, root: Node<'_>) {
        let listed = root.get("monitors").unwrap_or(root);
        let named = listed.entries().into_iter().map(|(name, it)| (name.to_owned(), it));
        let counted = listed.items().enumerate().map(|(at, it)| (format!("[{at}]"), it));
        let programs: Vec<_> = match listed.kind() {
            Kind::Map => named.collect(),
            Kind::Seq => counted.collect(),
            _ => return,
        };
        for (name, program) in programs {
            if let Some(command) = program.get("command") {
                self.runs(command, "start", &format!("{name}.command"));
                if let Some(arguments) = program.get("args") {
                    self.started_words(command, arguments, &format!("{name}.args"));
                }
            }
            if let Some(env) = program.get("env").filter(|it| it.kind() == Kind::Map) {
                let taker = self.agent_taker(&name, program);
                self.variables(env, "env", &taker);
            }
        }
    }
}
