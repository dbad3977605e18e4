//! Repairs: where a credential is written out, the reference that its client replaces.
//!
//! A repair never leaves the value in the file. All places of one value are changed at once,
//! and a value that also stands where nothing can be written instead gets no repair.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use model::{
    Edit, Fix, LiteralClass, Place, ReferenceSyntax, Safety, Secret, SecretFinder, SlotKind,
    Storage,
};
use secrets::VariableNames;
use syntax::{Flags, Kind, Language, Node, Span, Style};

use crate::clients::{CONTINUE, Layout};
use crate::dialect::Notation;
use crate::handover::{At, Taker};
use crate::lowering::Lowering;

/// Values of one file that are repaired, and places of one value: more is not read by a person.
const VALUES: usize = 200;

/// Words before a token that are no part of it.
const SCHEMES: &[&str] = &["Bearer ", "bearer ", "Token ", "token "];

/// What the repair of one literal needs to know of its place.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    kind: SlotKind,
    key: String,
    /// How its taker writes a reference.
    notation: Notation,
    /// What the variable is called after.
    label: String,
}

/// A scalar whose bytes are its value.
#[derive(Clone, Copy)]
struct Frame<'t> {
    before: &'t str,
    after: &'t str,
    /// Without quotes.
    plain: bool,
    /// Between brackets.
    flow: bool,
}

impl Lowering<'_> {
    /// How a tool server's values refer to a variable, where the client replaces them.
    pub(crate) fn server_notation(&self) -> Option<Notation> {
        match self.format.layout {
            // Values of a bundle are asked for when it is installed.
            Layout::Bundle | Layout::Marketplace => None,
            _ => self.value_notation(),
        }
    }

    /// The same for the values of the agent itself: only some clients replace them there.
    pub(crate) fn agent_notation(&self) -> Option<Notation> {
        match self.format.layout {
            Layout::Gemini
            | Layout::OpenCode
            | Layout::Crush
            | Layout::Continue
            | Layout::LiteLlm
            | Layout::LibreChat
            | Layout::OpenClaw
            | Layout::AgentGateway => self.value_notation(),
            _ => None,
        }
    }

    fn value_notation(&self) -> Option<Notation> {
        match self.format.layout {
            Layout::LiteLlm => Some(Notation::OsEnviron),
            // Its YAML files take names of its own store, its JSON files those of the process.
            _ if self.format.client == CONTINUE && self.format.language != Language::Json => {
                Some(Notation::Actions)
            }
            _ => self.format.expands.preferred(),
        }
    }

    /// Keeps what the repair of a literal needs, until the whole file is read.
    pub(crate) fn repairable(&mut self, place: Place, at: At<'_>, taker: &Taker) {
        let kinds = [
            SlotKind::Environment,
            SlotKind::Header,
            SlotKind::Url,
            SlotKind::Provider,
            SlotKind::CommandArgument,
        ];
        let Some(notation) = taker.notation.filter(|_| kinds.contains(&at.kind)) else { return };
        let (kind, key) = (at.kind, at.key.to_owned());
        let candidate = Candidate { kind, key, notation, label: taker.label.clone() };
        self.candidates.insert(place, candidate);
    }

    /// Hangs a repair on every literal that can have one.
    pub(crate) fn repairs(&mut self) {
        if self.candidates.is_empty() {
            return;
        }
        let groups = self.values();
        let frames = self.frames();
        let written = self.written(&groups);
        let mut names = self.names();
        let mut fixes = Vec::new();
        for (secret, indices) in groups.iter().take(VALUES) {
            let places: BTreeSet<Span> = indices.iter().map(|(_, place)| place.span).collect();
            // Somewhere else it would be left behind.
            if written.get(secret) != Some(&places) {
                continue;
            }
            if let Some(fix) = self.repair(secret, indices, &frames, &mut names) {
                fixes.extend(indices.iter().map(|(index, _)| (*index, fix.clone())));
            }
        }
        for (index, fix) in fixes {
            if let Some(credential) = self.facts.credentials.get_mut(index) {
                credential.fix = Some(Box::new(fix));
            }
        }
    }

    /// The literals of the file by value, in the order of the file.
    pub(crate) fn values(&self) -> Vec<(Secret, Vec<(usize, Place)>)> {
        let mut groups: BTreeMap<&Secret, Vec<(usize, Place)>> = BTreeMap::new();
        for (index, credential) in self.facts.credentials.iter().enumerate() {
            if let Some(literal) = credential.literal() {
                groups.entry(&literal.secret).or_default().push((index, literal.origin.place));
            }
        }
        let mut groups: Vec<_> =
            groups.into_iter().map(|(secret, all)| (secret.clone(), all)).collect();
        groups.sort_by_key(|(_, all)| all.iter().map(|it| it.1).min());
        groups
    }

    /// Where each value is written, whatever it is there: also in comments and as a part of
    /// something longer.
    pub(crate) fn written(
        &self,
        groups: &[(Secret, Vec<(usize, Place)>)],
    ) -> BTreeMap<Secret, BTreeSet<Span>> {
        let finder = SecretFinder::new(groups.iter().map(|(secret, _)| secret).collect());
        let mut written: BTreeMap<Secret, BTreeSet<Span>> = BTreeMap::new();
        for (range, secret) in finder.find(self.source.tree.source()) {
            let span = Span::from_usize(range.start, range.end);
            written.entry(secret.clone()).or_default().insert(span);
        }
        written
    }

    /// Names that the file refers to already; what they hold is not known.
    pub(crate) fn names(&self) -> VariableNames {
        let mut names = VariableNames::default();
        for credential in &self.facts.credentials {
            if let Storage::Reference(it) = &credential.storage
                && it.syntax == ReferenceSyntax::Environment
            {
                names.reserve(&it.target);
            }
        }
        names
    }

    fn repair(
        &self,
        secret: &Secret,
        all: &[(usize, Place)],
        frames: &BTreeMap<Place, Frame<'_>>,
        names: &mut VariableNames,
    ) -> Option<Fix> {
        let mut parts = Vec::with_capacity(all.len());
        for (index, place) in all {
            let credential = self.facts.credentials.get(*index)?;
            let literal = credential.literal()?;
            let candidate = self.candidates.get(place)?;
            let frame = frames.get(place)?;
            let exact = literal.decoded.is_empty() && literal.class == LiteralClass::Secret;
            if !exact || !stands_alone(frame, candidate) {
                return None;
            }
            parts.push((*place, candidate, frame, credential.kind));
        }
        let (_, first, frame, kind) = parts.first()?;
        let called = secrets::variable_of(&first.label, &first.key, *kind);
        let own = match first.kind {
            SlotKind::Environment if !first.key.is_empty() => {
                let part = SCHEMES.iter().any(|it| frame.before.ends_with(it));
                secrets::variable(&first.key, *kind, part)
            }
            _ => called.clone(),
        };
        let name = names.choose([own, called], secret);
        let edits = parts.iter().map(|(place, candidate, frame, _)| {
            let reference = written_as(candidate.notation, &name, frame)?;
            Some(Edit::replace(*place, reference))
        });
        let edits: Vec<Edit> = edits.collect::<Option<_>>()?;
        let reference = first.notation.reference(&name)?;
        Some(Fix { title: format!("Write `{reference}`"), safety: Safety::Unsafe, edits })
    }

    /// What stands around each candidate in its scalar, where the bytes of the file are the
    /// value itself: an escaped or folded text is not rewritten.
    fn frames(&self) -> BTreeMap<Place, Frame<'_>> {
        let tree = self.source.tree;
        let source = tree.source();
        let starts: Vec<Place> = self.candidates.keys().copied().collect();
        let mut flow_ends = 0;
        let mut flows: Vec<Span> = Vec::new();
        for node in tree.nodes().filter(|it| it.style() == Style::Flow) {
            if flow_ends <= node.span().start {
                flow_ends = node.span().end;
                flows.push(node.span());
            }
        }
        let mut frames = BTreeMap::new();
        for node in tree.nodes().filter(is_known_string) {
            let content = node.content_span();
            let from = starts.partition_point(|it| it.span.start < content.start);
            let inside = starts.iter().skip(from).take_while(|it| it.span.end <= content.end);
            for place in inside {
                if source.get(content.range()) != node.text() {
                    break;
                }
                let part = |range: Range<u32>| source.get(range.start as usize..range.end as usize);
                let (Some(before), Some(after)) =
                    (part(content.start..place.span.start), part(place.span.end..content.end))
                else {
                    continue;
                };
                let plain = matches!(node.style(), Style::Plain | Style::None);
                let last = flows.partition_point(|it| it.start <= content.start);
                let around = last.checked_sub(1).and_then(|it| flows.get(it));
                let flow = around.is_some_and(|it| it.end > content.start);
                frames.insert(*place, Frame { before, after, plain, flow });
            }
        }
        frames
    }
}

fn is_known_string(node: &Node<'_>) -> bool {
    node.kind() == Kind::String && !node.flags().has(Flags::MASKED)
}

/// True when nothing but the name of the credential stands beside it.
fn stands_alone(frame: &Frame<'_>, candidate: &Candidate) -> bool {
    let Frame { before, after, .. } = *frame;
    if candidate.notation == Notation::OsEnviron {
        return before.is_empty() && after.is_empty();
    }
    if candidate.kind == SlotKind::Url {
        let named = before.strip_suffix('=').and_then(|it| it.strip_suffix(&*candidate.key));
        return named.is_some_and(|it| it.ends_with(['?', '&']))
            && (after.is_empty() || after.starts_with(['&', '#']));
    }
    let scheme = SCHEMES.iter().find_map(|it| before.strip_suffix(it));
    let before = scheme.unwrap_or(before);
    after.is_empty() && (before.is_empty() || names_only(before, &candidate.key))
}

/// True for `--api-key=`, `NAME=`, `Name: ` and `--header=Name: ` before a value of that name.
fn names_only(before: &str, key: &str) -> bool {
    let Some(named) = before.trim_end().strip_suffix(['=', ':']) else { return false };
    let Some(option) = named.strip_suffix(key) else { return false };
    let is_dashes = option.bytes().all(|it| it == b'-');
    let is_option = option.strip_suffix('=').is_some_and(|it| {
        it.starts_with('-') && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    });
    !key.is_empty() && (is_dashes || is_option)
}

/// The reference as it is written there; `None` where it would be read as something else.
fn written_as(notation: Notation, name: &str, frame: &Frame<'_>) -> Option<String> {
    let reference = notation.reference(name)?;
    let whole = frame.before.is_empty() && frame.after.is_empty();
    // Braces mean something to YAML between brackets and at the beginning of a text.
    let clashes = frame.plain
        && reference.contains('{')
        && (frame.flow || reference.starts_with('{') && frame.before.is_empty());
    match (clashes, whole) {
        (false, _) => Some(reference),
        (true, true) => Some(format!("\"{reference}\"")),
        (true, false) => None,
    }
}
