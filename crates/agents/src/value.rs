//! Plain data as values, for rules of users' own.

use std::sync::Arc;

use model::{Data, Entry, FileId, Origin, Place, Text, Value};
use syntax::{Kind, Node};

/// Levels that are followed; the parser's own bound is far above any real file's nesting.
const DEPTH: usize = 64;

/// A node of a data format as a value.
pub(crate) fn of(node: Node<'_>, file: FileId) -> Value {
    at_depth(node, file, DEPTH)
}

fn at_depth(node: Node<'_>, file: FileId, depth: usize) -> Value {
    let node = node.resolved();
    let origin = Origin::at(Place::new(file, node.span()));
    let Some(depth) = depth.checked_sub(1) else { return Value::unknown(origin) };
    let data = match node.kind() {
        Kind::Null => Data::Null,
        Kind::Bool => node.as_bool().map_or(Data::Unknown(None), Data::Bool),
        Kind::Number => match node.text().and_then(|it| it.parse().ok()) {
            Some(number) => Data::Number(number),
            None => Data::Unknown(None),
        },
        Kind::String => Data::String(Text::from_node(node, file)),
        Kind::Seq => {
            Data::List(Arc::new(node.items().map(|it| at_depth(it, file, depth)).collect()))
        }
        Kind::Map => Data::Map(Arc::new(
            node.keyed_nodes()
                .into_iter()
                .map(|(key, it)| Entry {
                    key: key.into(),
                    key_origin: Origin::at(Place::new(file, it.key_span())),
                    value: at_depth(it, file, depth),
                })
                .collect(),
        )),
        _ => Data::Unknown(None),
    };
    Value { data, origin }
}
