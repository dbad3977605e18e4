//! What each client's settings say about approval, sandbox, network and credentials.

mod assistants;
mod claude;
mod codex;
mod commands;
mod crush_script;
mod cursor;
mod gemini;
mod goose;
mod junie;
mod kiro;
mod managed;
mod opencode;
mod others;
mod plugins;
mod preferences;
mod roo;
mod vscode;

pub(crate) use claude::MODES as CLAUDE_MODES;
pub(crate) use opencode::of_switch;

use model::{ApprovalMode, Effect, GuardKind};
use syntax::Node;

use crate::clients::Layout;
use crate::lowering::Lowering;

impl Lowering<'_> {
    /// Lowers everything of the file but its tool servers.
    pub(crate) fn settings(&mut self) {
        let Some(root) = self.document() else { return };
        if self.descriptor(root) {
            return;
        }
        match self.format.layout {
            Layout::Servers | Layout::VsCodeServers => self.vscode_inputs(root),
            Layout::ClaudeSettings => self.claude(root),
            Layout::VsCodeSettings => self.vscode(root),
            Layout::VsCodeTasks => self.vscode_tasks(root),
            Layout::CopilotSettings => self.copilot(root),
            Layout::CursorCli => self.cursor_cli(root),
            Layout::CursorPermissions => self.cursor_permissions(root),
            Layout::CursorSandbox => self.cursor_sandbox(root),
            Layout::CursorEnvironment => self.cursor_environment(root),
            Layout::ClineSettings => self.cline(root),
            Layout::Zed => self.zed(root),
            Layout::Gemini => self.gemini(root),
            Layout::GeminiPolicy => self.gemini_policy(root),
            Layout::Codex | Layout::CodexAgent => self.codex(root),
            Layout::OpenCode => self.opencode(root),
            Layout::Crush => self.crush(root),
            Layout::QAgent => self.q_agent(root),
            Layout::Amp => self.amp(root),
            Layout::Continue => self.continue_models(root),
            Layout::Hooks => self.hooks(root.get("hooks").unwrap_or(root), "hooks"),
            Layout::Manifest => self.manifest(root),
            Layout::Goose => self.goose(root),
            Layout::GoosePermissions => self.goose_permissions(root),
            Layout::GooseRecipe => self.goose_recipe(root),
            Layout::Marketplace => self.marketplace(root),
            Layout::CodexRequirements => self.codex_requirements(root),
            Layout::CodexRules => self.codex_rules(),
            Layout::KiroPermissions => self.kiro_permissions(root),
            Layout::ContinuePermissions => self.continue_permissions(root),
            Layout::RooModes => self.roo_modes(root),
            Layout::RooExport => self.roo_export(root),
            Layout::Droid => self.droid(root),
            Layout::Augment => self.augment(root),
            Layout::Antigravity => self.antigravity(root),
            Layout::CopilotGrants => self.copilot_grants(root),
            Layout::Rovo => self.rovo(root),
            Layout::Aider => self.aider(root),
            Layout::OpenClaw => self.openclaw(root),
            Layout::CrushScript => self.crush_script(),
            Layout::CodexEnvironment => self.codex_scripts(root),
            Layout::HookScript => self.hook_script(),
            Layout::Preferences => self.preferences(root),
            Layout::JunieAllowlist => self.junie(root),
            Layout::PluginPrograms => self.plugin_programs(root),
            Layout::AgentDocument
            | Layout::CommandDocument
            | Layout::Instructions
            | Layout::TomlPrompt => self.document_body(root),
            // Read as descriptors, or before it comes to settings.
            _ => {}
        }
    }

    /// Records an approval mode when the value under `path` is one of the words.
    fn approval(&mut self, root: Node<'_>, path: &[&str], words: &[(&str, ApprovalMode)]) {
        let Some(node) = root.path(path) else { return };
        let Some(text) = node.as_str() else { return };
        if let Some((_, mode)) = words.iter().find(|(word, _)| *word == text) {
            self.guard(&path.join("."), GuardKind::Approval(*mode), node);
        }
    }

    /// Records a guard when the value under `path` is the boolean `when`.
    fn switch(&mut self, root: Node<'_>, path: &[&str], when: bool, kind: GuardKind) {
        if let Some(node) = root.path(path).filter(|it| it.as_bool() == Some(when)) {
            self.guard(&path.join("."), kind, node);
        }
    }

    /// Records what a switch that hands every approval to nobody says; off counts too, because
    /// it can be the stronger layer's word.
    fn bypass_switch(&mut self, root: Node<'_>, path: &[&str]) {
        let Some(node) = root.path(path) else { return };
        let mode = match node.as_bool() {
            Some(true) => ApprovalMode::Bypass,
            Some(false) => ApprovalMode::Ask,
            None => return,
        };
        self.guard(&path.join("."), GuardKind::Approval(mode), node);
    }

    /// Records a guard when the value under `path` is the text `when`.
    fn says(&mut self, root: Node<'_>, path: &[&str], when: &str, kind: GuardKind) {
        if let Some(node) = root.path(path).filter(|it| it.as_str() == Some(when)) {
            self.guard(&path.join("."), kind, node);
        }
    }
}

/// The words that clients use for effects.
fn effect(word: &str) -> Option<Effect> {
    Some(match word {
        "allow" | "approve" | "always_allow" => Effect::Allow,
        "ask" | "ask_user" | "ask-user" | "prompt" | "confirm" => Effect::Ask,
        "deny" | "reject" | "block" | "forbidden" => Effect::Deny,
        _ => return None,
    })
}
