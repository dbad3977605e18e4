//! Pipelines of every service take one walk; a table says under which keys a service keeps
//! variables, scripts and the inputs of ready-made steps.

use model::SlotKind;
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::sheet::{At, Sheet, known};
use crate::stored_key;

/// What the keys of a service's pipelines mean.
#[derive(Debug)]
pub(crate) struct Service {
    /// Keys above variables: a map, or a list of `NAME=value`, maps, or `name` with `value`.
    variables: &'static [&'static str],
    /// Keys above a script, or a list of its lines.
    scripts: &'static [&'static str],
    /// Keys above what a ready-made step is given.
    inputs: &'static [&'static str],
    /// Keys above words for the command line of a container.
    options: &'static [&'static str],
    /// Keys above maps whose keys are names of jobs.
    jobs: &'static [&'static str],
    /// Keys above declared inputs, whose `default` is a value.
    declared: &'static [&'static str],
}

pub(crate) static GITHUB: Service = Service {
    variables: &["env"],
    scripts: &["run", "script"],
    inputs: &["with", "credentials", "secrets"],
    options: &["options"],
    jobs: &["jobs"],
    declared: &["inputs"],
};

pub(crate) static GITLAB: Service = Service {
    variables: &["variables", "matrix"],
    scripts: &["script", "before_script", "after_script", "pre_get_sources_script"],
    inputs: &["inputs"],
    options: &["command", "entrypoint"],
    jobs: &[],
    declared: &["inputs"],
};

pub(crate) static CIRCLECI: Service = Service {
    variables: &["environment"],
    scripts: &["run", "command"],
    inputs: &["auth", "aws_auth"],
    options: &[],
    jobs: &["jobs", "commands", "executors"],
    declared: &["parameters"],
};

pub(crate) static AZURE: Service = Service {
    variables: &["variables", "env"],
    scripts: &["script", "bash", "pwsh", "powershell", "inlineScript"],
    inputs: &["inputs"],
    options: &["options"],
    jobs: &[],
    declared: &["parameters"],
};

pub(crate) static BITBUCKET: Service = Service {
    variables: &["variables", "environment"],
    scripts: &["script", "after-script"],
    inputs: &["image"],
    options: &[],
    jobs: &[],
    declared: &[],
};

pub(crate) static TRAVIS: Service = Service {
    variables: &["env", "global", "jobs", "matrix"],
    scripts: &[
        "before_install",
        "install",
        "before_script",
        "script",
        "after_success",
        "after_failure",
        "before_deploy",
        "after_deploy",
        "after_script",
    ],
    inputs: &["deploy", "notifications", "addons"],
    options: &[],
    jobs: &[],
    declared: &[],
};

/// Drone and Woodpecker.
pub(crate) static DRONE: Service = Service {
    variables: &["environment"],
    scripts: &["commands", "command"],
    inputs: &["settings"],
    options: &[],
    jobs: &[],
    declared: &[],
};

/// Google Cloud Build.
pub(crate) static CLOUD_BUILD: Service = Service {
    variables: &["env", "substitutions"],
    scripts: &["script"],
    inputs: &[],
    options: &["args"],
    jobs: &[],
    declared: &[],
};

/// AWS CodeBuild.
pub(crate) static CODE_BUILD: Service = Service {
    variables: &["variables"],
    scripts: &["commands"],
    inputs: &[],
    options: &[],
    jobs: &["phases"],
    declared: &[],
};

/// Files that deploy a program with its variables: Serverless, Wrangler, Fly, Netlify, App Engine.
pub(crate) static DEPLOYMENT: Service = Service {
    variables: &["environment", "env", "vars", "env_variables", "build_env_variables"],
    scripts: &["command", "release_command"],
    inputs: &[],
    options: &[],
    jobs: &["functions"],
    declared: &[],
};

/// Who is given what stands here, and the way to it.
#[derive(Clone, Debug)]
struct Spot {
    path: String,
    taker: String,
}

impl Spot {
    fn below(&self, key: &str) -> Self {
        let path = match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        };
        Self { path, taker: self.taker.clone() }
    }

    fn item(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), taker: self.taker.clone() }
    }
}

/// What a map or list holds, as the key above it says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Variables,
    Script,
    Inputs,
    Options,
    Jobs,
    Declared,
}

pub(crate) fn document(sheet: &mut Sheet<'_>, service: &'static Service, root: Node<'_>) {
    let spot = Spot { path: String::new(), taker: "the pipeline".to_owned() };
    walk(sheet, service, root, &spot, Role::Plain);
}

impl Service {
    fn role(&self, key: &str) -> Role {
        let has = |keys: &[&str]| keys.contains(&key);
        match () {
            () if has(self.variables) => Role::Variables,
            () if has(self.scripts) => Role::Script,
            () if has(self.inputs) && !has(self.declared) => Role::Inputs,
            () if has(self.options) => Role::Options,
            () if has(self.jobs) => Role::Jobs,
            () if has(self.declared) => Role::Declared,
            () => Role::Plain,
        }
    }
}

// The parser bounds how deep a tree is, and so this recursion. An alias is not followed: what it
// names was read where it stands.
fn walk(sheet: &mut Sheet<'_>, service: &'static Service, node: Node<'_>, at: &Spot, role: Role) {
    match node.kind() {
        Kind::Map => {
            let uses = node.get("uses").and_then(Node::as_str).unwrap_or_default();
            for entry in node.children() {
                let Some(key) = entry.key() else { continue };
                let mut below = at.below(key);
                match role {
                    Role::Jobs => below.taker = format!("job `{key}`"),
                    Role::Declared => {
                        declared(sheet, service, key, entry, &below);
                        continue;
                    }
                    Role::Variables | Role::Inputs => {
                        variable(sheet, service, key, entry, &below, role);
                        continue;
                    }
                    _ => {}
                }
                let inner = service.role(key);
                if inner == Role::Inputs && !uses.is_empty() {
                    let action = uses.split('@').next().unwrap_or(uses);
                    below.taker = format!("action `{action}`");
                    stored_key::inputs(sheet, action, entry, &below.path);
                }
                walk(sheet, service, entry, &below, inner);
            }
        }
        Kind::Seq => {
            for (index, item) in node.children().enumerate() {
                let below = at.item(index);
                match role {
                    Role::Variables => listed(sheet, service, item, &below),
                    _ => walk(sheet, service, item, &below, role),
                }
            }
        }
        _ => scalar(sheet, node, at, role),
    }
}

fn scalar(sheet: &mut Sheet<'_>, node: Node<'_>, at: &Spot, role: Role) {
    let key = node.key().unwrap_or_default();
    let place = |kind, expects| At { kind, path: &at.path, key, taker: &at.taker, expects };
    match role {
        Role::Options | Role::Script => {
            sheet.command(node, place(SlotKind::CommandArgument, Expectation::Text));
        }
        _ => sheet.value(node, place(SlotKind::Other, Expectation::Text)),
    }
}

/// A variable or an input: a scalar, or a map with `value` or what only the service knows.
fn variable(
    sheet: &mut Sheet<'_>,
    service: &'static Service,
    key: &str,
    entry: Node<'_>,
    at: &Spot,
    role: Role,
) {
    match entry.kind() {
        Kind::Map => match entry.children().find(|it| it.key() == Some("value")) {
            Some(value) => named(sheet, key, value, at, role),
            None => walk(sheet, service, entry, at, role),
        },
        // Travis: `env`, `global`, and then a list of variables.
        Kind::Seq if role == Role::Variables && service.variables.contains(&key) => {
            walk(sheet, service, entry, at, role);
        }
        Kind::Seq => {
            for (index, item) in entry.children().enumerate() {
                match item.kind() {
                    Kind::Map | Kind::Seq => walk(sheet, service, item, &at.item(index), role),
                    _ => named(sheet, key, item, &at.item(index), role),
                }
            }
        }
        _ => named(sheet, key, entry, at, role),
    }
}

fn named(sheet: &mut Sheet<'_>, key: &str, value: Node<'_>, at: &Spot, role: Role) {
    let kind = if role == Role::Inputs { SlotKind::Argument } else { SlotKind::Environment };
    // What an input holds may be a script.
    let many = known(value).is_some_and(|it| it.trim_end().contains('\n'));
    let expects = if many { Expectation::Text } else { Expectation::ByName };
    let expects = match at.path.rsplit('.').nth(1) {
        Some("credentials" | "auth") if key == "password" => Expectation::Credential,
        _ => expects,
    };
    sheet.value(value, At { kind, path: &at.path, key, taker: &at.taker, expects });
    if many {
        let expects = Expectation::ByName;
        sheet.value(value, At { kind, path: &at.path, key, taker: &at.taker, expects });
    }
    if role == Role::Variables {
        stored_key::variable(sheet, key, value, &at.path);
    }
}

/// An item of a list of variables.
fn listed(sheet: &mut Sheet<'_>, service: &'static Service, item: Node<'_>, at: &Spot) {
    if item.kind() == Kind::Map {
        let name = item.get("name").and_then(Node::as_str);
        let value = item.children().find(|it| it.key() == Some("value"));
        match (name, value) {
            (Some(name), Some(value)) => named(sheet, name, value, at, Role::Variables),
            _ => walk(sheet, service, item, at, Role::Variables),
        }
        return;
    }
    // Travis takes several on one line.
    let several = known(item).is_some_and(|it| it.trim().contains(' ') && it.contains('='));
    if several {
        let place = At {
            kind: SlotKind::Environment,
            path: &at.path,
            key: "",
            taker: &at.taker,
            expects: Expectation::Text,
        };
        return sheet.command(item, place);
    }
    assignment(sheet, item, &at.path, &at.taker, SlotKind::Environment);
}

/// `NAME=value` in one text.
pub(crate) fn assignment(
    sheet: &mut Sheet<'_>,
    node: Node<'_>,
    path: &str,
    taker: &str,
    kind: SlotKind,
) {
    let Some(text) = known(node) else { return };
    let Some((name, _)) = text.split_once('=') else { return };
    let range = name.len() + 1..text.len();
    let key = name.trim();
    sheet.part(node, range, At { kind, path, key, taker, expects: Expectation::ByName });
}

/// An input that callers may give: what it is without them.
fn declared(
    sheet: &mut Sheet<'_>,
    service: &'static Service,
    key: &str,
    entry: Node<'_>,
    at: &Spot,
) {
    let default = entry.children().find(|it| it.key() == Some("default"));
    let Some(default) = default.filter(|_| entry.kind() == Kind::Map) else {
        return variable(sheet, service, key, entry, at, Role::Inputs);
    };
    let (kind, expects) = (SlotKind::VariableDefault, Expectation::ByName);
    sheet.value(default, At { kind, path: &at.path, key, taker: &at.taker, expects });
}
