//! The frameworks that rules refer to, as SARIF taxonomies: viewers group findings by them.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Framework, Rule};
use serde_json::{Value, json};

/// The items of each framework that the rules of a run refer to, in a fixed order.
pub(crate) struct Taxonomies {
    frameworks: BTreeMap<&'static str, (Framework, BTreeSet<&'static str>)>,
}

impl Taxonomies {
    pub(crate) fn of(rules: impl Iterator<Item = &'static Rule>) -> Self {
        let mut frameworks = BTreeMap::new();
        for (framework, items) in rules.flat_map(|it| it.references) {
            let (_, known) = frameworks
                .entry(framework.id())
                .or_insert_with(|| (*framework, BTreeSet::<&'static str>::new()));
            known.extend(items.iter().copied());
        }
        Self { frameworks }
    }

    /// The run's `taxonomies`. Only what is referred to is listed, so none is comprehensive.
    pub(crate) fn components(&self) -> Vec<Value> {
        let components = self.frameworks.values().map(|(framework, items)| {
            let taxa = items.iter().map(|item| json!({ "id": item })).collect::<Vec<_>>();
            json!({
                "name": framework.id(),
                "fullName": framework.title(),
                "shortDescription": { "text": framework.title() },
                "isComprehensive": false,
                "taxa": taxa,
            })
        });
        components.collect()
    }

    /// The driver's `supportedTaxonomies`.
    pub(crate) fn supported(&self) -> Vec<Value> {
        let names = self.frameworks.keys().enumerate();
        names.map(|(index, name)| json!({ "name": name, "index": index })).collect()
    }

    /// The `relationships` of a rule: the items it speaks about.
    pub(crate) fn relationships(&self, rule: &Rule) -> Vec<Value> {
        let mut relationships = Vec::new();
        for (framework, items) in rule.references {
            for item in *items {
                relationships.extend(self.relationship(*framework, item));
            }
        }
        relationships
    }

    fn relationship(&self, framework: Framework, item: &str) -> Option<Value> {
        let component = self.frameworks.keys().position(|it| *it == framework.id())?;
        let (_, items) = self.frameworks.get(framework.id())?;
        let taxon = items.iter().position(|it| *it == item)?;
        let name = framework.id();
        Some(json!({
            "target": {
                "id": item,
                "index": taxon,
                "toolComponent": { "name": name, "index": component },
            },
            "kinds": ["relevant"],
        }))
    }
}
