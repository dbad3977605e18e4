//! What becomes of a resource when it goes or changes: `lifecycle` and `removed` blocks, which
//! Terraform reads without evaluating, and arguments that say the same.

mod authoritative;
mod guards;

use model::Place;
use syntax::{Kind, Node};

use crate::lower::{Collector, Unit};
use crate::module::Declaration;

/// Adds what becomes of identities, credentials and grants.
pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    guards::lower(unit, out);
    authoritative::lower(unit, out);
}

/// The arguments whose changes are not looked at, each with its place; `all` for every one.
pub(crate) fn ignored(declaration: &Declaration<'_>) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for part in &declaration.parts {
        for body in bodies(part.body) {
            let Some(list) = body.get("ignore_changes") else { continue };
            let items: Vec<Node<'_>> = match list.kind() {
                Kind::Seq => list.items().collect(),
                _ => vec![list],
            };
            for item in items {
                if let Some(name) = first_name(item) {
                    found.push((name.to_owned(), Place::new(part.file, item.span())));
                }
            }
        }
    }
    found
}

/// The bodies of `lifecycle` blocks, which JSON writes as an object or a list of them.
fn bodies<'a>(of: Node<'a>) -> Vec<Node<'a>> {
    let mut found: Vec<Node<'a>> = of.blocks("lifecycle").filter_map(Node::body).collect();
    match of.get("lifecycle") {
        Some(list) if list.kind() == Kind::Seq => found.extend(list.items()),
        one => found.extend(one),
    }
    found
}

/// `tags`, `tags["Owner"]`, `metadata[0].labels`, or one of them as a text.
fn first_name(node: Node<'_>) -> Option<&str> {
    let mut node = node;
    for _ in 0..8 {
        match node.kind() {
            Kind::Name => return node.text(),
            Kind::String => {
                let text = node.as_str()?;
                return text.split(['.', '[']).next().filter(|it| !it.is_empty());
            }
            Kind::GetAttr | Kind::Index => node = node.child(0)?,
            _ => return None,
        }
    }
    None
}
