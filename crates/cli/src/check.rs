//! `nhilint check`.

use std::io::{Read, Write};
use std::path::absolute;
use std::time::Instant;

use anyhow::Context;
use engine::Report;
use model::NoteKind;
use report::{Paths, Redactions, View, visible};
use workspace::{
    Checked, Options, Progress, Workspace, check_paths, write_atomically, write_baseline,
};

use crate::arguments::{CheckArguments, Common};
use crate::excuse;
use crate::failure::Misuse;
use crate::notes;
use crate::progress;
use crate::repair;
use crate::terminal::Terminal;
use crate::watch;
use crate::{CLEAN, FAILED, FINDINGS};

/// More bytes than this on standard input are not held in memory: no file of that size would
/// be read either.
const MOST_STDIN: u64 = 64 << 20;

pub(crate) fn run(arguments: &CheckArguments, terminal: &Terminal) -> anyhow::Result<u8> {
    let mut options = arguments.common.options();
    options.profile = arguments.profile;
    options.select = trimmed(&arguments.select);
    options.ignore = trimmed(&arguments.ignore);
    options.in_context = true;
    options.force_exclude = arguments.force_exclude;
    options.staged = arguments.staged;
    options.since.clone_from(&arguments.since);
    options.ignores_from.clone_from(&arguments.ignores_from);
    refuse_contradictions(arguments)?;
    if arguments.write_baseline {
        return write_down(&options, arguments);
    }
    options.baseline.clone_from(&arguments.baseline);
    if arguments.watch {
        return watch::run(&options, || lint(&options, arguments, terminal));
    }
    if arguments.show_files {
        return show_files(&options, &arguments.common, terminal);
    }
    if let Some(path) = &arguments.stdin_filename {
        let mut bytes = Vec::new();
        let stdin = std::io::stdin().lock();
        stdin.take(MOST_STDIN).read_to_end(&mut bytes).context("cannot read standard input")?;
        options.stdin = Some((path.clone(), bytes));
    }
    lint(&options, arguments, terminal)
}

/// Lints once, and shows the result.
fn lint(options: &Options, arguments: &CheckArguments, terminal: &Terminal) -> anyhow::Result<u8> {
    let started = Instant::now();
    let mut checked = analysed(options, arguments)?;
    if arguments.diff {
        return repair::show(&checked, arguments.unsafe_fixes, terminal);
    }
    if arguments.fix && repair::apply(&checked, arguments)? {
        checked = analysed(options, arguments)?;
    }
    if arguments.add_ignores && excuse::apply(&checked, arguments)? {
        checked = analysed(options, arguments)?;
    }
    let paths = paths_from(&checked.root)?;
    let view = View {
        report: &checked.report,
        paths: &paths,
        color: terminal.color,
        width: terminal.width,
        quiet: arguments.common.quiet,
        links: terminal.links,
    };
    write_files(arguments, view)?;
    // What was left out is told first: a long list would push it out of sight.
    notes::left_out(&checked.report.skipped, &paths, &arguments.common);
    terminal.write(|out| {
        if arguments.statistics {
            report::statistics(&view, out)
        } else {
            report::render(arguments.format, &view, out)
        }
    })?;
    if arguments.common.verbose {
        describe_run(&checked, &paths, started);
    }
    Ok(exit_code(&checked, arguments))
}

/// Writes the baseline. What is in it fails no run any more, so this one does not fail either.
fn write_down(options: &Options, arguments: &CheckArguments) -> anyhow::Result<u8> {
    let Some(path) = &arguments.baseline else { return Ok(CLEAN) };
    let checked = with_progress(options, &arguments.common)?;
    if checked.report.internal_errors > 0 {
        return Ok(FAILED);
    }
    let redactions = Redactions::new(&checked.report);
    let count = write_baseline(path, &checked.report, &|it| redactions.masked(it))?;
    notes::left_out(&checked.report.skipped, &paths_from(&checked.root)?, &arguments.common);
    if !arguments.common.quiet {
        let findings = if count == 1 { "finding" } else { "findings" };
        let text = format!("lists {count} {findings}; `--baseline` excuses them from now on");
        notes::about(path, &text);
    }
    Ok(CLEAN)
}

/// Analyses, and shows on a terminal that a long run goes on.
pub(crate) fn with_progress(options: &Options, common: &Common) -> anyhow::Result<Checked> {
    if !progress::is_wanted(common.quiet) {
        return Ok(check_paths(options)?);
    }
    let progress = Progress::default();
    let options = Options { progress: Some(progress.clone()), ..options.clone() };
    Ok(progress::shown(&progress, || check_paths(&options))?)
}

/// Analyses, and keeps what is asked for.
fn analysed(options: &Options, arguments: &CheckArguments) -> anyhow::Result<Checked> {
    let mut checked = with_progress(options, &arguments.common)?;
    if let Some(least) = arguments.severity {
        checked.report.findings.retain(|it| it.severity >= least);
        checked.report.suppressed.retain(|it| it.finding.severity >= least);
    }
    Ok(checked)
}

fn exit_code(checked: &Checked, arguments: &CheckArguments) -> u8 {
    // Findings that a bug has swallowed must not look like a clean run.
    if checked.report.internal_errors > 0 {
        return FAILED;
    }
    let fail_on = arguments.fail_on.or(checked.fail_on).unwrap_or_default();
    let fails = checked.report.findings.iter().any(|it| fail_on.fails(it.severity));
    if fails { FINDINGS } else { CLEAN }
}

fn refuse_contradictions(arguments: &CheckArguments) -> Result<(), Misuse> {
    excuse::refuse_wrong_words(arguments)?;
    if arguments.statistics && !arguments.format.is_for_people() {
        return Err(Misuse {
            message: format!(
                "`--statistics` and `--format {}` exclude each other",
                arguments.format
            ),
            remedy: Some("leave one of them out".to_owned()),
        });
    }
    for (index, (format, path)) in arguments.output.iter().enumerate() {
        if path.as_os_str() == "-" {
            return Err(Misuse {
                message: "`--output` writes files; `-` is none".to_owned(),
                remedy: Some(format!("use `--format {format}`, which writes to standard output")),
            });
        }
        // Two spellings of a path are one file.
        let same = |it: &std::path::PathBuf| {
            it == path || matches!((absolute(it), absolute(path)), (Ok(a), Ok(b)) if a == b)
        };
        if arguments.output.iter().take(index).any(|(_, it)| same(it)) {
            return Err(Misuse {
                message: format!("two outputs go to `{}`", path.display()),
                remedy: Some("give each a file of its own".to_owned()),
            });
        }
    }
    Ok(())
}

/// Writes the files of `--output`. All are rendered before the first one is written.
fn write_files(arguments: &CheckArguments, view: View<'_>) -> anyhow::Result<()> {
    let mut rendered = Vec::with_capacity(arguments.output.len());
    for (format, path) in &arguments.output {
        let mut bytes = Vec::new();
        let plain = View { color: false, width: 100, links: false, ..view };
        report::render(*format, &plain, &mut bytes)?;
        rendered.push((path, bytes));
    }
    for (path, bytes) in rendered {
        write_atomically(path, &bytes)?;
    }
    Ok(())
}

fn show_files(options: &Options, common: &Common, terminal: &Terminal) -> anyhow::Result<u8> {
    let workspace = Workspace::open(options)?;
    let (files, mut skipped) = workspace.lintable();
    if common.verbose {
        skipped.extend(workspace.unread(&files, &skipped));
        skipped.sort();
    }
    let paths = paths_from(&workspace.root)?;
    notes::left_out(&skipped, &paths, common);
    terminal.write(|out| {
        files.iter().try_for_each(|it| writeln!(out, "{}", visible(&paths.shown(it))))
    })?;
    Ok(CLEAN)
}

/// Paths as they are seen from the working directory.
pub(crate) fn paths_from(root: &std::path::Path) -> anyhow::Result<Paths> {
    let here = std::env::current_dir().and_then(|it| it.canonicalize());
    let here = here.context("the working directory cannot be read")?;
    Ok(Paths::new(&root.to_string_lossy(), &here.to_string_lossy()))
}

fn describe_run(checked: &Checked, paths: &Paths, started: Instant) {
    let Report { statistics, facts, .. } = &checked.report;
    let config = checked.config.as_ref().map(|it| it.display().to_string());
    let mut out = anstream::stderr();
    let _ = writeln!(out, "root: {}", visible(&paths.shown(".")));
    let _ = writeln!(out, "configuration: {}", visible(config.as_deref().unwrap_or("none")));
    let _ = writeln!(
        out,
        "{} files, {} bytes, {} identities, {} credentials, {} grants in {} ms",
        statistics.files,
        statistics.bytes,
        facts.identities.len(),
        facts.credentials.len(),
        facts.grants.len(),
        started.elapsed().as_millis(),
    );
    for it in facts.notes.iter().filter(|it| it.kind == NoteKind::Outside) {
        let (start, _) = checked.report.sources.range(it.place);
        let path = paths.shown(checked.report.sources.path(it.place.file));
        let _ = writeln!(out, "unknown: {}:{}: {}", visible(&path), start.line, it.message);
    }
}

fn trimmed(names: &[String]) -> Vec<String> {
    names.iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}
