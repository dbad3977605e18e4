//! Which tool reads an `.hcl`, `.nomad` or `.conf` file, told by what stands at its top.

use model::Source;
use syntax::{Kind, Node};

use crate::path;

/// A language written in HCL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    VaultPolicy,
    ConsulPolicy,
    NomadPolicy,
    NomadJob,
    Spire,
}

/// Names of files whose blocks mean something else.
const OTHERS: &[&str] = &[
    "terragrunt.hcl",
    ".tftest.hcl",
    ".tofutest.hcl",
    ".tfmock.hcl",
    ".pkr.hcl",
    ".terraform.lock.hcl",
];

/// Blocks and keys of a Consul policy that are followed by a level.
pub(super) const CONSUL: &[&str] = &[
    "agent",
    "agent_prefix",
    "event",
    "event_prefix",
    "identity",
    "identity_prefix",
    "key",
    "key_prefix",
    "node",
    "node_prefix",
    "query",
    "query_prefix",
    "service",
    "service_prefix",
    "session",
    "session_prefix",
];

/// Keys of a Consul policy whose value is the level.
pub(super) const CONSUL_LEVELS: &[&str] = &["acl", "operator", "keyring", "mesh", "peering"];

/// Blocks of a Nomad policy without a label.
pub(super) const NOMAD: &[&str] = &["agent", "node", "operator", "plugin", "quota"];

/// True for a configuration of a SPIRE server or agent, which are called `.conf`.
pub fn is_spire(path: &str, text: &str) -> bool {
    path::name(path).ends_with(".conf")
        && text.len() <= 256 << 10
        && text.contains("trust_domain")
        && text.contains("plugins")
}

/// The language of a parsed file; `None` for one that belongs to another tool.
pub(super) fn dialect(source: &Source<'_>) -> Option<Dialect> {
    let name = path::name(source.path);
    let read = [".hcl", ".nomad", ".conf"].iter().any(|it| name.ends_with(it));
    if !read || OTHERS.iter().any(|it| name.ends_with(it)) {
        return None;
    }
    let root = source.tree.root()?;
    let blocks = |kind: &'static str| root.blocks(kind).filter_map(Node::body);
    let labelled = |kind: &str| {
        root.blocks(kind).filter(|it| it.labels().next().is_some()).collect::<Vec<_>>()
    };
    let levels = |body: Node<'_>| {
        let level = body.get("policy").and_then(Node::as_str);
        matches!(level, Some("read" | "write" | "deny" | "list" | "scale"))
    };
    if blocks("path").any(|it| it.get("capabilities").is_some() || it.get("policy").is_some()) {
        return Some(Dialect::VaultPolicy);
    }
    if labelled("job").into_iter().any(|it| it.blocks("group").next().is_some()) {
        return Some(Dialect::NomadJob);
    }
    let trusts = |kind: &'static str| blocks(kind).any(|it| it.get("trust_domain").is_some());
    if (trusts("server") || trusts("agent")) && root.blocks("plugins").next().is_some() {
        return Some(Dialect::Spire);
    }
    let nomad = labelled("namespace")
        .into_iter()
        .filter_map(Node::body)
        .any(|it| levels(it) || it.get("capabilities").is_some());
    let unlabelled = |kind: &&str| {
        root.blocks(kind).any(|it| it.labels().next().is_none() && it.body().is_some_and(levels))
    };
    if nomad || NOMAD.iter().any(unlabelled) {
        return Some(Dialect::NomadPolicy);
    }
    let level = |key: &&str| {
        let node = root.get(key).filter(|it| it.kind() == Kind::String);
        matches!(node.and_then(Node::as_str), Some("read" | "write" | "deny"))
    };
    let consul =
        CONSUL.iter().any(|it| labelled(it).into_iter().filter_map(Node::body).any(levels));
    (consul || CONSUL_LEVELS.iter().any(level)).then_some(Dialect::ConsulPolicy)
}
