//! The values of a chart as a place of their own: what is written there is in the repository,
//! whether or not a template uses it.

use std::sync::Arc;

use model::{Address, Data, Entry, SlotKind, Source, Value};
use secrets::Expectation;

use crate::argo_policy;
use crate::credential::{self, Seat};
use crate::embedded;
use crate::load::{self, Loader};
use crate::locality::Site;
use crate::object::{Objects, is_encrypted};
use crate::page::Page;

/// Deepest nesting that is looked through.
const DEPTH: u32 = 64;

/// Judges what a values file holds, or another one that holds settings; `taker` are words for
/// what takes them.
pub(crate) fn collect(source: &Source<'_>, taker: &str, objects: &mut Objects) {
    let page = Page::plain(source);
    let file = source.path.rsplit('/').next().unwrap_or(source.path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let home = Home {
        address: Address::new(Site::of(source.path).unit, stem),
        // The whole path is what people call it: a chart has many a `password`.
        taker: taker.to_owned(),
    };
    let mut reader = Reader { home, objects };
    let mut loader = Loader::new(page, false);
    for document in source.tree.documents() {
        let value = loader.read(document);
        let before = reader.objects.credentials.len();
        reader.map(&value, &mut Vec::new(), DEPTH);
        if is_encrypted(&value) {
            let found = reader.objects.credentials.iter_mut().skip(before);
            found.for_each(credential::beside_encryption);
        }
    }
}

/// Judges values that stand under `path` in an object.
pub(crate) fn judge(home: Home, values: &Value, path: &str, objects: &mut Objects) {
    let mut reader = Reader { home, objects };
    let mut path = vec![path.to_owned()];
    match &values.data {
        Data::List(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                reader.map(item, &mut path, DEPTH);
                path.pop();
            }
        }
        _ => reader.map(values, &mut path, DEPTH),
    }
}

/// What holds values.
#[derive(Debug)]
pub(crate) struct Home {
    /// Its address: the name of the file without its extension, or an object.
    pub(crate) address: Address,
    /// Words for it.
    pub(crate) taker: String,
}

struct Reader<'o> {
    home: Home,
    objects: &'o mut Objects,
}

impl Reader<'_> {
    fn map(&mut self, value: &Value, path: &mut Vec<String>, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        // The chart of Argo CD takes its policy as values.
        if value.get("policy.default").is_some() || value.get("policy.csv").is_some() {
            let address = format!("{}#{}", self.home.address.name, path.join("."));
            let address = Address::new(Arc::clone(&self.home.address.scope), address);
            let home = argo_policy::Home { address, region: value.origin.place };
            self.objects.facts.grants.extend(argo_policy::grants(&home, value));
        }
        for entry in load::listed(value) {
            path.push(entry.key.to_string());
            self.value(&entry.key, entry, &entry.value, path, depth);
            path.pop();
        }
    }

    fn value(
        &mut self,
        key: &str,
        entry: &Entry,
        value: &Value,
        path: &mut Vec<String>,
        depth: u32,
    ) {
        match &value.data {
            Data::Map(_) => self.map(value, path, depth),
            Data::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    match named(item) {
                        // An environment variable: its name says what it holds.
                        Some((name, entry)) => {
                            path.push(entry.key.to_string());
                            self.value(&name, entry, &entry.value, path, depth);
                            path.pop();
                        }
                        None if matches!(item.data, Data::Map(_)) => self.map(item, path, depth),
                        None => self.value(key, entry, item, path, depth),
                    }
                    path.pop();
                }
            }
            Data::String(text) => {
                let seat = self.seat(entry, value, path);
                let into = &mut self.objects.credentials;
                embedded::judge(&seat, key, text, Expectation::ByName, into);
            }
            Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }

    fn seat(&self, entry: &Entry, value: &Value, path: &[String]) -> Seat {
        let path = path.join(".");
        let (name, at) = (entry.key_origin.place, value.origin.place);
        let region = match name.file == at.file {
            true => model::Place::new(at.file, name.span.cover(at.span)),
            false => at,
        };
        Seat {
            address: Address::new(
                Arc::clone(&self.home.address.scope),
                format!("{}#{path}", self.home.address.name),
            ),
            name: path.clone(),
            path,
            kind: SlotKind::ChartValue,
            taker: self.home.taker.clone(),
            holder: None,
            region,
            decoded: Vec::new(),
        }
    }
}

/// The name and the value of `{name: …, value: …}`.
fn named(item: &Value) -> Option<(String, &Entry)> {
    let name = item.get("name")?.as_text()?;
    Some((name, item.entry("value")?))
}
