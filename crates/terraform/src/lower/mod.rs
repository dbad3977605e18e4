//! From an evaluated root module to facts.

mod addresses;
mod collector;
mod unit;

use model::{Call, Facts, Resource as ResourceFact, Value};

pub(crate) use addresses::Addresses;
pub(crate) use collector::Collector;
pub(crate) use unit::{Provider, Unit};

use crate::eval::Evaluator;
use crate::project::Project;
use crate::{
    audit, aws, azure, credentials, google, hashicorp, kubernetes, lifecycle, published, service,
    state_store, static_keys, stored_keys, values, webhooks,
};

/// Lowers the root module `root` with its plans and states; literals are also looked for in the
/// text of `literals`.
pub(crate) fn unit(
    project: &Project<'_>,
    root: usize,
    literals: &[usize],
    recordings: &[usize],
) -> Facts {
    let evaluator = Evaluator::new(project, root, recordings);
    let unit = Unit::new(&evaluator);
    let mut collector = Collector::default();
    aws::lower(&unit, &mut collector);
    google::lower(&unit, &mut collector);
    azure::lower(&unit, &mut collector);
    static_keys::lower(&unit, &mut collector);
    stored_keys::lower(&unit, &mut collector);
    webhooks::lower(&unit, &mut collector);
    kubernetes::lower(&unit, &mut collector);
    service::lower(&unit, &mut collector);
    published::lower(&unit, &mut collector);
    hashicorp::lower(&unit, literals, &mut collector);
    state_store::lower(&unit, &mut collector);
    credentials::lower(&unit, literals, &mut collector);
    lifecycle::lower(&unit, &mut collector);
    audit::lower(&unit, &mut collector);
    let mut facts = collector.finish();
    if project.options.collect_resources {
        facts.resources = unit.resources.iter().map(|it| resource(&unit, it)).collect();
    }
    facts.calls = unit.instances.iter().filter_map(|it| call(&unit, *it)).collect();
    facts.hidden = evaluator.recorded().flat_map(|it| it.sensitive.iter().copied()).collect();
    facts.notes = evaluator.take_notes();
    sort(&mut facts);
    facts
}

fn resource(unit: &Unit<'_, '_>, it: &crate::eval::Resource<'_>) -> ResourceFact {
    let attributes: Value = unit.evaluator.all_written(it);
    ResourceFact {
        kind: it.declaration.kind.to_owned(),
        address: unit.address(it),
        attributes: values::without_marks(&attributes),
        place: it.declaration.place,
        region: it.declaration.region,
    }
}

/// The call that made a module instance; the root has none.
fn call(unit: &Unit<'_, '_>, instance: usize) -> Option<Call> {
    let (_, call) = unit.evaluator.caller(instance)?;
    let address = unit.named(&unit.evaluator.instance(instance).path);
    Some(Call { address, place: call.place })
}

/// Puts each kind of fact in source order; facts at one place keep the order of instances.
fn sort(facts: &mut Facts) {
    facts.identities.sort_by_key(|it| it.place);
    facts.credentials.sort_by_key(|it| it.place);
    facts.exposures.sort_by_key(|it| it.origin.place);
    facts.grants.sort_by_key(|it| it.place);
    facts.trusts.sort_by_key(|it| it.place);
    facts.uses.sort_by_key(|it| it.place);
    facts.guards.sort_by_key(|it| it.place);
    facts.resources.sort_by_key(|it| it.place);
}
