//! The table of places that hand out roles of services, read once.

use std::sync::LazyLock;

use model::PermissionSystem;

use crate::eval::Resource;
use crate::lower::Unit;
use crate::values;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/service-grants.tsv");

/// A place that hands out roles.
#[derive(Debug)]
pub(super) struct Row {
    resource: &'static str,
    pub(super) when: Vec<Condition>,
    pub(super) path: String,
    pub(super) role: Role,
    pub(super) service: &'static str,
    pub(super) system: PermissionSystem,
    pub(super) principal: &'static str,
    pub(super) is_scope: bool,
}

/// How a value says which role it is.
#[derive(Debug)]
pub(super) enum Role {
    /// By its text.
    Text,
    /// By being one of these values.
    Values(Vec<(&'static str, &'static str)>),
    /// By not being written.
    Absent(&'static str),
    /// By an argument of the data source that is referred to.
    Referred(&'static str),
    /// The resource itself is meant.
    Always(&'static str),
}

/// What another argument must say.
#[derive(Debug)]
pub(super) enum Condition {
    Says(&'static str, &'static str),
    Written(&'static str),
    NotWritten(&'static str),
}

impl Condition {
    pub(super) fn holds(&self, unit: &Unit<'_, '_>, resource: &Resource<'_>) -> bool {
        match self {
            Self::Written(name) => unit.get(resource, name).is_some(),
            Self::NotWritten(name) => unit.get(resource, name).is_none(),
            Self::Says(name, text) => unit.get(resource, name).is_some_and(|value| {
                let fits = |it: &model::Value| {
                    values::known_text(it).is_some_and(|it| it.eq_ignore_ascii_case(text))
                };
                values::items(&value).iter().any(fits)
            }),
        }
    }
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

/// The rows of a resource type.
pub(super) fn rows(kind: &str) -> Vec<&'static Row> {
    TABLE.iter().filter(|it| model::glob(it.resource, kind)).collect()
}

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [resource, when, path, values, service, system, principal, carrier] = columns.as_slice()
    else {
        return None;
    };
    Some(Row {
        resource,
        when: when.split(';').filter(|it| !it.is_empty()).map(condition).collect(),
        path: (*path).to_owned(),
        role: role(path, values)?,
        service,
        system: match *system {
            "saas" => PermissionSystem::Saas,
            "database" => PermissionSystem::Database,
            _ => return None,
        },
        principal,
        is_scope: *carrier == "scope",
    })
}

fn condition(text: &'static str) -> Condition {
    match (text.split_once('='), text.strip_prefix('!')) {
        (Some((name, value)), _) => Condition::Says(name, value),
        (None, Some(name)) => Condition::NotWritten(name),
        (None, None) => Condition::Written(text),
    }
}

fn role(path: &str, values: &'static str) -> Option<Role> {
    if path.is_empty() {
        return Some(Role::Always(values));
    }
    if values.is_empty() {
        return Some(Role::Text);
    }
    if let Some(argument) = values.strip_prefix('@') {
        return Some(Role::Referred(argument));
    }
    if let Some(name) = values.strip_prefix("-:") {
        return Some(Role::Absent(name));
    }
    Some(Role::Values(values.split('|').map(|it| it.split_once(':')).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_names_known_roles() {
        assert_eq!(TABLE.len(), model::rows(ROWS).count());
        for row in TABLE.iter() {
            let names: Vec<&str> = match &row.role {
                Role::Values(values) => values.iter().map(|(_, name)| *name).collect(),
                Role::Absent(name) | Role::Always(name) => vec![name],
                Role::Text | Role::Referred(_) => Vec::new(),
            };
            for name in names {
                let qualified = format!("{} {name}", row.service);
                assert!(model::service::role(&qualified).is_some(), "{qualified}");
            }
        }
    }
}
