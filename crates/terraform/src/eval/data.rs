//! Data sources whose result follows from their own arguments.

use std::borrow::Cow;

use model::{Data, Entry, Origin, Place, StepKind, Value};

use super::functions::Call;
use super::{Evaluator, Resource, body, files};
use crate::hashicorp;
use crate::policy::json;
use crate::values;

/// The value of a computed attribute, for the data sources that are understood.
pub(super) fn attribute(
    evaluator: &Evaluator<'_>,
    resource: &Resource<'_>,
    name: &str,
    place: Place,
) -> Option<Value> {
    let value = match (resource.declaration.kind, name) {
        ("aws_iam_policy_document", "json" | "minified_json") => {
            policy_document(evaluator, resource)
        }
        ("vault_policy_document", "hcl") => {
            let rules = evaluator.written(resource, "rule");
            hashicorp::document(rules.as_ref(), &Origin::at(resource.declaration.region))
        }
        ("google_iam_policy", "policy_data") => google_policy(evaluator, resource),
        // Every partition has the same services and managed policies, and names of its own
        // only where somebody writes them.
        ("aws_partition", "partition" | "id") => values::text("aws", Origin::at(place)),
        ("aws_partition", "dns_suffix") => values::text("amazonaws.com", Origin::at(place)),
        ("aws_iam_policy", "arn") => managed_policy(evaluator, resource)?,
        ("template_file", "rendered") => {
            let template = evaluator.written(resource, "template")?;
            let none = values::map(Vec::new(), Origin::at(place));
            let variables = evaluator.written(resource, "vars").unwrap_or(none);
            let folder = evaluator.root_folder().to_owned();
            let place = template.origin.place;
            let call = Call { evaluator, name, arguments: &[], place, folder };
            files::render_value(&call, &template, &variables)?
        }
        _ => return None,
    };
    let step = format!("{}.{name}", resource.address).into();
    Some(values::through(value, StepKind::Attribute, &step, place))
}

/// Managed policies whose names nobody else uses for less.
const MANAGED: &[&str] = &["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];

/// The ARN of a policy that is looked up by its name; a written ARN is read as it is.
fn managed_policy(evaluator: &Evaluator<'_>, resource: &Resource<'_>) -> Option<Value> {
    let name = evaluator.written(resource, "name")?;
    let known = values::known_text(&name).filter(|it| MANAGED.contains(&it.as_str()))?;
    Some(values::text(format!("arn:aws:iam::aws:policy/{known}"), name.origin))
}

/// Statements of one document. AWS itself refuses policies of more than a few kilobytes.
const STATEMENTS: usize = 1_000;

/// The policy that a document makes, in the shape of its JSON.
fn policy_document(evaluator: &Evaluator<'_>, resource: &Resource<'_>) -> Value {
    let region = resource.declaration.region;
    let get = |name: &str| evaluator.written(resource, name);
    let mut statements: Vec<Value> = Vec::new();
    for name in ["source_json", "source_policy_documents"] {
        included(get(name).as_ref(), &mut |it| add(&mut statements, it));
    }
    for block in body::blocks(get("statement").as_ref()) {
        add(&mut statements, statement(&block));
    }
    for name in ["override_json", "override_policy_documents"] {
        included(get(name).as_ref(), &mut |it| add(&mut statements, it));
    }
    let origin = Origin::at(region);
    let list = values::list(statements, origin.clone());
    values::map(vec![values::entry("Statement", origin.clone(), list)], origin)
}

/// The statements of the documents that another one takes in.
fn included(documents: Option<&Value>, each: &mut dyn FnMut(Value)) {
    let Some(documents) = documents else { return };
    for document in values::items(documents) {
        let parsed = match &document.data {
            Data::Map(_) => Some(document.clone()),
            Data::String(text) if text.known().is_some_and(|it| it.trim().is_empty()) => continue,
            Data::String(text) => json::value(text, &document.origin),
            Data::Null => continue,
            _ => None,
        };
        let Some(parsed) = parsed else {
            each(values::rest_item(document.origin.clone()));
            continue;
        };
        if let Some(statements) = values::member(&parsed, "Statement") {
            values::items(&statements).into_iter().for_each(&mut *each);
        }
    }
}

/// Adds a statement; one with the same `Sid` replaces the earlier one.
fn add(statements: &mut Vec<Value>, statement: Value) {
    fn sid(statement: &Value) -> Option<Cow<'_, str>> {
        statement.get("Sid").and_then(Value::as_text).filter(|it| !it.is_empty())
    }
    if let Some(new) = sid(&statement)
        && let Some(old) = statements.iter_mut().find(|it| sid(it).as_ref() == Some(&new))
    {
        *old = statement;
        return;
    }
    if statements.len() < STATEMENTS {
        statements.push(statement);
    }
}

/// Arguments of a `statement` block and the elements they become.
const ELEMENTS: [(&str, &str); 6] = [
    ("sid", "Sid"),
    ("effect", "Effect"),
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

/// Statements that are given to a module as objects with the arguments of the block, in a list
/// or under names of their own; `None` for what is neither.
pub(crate) fn as_statements(value: &Value) -> Option<Value> {
    let blocks: Vec<Value> = match &value.data {
        Data::List(_) => values::items(value),
        Data::Map(_) => values::entries(value)
            .map(|it| values::inherit(&value.origin, it.value.clone()))
            .collect(),
        _ => return None,
    };
    let mut statements: Vec<Value> = Vec::new();
    blocks.iter().for_each(|it| add(&mut statements, statement(&with_conditions(it))));
    let list = values::list(statements, value.origin.clone());
    let entries = vec![values::entry("Statement", value.origin.clone(), list)];
    Some(values::map(entries, value.origin.clone()))
}

/// An object whose conditions stand where a block has them: modules also call them `conditions`
/// and take them under names.
fn with_conditions(object: &Value) -> Value {
    let Data::Map(entries) = &object.data else { return object.clone() };
    let mut entries = entries.to_vec();
    for entry in &mut entries {
        if matches!(&*entry.key, "condition" | "conditions") {
            entry.key = "condition".into();
            let named =
                matches!(entry.value.data, Data::Map(_)) && entry.value.get("test").is_none();
            if named {
                let all = entry.value.entries().iter().map(|it| it.value.clone()).collect();
                entry.value = values::list(all, entry.value.origin.clone());
            }
        }
    }
    values::map(entries, object.origin.clone())
}

fn statement(block: &Value) -> Value {
    if !matches!(block.data, Data::Map(_)) {
        return values::rest_item(block.origin.clone());
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (argument, element) in ELEMENTS {
        if let Some(entry) = block.entry(argument) {
            if matches!(&entry.value.data, Data::Null) {
                continue;
            }
            entries.push(values::entry(element, entry.key_origin.clone(), entry.value.clone()));
        }
    }
    if block.entry("effect").is_none() {
        entries.push(values::entry(
            "Effect",
            block.origin.clone(),
            values::text("Allow", block.origin.clone()),
        ));
    }
    for (argument, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(entry) = block.entry(argument) {
            let value = principals(&entry.value);
            entries.push(values::entry(element, entry.key_origin.clone(), value));
        }
    }
    if let Some(entry) = block.entry("condition") {
        let value = conditions(&entry.value);
        entries.push(values::entry("Condition", entry.key_origin.clone(), value));
    }
    if let Some(rest) = values::rest(block) {
        entries.push(values::rest_entry(rest.clone()));
    }
    values::map(entries, block.origin.clone())
}

/// `principals` blocks as a map from type to identifiers.
fn principals(blocks: &Value) -> Value {
    let mut entries = Vec::new();
    for block in body::blocks(Some(blocks)) {
        let kind = block.get("type").and_then(values::known_text);
        match (kind, block.get("identifiers")) {
            (Some(kind), Some(identifiers)) => {
                // The type `*` is written as a bare star in the document.
                let kind = if kind == "*" { "AWS".to_owned() } else { kind };
                entries.push(values::entry(kind, block.origin.clone(), identifiers.clone()));
            }
            _ => entries.push(values::rest_entry(Value::unknown(block.origin.clone()))),
        }
    }
    values::map(entries, blocks.origin.clone())
}

/// `condition` blocks as a map from operator to a map from key to values.
fn conditions(blocks: &Value) -> Value {
    let mut entries = Vec::new();
    for block in body::blocks(Some(blocks)) {
        let text = |name: &str| block.get(name).and_then(values::known_text);
        match (text("test"), text("variable"), block.get("values")) {
            (Some(test), Some(variable), Some(compared)) => {
                let inner = vec![values::entry(variable, block.origin.clone(), compared.clone())];
                let inner = values::map(inner, block.origin.clone());
                entries.push(values::entry(test, block.origin.clone(), inner));
            }
            _ => entries.push(values::rest_entry(Value::unknown(block.origin.clone()))),
        }
    }
    values::map(entries, blocks.origin.clone())
}

/// `binding` blocks as the policy they make.
fn google_policy(evaluator: &Evaluator<'_>, resource: &Resource<'_>) -> Value {
    let origin = Origin::at(resource.declaration.region);
    let bindings = evaluator.written(resource, "binding");
    let list = values::list(body::blocks(bindings.as_ref()), origin.clone());
    values::map(vec![values::entry("bindings", origin.clone(), list)], origin)
}
