//! Further values of a chart: `values-prod.yaml` beside `values.yaml`, and those that stand in
//! an object which has the chart installed.
//!
//! A chart is run once more with each of them on top of its own values. What comes out is mostly
//! what came out before; only what is new is kept, and it stands where it is written: at the
//! value, or in the template whose condition the value turns on.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Data, Facts, Grant, Guard, Note, NoteKind, Patterns, Piece, Place, PolicyDocument, Sourced,
    Trust,
};

use super::installations::Installation;
use super::value::{Val, overlay};
use super::{Charts, Evaluated, chart};
use crate::detect;
use crate::object::{Objects, Options};

/// Further values files of one chart that are tried; each costs a run.
const MOST: usize = 6;

/// Objects that have one chart installed and are tried.
pub(super) const MOST_INSTALLATIONS: usize = 12;

impl Charts<'_> {
    /// The further values that stand beside those of a chart.
    fn overlays(&self, number: usize) -> Vec<usize> {
        let chart = self.tops.get(number).and_then(|it| self.charts.get(*it));
        let Some(chart) = chart else { return Vec::new() };
        let is_overlay = |index: &&usize| {
            let Some(file) = self.files.get(**index) else { return false };
            let inside = super::inside(file.path, &chart.folder);
            inside.is_some_and(|it| !it.contains('/') && it != "values.yaml")
                && detect::is_values(file.path)
        };
        chart.files.iter().filter(is_overlay).take(MOST).copied().collect()
    }

    /// Adds what a chart yields with further values that it does not yield with its own.
    pub(super) fn with_overlays(&self, number: usize, options: &Options, into: &mut Evaluated) {
        let overlays = self.overlays(number);
        let installations: Vec<_> =
            self.installations.iter().filter(|it| it.chart == number).collect();
        if overlays.is_empty() && installations.is_empty() {
            return;
        }
        let mut known = Known::default();
        known.take(&mut self.run_with(number, |own| self.own_values(number, own), options));
        let mut objects = Objects::default();
        for index in overlays {
            let Some(it) = self.files.get(index) else { continue };
            objects.file = it.file;
            let over = chart::yaml(it.file, it.path, it.text);
            let mut facts = self.run_with(number, |own| overlay(&over, &own), options);
            known.take(&mut facts);
            add(&mut objects, facts);
        }
        self.install_all(number, &installations, &mut known, &mut objects, options, into);
    }

    /// What charts yield as objects have them installed that the templates of some charts print.
    #[must_use]
    pub fn evaluate_installed(&self, printed: &[Evaluated], options: &Options) -> Evaluated {
        let mut into = Evaluated::default();
        let objects = printed.iter().flat_map(|it| &it.installing);
        let mut by_chart: BTreeMap<usize, Vec<Installation>> = BTreeMap::new();
        for it in objects.flat_map(|(file, object)| self.installed(file, object)) {
            by_chart.entry(it.chart).or_default().push(it);
        }
        for (number, installations) in by_chart {
            let mut known = Known::default();
            known.take(&mut self.run_with(number, |own| self.own_values(number, own), options));
            let all: Vec<_> = installations.iter().collect();
            let mut objects = Objects::default();
            self.install_all(number, &all, &mut known, &mut objects, options, &mut into);
        }
        into
    }

    fn install_all(
        &self,
        number: usize,
        installations: &[&Installation],
        known: &mut Known,
        objects: &mut Objects,
        options: &Options,
        into: &mut Evaluated,
    ) {
        for it in installations.iter().take(MOST_INSTALLATIONS) {
            objects.file = it.place.file;
            let mut facts = self.run_installed(number, it, options);
            known.take(&mut facts);
            add(objects, facts);
        }
        if let Some(left) = installations.get(MOST_INSTALLATIONS) {
            into.notes.push(Note {
                kind: NoteKind::Limit,
                place: left.place,
                message: format!(
                    "more than {MOST_INSTALLATIONS} objects have this chart installed; it is not \
                     run with the values of this one and of those after it"
                ),
            });
        }
        let found = &objects.facts;
        let nothing = found.grants.is_empty()
            && found.guards.is_empty()
            && found.trusts.is_empty()
            && found.policies.is_empty();
        if !nothing {
            into.further.push(std::mem::take(objects));
        }
    }

    fn run_installed(&self, number: usize, it: &Installation, options: &Options) -> Facts {
        self.run_with(number, |own| it.values(self, own), options)
    }

    fn run_with(&self, number: usize, change: impl FnOnce(Val) -> Val, options: &Options) -> Facts {
        let mut evaluated = Evaluated::default();
        self.release_with(number, change, &mut |file, printed| {
            evaluated.take(file, printed, options);
        });
        // A limit that is reached leaves out what is compared.
        if evaluated.notes.iter().any(|it| it.kind == NoteKind::Limit) {
            return Facts::default();
        }
        crate::join(evaluated.objects)
    }
}

fn add(objects: &mut Objects, mut facts: Facts) {
    objects.facts.grants.append(&mut facts.grants);
    objects.facts.guards.append(&mut facts.guards);
    objects.facts.trusts.append(&mut facts.trusts);
    objects.facts.policies.append(&mut facts.policies);
}

/// Facts by all places that they are made of.
#[derive(Default)]
struct Known {
    seen: BTreeSet<Vec<Place>>,
}

impl Known {
    /// Keeps of some facts those that were not there before.
    fn take(&mut self, facts: &mut Facts) {
        facts.grants.retain(|it| self.seen.insert(places_of_grant(it)));
        facts.guards.retain(|it: &Guard| self.seen.insert(vec![it.place, it.region]));
        facts.policies.retain(|it| self.seen.insert(places_of_policy(it)));
        facts.trusts.retain(|it: &Trust| {
            let mut places = vec![it.place];
            places.extend(it.principals.iter().map(Sourced::place));
            self.seen.insert(places)
        });
    }
}

fn places_of_grant(grant: &Grant) -> Vec<Place> {
    let listed = |it: &Patterns| it.items.iter().map(Sourced::place).collect::<Vec<_>>();
    let mut places = vec![grant.place];
    places.extend(listed(&grant.actions));
    places.extend(listed(&grant.resources));
    places.extend(grant.kubernetes.iter().flat_map(|it| listed(&it.api_groups)));
    places.extend(grant.role.place());
    places.extend(grant.principals.iter().map(Sourced::place));
    places
}

fn places_of_policy(policy: &PolicyDocument) -> Vec<Place> {
    let mut places = vec![policy.place, policy.document.origin.place];
    if let Data::String(text) = &policy.document.data {
        places.extend(text.pieces.iter().map(|it| match it {
            Piece::Literal { origin, .. } | Piece::Unknown { origin, .. } => origin.place,
        }));
    }
    places
}
