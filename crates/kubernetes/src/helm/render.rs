//! Printed pieces as a text that can be read as YAML.

use std::sync::Arc;

use model::{FileId, Place};
use syntax::{Kind, Language, Limits, Span, Tree};

use super::eval::Output;
use super::text::{Piece, TagKind, Text};
use super::value::Val;
use crate::load::Loader;
use crate::page::{Page, Printed, Segment, SegmentKind};

/// A printed text with the way back.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) tree: Tree,
    pub(crate) printed: Printed,
}

impl Default for Rendered {
    fn default() -> Self {
        let tree = syntax::parse(Arc::from(""), Language::Yaml, &Limits::default());
        Self { tree, printed: Printed::default() }
    }
}

/// Joins what a template printed and reads it; `None` when that is not YAML.
pub(super) fn render(output: Output) -> Option<Rendered> {
    let mut page = PageBuilder::default();
    for (piece, site) in output.pieces {
        page.push(piece, site);
    }
    page.finish()
}

/// A text as a value (`fromYaml`).
pub(super) fn read(text: &Text) -> Option<Val> {
    let mut page = PageBuilder::default();
    for piece in &text.pieces {
        page.push(piece.clone(), Span::default());
    }
    let rendered = page.finish()?;
    let first = text.origin().map_or(FileId::default(), |it| it.place.file);
    let page = Page::printed(first, "", &rendered.tree, &rendered.printed);
    let mut documents = rendered.tree.documents();
    let value = match documents.next() {
        Some(document) => Val::read(&Loader::new(page, rendered.printed.is_partial).read(document)),
        None => Val::map(super::value::Map::default()),
    };
    // What evaluation added stands nowhere.
    Some(value)
}

#[derive(Default)]
struct PageBuilder {
    text: String,
    segments: Vec<Segment>,
    depth: u16,
}

impl PageBuilder {
    fn push(&mut self, piece: Piece, site: Span) {
        let first = match &piece {
            Piece::Lit(it) => it.text.chars().next(),
            Piece::Hole(it) => it.action.chars().next(),
            Piece::Tag(it) => it.action.chars().next(),
        };
        // Helm takes the dashes for the start of a document, whatever follows on the line.
        let dashes =
            self.text.strip_suffix("---").is_some_and(|it| it.is_empty() || it.ends_with('\n'));
        if dashes && first.is_some_and(|it| !it.is_whitespace() && it != '-') {
            self.push(Piece::Lit(super::text::Lit::made("\n")), site);
        }
        let start = self.len();
        let mut depth = self.depth;
        let kind = match piece {
            Piece::Lit(lit) => {
                self.text.push_str(&lit.text);
                if self.extend(&lit.origin, &lit.map, site, start) {
                    return;
                }
                SegmentKind::Known(lit.origin, lit.map)
            }
            Piece::Hole(hole) => {
                self.text.push_str(&hole.action);
                SegmentKind::Unknown(hole.origin, (*hole.symbol).into())
            }
            Piece::Tag(tag) => {
                self.text.push_str(&tag.action);
                match tag.kind {
                    TagKind::Open => self.depth = self.depth.saturating_add(1),
                    TagKind::Else => {}
                    TagKind::End => {
                        self.depth = self.depth.saturating_sub(1);
                        depth = self.depth;
                    }
                }
                SegmentKind::Control
            }
        };
        let end = self.len();
        self.segments.push(Segment { start, end, site, depth, kind });
    }

    /// Joins characters that evaluation added in a row.
    fn extend(
        &mut self,
        origin: &Option<model::Origin>,
        map: &Option<syntax::OffsetMap>,
        site: Span,
        start: u32,
    ) -> bool {
        let (end, depth) = (self.len(), self.depth);
        match self.segments.last_mut() {
            Some(last)
                if origin.is_none()
                    && map.is_none()
                    && last.site == site
                    && last.end == start
                    && last.depth == depth
                    && matches!(last.kind, SegmentKind::Known(None, None)) =>
            {
                last.end = end;
                true
            }
            _ => false,
        }
    }

    fn len(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    fn finish(self) -> Option<Rendered> {
        let printed = Printed::new(self.segments);
        let language = match printed.is_partial {
            true => Language::HelmTemplate,
            false => Language::Yaml,
        };
        let tree = syntax::parse(Arc::from(self.text), language, &Limits::default());
        let readable = tree.problems().is_empty()
            && tree.documents().all(|it| !matches!(it.kind(), Kind::Opaque));
        readable.then_some(Rendered { tree, printed })
    }
}

/// The text of a file as pieces that know their place.
pub(super) fn source_text(file: FileId, text: &str) -> Text {
    let span = Span::from_usize(0, text.len());
    let origin = model::Origin::at(Place::new(file, span));
    let map = syntax::OffsetMap::identity(span.start, span.end);
    Text {
        pieces: vec![Piece::Lit(super::text::Lit {
            text: text.into(),
            origin: Some(origin),
            map: Some(map),
        })],
    }
}
