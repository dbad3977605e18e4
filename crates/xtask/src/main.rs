//! Developer commands. Not shipped.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these commands talk to the person who runs them"
)]

mod bench;
mod dist;
mod eco;
mod generate;
mod new_rule;
mod ready;
mod repository;
mod sbom;
mod secrets;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  ready                   everything CI checks: format, lints, tests, generated files, tidy, deny
  gen [--check]           write generated files; with --check only say what is stale
  tidy                    crate edges, module docs, folder pages, licences; lists the largest files
  new-rule FAMILY/ID      write a new rule file with all its headings
  bench [FOLDER]          measure the stages over a folder (default: ../shared/corpus)
  bench lsp [FOLDER]      measure how long diagnostics take after a change
  bench terraform [FOLDER]
                          measure each root module, and runs of 200 to 20,000 files
  dist [--quick] [--out FOLDER]
                          packages for this platform: tar.gz, wheel, npm, Homebrew formula, SBOM,
                          checksums
  secrets-set [FOLDER]    write the labelled set of credentials and look-alikes (target/secrets-set)
  secrets-eval [--strict] [--release] [--min-precision P] [--min-recall R] [FOLDER]
                          judge the linter by the labels.jsonl of a folder, or of our own set
  eco [--base REV] [--rule ID] [FOLDER]
                          findings that the working tree adds to or takes from REV (default: HEAD)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Where it came from is of no use to whoever mistyped a word.
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["help", ..] => {
            println!("{HELP}");
            Ok(())
        }
        [.., "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["ready"] => ready::run(),
        ["gen"] => generate::run(false),
        ["gen", "--check"] => generate::run(true),
        ["tidy"] => tidy::run(),
        ["new-rule", path] => new_rule::run(path),
        ["bench", rest @ ..] => bench::run(rest),
        ["dist", rest @ ..] => dist::run(rest),
        ["secrets-set", rest @ ..] => secrets::set(rest),
        ["secrets-eval", rest @ ..] => secrets::eval(rest),
        ["eco", rest @ ..] => eco::run(rest),
        other => bail!("unknown command `{}`; `cargo xtask help` lists them", other.join(" ")),
    }
}
