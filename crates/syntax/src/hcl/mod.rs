//! HCL: native syntax, templates, and Terraform's JSON.
//!
//! `hcl-edit` reads the grammar. A scanner of our own ([`scan`]) splits the text into items
//! first, because the parser stops at the first error: an item that does not parse goes to
//! [`recover`], every other one is in the tree.

mod layout;
mod lower;
mod scan;
mod template;
mod text;
mod traversal;

use std::sync::Arc;

use hcl_edit::parser::parse_body;

use crate::builder::{Builder, Key};
use crate::keys::KeySet;
use crate::limits::Limits;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Kind, OffsetMap, Style, Tree};

use lower::Lowering;
use scan::Mode;

const BOM: &str = "\u{feff}";

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = Arc::clone(builder.source());
    let whole = Span::from_usize(0, source.len());
    let start = if source.starts_with(BOM) { BOM.len() } else { 0 };
    let region = Span::from_usize(start, source.len());
    let mut scan = scan::scan(&source, region, Mode::Strict);
    if !scan.culprits.is_empty() {
        scan = scan::scan(&source, region, Mode::Layout);
    }
    for comment in &scan.comments {
        builder.comment(*comment);
    }
    let root = builder.open(Kind::Body, Style::None, whole, Key::default());
    let mut keys = KeySet::default();
    for item in &scan.items {
        let raw = source.get(item.span.range()).unwrap_or("");
        match parse_body(raw) {
            Ok(body) => {
                let mut lowering = Lowering {
                    builder: &mut builder,
                    source: &source,
                    base: item.span.start,
                    masked: &[],
                    renamed: &[],
                    depth: 1,
                };
                lowering.structures(&body, &mut keys);
            }
            Err(error) => {
                builder.problem(ProblemKind::Syntax, item.span, error.message());
                builder.leaf(Kind::Opaque, Style::None, item.span, Key::default());
            }
        }
    }
    builder.close(root, whole.end);
    builder.finish()
}

pub(crate) fn parse_json(builder: Builder) -> Tree {
    builder.finish()
}

pub(crate) fn parse_template(text: &str, _map: &OffsetMap, limits: &Limits) -> Tree {
    Builder::new(text.into(), limits).finish()
}
