//! Kubernetes objects in Terraform: resources of the Kubernetes provider, and manifests in
//! objects and texts. What they mean is said where Kubernetes is read.

mod convert;
mod schema;

use model::kubernetes::CLOUD_ANNOTATIONS;
use model::{Data, IdentityKind, Manifest, Origin, Party, Sourced, Value};

use crate::aws::ROLE;
use crate::azure::PRINCIPALS;
use crate::eval::Resource;
use crate::google::SERVICE_ACCOUNT;
use crate::lower::{Collector, Unit};
use crate::policy::json;
use crate::values;
use convert::Budget;

/// Resource types whose argument is a whole manifest, and that argument.
const MANIFESTS: &[(&str, &str)] = &[
    ("kubernetes_manifest", "manifest"),
    ("kubectl_manifest", "yaml_body"),
    ("k8s_manifest", "content"),
];

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let kind = resource.declaration.kind;
        if let Some(schema) = schema::find(kind) {
            let object = convert::object(schema, &unit.evaluator.all_written(resource));
            add(unit, resource, "", object, out);
        } else if let Some((_, argument)) = MANIFESTS.iter().find(|(it, _)| *it == kind) {
            let Some(value) = unit.get(resource, argument) else { continue };
            for (at, document) in documents(&value).iter().enumerate() {
                let path = if at == 0 { String::new() } else { format!("{argument}[{at}]") };
                add(unit, resource, &path, convert::verbatim(document, &mut Budget::new()), out);
            }
        }
    }
}

/// The objects of a manifest: a value as it is, or the documents of a text.
fn documents(value: &Value) -> Vec<Value> {
    match &value.data {
        Data::String(text) => json::yaml_documents(text, &value.origin).unwrap_or_default(),
        Data::Map(_) => vec![value.clone()],
        _ => Vec::new(),
    }
}

fn add(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &str,
    object: Value,
    out: &mut Collector,
) {
    let address = match path {
        "" => unit.address(resource),
        _ => unit.address_below(resource, path),
    };
    let cloud = CLOUD_ANNOTATIONS
        .iter()
        .filter_map(|(key, kind)| Some((*key, referred(unit, annotation(&object, key)?, *kind)?)))
        .collect();
    out.manifest(Manifest {
        address,
        object: schema::in_default_namespace(object),
        cloud,
        place: resource.declaration.place,
        region: resource.declaration.region,
    });
}

fn annotation<'v>(object: &'v Value, key: &str) -> Option<&'v Value> {
    object.get("metadata")?.get("annotations")?.get(key)
}

/// The declared identity that an annotation refers to or names.
fn referred(unit: &Unit<'_, '_>, value: &Value, kind: IdentityKind) -> Option<Sourced<Party>> {
    let kinds = match kind {
        IdentityKind::AwsIamRole => ROLE,
        IdentityKind::GcpServiceAccount => SERVICE_ACCOUNT,
        _ => PRINCIPALS,
    };
    let origin = Origin::at(values::last_place(&value.origin));
    match unit.addresses.party(value, kinds) {
        party @ Party::Address(_) => Some(Sourced::new(party, origin)),
        _ => None,
    }
}
