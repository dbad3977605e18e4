//! Why a file that could hold something is not linted: for whoever asks what is looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use engine::Skipped;

use crate::decode::{Decoded, decode};
use crate::discover::relative;
use crate::ownership;
use crate::run::Workspace;

/// Folders in which people explain things.
const DOCUMENTATION: [&str; 5] = ["docs", "doc", "documentation", "website", "wiki"];

/// Folders whose pages a skill points to; the model reads them when it follows the pointer.
const SKILLS: [&str; 1] = ["skills"];

/// Files by which tools of other kinds are set up.
const OTHER_TOOLS: [&str; 8] = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "pyproject.toml",
    "Cargo.toml",
    "deno.json",
    "composer.json",
    "pnpm-lock.yaml",
];

impl Workspace {
    /// The files of a kind that nhilint reads, of which none of `files` and `skipped` is one,
    /// each with the reason; in order.
    ///
    /// Reads every one of them again, so nothing but a person's question calls for it.
    pub fn unread(&self, files: &[Arc<str>], skipped: &[Skipped]) -> Vec<Skipped> {
        let told: BTreeSet<&str> =
            files.iter().map(|it| &**it).chain(skipped.iter().map(|it| it.path.as_str())).collect();
        let candidates = self.stamps().into_keys().map(|it| (relative(&self.root, &it), it));
        let unread = candidates.filter(|(shown, _)| !told.contains(shown.as_str()));
        let mut found: Vec<Skipped> =
            unread.filter_map(|(shown, path)| described(shown, &path)).collect();
        found.sort();
        found
    }
}

fn described(path: String, file: &Path) -> Option<Skipped> {
    let bytes = fs::read(file).ok()?;
    let reason = match decode(&bytes) {
        Decoded::Text(text) => reason(&path, text),
        Decoded::Repaired(text, _) => reason(&path, &text),
        Decoded::Binary => "it is binary",
        Decoded::Other(reason) => reason,
    };
    Some(Skipped { path, reason: reason.to_owned() })
}

/// Why a text is not linted, after no front end has taken it.
fn reason(path: &str, text: &str) -> &'static str {
    let name = model::path::name(path);
    let extension = name.rsplit_once('.').map_or("", |(_, it)| it).to_ascii_lowercase();
    if text.trim().is_empty() {
        return "it is empty";
    }
    if ownership::is_catalog(path) || ownership::is_approvers(path) {
        return "it says who owns what, which other files' findings use";
    }
    match extension.as_str() {
        "md" | "mdc" => page(path, name, text),
        "yaml" | "yml" => manifest(text),
        _ if OTHER_TOOLS.contains(&name) => "it sets up a tool that is no agent",
        "json" | "jsonc" | "json5" | "toml" => {
            "none of its keys holds tool servers, permissions, policies or manifests"
        }
        "tpl" | "tftpl" | "tmpl" => "a template that no chart and no module fills in",
        _ => "nhilint knows no format of this name or content",
    }
}

fn page(path: &str, name: &str, text: &str) -> &'static str {
    let folders = || path.split('/').rev().skip(1);
    let lies_in =
        |names: &[&str]| folders().any(|it| names.iter().any(|name| it.eq_ignore_ascii_case(name)));
    if name.eq_ignore_ascii_case("README.md") {
        "it explains a folder; documentation is not linted"
    } else if lies_in(&DOCUMENTATION) {
        "it lies in a folder of documentation, which is not linted"
    } else if lies_in(&SKILLS) {
        "a page beside a skill; only `SKILL.md` is linted"
    } else if text.trim_start_matches('\u{feff}').starts_with("---") {
        "its folder belongs to no client, and its front matter names no agent or command"
    } else {
        "prose without front matter, in a folder of no client"
    }
}

fn manifest(text: &str) -> &'static str {
    let says = |line: &str| text.lines().any(|it| it.trim_end() == line);
    if says("kind: CustomResourceDefinition") {
        "it defines a kind of resource, not a resource"
    } else if text.lines().any(|it| it.starts_with("apiVersion:")) {
        "a manifest of a kind that says nothing about identities"
    } else {
        "it is no manifest, and none of its keys holds tool servers, permissions or agents"
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn every_unread_file_has_a_reason_of_its_kind() {
        for (path, text, word) in [
            ("README.md", "# x", "explains a folder"),
            ("docs/agents/x.md", "---\nname: x\n---\n", "documentation"),
            (".claude/skills/x/references/y.md", "# x", "beside a skill"),
            ("notes/x.md", "# x", "without front matter"),
            ("notes/x.md", "---\nname: x\n---\n", "names no agent"),
            ("crds/x.yaml", "kind: CustomResourceDefinition\n", "defines a kind"),
            ("x.yaml", "apiVersion: v1\nkind: Endpoints\n", "says nothing"),
            ("x.yaml", "a: 1\n", "no manifest"),
            ("package.json", "{}", "no agent"),
            ("data.json", "[]", "none of its keys"),
            ("x.toml", "", "empty"),
            ("x.conf", "a", "no format"),
        ] {
            assert!(reason(path, text).contains(word), "{path}: {}", reason(path, text));
        }
    }
}
