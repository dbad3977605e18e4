//! The client table by file name: the rows that a name leaves are few, however long it grows.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::ConfigScope;

use crate::clients::{Format, formats};
use crate::glob;

/// A path of one format, with the layer that it belongs to.
pub(crate) type Row = (&'static Format, &'static str, ConfigScope);

/// Every row in the order of the table, and where to look for a name.
struct Table {
    rows: Vec<Row>,
    /// Rows whose last component is a name.
    named: BTreeMap<&'static str, Vec<usize>>,
    /// Rows whose last component is a pattern, by the extension that it ends with.
    patterns: BTreeMap<&'static str, Vec<usize>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows: Vec<Row> = formats()
        .flat_map(|it| it.files.iter().map(move |(pattern, scope)| (it, *pattern, *scope)))
        .collect();
    let (mut named, mut patterns) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    for (at, (_, pattern, _)) in rows.iter().enumerate() {
        let last = last_component(pattern);
        match last.rsplit_once('*') {
            Some((_, tail)) => patterns.entry(extension(tail)).or_default().push(at),
            None => named.entry(last).or_default().push(at),
        }
    }
    Table { rows, named, patterns }
});

/// The rows whose pattern matches a path, in the order of the table.
pub(crate) fn rows(path: &str) -> impl Iterator<Item = Row> {
    let name = last_component(path);
    let with_extension = match extension(name) {
        "" => None,
        it => TABLE.patterns.get(it),
    };
    let mut found: Vec<usize> = [TABLE.named.get(name), with_extension, TABLE.patterns.get("")]
        .into_iter()
        .flatten()
        .flatten()
        .copied()
        .filter(|at| TABLE.rows.get(*at).is_some_and(|(_, it, _)| glob::matches(it, path)))
        .collect();
    found.sort_unstable();
    found.into_iter().filter_map(|at| TABLE.rows.get(at).copied())
}

fn last_component(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
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
