//! What roles, scopes and settings of services and databases are worth.
//!
//! Each service has its own words, and the same word means different things. So a role of
//! [`PermissionSystem::Saas`](crate::PermissionSystem) or `Database` is qualified by its
//! service: `Snowflake ACCOUNTADMIN`, `PostgreSQL superuser`.

use std::sync::LazyLock;

use crate::grant::{Grant, PermissionSystem};
use crate::knowledge::Sourced;
use crate::table;
use crate::wildcard;

/// What a role, scope or setting of a service amounts to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ServiceRole {
    /// Controls everything.
    Admin,
    /// Hands out access.
    Access,
    /// Everything of a kind.
    Wide,
    /// A token that may do whatever its owner may.
    Unscoped,
    /// May change code.
    Write,
    /// A stored credential that others can use.
    Shared,
    /// Vouches for any name.
    OpenNames,
    /// Lets others run with the credentials of pipelines.
    OpenPipeline,
}

struct Row {
    name: &'static str,
    class: ServiceRole,
    gives: &'static str,
}

static ROLES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/service-roles.tsv"));
    rows.filter_map(|row| {
        let [name, class, gives] = row[..] else { return None };
        let class = match class {
            "admin" => ServiceRole::Admin,
            "access" => ServiceRole::Access,
            "wide" => ServiceRole::Wide,
            "unscoped" => ServiceRole::Unscoped,
            "write" => ServiceRole::Write,
            "shared" => ServiceRole::Shared,
            "open-names" => ServiceRole::OpenNames,
            "open-pipeline" => ServiceRole::OpenPipeline,
            _ => return None,
        };
        Some(Row { name, class, gives })
    })
    .collect()
});

/// What a qualified role amounts to, and what that gives.
pub fn role(name: &str) -> Option<(ServiceRole, &'static str)> {
    // Texts are cheap to write and dear to compare with many patterns.
    if name.len() > 512 {
        return None;
    }
    ROLES.iter().find(|it| table::glob(it.name, name)).map(|it| (it.class, it.gives))
}

/// The role of a service that a grant hands over, when it is known what that amounts to.
pub fn role_of(grant: &Grant) -> Option<(&Sourced<String>, ServiceRole, &'static str)> {
    let ours = matches!(grant.system, PermissionSystem::Saas | PermissionSystem::Database);
    let name = grant.role.known().filter(|_| ours && wildcard::gives(grant))?;
    let (class, gives) = role(&name.value)?;
    Some((name, class, gives))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_finds_itself() {
        let lines = include_str!("../data/service-roles.tsv").lines();
        let count = lines.filter(|it| !it.is_empty() && !it.starts_with('#')).count();
        assert_eq!(ROLES.len(), count);
        for row in ROLES.iter().filter(|it| !it.name.contains('*')) {
            assert_eq!(role(row.name), Some((row.class, row.gives)), "{}", row.name);
        }
    }

    #[test]
    fn a_role_counts_in_its_own_service_only() {
        assert_eq!(role("Snowflake accountadmin").map(|it| it.0), Some(ServiceRole::Admin));
        assert_eq!(role("Grafana Editor"), None);
        assert_eq!(role("Confluent ADMIN"), None);
        assert_eq!(role("Redis on ~* +@all").map(|it| it.0), Some(ServiceRole::Wide));
        assert_eq!(role("Redis on ~app:* -@all +@read"), None);
    }
}
