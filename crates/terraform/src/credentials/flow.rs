//! Values that carry a credential whose text only an apply can tell.

use model::{CredentialKind, Data, Origin, Piece, Place, Remote, StepKind, Value};

use super::computed;
use crate::eval::Object;
use crate::lower::Unit;
use crate::module::Declaration;
use crate::values;

/// Parts of a value in which a credential is looked for.
const PARTS: usize = 2_000;

/// A credential that a value is, or has in it.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// `random_password.db.result`, `var.token`
    pub(super) source: String,
    /// The attribute or variable.
    pub(super) name: String,
    pub(super) kind: CredentialKind,
    pub(super) origin: Origin,
}

/// The first credential that a value carries. Ephemeral ones do not count: Terraform itself
/// sees to it that they are not kept.
pub(super) fn carried(unit: &Unit<'_, '_>, value: &Value) -> Option<Carried> {
    let mut parts = PARTS;
    within(unit, value, &mut parts)
}

fn within(unit: &Unit<'_, '_>, value: &Value, parts: &mut usize) -> Option<Carried> {
    *parts = parts.checked_sub(1)?;
    match &value.data {
        Data::Unknown(Some(_)) => {
            values::remote(value).and_then(|it| credential(unit, it, &value.origin))
        }
        Data::String(text) => text.pieces.iter().find_map(|it| match it {
            Piece::Unknown { remote: Some(remote), origin } => credential(unit, remote, origin),
            _ => None,
        }),
        Data::List(items) => items.iter().find_map(|it| within(unit, it, parts)),
        Data::Map(entries) => entries.iter().find_map(|it| within(unit, &it.value, parts)),
        _ => None,
    }
}

/// The place at which a value enters the block that uses it: the last reference to an input of
/// its module, or else where it is written.
pub(super) fn entry(origin: &Origin) -> Place {
    let input = |it: &&&model::Step| {
        matches!(it.kind, StepKind::ModuleArgument | StepKind::ModuleOutput | StepKind::Iteration)
    };
    origin.steps().iter().rev().find(input).map_or(origin.place, |it| it.place)
}

fn credential(unit: &Unit<'_, '_>, remote: &Remote, origin: &Origin) -> Option<Carried> {
    if remote.address.starts_with('\u{0}') {
        return None;
    }
    let below = path(&remote.attribute);
    let found = |name: &str, kind| Carried {
        source: match remote.attribute.is_empty() {
            true => remote.address.to_string(),
            false => format!("{}.{}", remote.address, remote.attribute.trim_start_matches('.')),
        },
        name: name.to_owned(),
        kind,
        origin: origin.clone(),
    };
    if let Some(name) = variable(&remote.address) {
        // A part of an input goes by its own name.
        let name = below.last().map_or(name, String::as_str);
        let kind = named(name)?;
        let declared = unit.evaluator.module(0).and_then(|it| it.variables.get(name));
        let fits = !below.is_empty() || declared.is_none_or(is_text);
        return fits.then(|| found(name, kind));
    }
    let Some(Object::Resource(resource)) = unit.evaluator.object(&remote.address) else {
        return None;
    };
    let declaration = resource.declaration;
    if declaration.is_ephemeral() {
        return None;
    }
    let kind =
        if resource.is_data { &format!("data.{}", declaration.kind) } else { declaration.kind };
    let rows = computed::rows(kind);
    let mut attributes = rows.flat_map(|row| row.attributes.iter().map(|it| (*it, row.kind)));
    if below.is_empty() {
        // The whole resource, with everything in it.
        let (attribute, kind) = attributes.next()?;
        let name = attribute.rsplit('.').next()?;
        return Some(found(name, kind.unwrap_or_else(|| kind_of(name))));
    }
    let joined = below.join(".");
    let name = below.last()?;
    let fits = |row: &str| {
        let rest = joined.strip_prefix(row).map(|it| it.strip_prefix('.').unwrap_or(it));
        match rest {
            Some("") => true,
            Some(_) if joined.as_bytes().get(row.len()) == Some(&b'.') => named(name).is_some(),
            // A block that holds one.
            _ => row.strip_prefix(joined.as_str()).is_some_and(|it| it.starts_with('.')),
        }
    };
    let (attribute, kind) = attributes.find(|(it, _)| fits(it))?;
    // What is a part of it has a kind of its own.
    let kind = kind.filter(|_| attribute == joined);
    Some(found(name, kind.unwrap_or_else(|| kind_of(name))))
}

/// The parts of an attribute path that are names: `kube_config[0].password`.
fn path(attribute: &str) -> Vec<String> {
    attribute
        .split(['.', '[', ']'])
        .map(|it| it.trim_matches('"'))
        .filter(|it| !it.is_empty() && *it != "*" && !it.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// The name of an input, of this module or another.
fn variable(address: &str) -> Option<&str> {
    let (before, name) = address.rsplit_once("var.")?;
    let bare = !name.is_empty() && !name.contains(['.', '[']);
    (bare && (before.is_empty() || before.ends_with('.'))).then_some(name)
}

/// The kind of credential that a name promises. A name that is as good for what only names a
/// credential (`db_secret`, the `encryption_key` of a key service) promises nothing.
pub(super) fn named(name: &str) -> Option<CredentialKind> {
    use CredentialKind::{EncryptionKey, Other, SshKey};
    let lower = name.to_ascii_lowercase();
    let names_a_key = ["encryption_key", "encryptionkey"].iter().any(|it| lower.ends_with(it));
    secrets::key_names_credential(name)
        .filter(|it| !names_a_key && !matches!(it, EncryptionKey | Other | SshKey))
}

fn kind_of(name: &str) -> CredentialKind {
    secrets::key_names_credential(name).unwrap_or(CredentialKind::Other)
}

/// True for an input that may be a text.
pub(super) fn is_text(variable: &Declaration<'_>) -> bool {
    let Some((_, node)) = variable.attribute("type") else { return true };
    matches!(node.text(), Some("string" | "any"))
}
