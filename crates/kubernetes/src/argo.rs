//! Argo CD: what projects allow, which tokens and accounts they have, and what the configuration
//! says about who may do what. The lines of a policy are read in `argo_policy.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::{
    Address, Credential, CredentialKind, Data, Expiry, Facts, GuardKind, Identity, IdentityKind,
    Knowledge, KubernetesScope, Lifetime, Opening, Party, Patterns, Purpose, Rotation, SlotKind,
    Sourced, Storage, Value, WeakLogin,
};

use crate::argo_policy::{self, Home};
use crate::controller::{grant, guard};
use crate::credential::Seat;
use crate::load::{self, Found};
use crate::object::{Object, Objects};

/// The group of an unknown name in a policy: what single sign-on says about a person.
pub(crate) const GROUP: &str = "group:";

/// Lowers an AppProject: what its applications may make in any cluster and namespace when they
/// may come from any repository, and the tokens of its roles. One that takes only what stands in
/// certain repositories is limited by who may write there.
pub(crate) fn app_project(object: &Object<'_>, objects: &mut Objects) {
    tokens(object, objects);
    let anywhere = object.at(&["spec", "destinations"]).items().iter().any(|it| {
        let any = |key: &str| it.get(key).and_then(Value::as_text).as_deref() == Some("*");
        any("namespace") && (any("server") || any("name"))
    });
    let sources = object.at(&["spec", "sourceRepos"]).items();
    let from_anyone = sources.iter().any(|it| it.as_text().as_deref() == Some("*"));
    if !anywhere || !from_anyone {
        return;
    }
    let allowed = object.at(&["spec", "clusterResourceWhitelist"]).items();
    for (index, entry) in allowed.iter().enumerate() {
        let pattern = |key: &str| match Found::at(entry, &[key]) {
            Found::Here(Value { data: Data::String(text), origin }) => text
                .known()
                .map(|it| Patterns::known(vec![Sourced::new(it.into_owned(), origin.clone())]))
                .unwrap_or_else(Patterns::unknown),
            _ => Patterns::unknown(),
        };
        let (groups, kinds) = (pattern("group"), pattern("kind"));
        let Some(kind) = kinds.find("*").cloned() else { continue };
        let place = kind.place();
        objects.facts.grants.push(model::Grant {
            actions: Patterns::known(vec![kind]),
            resources: kinds,
            kubernetes: Some(KubernetesScope { api_groups: groups, ..KubernetesScope::default() }),
            region: entry.origin.place,
            ..grant(object, format!("#clusterResourceWhitelist[{index}]"), place)
        });
    }
}

/// Tokens that were made for the roles of a project; the project keeps their dates.
fn tokens(object: &Object<'_>, objects: &mut Objects) {
    for role in object.at(&["spec", "roles"]).items() {
        let name = role.get("name").and_then(Value::as_text).unwrap_or_default();
        let made = Found::at(role, &["jwtTokens"]).items();
        for (index, token) in made.iter().enumerate() {
            let path = format!("spec.roles.{name}.jwtTokens[{index}]");
            let seat = Seat::new(object, SlotKind::Issued, path).named(&name);
            let place = token.get("iat").map_or(token.origin.place, |it| it.origin.place);
            objects.credentials.push(Credential {
                kind: CredentialKind::Token,
                provider: Some(Cow::Borrowed("Argo CD")),
                expiry: end(token),
                rotation: Rotation::None,
                ..seat.in_region(token.origin.place).credential(Storage::Generated, place)
            });
        }
    }
}

/// The end of a token, which is written in seconds since 1970.
fn end(token: &Value) -> Expiry {
    const DAY: u64 = 86_400;
    let exp = match Found::at(token, &["exp"]) {
        Found::Nowhere => return Expiry::never_by_default("exp"),
        Found::Maybe(_) => return Expiry { argument: Some("exp"), ..Expiry::default() },
        Found::Here(exp) => exp,
    };
    let made = token.get("iat").and_then(Value::as_whole);
    let lifetime = match (exp.as_whole(), made) {
        (Some(0), _) => Lifetime::Never,
        (Some(end), Some(made)) if end > made => Lifetime::Seconds(end - made),
        _ => Lifetime::Unknown,
    };
    Expiry { maximum: Some(90 * DAY), ..Expiry::stated(lifetime, &exp.origin, "exp") }
}

/// Adds what a ConfigMap says when it is one of Argo CD's. Only its name tells.
pub(crate) fn config_map(object: &Object<'_>, objects: &mut Objects) {
    let Some(name) = object.name.text() else { return };
    let Some(data) = object.at(&["data"]).value() else { return };
    if name.ends_with("argocd-rbac-cm") {
        let home = Home::of(object);
        objects.facts.grants.extend(argo_policy::grants(&home, data));
    }
    if name.ends_with("argocd-cm") {
        objects.facts.guards.extend(anonymous(object, data));
        objects.facts.identities.extend(accounts(object, data));
    }
}

const ANYONE: WeakLogin = WeakLogin {
    so: "whoever reaches Argo CD gets the default role without logging in",
    instead: "leave it out",
    opens: Opening::Some,
};

fn anonymous(object: &Object<'_>, data: &Value) -> Option<model::Guard> {
    let value = data.get("users.anonymous.enabled")?;
    let on = value.as_bool() == Some(true);
    let kind = GuardKind::WeakLogin(ANYONE);
    on.then(|| guard(object, "users.anonymous.enabled".to_owned(), kind, value.origin.place))
}

/// Local accounts that get API keys: `accounts.ci: apiKey`.
fn accounts(object: &Object<'_>, data: &Value) -> Vec<Identity> {
    let entries = load::listed(data).filter_map(|entry| {
        let name = entry.key.strip_prefix("accounts.").filter(|it| !it.contains('.'))?;
        let can = entry.value.as_text()?;
        let can: Vec<&str> = can.split(',').map(str::trim).collect();
        let makes_keys = can.contains(&"apiKey");
        makes_keys.then(|| account(object, data, entry, name, can.contains(&"login")))
    });
    entries.collect()
}

fn account(
    object: &Object<'_>,
    data: &Value,
    entry: &model::Entry,
    name: &str,
    logs_in: bool,
) -> Identity {
    let enabled = data.get(&format!("accounts.{name}.enabled"));
    let disabled = match enabled.map(|it| (it.as_bool(), it)) {
        Some((Some(on), it)) => Knowledge::Known(Sourced::new(!on, it.origin.clone())),
        Some((None, it)) => Knowledge::Unknown(it.origin.place),
        None => Knowledge::Absent,
    };
    let address = object.scoped(format!("{}#accounts.{name}", object.address()));
    let name = Knowledge::Known(Sourced::new(name.to_owned(), entry.key_origin.clone()));
    // There is no place for an owner beside an account.
    Identity {
        human: (!logs_in).then_some(false),
        disabled,
        purpose: if logs_in { Purpose::Unknown } else { Purpose::Pipeline },
        ..Identity::new(
            address,
            IdentityKind::SaasAccount,
            name,
            entry.key_origin.place,
            entry.value.origin.place,
        )
    }
}

/// Turns the names of policies into the accounts that the same folder declares.
pub(crate) fn join(facts: &mut Facts) {
    let mut accounts: BTreeMap<(Arc<str>, String), Address> = BTreeMap::new();
    for it in facts.identities.iter().filter(|it| it.kind == IdentityKind::SaasAccount) {
        if let Some((_, name)) = it.address.name.rsplit_once("#accounts.") {
            let key = (Arc::clone(&it.address.scope), name.to_owned());
            accounts.insert(key, it.address.clone());
        }
    }
    if accounts.is_empty() {
        return;
    }
    for grant in &mut facts.grants {
        if !argo_policy::is_of_argo(grant) {
            continue;
        }
        let scope = Arc::clone(&grant.address.scope);
        for principal in &mut grant.principals {
            let Party::Named { name, .. } = &principal.value else { continue };
            let name = name.strip_prefix(GROUP).unwrap_or(name).to_owned();
            if let Some(account) = accounts.get(&(Arc::clone(&scope), name)) {
                principal.value = Party::Address(account.clone());
            }
        }
    }
}
