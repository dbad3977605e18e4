//! The maps of a file that are objects.

use syntax::{Flags, Kind, Node, NodeId, Span};

/// Most objects that one map is taken apart into. Templates write two or three.
const BRANCHES: usize = 16;

/// A map that may be an object, or a part of one.
///
/// A template often writes one object per branch without `---` between them. To YAML they are
/// one map in which every key stands twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'t> {
    node: Node<'t>,
    /// The children that belong to it: from the first up to, and not with, the second.
    part: Option<(NodeId, NodeId)>,
}

impl<'t> Document<'t> {
    /// The documents in a map; only a template has more than one.
    pub(crate) fn split(node: Node<'t>, template: bool) -> Vec<Self> {
        let whole = vec![Self { node, part: None }];
        let first = node.children().find_map(|it| it.key());
        let Some(key) = first.filter(|it| template && matches!(*it, "apiVersion" | "kind")) else {
            return whole;
        };
        let mut starts: Vec<_> =
            node.children().filter(|it| it.is_under(key)).map(Node::id).collect();
        starts.push(NodeId(u32::MAX));
        let parts: Vec<_> = starts
            .windows(2)
            .filter_map(|it| Some((*it.first()?, *it.last()?)))
            .map(|part| Self { node, part: Some(part) })
            .collect();
        // Branches that only choose a version or a kind are no objects of their own.
        let is_object =
            |it: &Self| ["apiVersion", "kind", "metadata"].iter().all(|key| it.get(key).is_some());
        let several = (2..=BRANCHES).contains(&parts.len());
        if several && parts.iter().all(is_object) { parts } else { whole }
    }

    /// Its entries.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'t>> {
        let inside =
            move |it: &Node<'t>| self.part.is_none_or(|(from, to)| (from..to).contains(&it.id()));
        self.node.children().filter(inside)
    }

    /// The value under a key.
    pub(crate) fn get(self, key: &str) -> Option<Node<'t>> {
        match self.part {
            None => self.node.get(key),
            Some(_) => self.children().filter(|it| it.is_under(key)).last().map(Node::resolved),
        }
    }

    /// The text under a key, unless a template makes it or two branches of one disagree.
    pub(crate) fn text(self, key: &str) -> Option<&'t str> {
        let known = |it: Node<'t>| it.as_str().filter(|_| !it.flags().has(Flags::MASKED));
        let text = known(self.get(key)?)?;
        let same = |it: Node<'t>| known(it.resolved()) == Some(text);
        self.children().filter(|it| it.is_under(key)).all(same).then_some(text)
    }

    /// True when a key holds a value of this kind.
    pub(crate) fn has(self, key: &str, kind: Kind) -> bool {
        self.get(key).is_some_and(|it| it.kind() == kind)
    }

    /// Its bytes.
    pub(crate) fn span(self) -> Span {
        match self.part {
            None => self.node.span(),
            Some(_) => {
                let all = self.children().map(Node::entry_span).reduce(Span::cover);
                all.unwrap_or(self.node.span())
            }
        }
    }

    /// True when a template may add entries.
    pub(crate) fn is_open(self) -> bool {
        self.node.flags().has(Flags::MASKED)
    }
}
