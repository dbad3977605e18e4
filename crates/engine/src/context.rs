//! What a rule sees while it runs, and how it reports.

use model::{Address, Date, Facts, Grant, Identity, Origin, Place};

use crate::finding::{Finding, clean};
use crate::graph::Graph;
use crate::rule::Rule;
use crate::settings::{Settings, Thresholds};

/// What a rule sees.
#[derive(Debug)]
pub struct Context<'a> {
    rule: &'static Rule,
    facts: &'a Facts,
    graph: &'a Graph<'a>,
    settings: &'a Settings,
    paths: &'a [&'a str],
    found: &'a mut Vec<Finding>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        rule: &'static Rule,
        facts: &'a Facts,
        graph: &'a Graph<'a>,
        settings: &'a Settings,
        paths: &'a [&'a str],
        found: &'a mut Vec<Finding>,
    ) -> Self {
        Self { rule, facts, graph, settings, paths, found }
    }

    /// Reports that the value of `field` in `address` is wrong, at the place where it was
    /// written. The steps the value took become related places.
    ///
    /// Field and address identify the finding from run to run; neither may hold a secret.
    pub fn report(
        &mut self,
        address: &Address,
        field: &str,
        origin: &Origin,
        message: impl Into<String>,
    ) -> &mut Finding {
        let finding = Finding {
            rule: self.rule,
            severity: self.rule.severity,
            confidence: self.rule.confidence,
            message: clean(&message.into()),
            help: None,
            place: origin.place,
            related: Vec::new(),
            address: address.clone(),
            field: field.to_owned(),
            fix: None,
            fingerprint: String::new(),
        };
        let index = self.found.len();
        self.found.push(finding);
        #[expect(clippy::indexing_slicing, reason = "it was pushed one line above")]
        self.found[index].via(origin)
    }

    /// As [`Context::report`], for something that is wrong where it stands.
    pub fn report_at(
        &mut self,
        address: &Address,
        field: &str,
        place: Place,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.report(address, field, &Origin::at(place), message)
    }

    /// All facts.
    pub fn facts(&self) -> &'a Facts {
        self.facts
    }

    /// The facts, joined.
    pub fn graph(&self) -> &'a Graph<'a> {
        self.graph
    }

    /// The identities of the workspace that hold a grant.
    pub fn holders(&self, grant: &Grant) -> Vec<&'a Identity> {
        grant.principals.iter().filter_map(|it| self.graph.identity(&it.value)).collect()
    }

    /// Where agents and their tool servers are told to act as a holder of a grant, with who.
    pub fn agents_behind(&self, grant: &Grant) -> Vec<(Place, String)> {
        let holders = self.holders(grant);
        holders.iter().flat_map(|it| self.graph.agents_behind(it)).collect()
    }

    /// Limits from the configuration.
    pub fn thresholds(&self) -> &'a Thresholds {
        &self.settings.thresholds
    }

    /// The day of the run; `None` when nobody said, so that nothing is past.
    pub fn today(&self) -> Option<Date> {
        self.settings.today
    }

    /// The path of a place's file, with `/`.
    pub fn path(&self, place: Place) -> &'a str {
        self.paths.get(place.file.0 as usize).copied().unwrap_or_default()
    }
}
