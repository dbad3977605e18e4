//! Reads a file item by item into the tree.

use super::lower::Lowering;
use super::piece::{Fault, Piece};
use super::scan::{Item, Patch, Scan};
use crate::builder::{Builder, Key};
use crate::keys::KeySet;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, Style};

/// Comparisons of object keys per file: `hcl-edit` compares each key of an object with all
/// before it.
const COMPARISONS: usize = 50_000_000;

/// How often the bytes of a file may be parsed or scanned again because of errors.
const REPEATS: usize = 6;

/// Work that is always allowed, however small the file.
const LEAST_WORK: usize = 1 << 20;

pub(super) struct Reader<'a> {
    pub(super) builder: Builder,
    pub(super) source: &'a str,
    comments: Vec<Comment>,
    patches: Vec<Patch>,
    /// Objects that are left out because of their number of entries, in source order.
    crowds: Vec<Span>,
    comparisons: usize,
    work: usize,
    pub(super) errors: usize,
    gave_up: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(builder: Builder, source: &'a str) -> Self {
        Self {
            builder,
            source,
            comments: Vec::new(),
            patches: Vec::new(),
            crowds: Vec::new(),
            comparisons: COMPARISONS,
            work: source.len().saturating_mul(REPEATS).max(LEAST_WORK),
            errors: 0,
            gave_up: false,
        }
    }

    /// Takes over what a scan of the text behind all earlier ones found.
    pub(super) fn learn(&mut self, scan: &Scan) {
        self.comments.extend(&scan.comments);
        self.patches.extend(&scan.patches);
        let mut crowds = scan.crowds.clone();
        crowds.sort_by_key(|(span, _)| span.start);
        for (span, entries) in crowds {
            let inside = self.crowds.last().is_some_and(|it| it.contains(span));
            match self.comparisons.checked_sub(entries.saturating_mul(entries)) {
                _ if inside => {}
                Some(rest) => self.comparisons = rest,
                None => self.crowds.push(span),
            }
        }
    }

    /// Takes back what was learnt about the text from `start` on.
    pub(super) fn forget(&mut self, start: u32) {
        self.comments.retain(|it| it.span.end <= start);
        self.patches.retain(|it| it.span.end <= start);
        self.crowds.retain(|it| it.end <= start);
    }

    /// Ends the reading.
    pub(super) fn finish(mut self) -> Builder {
        for comment in &self.comments {
            self.builder.comment(*comment);
        }
        for crowd in &self.crowds {
            let message = "the objects of this file have too many entries to compare their \
                           keys: this one was left out";
            self.builder.problem(ProblemKind::Limit, *crowd, message);
        }
        self.builder
    }

    /// Adds items of the top level up to the first one that does not parse; returns how many.
    pub(super) fn sound_items(&mut self, items: &[Item], keys: &mut KeySet<'a>) -> usize {
        let mut read = 0;
        for item in items {
            let mut piece = self.piece(item.span);
            if item.depth > self.builder.limits().depth || self.builder.is_full() {
                return read;
            }
            let Ok(body) = self.parse(&mut piece) else { return read };
            self.lower(&piece, &body, keys, 1);
            read += 1;
        }
        read
    }

    /// Adds the items of one body. `depth` is the number of nodes around them.
    pub(super) fn items(&mut self, items: &[Item], keys: &mut KeySet<'a>, depth: usize) {
        for item in items {
            if self.builder.is_full() {
                return;
            }
            self.item(*item, keys, depth);
        }
    }

    fn item(&mut self, item: Item, keys: &mut KeySet<'a>, depth: usize) {
        if item.depth > self.builder.limits().depth {
            return self.recover(item.span, &Fault::Limit, keys, depth);
        }
        let mut piece = self.piece(item.span);
        match self.parse(&mut piece) {
            Ok(body) => self.lower(&piece, &body, keys, depth),
            Err(fault) => self.recover(item.span, &fault, keys, depth),
        }
    }

    pub(super) fn piece(&self, span: Span) -> Piece<'a> {
        let mut piece = Piece::new(self.source, span, &self.patches);
        let from = self.crowds.partition_point(|it| it.start < span.start);
        for crowd in self.crowds.iter().skip(from).take_while(|it| it.end <= span.end) {
            piece.mask(*crowd);
        }
        piece
    }

    pub(super) fn parse(
        &mut self,
        piece: &mut Piece<'a>,
    ) -> Result<hcl_edit::structure::Body, Fault> {
        let work = &mut self.work;
        piece.parse(|bytes| {
            *work = work.saturating_sub(bytes);
            *work > 0
        })
    }

    pub(super) fn lower(
        &mut self,
        piece: &Piece<'a>,
        body: &hcl_edit::structure::Body,
        keys: &mut KeySet<'a>,
        depth: usize,
    ) {
        let mut lowering = Lowering {
            builder: &mut self.builder,
            source: self.source,
            base: piece.span.start,
            masked: &piece.masked,
            renamed: &piece.renamed,
            depth,
        };
        lowering.structures(body, keys);
    }

    /// Counts work on broken text; false when there has been enough of it.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        self.work = self.work.saturating_sub(bytes);
        self.work > 0
    }

    /// Records an error, and for the last one that is allowed that no more will be.
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        let most = self.builder.limits().errors;
        if self.errors < most {
            self.builder.problem(ProblemKind::Syntax, span, message);
        } else if !self.gave_up {
            self.gave_up = true;
            let message = format!("more than {most} syntax errors: what follows is not repaired");
            self.builder.problem(ProblemKind::Limit, span, message);
        }
        self.errors += 1;
    }

    /// True while broken text is worth another try.
    pub(super) fn may_repair(&self) -> bool {
        self.work > 0 && self.errors < self.builder.limits().errors
    }

    pub(super) fn opaque(&mut self, span: Span, key: Key) {
        self.builder.leaf(Kind::Opaque, Style::None, span, key);
    }

    /// Says of the innermost collection around `at`, among the nodes from `first` on, that
    /// only part of it is known.
    pub(super) fn mark_partial(&mut self, first: u32, at: u32) {
        self.builder.flag_innermost(first, at, Flags::MASKED);
    }
}
