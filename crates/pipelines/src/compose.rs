//! Docker Compose: services and what they are given.

use model::SlotKind;
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::pipeline::assignment;
use crate::sheet::{At, Sheet, known};

pub(crate) fn document(sheet: &mut Sheet<'_>, root: Node<'_>) {
    for section in root.children() {
        let Some(name) = section.key() else { continue };
        match name {
            "services" => {
                for service in section.children() {
                    let Some(key) = service.key() else { continue };
                    let taker = format!("service `{key}`");
                    entries(sheet, service, &format!("services.{key}"), &taker, Setting::Plain);
                }
            }
            "secrets" | "configs" => contents(sheet, section, name),
            // What is kept for other parts of the file may be variables of a service.
            _ if name.starts_with("x-") => {
                entries(sheet, section, name, "this file", Setting::Variables);
            }
            _ => entries(sheet, section, name, "this file", Setting::Plain),
        }
    }
}

/// What a value of a service is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    Plain,
    Variables,
    Labels,
    Command,
}

fn setting(key: &str) -> Option<Setting> {
    Some(match key {
        "environment" | "args" => Setting::Variables,
        "labels" | "annotations" | "driver_opts" | "options" => Setting::Labels,
        "command" | "entrypoint" | "test" => Setting::Command,
        _ => return None,
    })
}

// The parser bounds how deep a tree is, and so this recursion. An alias is not followed: what it
// names was read where it stands.
fn entries(sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, taker: &str, is: Setting) {
    match node.kind() {
        Kind::Seq if is == Setting::Command => {
            let words: Vec<Node<'_>> = node.children().collect();
            // The first word of a health check says how the rest is run.
            let start =
                usize::from(words.first().is_some_and(|it| {
                    known(*it).is_some_and(|it| matches!(it, "CMD" | "CMD-SHELL"))
                }));
            let at = place(SlotKind::CommandArgument, path, "command", taker, Expectation::Text);
            sheet.arguments(words.get(start..).unwrap_or_default(), at);
            for word in words {
                sheet.value(word, at);
            }
        }
        Kind::Seq => {
            for (index, item) in node.children().enumerate() {
                let path = format!("{path}[{index}]");
                match (is, item.kind()) {
                    (Setting::Variables, Kind::String) => {
                        assignment(sheet, item, &path, taker, SlotKind::Environment);
                    }
                    (Setting::Labels, Kind::String) => {
                        assignment(sheet, item, &path, taker, SlotKind::Annotation);
                    }
                    _ => entries(sheet, item, &path, taker, is),
                }
            }
        }
        Kind::Map => {
            for entry in node.children() {
                let Some(key) = entry.key() else { continue };
                entries(sheet, entry, &format!("{path}.{key}"), taker, setting(key).unwrap_or(is));
            }
        }
        _ => scalar(sheet, node, path, taker, is),
    }
}

fn scalar(sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, taker: &str, is: Setting) {
    let key = node.key().unwrap_or_default();
    let (kind, expects) = match is {
        Setting::Variables => (SlotKind::Environment, Expectation::ByName),
        Setting::Labels => (SlotKind::Annotation, Expectation::ByName),
        Setting::Command => {
            let at = place(SlotKind::CommandArgument, path, "command", taker, Expectation::Text);
            return sheet.command(node, at);
        }
        Setting::Plain => (SlotKind::Other, Expectation::Text),
    };
    sheet.value(node, place(kind, path, key, taker, expects));
}

/// What a secret or a configuration file holds, when that is written here.
fn contents(sheet: &mut Sheet<'_>, section: Node<'_>, name: &str) {
    for entry in section.children() {
        let Some(key) = entry.key() else { continue };
        let Some(content) = entry.children().find(|it| it.key() == Some("content")) else {
            continue;
        };
        let one_line = known(content).is_some_and(|it| !it.trim().contains('\n'));
        let expects = match name {
            "secrets" if one_line => Expectation::Credential,
            _ => Expectation::Text,
        };
        let path = format!("{name}.{key}.content");
        sheet.value(content, place(SlotKind::File, &path, key, "this file", expects));
    }
}

fn place<'s>(
    kind: SlotKind,
    path: &'s str,
    key: &'s str,
    taker: &'s str,
    expects: Expectation,
) -> At<'s> {
    At { kind, path, key, taker, expects }
}
