//! What a change brought: two analyses, compared by fingerprint.
//!
//! Both states are analysed whole, so that a finding counts that a change caused in a file it
//! did not touch, and one that was only moved or re-indented does not. Both are judged under
//! the same configuration: that of the newer state.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use engine::{Finding, Report, Skipped, SourceText, Sources};
use model::{FileId, Place};
use similar::{ChangeTag, TextDiff};
use syntax::Span;

use crate::analyze::{InputFile, Prepared};
use crate::config::{FILE_NAMES, LoadedConfig, parse};
use crate::discover::{Found, relative};
use crate::error::WorkspaceError;
use crate::git::{Blob, Repository};
use crate::run::{ConfigSource, Options, Workspace};
use crate::snapshot::{Known, Snapshot};

/// Lines of a file up to which its two states are compared; all of a longer one counts as changed.
const MOST_LINES: usize = 5_000;

/// Analyses a workspace as far as the options ask for it.
pub(crate) fn check(options: &Options) -> Result<(Workspace, Report), WorkspaceError> {
    let mut workspace = Workspace::open(options)?;
    if !options.compares() {
        let report = workspace.check();
        return Ok((workspace, report));
    }
    let base = match &options.since {
        Some(name) => Some(snapshot(&workspace.root, |it| it.parted_from(name))?),
        None if options.staged => Some(snapshot(&workspace.root, Repository::head)?),
        None => None,
    };
    let excuses = match &options.ignores_from {
        Some(name) => {
            let then = snapshot(&workspace.root, |it| it.revision(name))?;
            Some(Excuses::of(name, then, &mut workspace, options)?)
        }
        None => None,
    };
    let head = workspace.find(&Known::default());
    let files = head.prepared.iter().map(|it| (Arc::clone(&it.input.path), it.clone()));
    let known = Known { files: files.collect(), snapshot: workspace.snapshot.clone() };
    let before = base.map(|it| {
        let past = workspace.as_of(it);
        let found = past.find(&known);
        (past, found)
    });
    if let Some((_, found)) = &before
        && reads_the_same(&head, found)
    {
        let report = nothing_changed(head);
        return Ok((workspace, report));
    }
    let mut report = workspace.judge(head);
    if let Some(excuses) = excuses {
        excuses.apply(&mut report, &known);
    }
    if let Some((past, found)) = before {
        let before = past.judge(found);
        only_new(&mut report, &before);
        report.changed = changed(&report, &before);
    }
    Ok((workspace, report))
}

fn snapshot(
    root: &Path,
    list: impl FnOnce(&Repository) -> Result<Vec<Blob>, WorkspaceError>,
) -> Result<Snapshot, WorkspaceError> {
    let repository = Repository::open(root)?;
    let blobs = list(&repository)?;
    Ok(Snapshot::new(repository, blobs))
}

/// True when no file that somebody reads differs.
fn reads_the_same(one: &Found, other: &Found) -> bool {
    let text = |it: &Prepared| (Arc::clone(&it.input.path), Arc::clone(&it.input.text));
    one.prepared.iter().map(text).eq(other.prepared.iter().map(text))
}

/// The report of a change that no file of the workspace was part of.
fn nothing_changed(head: Found) -> Report {
    let mut report = Report { skipped: head.skipped, ..Report::default() };
    let read: Vec<InputFile> =
        head.prepared.into_iter().filter(|it| it.format.is_some()).map(|it| it.input).collect();
    report.statistics.files = read.len();
    report.statistics.bytes = read.iter().map(|it| it.text.len()).sum();
    let texts = read.into_iter().map(|it| SourceText::new(it.path, it.text));
    report.sources = Sources::new(texts.collect());
    report.skipped.sort();
    report
}

/// Keeps the findings that an older report does not have.
fn only_new(report: &mut Report, before: &Report) {
    let mut old = Older::new(before);
    // Exact matches first, so that a moved file does not take the place of one that stayed.
    let mut stays: Vec<&Finding> = Vec::new();
    let excused = report.suppressed.iter().map(|it| &it.finding);
    let all: Vec<&Finding> = report.findings.iter().chain(excused).collect();
    let mut matched: Vec<bool> = all.iter().map(|it| old.take_same(it)).collect();
    for (finding, matched) in all.iter().zip(&mut matched) {
        *matched = *matched || old.take_moved(finding);
        if !*matched {
            stays.push(finding);
        }
    }
    let new: BTreeSet<String> = stays.iter().map(|it| it.fingerprint.clone()).collect();
    report.findings.retain(|it| new.contains(&it.fingerprint));
    report.suppressed.retain(|it| new.contains(&it.finding.fingerprint));
}

/// What files with findings hold that they did not.
fn changed(report: &Report, before: &Report) -> Vec<Place> {
    let files: BTreeSet<FileId> = report.findings.iter().map(|it| it.place.file).collect();
    let mut places = Vec::new();
    for file in files {
        let Some(source) = report.sources.get(file) else { continue };
        let old = before.sources.find(&source.path).and_then(|it| before.sources.get(it));
        let old = old.map_or("", |it| &*it.text);
        if old.lines().count().max(source.text.lines().count()) > MOST_LINES {
            places.push(Place::new(file, Span::from_usize(0, source.text.len())));
            continue;
        }
        let diff = TextDiff::from_lines(old, &source.text);
        let mut start = 0;
        for change in diff.iter_all_changes() {
            let length = change.value().len();
            match change.tag() {
                ChangeTag::Delete => continue,
                ChangeTag::Equal => {}
                ChangeTag::Insert => {
                    places.push(Place::new(file, Span::from_usize(start, start + length)));
                }
            }
            start += length;
        }
    }
    places
}

/// The findings of an older report, each of which accounts for one of the newer.
struct Older<'a> {
    /// Findings about the same thing, which differ in nothing but their number.
    same: BTreeMap<&'a str, Vec<&'a Finding>>,
}

impl<'a> Older<'a> {
    fn new(report: &'a Report) -> Self {
        let mut same: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        // What was excused then is new when it no longer is.
        for finding in &report.findings {
            same.entry(unnumbered(&finding.fingerprint)).or_default().push(finding);
        }
        Self { same }
    }

    /// Takes away the older finding of the same thing; of several, the one that says the same.
    fn take_same(&mut self, finding: &Finding) -> bool {
        let Some(candidates) = self.same.get_mut(unnumbered(&finding.fingerprint)) else {
            return false;
        };
        let same = candidates.iter().position(|it| it.message == finding.message);
        let at = same.or((!candidates.is_empty()).then_some(0));
        at.map(|it| candidates.remove(it)).is_some()
    }

    /// Takes away an older finding of a thing with the same name that is no longer where it was.
    fn take_moved(&mut self, finding: &Finding) -> bool {
        let is_it = |it: &&Finding| {
            it.rule.id == finding.rule.id
                && it.address.name == finding.address.name
                && (&it.field, &it.message) == (&finding.field, &finding.message)
        };
        for candidates in self.same.values_mut() {
            if let Some(at) = candidates.iter().position(is_it) {
                candidates.remove(at);
                return true;
            }
        }
        false
    }
}

/// A fingerprint without the number that tells several findings of one thing apart.
fn unnumbered(fingerprint: &str) -> &str {
    fingerprint.split('-').next().unwrap_or(fingerprint)
}

/// What a revision excuses.
struct Excuses {
    revision: String,
    past: Workspace,
    dropped: usize,
}

impl Excuses {
    /// Reads the configuration of a revision, and takes from the workspace what it lacks.
    fn of(
        name: &str,
        then: Snapshot,
        workspace: &mut Workspace,
        options: &Options,
    ) -> Result<Self, WorkspaceError> {
        let config = match options.config {
            ConfigSource::Isolated => None,
            _ => config_then(&then, workspace, name)?,
        };
        let dropped = workspace.be_excused_by(config.as_ref(), options)?;
        let mut past = workspace.as_of(then);
        if let Some(it) = config {
            past.config.file = Some(it.file);
        }
        Ok(Self { revision: name.to_owned(), past, dropped })
    }

    /// Brings findings back that only a newer comment excuses.
    fn apply(self, report: &mut Report, known: &Known) {
        let then = self.past.judge(self.past.find(known));
        let excused_then = |finding: &Finding| {
            let fingerprint = unnumbered(&finding.fingerprint);
            then.suppressed.iter().any(|it| {
                it.in_source
                    && unnumbered(&it.finding.fingerprint) == fingerprint
                    && it.finding.message == finding.message
            })
        };
        let (kept, back): (Vec<_>, Vec<_>) = std::mem::take(&mut report.suppressed)
            .into_iter()
            .partition(|it| !it.in_source || excused_then(&it.finding));
        report.suppressed = kept;
        let comments = back.len();
        report.findings.extend(back.into_iter().map(|it| it.finding));
        // File numbers follow the order of paths.
        report.findings.sort_by(|a, b| {
            (a.place.file, a.place.span, a.rule.id).cmp(&(b.place.file, b.place.span, b.rule.id))
        });
        for (count, what) in [(self.dropped, "configuration"), (comments, "files")] {
            if count > 0 {
                let (excuses, do_not) =
                    if count == 1 { ("excuse", "does not") } else { ("excuses", "do not") };
                report.skipped.push(Skipped {
                    path: String::new(),
                    reason: format!(
                        "{count} {excuses} in the {what} {do_not} count: `{}` does not have them",
                        self.revision
                    ),
                });
            }
        }
    }
}

/// The configuration that counted in a snapshot. One outside of the repository is what it is.
fn config_then(
    then: &Snapshot,
    workspace: &Workspace,
    revision: &str,
) -> Result<Option<LoadedConfig>, WorkspaceError> {
    let limit = workspace.config.limits.bytes;
    let root = &workspace.root;
    let named = workspace.config_path.as_deref();
    let folder = named.and_then(Path::parent).unwrap_or(root);
    // A change may as well have taken the file away, or have laid a nearer one beside the files.
    let names = named.into_iter().map(|it| relative(root, it));
    let folders = folder.ancestors().take_while(|it| it.starts_with(root));
    let further = folders.flat_map(|it| FILE_NAMES.map(|name| relative(root, &it.join(name))));
    for path in names.chain(further) {
        let Some(text) = then.text(&path, limit) else { continue };
        let folder = model::path::folder(&path);
        let shown = format!("{path} of {revision}");
        return Ok(Some(parse(&shown, &path, folder, &text)?));
    }
    Ok(None)
}
