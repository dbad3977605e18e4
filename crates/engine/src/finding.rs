//! What a rule has to say, as plain data. Renderers decide how it looks.

use model::{Address, Fix, Origin, Place};

use crate::rule::{Confidence, Rule, Severity};

/// Something that is wrong, at exact characters.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong with this value: one line, lower case, no dot, names in backquotes.
    pub message: String,
    /// What to write instead, as an imperative.
    pub help: Option<String>,
    /// The smallest token that is wrong.
    pub place: Place,
    /// Other places that belong to the story, in its order.
    pub related: Vec<Related>,
    /// What it is about.
    pub address: Address,
    /// Where in that, as a path of keys.
    pub field: String,
    /// A repair.
    pub fix: Option<Fix>,
    /// Stable across edits elsewhere: made of rule, address and field.
    pub fingerprint: String,
}

/// Another place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What it has to do with the finding.
    pub message: String,
}

/// A finding that somebody has excused.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// True when a comment in the file excuses it, false for the configuration.
    pub in_source: bool,
    /// The reason that was given.
    pub reason: Option<String>,
}

impl Finding {
    /// Sets what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(clean(&help.into()));
        self
    }

    /// Adds a place that belongs to the story. The finding's own place is not repeated.
    pub fn related(&mut self, place: Place, message: impl Into<String>) -> &mut Self {
        let related = Related { place, message: clean(&message.into()) };
        if place != self.place && !self.related.contains(&related) {
            self.related.push(related);
        }
        self
    }

    /// Adds the steps that a value took as related places.
    pub fn via(&mut self, origin: &Origin) -> &mut Self {
        for step in origin.steps() {
            let message = format!("through {} `{}`", step.kind.describe(), step.name);
            self.related(step.place, message);
        }
        self
    }

    /// Sets another severity than the rule's.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Sets another confidence than the rule's.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = confidence;
        self
    }

    /// Passes on the repair that a fact carries, when it has one.
    pub fn remedy(&mut self, fix: Option<&Fix>) -> &mut Self {
        self.fix = fix.cloned();
        self
    }
}

/// Removes what could forge output: control characters, line breaks and characters that
/// change the direction of text. Names come from files that nobody vouches for.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            '\n' | '\r' | '\t' => ' ',
            it if it.is_control() => '\u{fffd}',
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            it => it,
        })
        .collect()
}
