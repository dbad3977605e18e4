//! Values that a plan or state has written down.
//!
//! A resource that only a recording knows is read from it. A resource of the configuration
//! keeps everything that evaluation has found, with its places; only what stayed unknown is
//! filled in, and placed at the expression that yields it, with the recorded value as a step.

use std::sync::Arc;

use model::{Data, Origin, Piece, Place, Remote, StepKind, Text, Value};
use syntax::{Kind, Node};

use super::{DEPTH, Evaluator, Key, MemoKey, Object, Resource, Scope};
use crate::policy::json;
use crate::recorded::{Moment, Recorded, Recording, Sensitive, Unknown};
use crate::values;

/// Levels of a value that are filled in.
const LEVELS: usize = 64;

/// Pairs of own and recorded items that are compared for one value. Policies have dozens.
const PAIRS: usize = 250_000;

impl<'p> Evaluator<'p> {
    /// The recordings of this root module, plans first.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = &'p Recording<'p>> {
        let recordings = &self.project.recordings;
        self.recordings.iter().filter_map(|it| recordings.get(*it))
    }

    /// True for a resource that only a state knows.
    pub(crate) fn is_in_state(&self, resource: &Resource<'_>) -> bool {
        let recording = resource.recorded.and_then(|it| self.recording_of(it));
        recording.is_some_and(|it| it.moment == Moment::State)
    }

    /// The recording that an instance belongs to.
    fn recording_of(&self, recorded: &Recorded<'_>) -> Option<&'p Recording<'p>> {
        let file = recorded.declaration.file();
        self.recorded().find(|it| it.file == file)
    }

    /// A resource or data source that only a recording knows.
    pub(crate) fn recorded_resource(&self, recorded: &'p Recorded<'p>) -> Resource<'p> {
        let resource = Resource {
            instance: 0,
            declaration: &recorded.declaration,
            is_data: recorded.is_data,
            key: recorded.key.clone(),
            index: 0,
            address: Arc::clone(&recorded.address),
            recorded: Some(recorded),
        };
        self.register(&resource.address, Object::Resource(resource.clone()));
        resource
    }

    /// A recorded attribute; `None` for one that is empty or not there.
    pub(super) fn recorded_attribute(&self, recorded: &Recorded<'_>, name: &str) -> Option<Value> {
        let file = recorded.declaration.file();
        let node = recorded.body().and_then(|it| it.get(name));
        let marks = match recorded.unknown {
            Unknown::Marks(marks) => marks.get(name),
            Unknown::Nothing | Unknown::Missing => None,
        };
        let key = node.or(marks).map_or(recorded.declaration.block.id(), Node::id);
        let place =
            node.or(marks).map_or(recorded.declaration.place, |it| Place::new(file, it.span()));
        if marks.is_some_and(|it| it.as_bool() == Some(true))
            || (node.is_none() && matches!(recorded.unknown, Unknown::Missing))
        {
            return Some(self.later(recorded, name, place, key.0));
        }
        let node = node?;
        let sensitive = recorded.sensitive.attribute(name);
        if sensitive.is_whole() {
            return Some(self.hidden(recorded, name, place));
        }
        // Providers write an empty text or list for what nobody has set.
        let is_empty = match node.kind() {
            Kind::String => node.text() == Some(""),
            Kind::Seq | Kind::Map => node.child(0).is_none() && marks.is_none(),
            _ => false,
        };
        if is_empty {
            return None;
        }
        let memo = MemoKey { instance: 0, key: 0, file, node: node.id().0 };
        let value = self.memoised(memo, place, || {
            self.eval(node, &Scope { detached: true, ..Scope::new(0, file, &Key::Single) })
        });
        let marks = marks.filter(|it| it.descendants().any(|it| it.as_bool() == Some(true)));
        let address = &recorded.address;
        let value = match marks {
            Some(marks) => overlaid(value, marks, address, name, Place::new(file, marks.span())),
            None => value,
        };
        Some(match sensitive {
            Sensitive::Marks(marks) => overlaid(value, marks, address, name, place),
            Sensitive::Nothing | Sensitive::Paths(_) => value,
        })
    }

    /// A value that only an apply can tell: what it is an attribute of.
    fn later(&self, recorded: &Recorded<'_>, name: &str, place: Place, node: u32) -> Value {
        let computed = || values::computed(&recorded.address, name, place);
        let Some(recording) = self.recording_of(recorded) else { return computed() };
        let Some(target) = recording.configuration.target(&recorded.base, name) else {
            return computed();
        };
        let Some(found) = find(recording, &recorded.address, &target.address) else {
            return computed();
        };
        let depth = self.depth.get();
        if !found.is_data || depth >= DEPTH {
            return values::computed(&found.address, &target.attribute, place);
        }
        // A document may be known although the provider has not made it yet.
        let Some(Object::Resource(data)) = self.object(&found.address) else { return computed() };
        self.depth.set(depth + 1);
        let memo = MemoKey { instance: 0, key: 0, file: place.file, node };
        let value = self.memoised(memo, place, || self.attribute(&data, &target.attribute, place));
        self.depth.set(depth);
        value
    }

    /// A sensitive value: what the configuration writes in plain text is no news; everything
    /// else stays hidden.
    fn hidden(&self, recorded: &Recorded<'_>, name: &str, place: Place) -> Value {
        let recording = self.recording_of(recorded);
        let configuration = recording.map(|it| &it.configuration);
        if let Some(constant) = configuration.and_then(|it| it.constant(&recorded.base, name)) {
            let file = recorded.declaration.file();
            let scope = Scope { detached: true, ..Scope::new(0, file, &Key::Single) };
            return self.eval(constant, &scope);
        }
        match configuration.and_then(|it| it.reference(&recorded.base, name)) {
            Some(reference) => values::computed(&reference.into(), "", place),
            None => values::computed(&recorded.address, name, place),
        }
    }

    /// Fills in what evaluation of a configured attribute has left unknown.
    pub(super) fn completed(&self, resource: &Resource<'_>, name: &str, value: Value) -> Value {
        if self.recordings.is_empty() || !has_unknown(&value, 0) {
            return value;
        }
        let step: Arc<str> = format!("{}.{name}", resource.address).into();
        let mut value = value;
        for recording in self.recorded() {
            let Some(recorded) = recording.get(&resource.address) else { continue };
            let Some(found) = self.recorded_attribute(recorded, name) else { continue };
            value = self.fill(value, &found, &step, 0);
        }
        value
    }

    fn fill(&self, value: Value, found: &Value, step: &Arc<str>, level: usize) -> Value {
        if level > LEVELS {
            return value;
        }
        match (&value.data, &found.data) {
            (Data::Unknown(_), Data::Unknown(Some(_))) => {
                let better = values::remote(found).is_some_and(|it| self.is_declared(it));
                let worse = values::remote(&value).is_none_or(|it| !self.is_declared(it));
                if better && worse { Value { data: found.data.clone(), ..value } } else { value }
            }
            (_, Data::Unknown(_)) => value,
            (Data::Unknown(_), _) if self.is_open(&value) => moved(found, &value.origin, step, 0),
            (Data::String(text), Data::String(known)) if !text.is_known() => {
                match self.fill_text(text, known, step, found) {
                    Some(filled) => Value { data: Data::String(filled), ..value },
                    None => value,
                }
            }
            (Data::Map(_) | Data::List(_), Data::String(known)) => {
                match json::value(known, &found.origin) {
                    Some(parsed) => self.fill(value, &parsed, step, level + 1),
                    None => value,
                }
            }
            (Data::Map(_), Data::Map(_)) => self.fill_map(value, found, step, level),
            (Data::List(_), Data::List(_)) => self.fill_list(value, found, step, level),
            _ => value,
        }
    }

    fn fill_map(&self, value: Value, found: &Value, step: &Arc<str>, level: usize) -> Value {
        if value.entries().len().saturating_mul(found.entries().len()) > PAIRS {
            return value;
        }
        let mut entries = Vec::new();
        for entry in values::entries(&value) {
            let mut entry = entry.clone();
            if let Some(known) = found.get(&entry.key) {
                entry.value = self.fill(entry.value, known, step, level + 1);
            }
            entries.push(entry);
        }
        if let Some(rest) = values::rest(&value) {
            for entry in values::entries(found) {
                if value.get(&entry.key).is_none() {
                    let filled = moved(&entry.value, &rest.origin, step, 0);
                    entries.push(values::entry(
                        Arc::clone(&entry.key),
                        rest.origin.clone(),
                        filled,
                    ));
                }
            }
        }
        values::map(entries, value.origin)
    }

    fn fill_list(&self, value: Value, found: &Value, step: &Arc<str>, level: usize) -> Value {
        let (own, known) = (value.one_or_many(), found.one_or_many());
        if own.len().saturating_mul(known.len()) > PAIRS {
            return value;
        }
        let unknown = own.iter().find(|it| it.is_unknown()).unwrap_or(&value);
        // Sets are recorded in an order of their own: each recorded item takes the first item
        // that it may be.
        let mut left: Vec<&Value> = own.iter().filter(|it| !values::is_rest_item(it)).collect();
        let mut items = Vec::with_capacity(known.len());
        for item in known {
            let equal =
                |wanted: Option<bool>| left.iter().position(|it| values::equal(it, item) == wanted);
            match equal(Some(true)).or_else(|| equal(None)) {
                Some(at) => {
                    let own = left.remove(at).clone();
                    items.push(self.fill(own, item, step, level + 1));
                }
                None => items.push(moved(item, &unknown.origin, step, 0)),
            }
        }
        values::list(items, value.origin.clone())
    }

    /// The known pieces of a text stay; what stands between them in the recorded text is the
    /// unknown ones.
    fn fill_text(&self, text: &Text, known: &Text, step: &Arc<str>, at: &Value) -> Option<Text> {
        let known = known.known()?;
        let mut rest = &*known;
        let mut pieces = Vec::with_capacity(text.pieces.len());
        let mut all = text.pieces.iter().peekable();
        while let Some(piece) = all.next() {
            match piece {
                Piece::Literal { text, .. } => {
                    rest = rest.strip_prefix(&**text)?;
                    pieces.push(piece.clone());
                }
                Piece::Unknown { origin, .. } => {
                    let end = match all.peek() {
                        Some(Piece::Literal { text, .. }) => rest.find(&**text)?,
                        Some(Piece::Unknown { .. }) => return None,
                        None => rest.len(),
                    };
                    let (filled, after) = rest.split_at_checked(end)?;
                    rest = after;
                    let origin = through(origin, step, at.origin.place);
                    pieces.push(Piece::Literal { text: filled.into(), origin, map: None });
                }
            }
        }
        rest.is_empty().then_some(Text { pieces })
    }

    /// True for an unknown value that nothing declared stands behind: filling it in loses no
    /// connection.
    fn is_open(&self, value: &Value) -> bool {
        values::remote(value).is_none_or(|it| !self.is_declared(it))
    }

    /// True for an attribute of a resource that this root module declares.
    fn is_declared(&self, remote: &Remote) -> bool {
        match self.object(&remote.address) {
            Some(Object::Resource(it)) => !it.is_data,
            Some(Object::Module(_)) => true,
            None => false,
        }
    }
}

/// The instance that a reference means, seen from the instance that holds it.
fn find<'a>(recording: &'a Recording<'a>, from: &str, target: &str) -> Option<&'a Recorded<'a>> {
    use crate::recorded::address;
    if let Some(found) = recording.get(target) {
        return Some(found);
    }
    let plain = address::without_indexes(target);
    let (home, _) = address::module(from);
    let (module, name) = address::module(target);
    let at_home = address::without_indexes(&home) == address::without_indexes(&module);
    let base = if at_home && !home.is_empty() { format!("{home}.{name}") } else { target.into() };
    if let Some(found) = recording.get(&base) {
        return Some(found);
    }
    // An index that is not written is the one of the instance itself, or there is only one.
    let last = address::parts(from)
        .last()
        .map(|it| it.split_once('[').map_or(String::new(), |(_, index)| format!("[{index}")));
    if let Some(found) = recording.get(&format!("{base}{}", last.unwrap_or_default())) {
        return Some(found);
    }
    recording.only(&plain)
}

fn through(origin: &Origin, step: &Arc<str>, place: Place) -> Origin {
    origin.through(StepKind::Recording, Arc::clone(step), place)
}

/// A recorded value at the place of the expression that yields it.
fn moved(found: &Value, origin: &Origin, step: &Arc<str>, level: usize) -> Value {
    let origin_of = |it: &Value| through(origin, step, it.origin.place);
    let data = match &found.data {
        _ if level > LEVELS => Data::Unknown(None),
        Data::String(text) => {
            // A document points at its parts in the recording, not at the whole of it.
            if json::looks_like(text)
                && let Some(parsed) = json::value(text, &found.origin)
            {
                return moved(&parsed, origin, step, level + 1);
            }
            match text.known() {
                Some(known) => Data::String(Text::literal(known, origin_of(found), None)),
                None => Data::Unknown(None),
            }
        }
        Data::List(items) => Data::List(Arc::new(
            items.iter().map(|it| moved(it, origin, step, level + 1)).collect(),
        )),
        Data::Map(entries) => Data::Map(Arc::new(
            entries
                .iter()
                .map(|it| {
                    let value = moved(&it.value, origin, step, level + 1);
                    values::entry(Arc::clone(&it.key), origin_of(&it.value), value)
                })
                .collect(),
        )),
        other => other.clone(),
    };
    Value { data, origin: origin_of(found) }
}

fn has_unknown(value: &Value, level: usize) -> bool {
    match &value.data {
        Data::Unknown(_) => true,
        Data::String(text) => !text.is_known(),
        Data::List(items) => level > LEVELS || items.iter().any(|it| has_unknown(it, level + 1)),
        Data::Map(_) => {
            level > LEVELS || value.entries().iter().any(|it| has_unknown(&it.value, level + 1))
        }
        Data::Null | Data::Bool(_) | Data::Number(_) => false,
    }
}

/// A value with unknown parts where a tree of the same shape says `true`. Recursion follows
/// the tree, whose depth the parser bounds.
fn overlaid(value: Value, marks: Node<'_>, address: &Arc<str>, path: &str, place: Place) -> Value {
    match (marks.kind(), &value.data) {
        (Kind::Bool, _) if marks.as_bool() == Some(true) => {
            let at = if value.origin.place.span.is_empty() { place } else { value.origin.place };
            values::computed(address, path, at)
        }
        (Kind::Map, Data::Map(entries)) => {
            let mut entries = entries.to_vec();
            let all = marks.entries();
            if entries.len().saturating_mul(all.len()) > PAIRS {
                return values::computed(address, path, place);
            }
            for (key, marks) in all {
                let path = format!("{path}.{key}");
                match entries.iter_mut().find(|it| &*it.key == key) {
                    Some(entry) => {
                        let inner = std::mem::take(&mut entry.value);
                        entry.value = overlaid(inner, marks, address, &path, place);
                    }
                    None if marks.as_bool() == Some(true) => {
                        let inner = values::computed(address, &path, place);
                        entries.push(values::entry(key, Origin::at(place), inner));
                    }
                    None => {}
                }
            }
            values::map(entries, value.origin)
        }
        (Kind::Seq, Data::List(items)) => {
            let mut items = items.to_vec();
            for (at, marks) in marks.items().enumerate() {
                let path = format!("{path}[{at}]");
                match items.get_mut(at) {
                    Some(item) => {
                        *item = overlaid(std::mem::take(item), marks, address, &path, place);
                    }
                    None if marks.as_bool() == Some(true) => {
                        items.push(values::rest_item(Origin::at(place)));
                    }
                    None => {}
                }
            }
            values::list(items, value.origin)
        }
        _ => value,
    }
}

impl Recording<'_> {
    /// True for what an apply will make.
    pub(crate) fn is_plan(&self) -> bool {
        self.moment == Moment::Plan
    }
}
