//! Whether access is written to a log, and for how long the log is kept.

mod linked;
mod table;

use model::{Audited, Data, Guard, GuardKind, Origin, Place, Safety, Sourced, Value};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{remedy, values};
use table::{How, Row};

/// Adds what resources say about logs of access.
pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        for row in table::rows(resource.declaration.kind) {
            match &row.how {
                How::Switch { values, logs, absent } => {
                    switch(
                        unit,
                        resource,
                        row,
                        &Decides { values, logs: *logs, absent: *absent },
                        out,
                    );
                }
                How::Days => days(unit, resource, row.client, row.path, out),
                How::Beside(categories) => linked::beside(unit, resource, row, categories, out),
                How::Account => linked::account(unit, resource, row, out),
                How::Group(kind, argument) => {
                    linked::group(unit, resource, row, (kind, argument), out);
                }
            }
        }
    }
}

/// A setting of a resource about a log.
fn guard(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    client: &'static str,
    setting: &str,
    says: (GuardKind, Option<Place>),
) -> Guard {
    let (kind, place) = says;
    Guard {
        stated: place.is_some(),
        ..Guard::new(
            unit.address(resource),
            client,
            setting.to_owned(),
            kind,
            place.unwrap_or(resource.declaration.place),
            resource.declaration.region,
        )
    }
}

/// Which values of an argument decide.
struct Decides<'a> {
    values: &'a [&'static str],
    logs: bool,
    absent: Option<bool>,
}

impl Decides<'_> {
    /// What one value says; `None` when it cannot be told.
    fn judge(&self, value: &Value) -> Option<bool> {
        let mut open = false;
        for item in values::items(value) {
            match values::known_text(&item) {
                Some(it) if self.values.iter().any(|one| one.eq_ignore_ascii_case(&it)) => {
                    return Some(self.logs);
                }
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(!self.logs)
    }
}

fn switch(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    row: &Row,
    decides: &Decides<'_>,
    out: &mut Collector,
) {
    // What one trail leaves out another may take.
    let is_part = row.path.starts_with("event_selector");
    if is_part && unit.of_type(row.resource).nth(1).is_some() {
        return;
    }
    let found: Vec<Leaf> = row.path.split('|').flat_map(|it| leaves(unit, resource, it)).collect();
    let mut silent: Option<Origin> = None;
    for leaf in &found {
        let says = match leaf {
            Leaf::Written(value) => decides.judge(value),
            Leaf::Missing => decides.absent,
            Leaf::Unknown => None,
        };
        match (says, leaf) {
            // One of several blocks is enough.
            (Some(true), Leaf::Written(value)) => {
                let says = GuardKind::Audited(row.about, true);
                let place = Some(value.origin.place);
                out.guard(guard(unit, resource, row.client, row.path, (says, place)));
                return;
            }
            (Some(false), Leaf::Written(value)) => {
                silent.get_or_insert_with(|| value.origin.clone());
            }
            (Some(false), Leaf::Missing) => {}
            _ => return,
        }
    }
    // Blocks that are not there and have no switch say nothing either way.
    if found.is_empty() && decides.absent != Some(false) {
        return;
    }
    let place = silent.map(|it| it.place);
    let says = GuardKind::Audited(row.about, false);
    let mut guard = guard(unit, resource, row.client, row.path, (says, place));
    if decides.logs && decides.values == ["true"] {
        let path: Vec<&str> = row.path.split('.').collect();
        guard.fix = remedy::set(resource.declaration, &path, "true", Safety::Unsafe);
    }
    out.guard(guard);
}

/// What stands at the end of a way through nested blocks.
enum Leaf {
    Written(Value),
    /// The block is there and says nothing.
    Missing,
    Unknown,
}

/// Every end of a way; empty when the first step is not written.
fn leaves(unit: &Unit<'_, '_>, resource: &Resource<'_>, path: &str) -> Vec<Leaf> {
    let mut steps = path.split('.');
    let first = steps.next().and_then(|it| unit.get(resource, it));
    let mut found: Vec<Leaf> = first.into_iter().map(Leaf::Written).collect();
    for name in steps {
        found = found.iter().flat_map(|it| below(it, name)).collect();
    }
    found
}

fn below(leaf: &Leaf, name: &str) -> Vec<Leaf> {
    let blocks = match leaf {
        Leaf::Written(blocks) => blocks,
        // What is not there says nothing further down either.
        Leaf::Missing => return vec![Leaf::Missing],
        Leaf::Unknown => return vec![Leaf::Unknown],
    };
    let inside = |block: &Value| {
        if values::is_rest_item(block) || !matches!(block.data, Data::Map(_)) {
            return Leaf::Unknown;
        }
        match values::member(block, name) {
            Some(it) if matches!(it.data, Data::Null) => Leaf::Missing,
            Some(it) => Leaf::Written(it),
            None if values::rest(block).is_some() => Leaf::Unknown,
            None => Leaf::Missing,
        }
    };
    values::items(blocks).iter().map(inside).collect()
}

/// The days that a log is kept; zero means that it is never thrown away.
fn days(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    client: &'static str,
    argument: &str,
    out: &mut Collector,
) {
    let Some(value) = unit.get(resource, argument) else { return };
    let text = values::known_text(&value);
    let Some(days) = text.and_then(|it| it.parse::<u64>().ok()).filter(|it| *it > 0) else {
        return;
    };
    let kind = GuardKind::LogRetention(Sourced::new(days, value.origin.clone()));
    out.guard(guard(unit, resource, client, argument, (kind, Some(value.origin.place))));
}

/// True when what is missing in a root module is missing for good: nobody calls it.
fn is_complete(unit: &Unit<'_, '_>) -> bool {
    unit.evaluator.module(0).is_some_and(|it| !it.is_reusable())
}

/// What a log is about, for a resource that another one logs.
fn unlogged(about: Audited) -> (GuardKind, Option<Place>) {
    (GuardKind::Audited(about, false), None)
}
