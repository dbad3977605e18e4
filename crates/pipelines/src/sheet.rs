//! A file and what was learned from it: the one way from a value in a place to a fact.

use std::collections::BTreeSet;
use std::ops::Range;

use model::{
    Address, Certainty, Credential, CredentialKind, Edit, Facts, Fix, Literal, Origin, Place,
    Reference, Safety, Slot, SlotKind, Source, Storage,
};
use secrets::{Expectation, Found, Question, VariableNames, Verdict};
use syntax::{Flags, Kind, Node, Span, Style};

use crate::format::Format;
use crate::notation::Notation;

/// A place that may hold a credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'s> {
    pub(crate) kind: SlotKind,
    /// The key path: `jobs.deploy.env.TOKEN`.
    pub(crate) path: &'s str,
    /// What names the value.
    pub(crate) key: &'s str,
    /// What takes it: `job deploy`.
    pub(crate) taker: &'s str,
    pub(crate) expects: Expectation,
}

/// A file under reading.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) format: Format,
    pub(crate) facts: Facts,
    /// Literals that are known: one secret is one fact, however many ways lead to it.
    literals: BTreeSet<Place>,
    /// What stands in brackets, where a plain YAML scalar may hold no brackets itself. Sorted.
    flows: Vec<Span>,
    /// Values of this file are encrypted one by one.
    encrypted: bool,
    /// The names that repairs give.
    names: VariableNames,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(source: Source<'a>, format: Format) -> Self {
        let mut flows: Vec<Span> = Vec::new();
        for node in source.tree.nodes().filter(|it| it.style() == Style::Flow) {
            if flows.last().is_none_or(|it| it.end <= node.span().start) {
                flows.push(node.span());
            }
        }
        let encrypted = source.tree.documents().any(is_encrypted);
        let literals = BTreeSet::new();
        Self {
            source,
            format,
            facts: Facts::default(),
            literals,
            flows,
            encrypted,
            names: VariableNames::default(),
        }
    }

    pub(crate) fn finish(mut self) -> Facts {
        let text: &str = self.source.tree.source();
        let own = |file| (file == self.source.file).then_some(text);
        secrets::complete_repairs(&mut self.facts.credentials, own);
        self.facts
    }

    /// The file's own name, for messages.
    pub(crate) fn file_name(&self) -> &'a str {
        model::path::name(self.source.path)
    }

    pub(crate) fn address(&self, path: &str) -> Address {
        Address::new(self.source.path, format!("{}#{path}", self.source.path))
    }

    /// Records what stands in a scalar.
    pub(crate) fn value(&mut self, node: Node<'_>, at: At<'_>) {
        let len = node.text().map_or(0, str::len);
        self.part(node, 0..len, at);
    }

    /// Records what stands in a part of a scalar, by offsets in its text.
    pub(crate) fn part(&mut self, node: Node<'_>, range: Range<usize>, at: At<'_>) {
        let Some(text) = known(node).and_then(|it| it.get(range.clone())) else { return };
        if text.is_empty() {
            return;
        }
        let verdict = secrets::judge(text, &Question { key: at.key, expectation: at.expects });
        let place = self.place(node, &range);
        match verdict {
            Verdict::Nothing | Verdict::Placeholder => {}
            Verdict::Encrypted => {
                let credential = self.credential(Storage::Encrypted, place, node, at);
                self.facts.credentials.push(credential);
            }
            Verdict::Reference { syntax, target } => {
                let origin = Origin::at(place);
                let reference = Reference { syntax, target, expanded: None, origin };
                let credential = self.credential(Storage::Reference(reference), place, node, at);
                self.facts.credentials.push(credential);
            }
            Verdict::Credentials(found) => {
                for it in found {
                    let inner = range.start + it.range.start..range.start + it.range.end;
                    self.literal(it, node, inner, at);
                }
            }
        }
    }

    /// Records the credentials among the words of a command that is one text.
    pub(crate) fn command(&mut self, node: Node<'_>, at: At<'_>) {
        let Some(text) = known(node) else { return };
        for it in secrets::command_line(text) {
            let range = it.range.clone();
            self.literal(it, node, range, at);
        }
        self.value(node, At { expects: Expectation::Text, ..at });
    }

    /// Records the credentials among the arguments of a command that is a list.
    pub(crate) fn arguments(&mut self, words: &[Node<'_>], at: At<'_>) {
        let texts: Vec<Option<&str>> = words.iter().map(|it| known(*it)).collect();
        for argument in secrets::arguments(&texts) {
            let Some(node) = words.get(argument.index) else { continue };
            let Verdict::Credentials(found) = argument.verdict else { continue };
            let key = argument.name.trim_start_matches('-');
            let key = if key.is_empty() { at.key } else { key };
            for it in found {
                let range = it.range.clone();
                self.literal(it, *node, range, At { key, ..at });
            }
        }
    }

    fn place(&self, node: Node<'_>, range: &Range<usize>) -> Place {
        let span = Span::from_usize(range.start, range.end);
        self.source.place(node.offset_map().to_span(span.start, span.end))
    }

    fn literal(&mut self, found: Found, node: Node<'_>, range: Range<usize>, at: At<'_>) {
        // A sample is filled in by whoever copies it; only what an issuer made was not meant.
        let issued = found.certainty <= Certainty::Format && found.provider.is_some();
        if self.format == (Format::Dotenv { sample: true }) && !issued {
            return;
        }
        let place = self.place(node, &range);
        if !self.literals.insert(place) {
            return;
        }
        let is_google = self.format == Format::LoginJson
            && at.path == "private_key"
            && found.kind == CredentialKind::PrivateKey;
        let found = if is_google { secrets::of_service_account(found) } else { found };
        let fix = self.fix(&found, node, &range, place, at);
        let literal =
            Literal { beside_encryption: self.encrypted, ..found.literal(Origin::at(place)) };
        let advice = self.format.advice();
        let credential = Credential {
            kind: found.kind,
            provider: found.provider,
            expiry: found.expiry,
            replacement: found.replacement.or(Some(advice.into())),
            fix,
            ..self.credential(Storage::Literal(literal), place, node, at)
        };
        self.facts.credentials.push(credential);
    }

    fn credential(&self, storage: Storage, place: Place, node: Node<'_>, at: At<'_>) -> Credential {
        let name =
            if at.key.is_empty() { at.path.rsplit('.').next().unwrap_or("") } else { at.key };
        Credential::new(
            self.address(at.path),
            name.to_owned(),
            Slot { kind: at.kind, path: at.path.to_owned(), taker: at.taker.to_owned() },
            storage,
            place,
            self.source.place(node.entry_span()),
        )
    }

    /// Writes a reference where a literal stands. Only where the bytes of the file are the value
    /// itself: an escaped or folded text is not rewritten, so nothing of it can be left behind.
    fn fix(
        &mut self,
        found: &Found,
        node: Node<'_>,
        range: &Range<usize>,
        place: Place,
        at: At<'_>,
    ) -> Option<Box<Fix>> {
        let notation = self.format.notation()?;
        let text = known(node)?;
        let source = self.source.tree.source();
        if source.get(place.span.range()) != text.get(range.clone())
            || text.len() > 4096
            || at.kind == SlotKind::VariableDefault
        {
            return None;
        }
        // An expression may not hold another one.
        let before = text.get(..range.start).unwrap_or_default();
        let opened = before.rfind("${{").is_some_and(|it| before.rfind("}}") < Some(it));
        if notation == Notation::Workflow && opened {
            return None;
        }
        let whole = range.len() == text.len();
        let wanted = secrets::variable(at.key, found.kind, !whole);
        let name = self.names.choose([wanted], &found.secret);
        let mut reference = notation.reference(&name);
        let mut place = place;
        if notation == Notation::Braced
            && let Some((before, after)) = default_of(text, range)
        {
            // A value that must be given takes the place of one with a default.
            place.span.start = place.span.start.checked_sub(u32::try_from(before.len()).ok()?)?;
            place.span.end = place.span.end.checked_add(u32::try_from(after.len()).ok()?)?;
            reference = format!("{}?}}", before.trim_end_matches(['-', '=']));
        }
        let plain = matches!(node.style(), Style::Plain | Style::None);
        if plain && self.in_flow(place.span) {
            if !whole {
                return None;
            }
            reference = format!("\"{reference}\"");
        }
        Some(Box::new(Fix {
            title: format!("Write `{reference}`"),
            safety: Safety::Unsafe,
            edits: vec![Edit::replace(place, reference)],
        }))
    }

    fn in_flow(&self, span: Span) -> bool {
        let after = self.flows.partition_point(|it| it.start <= span.start);
        after.checked_sub(1).and_then(|it| self.flows.get(it)).is_some_and(|it| it.end > span.start)
    }
}

/// The text of a scalar that no template fills in.
pub(crate) fn known(node: Node<'_>) -> Option<&str> {
    let scalar = matches!(node.kind(), Kind::String | Kind::Number | Kind::Bool);
    node.text().filter(|_| scalar && !node.flags().has(Flags::MASKED))
}

/// What stands around a literal that is the default of a variable: `${NAME:-` and `}`.
fn default_of<'t>(text: &'t str, range: &Range<usize>) -> Option<(&'t str, &'t str)> {
    let before = text.get(..range.start)?;
    let open = before.rfind("${")?;
    let before = before.get(open..)?;
    let name = before.strip_prefix("${")?.trim_end_matches([':', '-', '=']);
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let marked = before.ends_with(":-") || before.ends_with(":=");
    let after = text.get(range.end..)?.starts_with('}').then_some("}")?;
    (is_name && marked && !name.is_empty()).then_some((before, after))
}

/// True for a document whose values SOPS or dotenvx encrypts one by one.
fn is_encrypted(document: Node<'_>) -> bool {
    let sops = document.get("sops").is_some_and(|it| it.get("mac").is_some());
    let marked = |key: &str| key == "sops_mac" || key.starts_with("DOTENV_PUBLIC_KEY");
    sops || document.kind() == Kind::Map
        && document.children().any(|it| it.key().is_some_and(marked))
}
