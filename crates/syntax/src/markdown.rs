//! Placeholder until the parser lands.
use crate::builder::Builder;
use crate::tree::Tree;
pub(crate) fn parse(builder: Builder) -> Tree {
    builder.finish()
}
