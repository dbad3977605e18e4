//! Which object a name means.
//!
//! A workspace may hold many clusters, charts and overlays, and the same names in each. A
//! reference means the nearest object of that kind and name, where near is, in this order:
//!
//! 1. in the same file;
//! 2. in the same *unit*: one chart (everything under the folder that holds `templates/`), or
//!    one directory;
//! 3. below the deepest common folder that is not the workspace root;
//! 4. anywhere, when the whole workspace has only one candidate.
//!
//! Namespaces must not contradict each other: both written and different is no candidate. An
//! equal one fits best. One that is left out fits below a common folder, because a base gets
//! its namespace from an overlay; one that a template makes fits only inside its unit.
//! Candidates that are equally near and stand in one unit are all meant (variants, branches
//! of a template); in different units the reference is ambiguous and nothing is joined.
//!
//! Names that a template makes are compared by the text of the template, inside one unit only.

use std::cmp::Reverse;
use std::sync::Arc;

use model::{FileId, path};
use rustc_hash::FxHashMap;

use crate::term::{Fit, Term};

/// Where an object stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    /// The folder of the chart or the file; the scope of its addresses.
    pub(crate) unit: Arc<str>,
}

impl Site {
    /// The site of a file.
    pub(crate) fn of<'p>(path: &'p str) -> Self {
        let folder = path::folder(path);
        let above = |it: &&'p str| (!it.is_empty()).then(|| path::folder(it));
        let templates =
            std::iter::successors(Some(folder), above).find(|it| path::name(it) == "templates");
        let unit = templates.map_or(folder, path::folder);
        Self { unit: unit.into() }
    }

    /// The first folder of the path; empty at the root.
    pub(crate) fn top(&self) -> &str {
        self.unit.split('/').next().unwrap_or("")
    }
}

/// Leading folders that two units share.
fn shared(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b && !a.is_empty()).count()
}

/// Something that others refer to by name.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) file: FileId,
    pub(crate) site: Site,
    pub(crate) namespace: Term,
    pub(crate) name: Term,
}

/// A reference to something declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference<'a> {
    pub(crate) file: FileId,
    pub(crate) site: &'a Site,
    pub(crate) namespace: &'a Term,
    pub(crate) name: &'a Term,
    /// False for things that have no namespace.
    pub(crate) namespaced: bool,
}

/// What a reference means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// These; more than one only inside one unit.
    These(Vec<usize>),
    /// One of these, and nobody can tell which.
    Ambiguous(Vec<usize>),
    /// Nothing in the workspace.
    Nothing,
    /// A template makes the name.
    Unknown,
}

/// Candidates of one name that are looked at. More would cost the square of a hostile file.
const CANDIDATES: usize = 128;

/// Declarations of one kind, by name.
#[derive(Debug, Default)]
pub(crate) struct Index {
    declared: Vec<Declared>,
    by_name: FxHashMap<Arc<str>, Vec<usize>>,
    in_unit: FxHashMap<(Arc<str>, Arc<str>), Vec<usize>>,
}

impl Index {
    /// Adds a declaration, which gets the next number.
    pub(crate) fn add(&mut self, declared: Declared) -> usize {
        let number = self.declared.len();
        if let Some(name) = declared.name.key() {
            let unit = Arc::clone(&declared.site.unit);
            self.in_unit.entry((unit, Arc::clone(name))).or_default().push(number);
            if declared.name.text().is_some() {
                self.by_name.entry(Arc::clone(name)).or_default().push(number);
            }
        }
        self.declared.push(declared);
        number
    }

    /// What a reference means.
    pub(crate) fn resolve(&self, reference: Reference<'_>) -> Meaning {
        let Some(name) = reference.name.key() else { return Meaning::Unknown };
        let unit = (Arc::clone(&reference.site.unit), Arc::clone(name));
        let near = self.in_unit.get(&unit).map_or(&[][..], Vec::as_slice);
        let near = self.best(&reference, near);
        if !matches!(near, Meaning::Nothing) {
            return near;
        }
        if reference.name.text().is_none() {
            return Meaning::Unknown;
        }
        self.best(&reference, self.by_name.get(name).map_or(&[], Vec::as_slice))
    }

    fn best(&self, reference: &Reference<'_>, candidates: &[usize]) -> Meaning {
        let fitting: Vec<_> = candidates
            .iter()
            .take(CANDIDATES + 1)
            .filter_map(|number| Some((self.rank(reference, *number)?, *number)))
            .collect();
        let numbers = || fitting.iter().map(|(_, number)| *number).collect();
        if candidates.len() > CANDIDATES {
            return Meaning::Ambiguous(numbers());
        }
        let Some((best, _)) = fitting.iter().min_by_key(|(rank, _)| *rank) else {
            return Meaning::Nothing;
        };
        if best.is_far() && fitting.len() > 1 {
            return Meaning::Ambiguous(numbers());
        }
        let nearest: Vec<_> =
            fitting.iter().filter(|(rank, _)| rank == best).map(|(_, number)| *number).collect();
        let unit = |number: &usize| self.declared.get(*number).map(|it| &it.site.unit);
        if nearest.windows(2).all(|pair| pair.first().map(unit) == pair.last().map(unit)) {
            Meaning::These(nearest)
        } else {
            Meaning::Ambiguous(nearest)
        }
    }

    fn rank(&self, reference: &Reference<'_>, number: usize) -> Option<Rank> {
        let declared = self.declared.get(number)?;
        let fit = match reference.namespaced {
            true => reference.namespace.fit(&declared.namespace)?,
            false => Fit::Exact,
        };
        let rank = Rank {
            other_file: declared.file != reference.file,
            other_unit: declared.site.unit != reference.site.unit,
            shared: Reverse(shared(&declared.site.unit, &reference.site.unit)),
            loose: fit != Fit::Exact,
        };
        let reaches = match fit {
            Fit::Exact => true,
            Fit::Possible => !rank.is_far(),
            Fit::Template => !rank.other_unit,
        };
        reaches.then_some(rank)
    }
}

/// How near a candidate is; smaller is nearer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Rank {
    other_file: bool,
    other_unit: bool,
    shared: Reverse<usize>,
    loose: bool,
}

impl Rank {
    fn is_far(self) -> bool {
        self.other_unit && self.shared.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(file: u32, path: &str, namespace: &str) -> Declared {
        let namespace = if namespace.is_empty() { Term::Absent } else { Term::known(namespace) };
        Declared { file: FileId(file), site: Site::of(path), namespace, name: Term::known("x") }
    }

    fn meaning(candidates: &[(&str, &str)], path: &str, namespace: &str) -> Meaning {
        let mut index = Index::default();
        for (file, (path, namespace)) in candidates.iter().enumerate() {
            index.add(declared(u32::try_from(file).unwrap(), path, namespace));
        }
        let from = declared(99, path, namespace);
        index.resolve(Reference {
            file: from.file,
            site: &from.site,
            namespace: &from.namespace,
            name: &from.name,
            namespaced: true,
        })
    }

    #[test]
    fn a_chart_is_one_unit() {
        let cases = [
            ("charts/a/templates/rbac/role.yaml", "charts/a"),
            ("templates/role.yaml", ""),
            ("base/role.yaml", "base"),
            ("role.yaml", ""),
            ("a/charts/b/templates/x.yaml", "a/charts/b"),
        ];
        for (path, unit) in cases {
            assert_eq!(&*Site::of(path).unit, unit, "{path}");
        }
    }

    #[test]
    fn the_nearest_candidate_is_meant() {
        use Meaning::{Ambiguous, Nothing, These};
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str, Meaning);
        let cases: &[Case<'_>] = &[
            (&[("a/r.yaml", "n"), ("b/r.yaml", "n")], "a/b.yaml", "n", These(vec![0])),
            (&[("k/base/r.yaml", ""), ("z/r.yaml", "n")], "k/prod/b.yaml", "n", These(vec![0])),
            (&[("z/r.yaml", "n")], "a/b.yaml", "n", These(vec![0])),
            (&[("y/r.yaml", "n"), ("z/r.yaml", "n")], "a/b.yaml", "n", Ambiguous(vec![0, 1])),
            (&[("k/y/r.yaml", ""), ("k/z/r.yaml", "")], "k/a/b.yaml", "", Ambiguous(vec![0, 1])),
            (&[("a/r.yaml", "other")], "a/b.yaml", "n", Nothing),
            (&[("z/r.yaml", "")], "a/b.yaml", "n", Nothing),
            (&[("a/r.yaml", "n"), ("a/s.yaml", "")], "a/b.yaml", "n", These(vec![0])),
            (&[("a/r.yaml", "n"), ("a/s.yaml", "n")], "a/b.yaml", "n", These(vec![0, 1])),
        ];
        for (candidates, path, namespace, expected) in cases {
            assert_eq!(&meaning(candidates, path, namespace), expected, "{candidates:?}");
        }
    }
}
