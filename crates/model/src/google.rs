//! What Google Cloud roles and permissions are worth.

use std::sync::LazyLock;

use crate::identity::{IdentityKind, Party};
use crate::table;

/// What a predefined role amounts to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GoogleRole {
    /// Changes nearly everything of every service.
    Basic,
    /// Reads nearly everything of every service.
    BasicReader,
    /// Controls access or the organisation.
    Admin,
    /// Changes what the organisation forbids.
    Guardrails,
    /// Deletes audit logs and their sinks.
    AuditLog,
    /// Acts as service accounts.
    Impersonation,
    /// Runs code with the service accounts of others.
    Escalation,
    /// Reads stored secrets.
    Secrets,
    /// Everything of one service.
    ServiceAdmin,
}

static ROLES: LazyLock<Vec<(&'static str, GoogleRole)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/google-roles.tsv"));
    rows.filter_map(|row| {
        let [name, class] = row[..] else { return None };
        let class = match class {
            "basic" => GoogleRole::Basic,
            "basic-reader" => GoogleRole::BasicReader,
            "admin" => GoogleRole::Admin,
            "guardrails" => GoogleRole::Guardrails,
            "audit-log" => GoogleRole::AuditLog,
            "impersonation" => GoogleRole::Impersonation,
            "escalation" => GoogleRole::Escalation,
            "secrets" => GoogleRole::Secrets,
            _ => GoogleRole::ServiceAdmin,
        };
        Some((name, class))
    })
    .collect()
});

static PERMISSIONS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/google-permissions.tsv"));
    rows.filter_map(|row| if let [name, gives] = row[..] { Some((name, gives)) } else { None })
        .collect()
});

/// What a predefined role amounts to; `None` for one that is not remarkable.
pub fn role(name: &str) -> Option<GoogleRole> {
    ROLES.iter().find(|(pattern, _)| table::glob(pattern, name)).map(|(_, class)| *class)
}

/// Roles that let one account act as another.
pub const IMPERSONATION: &[&str] = &[
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountOpenIdTokenCreator",
    "roles/iam.workloadIdentityUser",
];

/// Who a member of a binding names: `serviceAccount:x@y`, `allUsers`, `principalSet://…`.
pub fn member(text: &str) -> Party {
    match text {
        "allUsers" => return Party::Everyone,
        "allAuthenticatedUsers" => return Party::Authenticated,
        _ => {}
    }
    let Some((kind, name)) = text.split_once(':') else { return Party::Unknown };
    match kind {
        "serviceAccount" => {
            Party::Named { kind: IdentityKind::GcpServiceAccount, name: name.to_owned() }
        }
        "domain" => Party::Account(name.to_owned()),
        "principal" | "principalSet" => Party::Federated(text.to_owned()),
        _ => Party::Named { kind: IdentityKind::Other, name: text.to_owned() },
    }
}

/// What a permission gives beyond its name, after "can".
pub fn permission(name: &str) -> Option<&'static str> {
    PERMISSIONS.iter().find(|(pattern, _)| table::glob(pattern, name)).map(|(_, gives)| *gives)
}

/// True for an account that Google makes and keeps, such as the agent of a service.
pub fn is_managed_account(email: &str) -> bool {
    let email = email.strip_prefix("serviceAccount:").unwrap_or(email);
    let Some((name, domain)) = email.split_once('@') else { return false };
    domain == "cloudservices.gserviceaccount.com"
        || (name.strip_prefix("service-").is_some_and(is_number)
            && domain.ends_with(".gserviceaccount.com"))
}

/// True for a project's number; one that is not written stands as an ellipsis.
fn is_number(text: &str) -> bool {
    text == "…" || (!text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()))
}

/// True for an account that a project has without asking and that its workloads share.
pub fn is_default_account(email: &str) -> bool {
    email.ends_with("-compute@developer.gserviceaccount.com")
        || email.ends_with("@appspot.gserviceaccount.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_a_class() {
        assert_eq!(role("roles/editor"), Some(GoogleRole::Basic));
        assert_eq!(role("roles/compute.instanceAdmin.v1"), Some(GoogleRole::Escalation));
        assert_eq!(role("roles/pubsub.admin"), Some(GoogleRole::ServiceAdmin));
        assert_eq!(role("roles/pubsub.publisher"), None);
        assert_eq!(role("projects/p/roles/custom"), None);
        assert!(permission("iam.serviceAccounts.actAs").is_some());
    }

    #[test]
    fn accounts_of_google_are_told_from_those_of_projects() {
        assert!(is_managed_account("serviceAccount:1234@cloudservices.gserviceaccount.com"));
        assert!(is_managed_account("service-1@gcp-sa-pubsub.iam.gserviceaccount.com"));
        assert!(is_managed_account("service-…@gcp-sa-pubsub.iam.gserviceaccount.com"));
        assert!(!is_managed_account("service-a@my-project.iam.gserviceaccount.com"));
        assert!(is_default_account("1234-compute@developer.gserviceaccount.com"));
    }
}
