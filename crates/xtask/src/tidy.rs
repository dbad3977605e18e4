//! What no compiler checks: the direction of dependencies, module docs, folder pages that
//! tell the truth, and no secrets but fake ones.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{generate, repository};

/// What each crate may use. Dependencies point towards the top of this list.
const EDGES: &[(&str, &[&str])] = &[
    ("nhilint-syntax", &[]),
    ("nhilint-model", &["syntax"]),
    ("nhilint-secrets", &["model", "syntax"]),
    ("nhilint-terraform", &["model", "secrets", "syntax"]),
    ("nhilint-kubernetes", &["model", "secrets", "syntax"]),
    ("nhilint-agents", &["model", "secrets", "syntax"]),
    ("nhilint-pipelines", &["model", "secrets", "syntax"]),
    ("nhilint-engine", &["model", "syntax"]),
    ("nhilint-rules", &["engine", "model"]),
    (
        "nhilint-workspace",
        &[
            "agents",
            "engine",
            "kubernetes",
            "model",
            "pipelines",
            "rules",
            "secrets",
            "syntax",
            "terraform",
        ],
    ),
    ("nhilint-report", &["engine", "model", "syntax"]),
    ("nhilint-lsp", &["engine", "model", "report", "rules", "syntax", "workspace"]),
    ("nhilint", &["engine", "lsp", "model", "report", "rules", "syntax", "workspace"]),
    ("nhilint-hook", &["nhilint"]),
    ("xtask", &[]),
];

pub(crate) fn run() -> Result<()> {
    let mut complaints = Vec::new();
    edges(&mut complaints)?;
    let files = repository::files()?;
    module_docs(&files, &mut complaints)?;
    pages(&files, &mut complaints)?;
    rule_files(&mut complaints)?;
    purity(&files, &mut complaints)?;
    real_looking_keys(&files, &mut complaints)?;
    largest(&files)?;
    ensure!(complaints.is_empty(), "tidy:\n{}", complaints.join("\n"));
    Ok(())
}

fn edges(complaints: &mut Vec<String>) -> Result<()> {
    let text =
        repository::output("cargo", &["metadata", "--format-version=1", "--no-deps", "--offline"])?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = EDGES.iter().find(|(it, _)| *it == name) else {
            complaints.push(format!("{name}: not in the table of crates"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies {
            // Tests may look at anything; what ships may not.
            let ships = dependency["kind"].is_null() && dependency["path"].is_string();
            let used = dependency["rename"].as_str().or(dependency["name"].as_str());
            let used = used.unwrap_or_default();
            if ships && !allowed.contains(&used) {
                complaints.push(format!("{name}: may not use `{used}`"));
            }
        }
    }
    Ok(())
}

fn module_docs(files: &[String], complaints: &mut Vec<String>) -> Result<()> {
    for path in files.iter().filter(|it| it.ends_with(".rs")) {
        let text = repository::read(path)?;
        // A rule's own documentation stands in its `rule!` block.
        let is_rule = text.contains("\nrule! {");
        // Tables of cases are included into the test that documents them.
        let is_table = path.contains("/tests/cases/");
        let documented = is_table || text.lines().any(|it| it.starts_with("//! "));
        if !documented && !is_rule {
            complaints.push(format!("{path}: no module documentation (`//!`)"));
        }
    }
    Ok(())
}

/// Every path in backquotes on a folder's page exists, and every crate is on the code map.
fn pages(files: &[String], complaints: &mut Vec<String>) -> Result<()> {
    for page in files.iter().filter(|it| it.ends_with("README.md")) {
        let folder = page.rsplit_once('/').map_or("", |(it, _)| it);
        let text = repository::read(page)?;
        for name in quoted_paths(&text) {
            let here = repository::root().join(folder).join(&name);
            let top = repository::root().join(&name);
            if !here.exists() && !top.exists() {
                complaints.push(format!("{page}: `{name}` does not exist"));
            }
        }
    }
    let map = repository::read("crates/README.md").unwrap_or_default();
    for (name, _) in EDGES {
        let short = name.strip_prefix("nhilint-").unwrap_or(name);
        let short = if short == "nhilint" { "cli" } else { short };
        if !map.contains(&format!("`{short}`")) {
            complaints.push(format!("crates/README.md: crate `{short}` is not on the code map"));
        }
    }
    Ok(())
}

/// Texts in backquotes that can only be paths of this repository.
fn quoted_paths(text: &str) -> BTreeSet<String> {
    const ROOTS: [&str; 6] = ["crates/", "rules/", "testdata/", "snapshots/", "editors/", ".ci/"];
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter(|it| ROOTS.iter().any(|root| it.starts_with(root)))
        .filter(|it| it.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)))
        .map(str::to_owned)
        .collect()
}

/// Below `workspace` nothing touches the disk, the clock, the environment or the network.
fn purity(files: &[String], complaints: &mut Vec<String>) -> Result<()> {
    const PURE: [&str; 8] =
        ["syntax", "model", "secrets", "terraform", "kubernetes", "agents", "pipelines", "engine"];
    const TOUCHES: [&str; 7] = [
        "std::fs",
        "std::env",
        "std::process",
        "std::net::Tcp",
        "std::net::Udp",
        "SystemTime",
        "Instant::now",
    ];
    let pure = |path: &str| {
        let product = PURE.iter().any(|it| path.starts_with(&format!("crates/{it}/src/")));
        let rule = path.starts_with("rules/") && !path.starts_with("rules/tests/");
        (product || rule) && path.ends_with(".rs")
    };
    for path in files.iter().filter(|it| pure(it)) {
        let text = repository::read(path)?;
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for touched in TOUCHES.iter().filter(|it| code.contains(**it)) {
                complaints
                    .push(format!("{path}:{}: `{touched}` belongs to `workspace`", index + 1));
            }
        }
    }
    Ok(())
}

/// A rule's file is called like the rule.
fn rule_files(complaints: &mut Vec<String>) -> Result<()> {
    for (module, path) in generate::rule_files()? {
        let text = repository::read(&format!("rules/{path}"))?;
        let id = module.replace('_', "-");
        if !text.contains(&format!("id: \"{id}\"")) {
            complaints.push(format!("rules/{path}: its rule is not called `{id}`"));
        }
    }
    Ok(())
}

/// Prefixes of keys that somebody could use. Fake ones are put together where they are needed,
/// so that the scanners of others stay quiet about this repository.
fn real_looking_keys(files: &[String], complaints: &mut Vec<String>) -> Result<()> {
    const PREFIXES: [&str; 6] = ["ghp_", "AKIA", "xoxb-", "sk-ant-api03-", "glpat-", "sk_live_"];
    for path in files {
        let Ok(text) = repository::read(path) else { continue };
        for (index, line) in text.lines().enumerate() {
            for prefix in PREFIXES {
                let Some((_, tail)) = line.split_once(prefix) else { continue };
                let body: String = tail
                    .chars()
                    .take_while(|it| it.is_ascii_alphanumeric() || *it == '-')
                    .collect();
                let marked = ["EXAMPLE", "FAKE", "fake", "example", "0000", "xxxx"]
                    .iter()
                    .any(|it| body.contains(it));
                if body.len() >= 16 && !marked {
                    complaints.push(format!(
                        "{path}:{}: looks like a usable key ({prefix}…); use an obviously fake one",
                        index + 1
                    ));
                }
            }
        }
    }
    Ok(())
}

fn largest(files: &[String]) -> Result<()> {
    let mut sizes = Vec::new();
    for path in files.iter().filter(|it| it.ends_with(".rs")) {
        sizes.push((repository::read(path)?.lines().count(), path));
    }
    sizes.sort_by(|a, b| b.cmp(a));
    println!("largest files:");
    for (lines, path) in sizes.iter().take(10) {
        println!("  {lines:>5}  {path}");
    }
    Ok(())
}
