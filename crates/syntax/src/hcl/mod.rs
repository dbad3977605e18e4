//! HCL: native syntax, templates, and Terraform's JSON.
//!
//! `hcl-edit` reads the grammar. A scanner of our own ([`scan`]) splits the text into items
//! first, because the parser stops at the first error: an item that does not parse goes to
//! [`recover`], every other one is in the tree.

mod graft;
mod json;
mod layout;
mod lower;
mod piece;
mod reader;
mod recover;
mod scan;
mod template;
mod text;
mod traversal;

use std::sync::Arc;

use crate::builder::{Builder, Key};
use crate::keys::KeySet;
use crate::limits::Limits;
use crate::span::Span;
use crate::tree::{Kind, OffsetMap, Style, Tree};

use reader::Reader;
use scan::Mode;

const BOM: &str = "\u{feff}";

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = Arc::clone(builder.source());
    let whole = Span::from_usize(0, source.len());
    let start = if source.starts_with(BOM) { BOM.len() } else { 0 };
    let region = Span::from_usize(start, source.len());
    let root = builder.open(Kind::Body, Style::None, whole, Key::default());
    let mut reader = Reader::new(builder, &source);
    let mut keys = KeySet::default();
    let rest = match read_sound(&mut reader, region, &mut keys) {
        Some(rest) if !reader.builder.is_full() => rest,
        _ => Span::new(region.end, region.end),
    };
    // Text with an error is read by its layout from there on.
    let scan = scan::scan(&source, rest, Mode::Layout);
    reader.learn(&scan);
    reader.items(&scan.items, &mut keys, 1);
    let mut builder = reader.finish();
    builder.close(root, whole.end);
    builder.finish()
}

/// Reads a file by its brackets; returns the region from which on they do not match.
fn read_sound<'a>(reader: &mut Reader<'a>, region: Span, keys: &mut KeySet<'a>) -> Option<Span> {
    let mut scan = scan::scan(reader.source, region, Mode::Strict);
    let Some(&culprit) = scan.culprits.first() else {
        reader.learn(&scan);
        reader.items(&scan.items, keys, 1);
        return None;
    };
    // An item before the culprit may be the broken one: a block that lost its `{` ends early
    // and leaves a brace over much later.
    scan.items.retain(|it| it.span.end <= culprit);
    reader.learn(&scan);
    let read = reader.sound_items(&scan.items, keys);
    let last = read.checked_sub(1).and_then(|it| scan.items.get(it));
    let start = last.map_or(region.start, |it| it.span.end);
    reader.forget(start);
    Some(Span::new(start, region.end))
}

pub(crate) fn parse_json(builder: Builder) -> Tree {
    json::parse(builder)
}

pub(crate) fn parse_template(text: &str, map: &OffsetMap, limits: &Limits) -> Tree {
    let mut builder = Builder::new(text.into(), limits);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let span = Span::new(map.to_source(0), map.end_to_source(end));
    let place = (Key::default(), Style::None, span);
    graft::graft(&mut builder, &graft::parse(text, limits), map, place);
    builder.finish()
}
