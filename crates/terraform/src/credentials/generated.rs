//! Generated credentials that are short, that Terraform prints, or that follow from what is no
//! secret.

use std::collections::BTreeSet;

use model::{CredentialKind, Exposure, ExposureKind, Origin, Place, Safety, Value, Weakness};
use syntax::{Kind, Node};

use super::{flow, table};
use crate::eval::{Resource, Scope};
use crate::lower::{Collector, Unit};
use crate::{remedy, values};

/// Fewer characters than this can be tried one after the other.
const SHORT: f64 = 16.0;

/// Resources that make names: their results are printed. With the attributes that hold them.
const NAMES: &[&str] = &["random_id", "random_pet", "random_string", "random_uuid"];

/// Functions that make the same from the same, and what they are called.
const DERIVING: &[&str] =
    &["base64encode", "bcrypt", "format", "join", "md5", "sha1", "sha256", "sha512", "uuidv5"];

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in unit.of_type("random_password") {
        short(unit, resource, out);
    }
    let mut seen = BTreeSet::new();
    for resource in &unit.resources {
        let declaration = resource.declaration;
        for row in table::rows(declaration.kind) {
            // Passwords are arguments of their own; what lies deeper is seldom made in place.
            if !row.is_certain_argument() {
                continue;
            }
            let Some((file, node)) = declaration.attribute(row.path) else { continue };
            let scope = Scope::new(resource.instance, file, &resource.key);
            let value = unit.evaluator.eval(node, &scope);
            let Some((weakness, source)) = weakness(unit, node, &value) else { continue };
            let place = Place::new(file, node.span());
            if seen.insert(place) {
                out.exposure(exposure(unit, resource, row.path, weakness, source, place));
            }
        }
    }
}

fn weakness(
    unit: &Unit<'_, '_>,
    node: Node<'_>,
    value: &Value,
) -> Option<(Weakness, Option<String>)> {
    if let Some(remote) = values::remote(value) {
        let object = unit.resource(&remote.address)?;
        let kind = NAMES.iter().find(|it| **it == object.declaration.kind)?;
        // Sixteen random bytes are strong however they are written, but they are printed.
        return Some((Weakness::Shown(kind), Some(remote.address.to_string())));
    }
    let mut inner = node;
    while inner.kind() == Kind::Paren || is_call(inner, &["sensitive", "tostring"]) {
        inner = inner.child(0)?;
    }
    if is_call(inner, &["uuid"]) {
        return Some((Weakness::Shown("uuid"), None));
    }
    let name = *DERIVING.iter().find(|it| is_call(inner, &[it]))?;
    // What follows from an unknown part may follow from a secret.
    let hashed = !matches!(name, "base64encode" | "format" | "join");
    (hashed && only_names(inner)).then_some((Weakness::Derived(name), None))
}

fn is_call(node: Node<'_>, names: &[&str]) -> bool {
    node.kind() == Kind::Call && node.text().is_some_and(|it| names.contains(&it))
}

/// True when an expression is made of texts and of inputs that go by the name of something
/// that is no secret.
fn only_names(node: Node<'_>) -> bool {
    const NAMING: &[&str] = &["name", "id", "environment", "env", "project", "region", "prefix"];
    let mut found = false;
    for it in node.descendants() {
        match it.kind() {
            Kind::GetAttr => {
                let base = it.child(0).and_then(Node::text);
                let last = it.child(1).and_then(Node::text).unwrap_or("");
                let word = last.rsplit('_').next().unwrap_or(last);
                if !matches!(base, Some("var" | "local" | "terraform")) || !NAMING.contains(&word) {
                    return false;
                }
                found = true;
            }
            Kind::Index | Kind::Splat | Kind::SplatItem | Kind::ForSeq | Kind::ForMap => {
                return false;
            }
            Kind::Call if !DERIVING.iter().any(|name| is_call(it, &[name])) => return false,
            _ => {}
        }
    }
    found
}

/// A generated password with few characters.
fn short(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(length) = unit.get(resource, "length") else { return };
    let Some(characters) = length.as_number().filter(|it| (1.0..SHORT).contains(it)) else {
        return;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    let weakness = Weakness::Short(characters as u32);
    let declaration = resource.declaration;
    out.exposure(Exposure {
        fix: remedy::set(declaration, &["length"], "24", Safety::Unsafe),
        origin: length.origin.clone(),
        ..exposure(unit, resource, "length", weakness, None, length.origin.place)
    });
}

fn exposure(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    field: &str,
    weakness: Weakness,
    source: Option<String>,
    place: Place,
) -> Exposure {
    Exposure {
        address: unit.address(resource),
        field: field.to_owned(),
        name: if field == "length" { resource.declaration.name } else { field }.to_owned(),
        credential: flow::named(field).unwrap_or(CredentialKind::Password),
        kind: ExposureKind::Weak(weakness),
        taker: resource.declaration.kind.to_owned(),
        source,
        origin: Origin::at(place),
        region: resource.declaration.region,
        fix: None,
    }
}
