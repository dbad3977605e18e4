//! Source lines around the places of a finding, as a `miette` source.
//!
//! Only the lines that are shown are touched, so the cost does not depend on the size of the
//! file. The lines are made safe first: credentials are hidden, characters that act on a
//! terminal are replaced, and long lines are cut. Offsets that `miette` sees are offsets into
//! that text; lines and columns that it prints are those of the file.

use engine::{Place, Report, SourceText, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use model::FileId;

use crate::paths::Paths;
use crate::redact::{Redactions, covers};
use crate::visible::{opens_command, visible, visible_char};

/// Lines shown before and after a place.
const CONTEXT: u32 = 1;

/// A place that spans more lines is shown by its first line.
const TALLEST: u32 = 6;

/// A longer line is cut to about this many bytes around the place.
const LONGEST: usize = 240;

/// Bytes shown before the place on a line that is cut.
const BEFORE: usize = 60;

/// Bytes on both sides of a cut that are searched for credentials too: a cut must not
/// separate the known part of one from its rest.
const MARGIN: usize = 4096;

/// A place to show, with the words that belong to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) place: Place,
    pub(crate) label: Option<&'a str>,
}

/// Lines of one or several files.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    text: String,
    windows: Vec<Window>,
    /// The marks' spans in `text`, in the order in which they were asked for.
    pub(crate) spans: Vec<SourceSpan>,
}

/// Lines of a file that follow each other.
#[derive(Debug)]
struct Window {
    name: String,
    /// The number of the first line, from 0.
    first: usize,
    /// Where the lines start in the excerpt; one more for the end.
    starts: Vec<usize>,
    /// Columns, from 0, at which marks start: offset in the excerpt, column in the file.
    columns: Vec<(usize, usize)>,
}

/// Where a mark starts and ends in its file.
#[derive(Clone, Copy, Debug)]
struct Reach {
    mark: usize,
    span: Span,
    first: u32,
    last: u32,
}

impl Excerpt {
    pub(crate) fn new(
        report: &Report,
        redactions: &Redactions<'_>,
        paths: &Paths,
        marks: &[Mark<'_>],
    ) -> Self {
        let nowhere = SourceSpan::from((0, 0));
        let mut excerpt = Self { spans: vec![nowhere; marks.len()], ..Self::default() };
        let mut files: Vec<FileId> = Vec::new();
        for mark in marks {
            if !files.contains(&mark.place.file) {
                files.push(mark.place.file);
            }
        }
        for file in files {
            let Some(source) = report.sources.get(file) else { continue };
            let name = visible(&paths.shown(&source.path)).into_owned();
            for group in groups(file, source, marks) {
                excerpt.add(file, source, &name, redactions, &group);
            }
        }
        excerpt
    }

    /// Adds the lines of places that lie near each other.
    fn add(
        &mut self,
        file: FileId,
        source: &SourceText,
        name: &str,
        redactions: &Redactions<'_>,
        group: &[Reach],
    ) {
        let (Some(first), Some(last)) =
            (group.iter().map(|it| it.first).min(), group.iter().map(|it| it.last).max())
        else {
            return;
        };
        let first = first.saturating_sub(CONTEXT);
        let last = (last + CONTEXT).min(last_line(source)).max(last);
        let mut window = Window {
            name: name.to_owned(),
            first: first as usize,
            starts: Vec::new(),
            columns: Vec::new(),
        };
        let mut bounds = vec![(0, 0); group.len()];
        for line in first..=last {
            window.starts.push(self.text.len());
            let span = line_span(source, line);
            let focus = group.iter().filter(|it| it.first == line).map(|it| it.span.start).min();
            let cut = cut(&source.text, span, focus);
            let hidden = hidden(file, source, redactions, span, cut);
            self.push_line(source, span, cut, &hidden, group, &mut bounds);
            self.text.push('\n');
        }
        window.starts.push(self.text.len());
        for (reach, (start, end)) in group.iter().zip(bounds) {
            if let Some(span) = self.spans.get_mut(reach.mark) {
                *span = SourceSpan::from((start, end.max(start) - start));
            }
            let column = source.lines().position(reach.span.start).column as usize - 1;
            window.columns.push((start, column));
        }
        self.windows.push(window);
    }

    /// Adds a line made safe, and notes where the marks of `group` came to lie.
    fn push_line(
        &mut self,
        source: &SourceText,
        line: Span,
        cut: Span,
        hidden: &[Span],
        group: &[Reach],
        bounds: &mut [(usize, usize)],
    ) {
        let note = |offset: u32, at: usize, bounds: &mut [(usize, usize)]| {
            for (reach, bound) in group.iter().zip(bounds) {
                if reach.span.start == offset {
                    bound.0 = at;
                }
                if reach.span.end == offset {
                    bound.1 = at;
                }
            }
        };
        if cut.start > line.start {
            self.text.push('…');
        }
        // What was cut off in front starts and ends at the cut.
        for offset in group.iter().flat_map(|it| [it.span.start, it.span.end]) {
            if line.start <= offset && offset < cut.start {
                note(offset, self.text.len(), bounds);
            }
        }
        let shown = source.text.get(cut.range()).unwrap_or_default();
        let mut offset = cut.start;
        for c in shown.chars() {
            note(offset, self.text.len(), bounds);
            self.text.push(match c {
                _ if covers(hidden, offset) => '*',
                '[' if opens_command(&self.text) => '\u{fffd}',
                _ => visible_char(c),
            });
            offset += c.len_utf8() as u32;
        }
        // The end of the line, its line break, and what was cut off behind.
        let end = self.text.len();
        for offset in group.iter().flat_map(|it| [it.span.start, it.span.end]) {
            if cut.end <= offset && offset <= line.end {
                note(offset, end, bounds);
            }
        }
        if cut.end < line.end {
            self.text.push('…');
        }
    }
}

/// Marks of a file, in groups whose lines touch.
fn groups(file: FileId, source: &SourceText, marks: &[Mark<'_>]) -> Vec<Vec<Reach>> {
    let mut reaches: Vec<Reach> = marks
        .iter()
        .enumerate()
        .filter(|(_, it)| it.place.file == file)
        .map(|(mark, it)| reach(source, mark, it.place.span))
        .collect();
    reaches.sort_by_key(|it| (it.first, it.last));
    let mut groups: Vec<Vec<Reach>> = Vec::new();
    let mut end = 0;
    for reach in reaches {
        match groups.last_mut() {
            Some(group) if reach.first <= end + 2 * CONTEXT + 1 => group.push(reach),
            _ => groups.push(vec![reach]),
        }
        end = end.max(reach.last);
    }
    groups
}

fn reach(source: &SourceText, mark: usize, span: Span) -> Reach {
    let len = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    let mut span = Span::new(span.start.min(len), span.end.min(len));
    let line = |offset| source.lines().position(offset).line - 1;
    let first = line(span.start);
    let mut last = line(span.end);
    let text = line_span(source, last);
    if last > first && span.end == text.start {
        // It ends with the line break: it does not reach into the next line.
        last -= 1;
        span.end = line_span(source, last).end.max(span.start);
    }
    if last - first >= TALLEST {
        last = first;
        span.end = line_span(source, first).end.max(span.start);
    }
    // The line break itself is not shown.
    span.end = span.end.min(line_span(source, last).end.max(span.start));
    span.start = span.start.min(line_span(source, first).end);
    Reach { mark, span, first, last }
}

/// The last line that holds anything: behind the last line break there is none.
fn last_line(source: &SourceText) -> u32 {
    let len = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    let last = source.lines().position(len).line - 1;
    if source.text.ends_with('\n') { last.saturating_sub(1) } else { last }
}

/// A line without its line break.
fn line_span(source: &SourceText, line: u32) -> Span {
    let lines = source.lines();
    let start = lines.offset(line, 0, syntax::Unit::Utf8);
    let mut end = lines.offset(line, u32::MAX, syntax::Unit::Utf8);
    let bytes = source.text.as_bytes();
    while end > start && matches!(bytes.get(end as usize - 1), Some(b'\n' | b'\r')) {
        end -= 1;
    }
    Span::new(start, end)
}

/// The part of a line that is shown.
fn cut(text: &str, line: Span, focus: Option<u32>) -> Span {
    if line.len() as usize <= LONGEST {
        return line;
    }
    let focus = focus.unwrap_or(line.start).clamp(line.start, line.end) as usize;
    let start = focus.saturating_sub(BEFORE).max(line.start as usize);
    let end = (start + LONGEST).min(line.end as usize);
    Span::from_usize(text.floor_char_boundary(start), text.floor_char_boundary(end))
}

/// The bytes of a line's shown part that must be hidden.
fn hidden(
    file: FileId,
    source: &SourceText,
    redactions: &Redactions<'_>,
    line: Span,
    cut: Span,
) -> Vec<Span> {
    let text = &source.text;
    let start = (cut.start as usize).saturating_sub(MARGIN).max(line.start as usize);
    let end = (cut.end as usize + MARGIN).min(line.end as usize);
    let wide = Span::from_usize(text.floor_char_boundary(start), text.floor_char_boundary(end));
    redactions.within(file, wide, text.get(wide.range()).unwrap_or_default())
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let window = self
            .windows
            .iter()
            .find(|it| it.start() <= start && end < it.end())
            .ok_or(MietteError::OutOfBounds)?;
        let (first, last) = (window.line_of(start), window.line_of(end));
        let from = first.saturating_sub(before);
        let to = (last + after).min(window.starts.len().saturating_sub(2));
        let line_start = window.start_of(from);
        let begin = if before == 0 { start.max(window.start_of(first)) } else { line_start };
        let text_end = window.start_of(to + 1);
        let column = if before == 0 { window.column_of(start) } else { 0 };
        let bytes = self.text.as_bytes().get(begin..text_end).unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            window.name.clone(),
            bytes,
            SourceSpan::from((begin, text_end - begin)),
            window.first + if before == 0 { first } else { from },
            column,
            to + 1 - from,
        )))
    }
}

impl Window {
    fn start(&self) -> usize {
        self.starts.first().copied().unwrap_or_default()
    }

    fn end(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or_else(|| self.end())
    }

    fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset).saturating_sub(1)
    }

    /// The column in the file of a mark that starts at `offset`.
    fn column_of(&self, offset: usize) -> usize {
        self.columns.iter().find(|(at, _)| *at == offset).map_or(0, |(_, column)| *column)
    }
}
