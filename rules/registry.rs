// Written by `cargo xtask gen`; do not edit.
//! Every rule, by file. A rule is in force because its file is in its folder.

use engine::Rule;

#[path = "secret/embedded_secret.rs"] mod embedded_secret;

/// All rules, sorted by id.
pub static ALL: &[&Rule] = &[
    &embedded_secret::RULE,
];
