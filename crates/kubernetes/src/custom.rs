//! Objects of kinds that nobody here knows: what is written in them is in the repository, too.
//!
//! A release of Helm holds the values of a chart; any other object is read key by key. Kinds
//! that name things in other objects, and say what they look like, hold nothing of their own.

use model::{Credential, Data, SlotKind};
use secrets::Expectation;

use crate::credential::Seat;
use crate::embedded;
use crate::literals::{self, Literal, Visitor};
use crate::load;
use crate::object::{Class, Object, Objects};

/// Groups whose objects are schemas, policies over other objects, or names of secrets.
const SILENT: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "audit.k8s.io",
    "authentication.k8s.io",
    "cilium.io",
    "config.kubernetes.io",
    "constraints.gatekeeper.sh",
    "external-secrets.io",
    "generators.external-secrets.io",
    "kyverno.io",
    "mutations.gatekeeper.sh",
    "networking.k8s.io",
    "policy",
    "secrets-store.csi.x-k8s.io",
    "secrets.hashicorp.com",
    "snapshot.storage.k8s.io",
    "templates.gatekeeper.sh",
];

/// True for an object that is worth reading though nobody knows its kind.
pub(crate) fn is_read(class: &Class) -> bool {
    class.group.as_deref().is_some_and(|it| it.contains('.') && !SILENT.contains(&it))
}

/// Finds what is written out in the object.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let mut reader = Reader { object, into: &mut objects.credentials };
    for entry in load::listed(&object.value) {
        if !matches!(&*entry.key, "apiVersion" | "kind" | "metadata" | "status") {
            literals::walk_entry(entry, &mut reader);
        }
    }
    crate::pod::annotations(object, &mut objects.credentials);
}

/// Lowers an Ingress. Its annotations hold snippets for proxies, with the headers that they send,
/// and names of Secrets under keys that sound like credentials: only what shows itself is one.
pub(crate) fn ingress(object: &Object<'_>, objects: &mut Objects) {
    for (key, value) in object.metadata("annotations") {
        let Data::String(text) = &value.data else { continue };
        let seat = || {
            Seat::new(object, SlotKind::Annotation, format!("metadata.annotations.{key}"))
                .named(key)
                .in_region(value.origin.place)
        };
        embedded::judge(&seat, key, text, Expectation::Text, &mut objects.credentials);
    }
}

struct Reader<'o, 'a> {
    object: &'o Object<'a>,
    into: &'o mut Vec<Credential>,
}

impl Visitor for Reader<'_, '_> {
    fn text(&mut self, literal: Literal<'_>, path: &str) {
        let seat = || {
            Seat::new(self.object, SlotKind::Other, path)
                .named(literal.key)
                .in_region(literal.value.origin.place)
        };
        embedded::judge(&seat, literal.key, literal.text, Expectation::ByName, self.into);
    }
}
