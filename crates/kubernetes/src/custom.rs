//! Objects of kinds that nobody here knows: what is written in them is in the repository, too.
//!
//! A release of Helm holds the values of a chart; any other object is read key by key. Kinds
//! that name things in other objects, and say what they look like, hold nothing of their own.

use model::{Credential, Data, SlotKind};
use secrets::{Expectation, Question, Verdict};
use syntax::{Flags, Kind, Node};

use crate::credential::Seat;
use crate::document::Document;
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

/// True when nothing in a document can be a credential, whatever names it. Nearly all are like
/// that, and of these no values need to be made: this asks of the tree what [`lower`] would ask
/// of the values, and more. What is not known for sure makes it false.
pub(crate) fn holds_nothing(document: Document<'_>) -> bool {
    let mut entries = document.children();
    !document.is_open()
        && entries.all(|entry| match entry.key() {
            Some("apiVersion" | "kind" | "status") => is_quiet(entry, None, None),
            Some("metadata") => {
                let key = |it: Node<'_>| (it.key() == Some("annotations")).then_some("annotations");
                entry.kind() == Kind::Map && entry.children().all(|it| is_quiet(it, key(it), None))
            }
            key => is_quiet(entry, key, None),
        })
}

/// True when a node is known as it is written and nothing in it can be a credential. Texts are
/// judged under their own keys, and without a `key` not at all; the value of `{name: …, value: …}`
/// under that `name` too.
fn is_quiet(node: Node<'_>, key: Option<&str>, name: Option<&str>) -> bool {
    const ODD: [Flags; 3] = [Flags::MASKED, Flags::MERGE, Flags::TAGGED];
    if ODD.iter().any(|it| node.flags().has(*it)) {
        return false;
    }
    match node.kind() {
        Kind::Null | Kind::Bool => true,
        Kind::Number => node.text().is_some_and(|it| it.parse::<f64>().is_ok()),
        Kind::String => {
            let text = node.text();
            let mut names = [key, key.and(name)].into_iter().flatten();
            names.all(|name| text.is_some_and(|it| is_nothing(it, name)))
        }
        Kind::Seq => node.children().all(|it| is_quiet(it, key, name)),
        Kind::Map => {
            let name = node.get("name").or_else(|| node.get("key")).and_then(Node::as_str);
            node.children().all(|it| {
                let name = name.filter(|_| matches!(it.key(), Some("value" | "default")));
                it.key().is_some() && is_quiet(it, key.and(it.key()), name)
            })
        }
        _ => false,
    }
}

/// True for one line that is no credential under a key.
fn is_nothing(text: &str, key: &str) -> bool {
    let question = Question { key, expectation: Expectation::ByName };
    !text.contains(['\n', '{'])
        && !matches!(secrets::judge(text, &question), Verdict::Credentials(_) | Verdict::Encrypted)
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
