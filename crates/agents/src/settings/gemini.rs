//! Gemini CLI's settings and policies, and Qwen Code's settings.
//!
//! The configuration pages of the Gemini CLI repository, read 2026-08.

use model::{
    ApprovalMode, ConfigScope, Effect, GuardKind, NetworkReach, SandboxMode, ToolClass, ToolPattern,
};
use syntax::{Kind, Node};

use super::effect;
use crate::lowering::Lowering;
use crate::permission::{self, Open, Place};

const MODES: &[(&str, ApprovalMode)] = &[
    ("default", ApprovalMode::Ask),
    ("auto_edit", ApprovalMode::AcceptEdits),
    ("auto-edit", ApprovalMode::AcceptEdits),
    ("autoEdit", ApprovalMode::AcceptEdits),
    ("plan", ApprovalMode::Plan),
    ("yolo", ApprovalMode::Bypass),
];

impl Lowering<'_> {
    pub(super) fn gemini(&mut self, root: Node<'_>) {
        let yolo =
            root.path(&["general", "defaultApprovalMode"]).and_then(Node::as_str) == Some("yolo");
        if yolo && self.format.client == crate::clients::GEMINI {
            let why = "this mode can only be set on the command line";
            self.says(root, &["general", "defaultApprovalMode"], "yolo", GuardKind::Ignored(why));
        } else {
            self.approval(root, &["general", "defaultApprovalMode"], MODES);
        }
        self.approval(root, &["tools", "approvalMode"], MODES);
        self.switch(
            root,
            &["tools", "autoAccept"],
            true,
            GuardKind::Approval(ApprovalMode::AcceptEdits),
        );
        let list = |path: &[&str]| root.path(path);
        self.permissions(
            list(&["tools", "allowed"]),
            "tools.allowed",
            Effect::Allow,
            Place::Prefix,
        );
        self.permissions(
            list(&["tools", "confirmationRequired"]),
            "tools.confirmationRequired",
            Effect::Ask,
            Place::Prefix,
        );
        self.permissions(list(&["tools", "exclude"]), "tools.exclude", Effect::Deny, Place::Prefix);
        for grant in &mut self.facts.grants {
            if let Some(tool) = &mut grant.tool {
                // Settings become rules of the person's tier; exclusions come first.
                tool.rank = match grant.effect {
                    Effect::Allow => 4100,
                    Effect::Ask => 4200,
                    Effect::Deny => 4300,
                };
            }
        }
        self.switch(root, &["tools", "sandbox"], false, GuardKind::Sandbox(SandboxMode::Off));
        self.switch(root, &["tools", "sandbox"], true, GuardKind::Sandbox(SandboxMode::Workspace));
        self.switch(
            root,
            &["tools", "sandboxNetworkAccess"],
            true,
            GuardKind::Network(NetworkReach::Open),
        );
        self.switch(root, &["security", "disableYoloMode"], true, GuardKind::BypassForbidden(true));
        self.switch(
            root,
            &["security", "folderTrust", "enabled"],
            false,
            GuardKind::TrustsAllFolders,
        );
        for path in
            [&["tools", "discoveryCommand"], &["tools", "callCommand"], &["mcp", "serverCommand"]]
        {
            if let Some(node) = root.path(path).filter(|it| it.kind() == Kind::String) {
                let setting = path.join(".");
                self.runs(node, &setting, &setting);
            }
        }
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
        if self.format.client == crate::clients::GEMINI {
            self.gemini_managed(root);
        }
        let logged = self.scope == ConfigScope::Managed;
        self.switch(root, &["telemetry", "enabled"], true, GuardKind::Logging(true));
        if logged {
            self.switch(root, &["telemetry", "enabled"], false, GuardKind::Logging(false));
        }
        self.switch(root, &["telemetry", "logPrompts"], true, GuardKind::RecordsContent);
        for folder in root.path(&["tools", "sandboxAllowedPaths"]).into_iter().flat_map(Node::items)
        {
            if let Some(text) = self.sourced(folder) {
                self.guard("tools.sandboxAllowedPaths", GuardKind::ExtraFolder(text), folder);
            }
        }
        let redaction = ["security", "environmentVariableRedaction", "enabled"];
        self.switch(root, &redaction, false, GuardKind::PassesEnvironment);
    }

    /// `[[rule]]` tables.
    pub(super) fn gemini_policy(&mut self, root: Node<'_>) {
        for (at, rule) in root.get("rule").into_iter().flat_map(|it| it.items()).enumerate() {
            let Some(effect) = rule.get("decision").and_then(Node::as_str).and_then(effect) else {
                continue;
            };
            let path = format!("rule[{at}]");
            let before = self.facts.grants.len();
            match rule.get("commandPrefix") {
                Some(prefix) => self.gemini_commands(prefix, &path, effect),
                None => self.gemini_tools(rule, &path, effect),
            }
            let rank = self.gemini_rank(rule);
            for grant in self.facts.grants.iter_mut().skip(before) {
                if let Some(tool) = &mut grant.tool {
                    tool.rank = rank;
                }
            }
        }
    }

    /// The tier of the file in thousands, and the rule's own number.
    fn gemini_rank(&self, rule: Node<'_>) -> i64 {
        let tier = match self.scope {
            ConfigScope::Plugin => 2,
            ConfigScope::Project | ConfigScope::Local => 3,
            ConfigScope::User => 4,
            ConfigScope::Managed => 5,
        };
        let own = rule.get("priority").and_then(Node::text).and_then(|it| it.parse::<i64>().ok());
        tier * 1000 + own.unwrap_or(0).clamp(0, 999)
    }

    fn gemini_commands(&mut self, prefix: Node<'_>, path: &str, effect: Effect) {
        let read = |text: &str| permission::shell("run_shell_command", text, Open::Prefix);
        if prefix.kind() == Kind::Seq {
            self.permissions_as(Some(prefix), path, effect, read);
        } else if prefix.as_str() == Some("") {
            // Every command begins with nothing.
            self.permission_key(prefix, path, effect, |_| read("*"));
        } else {
            self.permission(prefix, path, effect, read);
        }
    }

    fn gemini_tools(&mut self, rule: Node<'_>, path: &str, effect: Effect) {
        // A pattern over the arguments narrows the tool in a way that is not resolved.
        let narrowed = ["argsPattern", "commandRegex", "toolAnnotations"]
            .iter()
            .any(|it| rule.get(it).is_some());
        let read = |text: &str| {
            let found = permission::read_claude(text, Place::ToolList);
            if narrowed { ToolPattern { everything: false, risk: None, ..found } } else { found }
        };
        match (rule.get("toolName"), rule.get("mcpName")) {
            (Some(tools), _) if tools.kind() == Kind::Seq => {
                self.permissions_as(Some(tools), path, effect, read);
            }
            (Some(tool), None) => self.permission(tool, path, effect, read),
            (tool, Some(server)) => {
                let tool = tool.and_then(Node::as_str).unwrap_or("*").to_owned();
                self.permission(server, path, effect, |name| permission::server_tool(name, &tool));
            }
            (None, None) => {
                let Some(decision) = rule.get("decision") else { return };
                self.permission(decision, path, effect, |_| permission::tool(ToolClass::Any, "*"));
            }
        }
    }
}
