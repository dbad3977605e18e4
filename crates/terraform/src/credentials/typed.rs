//! Places that take credentials, evaluated.

use std::cell::Cell;

use model::{
    CredentialKind, Data, Entry, ExpirySource, Exposure, ExposureKind, Lifetime, Origin,
    ReferenceSyntax, Slot, SlotKind, Storage, Value,
};
use secrets::{Expectation, Question, Verdict};

use super::found::{self, Site};
use super::table::{self, Row};
use super::{exposed, flow, handover, version};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy::json;
use crate::values;

/// Resource types that make random values: their results are generated credentials.
const GENERATORS: &[&str] =
    &["random_password.", "random_string.", "random_id.", "random_uuid.", "tls_private_key."];

/// Data sources whose credential ends by itself soon, with its seconds. Provider documentation of
/// AWS and Google Cloud, 2026-11-22.
const SHORT_LIVED: &[(&str, u64)] = &[
    ("aws_ecr_authorization_token.", 12 * 3_600),
    ("aws_ecrpublic_authorization_token.", 12 * 3_600),
    ("aws_eks_cluster_auth.", 15 * 60),
    ("google_client_config.", 3_600),
];

/// Arguments that hold container definitions as JSON.
const CONTAINERS: &[&str] = &["container_definitions", "container_properties", "containers"];

/// The resource that installs a chart, and its argument with values as YAML.
const CHART: &str = "helm_release";
const CHART_VALUES: &str = "values";

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for instance in &unit.instances {
        let Some(module) = unit.evaluator.module(*instance) else { continue };
        for block in &module.providers {
            provider(unit, *instance, block, out);
        }
    }
    for resource in &unit.resources {
        if resource.recorded.is_some() && unit.evaluator.is_in_state(resource) {
            // Everything in a state is looked at, typed or not.
            continue;
        }
        let value = unit.evaluator.all_written(resource);
        let kind = resource.declaration.kind;
        let walk = Walk {
            unit,
            rows: table::rows(kind),
            resource: Some(resource),
            base: resource.address.to_string(),
            taker: kind.to_owned(),
            slot: SlotKind::Argument,
            region: resource.declaration.region,
            in_state: !resource.declaration.is_ephemeral(),
            mock: false,
            plain_parameter: is_plain_parameter(unit, resource),
            parts: Cell::new(values::PARTS),
        };
        walk.value(&value, "", "", None, 0, out);
    }
}

/// An SSM parameter that is not secret by its type, or a Terraform variable that is not.
fn is_plain_parameter(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> bool {
    let says = |argument: &str, secret: &str| {
        let value = unit.get(resource, argument);
        value.is_none_or(|it| values::known_text(&it).as_deref() != Some(secret))
    };
    match resource.declaration.kind {
        "aws_ssm_parameter" => says("type", "SecureString"),
        "tfe_variable" => says("sensitive", "true"),
        _ => false,
    }
}

fn provider(
    unit: &Unit<'_, '_>,
    instance: usize,
    block: &crate::module::Declaration<'_>,
    out: &mut Collector,
) {
    // Evaluation is memoised by the unit, which holds the declarations for its whole life.
    let Some(module) = unit.evaluator.module(instance) else { return };
    let Some(block) = module.providers.iter().find(|it| it.region == block.region) else { return };
    let value = unit.provider_block(instance, block);
    let path = &unit.evaluator.instance(instance).path;
    let dot = if path.is_empty() { "" } else { "." };
    let alias = block.literal("alias").map(|it| format!(".{it}")).unwrap_or_default();
    let skips = |name: &str| value.get(name).and_then(Value::as_bool) == Some(true);
    let walk = Walk {
        unit,
        rows: table::rows(&format!("provider.{}", block.name)),
        resource: None,
        base: format!("{path}{dot}provider.{}{alias}", block.name),
        taker: format!("provider \"{}\"", block.name),
        slot: SlotKind::Provider,
        region: block.region,
        in_state: false,
        // A stand-in for the cloud on the own machine takes any key.
        mock: skips("skip_credentials_validation") || value.get("endpoints").is_some(),
        plain_parameter: false,
        parts: Cell::new(values::PARTS),
    };
    walk.value(&value, "", "", None, 0, out);
}

/// A walk over an evaluated block.
struct Walk<'w, 'e, 'p> {
    unit: &'w Unit<'e, 'p>,
    rows: &'static [Row],
    resource: Option<&'w Resource<'p>>,
    base: String,
    taker: String,
    slot: SlotKind,
    region: model::Place,
    in_state: bool,
    mock: bool,
    plain_parameter: bool,
    /// Parts that may still be looked at.
    parts: Cell<usize>,
}

/// Levels of nested blocks and objects that are looked at.
const DEPTH: usize = 24;

impl Walk<'_, '_, '_> {
    /// `within` is the row of an argument around this value, when there is one.
    fn value(
        &self,
        value: &Value,
        path: &str,
        key: &str,
        within: Option<Row>,
        depth: usize,
        out: &mut Collector,
    ) {
        let Some(left) = self.parts.get().checked_sub(1).filter(|_| depth <= DEPTH) else {
            return;
        };
        self.parts.set(left);
        match &value.data {
            Data::List(items) => {
                for item in items.iter().filter(|it| !values::is_rest_item(it)) {
                    let item = values::inherited(&value.origin, item);
                    self.value(&item, path, key, within, depth + 1, out);
                }
            }
            Data::Map(_) => {
                if let Some(variable) = named_value(value).filter(|_| !self.takes_value(path)) {
                    self.variable(value, &variable, path, out);
                    return;
                }
                for entry in values::entries(value) {
                    self.entry(value, entry, path, within, depth, out);
                }
            }
            Data::String(text) if CONTAINERS.contains(&key) => {
                if let Some(parsed) = json::value(text, &value.origin) {
                    self.value(&parsed, path, "", None, depth + 1, out);
                }
            }
            Data::String(text) if self.taker == CHART && path == CHART_VALUES => {
                if let Some(parsed) = json::yaml(text, &value.origin) {
                    self.value(&parsed, path, "", within, depth + 1, out);
                }
            }
            Data::String(_) | Data::Unknown(_) => self.leaf(value, path, key, within, out),
            Data::Null => {
                let typed = within.is_some_and(|it| it.certain && !it.is_map());
                if typed && let Some(input) = exposed::input_of(self.unit, value) {
                    out.used_as_credential(input);
                }
            }
            Data::Bool(_) | Data::Number(_) => {}
        }
    }

    fn entry(
        &self,
        map: &Value,
        entry: &Entry,
        path: &str,
        within: Option<Row>,
        depth: usize,
        out: &mut Collector,
    ) {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", entry.key);
        let row = within.or_else(|| table::row(self.rows, &path));
        let value = values::inherited(&map.origin, &entry.value);
        self.value(&value, &path, &entry.key, row, depth + 1, out);
    }

    /// True where `value` takes a credential and nothing else, whatever its `name` is. What is
    /// called a variable, and a value of a chart, holds anything.
    fn takes_value(&self, path: &str) -> bool {
        if self.taker == CHART {
            return false;
        }
        let dot = if path.is_empty() { "" } else { "." };
        let row = table::row(self.rows, &format!("{path}{dot}value"));
        row.is_some_and(|it| it.certain && !it.is_map()) && !self.taker.contains("variable")
    }

    /// `{ name = "TOKEN", value = "…" }`
    fn variable(&self, map: &Value, name: &str, path: &str, out: &mut Collector) {
        let Some(value) = values::member(map, "value") else { return };
        // The type of a build variable may say that the value only names a secret.
        let kind = map.get("type").and_then(values::known_text);
        if matches!(kind.as_deref(), Some("SECRETS_MANAGER" | "PARAMETER_STORE")) {
            return;
        }
        let slot = match self.taker == CHART {
            true => SlotKind::ChartValue,
            false => SlotKind::Environment,
        };
        let site = self.site(&format!("{path}.{name}"), name, slot, None);
        let question = Question { key: name, expectation: Expectation::ByName };
        self.judge(&value, &question, &site, out);
    }

    fn leaf(&self, value: &Value, path: &str, key: &str, within: Option<Row>, out: &mut Collector) {
        let Some(row) = within else { return };
        let script = self.resource.filter(|_| path == row.path && !row.certain);
        let decoded = script.and_then(|it| handover::decoded(self.unit, it, path));
        let value = decoded.as_ref().unwrap_or(value);
        let exact = path == row.path || path.rsplit('.').next() == Some(row.path);
        let typed = exact && row.certain && !row.is_map() && !self.plain_parameter;
        let expectation = if typed { Expectation::Credential } else { Expectation::ByName };
        let slot = if row.is_map() || !exact { self.map_slot(path) } else { self.slot };
        let slot = if self.taker == CHART { SlotKind::ChartValue } else { slot };
        let named = self.plain_parameter.then(|| self.resource_name()).flatten();
        let key = named.as_deref().unwrap_or(key);
        let site = self.site(path, key, slot, row.twin);
        let question = Question { key, expectation };
        if typed && let Some(input) = exposed::input_of(self.unit, value) {
            out.used_as_credential(input);
        }
        if !self.judge(value, &question, &site, out) && typed {
            self.elsewhere(value, &site, out);
            self.kept(value, &site, out);
        }
    }

    /// A credential that stays in state although an argument takes it without keeping it.
    fn kept(&self, value: &Value, site: &Site, out: &mut Collector) {
        let (Some(instead), Some(resource)) = (site.twin, self.resource) else { return };
        if !site.in_state || !version::takes_write_only(self.unit, resource) {
            return;
        }
        let carried = flow::carried(self.unit, value);
        let remote = values::remote(value).filter(|it| !it.address.contains("ephemeral."));
        let Some(source) = carried.map(|it| it.source).or_else(|| {
            let remote = remote?;
            Some(format!("{}.{}", remote.address, remote.attribute).trim_matches('.').to_owned())
        }) else {
            return;
        };
        out.exposure(Exposure {
            address: self.unit.address(resource),
            field: site.slot.path.clone(),
            name: site.name.clone(),
            credential: flow::named(&site.name).unwrap_or(CredentialKind::Other),
            kind: ExposureKind::Kept { instead },
            taker: self.taker.clone(),
            source: Some(source),
            origin: Origin::at(values::last_place(&value.origin)),
            region: self.region,
            fix: None,
        });
    }

    /// The name under which a store keeps a value.
    fn resource_name(&self) -> Option<String> {
        let resource = self.resource?;
        let argument = if resource.declaration.kind == "tfe_variable" { "key" } else { "name" };
        let name = values::known_text(&self.unit.get(resource, argument)?)?;
        Some(name.rsplit('/').next().unwrap_or(&name).to_owned())
    }

    fn map_slot(&self, path: &str) -> SlotKind {
        if path.contains("env") {
            SlotKind::Environment
        } else if self.taker.starts_with("kubernetes_secret") || self.taker == "kubernetes_manifest"
        {
            SlotKind::SecretData
        } else if self.taker.contains("config_map") {
            SlotKind::ConfigData
        } else {
            self.slot
        }
    }

    fn site(&self, path: &str, name: &str, kind: SlotKind, twin: Option<&'static str>) -> Site {
        Site {
            address: self.unit.named(&format!("{}#{path}", self.base)),
            name: name.to_owned(),
            slot: Slot { kind, path: path.to_owned(), taker: self.taker.clone() },
            holder: None,
            in_state: self.in_state && !path.ends_with("_wo"),
            twin,
            region: self.region,
        }
    }

    /// Asks about a literal; true when there was an answer.
    fn judge(
        &self,
        value: &Value,
        question: &Question<'_>,
        site: &Site,
        out: &mut Collector,
    ) -> bool {
        let Data::String(text) = &value.data else { return false };
        // A document says by its keys which of its parts are credentials.
        let is_document = json::looks_like(text);
        let expectation = if is_document { Expectation::ByName } else { question.expectation };
        let question = &Question { expectation, ..*question };
        if self.mock && text.known().is_some_and(|it| is_mock(&it)) {
            return true;
        }
        let used = values::last_place(&value.origin);
        match secrets::judge_text(text, question) {
            (Verdict::Credentials(found), origins) => {
                for (found, origin) in found.into_iter().zip(origins) {
                    out.literal(site.literal(found, origin), used);
                }
                true
            }
            (Verdict::Reference { syntax, target }, _)
                if question.expectation == Expectation::Credential =>
            {
                let storage = found::reference(syntax, target, value.origin.clone());
                out.credential(site.stored(storage, used));
                true
            }
            (Verdict::Placeholder | Verdict::Encrypted | Verdict::Reference { .. }, _) => true,
            (Verdict::Nothing, _) => text.is_known(),
        }
    }

    /// A value that only an apply can tell still ends up in state.
    fn elsewhere(&self, value: &Value, site: &Site, out: &mut Collector) {
        let remote = values::remote(value);
        let target = match remote {
            Some(it) if it.attribute.is_empty() => it.address.to_string(),
            Some(it) => format!("{}.{}", it.address, it.attribute),
            None => value.origin.steps().last().map_or(String::new(), |it| it.name.to_string()),
        };
        let generated = remote.is_some_and(|it| {
            let name = it.address.rsplit("module.").next().unwrap_or("");
            GENERATORS.iter().any(|it| name.contains(it))
        });
        let storage = if generated {
            Storage::Generated
        } else {
            found::reference(ReferenceSyntax::Configuration, target, value.origin.clone())
        };
        let mut credential = site.stored(storage, values::last_place(&value.origin));
        let data = remote.and_then(|it| it.address.rsplit_once("data."));
        let found = data.and_then(|(_, it)| SHORT_LIVED.iter().find(|(of, _)| it.starts_with(of)));
        if let Some((_, seconds)) = found {
            credential.expiry.lifetime = Lifetime::Seconds(*seconds);
            credential.expiry.source = ExpirySource::Inherent;
        }
        out.credential(credential);
    }
}

/// The name in an object that pairs a name with a value.
fn named_value(map: &Value) -> Option<String> {
    map.get("value")?;
    let name = map.get("name").or_else(|| map.get("key"))?;
    values::known_text(name)
}

/// Keys that people give to a stand-in for the cloud.
fn is_mock(text: &str) -> bool {
    let words = ["test", "mock", "local", "dummy", "fake", "foo", "anaccesskey", "asecretkey"];
    let text = text.to_ascii_lowercase();
    words.iter().any(|it| text.contains(it))
}
