//! Values of a chart that stand in the object which has it installed: an Application of Argo CD,
//! a HelmRelease of Flux, a HelmChart of k3s, a Release of Crossplane.

use model::{Data, SlotKind, Value};
use secrets::Expectation;

use crate::credential::{self, Home, Seat};
use crate::deployer;
use crate::embedded;
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::values;

/// Where a kind holds values.
struct Row {
    kind: &'static str,
    /// Maps of values.
    maps: &'static [&'static [&'static str]],
    /// Values files as texts.
    texts: &'static [&'static [&'static str]],
    /// Single values by name.
    named: &'static [&'static [&'static str]],
    /// References to Secrets with values.
    from: &'static [&'static [&'static str]],
}

const ROWS: &[Row] = &[
    Row {
        kind: "HelmRelease",
        maps: &[&["spec", "values"]],
        texts: &[],
        named: &[],
        from: &[&["spec", "valuesFrom"]],
    },
    Row {
        kind: "HelmChart",
        maps: &[&["spec", "set"]],
        texts: &[&["spec", "valuesContent"]],
        named: &[],
        from: &[],
    },
    Row {
        kind: "HelmChartConfig",
        maps: &[],
        texts: &[&["spec", "valuesContent"]],
        named: &[],
        from: &[],
    },
    Row {
        kind: "Release",
        maps: &[&["spec", "forProvider", "values"]],
        texts: &[],
        named: &[&["spec", "forProvider", "set"]],
        from: &[],
    },
];

/// Lowers an object with values.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let Some(row) = ROWS.iter().find(|it| object.class.is(it.kind)) else { return };
    for path in row.maps {
        if let Found::Here(values) = object.at(path) {
            map(object, values, &path.join("."), objects);
        }
    }
    for path in row.texts {
        if let Found::Here(value) = object.at(path) {
            text(object, value, &path.join("."), objects);
        }
    }
    for path in row.named {
        named(object, object.at(path).items(), &path.join("."), objects);
    }
    for path in row.from {
        for source in object.at(path).items() {
            if source.get("kind").and_then(Value::as_text).as_deref() == Some("Secret")
                && let Some(name) = source.get("name")
            {
                let seat = Seat::new(object, SlotKind::ChartValue, path.join("."));
                let found = credential::reference(&seat, name, &[name], Some("*"));
                objects.credentials.extend(found);
            }
        }
    }
}

/// Lowers an Application or ApplicationSet of Argo CD.
pub(crate) fn application(object: &Object<'_>, objects: &mut Objects) {
    deployer::lower(object, objects);
    let spec: &[&str] = match object.class.is("ApplicationSet") {
        true => &["spec", "template", "spec"],
        false => &["spec"],
    };
    let base = spec.join(".");
    let Found::Here(spec) = object.at(spec) else { return };
    if let Some(source) = spec.get("source") {
        self::source(object, source, &format!("{base}.source"), objects);
    }
    let several = spec.items("sources");
    for (index, source) in several.iter().enumerate() {
        self::source(object, source, &format!("{base}.sources[{index}]"), objects);
    }
    let generators = object.at(&["spec", "generators"]).items();
    for (index, it) in generators.iter().enumerate() {
        if let Found::Here(elements) = Found::at(it, &["list", "elements"]) {
            let path = format!("spec.generators[{index}].list.elements");
            map(object, elements, &path, objects);
        }
    }
}

/// What one source of an application says.
fn source(object: &Object<'_>, source: &Value, path: &str, objects: &mut Objects) {
    if let Some(Value { data: Data::String(text), .. }) = source.get("repoURL") {
        let seat = Seat::new(object, SlotKind::Url, format!("{path}.repoURL"));
        credential::judge(
            || seat.clone(),
            "repoURL",
            text,
            Expectation::Text,
            &mut objects.credentials,
        );
    }
    if let Found::Here(values) = Found::at(source, &["helm", "valuesObject"]) {
        map(object, values, &format!("{path}.helm.valuesObject"), objects);
    }
    if let Found::Here(value) = Found::at(source, &["helm", "values"]) {
        text(object, value, &format!("{path}.helm.values"), objects);
    }
    for (holder, key) in [("helm", "parameters"), ("plugin", "env"), ("plugin", "parameters")] {
        let list = Found::at(source, &[holder, key]).items();
        named(object, list, &format!("{path}.{holder}.{key}"), objects);
    }
}

/// Judges values that stand under a path of an object.
pub(crate) fn map(object: &Object<'_>, values: &Value, path: &str, objects: &mut Objects) {
    let it = object.home();
    let home = Home { address: it.address.clone(), taker: format!("the values of {}", it.taker) };
    values::judge(home, values, path, objects);
}

fn text(object: &Object<'_>, value: &Value, path: &str, objects: &mut Objects) {
    let Data::String(text) = &value.data else { return };
    let seat = || Seat::new(object, SlotKind::ChartValue, path).in_region(value.origin.place);
    // A name with the extension of its format, by which it is taken apart.
    embedded::judge(&seat, "values.yaml", text, Expectation::Text, &mut objects.credentials);
}

/// `- name: db.password` with its value.
fn named(object: &Object<'_>, list: &[Value], path: &str, objects: &mut Objects) {
    for item in list {
        let Some(name) = item.get("name").and_then(Value::as_text) else { continue };
        let value = item.get("value").or_else(|| item.get("string"));
        let Some(Value { data: Data::String(text), .. }) = value else { continue };
        let seat = Seat::new(object, SlotKind::ChartValue, format!("{path}.{name}"));
        let seat = seat.named(&name).in_region(item.origin.place);
        let key = name.rsplit('.').next().unwrap_or(&name);
        credential::judge(
            || seat.clone(),
            key,
            text,
            Expectation::ByName,
            &mut objects.credentials,
        );
    }
}
