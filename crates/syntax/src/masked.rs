//! A text in which some bytes were replaced, and what was replaced.
//!
//! Offsets stay true: a replacement has the length of what it hides. Readers parse the
//! masked text and take spans and texts from the original.

use std::borrow::Cow;

use crate::span::Span;

/// Bytes that were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) span: Span,
    /// The hidden text may stand for values of any number: a template that prints, a line
    /// that could not be read. False for what prints nothing, such as `{{ end }}`.
    pub(crate) emits: bool,
    /// The column at which the printed text begins, when the template says so.
    pub(crate) indent: Option<u32>,
    /// Nothing stands before it on its line, so it may print whole lines.
    pub(crate) own_line: bool,
    /// The hidden text is known to be one plain string.
    pub(crate) literal: bool,
}

impl Mask {
    /// Text that may be anything; whole lines when it has lines of its own.
    pub(crate) fn unknown(span: Span, own_line: bool) -> Self {
        Self { span, emits: true, indent: None, own_line, literal: false }
    }

    /// Text that YAML cannot read and its writer meant as it stands.
    pub(crate) fn literal(span: Span) -> Self {
        Self { span, emits: false, indent: None, own_line: false, literal: true }
    }
}

/// A text with masks.
#[derive(Debug)]
pub(crate) struct Masked<'s> {
    pub(crate) original: &'s str,
    text: Cow<'s, str>,
    /// Sorted and disjoint.
    masks: Vec<Mask>,
}

impl<'s> Masked<'s> {
    pub(crate) fn plain(original: &'s str) -> Self {
        Self { original, text: Cow::Borrowed(original), masks: Vec::new() }
    }

    /// `text` must have the length of `original`, and `masks` must be sorted and disjoint.
    pub(crate) fn new(original: &'s str, text: String, masks: Vec<Mask>) -> Self {
        debug_assert_eq!(original.len(), text.len());
        Self { original, text: Cow::Owned(text), masks }
    }

    /// The text to parse.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// True when nothing was replaced.
    pub(crate) fn is_plain(&self) -> bool {
        self.masks.is_empty()
    }

    /// Replaces bytes by others of the same length; keeps the old ones for [`Masked::undo`].
    /// `None` when either end is not between characters.
    pub(crate) fn replace(&mut self, at: usize, new: &str) -> Option<String> {
        let range = at..at.checked_add(new.len())?;
        let old = self.text.get(range.clone())?.to_owned();
        self.text.to_mut().replace_range(range, new);
        Some(old)
    }

    /// The smallest span of whole characters of the original around a span of the masked
    /// text, where a character may be several.
    pub(crate) fn whole_characters(&self, mut span: Span) -> Span {
        let was_empty = span.is_empty();
        while !self.original.is_char_boundary(span.start as usize) {
            span.start -= 1;
        }
        if was_empty {
            return Span::new(span.start, span.start);
        }
        while !self.original.is_char_boundary(span.end as usize)
            && (span.end as usize) < self.original.len()
        {
            span.end += 1;
        }
        span
    }

    /// Records that the bytes of `mask` are not what they were.
    pub(crate) fn add(&mut self, mask: Mask) {
        let mut span = self.whole_characters(mask.span);
        let mut merged = mask;
        self.masks.retain(|it| {
            let overlaps = it.span.start < span.end && span.start < it.span.end;
            if overlaps {
                span = span.cover(it.span);
                merged.emits |= it.emits;
                merged.own_line |= it.own_line;
                merged.indent = None;
                merged.literal = false;
            }
            !overlaps
        });
        merged.span = span;
        let at = self.masks.partition_point(|it| it.span.start < span.start);
        self.masks.insert(at, merged);
    }

    /// The masks that share a byte with `span`.
    pub(crate) fn within(&self, span: Span) -> &[Mask] {
        let from = self.masks.partition_point(|it| it.span.end <= span.start);
        let rest = self.masks.get(from..).unwrap_or_default();
        let len = rest.partition_point(|it| it.span.start < span.end);
        rest.get(..len).unwrap_or_default()
    }

    /// True when every byte of `span` that is not blank is masked, and at least one is.
    pub(crate) fn hides(&self, span: Span) -> bool {
        let mut at = span.start;
        let masks = self.within(span);
        for mask in masks {
            if !self.is_blank(Span::new(at, mask.span.start)) {
                return false;
            }
            at = at.max(mask.span.end);
        }
        !masks.is_empty() && self.is_blank(Span::new(at, span.end))
    }

    /// `span` together with the masks that touch it on the same line, blanks between ignored.
    /// Behind it only those that print: `true{{ end }}` is `true` wherever it is printed.
    pub(crate) fn with_neighbours(&self, mut span: Span) -> Span {
        while let Some(before) = self.neighbour_before(span.start) {
            span.start = before.span.start;
        }
        while let Some(after) = self.neighbour_after(span.end).filter(|it| it.emits) {
            span.end = after.span.end;
        }
        span
    }

    fn neighbour_before(&self, at: u32) -> Option<Mask> {
        let index = self.masks.partition_point(|it| it.span.end <= at).checked_sub(1)?;
        let mask = *self.masks.get(index)?;
        self.is_gap(Span::new(mask.span.end, at)).then_some(mask)
    }

    fn neighbour_after(&self, at: u32) -> Option<Mask> {
        let index = self.masks.partition_point(|it| it.span.start < at);
        let mask = *self.masks.get(index)?;
        self.is_gap(Span::new(at, mask.span.start)).then_some(mask)
    }

    /// The first mask behind `from` that may print a value, when only blanks, comments and
    /// other masks stand between.
    pub(crate) fn printed_after(&self, from: u32) -> Option<Span> {
        let bytes = self.original.as_bytes();
        let mut at = from;
        loop {
            if let Some(mask) = self.within(Span::new(at, at.saturating_add(1))).first() {
                if mask.emits {
                    return Some(mask.span);
                }
                at = mask.span.end;
                continue;
            }
            match bytes.get(at as usize)? {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' => {
                    let rest = bytes.get(at as usize..)?;
                    at += u32::try_from(memchr::memchr(b'\n', rest)?).ok()?;
                }
                _ => return None,
            }
        }
    }

    fn is_blank(&self, span: Span) -> bool {
        self.bytes(span).iter().all(u8::is_ascii_whitespace)
    }

    fn is_gap(&self, span: Span) -> bool {
        self.bytes(span).iter().all(|it| matches!(it, b' ' | b'\t'))
    }

    fn bytes(&self, span: Span) -> &[u8] {
        self.original.as_bytes().get(span.range()).unwrap_or_default()
    }
}
