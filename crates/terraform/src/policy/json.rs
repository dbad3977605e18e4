//! JSON inside texts: heredocs, files, templates, with unknown parts.
//!
//! An unknown part inside a JSON string stays an unknown piece of that string; one that stands
//! where a value is expected becomes an unknown value. Every value is placed where its text
//! was written, through any number of pieces.

use std::sync::Arc;

use model::{Data, Entry, Origin, Piece, Place, Span, Text, Value};
use syntax::{Kind, Language, Limits, Node, OffsetMap, ProblemKind, Style};

use crate::values;

/// Private-use characters that frame the number of an unknown piece.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The value of a JSON text; `None` when it is not JSON.
pub(crate) fn value(text: &Text, origin: &Origin) -> Option<Value> {
    let joined = Joined::new(text)?;
    let tree = syntax::parse(joined.text.clone(), Language::Json, &Limits::default());
    if tree.problems().iter().any(|it| it.kind != ProblemKind::DuplicateKey) {
        return None;
    }
    let reader = Reader { text, joined: &joined, origin, is_yaml: false };
    Some(reader.value(tree.root()?))
}

/// The value of a YAML text; `None` when it is not one YAML document.
pub(crate) fn yaml(text: &Text, origin: &Origin) -> Option<Value> {
    let mut documents = yaml_documents(text, origin)?;
    let last = documents.pop();
    last.filter(|_| documents.is_empty())
}

/// The documents of a YAML text; `None` when it is no YAML, or when it may be some or not
/// depending on what is unknown.
pub(crate) fn yaml_documents(text: &Text, origin: &Origin) -> Option<Vec<Value>> {
    let joined = Joined::plain(text)?;
    let tree = syntax::parse(joined.text.clone(), Language::Yaml, &Limits::default());
    if !tree.problems().is_empty() {
        return None;
    }
    let reader = Reader { text, joined: &joined, origin, is_yaml: true };
    Some(tree.documents().map(|it| reader.value(it)).collect())
}

/// The value of a text in HCL's native syntax, in the shape of its JSON form: a block is an
/// entry whose key is its type, and each label is one level more. Several blocks of a type
/// without labels are a list; a label that occurs twice occurs twice. Only literals are known.
pub(crate) fn hcl(text: &Text, origin: &Origin) -> Option<Value> {
    let joined = Joined::new(text)?;
    let tree = syntax::parse(joined.text.clone(), Language::Hcl, &Limits::default());
    let reader = Reader { text, joined: &joined, origin, is_yaml: false };
    Some(reader.value(tree.root()?))
}

/// True when a text begins like a JSON object or list.
pub(crate) fn looks_like(text: &Text) -> bool {
    let first = text.pieces.first();
    matches!(first, Some(Piece::Literal { text, .. }) if text.trim_start().starts_with(['{', '[']))
}

/// All pieces of a text in one, with marks for the unknown ones.
struct Joined {
    text: Arc<str>,
    /// Where each piece starts in the joined text.
    starts: Vec<usize>,
}

impl Joined {
    fn new(text: &Text) -> Option<Self> {
        let mut joined = String::new();
        let mut starts = Vec::with_capacity(text.pieces.len());
        let (mut inside, mut escaped) = (false, false);
        for (at, piece) in text.pieces.iter().enumerate() {
            starts.push(joined.len());
            match piece {
                Piece::Literal { text, .. } => {
                    for byte in text.bytes() {
                        match byte {
                            _ if escaped => escaped = false,
                            b'\\' if inside => escaped = true,
                            b'"' => inside = !inside,
                            _ => {}
                        }
                    }
                    if text.contains(OPEN) {
                        return None;
                    }
                    joined.push_str(text);
                }
                Piece::Unknown { .. } if inside => joined.push_str(&format!("{OPEN}{at}{CLOSE}")),
                Piece::Unknown { .. } => joined.push_str(&format!("\"{OPEN}{at}{CLOSE}\"")),
            }
        }
        Some(Self { text: joined.into(), starts })
    }

    /// The same for YAML, in which a mark is a scalar, or a part of one, as it stands.
    fn plain(text: &Text) -> Option<Self> {
        let mut joined = String::new();
        let mut starts = Vec::with_capacity(text.pieces.len());
        for (at, piece) in text.pieces.iter().enumerate() {
            starts.push(joined.len());
            match piece {
                Piece::Literal { text, .. } if text.contains(OPEN) => return None,
                Piece::Literal { text, .. } => joined.push_str(text),
                Piece::Unknown { .. } => joined.push_str(&format!("{OPEN}{at}{CLOSE}")),
            }
        }
        Some(Self { text: joined.into(), starts })
    }
}

struct Reader<'r> {
    text: &'r Text,
    joined: &'r Joined,
    origin: &'r Origin,
    is_yaml: bool,
}

/// What Terraform, which follows YAML 1.1, makes of a scalar without quotes; `None` for a text
/// and for what is no scalar. Forms that the two versions read differently are unknown.
fn plain(node: Node<'_>) -> Option<Data> {
    if node.style() != Style::Plain {
        return None;
    }
    if node.tag().is_some() {
        return Some(Data::Unknown(None));
    }
    let text = node.text().unwrap_or("");
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Data::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            return Some(Data::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Some(Data::Bool(false));
        }
        _ => {}
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if !unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.' || it == '+') {
        return None;
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        #[expect(clippy::cast_precision_loss, reason = "numbers are floating point")]
        let number = u64::from_str_radix(digits, 16).ok().map(|it| Data::Number(it as f64));
        return number.or(Some(Data::Unknown(None)));
    }
    let decimal = unsigned.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && unsigned.starts_with(|it: char| it.is_ascii_digit())
        && (unsigned.len() == 1 || !unsigned.starts_with('0') || unsigned.starts_with("0."));
    match text.parse() {
        Ok(number) if decimal => Some(Data::Number(number)),
        // Addresses and versions are texts; octals, exponents and dates are not.
        _ if unsigned.contains(|it: char| it.is_ascii_alphabetic() && it != 'e' && it != 'E')
            && !unsigned.contains([':', '_'])
            && !unsigned.starts_with(['.', '0']) =>
        {
            None
        }
        _ if unsigned.split('.').count() > 2 && unsigned.bytes().all(|it| it != b':') => None,
        _ => Some(Data::Unknown(None)),
    }
}

impl Reader<'_> {
    /// Recursion is bounded by the parser's depth limit.
    fn value(&self, node: Node<'_>) -> Value {
        let origin = self.locate(node.span());
        if self.is_yaml
            && let Some(data) = plain(node)
        {
            return Value { data, origin };
        }
        match node.kind() {
            Kind::Alias if self.is_yaml && node.resolved().kind() != Kind::Alias => {
                self.value(node.resolved())
            }
            Kind::Null => Value { data: Data::Null, origin },
            Kind::Bool => match node.as_bool() {
                Some(it) => values::boolean(it, origin),
                None => Value::unknown(origin),
            },
            Kind::Number => match node.text().and_then(|it| it.parse().ok()) {
                Some(it) => values::number(it, origin),
                None => Value::unknown(origin),
            },
            Kind::String => self.string(node, origin),
            Kind::Seq => {
                let item = |it: Node<'_>| match self.alone(it) {
                    // An interpolation between brackets may write several items.
                    Some(_) => values::rest_item(self.locate(it.span())),
                    None => self.value(it),
                };
                values::list(node.children().map(item).collect(), origin)
            }
            Kind::Body => self.body(node, origin),
            Kind::Map if self.is_yaml => {
                let entry = |(key, it): (&str, Node<'_>)| {
                    if key.contains(OPEN) {
                        return values::rest_entry(Value::unknown(self.locate(it.span())));
                    }
                    values::entry(key, self.locate(it.key_span()), self.value(it))
                };
                let complex = node.children().any(|it| it.kind() == Kind::Pair);
                let mut entries: Vec<Entry> = node.keyed_nodes().into_iter().map(entry).collect();
                if complex {
                    entries.push(values::rest_entry(Value::unknown(origin.clone())));
                }
                values::map(entries, origin)
            }
            Kind::Map => {
                let entry = |it: Node<'_>| {
                    let key = it.key().unwrap_or("");
                    if key.contains(OPEN) {
                        return values::rest_entry(Value::unknown(self.locate(it.span())));
                    }
                    let place = self.locate(it.key_span());
                    values::entry(key, place, self.value(it))
                };
                values::map(node.children().map(entry).collect(), origin)
            }
            _ => Value::unknown(origin),
        }
    }

    /// Recursion is bounded by the parser's depth limit.
    fn body(&self, body: Node<'_>, origin: Origin) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        for child in body.children() {
            let Some(key) = child.key() else { continue };
            let place = self.locate(child.key_span());
            if child.kind() != Kind::Block {
                entries.push(values::entry(key, place, self.value(child)));
                continue;
            }
            let whole = self.locate(child.span());
            let mut value = match child.body() {
                Some(it) => self.body(it, whole.clone()),
                None => Value::unknown(whole.clone()),
            };
            let mut labels: Vec<Node<'_>> = child.labels().collect();
            let is_labelled = !labels.is_empty();
            while let Some(label) = labels.pop() {
                let text = label.text().unwrap_or("");
                let entry = if text.contains(OPEN) {
                    values::rest_entry(Value::unknown(self.locate(label.span())))
                } else {
                    values::entry(text, self.locate(label.span()), value)
                };
                value = values::map(vec![entry], whole.clone());
            }
            let known = entries.iter_mut().find(|it| &*it.key == key);
            match known {
                Some(known) => add_block(&mut known.value, value, is_labelled),
                None => entries.push(values::entry(key, place, value)),
            }
        }
        values::map(entries, origin)
    }

    /// The unknown piece that a string consists of, when it has no quotes of its own.
    fn alone(&self, node: Node<'_>) -> Option<&Piece> {
        let text = node.as_str()?;
        let number = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?.parse::<usize>().ok()?;
        // The mark's own quotes come right after the piece starts.
        let start = *self.joined.starts.get(number)?;
        (start == node.span().start as usize).then(|| self.text.pieces.get(number)).flatten()
    }

    fn string(&self, node: Node<'_>, origin: Origin) -> Value {
        if let Some(Piece::Unknown { origin, remote }) = self.alone(node) {
            return Value { data: Data::Unknown(remote.clone()), origin: origin.clone() };
        }
        let text = node.as_str().unwrap_or("");
        let map = node.offset_map();
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|it| it.find(OPEN)) {
            let mark = at + found;
            if mark > at {
                pieces.push(self.piece(text, at, mark, &map));
            }
            let inner = text.get(mark + OPEN.len_utf8()..).unwrap_or("");
            let Some(end) = inner.find(CLOSE) else { break };
            let number = inner.get(..end).and_then(|it| it.parse::<usize>().ok());
            pieces.extend(number.and_then(|it| self.text.pieces.get(it)).cloned());
            at = mark + OPEN.len_utf8() + end + CLOSE.len_utf8();
        }
        if at < text.len() {
            let whole = pieces.is_empty();
            let mut last = self.piece(text, at, text.len(), &map);
            if let (true, Piece::Literal { origin: place, .. }) = (whole, &mut last) {
                // `"${local.x}"` is what the local holds; every other known string is placed
                // with its quotes, like a string in HCL.
                *place = self.inserted(node).unwrap_or(origin);
                let origin = place.clone();
                return values::text_of(vec![last], origin);
            }
            pieces.push(last);
        }
        values::text_of(pieces, origin)
    }

    /// The origin of the one piece that fills a string whose quotes another piece writes.
    fn inserted(&self, node: Node<'_>) -> Option<Origin> {
        let (quote, content) = (node.span().start as usize, node.content_span());
        let index = |at: usize| self.joined.starts.partition_point(|it| *it <= at).checked_sub(1);
        let first = index(content.start as usize)?;
        let last = index((content.end as usize).checked_sub(1)?)?;
        if first != last || index(quote)? == first {
            return None;
        }
        match self.text.pieces.get(first)? {
            Piece::Literal { origin, .. } => Some(origin.clone()),
            Piece::Unknown { .. } => None,
        }
    }

    fn piece(&self, text: &str, start: usize, end: usize, map: &OffsetMap) -> Piece {
        let part = text.get(start..end).unwrap_or("");
        let offset = |at: usize| map.to_source(u32::try_from(at).unwrap_or(u32::MAX));
        let origin = self.locate(Span::new(offset(start), offset(end)));
        Piece::Literal { text: part.into(), origin, map: self.compose(start, end, map) }
    }

    /// Offsets in the string, through the joined text, to the source.
    fn compose(&self, start: usize, end: usize, map: &OffsetMap) -> Option<OffsetMap> {
        // Longer strings are placed as a whole: nothing points into them.
        if end - start > 64 << 10 {
            return None;
        }
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut expected = None;
        let mut file = None;
        for at in start..end {
            let (place, source) = self.byte(map.to_source(u32::try_from(at).ok()?) as usize)?;
            if *file.get_or_insert(place) != place {
                return None;
            }
            if expected != Some(source) {
                runs.push((u32::try_from(at - start).ok()?, source));
            }
            expected = Some(source + 1);
        }
        Some(OffsetMap::runs(runs, expected?))
    }

    /// The file and offset of a byte of the joined text.
    fn byte(&self, at: usize) -> Option<(model::FileId, u32)> {
        let index = self.joined.starts.partition_point(|it| *it <= at).checked_sub(1)?;
        let Piece::Literal { text, origin, map } = self.text.pieces.get(index)? else {
            return None;
        };
        let inside = at - self.joined.starts.get(index)?;
        if inside > text.len() {
            return None;
        }
        let offset = map.as_ref()?.to_source(u32::try_from(inside).ok()?);
        Some((origin.place.file, offset))
    }

    /// Where a range of the joined text was written.
    fn locate(&self, span: Span) -> Origin {
        let (start, end) = (span.start as usize, span.end as usize);
        let index = self.joined.starts.partition_point(|it| *it <= start).saturating_sub(1);
        let mut origin = match self.text.pieces.get(index) {
            Some(Piece::Literal { origin, .. } | Piece::Unknown { origin, .. }) => origin.clone(),
            None => self.origin.clone(),
        };
        let first = self.byte(start);
        let last = end.checked_sub(1).filter(|it| *it >= start).and_then(|it| self.byte(it));
        if let (Some((file, from)), Some((other, to))) = (first, last)
            && file == other
            && from <= to
        {
            // An escaped last byte is several bytes of source: they reach up to the next byte.
            let next = self.byte(end).filter(|(next, at)| *next == file && *at <= to + 6);
            let to = next.map_or(to + 1, |(_, at)| at.max(to + 1));
            origin.place = Place::new(file, Span::new(from, to));
        }
        origin
    }
}

/// Adds one more block of a type to those before it.
fn add_block(known: &mut Value, block: Value, is_labelled: bool) {
    match (&mut known.data, block.data) {
        (Data::Map(all), Data::Map(more)) if is_labelled => {
            Arc::make_mut(all).extend(more.iter().cloned());
        }
        (Data::List(all), data) => {
            Arc::make_mut(all).push(Value { data, origin: block.origin });
        }
        (_, data) => {
            let first = std::mem::take(known);
            let origin = first.origin.clone();
            *known = values::list(vec![first, Value { data, origin: block.origin }], origin);
        }
    }
}
