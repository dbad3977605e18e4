//! The client table by names of files and folders: the rows that a path leaves are few, however
//! long it grows.

use std::sync::LazyLock;

use model::ConfigScope;
use model::path::foreign_name;
use rustc_hash::FxHashMap;

use crate::clients::{Format, formats};
use crate::glob;

/// A path of one format, with the layer that it belongs to.
pub(crate) type Row = (&'static Format, &'static str, ConfigScope);

/// Every row in the order of the table, and where to look for a name.
struct Table {
    rows: Vec<Row>,
    /// The last component of each row's pattern.
    lasts: Vec<&'static str>,
    /// Rows whose last component is a name.
    named: Index,
    /// Rows whose last component is a pattern, by a folder that they name.
    within: FxHashMap<&'static [u8], Vec<usize>>,
    /// The other rows, by the extension that the pattern ends with.
    patterns: Index,
}

type Index = FxHashMap<&'static str, Vec<usize>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows: Vec<Row> = formats()
        .flat_map(|it| it.files.iter().map(move |(pattern, scope)| (it, *pattern, *scope)))
        .collect();
    let (mut named, mut within, mut patterns) =
        (Index::default(), FxHashMap::<_, Vec<_>>::default(), Index::default());
    for (at, (_, pattern, _)) in rows.iter().enumerate() {
        let last = foreign_name(pattern);
        // The first folder is the client's own: `.claude/**/agents/*.md`.
        let folder = pattern.split('/').find(|it| !it.contains('*'));
        match (last.rsplit_once('*'), folder) {
            (None, _) => named.entry(last).or_default().push(at),
            (Some(_), Some(folder)) => within.entry(folder.as_bytes()).or_default().push(at),
            (Some((_, tail)), None) => patterns.entry(extension(tail)).or_default().push(at),
        }
    }
    let lasts = rows.iter().map(|(_, pattern, _)| foreign_name(pattern)).collect();
    Table { rows, lasts, named, within, patterns }
});

/// The rows whose pattern matches a path, in the order of the table.
pub(crate) fn rows(path: &str) -> impl Iterator<Item = Row> {
    let name = foreign_name(path);
    let with_extension = match extension(name) {
        "" => None,
        it => TABLE.patterns.get(it),
    };
    let folders = path.as_bytes().split(|it| matches!(it, b'/' | b'\\'));
    let by_folder = folders.filter_map(|it| TABLE.within.get(it));
    let mut found: Vec<usize> = [TABLE.named.get(name), with_extension, TABLE.patterns.get("")]
        .into_iter()
        .flatten()
        .chain(by_folder)
        .flatten()
        .copied()
        // Names differ most.
        .filter(|at| TABLE.lasts.get(*at).is_some_and(|it| glob::component(it, name)))
        .filter(|at| TABLE.rows.get(*at).is_some_and(|(_, it, _)| glob::matches(it, path)))
        .collect();
    found.sort_unstable();
    // A path may lie in two folders of one name.
    found.dedup();
    found.into_iter().filter_map(|at| TABLE.rows.get(at).copied())
}

/// What stands behind the last dot; empty without one.
fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::{TABLE, rows};
    use crate::glob;

    #[test]
    fn the_index_finds_what_a_search_of_all_rows_finds() {
        let all = |path: &str| -> Vec<&str> {
            let found = TABLE.rows.iter().filter(|(_, it, _)| glob::matches(it, path));
            found.map(|(_, it, _)| *it).collect()
        };
        // Each pattern as a path of its own, with something short and something odd for a star.
        let filled = |with: &str| {
            let of = move |it: &str| it.replace("**/", "a/b/").replace('*', with);
            TABLE.rows.iter().map(|(_, it, _)| of(it)).collect::<Vec<_>>()
        };
        for path in ["x", "x.y", "-a.b.json"].into_iter().flat_map(filled) {
            let indexed: Vec<&str> = rows(&path).map(|(_, it, _)| it).collect();
            assert_eq!(indexed, all(&path), "{path}");
            assert!(!indexed.is_empty(), "{path}");
        }
    }
}
