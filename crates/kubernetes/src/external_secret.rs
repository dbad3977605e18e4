//! External Secrets: what is fetched only once, and what is written beside what is fetched.

use model::{Credential, Data, Rotation, SlotKind, Storage, Value};
use secrets::Expectation;

use crate::credential::Seat;
use crate::duration;
use crate::embedded;
use crate::load::{self, Found};
use crate::object::{Object, Objects};

/// Lowers an ExternalSecret or ClusterExternalSecret.
pub(crate) fn external_secret(object: &Object<'_>, objects: &mut Objects) {
    let path = match object.class.is("ClusterExternalSecret") {
        true => "spec.externalSecretSpec",
        false => "spec",
    };
    let keys: Vec<&str> = path.split('.').collect();
    let Some(spec) = object.at(&keys).value() else { return };
    fetched_once(object, spec, objects);
    if let Some(template) = Found::at(spec, &["target", "template"]).value() {
        written(object, template, &format!("{path}.target.template"), objects);
    }
}

/// One that is fetched once keeps the value that was good then.
fn fetched_once(object: &Object<'_>, spec: &Value, objects: &mut Objects) {
    let Found::Here(interval) = Found::at(spec, &["refreshInterval"]) else { return };
    let text = interval.as_text().or_else(|| interval.as_number().map(|it| it.to_string().into()));
    if text.as_deref().and_then(duration::seconds) != Some(0) {
        return;
    }
    let name = object.name.to_string();
    let seat = Seat::new(object, SlotKind::Issued, "spec.refreshInterval").named(&name);
    objects.credentials.push(Credential {
        rotation: Rotation::None,
        ..seat.credential(Storage::SecretStore, interval.origin.place)
    });
}

/// What a template of the Secret holds by itself; `{{ .key }}` is what is fetched.
fn written(object: &Object<'_>, template: &Value, path: &str, objects: &mut Objects) {
    if let Some(data) = template.get("data") {
        for entry in load::listed(data) {
            let path = format!("{path}.data.{}", entry.key);
            text(object, &entry.key, &entry.value, path, objects);
        }
    }
    for (at, it) in template.items("templateFrom").iter().enumerate() {
        // What a ConfigMap or Secret holds is judged there.
        if let Some(literal) = it.get("literal") {
            text(object, "literal", literal, format!("{path}.templateFrom[{at}].literal"), objects);
        }
    }
}

fn text(object: &Object<'_>, key: &str, value: &Value, path: String, objects: &mut Objects) {
    let Data::String(text) = &value.data else { return };
    let region = value.origin.place;
    let seat = || Seat::new(object, SlotKind::Other, path.as_str()).named(key).in_region(region);
    embedded::judge(&seat, key, text, Expectation::ByName, &mut objects.credentials);
}
