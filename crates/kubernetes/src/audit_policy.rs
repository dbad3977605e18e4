//! What an API server writes into its audit log about Secrets: what is in them, or nothing at all.
//!
//! The first rule that fits a request decides, so reading stops at one that fits every request for
//! Secrets.

use model::{Audited, GuardKind, Value};

use crate::controller;
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::remedy;

/// The resource that holds what the log must not.
const SECRETS: &str = "secrets";

/// Lowers the audit policy of a cluster.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    for (index, rule) in object.at(&["rules"]).items().iter().enumerate() {
        // What fits a rule that cannot be read never reaches the ones below.
        let Some(fits) = Fits::of(rule) else { return };
        let Found::Here(level) = Found::at(rule, &["level"]) else { return };
        let Some(written) = level.as_text() else { return };
        let kind = match &*written {
            "Request" if fits.writes => Some(GuardKind::RecordsSecrets),
            "RequestResponse" if fits.writes || fits.reads => Some(GuardKind::RecordsSecrets),
            "None" if fits.everybody && fits.reads => {
                Some(GuardKind::Audited(Audited::SecretReads, false))
            }
            _ => None,
        };
        if let Some(kind) = kind {
            let setting = format!("rules[{index}].level");
            let place = level.origin.place;
            let mut guard = controller::guard(object, setting, kind, place);
            // Another level for what else a rule fits would be more than was asked for.
            guard.fix =
                fits.only_secrets.then(|| remedy::set(object, rule, "level", "Metadata")).flatten();
            objects.facts.guards.push(guard);
        }
        if fits.everybody && fits.reads && fits.writes {
            return;
        }
    }
}

/// Which requests for Secrets a rule fits.
struct Fits {
    /// Some of those that return what is in one.
    reads: bool,
    /// Some of those that bring what is in one.
    writes: bool,
    /// True when it matters neither who asks nor for which Secret.
    everybody: bool,
    /// True when it fits requests for nothing else.
    only_secrets: bool,
}

impl Fits {
    /// `None` when that cannot be told.
    fn of(rule: &Value) -> Option<Self> {
        let named = |key: &str| texts(Found::at(rule, &[key]));
        let (verbs, addresses) = (named("verbs")?, named("nonResourceURLs")?);
        let mut everybody = true;
        for key in ["users", "userGroups", "namespaces"] {
            everybody &= named(key)?.is_empty();
        }
        let (mut fits, mut only_secrets) = (false, true);
        let resources = match Found::at(rule, &["resources"]) {
            Found::Here(value) => value.one_or_many(),
            Found::Maybe(_) => return None,
            Found::Nowhere => &[],
        };
        for group in resources {
            // The core group has no name.
            let core = texts(Found::at(group, &["group"]))?.iter().all(String::is_empty);
            let kinds = texts(Found::at(group, &["resources"]))?;
            let all = kinds.is_empty() || kinds.iter().any(|it| it == "*");
            if core && (all || kinds.iter().any(|it| it == SECRETS)) {
                fits = true;
                everybody &= texts(Found::at(group, &["resourceNames"]))?.is_empty();
            }
            only_secrets &= core && !kinds.is_empty() && kinds.iter().all(|it| it == SECRETS);
        }
        if resources.is_empty() {
            // A rule for addresses is for nothing else; one for neither is for all.
            fits = addresses.is_empty();
            only_secrets = false;
        }
        let any = |of: &[&str]| {
            fits && (verbs.is_empty() || verbs.iter().any(|it| it == "*" || of.contains(&&**it)))
        };
        Some(Self {
            reads: any(&["get", "list", "watch"]),
            writes: any(&["create", "update", "patch"]),
            everybody,
            only_secrets,
        })
    }
}

/// A list of texts; `None` when one of them, or all, cannot be told.
fn texts(found: Found<'_>) -> Option<Vec<String>> {
    match found {
        Found::Here(value) => {
            value.one_or_many().iter().map(|it| it.as_text().map(Into::into)).collect()
        }
        Found::Maybe(_) => None,
        Found::Nowhere => Some(Vec::new()),
    }
}
