//! Hides the credentials of a report in text of its sources.
//!
//! Findings hold no secret, but the lines they point at do. Every text that shows a source
//! goes through here, and every credential that the analysis knows is hidden, whether it is
//! reported or not.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use engine::{Place, Report, Span};
use model::{FileId, Literal, Secret, SecretFinder};

/// Values shorter than this are hidden where they are written, and not wherever the same
/// letters stand: everything would be full of holes.
const SHORTEST_SEARCHED: usize = 6;

/// What to hide.
#[derive(Debug, Default)]
pub struct Redactions<'a> {
    /// Sorted by start, without overlaps.
    places: BTreeMap<FileId, Vec<Span>>,
    secrets: Vec<&'a Secret>,
    /// Made when the first text is looked at: most formats show none.
    finder: OnceLock<SecretFinder<'a>>,
}

impl<'a> Redactions<'a> {
    /// Everything that must not be seen of a report's sources.
    pub fn new(report: &'a Report) -> Self {
        let mut places: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        let mut secrets = Vec::new();
        for literal in report.facts.credentials.iter().filter_map(|it| it.literal()) {
            let all = std::iter::once(&literal.origin.place).chain(&literal.copies);
            for place in all {
                let hidden = hidden_part(report, literal, *place);
                places.entry(place.file).or_default().push(hidden);
            }
            if literal.secret.len() >= SHORTEST_SEARCHED {
                secrets.push(&literal.secret);
            }
        }
        for place in &report.facts.hidden {
            places.entry(place.file).or_default().push(place.span);
        }
        for spans in places.values_mut() {
            merge(spans);
        }
        secrets.sort();
        secrets.dedup();
        Self { places, secrets, finder: OnceLock::new() }
    }

    /// The bytes of `window` that must be hidden; `text` is the text of the window. Sorted,
    /// without overlaps, relative to the file.
    pub(crate) fn within(&self, file: FileId, window: Span, text: &str) -> Vec<Span> {
        let known = self.places.get(&file).map(Vec::as_slice).unwrap_or_default();
        let from = known.partition_point(|it| it.end <= window.start);
        let overlapping = known.iter().skip(from).take_while(|it| it.start < window.end);
        let mut spans: Vec<Span> = overlapping.copied().collect();
        for found in self.found_in(text) {
            let start = window.start.saturating_add(found.start);
            spans.push(Span::new(start, window.start.saturating_add(found.end)));
        }
        merge(&mut spans);
        spans
    }

    /// A file's text of the same length with every credential replaced by `fill`; line breaks
    /// stay. `None` for an unknown file.
    pub fn masked_source(&self, report: &Report, file: FileId, fill: char) -> Option<String> {
        let text = &report.sources.get(file)?.text;
        let spans = self.within(file, Span::from_usize(0, text.len()), text);
        Some(fill_in(text, &spans, fill))
    }

    /// A text that may quote sources, with every credential hidden.
    pub fn masked(&self, text: &str) -> String {
        let mut spans = self.found_in(text);
        merge(&mut spans);
        fill_in(text, &spans, '*')
    }

    fn found_in(&self, text: &str) -> Vec<Span> {
        let finder = self.finder.get_or_init(|| SecretFinder::new(self.secrets.clone()));
        let hidden = finder.find(text).into_iter().map(|(found, secret)| {
            Span::from_usize(found.start + shown_prefix(secret).len(), found.end)
        });
        hidden.collect()
    }
}

/// The part of a credential's place that is hidden: all but the characters that messages
/// show anyway, when the place starts with them.
fn hidden_part(report: &Report, literal: &Literal, place: Place) -> Span {
    let shown = shown_prefix(&literal.secret);
    let written = report.sources.get(place.file).and_then(|it| it.text.get(place.span.range()));
    let keep = match written {
        Some(it) if it.starts_with(&shown) => u32::try_from(shown.len()).unwrap_or(0),
        _ => 0,
    };
    Span::new(place.span.start + keep, place.span.end)
}

fn shown_prefix(secret: &Secret) -> String {
    let mut shown = secret.redacted();
    shown.truncate(shown.trim_end_matches('…').len());
    shown
}

/// Sorts spans and joins those that touch.
fn merge(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.iter().filter(|it| !it.is_empty()) {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(*span),
        }
    }
    *spans = merged;
}

/// True when `offset` lies in one of `spans`, which are sorted and do not overlap.
pub(crate) fn covers(spans: &[Span], offset: u32) -> bool {
    let next = spans.partition_point(|it| it.end <= offset);
    spans.get(next).is_some_and(|it| it.start <= offset)
}

/// Replaces the bytes of `spans`, but no line break.
fn fill_in(text: &str, spans: &[Span], fill: char) -> String {
    if spans.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let hidden = covers(spans, u32::try_from(at).unwrap_or(u32::MAX));
        if hidden && !matches!(c, '\n' | '\r') {
            out.extend(std::iter::repeat_n(fill, c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(pairs: &[(u32, u32)]) -> Vec<Span> {
        pairs.iter().map(|(a, b)| Span::new(*a, *b)).collect()
    }

    #[test]
    fn overlapping_places_are_one() {
        let mut it = spans(&[(5, 9), (0, 2), (8, 12), (2, 2)]);
        merge(&mut it);
        assert_eq!(it, spans(&[(0, 2), (5, 12)]));
        assert!(covers(&it, 1) && covers(&it, 11));
        assert!(!covers(&it, 2) && !covers(&it, 12));
    }

    #[test]
    fn masks_keep_length_and_lines() {
        assert_eq!(fill_in("abé\nde", &spans(&[(1, 6)]), 'x'), "axxx\nxe");
    }
}
