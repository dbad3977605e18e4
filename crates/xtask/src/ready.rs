//! Everything CI checks, in the order in which it fails fastest.

use anyhow::Result;

use crate::repository;
use crate::{generate, tidy};

pub(crate) fn run() -> Result<()> {
    repository::run("cargo", &["fmt", "--all", "--check"])?;
    tidy::run()?;
    repository::run(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    )?;
    repository::run("cargo", &["test", "--workspace"])?;
    generate::run(true)?;
    deny()?;
    println!("ready");
    Ok(())
}

/// Licences, bans and sources. Advisories need the network: they are checked where it is.
///
/// Crates of other platforms are judged too, and cargo fetches those that were never built here.
fn deny() -> Result<()> {
    if std::process::Command::new("cargo-deny").arg("--version").output().is_err() {
        println!("cargo-deny is not installed: licences are not checked");
        println!("  install it with `cargo install --locked cargo-deny`");
        return Ok(());
    }
    repository::run("cargo", &["deny", "--locked", "check", "bans", "licenses", "sources"])
}
