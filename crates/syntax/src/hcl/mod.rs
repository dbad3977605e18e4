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
use scan::{Item, Mode, Scan};

const BOM: &str = "\u{feff}";

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = Arc::clone(builder.source());
    let whole = Span::from_usize(0, source.len());
    let start = if source.starts_with(BOM) { BOM.len() } else { 0 };
    let region = Span::from_usize(start, source.len());
    let mut scan = split(&source, region);
    for comment in &scan.comments {
        builder.comment(*comment);
    }
    let root = builder.open(Kind::Body, Style::None, whole, Key::default());
    let mut reader = Reader::new(builder, &source, &mut scan);
    reader.items(&scan.items, &mut KeySet::default(), 1);
    let mut builder = reader.builder;
    builder.close(root, whole.end);
    builder.finish()
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

/// Splits a file into items. Broken text is read by its layout from the first broken item on.
fn split(source: &str, region: Span) -> Scan {
    let mut sound = scan::scan(source, region, Mode::Strict);
    let Some(&culprit) = sound.culprits.first() else { return sound };
    // A header that lost its `{` looks sound, and so do the attributes behind it.
    let header = |it: &Item| layout::is_bare_header(source.as_bytes(), it.span.start as usize);
    let broken = sound.items.iter().position(|it| it.span.end > culprit || header(it));
    sound.items.truncate(broken.unwrap_or(sound.items.len()));
    let start = sound.items.last().map_or(region.start, |it| it.span.end);
    let rest = scan::scan(source, Span::new(start, region.end), Mode::Layout);
    sound.comments.retain(|it| it.span.end <= start);
    sound.patches.retain(|it| it.span.end <= start);
    sound.crowds.retain(|(span, _)| span.end <= start);
    sound.items.extend(rest.items);
    sound.comments.extend(rest.comments);
    sound.patches.extend(rest.patches);
    sound.crowds.extend(rest.crowds);
    sound
}
