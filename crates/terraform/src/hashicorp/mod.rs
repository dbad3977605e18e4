//! HCL of HashiCorp's other tools: policies of Vault, Consul and Nomad, and configuration that
//! sets how long identities live and how they are proven.
//!
//! All of it is read as one kind of value (see [`json::hcl`]), whether it stands in a file of
//! its own, in a heredoc of a Terraform resource, or in the JSON form that each tool also takes.

mod detect;
mod nomad;
mod policy;
mod spire;

use model::{Origin, Place, Source, Text, Value};
use syntax::{OffsetMap, Span};

use crate::lower::{Collector, Unit};
use crate::policy::json;
use crate::values;

use detect::Dialect;
pub use detect::is_spire;
pub(crate) use policy::document;

/// Lowers policies in resources, and the files of the modules whose literals are wanted.
pub(crate) fn lower(unit: &Unit<'_, '_>, modules: &[usize], out: &mut Collector) {
    for resource in &unit.resources {
        policy::resource(unit, resource, out);
    }
    for module in modules {
        let Some(module) = unit.evaluator.project.modules.get(*module) else { continue };
        for source in &module.sources {
            file(unit, source, out);
        }
    }
}

fn file(unit: &Unit<'_, '_>, source: &Source<'_>, out: &mut Collector) {
    let Some(dialect) = detect::dialect(source) else { return };
    let Some(value) = read(source) else { return };
    let site = Site { unit, name: crate::path::name(source.path) };
    match dialect {
        Dialect::VaultPolicy => policy::vault(&value, &|path| site.address(path), out),
        Dialect::ConsulPolicy => policy::consul(&value, &|path| site.address(path), out),
        Dialect::NomadPolicy => policy::nomad(&value, &|path| site.address(path), out),
        Dialect::NomadJob => nomad::job(&site, &value, out),
        Dialect::Spire => spire::configuration(&site, &value, out),
    }
}

/// A file, and how things in it are called.
struct Site<'s, 'e, 'p> {
    unit: &'s Unit<'e, 'p>,
    name: &'s str,
}

impl Site<'_, '_, '_> {
    fn address(&self, path: &str) -> model::Address {
        self.unit.named(&format!("{}#{path}", self.name))
    }
}

/// A whole file as a value.
fn read(source: &Source<'_>) -> Option<Value> {
    let text = source.tree.source();
    let end = u32::try_from(text.len()).ok()?;
    let whole = Origin::at(Place::new(source.file, Span::new(0, end)));
    let map = OffsetMap::identity(0, end);
    json::hcl(&Text::literal(std::sync::Arc::clone(text), whole.clone(), Some(map)), &whole)
}

/// The blocks of a type: of `x { … }` its bodies, of `x "label" { … }` pairs of label and body.
fn blocks<'v>(value: &'v Value, kind: &str) -> Vec<&'v Value> {
    value.get(kind).map(|it| it.one_or_many().iter().collect()).unwrap_or_default()
}

/// The labelled blocks of a type, with the entry that holds the label.
fn labelled<'v>(value: &'v Value, kind: &str) -> Vec<&'v model::Entry> {
    blocks(value, kind).into_iter().flat_map(values::entries).collect()
}
