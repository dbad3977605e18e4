//! Files that the templates of a chart read with `.Files`: whatever lies in its folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::Skipped;

use crate::analyze::{InputFile, Prepared};
use crate::reader::Reader;

/// Files that are read for one chart.
const FILES: usize = 1_000;

/// Folders of one chart that are looked into.
const FOLDERS: usize = 200;

/// Longest file: a ConfigMap holds a megabyte.
const LONGEST: usize = 1 << 20;

/// Bytes for one workspace.
const BYTES: usize = 64 << 20;

/// The folders of the charts whose templates read files. Their `/` is the last character.
fn folders(files: &[Prepared]) -> BTreeSet<&str> {
    let mut charts: Vec<&str> =
        files.iter().filter_map(|it| it.input.path.strip_suffix("Chart.yaml")).collect();
    charts.retain(|it| it.is_empty() || it.ends_with('/'));
    charts.sort_unstable();
    if charts.is_empty() {
        return BTreeSet::new();
    }
    let reads = |it: &&Prepared| syntax::mentions(&it.input.text, ".Files");
    let of_chart = |path: &str| {
        if !path.contains("templates/") {
            return None;
        }
        let at = format!("/{path}").rfind("/templates/")?;
        charts.binary_search(&path.get(..at)?).ok().and_then(|it| charts.get(it)).copied()
    };
    let templates = files.iter().filter_map(|it| Some((it, of_chart(&it.input.path)?)));
    templates.filter(|(it, _)| reads(it)).map(|(_, folder)| folder).collect()
}

/// True for files that templates may read. `folders` are those of [`named`].
fn is_below(folders: &BTreeSet<&str>, path: &str) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at + 1).chain([0]);
    ends.into_iter().any(|it| path.get(..it).is_some_and(|it| folders.contains(it)))
}

/// The files that the analysis has to keep.
pub(crate) fn named(files: &[Prepared]) -> BTreeSet<Arc<str>> {
    let folders = folders(files);
    if folders.is_empty() {
        return BTreeSet::new();
    }
    let below = files.iter().filter(|it| is_below(&folders, &it.input.path));
    below.map(|it| Arc::clone(&it.input.path)).collect()
}

/// Reads what is not here yet. `is_wanted` says of a path whether it may be read.
pub(crate) fn read(
    files: &[Prepared],
    reader: &Reader,
    is_wanted: &dyn Fn(&str) -> bool,
    skipped: &mut Vec<Skipped>,
) -> Vec<Prepared> {
    let folders = folders(files);
    if folders.is_empty() {
        return Vec::new();
    }
    let known: BTreeSet<&str> = files.iter().map(|it| &*it.input.path).collect();
    let mut found = Vec::new();
    let mut bytes = 0;
    for folder in folders {
        let Some(paths) = paths(reader, folder, is_wanted) else {
            let path = format!("{folder}Chart.yaml");
            let reason = "more lies in the folder of this chart than nhilint reads; what its \
                          templates read there is unknown";
            skipped.push(Skipped { path, reason: reason.to_owned() });
            continue;
        };
        for path in paths.into_iter().filter(|it| !known.contains(it.as_str())) {
            let Some(text) = reader.read(&path).filter(|it| it.len() <= LONGEST) else { continue };
            bytes += text.len();
            if bytes > BYTES {
                let reason = "templates read more files than nhilint does: the rest is unknown";
                skipped.push(Skipped { path, reason: reason.to_owned() });
                return found;
            }
            found.push(Prepared::unread(InputFile { path: path.into(), text }));
        }
    }
    found
}

/// The files below the folder of a chart that are neither templates nor charts.
fn paths(reader: &Reader, chart: &str, is_wanted: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut waiting = vec![chart.to_owned()];
    let (mut files, mut looked_into) = (Vec::new(), 0);
    while let Some(folder) = waiting.pop() {
        looked_into += 1;
        let entries = reader.list(folder.trim_end_matches('/')).unwrap_or_default();
        if looked_into > FOLDERS || files.len() + entries.len() > FILES {
            return None;
        }
        for it in entries {
            let path = format!("{folder}{}", it.name);
            let is_own = folder == chart && matches!(it.name.as_str(), "templates" | "charts");
            match it.is_folder {
                true if is_own || !is_wanted(&format!("{path}/x")) => {}
                true => waiting.push(format!("{path}/")),
                false if is_wanted(&path) => files.push(path),
                false => {}
            }
        }
    }
    Some(files)
}
