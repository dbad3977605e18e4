//! Measures the stages over real files, in one run, so that ratios can be trusted on a noisy
//! machine.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::repository;

/// Real files beside the repository, where they exist.
const CORPUS: &str = "../shared/corpus";

/// A repository of Terraform modules that nest and call each other in many ways.
const MODULES: &str = "../shared/corpus/terraform/terraform-aws-modules__terraform-aws-eks";

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (example, folder) = match arguments {
        ["lsp"] => ("latency", CORPUS),
        ["lsp", folder] => ("latency", *folder),
        ["kubernetes"] => ("manifests", CORPUS),
        ["kubernetes", folder] => ("manifests", *folder),
        ["terraform"] => ("modules", MODULES),
        ["terraform", folder] => ("modules", *folder),
        [] => ("stages", CORPUS),
        [folder] if !folder.starts_with('-') => ("stages", *folder),
        other => bail!("`bench {}` is nothing; `cargo xtask help` says what is", other.join(" ")),
    };
    let found = repository::root().join(folder).exists() || Path::new(folder).exists();
    ensure!(found, "{folder} does not exist: name a folder with files to measure");
    let package = if example == "latency" { "nhilint-lsp" } else { "nhilint-workspace" };
    repository::run("cargo", &["build", "--release", "--quiet", "-p", "nhilint"])?;
    repository::run(
        "cargo",
        &["run", "--release", "--quiet", "-p", package, "--example", example, "--", folder],
    )
}
