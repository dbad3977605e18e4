//! Text that knows where each part was written, and which parts nobody can know.

use std::rc::Rc;

use model::{Origin, Place};
use syntax::{OffsetMap, Span};

/// A row of pieces.
#[derive(Clone, Default)]
pub(super) struct Text {
    pub(super) pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone)]
pub(super) enum Piece {
    /// Known characters.
    Lit(Lit),
    /// Characters that cannot be known.
    Hole(Hole),
    /// A control action whose condition cannot be known.
    Tag(Tag),
}

/// Known characters.
#[derive(Clone)]
pub(super) struct Lit {
    pub(super) text: Rc<str>,
    /// Where they were written; `None` for what evaluation adds (quotes, indentation).
    pub(super) origin: Option<Origin>,
    /// Exact offsets; `None` when a function changed the characters.
    pub(super) map: Option<OffsetMap>,
}

/// Characters that cannot be known.
#[derive(Clone)]
pub(super) struct Hole {
    /// What stands for them in the output: an action, perhaps with blanks around it.
    pub(super) action: Rc<str>,
    /// The expression that yields them. Equal symbols of one chart are equal texts, unless
    /// they hold a `$`.
    pub(super) symbol: Rc<str>,
    pub(super) origin: Option<Origin>,
    /// They are not empty.
    pub(super) filled: bool,
    /// They stand on one line.
    pub(super) line: bool,
}

/// A control action whose condition cannot be known.
#[derive(Clone)]
pub(super) struct Tag {
    /// The action with the blanks that it would trim.
    pub(super) action: Rc<str>,
    pub(super) kind: TagKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    Open,
    Else,
    End,
}

/// The symbol of what has no name. The `$` says that it is not the same everywhere.
pub(super) const NAMELESS: &str = "$unknown";

impl Lit {
    /// Characters that stand nowhere.
    pub(super) fn made(text: impl Into<Rc<str>>) -> Self {
        Self { text: text.into(), origin: None, map: None }
    }

    fn part(&self, start: usize, end: usize) -> Self {
        let text = self.text.get(start..end).unwrap_or("").into();
        let span = Span::from_usize(start, end);
        let map = self.map.as_ref().map(|it| it.part(span.start, span.end));
        Self { text, origin: self.origin.clone(), map }
    }

    /// The same characters, after a function changed them.
    fn changed(&self, text: String) -> Self {
        if *text == *self.text {
            return self.clone();
        }
        Self { text: text.into(), origin: self.origin.clone(), map: None }
    }

    /// The place of all characters.
    pub(super) fn place(&self) -> Option<Place> {
        let origin = self.origin.as_ref()?;
        let span = match &self.map {
            Some(map) => map.to_span(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX)),
            None => origin.place.span,
        };
        Some(Place::new(origin.place.file, span))
    }
}

impl Hole {
    /// A hole that an expression leaves.
    pub(super) fn new(symbol: Rc<str>, origin: Option<Origin>) -> Self {
        let action = format!("{{{{ {symbol} }}}}").into();
        Self { action, symbol, origin, filled: false, line: false }
    }
}

impl Text {
    /// Characters that stand nowhere.
    pub(super) fn made(text: impl Into<Rc<str>>) -> Self {
        Self { pieces: vec![Piece::Lit(Lit::made(text))] }
    }

    /// Characters written in one place, possibly changed.
    pub(super) fn at(text: impl Into<Rc<str>>, origin: Option<Origin>) -> Self {
        Self { pieces: vec![Piece::Lit(Lit { text: text.into(), origin, map: None })] }
    }

    /// The characters, when all are known.
    pub(super) fn known(&self) -> Option<String> {
        let mut all = String::with_capacity(self.len());
        for piece in &self.pieces {
            match piece {
                Piece::Lit(lit) => all.push_str(&lit.text),
                Piece::Hole(_) | Piece::Tag(_) => return None,
            }
        }
        Some(all)
    }

    /// Bytes that are known.
    pub(super) fn len(&self) -> usize {
        self.lits().map(|it| it.text.len()).sum()
    }

    pub(super) fn lits(&self) -> impl Iterator<Item = &Lit> {
        self.pieces.iter().filter_map(|it| match it {
            Piece::Lit(lit) => Some(lit),
            Piece::Hole(_) | Piece::Tag(_) => None,
        })
    }

    pub(super) fn has_tags(&self) -> bool {
        self.pieces.iter().any(|it| matches!(it, Piece::Tag(_)))
    }

    /// Whether it is not empty; `None` when that depends on what is unknown.
    pub(super) fn is_filled(&self) -> Option<bool> {
        let mut depth = 0_u32;
        let mut all_known = true;
        for piece in &self.pieces {
            match piece {
                Piece::Lit(lit) if depth == 0 && !lit.text.is_empty() => return Some(true),
                Piece::Hole(hole) if depth == 0 && hole.filled => return Some(true),
                Piece::Lit(_) => {}
                Piece::Hole(_) => all_known = false,
                Piece::Tag(tag) => {
                    all_known = false;
                    match tag.kind {
                        TagKind::Open => depth += 1,
                        TagKind::Else => {}
                        TagKind::End => depth = depth.saturating_sub(1),
                    }
                }
            }
        }
        all_known.then_some(false)
    }

    /// The first place of known characters.
    pub(super) fn origin(&self) -> Option<Origin> {
        let lit = self.lits().find(|it| it.origin.is_some())?;
        let mut origin = lit.origin.clone()?;
        origin.place = lit.place()?;
        Some(origin)
    }

    pub(super) fn push(&mut self, piece: Piece) {
        match &piece {
            Piece::Lit(lit) if lit.text.is_empty() => {}
            _ => self.pieces.push(piece),
        }
    }

    pub(super) fn push_made(&mut self, text: &str) {
        self.push(Piece::Lit(Lit::made(text)));
    }

    pub(super) fn append(&mut self, other: Self) {
        for piece in other.pieces {
            self.push(piece);
        }
    }

    /// Known characters of a known text, by offset.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let mut out = Self::default();
        let mut at = 0;
        for lit in self.lits() {
            let (from, to) = (start.max(at), end.min(at + lit.text.len()));
            if from < to {
                out.push(Piece::Lit(lit.part(from - at, to - at)));
            }
            at += lit.text.len();
            if at >= end {
                break;
            }
        }
        out
    }

    /// Changes each known part by itself.
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let mut out = Self::default();
        for piece in &self.pieces {
            out.push(match piece {
                Piece::Lit(lit) => Piece::Lit(lit.changed(change(&lit.text))),
                other => other.clone(),
            });
        }
        out
    }

    /// Puts blanks at the start of every line but the first.
    pub(super) fn indented(&self, blanks: &str) -> Self {
        let mut out = Self::default();
        for piece in &self.pieces {
            let lit = match piece {
                Piece::Lit(lit) if lit.text.contains('\n') => lit,
                // The action's own line gets the indentation of the lines around it.
                Piece::Tag(tag) if tag.action.contains('\n') => {
                    let action = tag.action.replace('\n', &format!("\n{blanks}")).into();
                    out.push(Piece::Tag(Tag { action, kind: tag.kind }));
                    continue;
                }
                Piece::Hole(hole) if hole.action.contains('\n') => {
                    let action = hole.action.replace('\n', &format!("\n{blanks}")).into();
                    out.push(Piece::Hole(Hole { action, ..hole.clone() }));
                    continue;
                }
                other => {
                    out.push(other.clone());
                    continue;
                }
            };
            let mut at = 0;
            for line in lit.text.split_inclusive('\n') {
                out.push(Piece::Lit(lit.part(at, at + line.len())));
                at += line.len();
                if line.ends_with('\n') {
                    out.push_made(blanks);
                }
            }
        }
        out
    }

    /// Takes characters away at both ends, as far as they are known.
    pub(super) fn trimmed(
        &self,
        start: impl Fn(&str) -> usize,
        end: impl Fn(&str) -> usize,
    ) -> Self {
        let mut pieces = self.pieces.clone();
        while let Some(Piece::Lit(lit)) = pieces.first_mut() {
            let cut = start(&lit.text);
            if cut < lit.text.len() {
                *lit = lit.part(cut, lit.text.len());
                break;
            }
            pieces.remove(0);
        }
        while let Some(Piece::Lit(lit)) = pieces.last_mut() {
            let cut = end(&lit.text);
            if cut < lit.text.len() {
                *lit = lit.part(0, lit.text.len() - cut);
                break;
            }
            pieces.pop();
        }
        Self { pieces }
    }

    /// Without the blanks that a template would have trimmed at both ends.
    pub(super) fn without_outer_blanks(mut self) -> Self {
        let edge = |piece: Option<&mut Piece>, trim: fn(&str) -> &str| {
            let action = match piece {
                Some(Piece::Hole(hole)) => &mut hole.action,
                Some(Piece::Tag(tag)) => &mut tag.action,
                Some(Piece::Lit(_)) | None => return,
            };
            *action = trim(action).into();
        };
        edge(self.pieces.first_mut(), str::trim_start);
        edge(self.pieces.last_mut(), str::trim_end);
        self
    }

    /// What stands for it inside an expression.
    pub(super) fn symbol(&self) -> String {
        self.pieces
            .iter()
            .map(|it| match it {
                Piece::Lit(lit) => lit.text.to_string(),
                Piece::Hole(hole) => format!("{{{}}}", hole.symbol),
                Piece::Tag(_) => NAMELESS.to_owned(),
            })
            .collect()
    }
}
