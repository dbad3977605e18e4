//! What `lifecycle` blocks say, which Terraform reads without evaluating.

use model::Place;
use syntax::{Kind, Node};

use crate::module::Declaration;

/// The arguments whose changes are not looked at, each with its place; `all` for every one.
pub(crate) fn ignored(declaration: &Declaration<'_>) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for part in &declaration.parts {
        for block in part.body.blocks("lifecycle") {
            let Some(list) = block.body().and_then(|it| it.get("ignore_changes")) else { continue };
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
