//! CloudFormation and SAM: parameters and properties, as far as literals go.

use std::sync::LazyLock;

use model::SlotKind;
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::sheet::{At, Sheet, known};

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../data/credential-properties.tsv");

static TABLE: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let pair = |it: Vec<&'static str>| Some((*it.first()?, *it.get(1)?));
    model::rows(ROWS).filter_map(pair).collect()
});

/// Keys whose values are policies: they name things, and hold none.
const POLICIES: &[&str] = &[
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "KeyPolicy",
    "ResourcePolicy",
    "Metadata",
    "Mappings",
];

pub(crate) fn document(sheet: &mut Sheet<'_>, root: Node<'_>) {
    for parameter in root.get("Parameters").into_iter().flat_map(Node::children) {
        let Some(name) = parameter.key() else { continue };
        let default = parameter.children().find(|it| it.key() == Some("Default"));
        let Some(default) = default else { continue };
        let hidden = parameter.get("NoEcho").is_some_and(|it| {
            it.as_bool() == Some(true)
                || it.as_str().is_some_and(|it| it.eq_ignore_ascii_case("true"))
        });
        let expects = if hidden { Expectation::Credential } else { Expectation::ByName };
        let path = format!("Parameters.{name}.Default");
        let kind = SlotKind::VariableDefault;
        sheet.value(default, At { kind, path: &path, key: name, taker: "the template", expects });
    }
    for resource in root.get("Resources").into_iter().flat_map(Node::children) {
        let Some(name) = resource.key() else { continue };
        let kind = resource.get("Type").and_then(Node::as_str).unwrap_or_default();
        let Some(properties) = resource.children().find(|it| it.key() == Some("Properties")) else {
            continue;
        };
        let place = Resource { kind, taker: format!("{kind} `{name}`") };
        place.walk(sheet, properties, &format!("Resources.{name}.Properties"), "");
    }
    for part in ["Globals", "Mappings"] {
        let Some(node) = root.get(part) else { continue };
        let place = Resource { kind: "", taker: "the template".to_owned() };
        place.walk(sheet, node, part, "");
    }
}

/// A resource whose properties are read.
struct Resource<'s> {
    kind: &'s str,
    taker: String,
}

impl Resource<'_> {
    // The parser bounds how deep a tree is, and so this recursion.
    fn walk(&self, sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, key: &str) {
        match node.kind() {
            Kind::Map => {
                for entry in node.children() {
                    let Some(own) = entry.key() else { continue };
                    if POLICIES.contains(&own) || is_reference(own) {
                        continue;
                    }
                    // A function that works on a text leaves it under the key above.
                    let name = if own.starts_with("Fn::") { key } else { own };
                    self.walk(sheet, entry, &format!("{path}.{own}"), name);
                }
            }
            Kind::Seq => {
                for (index, item) in node.children().enumerate() {
                    // `Environment: [{Name: TOKEN, Value: …}]` of a container.
                    let named = item.get("Name").or_else(|| item.get("Key")).and_then(Node::as_str);
                    let value = item.children().find(|it| it.key() == Some("Value"));
                    if let (Some(name), Some(value)) = (named, value) {
                        self.walk(sheet, value, &format!("{path}[{index}].Value"), name);
                        continue;
                    }
                    let key = if self.takes_credential(key) { key } else { "" };
                    self.walk(sheet, item, &format!("{path}[{index}]"), key);
                }
            }
            _ => self.scalar(sheet, node, path, key),
        }
    }

    fn scalar(&self, sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, key: &str) {
        let Some(text) = known(node) else { return };
        let tag = node.tag().unwrap_or_default().trim_start_matches('!');
        if is_reference(tag) {
            return;
        }
        let expects = if tag == "Sub" || text.contains('\n') {
            Expectation::Text
        } else if self.takes_credential(key) {
            Expectation::Credential
        } else {
            Expectation::ByName
        };
        let kind = match () {
            () if key == "UserData" => SlotKind::UserData,
            () if path.contains(".Environment.") => SlotKind::Environment,
            () => SlotKind::Argument,
        };
        sheet.value(node, At { kind, path, key, taker: &self.taker, expects });
    }

    fn takes_credential(&self, key: &str) -> bool {
        TABLE.contains(&(self.kind, key))
    }
}

/// Functions that name where a value is.
fn is_reference(name: &str) -> bool {
    let name = name.trim_start_matches("Fn::");
    matches!(name, "Ref" | "GetAtt" | "ImportValue" | "FindInMap" | "GetAZs" | "Cidr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = model::rows(ROWS).count();
        assert_eq!(TABLE.len(), rows);
    }
}
