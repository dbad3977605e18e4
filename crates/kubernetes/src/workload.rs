//! Workloads: what runs, as which account, and what it is handed.

use model::{Credential, Identity, IdentityKind, Knowledge, Party, Place, Value};

use crate::account;
use crate::host;
use crate::load::Found;
use crate::locality::Declared;
use crate::login;
use crate::object::{Object, Objects};
use crate::pod;
use crate::rbac::declared;
use crate::signing;
use crate::term::Term;
use crate::token;

/// Something that runs pods.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) declared: Declared,
    pub(crate) identity: Identity,
    /// The service account; absent means `default`.
    pub(crate) account: Term,
    pub(crate) account_place: Place,
    /// What the pod itself says; it comes before what the account says.
    pub(crate) automount: Knowledge<bool>,
    /// The token that is mounted unless something forbids it.
    pub(crate) mounted: Credential,
    /// Tokens that the pod asks for.
    pub(crate) tokens: Vec<Credential>,
}

/// Lowers a workload of any kind.
pub(crate) fn workload(object: &Object<'_>, objects: &mut Objects) {
    let path = template_path(object);
    let Some(template) = object.at(path).value() else { return };
    let Some(spec) = Found::at(template, &["spec"]).value() else { return };
    let mut identity = account::identity(object, IdentityKind::KubernetesWorkload);
    if identity.ownership.owner.is_absent() {
        identity.ownership = object.ownership_under(template);
    }
    let party = Party::Address(identity.address.clone());
    pod::handed_over(object, spec, &party, &mut objects.credentials);
    if !path.is_empty() {
        let path = format!("{}.", path.join("."));
        pod::annotations_of(object, template, &path, &mut objects.credentials);
    }
    let pull = account::pull_secrets(object, spec, "imagePullSecrets");
    objects.credentials.extend(pull);
    if is_partial(spec) {
        return;
    }
    objects.facts.guards.extend(host::access(object, spec));
    objects.facts.guards.extend(login::flags(object, spec));
    signing::flags(object, spec, objects);
    objects.facts.guards.extend(pod::stored_logins(object, spec));
    objects.facts.guards.extend(pod::cloud_keys(object, spec));
    let (account, account_place) = account_of(object, spec);
    let automount = Found::at(spec, &[token::AUTOMOUNT]).to_bool();
    objects.workloads.push(Workload {
        declared: declared(object, true),
        identity,
        account,
        account_place,
        mounted: token::mounted(object, spec, &automount, pod::asks_the_cluster(spec)),
        automount,
        tokens: token::projected(object, spec),
    });
}

/// The way to what holds the pod's `metadata` and `spec`.
fn template_path(object: &Object<'_>) -> &'static [&'static str] {
    match object.class.kind.as_deref() {
        Some("Pod") => &[],
        Some("PodTemplate") => &["template"],
        Some("CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => &["spec", "template"],
    }
}

/// True for a patch or an assertion: without images nothing can run, so the object only
/// changes or describes one that is declared elsewhere.
fn is_partial(spec: &Value) -> bool {
    let containers = match Found::at(spec, &["containers"]) {
        Found::Here(value) => value.one_or_many(),
        Found::Maybe(_) => return false,
        Found::Nowhere => return true,
    };
    containers.iter().any(|it| matches!(Found::at(it, &["image"]), Found::Nowhere))
}

fn account_of(object: &Object<'_>, spec: &Value) -> (Term, Place) {
    for key in ["serviceAccountName", "serviceAccount"] {
        match Found::at(spec, &[key]) {
            Found::Here(value) => {
                return (Term::read(Some(value), object.page), value.origin.place);
            }
            Found::Maybe(_) => return (Term::unknown(), object.place),
            Found::Nowhere => {}
        }
    }
    (Term::Absent, object.place)
}
