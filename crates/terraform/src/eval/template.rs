//! String templates: quoted strings and heredocs with interpolations and directives.

use model::{Data, NoteKind, Origin, Piece, Value};
use syntax::{Flags, Kind, Node};

use super::{Evaluator, ITEMS, Scope, TEXT};
use crate::values;

impl Evaluator<'_> {
    pub(super) fn template(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        // `"${x}"` is x itself, of whatever type.
        let mut children = node.children();
        if let (Some(only), None) = (children.next(), children.next())
            && only.kind() == Kind::Interp
            && !node.flags().has(Flags::HEREDOC)
        {
            return self.eval(only, scope);
        }
        let mut pieces = Vec::new();
        if !self.write(node, scope, &mut pieces) {
            return values::invalid(place);
        }
        self.bounded(pieces, Origin::at(place))
    }

    /// Appends what a template yields; false when a part of it is invalid.
    fn write(&self, node: Node<'_>, scope: &Scope<'_>, out: &mut Vec<Piece>) -> bool {
        for child in node.children() {
            if out.len() > ITEMS || !self.spend(1, scope.place(child)) {
                out.push(unknown_piece(scope, child));
                return true;
            }
            let valid = match child.kind() {
                Kind::String => {
                    out.extend(self.literal(child, scope).pieces);
                    true
                }
                Kind::IfDirective => self.write_if(child, scope, out),
                Kind::ForDirective => self.write_for(child, scope, out),
                _ => {
                    let value = self.eval(child, scope);
                    out.extend(values::pieces(&value));
                    !values::is_invalid(&value)
                }
            };
            if !valid {
                return false;
            }
        }
        true
    }

    fn write_if(&self, node: Node<'_>, scope: &Scope<'_>, out: &mut Vec<Piece>) -> bool {
        let condition = node.child(0).and_then(|it| self.eval(it, scope).as_bool());
        let branch = match condition {
            Some(true) => node.child(1),
            Some(false) => node.child(2),
            None => {
                out.push(unknown_piece(scope, node));
                None
            }
        };
        branch.is_none_or(|it| self.write(it, scope, out))
    }

    fn write_for(&self, node: Node<'_>, scope: &Scope<'_>, out: &mut Vec<Piece>) -> bool {
        let names: Vec<&str> = node
            .children()
            .take_while(|it| it.kind() == Kind::Label)
            .filter_map(Node::text)
            .collect();
        let mut rest = node.children().skip(names.len());
        let (Some(over), Some(body)) = (rest.next(), rest.next()) else { return true };
        let over = self.eval(over, scope);
        let Some((pairs, open)) = self.elements(&over) else {
            out.push(unknown_piece(scope, node));
            return true;
        };
        let mut valid = true;
        self.for_each_element(&names, &pairs, scope, |inner| {
            if valid && out.len() <= ITEMS {
                valid = self.write(body, inner, out);
            }
        });
        if open || out.len() > ITEMS {
            out.push(unknown_piece(scope, node));
        }
        valid
    }

    /// A text of pieces, unless it is too large.
    pub(super) fn bounded(&self, pieces: Vec<Piece>, origin: Origin) -> Value {
        let bytes: usize = pieces
            .iter()
            .map(|it| match it {
                Piece::Literal { text, .. } => text.len(),
                Piece::Unknown { .. } => 0,
            })
            .sum();
        let place = origin.place;
        if bytes > TEXT || pieces.len() > ITEMS {
            self.note(NoteKind::Limit, place, "a text grows too large: it counts as unknown");
            return values::unknown(place);
        }
        if !self.spend(pieces.len() + bytes / 256, place) {
            return values::unknown(place);
        }
        if let [Piece::Unknown { remote, .. }] = pieces.as_slice() {
            return Value { data: Data::Unknown(remote.clone()), origin };
        }
        values::text_of(pieces, origin)
    }
}

fn unknown_piece(scope: &Scope<'_>, node: Node<'_>) -> Piece {
    Piece::Unknown { origin: Origin::at(scope.place(node)), remote: None }
}
