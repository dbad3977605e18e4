//! One statement of a policy.

use model::{Condition, Data, Effect, Entry, Patterns, Place, Sourced, Value};

use super::element;
use crate::values;

/// One statement of a policy.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// Its position in the document.
    pub(crate) index: usize,
    pub(crate) effect: Effect,
    /// `Action`, or `NotAction` as a negated set.
    pub(crate) actions: Patterns,
    /// `Resource`, or `NotResource` as a negated set.
    pub(crate) resources: Patterns,
    /// `Principal` as written.
    pub(crate) principal: Option<Value>,
    /// True for `NotPrincipal`.
    pub(crate) principal_negated: bool,
    pub(crate) conditions: Vec<Condition>,
    /// False when a condition is written that could not be read.
    pub(crate) conditions_known: bool,
    /// The smallest token that stands for the statement.
    pub(crate) place: Place,
    /// The statement.
    pub(crate) region: Place,
}

impl Statement {
    /// `None` for a statement of which not even the effect is known.
    pub(super) fn read(index: usize, value: &Value) -> Option<Self> {
        if !matches!(value.data, Data::Map(_)) {
            return None;
        }
        let effect = element(value, "Effect")?;
        let allowed = match &*effect.as_text()? {
            it if it.eq_ignore_ascii_case("allow") => Effect::Allow,
            it if it.eq_ignore_ascii_case("deny") => Effect::Deny,
            _ => return None,
        };
        let (conditions, conditions_known) = conditions(value);
        let principal = element(value, "Principal");
        let not_principal = element(value, "NotPrincipal");
        let region = value.origin.place;
        let actions = either(value, "Action", "NotAction");
        // An effect that is left out, or comes from elsewhere, does not stand for the statement.
        let written = effect.origin.place;
        let inside = region.file == written.file && region.span.contains(written.span);
        let place = if inside && written != region { written } else { first_or(&actions, region) };
        Some(Self {
            index,
            effect: allowed,
            resources: either(value, "Resource", "NotResource"),
            actions,
            principal_negated: principal.is_none() && not_principal.is_some(),
            principal: principal.or(not_principal),
            conditions,
            conditions_known,
            place,
            region,
        })
    }
}

fn first_or(patterns: &Patterns, region: Place) -> Place {
    patterns.items.first().map_or(region, Sourced::place)
}

fn either(statement: &Value, name: &str, negated: &str) -> Patterns {
    if let Some(value) = element(statement, name) {
        return patterns(&value);
    }
    match element(statement, negated) {
        Some(value) => Patterns { negated: true, ..patterns(&value) },
        None => Patterns { partial: values::rest(statement).is_some(), ..Patterns::default() },
    }
}

/// A list or a single text as a set of patterns. Unknown parts make it partial.
pub(crate) fn patterns(value: &Value) -> Patterns {
    let mut patterns = Patterns::known(Vec::new());
    if matches!(value.data, Data::Null) {
        return Patterns::default();
    }
    for item in values::items(value) {
        match values::known_text(&item) {
            Some(text) => patterns.items.push(Sourced::new(text, item.origin)),
            None => patterns.partial = true,
        }
    }
    patterns
}

fn conditions(statement: &Value) -> (Vec<Condition>, bool) {
    let Some(block) = element(statement, "Condition") else {
        return (Vec::new(), values::rest(statement).is_none());
    };
    let mut conditions = Vec::new();
    let mut known = true;
    if !matches!(block.data, Data::Map(_)) {
        // An empty or null condition is none.
        return (conditions, matches!(block.data, Data::Null));
    }
    known &= values::rest(&block).is_none();
    for operator in values::entries(&block) {
        let keys: Vec<&Entry> = values::entries(&operator.value).collect();
        let readable = matches!(operator.value.data, Data::Map(_));
        known &= readable && values::rest(&operator.value).is_none();
        for key in keys {
            conditions.push(Condition {
                operator: operator.key.to_string(),
                key: key.key.to_string(),
                values: patterns(&key.value),
                place: key.key_origin.place,
            });
        }
    }
    (conditions, known)
}
