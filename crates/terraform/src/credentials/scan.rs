//! Literals in the text of modules, whether anything uses them or not.

use std::rc::Rc;

use model::{Origin, Piece, Place, Slot, SlotKind, Source, Text};
use secrets::{Expectation, Question, Verdict};
use syntax::{Kind, Node};

use super::found::Site;
use super::table;
use crate::lower::{Collector, Unit};
use crate::{path, values};

/// Arguments that hold a script; only known formats count there.
const SCRIPTS: &[&str] = &[
    "user_data",
    "user_data_base64",
    "custom_data",
    "metadata_startup_script",
    "startup-script",
    "inline",
    "command",
];

/// Arguments that hold the words of a command.
const COMMANDS: &[&str] = &["command", "args", "arguments", "entrypoint", "cmd"];

/// Arguments whose texts are for people.
const PROSE: &[&str] = &["description", "error_message", "condition", "comment"];

/// Functions that hand a text on.
const TRANSPARENT: &[&str] = &[
    "base64encode",
    "coalesce",
    "concat",
    "jsonencode",
    "merge",
    "nonsensitive",
    "sensitive",
    "templatefile",
    "templatestring",
    "tolist",
    "tomap",
    "toset",
    "trimspace",
    "try",
    "yamlencode",
];

pub(super) fn lower(unit: &Unit<'_, '_>, modules: &[usize], out: &mut Collector) {
    for module in modules {
        let Some(module) = unit.evaluator.project.modules.get(*module) else { continue };
        for source in &module.sources {
            Scan { unit, source }.file(out);
        }
    }
}

/// Rows of arguments that stand at the top of a file of Consul's agent.
const AGENT: &str = "consul-agent";

struct Scan<'s, 'e, 'p> {
    unit: &'s Unit<'e, 'p>,
    source: &'s Source<'p>,
}

/// What surrounds a literal.
#[derive(Clone)]
struct Around<'c> {
    /// `var.x`, `aws_db_instance.x`, `terraform.tfvars`
    base: Rc<str>,
    taker: Rc<str>,
    slot: SlotKind,
    path: String,
    key: &'c str,
    rows: &'static [table::Row],
    expectation: Expectation,
    region: Place,
    in_state: bool,
}

impl<'p> Scan<'_, '_, 'p> {
    fn file(&self, out: &mut Collector) {
        let Some(root) = self.source.tree.root() else { return };
        let name = path::name(self.source.path);
        let values = name.contains(".tfvars")
            || self.unit.evaluator.project.is_variables_file(self.source.file);
        let backend = name.ends_with(".tfbackend");
        let agent = name.ends_with(".hcl") && !values;
        for child in root.children() {
            let around = match (child.kind(), child.key()) {
                (Kind::Block, Some(kind)) => self.block(child, kind),
                (_, Some(key)) => Around {
                    base: name.into(),
                    taker: name.into(),
                    slot: match name {
                        _ if values => SlotKind::VariableFile,
                        _ if backend => SlotKind::Backend,
                        _ => SlotKind::Other,
                    },
                    path: key.to_owned(),
                    key,
                    rows: &[],
                    expectation: match key {
                        _ if backend && table::is_backend_credential(key) => {
                            Expectation::Credential
                        }
                        _ if agent && table::row(table::rows(AGENT), key).is_some() => {
                            Expectation::Credential
                        }
                        key => by_name(key),
                    },
                    region: self.source.place(child.entry_span()),
                    in_state: false,
                },
                (_, None) => continue,
            };
            match child.kind() {
                Kind::Block => self.body(child, &around, out),
                _ => self.value(child, &around, out),
            }
        }
    }

    fn block(&self, block: Node<'p>, kind: &'p str) -> Around<'p> {
        let labels: Vec<&str> = block.labels().filter_map(Node::text).collect();
        let first = labels.first().copied().unwrap_or("");
        let last = labels.last().copied().unwrap_or("");
        let (base, taker, slot, rows) = match kind {
            "variable" => (
                format!("var.{last}"),
                format!("variable \"{last}\""),
                SlotKind::VariableDefault,
                String::new(),
            ),
            "locals" => ("local".to_owned(), "locals".to_owned(), SlotKind::Local, String::new()),
            "output" => (
                format!("output.{last}"),
                format!("output \"{last}\""),
                SlotKind::Local,
                String::new(),
            ),
            "provider" => (
                format!("provider.{last}"),
                format!("provider \"{last}\""),
                SlotKind::Provider,
                format!("provider.{last}"),
            ),
            "resource" | "ephemeral" => {
                (format!("{first}.{last}"), first.to_owned(), SlotKind::Argument, first.to_owned())
            }
            "data" if first == "terraform_remote_state" => {
                (format!("data.{first}.{last}"), first.to_owned(), SlotKind::Backend, store(block))
            }
            "remote_state" => (kind.to_owned(), kind.to_owned(), SlotKind::Backend, store(block)),
            "data" => (
                format!("data.{first}.{last}"),
                first.to_owned(),
                SlotKind::Argument,
                first.to_owned(),
            ),
            "module" => (
                format!("module.{last}"),
                format!("module \"{last}\""),
                SlotKind::Argument,
                String::new(),
            ),
            "backend" => (
                format!("backend.{last}"),
                format!("backend \"{last}\""),
                SlotKind::Backend,
                format!("backend.{last}"),
            ),
            // Blocks of Vault, Consul, Nomad, Boundary and Packer.
            other => (
                other.to_owned(),
                other.to_owned(),
                SlotKind::Other,
                format!("{other}.{first}").trim_end_matches('.').to_owned(),
            ),
        };
        Around {
            base: base.into(),
            taker: taker.into(),
            slot,
            path: String::new(),
            // The default of a variable is known by the variable's name.
            key: if matches!(kind, "variable" | "output") { last } else { "" },
            rows: table::rows(&rows),
            expectation: Expectation::ByName,
            region: self.source.place(block.span()),
            in_state: matches!(kind, "resource"),
        }
    }

    /// Recursion follows the tree, whose depth the parser bounds.
    fn body(&self, block: Node<'p>, around: &Around<'p>, out: &mut Collector) {
        let Some(body) = block.body() else { return };
        for child in body.children() {
            let Some(key) = child.key() else { continue };
            if child.kind() == Kind::Block {
                let nested = if key == "backend" && &*around.base == "terraform" {
                    self.block(child, key)
                } else {
                    let name = match key {
                        "dynamic" => child.labels().next().and_then(Node::text).unwrap_or(key),
                        _ => key,
                    };
                    self.below(around, name)
                };
                // The content of a dynamic block is the block itself.
                let nested = if key == "content" { around.clone() } else { nested };
                self.body(child, &nested, out);
                continue;
            }
            let mut entry = self.below(around, key);
            let named_by_block = matches!(
                (around.slot, key),
                (SlotKind::VariableDefault, "default") | (SlotKind::Local, "value")
            );
            if named_by_block && around.path.is_empty() && !around.key.is_empty() {
                entry.key = around.key;
                entry.path = key.to_owned();
            } else if &*around.base == "local" {
                entry.base = format!("local.{key}").into();
            } else if matches!(key, "source" | "version") {
                entry.expectation = Expectation::Text;
            }
            self.value(child, &entry, out);
        }
    }

    /// The surroundings of an entry below.
    fn below(&self, around: &Around<'p>, key: &'p str) -> Around<'p> {
        let dot = if around.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{key}", around.path);
        let row = table::row(around.rows, &path).filter(|it| !it.is_map());
        let expectation = match around.expectation {
            Expectation::Text => Expectation::Text,
            _ if row.is_some() && around.slot != SlotKind::Argument => Expectation::Credential,
            _ => by_name(key),
        };
        let slot = match key {
            "tags" | "labels" | "annotations" | "tags_all" => SlotKind::Annotation,
            "environment" | "environment_variables" | "environment_vars" | "env" | "env_vars" => {
                SlotKind::Environment
            }
            "headers" => SlotKind::Header,
            "args" | "arguments" => SlotKind::CommandArgument,
            _ if SCRIPTS.contains(&key) => SlotKind::UserData,
            _ => around.slot,
        };
        let (base, taker) = (Rc::clone(&around.base), Rc::clone(&around.taker));
        let Around { rows, region, in_state, .. } = *around;
        Around { base, taker, slot, path, key, rows, expectation, region, in_state }
    }

    fn value(&self, node: Node<'p>, around: &Around<'p>, out: &mut Collector) {
        let inner = |node, out: &mut Collector| self.value(node, around, out);
        match node.kind() {
            Kind::String => {
                let text = Text::from_node(node, self.source.file);
                self.judge(&text, around, out);
            }
            Kind::Template => {
                let text = self.template(node);
                self.judge(&text, around, out);
                for child in node.children().filter(|it| it.kind() == Kind::Interp) {
                    self.code(child, around, out);
                }
            }
            Kind::Seq if COMMANDS.contains(&around.key) => self.command(node, around, out),
            Kind::Seq | Kind::Paren => node.children().for_each(|it| inner(it, out)),
            Kind::Map => self.map(node, around, out),
            Kind::Cond => {
                node.children().skip(1).for_each(|it| inner(it, out));
                node.children().take(1).for_each(|it| self.code(it, around, out));
            }
            // What stands in for a missing variable of the environment, or a missing key of a
            // map, is used as it is.
            Kind::Call if matches!(node.text(), Some("get_env" | "lookup")) => {
                let named = if node.text() == Some("lookup") { 2 } else { 1 };
                node.children().take(named).for_each(|it| self.code(it, around, out));
                node.children().skip(named).for_each(|it| inner(it, out));
            }
            Kind::Call if node.text().is_some_and(|it| TRANSPARENT.contains(&it)) => {
                node.children().for_each(|it| inner(it, out));
            }
            _ => self.code(node, around, out),
        }
    }

    /// The words of a command: a flag says what the word behind it is.
    fn command(&self, node: Node<'p>, around: &Around<'p>, out: &mut Collector) {
        let words: Vec<Node<'p>> = node.children().collect();
        let known: Vec<Option<&str>> =
            words.iter().map(|it| it.as_str().filter(|_| it.kind() == Kind::String)).collect();
        let handed = Around { slot: SlotKind::CommandArgument, ..around.clone() };
        for argument in secrets::arguments(&known) {
            let (Some(word), Verdict::Credentials(found)) =
                (words.get(argument.index), argument.verdict)
            else {
                continue;
            };
            let text = Text::from_node(*word, self.source.file);
            let flag = argument.name.trim_start_matches('-');
            let key = if flag.is_empty() { around.key } else { flag };
            for it in found {
                let Some(origin) = text.locate(it.range.start, it.range.end) else { continue };
                let place = origin.place;
                out.literal(self.site(key, &handed).literal(it, origin), place);
            }
        }
        // A script among the words is a text of several lines.
        node.children().for_each(|it| self.value(it, around, out));
    }

    fn map(&self, node: Node<'p>, around: &Around<'p>, out: &mut Collector) {
        for child in node.children() {
            if let Some(key) = child.key() {
                let mut entry = self.below(around, key);
                if is_plural(around.key) && secrets::key_names_credential(key).is_none() {
                    entry.key = around.key;
                }
                self.value(child, &entry, out);
            } else if child.kind() == Kind::Pair
                && let Some(value) = child.child(1)
            {
                self.value(value, around, out);
            }
        }
    }

    /// Texts inside an expression name things; only known formats count.
    fn code(&self, node: Node<'p>, around: &Around<'p>, out: &mut Collector) {
        let mut texts = std::iter::once(node)
            .chain(node.descendants())
            .filter(|it| it.kind() == Kind::String)
            .peekable();
        if texts.peek().is_none() {
            return;
        }
        let around = Around { expectation: Expectation::Text, ..around.clone() };
        for text in texts {
            self.judge(&Text::from_node(text, self.source.file), &around, out);
        }
    }

    /// A template with its interpolations unknown.
    fn template(&self, node: Node<'_>) -> Text {
        let mut text = Text::default();
        for child in node.children() {
            match child.kind() {
                Kind::String => {
                    text.pieces.extend(Text::from_node(child, self.source.file).pieces);
                }
                _ => text.pieces.push(Piece::Unknown {
                    origin: Origin::at(self.source.place_of(child)),
                    remote: None,
                }),
            }
        }
        text
    }

    fn judge(&self, text: &Text, around: &Around<'_>, out: &mut Collector) {
        let assigned = assignment(text).filter(|_| around.slot == SlotKind::Environment);
        let (key, text) = match &assigned {
            Some((key, text)) => (key.as_str(), text),
            None => (around.key, text),
        };
        let question = Question { key, expectation: around.expectation };
        let (Verdict::Credentials(found), origins) = secrets::judge_text(text, &question) else {
            return;
        };
        let site = self.site(key, around);
        for (found, origin) in found.into_iter().zip(origins) {
            let place = origin.place;
            out.literal(site.literal(found, origin), place);
        }
    }

    fn site(&self, key: &str, around: &Around<'_>) -> Site {
        Site {
            address: self.unit.named(&format!("{}#{}", around.base, around.path)),
            name: if key.is_empty() { around.base.to_string() } else { key.to_owned() },
            slot: Slot {
                kind: around.slot,
                path: around.path.clone(),
                taker: around.taker.to_string(),
            },
            holder: None,
            in_state: around.in_state,
            twin: None,
            region: around.region,
        }
    }
}

/// `passwords`, `api_keys`: a map whose entries are told apart by the names of their users.
fn is_plural(key: &str) -> bool {
    use model::CredentialKind as K;
    key.ends_with('s')
        && !key.ends_with("pass")
        && matches!(secrets::key_names_credential(key), Some(K::Password | K::ApiKey | K::Token))
}

/// `NAME=value` as its name and the text of its value.
fn assignment(text: &Text) -> Option<(String, Text)> {
    let (first, rest) = text.pieces.split_first()?;
    let Piece::Literal { text: all, .. } = first else { return None };
    let (name, value) = all.split_once('=')?;
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let cut = values::slice(first, all.len() - value.len(), all.len());
    let pieces = cut.into_iter().filter(|_| !value.is_empty()).chain(rest.iter().cloned());
    Some((name.to_owned(), Text { pieces: pieces.collect() }))
}

/// The rows of the backend that a block names.
fn store(block: Node<'_>) -> String {
    let kind = block.body().and_then(|it| it.get("backend")?.as_str());
    kind.map_or(String::new(), |it| format!("backend.{it}"))
}

/// How much the key of a value says about it.
fn by_name(key: &str) -> Expectation {
    if SCRIPTS.contains(&key) || PROSE.contains(&key) {
        Expectation::Text
    } else {
        Expectation::ByName
    }
}
