//! A file as it is read: as it stands, or as a template printed it.
//!
//! What is printed has offsets of its own. Everything that asks where a value was written asks
//! here, and is led back to the template, or to the values file or helper from which the
//! template took it.

use std::sync::Arc;

use model::{FileId, Origin, Piece, Place, Remote, Source, Text};
use syntax::{Node, OffsetMap, Span, Tree};

use crate::helm::RELEASE;

/// A file with the tree that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page<'a> {
    /// The file.
    pub(crate) file: FileId,
    /// Its path.
    pub(crate) path: &'a str,
    /// What is read.
    pub(crate) tree: &'a Tree,
    printed: Option<&'a Printed>,
}

/// Where the parts of a printed text come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Printed {
    /// In the order of the text, without gaps.
    segments: Vec<Segment>,
    /// Some part is unknown.
    pub(crate) is_partial: bool,
}

/// How much of a printed document is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Share {
    /// All of it.
    All,
    /// All but texts that have a name, such as that of the release.
    ButTexts,
    /// Some of it.
    Some,
}

/// A part of a printed text.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// Where it begins in the printed text.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
    /// The part of the template that printed it.
    pub(crate) site: Span,
    /// Conditions around it that cannot be known.
    pub(crate) depth: u16,
    /// What it is.
    pub(crate) kind: SegmentKind,
}

/// What a part of a printed text is.
#[derive(Clone, Debug)]
pub(crate) enum SegmentKind {
    /// Known text; without an origin when evaluation added it.
    Known(Option<Origin>, Option<OffsetMap>),
    /// An action that stands for something unknown, with its expression.
    Unknown(Option<Origin>, Arc<str>),
    /// A control action.
    Control,
}

impl Printed {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        let known = |it: &Segment| matches!(it.kind, SegmentKind::Known(..));
        let is_partial = !segments.iter().all(known);
        Self { segments, is_partial }
    }

    /// How much of a part of the text is known.
    pub(crate) fn knowledge(&self, span: Span) -> Share {
        let mut share = Share::All;
        for segment in self.within(span) {
            match &segment.kind {
                SegmentKind::Known(..) => {}
                SegmentKind::Unknown(_, symbol) if !symbol.contains('$') => {
                    share = Share::ButTexts;
                }
                SegmentKind::Unknown(..) | SegmentKind::Control => return Share::Some,
            }
        }
        share
    }

    fn within(&self, span: Span) -> &[Segment] {
        let from = self.segments.partition_point(|it| it.end <= span.start);
        let rest = self.segments.get(from..).unwrap_or_default();
        let len = rest.partition_point(|it| it.start < span.end);
        rest.get(..len.max(usize::from(span.is_empty() && !rest.is_empty()))).unwrap_or_default()
    }
}

impl Segment {
    /// Where a part of it was written.
    fn origin(&self, span: Span) -> Option<Origin> {
        let (from, to) = (span.start.max(self.start), span.end.min(self.end));
        match &self.kind {
            SegmentKind::Known(Some(origin), map) => {
                let mut origin = origin.clone();
                if let Some(map) = map {
                    let to = to.max(from);
                    let exact = map.to_span(from - self.start.min(from), to - self.start.min(to));
                    origin.place = Place::new(origin.place.file, exact);
                }
                Some(origin)
            }
            SegmentKind::Unknown(origin, _) => origin.clone(),
            SegmentKind::Known(None, _) | SegmentKind::Control => None,
        }
    }

    /// The part of the template that printed a part of it.
    fn site(&self, span: Span, file: FileId) -> Span {
        match &self.kind {
            SegmentKind::Known(Some(origin), Some(_)) if origin.place.file == file => {
                self.origin(span).map_or(self.site, |it| it.place.span)
            }
            _ => self.site,
        }
    }
}

impl<'a> Page<'a> {
    /// A file as it stands.
    pub(crate) fn plain(source: &Source<'a>) -> Self {
        Self { file: source.file, path: source.path, tree: source.tree, printed: None }
    }

    /// A file as its template printed it.
    pub(crate) fn printed(
        file: FileId,
        path: &'a str,
        tree: &'a Tree,
        printed: &'a Printed,
    ) -> Self {
        Self { file, path, tree, printed: Some(printed) }
    }

    /// True when a template printed it.
    pub(crate) fn is_printed(&self) -> bool {
        self.printed.is_some()
    }

    /// Where a scalar was written, and the way it took.
    pub(crate) fn origin(&self, span: Span) -> Origin {
        self.written(span, |all, next| next.span.start >= all.span.end)
    }

    /// Where a collection was written, of which parts may stand in another order.
    pub(crate) fn cover(&self, span: Span) -> Origin {
        self.written(span, |_, _| true)
    }

    /// Where a part of the text was written. Parts from another file that one action printed
    /// are one place there as long as each `joins` those before it.
    fn written(&self, span: Span, joins: impl Fn(Place, Place) -> bool) -> Origin {
        let Some(printed) = self.printed else {
            return Origin::at(Place::new(self.file, span));
        };
        let inside = printed.within(span);
        let mut written = inside.iter().filter_map(|it| Some((it.site, it.origin(span)?)));
        let Some((site, first)) = written.next() else { return Origin::at(self.site(span)) };
        let mut all = first.place;
        for (other, origin) in written {
            let direct = first.place.file == self.file && origin.place.file == self.file;
            if other != site && !direct {
                return Origin::at(self.site(span));
            }
            let same = origin.place.file == all.file && origin.steps().len() == first.steps().len();
            if same && joins(all, origin.place) {
                all = Place::new(all.file, all.span.cover(origin.place.span));
            }
        }
        let mut origin = first;
        origin.place = all;
        origin
    }

    /// The part of this file that printed a part of the text.
    pub(crate) fn site(&self, span: Span) -> Place {
        let Some(printed) = self.printed else { return Place::new(self.file, span) };
        let sites = printed
            .within(span)
            .iter()
            // What evaluation added stands where its neighbours stand.
            .filter(|it| !matches!(it.kind, SegmentKind::Known(None, _)))
            .map(|it| it.site(span, self.file));
        let found = sites.reduce(Span::cover);
        let added = || printed.within(span).first().map(|it| it.site);
        Place::new(self.file, found.or_else(added).unwrap_or_default())
    }

    /// The place in this file that is nearest to where a value was written: that itself, or the
    /// action that printed it.
    pub(crate) fn nearest(&self, origin: &Origin, otherwise: Place) -> Place {
        let steps = origin.steps().into_iter().rev().map(|it| it.place);
        let mut places = std::iter::once(origin.place).chain(steps);
        places.find(|it| it.file == self.file).unwrap_or(otherwise)
    }

    /// How many conditions that cannot be known stand around an offset.
    pub(crate) fn conditions(&self, offset: u32) -> u16 {
        let inside = self.printed.map(|it| it.within(Span::new(offset, offset)));
        inside.and_then(<[_]>::first).map_or(0, |it| it.depth)
    }

    /// The text of a printed scalar, with the origin of each part.
    pub(crate) fn text(&self, node: Node<'_>) -> Text {
        let text = node.text().unwrap_or("");
        let map = node.offset_map();
        let Some(printed) = self.printed else {
            return Text::literal(text, self.origin(node.span()), Some(map));
        };
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if len == 0 {
            return Text::literal("", self.origin(node.span()), None);
        }
        self.pieces(text, &map.pieces(len), printed, node.span())
    }

    /// The text of a part of the page, as it stands there.
    pub(crate) fn slice(&self, span: Span) -> Text {
        let text = self.tree.source().get(span.range()).unwrap_or("");
        match self.printed {
            Some(printed) => self.pieces(text, &[(0, span.start, span.len())], printed, span),
            None => Text::literal(text, self.origin(span), None),
        }
    }

    fn pieces(&self, text: &str, runs: &[(u32, u32, u32)], printed: &Printed, whole: Span) -> Text {
        let mut out = Row { pieces: Vec::new(), hole: None };
        for (at, from, len) in runs.iter().copied() {
            let run = Span::new(from, from.saturating_add(len));
            for segment in printed.within(run) {
                let start = segment.start.max(run.start);
                let end = segment.end.min(run.end);
                let inside = Span::new(at + (start - run.start), at + (end.max(start) - run.start));
                let Some(part) = text.get(inside.range()) else { continue };
                match &segment.kind {
                    SegmentKind::Known(Some(origin), Some(map)) => {
                        let (a, b) = (start - segment.start, end.max(start) - segment.start);
                        out.known(part, origin, Some(map.part(a, b)));
                    }
                    SegmentKind::Known(Some(origin), None) => out.known(part, origin, None),
                    SegmentKind::Known(None, _) => {
                        out.known(part, &Origin::at(self.site(whole)), None);
                    }
                    SegmentKind::Unknown(origin, symbol) => {
                        let at_site = || Origin::at(Place::new(self.file, segment.site));
                        let origin = origin.clone().unwrap_or_else(at_site);
                        out.unknown(segment.start, origin, symbol);
                    }
                    SegmentKind::Control => {
                        let origin = Origin::at(Place::new(self.file, segment.site));
                        out.unknown(segment.start, origin, "$unknown");
                    }
                }
            }
        }
        Text { pieces: out.pieces }
    }
}

/// Pieces in a row.
struct Row {
    pieces: Vec<Piece>,
    /// Where the last piece begins on the page, when it is unknown.
    hole: Option<u32>,
}

impl Row {
    fn known(&mut self, text: &str, origin: &Origin, map: Option<OffsetMap>) {
        self.hole = None;
        let mut origin = origin.clone();
        if let Some(map) = &map {
            let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
            origin.place = Place::new(origin.place.file, map.to_span(0, len));
        }
        self.pieces.push(Piece::Literal { text: text.into(), origin, map });
    }

    fn unknown(&mut self, at: u32, origin: Origin, symbol: &str) {
        if self.hole.replace(at) == Some(at) {
            return;
        }
        let remote = Remote { address: RELEASE.into(), attribute: symbol.into() };
        self.pieces.push(Piece::Unknown { origin, remote: Some(Arc::new(remote)) });
    }
}
