//! Repairs for Codex, whose values refer to nothing: another key names the variable.
//!
//! <https://developers.openai.com/codex/mcp> and the configuration reference, read 2026.
//! An entry is changed as a whole, so only where nothing else stands in it.

use std::collections::BTreeMap;

use model::{Edit, Fix, LiteralClass, Place, Safety};
use syntax::{Kind, Node};

use crate::clients::Layout;
use crate::lowering::Lowering;

/// The entry that takes the place of one with a literal.
struct Swap {
    entry: Place,
    form: Form,
    key: String,
    label: String,
}

/// An entry that may give way.
struct Change<'t> {
    /// The server or provider.
    owner: Node<'t>,
    entry: Node<'t>,
    /// What holds the literal: the entry itself, or the only one inside it.
    value: Node<'t>,
    /// Stands before the literal.
    scheme: &'static str,
    form: Form,
}

/// How the new entry names the variable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `bearer_token_env_var = "NAME"`
    Named(&'static str),
    /// `env_http_headers = { "Header" = "NAME" }`
    Header,
    /// `env_vars = ["NAME"]`: the process gets it under the same name.
    Passed,
}

impl Form {
    /// The key of the new entry.
    fn key(self) -> &'static str {
        match self {
            Self::Named(key) => key,
            Self::Header => "env_http_headers",
            Self::Passed => "env_vars",
        }
    }
}

impl Lowering<'_> {
    /// Hangs a repair on the literals of Codex' files that stand once and alone.
    pub(crate) fn repairs_by_name(&mut self) {
        if !matches!(self.format.layout, Layout::Codex | Layout::CodexAgent) {
            return;
        }
        let swaps = self.swaps();
        if swaps.is_empty() {
            return;
        }
        let groups = self.values();
        let written = self.written(&groups);
        let mut names = self.names();
        for (secret, all) in groups {
            let [(index, place)] = *all else { continue };
            let Some(swap) = swaps.get(&place) else { continue };
            // Somewhere else it would be left behind.
            let is_once = written.get(&secret).is_some_and(|it| it.len() == 1);
            let credential = self.facts.credentials.get_mut(index).filter(|_| is_once);
            let Some(credential) = credential else { continue };
            let exact = credential
                .literal()
                .is_some_and(|it| it.decoded.is_empty() && it.class == LiteralClass::Secret);
            if !exact {
                continue;
            }
            let wanted = match swap.form {
                Form::Passed => swap.key.clone(),
                // Such keys say nothing that the kind does not say.
                Form::Named(_) => secrets::variable_of(&swap.label, "", credential.kind),
                Form::Header => secrets::variable_of(&swap.label, &swap.key, credential.kind),
            };
            let name = names.choose([wanted], &secret);
            let key = swap.form.key();
            let text = match swap.form {
                Form::Passed if name != swap.key => continue,
                Form::Passed => format!("{key} = [\"{name}\"]"),
                Form::Named(_) => format!("{key} = \"{name}\""),
                Form::Header => format!("{key} = {{ \"{}\" = \"{name}\" }}", swap.key),
            };
            credential.fix = Some(Box::new(Fix {
                title: format!("Write `{text}`"),
                safety: Safety::Unsafe,
                edits: vec![Edit::replace(swap.entry, text)],
            }));
        }
    }

    /// Entries that another one can stand for, by the place of their literal.
    fn swaps(&self) -> BTreeMap<Place, Swap> {
        let mut swaps = BTreeMap::new();
        let Some(root) = self.document() else { return swaps };
        let of = |key: &str| root.get(key).map(Node::entries).unwrap_or_default();
        for (label, owner) in of("mcp_servers") {
            let form = Form::Named("bearer_token_env_var");
            if let Some(node) = owner.get("bearer_token") {
                let change = Change { owner, entry: node, value: node, scheme: "", form };
                swaps.extend(self.swap(&change, label));
            }
            let headers = self.header_change(owner, Some(form));
            let passed = owner.get("env").and_then(|entry| {
                let value = self.only_entry(entry)?;
                Some(Change { owner, entry, value, scheme: "", form: Form::Passed })
            });
            let changes = [headers, passed].into_iter().flatten();
            swaps.extend(changes.filter_map(|it| self.swap(&it, label)));
        }
        for (label, owner) in of("model_providers") {
            let token = owner.get("experimental_bearer_token").map(|node| {
                let form = Form::Named("env_key");
                Change { owner, entry: node, value: node, scheme: "", form }
            });
            let changes = [token, self.header_change(owner, None)].into_iter().flatten();
            swaps.extend(changes.filter_map(|it| self.swap(&it, label)));
        }
        swaps
    }

    /// The only header of an owner; `bearer` is where the token of a scheme can go.
    fn header_change<'t>(&self, owner: Node<'t>, bearer: Option<Form>) -> Option<Change<'t>> {
        let entry = owner.get("http_headers")?;
        let value = self.only_entry(entry)?;
        let scheme = "Bearer ";
        if !value.as_str()?.starts_with(scheme) {
            return Some(Change { owner, entry, value, scheme: "", form: Form::Header });
        }
        let form = bearer.filter(|_| value.key().is_some_and(is_authorization))?;
        Some(Change { owner, entry, value, scheme, form })
    }

    /// The place of a change's literal, and what takes the place of its entry.
    fn swap(&self, change: &Change<'_>, label: &str) -> Option<(Place, Swap)> {
        let Change { owner, entry, value, scheme, form } = *change;
        let (key, text) = (value.key()?, value.as_str()?);
        let source = self.source.tree.source();
        let content = value.content_span();
        let same = source.get(content.range()) == Some(text) && text.starts_with(scheme);
        let span = entry.entry_span();
        let written = source.get(span.range())?;
        // A dotted key (`env.NAME = …`) is no entry of its own, and a comment would be lost.
        let dotted = source.get(..span.start as usize)?.ends_with('.');
        let is_entry = written.strip_prefix(entry.key()?)?.trim_start().starts_with('=');
        let is_name = key.bytes().all(|it| {
            it.is_ascii_alphanumeric() || it == b'_' || it == b'-' && form != Form::Passed
        });
        let is_simple = same && is_entry && is_name && !dotted && !written.contains('\n');
        if !is_simple || owner.get(form.key()).is_some() {
            return None;
        }
        let mut place = self.source.place(content);
        place.span.start += u32::try_from(scheme.len()).ok()?;
        let (key, label) = (key.to_owned(), label.to_owned());
        Some((place, Swap { entry: self.source.place(span), form, key, label }))
    }

    /// The only entry of a map in braces.
    fn only_entry<'t>(&self, map: Node<'t>) -> Option<Node<'t>> {
        let source = self.source.tree.source();
        let braced = source.get(map.span().range()).is_some_and(|it| it.starts_with('{'));
        let mut children = map.children();
        let first = children.next().filter(|it| braced && it.kind() == Kind::String)?;
        children.next().is_none().then_some(first)
    }
}

fn is_authorization(header: &str) -> bool {
    header.eq_ignore_ascii_case("authorization")
}
