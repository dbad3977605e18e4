//! The arguments, as people write them. A flag is here only when it does something.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand};
use engine::{Profile, Severity};
use model::Date;
use report::Format;
use workspace::{ConfigSource, FailOn, Options};

/// A linter for machine identities: who owns them, what they may do, and until when.
#[derive(Debug, Parser)]
#[command(name = "nhilint", version, arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        value_parser = PossibleValuesParser::new(["auto", "always", "never"]).map(color)
    )]
    pub(crate) color: anstream::ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lint files and folders
    #[command(after_help = EXIT_CODES)]
    Check(Box<CheckArguments>),
    /// List every machine identity with its owner, credentials and widest grant
    Inventory(InventoryArguments),
    /// Show the documentation of a rule
    Explain(ExplainArguments),
    /// List the rules
    Rules(RulesArguments),
    /// Write a starter nhilint.toml
    Init,
    /// Serve an editor over standard input and output
    Server(ServerArguments),
    /// Print the completion script of a shell
    Completions(CompletionsArguments),
    /// Print the manual page, as roff
    Man,
    /// Show what a stage of the analysis saw
    Debug(DebugArguments),
}

const EXIT_CODES: &str = "Exit codes: 0 nothing fails the run, 1 findings do, \
                          2 nhilint could not do its job.";

/// What is analysed, and how; the same for every command that analyses.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Files and folders; the working directory when none is given
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Use this configuration file instead of the nearest nhilint.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    isolated: bool,

    /// Lint what .gitignore and .ignore leave out, too
    #[arg(long)]
    no_ignore: bool,

    /// Use this many threads instead of one per core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,

    /// Say nothing but the result
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Say more about the run on standard error
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,

    /// The day of the run, so that a result can be repeated
    #[arg(long, value_name = "DATE", hide = true, value_parser = date)]
    today: Option<Date>,
}

impl Common {
    pub(crate) fn options(&self) -> Options {
        let config = match (&self.config, self.isolated) {
            (Some(path), _) => ConfigSource::File(path.clone()),
            (None, true) => ConfigSource::Isolated,
            (None, false) => ConfigSource::Nearest,
        };
        Options {
            paths: self.paths.clone(),
            config,
            no_ignore: self.no_ignore,
            threads: self.threads.map_or(0, usize::from),
            today: self.today,
            ..Options::default()
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_parser())]
    pub(crate) format: Format,

    /// Write the findings to a file as well; can be repeated
    #[arg(long, value_name = "FORMAT:FILE", value_parser = output)]
    pub(crate) output: Vec<(Format, PathBuf)>,

    /// Show only findings of this severity or worse; what is not shown does not fail the run
    #[arg(long, value_name = "LEVEL", value_parser = level_parser())]
    pub(crate) severity: Option<Severity>,

    /// Fail the run from this severity on [default: medium]
    #[arg(long, value_name = "LEVEL", value_parser = fail_on_parser())]
    pub(crate) fail_on: Option<FailOn>,

    /// Which rules run
    #[arg(
        long,
        value_name = "PROFILE",
        value_parser = PossibleValuesParser::new(["default", "strict"]).map(profile)
    )]
    pub(crate) profile: Option<Profile>,

    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', action = ArgAction::Append)]
    pub(crate) select: Vec<String>,

    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', action = ArgAction::Append)]
    pub(crate) ignore: Vec<String>,

    /// Read standard input in place of this file
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "show_files"])]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// Leave out named files as well that the configuration excludes, for hooks that name files
    #[arg(long, conflicts_with = "stdin_filename")]
    pub(crate) force_exclude: bool,

    /// Keep only findings that this revision does not have: what the change brought, wherever
    /// it shows. On a branch, the commit counts at which the two parted
    #[arg(long, value_name = "REV", conflicts_with = "stdin_filename")]
    pub(crate) since: Option<String>,

    /// Lint what is staged instead of the working tree, and keep what the current commit does
    /// not have
    #[arg(long, conflicts_with_all = ["stdin_filename", "fix", "diff", "show_files"])]
    pub(crate) staged: bool,

    /// Let comments, exceptions and settings excuse a finding only as far as this revision has
    /// them, so that a change cannot excuse itself
    #[arg(long, value_name = "REV", conflicts_with = "stdin_filename")]
    pub(crate) ignores_from: Option<String>,

    /// Excuse the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Write all findings to the file of --baseline, so that from now on only new ones count
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all =
            ["since", "staged", "stdin_filename", "repair", "show_files", "statistics", "severity"]
    )]
    pub(crate) write_baseline: bool,

    /// Repair what can be repaired without a person looking, then lint again
    #[arg(long, group = "repair", conflicts_with_all = ["stdin_filename", "show_files", "diff"])]
    pub(crate) fix: bool,

    /// Show what --fix would change, and change nothing; exit code 1 when there is something
    #[arg(
        long,
        group = "repair",
        conflicts_with_all = ["stdin_filename", "show_files", "statistics", "output"]
    )]
    pub(crate) diff: bool,

    /// With --fix or --diff: repair what needs a person to look, too
    #[arg(long, requires = "repair")]
    pub(crate) unsafe_fixes: bool,

    /// Accept all findings: write comments above what they are about, and exceptions into
    /// nhilint.toml for files that have no comments; then lint again
    #[arg(
        long,
        requires = "reason",
        conflicts_with_all =
            ["repair", "staged", "stdin_filename", "show_files", "write_baseline", "statistics"]
    )]
    pub(crate) add_ignores: bool,

    /// With --add-ignores: why this is acceptable
    #[arg(long, value_name = "TEXT", requires = "add_ignores")]
    pub(crate) reason: Option<String>,

    /// With --add-ignores: the last day
    #[arg(long, value_name = "DATE", requires = "add_ignores", value_parser = date)]
    pub(crate) until: Option<Date>,

    /// With --add-ignores: who decided
    #[arg(long, value_name = "NAME", requires = "add_ignores")]
    pub(crate) owner: Option<String>,

    /// Lint again whenever a file was written, until stopped
    #[arg(
        long,
        conflicts_with_all =
            ["repair", "staged", "stdin_filename", "show_files", "write_baseline", "add_ignores"]
    )]
    pub(crate) watch: bool,

    /// Count findings by rule instead of listing them
    #[arg(long, conflicts_with = "show_files")]
    pub(crate) statistics: bool,

    /// List the files that would be linted, and stop; with --verbose, also why others are not
    #[arg(long)]
    pub(crate) show_files: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InventoryArguments {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How to write the inventory
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(crate) format: String,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    command: Option<RulesCommand>,
    #[command(flatten)]
    list: ListArguments,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List the rules
    List(ListArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// How to write the list
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

impl RulesArguments {
    pub(crate) fn format(&self) -> &str {
        match &self.command {
            Some(RulesCommand::List(it)) => &it.format,
            None => &self.list.format,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Talk over standard input and output, as always; many editors say so
    #[arg(long)]
    stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct DebugArguments {
    /// The stage: the tree of each file, the facts of all, or how facts are joined
    #[arg(value_parser = ["tree", "facts", "graph"])]
    pub(crate) stage: String,

    #[command(flatten)]
    pub(crate) common: Common,
}

fn color(word: String) -> anstream::ColorChoice {
    match word.as_str() {
        "always" => anstream::ColorChoice::Always,
        "never" => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    }
}

fn profile(word: String) -> Profile {
    if word == "strict" { Profile::Strict } else { Profile::Default }
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::id)).try_map(|it| it.parse::<Format>())
}

fn level_parser() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::id)).try_map(|it| it.parse::<Severity>())
}

fn fail_on_parser() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(["low", "medium", "high", "critical", "never"])
        .try_map(|it| it.parse::<FailOn>())
}

fn date(word: &str) -> Result<Date, String> {
    word.parse().map_err(|_| "expected a date such as 2027-03-31".to_owned())
}

/// Reads `FORMAT:FILE`.
fn output(word: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) =
        word.split_once(':').ok_or("expected FORMAT:FILE, such as sarif:nhilint.sarif")?;
    if file.is_empty() {
        return Err("the name of the file is missing".to_owned());
    }
    let format = format.parse().map_err(|error: String| {
        let near = engine::nearest(format, Format::ALL.iter().map(|it| it.id()));
        near.map_or(error.clone(), |it| format!("{error}; did you mean `{it}`?"))
    })?;
    Ok((format, PathBuf::from(file)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_arguments_is_sound() {
        Arguments::command().debug_assert();
    }
}
