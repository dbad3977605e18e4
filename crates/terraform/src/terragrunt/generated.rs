//! What `generate` blocks of Terragrunt write: Terraform files inside of heredocs.

use std::sync::Arc;

use model::Source;
use syntax::{Flags, Kind, Language, Limits, Node, Tree};

/// Generated files of one configuration that are looked at.
const FILES: usize = 32;

/// The Terraform files that a Terragrunt configuration generates, as far as they are written
/// out in it. Places in them are places in the configuration, and what is filled in is an
/// expression of the configuration.
pub fn generated(source: &Source<'_>, limits: &Limits) -> Vec<Tree> {
    if !super::is_configuration(source.path) {
        return Vec::new();
    }
    let Some(root) = source.tree.root() else { return Vec::new() };
    let blocks = root.blocks("generate").filter_map(Node::body);
    let contents = blocks.filter_map(|it| it.get("contents"));
    let texts = contents.take(FILES).filter_map(|it| in_place(source.tree, it));
    texts.map(|it| syntax::parse(Arc::from(it), Language::Hcl, limits)).collect()
}

/// The text of a heredoc with everything around it blanked, so that offsets stay true.
fn in_place(tree: &Tree, node: Node<'_>) -> Option<String> {
    let text = tree.source();
    let is_heredoc = node.flags().has(Flags::HEREDOC);
    if !is_heredoc || !matches!(node.kind(), Kind::String | Kind::Template) {
        return None;
    }
    let parts: Vec<Node<'_>> = match node.kind() {
        Kind::Template => node.children().collect(),
        _ => vec![node],
    };
    let mut out: Vec<u8> = blank(text.as_bytes());
    let mut quoted = false;
    for part in parts {
        let span = part.content_span();
        let raw = text.get(span.range())?;
        let copied = match part.kind() {
            Kind::String => {
                quoted = ends_quoted(raw, quoted);
                // `$${` writes an expression of the generated file, which nothing here knows.
                raw.replace("$${", " ${")
            }
            Kind::Interp if !quoted => bare(text.get(part.span().range())?)?,
            _ => text.get(part.span().range())?.to_owned(),
        };
        let start = part_start(part);
        let target = out.get_mut(start..start + copied.len())?;
        target.copy_from_slice(copied.as_bytes());
    }
    String::from_utf8(out).ok()
}

fn part_start(part: Node<'_>) -> usize {
    let span = if part.kind() == Kind::String { part.content_span() } else { part.span() };
    span.start as usize
}

fn blank(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|it| if *it == b'\n' { b'\n' } else { b' ' }).collect()
}

/// `${ expression }` outside of quotes stands for a whole value.
fn bare(raw: &str) -> Option<String> {
    let inner = raw.strip_prefix("${")?.strip_suffix('}')?;
    let (start, inner) = match inner.strip_prefix('~') {
        Some(inner) => (" ( ", inner),
        None => (" (", inner),
    };
    let (inner, end) = match inner.strip_suffix('~') {
        Some(inner) => (inner, ") "),
        None => (inner, ")"),
    };
    Some(format!("{start}{inner}{end}"))
}

/// Whether a text ends inside of quotes. Strings end with their line.
fn ends_quoted(raw: &str, mut quoted: bool) -> bool {
    let mut escaped = false;
    for byte in raw.bytes() {
        match byte {
            b'\n' => quoted = false,
            _ if escaped => {}
            b'"' => quoted = !quoted,
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    quoted
}
