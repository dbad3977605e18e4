//! Renderers for findings and for the inventory: one module per format.
//!
//! A renderer writes a [`View`] to anything that takes bytes. Names, paths and source lines
//! come from files that nobody vouches for: every renderer escapes them for its own format,
//! and no renderer can show a credential, because findings hold none and source lines are
//! shown through [`Redactions`].

mod azure;
mod concise;
mod debug;
mod excerpt;
mod github;
mod gitlab;
mod inventory;
mod json;
mod junit;
mod markdown;
mod paths;
mod rdjson;
mod redact;
mod rule_page;
mod safe_json;
mod sarif;
mod style;
mod subject;
mod summary;
mod table;
mod taxonomy;
mod text;
mod view;
mod visible;

pub use debug::{facts, graph};
pub use inventory::{
    describe as grant_words, inventory_json, inventory_table, lifetime as lifetime_words,
    widest as widest_grant,
};
pub use paths::Paths;
pub use redact::Redactions;
pub use rule_page::{rule_list, rule_list_json, rule_page};
pub use summary::{statistics, summary};
pub use view::{Format, View, render};
pub use visible::visible;
