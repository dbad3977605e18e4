//! What the API says about kinds: which belong to no namespace, which lists have keys, which
//! fields name other objects.

use std::sync::LazyLock;

use model::rows;
use rustc_hash::{FxHashMap, FxHashSet};

static CLUSTER_WIDE: LazyLock<FxHashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/cluster-kinds.tsv"));
    rows.filter_map(|row| {
        let [group, kind] = row[..] else { return None };
        Some((if group == "-" { "" } else { group }, kind))
    })
    .collect()
});

/// True for kinds without a namespace. Kinds that nobody here knows have one.
pub(super) fn is_cluster_wide(group: &str, kind: &str) -> bool {
    CLUSTER_WIDE.contains(&(group, kind))
}

/// True for groups of the API server itself.
pub(super) fn is_built_in_group(group: &str) -> bool {
    const EXTRA: [&str; 6] = [
        "x-k8s.io",
        "snapshot.storage.k8s.io",
        "gateway.networking.k8s.io",
        "metrics.k8s.io",
        "argoproj.io",
        "kustomize.config.k8s.io",
    ];
    !group.contains('.')
        || (group.ends_with(".k8s.io") && !EXTRA.iter().any(|it| group.ends_with(it)))
}

/// How a list takes a patch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ListMerge {
    /// Item by item; items with an equal value under this key are one.
    By(&'static str),
    /// As a set of words.
    Words,
}

static MERGED: LazyLock<FxHashMap<(&'static str, &'static str), ListMerge>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/merge-keys.tsv"));
    rows.filter_map(|row| {
        let [owner, list, key] = row[..] else { return None };
        let merge = if key == "-" { ListMerge::Words } else { ListMerge::By(key) };
        Some(((owner, list), merge))
    })
    .collect()
});

/// How a list of a built-in kind takes a patch: `owner` is the key that holds the map in which
/// the list stands, empty for the object itself. `None` when it is replaced.
pub(super) fn list_merge(owner: &str, list: &str) -> Option<ListMerge> {
    MERGED.get(&(owner, list)).copied()
}

/// A field that names an object: the end of its path, and the kind.
#[derive(Debug)]
pub(super) struct Reference {
    /// The last key first.
    keys: Vec<String>,
    /// What it names.
    pub(super) kind: &'static str,
}

static REFERENCES: LazyLock<FxHashMap<String, Vec<Reference>>> = LazyLock::new(|| {
    let mut all: FxHashMap<String, Vec<Reference>> = FxHashMap::default();
    for row in rows(include_str!("../../data/name-references.tsv")) {
        let [path, kind] = row[..] else { continue };
        let mut keys: Vec<_> = path.rsplit('/').map(|it| it.replace("~1", "/")).collect();
        let last = keys.remove(0);
        all.entry(last).or_default().push(Reference { keys, kind });
    }
    all
});

/// The kind of object that the field at the end of a path of keys names.
pub(super) fn reference(path: &[std::sync::Arc<str>]) -> Option<&'static str> {
    let (last, before) = path.split_last()?;
    let ends = |it: &&Reference| {
        it.keys.len() <= before.len()
            && it.keys.iter().zip(before.iter().rev()).all(|(a, b)| **a == **b)
    };
    REFERENCES.get(&**last)?.iter().find(ends).map(|it| it.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert!(is_cluster_wide("", "Namespace"));
        assert!(is_cluster_wide("rbac.authorization.k8s.io", "ClusterRole"));
        assert!(!is_cluster_wide("example.com", "ClusterRole"));
        assert_eq!(list_merge("containers", "env"), Some(ListMerge::By("name")));
        assert_eq!(list_merge("", "secrets"), Some(ListMerge::By("name")));
        assert_eq!(list_merge("", "subjects"), None);
        let path = |text: &str| text.split('/').map(Into::into).collect::<Vec<_>>();
        assert_eq!(reference(&path("spec/serviceAccountName")), Some("ServiceAccount"));
        assert_eq!(reference(&path("env/valueFrom/secretKeyRef/name")), Some("Secret"));
        assert_eq!(reference(&path("metadata/name")), None);
        assert_eq!(reference(&path("volumes/configMap/name")), Some("ConfigMap"));
    }

    #[test]
    fn groups_of_operators_are_not_built_in() {
        for (group, expected) in [
            ("", true),
            ("apps", true),
            ("batch", true),
            ("rbac.authorization.k8s.io", true),
            ("networking.k8s.io", true),
            ("gateway.networking.k8s.io", false),
            ("cluster.x-k8s.io", false),
            ("cert-manager.io", false),
        ] {
            assert_eq!(is_built_in_group(group), expected, "{group}");
        }
    }
}
