//! The rules of nhilint, one file each. `README.md` in this folder says how to add one.

#[rustfmt::skip]
mod registry;

pub use registry::ALL;

use engine::Rule;

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|it| it.id == id)
}
