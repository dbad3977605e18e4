//! Where a root module keeps its state, as far as its files say.
//!
//! A module without providers of its own is no place where Terraform is run, so nothing is said
//! about its state.

use model::{Guard, GuardKind, Place, Source, Value};
use syntax::Node;

use crate::eval::{Key, Scope};
use crate::lower::{Collector, Unit};
use crate::module::{Declaration, Module};
use crate::{path, values};

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let Some(module) = unit.evaluator.module(0) else { return };
    // A configuration that launches nothing here is included by others, or its module is remote.
    if module.configuration.is_some() {
        return;
    }
    let Some(store) = find(unit, module) else { return };
    out.guard(Guard {
        stated: store.stated,
        ..Guard::new(
            unit.named("terraform"),
            "Terraform",
            store.setting,
            GuardKind::StateStore { encrypted: store.encrypted, remote: store.remote },
            store.place,
            store.region,
        )
    });
}

struct Store {
    setting: String,
    encrypted: Option<bool>,
    remote: bool,
    stated: bool,
    place: Place,
    region: Place,
}

fn find(unit: &Unit<'_, '_>, module: &Module<'_>) -> Option<Store> {
    let mut found = written(unit, 0, &module.settings, backend_files(module));
    for instance in unit.evaluator.configurations() {
        if found.is_some() {
            break;
        }
        let configuration = unit.evaluator.module(instance)?;
        found = written(unit, instance, &configuration.settings, Vec::new())
            .or_else(|| remote_state(unit, instance));
    }
    // A file beside the configuration, which is there to be committed or lost.
    let mut store = match found {
        Some(found) => found,
        None if unit.evaluator.launch_is_open() => return None,
        None => local(unit, module)?,
    };
    // OpenTofu encrypts by itself whatever it keeps anywhere.
    let mut settings = module.settings.iter();
    if settings.any(|it| it.block.body().is_some_and(|it| it.blocks("encryption").next().is_some()))
    {
        store.encrypted = Some(true);
    }
    Some(store)
}

/// Files of settings for the backend that lie beside the configuration.
fn backend_files<'p>(module: &Module<'p>) -> Vec<Source<'p>> {
    let files = module.sources.iter().filter(|it| path::name(it.path).ends_with(".tfbackend"));
    files.copied().collect()
}

/// A `backend` or `cloud` block.
fn written(
    unit: &Unit<'_, '_>,
    instance: usize,
    settings: &[Declaration<'_>],
    files: Vec<Source<'_>>,
) -> Option<Store> {
    for declaration in settings.iter().rev() {
        let file = declaration.file();
        let body = declaration.block.body()?;
        if let Some(cloud) = body.blocks("cloud").next() {
            return Some(Store {
                setting: "cloud".to_owned(),
                encrypted: Some(true),
                remote: true,
                stated: true,
                place: Place::new(file, cloud.key_span()),
                region: Place::new(file, cloud.span()),
            });
        }
        let Some(backend) = body.blocks("backend").next() else { continue };
        let label = backend.labels().next()?;
        let evaluate = |file, node: Node<'_>| {
            unit.evaluator.eval(node, &Scope::new(instance, file, &Key::Single))
        };
        let get = |name: &str| {
            let own = backend.body().and_then(|it| it.get(name)).map(|it| evaluate(file, it));
            // With several files it cannot be told which one is used.
            own.or_else(|| match files.as_slice() {
                [only] => {
                    let node = only.tree.root()?.get(name)?;
                    Some(evaluate(only.file, node))
                }
                _ => None,
            })
        };
        let whole = (Place::new(file, label.span()), Place::new(file, backend.span()));
        return judged(label.text()?, &get, !files.is_empty(), whole);
    }
    None
}

/// Terragrunt's `remote_state`.
fn remote_state(unit: &Unit<'_, '_>, instance: usize) -> Option<Store> {
    let configuration = unit.evaluator.module(instance)?.configuration.as_ref()?;
    let block = configuration.root.blocks("remote_state").next()?;
    let (file, body) = (configuration.source.file, block.body()?);
    let backend = body.get("backend")?;
    let scope = Scope::new(instance, file, &Key::Single);
    let kind = values::known_text(&unit.evaluator.eval(backend, &scope))?;
    let config = body.get("config").map(|it| unit.evaluator.eval(it, &scope));
    let get = |name: &str| config.as_ref().and_then(|it| values::member(it, name));
    let whole = (Place::new(file, backend.span()), Place::new(file, block.span()));
    judged(&kind, &get, config.as_ref().is_some_and(Value::is_unknown), whole)
}

/// What a kind of store does with what it is told. `open` when more may be said elsewhere.
fn judged(
    kind: &str,
    get: &dyn Fn(&str) -> Option<Value>,
    open: bool,
    (whole, region): (Place, Place),
) -> Option<Store> {
    let mut place = whole;
    let mut flag = |name: &str| {
        let value = get(name)?;
        place = value.origin.place;
        value.as_bool()
    };
    let encrypted = match kind {
        // Both encrypt what they keep unless they are told not to; S3 with its own key.
        "s3" | "cos" => flag("encrypt"),
        "oss" => flag("encrypt").or((!open && get("encrypt").is_none()).then_some(false)),
        "azurerm" | "gcs" | "remote" => Some(true),
        "local" => Some(false),
        "http" => plain(get("address"), &mut place),
        "consul" => match get("scheme").as_ref().and_then(values::known_text).as_deref() {
            Some("http") => Some(false),
            _ => None,
        },
        _ => None,
    };
    Some(Store {
        setting: format!("backend.{kind}"),
        encrypted,
        remote: kind != "local",
        stated: true,
        place,
        region,
    })
}

/// `Some(false)` for an address without encryption on the way, unless it is on the own machine.
fn plain(address: Option<Value>, place: &mut Place) -> Option<bool> {
    let address = address?;
    let text = values::known_text(&address)?;
    let host = text.strip_prefix("http://")?;
    let own = ["localhost", "127.0.0.1", "[::1]"].iter().any(|it| host.starts_with(it));
    if own {
        return None;
    }
    *place = address.origin.place;
    Some(false)
}

/// Terraform's default, where Terraform is surely run.
fn local(unit: &Unit<'_, '_>, module: &Module<'_>) -> Option<Store> {
    // Anything may be said by the program that starts it, and modules say nothing.
    let own = module.providers.iter();
    let provider = own.chain(unit.evaluator.launch_providers().into_iter().map(|(_, it)| it));
    let provider = provider.min_by_key(|it| it.place)?;
    Some(Store {
        setting: "backend".to_owned(),
        encrypted: Some(false),
        remote: false,
        stated: false,
        place: provider.place,
        region: provider.region,
    })
}
