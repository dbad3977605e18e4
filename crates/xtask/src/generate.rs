//! Writes the files that are derived from others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{repository, secrets};

/// The list of rules; written first, because nothing compiles without it.
const REGISTRY: &str = "rules/registry.rs";

/// The schema of `nhilint.toml`, for editors.
const SCHEMA: &str = "editors/nhilint.schema.json";

pub(crate) fn run(check: bool) -> Result<()> {
    put(REGISTRY, &registry()?, check)?;
    let example = ["run", "--quiet", "-p", "nhilint-workspace", "--example", "schema"];
    let schema = repository::output("cargo", &example)?;
    put(SCHEMA, &schema, check)?;
    secrets::check_manifest(check)
}

/// Writes the list of rules and nothing else: enough to compile a new rule.
pub(crate) fn registry_only() -> Result<()> {
    put(REGISTRY, &registry()?, false)
}

fn put(path: &str, text: &str, check: bool) -> Result<()> {
    let target = repository::root().join(path);
    let current = fs::read_to_string(&target).unwrap_or_default();
    if current == text {
        return Ok(());
    }
    ensure!(!check, "{path} is stale: run `cargo xtask gen`");
    fs::write(&target, text).with_context(|| format!("cannot write {path}"))?;
    println!("wrote {path}");
    Ok(())
}

/// Rule files by module name: `rules/FAMILY/NAME.rs`.
pub(crate) fn rule_files() -> Result<BTreeMap<String, String>> {
    let mut modules = BTreeMap::new();
    for path in repository::files()? {
        let parts: Vec<&str> = path.split('/').collect();
        if let ["rules", family, file] = parts.as_slice()
            && *family != "tests"
            && let Some(name) = file.strip_suffix(".rs")
        {
            let other = modules.insert(name.to_owned(), format!("{family}/{file}"));
            ensure!(other.is_none(), "two rules are called {name}");
        }
    }
    Ok(modules)
}

fn registry() -> Result<String> {
    let modules = rule_files()?;
    let mut text = String::from(
        "// Written by `cargo xtask gen`; do not edit.\n\
         //! Every rule, by file. A rule is in force because its file is in its folder.\n\n\
         use engine::Rule;\n\n",
    );
    for (module, path) in &modules {
        writeln!(text, "#[path = \"{path}\"] mod {module};")?;
    }
    text.push_str("\n/// All rules, sorted by id.\npub static ALL: &[&Rule] = &[\n");
    for module in modules.keys() {
        writeln!(text, "    &{module}::RULE,")?;
    }
    text.push_str("];\n");
    Ok(text)
}
