//! What the configuration says, as far as rules and the engine need it.

use std::collections::BTreeMap;

use model::Date;

use crate::exception::Exception;
use crate::rule::{Check, Profile, Rule, Severity};

/// How rules run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Which rules run when none is selected.
    pub profile: Profile,
    /// When not empty, only these rules run, whatever the profile.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// These rules run besides those of the profile.
    pub extend: Vec<String>,
    /// Severities that replace a rule's own.
    pub severities: BTreeMap<String, Severity>,
    /// Rules that no comment or exception can excuse.
    pub unignorable: Vec<String>,
    /// Exceptions of the configuration.
    pub exceptions: Vec<Exception>,
    /// Limits.
    pub thresholds: Thresholds,
    /// The day of the run.
    pub today: Option<Date>,
}

/// Limits that organisations set for themselves. Durations are in days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Longest life of a secret.
    pub secret_days: u64,
    /// Longest life of a secret that is not yet critical.
    pub secret_days_high: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { secret_days: 90, secret_days_high: 365 }
    }
}

impl Settings {
    /// True when a rule runs.
    pub fn runs(&self, rule: &Rule) -> bool {
        let listed = |list: &[String]| list.iter().any(|it| it == rule.id);
        if listed(&self.ignore) {
            return false;
        }
        if !self.select.is_empty() {
            return listed(&self.select);
        }
        listed(&self.extend) || rule.profile <= self.profile
    }

    /// True when a comment or an exception may excuse findings of a rule. What is wrong with a
    /// comment or an exception itself is never excused by another one.
    pub fn can_excuse(&self, rule: &Rule) -> bool {
        let about_exceptions = matches!(rule.check, Check::Exception(_));
        !about_exceptions && !self.unignorable.iter().any(|it| it == rule.id)
    }
}
