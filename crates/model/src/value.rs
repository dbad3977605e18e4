//! Evaluated values that know where each part was written.
//!
//! Three-valued: a part that cannot be resolved is [`Data::Unknown`] and leaves its siblings
//! known. Printing a value never shows its texts, because any of them may be a secret.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use syntax::{Flags, Node, OffsetMap, Span};

use crate::knowledge::{Knowledge, Sourced};
use crate::place::{FileId, Origin, Place};

/// A value with its origin.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it was written, and the way it took.
    pub origin: Origin,
}

/// What a value is.
#[derive(Clone, Default)]
pub enum Data {
    /// Cannot be resolved. When it is an attribute of something declared elsewhere, what.
    Unknown(Option<Arc<Remote>>),
    /// Explicitly nothing.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, of which parts may be unknown.
    String(Text),
    /// A list, tuple or set. Unknown items are items.
    List(Arc<Vec<Value>>),
    /// A map or object, in source order. Keys are known.
    Map(Arc<Vec<Entry>>),
}

/// The attribute of something that exists only once it is applied: `aws_iam_role.ci.arn`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Remote {
    /// The thing, in its own tool's notation, with the module path: `module.a.aws_iam_role.ci`.
    pub address: Arc<str>,
    /// The attribute path below it: `arn`, `secret`.
    pub attribute: Arc<str>,
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key is written.
    pub key_origin: Origin,
    /// The value.
    pub value: Value,
}

/// A text as a row of pieces.
#[derive(Clone, Default)]
pub struct Text {
    /// The pieces, in order. A wholly known text may still have several.
    pub pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone)]
pub enum Piece {
    /// Known characters.
    Literal {
        /// The characters.
        text: Arc<str>,
        /// Where they were written; the place covers the whole piece.
        origin: Origin,
        /// Exact offsets, unless a function changed the text: then the whole piece is the place.
        map: Option<OffsetMap>,
    },
    /// Characters that cannot be resolved.
    Unknown {
        /// The expression that yields them.
        origin: Origin,
        /// What it reads, when that is one attribute.
        remote: Option<Arc<Remote>>,
    },
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(None) => f.write_str("Unknown"),
            Self::Unknown(Some(it)) => write!(f, "Unknown({}.{})", it.address, it.attribute),
            Self::Null => f.write_str("Null"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Number(it) => write!(f, "{it}"),
            Self::String(it) => write!(f, "{it:?}"),
            Self::List(it) => f.debug_list().entries(it.iter()).finish(),
            Self::Map(it) => f.debug_map().entries(it.iter().map(|e| (&e.key, &e.value))).finish(),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal { text, .. } => write!(f, "Text({} bytes)", text.len())?,
                Piece::Unknown { .. } => f.write_str("Text(unknown)")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal { text, .. } => write!(f, "Literal({} bytes)", text.len()),
            Self::Unknown { .. } => f.write_str("Unknown"),
        }
    }
}

impl Text {
    /// A text that is written in one place.
    pub fn literal(text: impl Into<Arc<str>>, origin: Origin, map: Option<OffsetMap>) -> Self {
        Self { pieces: vec![Piece::Literal { text: text.into(), origin, map }] }
    }

    /// The text of a scalar as it stands in a file. Text that a template would fill in is an
    /// unknown piece.
    pub fn from_node(node: Node<'_>, file: FileId) -> Self {
        let origin = Origin::at(Place::new(file, node.span()));
        let masked = node.flags().has(Flags::MASKED);
        match node.text() {
            Some(text) if !masked => Self::literal(text, origin, Some(node.offset_map())),
            _ => Self { pieces: vec![Piece::Unknown { origin, remote: None }] },
        }
    }

    /// The whole text, when every piece is known. Nearly all texts are one piece, which is lent.
    pub fn known(&self) -> Option<Cow<'_, str>> {
        if let [Piece::Literal { text, .. }] = self.pieces.as_slice() {
            return Some(Cow::Borrowed(text));
        }
        let mut all = String::new();
        for piece in &self.pieces {
            let Piece::Literal { text, .. } = piece else { return None };
            all.push_str(text);
        }
        Some(Cow::Owned(all))
    }

    /// True when every piece is known.
    pub fn is_known(&self) -> bool {
        self.pieces.iter().all(|it| matches!(it, Piece::Literal { .. }))
    }

    /// The text with each unknown piece replaced by `stand_in`.
    pub fn with_stand_in(&self, stand_in: &str) -> String {
        self.pieces
            .iter()
            .map(|it| match it {
                Piece::Literal { text, .. } => text,
                Piece::Unknown { .. } => stand_in,
            })
            .collect()
    }

    /// Where a range of the known text was written. Offsets count bytes of
    /// [`Text::known`]; a range over several pieces is placed at the first of them.
    pub fn locate(&self, start: usize, end: usize) -> Option<Origin> {
        let mut at = 0;
        for piece in &self.pieces {
            let Piece::Literal { text, origin, map } = piece else { return None };
            let len = text.len();
            if start < at + len || (start == at + len && start == end) {
                let from = start.saturating_sub(at);
                let to = end.saturating_sub(at).min(len);
                return Some(narrow(origin, map.as_ref(), from, to));
            }
            at += len;
        }
        self.pieces.last().map(|it| match it {
            Piece::Literal { origin, .. } | Piece::Unknown { origin, .. } => origin.clone(),
        })
    }
}

fn narrow(origin: &Origin, map: Option<&OffsetMap>, start: usize, end: usize) -> Origin {
    let Some(map) = map else { return origin.clone() };
    let span = Span::from_usize(start, end);
    let mut narrowed = origin.clone();
    narrowed.place = Place::new(origin.place.file, map.to_span(span.start, span.end));
    narrowed
}

impl Value {
    /// A value of which nothing is known but where it stands.
    pub fn unknown(origin: Origin) -> Self {
        Self { data: Data::Unknown(None), origin }
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|it| &it.value)
    }

    /// The last entry with a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.iter().rev().find(|it| &*it.key == key),
            _ => None,
        }
    }

    /// The entries of a map; empty for everything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, or the value itself as the only item: many formats take both.
    pub fn one_or_many(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            Data::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The same for what stands under a key of a map.
    pub fn items(&self, key: &str) -> &[Self] {
        self.get(key).map_or(&[], Self::one_or_many)
    }

    /// The text, when it is wholly known. Numbers and booleans are not converted.
    pub fn as_text(&self) -> Option<Cow<'_, str>> {
        match &self.data {
            Data::String(text) => text.known(),
            _ => None,
        }
    }

    /// True when nothing is known of the value itself (its parts may be).
    pub fn is_unknown(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => true,
            Data::String(text) => !text.is_known(),
            _ => false,
        }
    }

    /// As knowledge of a text: null is absent, another type or an unknown part is unknown.
    pub fn to_text(&self) -> Knowledge<String> {
        match &self.data {
            Data::Null => Knowledge::Absent,
            _ => match self.as_text() {
                Some(text) => {
                    Knowledge::Known(Sourced::new(text.into_owned(), self.origin.clone()))
                }
                None => Knowledge::Unknown(self.origin.place),
            },
        }
    }

    /// The booleans `true` and `false`, also spelled as text.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(it) => Some(*it),
            Data::String(text) => match &*text.known()? {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The number, also spelled as text.
    pub fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(it) => Some(*it),
            Data::String(text) => text.known()?.trim().parse().ok(),
            _ => None,
        }
    }

    /// The number of a value, if it is whole, not negative and below 10¹².
    pub fn as_whole(&self) -> Option<u64> {
        const MOST: f64 = 1e12;
        let is_whole = |it: &f64| it.fract() == 0.0 && (0.0..MOST).contains(it);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "only whole numbers in a range that u64 and f64 both hold are taken"
        )]
        self.as_number().filter(is_whole).map(|it| it as u64)
    }
}
