//! The values of a chart as a place of their own: what is written there is in the repository,
//! whether or not a template uses it.

use model::{Address, SlotKind, Source, Value};
use secrets::Expectation;

use crate::argo_policy;
use crate::credential::{self, Home, Seat};
use crate::embedded;
use crate::literals::{self, Literal, Visitor};
use crate::load::Loader;
use crate::locality::Site;
use crate::object::{Objects, is_encrypted};
use crate::page::Page;

/// Judges what a values file holds, or another one that holds settings; `taker` are words for
/// what takes them.
pub(crate) fn collect(source: &Source<'_>, taker: &str, objects: &mut Objects) {
    let page = Page::plain(source);
    let file = model::path::name(source.path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let home =
        Home { address: Address::new(Site::of(source.path).unit, stem), taker: taker.to_owned() };
    let mut reader = Reader { home: &home, objects };
    let mut loader = Loader::new(page, false);
    for document in source.tree.documents() {
        let value = loader.read(document);
        let before = reader.objects.credentials.len();
        literals::walk(&value, "", &mut reader);
        if is_encrypted(&value) {
            let found = reader.objects.credentials.iter_mut().skip(before);
            found.for_each(credential::beside_encryption);
        }
    }
}

/// Judges values that stand under `path` in an object.
pub(crate) fn judge(home: Home, values: &Value, path: &str, objects: &mut Objects) {
    literals::walk(values, path, &mut Reader { home: &home, objects });
}

struct Reader<'o> {
    home: &'o Home,
    objects: &'o mut Objects,
}

impl Visitor for Reader<'_> {
    fn map(&mut self, map: &Value, path: &str) {
        // The chart of Argo CD takes its policy as values.
        if map.get("policy.default").is_some() || map.get("policy.csv").is_some() {
            let home =
                argo_policy::Home { address: self.home.below(path), region: map.origin.place };
            self.objects.facts.grants.extend(argo_policy::grants(&home, map));
        }
    }

    fn text(&mut self, literal: Literal<'_>, path: &str) {
        let (name, at) = (literal.entry.key_origin.place, literal.value.origin.place);
        let region = match name.file == at.file {
            true => model::Place::new(at.file, name.span.cover(at.span)),
            false => at,
        };
        // The whole path is what people call it: a chart has many a `password`.
        let seat = || Seat::at(self.home, SlotKind::ChartValue, path, region).named(path);
        let into = &mut self.objects.credentials;
        embedded::judge(&seat, literal.key, literal.text, Expectation::ByName, into);
    }
}
