//! `issensitive`. Values carry no mark of it, so it is told from how the argument is written,
//! and unknown where that does not tell.

use model::{Origin, Value};
use syntax::{Kind, Node};

use crate::eval::{Evaluator, Scope};
use crate::values;

/// Locals that are followed.
const DEPTH: usize = 16;

impl<'p> Evaluator<'p> {
    pub(super) fn is_sensitive(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        match node.child(0).and_then(|it| self.sensitivity(it, scope, DEPTH)) {
            Some(it) => values::boolean(it, Origin::at(place)),
            None => values::unknown(place),
        }
    }

    /// Whether an expression is sensitive as a whole; collections are not because of a part.
    fn sensitivity(&self, node: Node<'_>, scope: &Scope<'_>, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        match node.kind() {
            Kind::Null | Kind::Bool | Kind::Number | Kind::String | Kind::Seq => Some(false),
            Kind::Paren => self.sensitivity(node.child(0)?, scope, depth),
            Kind::Call => match node.text()? {
                "sensitive" => Some(true),
                "nonsensitive" => Some(false),
                _ => None,
            },
            Kind::GetAttr if !scope.detached => {
                let base = node.child(0).filter(|it| it.kind() == Kind::Name)?;
                let name = node.child(1)?.text()?;
                let module = self.module(scope.instance)?;
                match base.text()? {
                    "local" => {
                        let local = module.locals.get(name)?;
                        self.sensitivity(local.body, scope, depth)
                    }
                    "var" => {
                        let declared = module.variables.get(name)?;
                        let marked = declared.attribute("sensitive").map(|(_, it)| it.as_bool());
                        match marked {
                            Some(Some(true)) => Some(true),
                            Some(None) => None,
                            // A caller may hand in something sensitive.
                            _ => self.caller(scope.instance).is_none().then_some(false),
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
