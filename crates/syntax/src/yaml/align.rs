//! Leads from the text of a folded or indented scalar back to the source.
//!
//! YAML changes only blanks in these scalars, so everything else stands in the source in
//! the same order. Between two such stretches, line breaks pair up with line breaks and the
//! blanks after the last one belong to the end of the gap, where the next stretch begins.

use crate::escape::line_breaks;
use crate::tree::OffsetMap;

/// How the scalar is written, as far as alignment cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Quoting {
    None,
    /// Two quotes stand for one.
    Single,
}

/// Maps `text` to `raw`, which begins at `base`. `None` when they do not belong together.
pub(super) fn align(text: &str, raw: &str, base: u32, quoting: Quoting) -> Option<OffsetMap> {
    let mut runs = Runs { list: Vec::new(), base };
    let (value, source) = (text.as_bytes(), raw.as_bytes());
    let (mut at, mut from) = (0, 0);
    loop {
        let value_gap = blanks(value, at);
        let source_gap = blanks(source, from);
        if value_gap > 0 {
            runs.add(at, from);
            let gap = value.get(at..at + value_gap).unwrap_or_default();
            // Most gaps are the blank between two words.
            if gap.contains(&b'\n') {
                runs.gap(text, at..at + value_gap, raw, from..from + source_gap);
            }
        }
        at += value_gap;
        from += source_gap;
        if at == value.len() {
            let end = base + u32::try_from(raw.len()).ok()?;
            return Some(OffsetMap::runs(runs.list, end));
        }
        runs.add(at, from);
        while value.get(at).is_some_and(|it| !is_blank(*it)) {
            let (word, quote) = word(value.get(at..)?, source.get(from..)?, quoting);
            at += word;
            from += word;
            if quote {
                from += 1;
                runs.add(at, from);
            } else if value.get(at).is_some_and(|it| !is_blank(*it)) {
                return None;
            }
        }
    }
}

/// The bytes that both texts begin with, up to a blank or with a quote that is written twice.
fn word(value: &[u8], source: &[u8], quoting: Quoting) -> (usize, bool) {
    let is_quote = |byte: u8| byte == b'\'' && quoting == Quoting::Single;
    let goes_on = |(a, b): &(&u8, &u8)| a == b && !is_blank(**a) && !is_quote(**a);
    let len = value.iter().zip(source).take_while(goes_on).count();
    match (value.get(len), source.get(len)) {
        (Some(a), Some(b)) if a == b && is_quote(*a) => (len + 1, true),
        _ => (len, false),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|it| !is_blank(*it)).unwrap_or(rest.len())
}

struct Runs {
    list: Vec<(u32, u32)>,
    base: u32,
}

impl Runs {
    fn add(&mut self, text: usize, source: usize) {
        let (Ok(text), Ok(source)) = (u32::try_from(text), u32::try_from(source)) else { return };
        let source = self.base + source;
        match self.list.last_mut() {
            Some((at, from)) if *from + (text - *at) == source => {}
            Some(last) if last.0 == text => *last = (text, source),
            _ => self.list.push((text, source)),
        }
    }

    /// Pairs the line breaks in blanks of the value with those of the source.
    fn gap(
        &mut self,
        text: &str,
        value: std::ops::Range<usize>,
        raw: &str,
        source: std::ops::Range<usize>,
    ) {
        let value_gap = text.get(value.clone()).unwrap_or("");
        let source_gap = raw.get(source.clone()).unwrap_or("");
        let mut breaks = line_break_offsets(source_gap);
        for (at, _) in value_gap.bytes().enumerate().filter(|(_, it)| *it == b'\n') {
            let Some(found) = breaks.next() else { break };
            self.add(value.start + at, source.start + found);
        }
        let Some(last) = value_gap.rfind('\n') else { return };
        // What is indented more than its block keeps the rest of its blanks, at the end.
        let tail = value_gap.len() - last - 1;
        if tail > 0 && line_breaks(source_gap) > 0 && tail <= source_gap.len() {
            self.add(value.end - tail, source.end - tail);
        }
    }
}

/// Offsets of line breaks; of `\r\n` the first byte.
fn line_break_offsets(gap: &str) -> impl Iterator<Item = usize> {
    let bytes = gap.as_bytes();
    bytes.iter().enumerate().filter_map(|(at, it)| match it {
        b'\r' => Some(at),
        b'\n' if at.checked_sub(1).and_then(|it| bytes.get(it)) != Some(&b'\r') => Some(at),
        _ => None,
    })
}
