//! Which module call could hand a resource its tags.
//!
//! A resource of a module often takes its tags from an input. When none of them names an owner,
//! the place to write one is the call, and not the resource that all calls share.

use model::Place;
use syntax::{Kind, Node};

use crate::eval::Evaluator;
use crate::eval::Resource;
use crate::module::Module;

/// Module calls that are followed upwards.
const LEVELS: usize = 32;

/// Expressions that are looked through in one module.
const EXPRESSIONS: usize = 64;

/// The outermost call that hands on the tags of a resource, or could; `None` when its tags do
/// not come from an input.
pub(crate) fn of(
    evaluator: &Evaluator<'_>,
    resource: &Resource<'_>,
    argument: &str,
) -> Option<Place> {
    let (_, node) = resource.declaration.attribute(argument)?;
    let mut instance = resource.instance;
    let mut from = vec![node];
    let mut found = None;
    for _ in 0..LEVELS {
        let inputs = inputs(evaluator.module(instance)?, from);
        let Some((caller, call)) = evaluator.caller(instance).filter(|_| !inputs.is_empty()) else {
            break;
        };
        found = Some(call.place);
        from = inputs.iter().filter_map(|it| Some(call.attribute(it)?.1)).collect();
        if from.is_empty() {
            break;
        }
        instance = caller;
    }
    found
}

/// The inputs of a module that hold tags and that expressions use, through locals and through
/// modules that put labels together.
fn inputs<'a>(module: &Module<'a>, from: Vec<Node<'a>>) -> Vec<&'a str> {
    let mut queue = from;
    let mut found = Vec::new();
    let (mut locals, mut labels) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(node) = queue.get(at).copied().filter(|_| at < EXPRESSIONS) {
        at += 1;
        let all = std::iter::once(node).chain(node.descendants());
        for (base, name) in all.filter_map(attribute) {
            match base {
                "var" if holds_tags(name) && !found.contains(&name) => found.push(name),
                "local" if !locals.contains(&name) => {
                    locals.push(name);
                    queue.extend(module.locals.get(name).map(|it| it.body));
                }
                "module" if !labels.contains(&name) => {
                    labels.push(name);
                    if let Some(call) = module.calls.get(name) {
                        let all = call.parts.iter().flat_map(|it| it.body.keyed_nodes());
                        queue.extend(all.map(|(_, node)| node));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// `var.x` as `("var", "x")`.
fn attribute(node: Node<'_>) -> Option<(&str, &str)> {
    if node.kind() != Kind::GetAttr {
        return None;
    }
    let base = node.child(0).filter(|it| it.kind() == Kind::Name)?;
    Some((base.text()?, node.child(1)?.text()?))
}

/// True for the name of an input that holds tags or labels.
fn holds_tags(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "context" || ["tags", "labels"].iter().any(|it| name.ends_with(it))
}
