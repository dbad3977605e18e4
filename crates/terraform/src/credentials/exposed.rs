//! Credentials that Terraform prints, or hands to everybody who reads its state.

use std::collections::BTreeSet;

use model::{Edit, StepKind, Value};
use model::{Exposure, ExposureKind, Fix, Origin, Place, Safety, Step};
use syntax::{Kind, Node, Span};

use super::flow;
use crate::eval::{Key, Scope};
use crate::lower::{Collector, Unit};
use crate::module::{Declaration, Module};
use crate::{remedy, values};

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let Some(root) = unit.evaluator.module(0) else { return };
    for variable in root.variables.values() {
        let used = out.is_used_as_credential(variable.name);
        input(unit, root, variable, used).into_iter().for_each(|it| out.exposure(it));
    }
    for output in root.outputs.values() {
        shown(unit, root, output).into_iter().for_each(|it| out.exposure(it));
    }
    let mut seen = BTreeSet::new();
    for instance in &unit.instances {
        let at = unit.evaluator.instance(*instance).module;
        if seen.insert(at) {
            unmasked(unit, *instance, out);
        }
    }
}

/// True when a block says that its value is secret, or leaves that to something unknown.
fn is_marked(declaration: &Declaration<'_>) -> bool {
    ["sensitive", "ephemeral"]
        .iter()
        .filter_map(|it| declaration.attribute(it))
        .any(|(_, node)| node.as_bool() != Some(false))
}

fn mark(declaration: &Declaration<'_>) -> Option<Box<Fix>> {
    remedy::set(declaration, &["sensitive"], "true", Safety::Unsafe)
}

/// An input for a credential that is not marked as one.
fn input(
    unit: &Unit<'_, '_>,
    root: &Module<'_>,
    variable: &Declaration<'_>,
    used_as_one: bool,
) -> Option<Exposure> {
    let name = variable.name;
    let kind = flow::named(name);
    if is_marked(variable) || !flow::is_text(variable) || !(used_as_one || kind.is_some()) {
        return None;
    }
    // A value that is written out is another problem.
    let default = variable.attribute("default").map(|(_, node)| node);
    let empty = default.is_none_or(|it| it.kind() == Kind::Null || it.as_str() == Some(""));
    let given = root.values.iter().any(|it| it.body.get(name).is_some());
    if !empty || given {
        return None;
    }
    Some(Exposure {
        address: unit.named(&format!("var.{name}")),
        field: "sensitive".to_owned(),
        name: name.to_owned(),
        credential: kind.unwrap_or(model::CredentialKind::Other),
        kind: ExposureKind::UnmarkedInput { used_as_one },
        taker: format!("variable \"{name}\""),
        source: None,
        origin: Origin::at(variable.place),
        region: variable.region,
        fix: mark(variable),
    })
}

/// An output that shows a credential, or hands it to the readers of a shared state.
fn shown(unit: &Unit<'_, '_>, root: &Module<'_>, output: &Declaration<'_>) -> Option<Exposure> {
    let (file, node) = output.attribute("value")?;
    let value = unit.evaluator.eval(node, &Scope::new(0, file, &Key::Single));
    let carried = flow::carried(unit, &value)?;
    let is_root = !root.is_reusable();
    let kind = if !is_marked(output) {
        ExposureKind::UnmarkedOutput { is_root }
    } else if is_root && has_shared_state(root) && !is_ephemeral(output) {
        ExposureKind::Exported
    } else {
        return None;
    };
    let fix = if kind == ExposureKind::Exported { None } else { mark(output) };
    Some(Exposure {
        address: unit.named(&format!("output.{}", output.name)),
        field: "value".to_owned(),
        name: carried.name,
        credential: carried.kind,
        kind,
        taker: format!("output \"{}\"", output.name),
        source: Some(carried.source),
        origin: Origin::at(Place::new(file, node.span())),
        region: output.region,
        fix,
    })
}

fn is_ephemeral(output: &Declaration<'_>) -> bool {
    output.attribute("ephemeral").is_some_and(|(_, node)| node.as_bool() != Some(false))
}

fn has_shared_state(root: &Module<'_>) -> bool {
    root.settings.iter().any(|it| {
        let mut backends = it.block.blocks("backend");
        let shared = backends.any(|it| it.labels().next().and_then(Node::text) != Some("local"));
        shared || it.block.blocks("cloud").next().is_some()
    })
}

/// Calls that take the mark off a credential.
fn unmasked(unit: &Unit<'_, '_>, instance: usize, out: &mut Collector) {
    let Some(module) = unit.evaluator.module(instance) else { return };
    for source in &module.sources {
        let Some(root) = source.tree.root() else { continue };
        for call in root.descendants().filter(|it| it.kind() == Kind::Call) {
            if call.text() != Some("nonsensitive") {
                continue;
            }
            let Some(argument) = call.child(0) else { continue };
            let scope = Scope::new(instance, source.file, &Key::Single);
            let value = unit.evaluator.eval(argument, &scope);
            let Some(carried) = flow::carried(unit, &value) else { continue };
            let place = source.place_of(call);
            out.exposure(Exposure {
                address: unit.named(&carried.source),
                field: "nonsensitive".to_owned(),
                name: carried.name,
                credential: carried.kind,
                kind: ExposureKind::MarkRemoved,
                taker: "nonsensitive()".to_owned(),
                source: Some(carried.source),
                origin: Origin::at(name_of(place)),
                region: place,
                fix: without_call(place, argument),
            });
        }
    }
}

/// The name of a function, which stands first in its call.
fn name_of(call: Place) -> Place {
    let length = u32::try_from("nonsensitive".len()).unwrap_or(0);
    let end = (call.span.start + length).min(call.span.end);
    Place::new(call.file, Span::new(call.span.start, end))
}

/// Leaves the argument of a call and takes the call away.
fn without_call(call: Place, argument: Node<'_>) -> Option<Box<Fix>> {
    let inner = argument.span();
    let before = Span::new(call.span.start, inner.start);
    let after = Span::new(inner.end, call.span.end);
    // A trailing comma or a comment would go with the call: fine, it says nothing then.
    let edit = |span| Edit { file: call.file, span, text: String::new() };
    Some(Box::new(Fix {
        title: "Take `nonsensitive` away".to_owned(),
        safety: Safety::Unsafe,
        edits: vec![edit(before), edit(after)],
    }))
}

/// The input of the root module that a value comes from, when it was handed on as it is.
pub(super) fn input_of(unit: &Unit<'_, '_>, value: &Value) -> Option<String> {
    let module = unit.evaluator.module(0)?;
    let remote = values::remote(value).filter(|it| it.attribute.is_empty());
    let steps = value.origin.steps();
    let of_root = |it: &&&Step| {
        it.kind == StepKind::VariableDefault
            && module.sources.iter().any(|source| source.file == it.place.file)
    };
    let address = match remote {
        Some(it) => &it.address,
        None => &steps.iter().find(of_root)?.name,
    };
    let name = address.strip_prefix("var.")?;
    module.variables.contains_key(name).then(|| name.to_owned())
}
