//! Plugins, extensions and the marketplaces that they come from.
//!
//! <https://code.claude.com/docs/en/plugin-marketplaces>, read 2026-08; Codex, Copilot and
//! Cursor keep lists of the same shape.

use model::{GuardKind, Pin};
use syntax::{Kind, Node};

use crate::lowering::Lowering;

impl Lowering<'_> {
    /// `marketplace.json`: where each plugin of it comes from.
    pub(super) fn marketplace(&mut self, root: Node<'_>) {
        if root.get("plugins").is_none() {
            return;
        }
        for (at, plugin) in root.get("plugins").into_iter().flat_map(Node::items).enumerate() {
            if let Some(source) = plugin.get("source").filter(|it| it.kind() == Kind::Map) {
                self.loads(source, &format!("plugins[{at}].source"));
            }
            self.servers_of(plugin, &[&["mcpServers"]]);
            if let Some(hooks) = plugin.get("hooks").filter(|it| it.kind() == Kind::Map) {
                self.hooks(hooks, &format!("plugins[{at}].hooks"));
            }
        }
    }

    /// `extraKnownMarketplaces`: lists of plugins that a project brings along.
    pub(super) fn marketplaces(&mut self, root: Node<'_>) {
        let known = root.get("extraKnownMarketplaces").map(Node::entries).unwrap_or_default();
        for (name, marketplace) in known {
            if let Some(source) = marketplace.get("source").filter(|it| it.kind() == Kind::Map) {
                self.loads(source, &format!("extraKnownMarketplaces.{name}.source"));
            }
        }
        for (name, marketplace) in root.get("marketplaces").map(Node::entries).unwrap_or_default() {
            if marketplace.get("source_type").is_some() {
                self.codex_marketplace(marketplace, &format!("marketplaces.{name}"));
            }
        }
    }

    fn codex_marketplace(&mut self, marketplace: Node<'_>, path: &str) {
        let text = |key: &str| marketplace.get(key).and_then(Node::as_str);
        let Some(source) = marketplace.get("source").filter(|it| it.kind() == Kind::String) else {
            return;
        };
        if text("source_type") != Some("git") {
            return;
        }
        let version = text("ref").map(str::to_owned);
        let fixed = version.as_deref().is_some_and(crate::package::is_commit);
        let package = model::Package {
            ecosystem: model::Ecosystem::Git,
            name: source.as_str().unwrap_or("").to_owned(),
            pin: if fixed { Pin::Digest } else { Pin::Floating },
            version,
            place: self.content_place(source),
        };
        self.guard(&format!("{path}.source"), GuardKind::LoadsPlugin(package), source);
    }

    fn loads(&mut self, source: Node<'_>, setting: &str) {
        let kind = source.get("source").and_then(Node::as_str);
        if let Some(command) = source.get("command").filter(|_| kind == Some("command")) {
            self.runs(command, "install", &format!("{setting}.command"));
            return;
        }
        let Some(package) = self.plugin_source(source) else { return };
        let place = package.place;
        let region = self.entry_place(source);
        self.guard_at(setting, GuardKind::LoadsPlugin(package), place, region);
    }

    /// OpenCode's `plugin`: packages of npm that run at start.
    pub(super) fn npm_plugins(&mut self, root: Node<'_>, key: &str) {
        for (at, plugin) in root.get(key).into_iter().flat_map(Node::items).enumerate() {
            let Some(spec) = plugin.as_str().filter(|_| plugin.kind() == Kind::String) else {
                continue;
            };
            let Some(package) = crate::package::npm(spec, self.content_place(plugin)) else {
                continue;
            };
            self.guard(&format!("{key}[{at}]"), GuardKind::LoadsPlugin(package), plugin);
        }
    }
}
