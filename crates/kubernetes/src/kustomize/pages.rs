//! Files and texts as values, each part with the place where it stands.

use std::sync::Arc;

use model::{Data, FileId, Piece, Source, Text, Value};
use syntax::{Kind, Language, Limits, Node, Tree};

use crate::document::Document;
use crate::load::Loader;
use crate::page::{Page, Printed, Segment, SegmentKind};

/// Lists inside lists that are followed; kubectl writes none.
const LIST_DEPTH: u32 = 4;

/// The objects of a page; lists are taken apart. Definitions of kinds are left out: they are
/// schemas, and long.
pub(super) fn objects(page: Page<'_>, template: bool) -> Vec<Value> {
    let mut loader = Loader::new(page, template);
    let mut all = Vec::new();
    for document in page.tree.documents() {
        object(document, template, LIST_DEPTH, &mut loader, &mut all);
    }
    all
}

fn object(
    node: Node<'_>,
    template: bool,
    depth: u32,
    loader: &mut Loader<'_>,
    into: &mut Vec<Value>,
) {
    let (node, Some(depth)) = (node.resolved(), depth.checked_sub(1)) else { return };
    if node.kind() != Kind::Map {
        return;
    }
    for document in Document::split(node, template) {
        let (Some(kind), Some(_)) = (document.get("kind"), document.get("apiVersion")) else {
            continue;
        };
        let is_list = kind.as_str().is_some_and(|it| it.ends_with("List"));
        let items = document.get("items").filter(|it| is_list && it.kind() == Kind::Seq);
        if let Some(items) = items {
            items.children().for_each(|it| object(it, template, depth, loader, into));
        } else if kind.as_str() != Some("CustomResourceDefinition") {
            into.push(loader.document(document));
        }
    }
}

/// The documents of a page, whatever they are.
pub(super) fn documents(page: Page<'_>) -> Vec<Value> {
    let mut loader = Loader::new(page, false);
    page.tree.documents().map(|it| loader.read(it)).collect()
}

/// The documents of a file, which is parsed when nobody has.
pub(super) fn of_file(
    file: FileId,
    path: &str,
    text: &Arc<str>,
    source: Option<&Source<'_>>,
) -> Vec<Value> {
    match source {
        Some(source) => documents(Page::plain(source)),
        None => {
            let tree = parse(Arc::clone(text));
            documents(Page::plain(&Source { file, path, tree: &tree }))
        }
    }
}

/// The documents that are written in a text of a kustomization; `None` when a part of it is
/// unknown.
pub(super) fn of_text(text: &Text, value: &Value, path: &str) -> Option<Vec<Value>> {
    let mut segments = Vec::new();
    let mut at = 0_u32;
    for piece in &text.pieces {
        let Piece::Literal { text, origin, map } = piece else { return None };
        let end = at.saturating_add(u32::try_from(text.len()).ok()?);
        segments.push(Segment {
            start: at,
            end,
            site: value.origin.place.span,
            depth: 0,
            kind: SegmentKind::Known(Some(origin.clone()), map.clone()),
        });
        at = end;
    }
    let printed = Printed::new(segments);
    let tree = parse(text.known()?.into());
    Some(documents(Page::printed(value.origin.place.file, path, &tree, &printed)))
}

fn parse(text: Arc<str>) -> Tree {
    syntax::parse(text, Language::Yaml, &Limits::default())
}

/// The text of a value, when it is one.
pub(super) fn as_text(value: &Value) -> Option<&Text> {
    match &value.data {
        Data::String(text) => Some(text),
        _ => None,
    }
}
