//! The charts of a workspace: which there are, and what their templates print.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{ChartStatistics, Skipped};
use model::{FileId, Import, Note, Source};

use crate::analyze::{Config, Prepared, guarded, internal_error};
use crate::packed;

/// What the templates of all charts print.
#[derive(Default)]
pub(crate) struct Printed {
    /// By template.
    pub(crate) objects: BTreeMap<FileId, kubernetes::Objects>,
    /// What further values bring about.
    pub(crate) further: Vec<kubernetes::Objects>,
    pub(crate) notes: Vec<Note>,
    /// Where findings in a packed chart stand, by its files.
    pub(crate) packed: BTreeMap<FileId, Import>,
}

/// Runs all charts of a workspace.
pub(crate) fn run(
    files: &[Prepared],
    sources: &[Source<'_>],
    read_file: &(dyn Fn(&str) -> Option<Arc<str>> + Sync),
    config: &Config,
    options: &kubernetes::Options,
    skipped: &mut Vec<Skipped>,
) -> (Printed, ChartStatistics) {
    let inputs = (0..).zip(files).map(|(index, it)| kubernetes::ChartFile {
        file: FileId(index),
        path: &it.input.path,
        text: &it.input.text,
    });
    let charts = kubernetes::Charts::find(inputs.collect(), Some(read_file));
    let charts = charts.with_installations(sources);
    let numbers: Vec<usize> = (0..charts.len()).collect();
    let evaluated = guarded(config.threads, &numbers, |it| charts.evaluate(*it, options));
    let (mut printed, mut shares) = (Printed::default(), kubernetes::Shares::default());
    printed.packed = packed::imports(files, &charts);
    let before = evaluated.len();
    let mut evaluated: Vec<_> = evaluated.into_iter().flatten().collect();
    for _ in evaluated.len()..before {
        skipped.push(internal_error("a Helm chart".to_owned()));
    }
    let installed =
        guarded(1, &[()], |()| charts.evaluate_installed(&evaluated, options)).pop().flatten();
    evaluated.extend(installed);
    for it in evaluated {
        shares.add(it.shares);
        printed.notes.extend(it.notes);
        printed.further.extend(it.further);
        printed.objects.extend(it.objects.into_iter().map(|it| (it.file(), it)));
    }
    let statistics = ChartStatistics {
        charts: shares.charts,
        templates: shares.templates + shares.undecided,
        empty: shares.empty,
        undecided: shares.undecided,
        decided: shares.decided,
        named: shares.named,
        partly: shares.partly,
    };
    (printed, statistics)
}
