//! What runs steps in pods that a controller makes: tasks of Tekton, workflows of Argo, listeners
//! for events. Their steps are handed credentials like containers, and they run as an account
//! when they name one.

use model::{GuardKind, IdentityKind, Knowledge, Party, Value};

use crate::account;
use crate::controller;
use crate::custom;
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::pod;
use crate::rbac::declared;
use crate::term::Term;
use crate::token;
use crate::workload::Workload;

/// Where a kind names its account, and where its steps are.
struct Row {
    kind: &'static str,
    accounts: &'static [&'static [&'static str]],
    /// Maps that hold steps.
    steps: &'static [&'static [&'static str]],
    /// Lists of maps that hold steps, and the way from an item to them.
    lists: &'static [(&'static [&'static str], &'static [&'static str])],
}

const TEMPLATES: &[&str] = &["spec", "templates"];

const ROWS: &[Row] = &[
    Row { kind: "Task", accounts: &[], steps: &[&["spec"]], lists: &[] },
    Row { kind: "ClusterTask", accounts: &[], steps: &[&["spec"]], lists: &[] },
    Row {
        kind: "TaskRun",
        accounts: &[&["spec", "serviceAccountName"]],
        steps: &[&["spec", "taskSpec"]],
        lists: &[],
    },
    Row {
        kind: "Pipeline",
        accounts: &[],
        steps: &[],
        lists: &[(&["spec", "tasks"], &["taskSpec"])],
    },
    Row {
        kind: "PipelineRun",
        accounts: &[
            &["spec", "taskRunTemplate", "serviceAccountName"],
            &["spec", "serviceAccountName"],
        ],
        steps: &[],
        lists: &[(&["spec", "pipelineSpec", "tasks"], &["taskSpec"])],
    },
    Row {
        kind: "EventListener",
        accounts: &[&["spec", "serviceAccountName"]],
        steps: &[],
        lists: &[],
    },
    Row {
        kind: "Workflow",
        accounts: &[&["spec", "serviceAccountName"]],
        steps: &[],
        lists: &[(TEMPLATES, &[])],
    },
    Row {
        kind: "WorkflowTemplate",
        accounts: &[&["spec", "serviceAccountName"]],
        steps: &[],
        lists: &[(TEMPLATES, &[])],
    },
    Row { kind: "ClusterWorkflowTemplate", accounts: &[], steps: &[], lists: &[(TEMPLATES, &[])] },
    Row {
        kind: "CronWorkflow",
        accounts: &[&["spec", "workflowSpec", "serviceAccountName"]],
        steps: &[],
        lists: &[(&["spec", "workflowSpec", "templates"], &[])],
    },
];

/// Lowers something that runs steps.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let Some(row) = ROWS.iter().find(|it| object.class.is(it.kind)) else { return };
    let identity = account::identity(object, IdentityKind::KubernetesWorkload);
    let party = Party::Address(identity.address.clone());
    for path in row.steps {
        if let Found::Here(holder) = object.at(path) {
            pod::handed_over(object, holder, &party, &mut objects.credentials);
        }
    }
    for (list, below) in row.lists {
        let items = object.at(list).items();
        for item in items {
            if let Found::Here(holder) = Found::at(item, below) {
                pod::handed_over(object, holder, &party, &mut objects.credentials);
            }
        }
    }
    webhooks(object, objects);
    // Parameters and their defaults.
    custom::lower(object, objects);
    let named = row.accounts.iter().find_map(|path| object.at(path).value());
    let (Some(value), Some(spec)) = (named, object.at(&["spec"]).value()) else { return };
    objects.workloads.push(Workload {
        declared: declared(object, true),
        identity,
        account: Term::read(Some(value), object.page),
        account_place: value.origin.place,
        mounted: token::mounted(object, spec, &Knowledge::Absent, true),
        automount: Knowledge::Absent,
        tokens: Vec::new(),
    });
}

/// Interceptors of Tekton that check a signature with a secret.
const SIGNED: &[&str] = &["github", "gitlab", "bitbucket"];

/// Triggers of a listener that take events of a repository without checking who sent them.
fn webhooks(object: &Object<'_>, objects: &mut Objects) {
    if !object.class.is("EventListener") {
        return;
    }
    let triggers = object.at(&["spec", "triggers"]).items();
    for (index, trigger) in triggers.iter().enumerate() {
        let chain = trigger.items("interceptors");
        for one in chain {
            if let Some((value, signed)) = signed(one) {
                let setting = format!("spec.triggers[{index}].interceptors.secretRef");
                let kind = GuardKind::WebhookSigned(signed);
                let place = value.origin.place;
                objects.facts.guards.push(controller::guard(object, setting, kind, place));
            }
        }
    }
}

/// The interceptor for a forge, and whether it has a secret. `None` when it is another one, or
/// when that cannot be told.
fn signed(interceptor: &Value) -> Option<(&Value, bool)> {
    let written = |found: Found<'_>| match found {
        Found::Here(_) => Some(true),
        Found::Nowhere => Some(false),
        Found::Maybe(_) => None,
    };
    let named = Found::at(interceptor, &["ref", "name"]).value();
    if let Some(name) = named.filter(|it| it.as_text().is_some_and(|it| SIGNED.contains(&&*it))) {
        let params = Found::at(interceptor, &["params"]).items();
        let secret = params
            .iter()
            .any(|it| it.get("name").and_then(Value::as_text).as_deref() == Some("secretRef"));
        return Some((name, secret));
    }
    let forge = SIGNED.iter().find_map(|it| interceptor.get(it))?;
    Some((forge, written(Found::at(forge, &["secretRef"]))?))
}
