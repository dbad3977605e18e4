//! Objects of kinds that nobody here knows: what is written in them is in the repository, too.
//!
//! A release of Helm holds the values of a chart; any other object is read key by key. Kinds
//! that name things in other objects, and say what they look like, hold nothing of their own.

use model::{Data, Entry, SlotKind, Value};
use secrets::Expectation;

use crate::credential::Seat;
use crate::embedded;
use crate::load;
use crate::object::{Class, Object, Objects};

/// Deepest nesting that is looked through.
const DEPTH: u32 = 64;

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
    let mut reader = Reader { object, objects };
    for entry in load::listed(&object.value) {
        if !matches!(&*entry.key, "apiVersion" | "kind" | "metadata" | "status") {
            let mut path = vec![entry.key.to_string()];
            reader.value(&entry.key, &entry.value, &mut path, DEPTH);
        }
    }
    crate::pod::annotations(object, &mut objects.credentials);
}

struct Reader<'o, 'a> {
    object: &'o Object<'a>,
    objects: &'o mut Objects,
}

impl Reader<'_, '_> {
    fn map(&mut self, value: &Value, path: &mut Vec<String>, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for entry in load::listed(value) {
            path.push(entry.key.to_string());
            self.value(&entry.key, &entry.value, path, depth);
            path.pop();
        }
    }

    fn value(&mut self, key: &str, value: &Value, path: &mut Vec<String>, depth: u32) {
        match &value.data {
            Data::Map(_) => self.map(value, path, depth),
            Data::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    match named(item) {
                        // A parameter of Helm or a variable: its name says what it holds.
                        Some((name, entry)) => {
                            path.push(entry.key.to_string());
                            self.value(&name, &entry.value, path, depth);
                            path.pop();
                        }
                        None if matches!(item.data, Data::Map(_)) => self.map(item, path, depth),
                        None => self.value(key, item, path, depth),
                    }
                    path.pop();
                }
            }
            Data::String(text) => {
                let place = path.join(".");
                let seat = Seat::new(self.object, SlotKind::Other, place)
                    .named(key)
                    .in_region(value.origin.place);
                let into = &mut self.objects.credentials;
                embedded::judge(&seat, key, text, Expectation::ByName, into);
            }
            Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }
}

/// The name and the value of `{name: …, value: …}`.
fn named(item: &Value) -> Option<(String, &Entry)> {
    let name = item.get("name")?.as_text()?;
    Some((name, item.entry("value")?))
}
