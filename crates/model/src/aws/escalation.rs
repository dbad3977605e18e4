//! Sets of actions with which an identity gives itself more rights.

use std::sync::LazyLock;

use crate::aws::matches;
use crate::table;

/// A set of actions with which an identity gives itself more rights.
#[derive(Debug)]
pub struct Escalation {
    /// What is needed together; each is a choice of actions.
    pub steps: Vec<Vec<&'static str>>,
    /// What it gives, after "can".
    pub gives: &'static str,
}

impl Escalation {
    /// The action of a single-action set that a pattern of a policy covers.
    pub fn alone(&self, pattern: &str) -> Option<&'static str> {
        match self.steps.as_slice() {
            [choices] => choices.iter().copied().find(|it| matches(pattern, it)),
            _ => None,
        }
    }

    /// True when more than one action is needed and the patterns cover them all.
    pub fn combines(&self, patterns: &[&str]) -> bool {
        self.steps.len() > 1
            && self.steps.iter().all(|step| {
                patterns.iter().any(|pattern| step.iter().any(|it| matches(pattern, it)))
            })
    }
}

static ESCALATIONS: LazyLock<Vec<Escalation>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-escalations.tsv"));
    rows.filter_map(|row| {
        let [actions, gives] = row[..] else { return None };
        let steps = actions.split(' ').map(|it| it.split('|').collect()).collect();
        Some(Escalation { steps, gives })
    })
    .collect()
});

/// All known sets, worst first.
pub fn escalations() -> &'static [Escalation] {
    &ESCALATIONS
}

/// The single-action set that an action is.
pub fn escalation_of(action: &str) -> Option<&'static Escalation> {
    escalations().iter().find(|it| it.alone(action).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::action;

    #[test]
    fn every_step_is_an_action() {
        for name in escalations().iter().flat_map(|it| it.steps.iter().flatten()) {
            assert!(action(name).is_some(), "{name}");
        }
    }

    #[test]
    fn patterns_cover_single_actions_and_sets() {
        let alone = |it: &str| escalations().iter().find_map(|e| e.alone(it));
        assert_eq!(alone("iam:Put*Policy"), Some("iam:PutUserPolicy"));
        assert_eq!(alone("iam:PassRole"), Some("iam:PassRole"));
        assert_eq!(alone("iam:GetRole"), None);
        let together = ["iam:passrole", "lambda:Create*", "lambda:InvokeFunction"];
        let found = escalations().iter().find(|it| it.combines(&together));
        assert_eq!(found.map(|it| it.gives), Some("run a function with any role"));
        let apart = ["iam:PassRole", "lambda:InvokeFunction"];
        assert!(!escalations().iter().any(|it| it.combines(&apart)));
    }
}
