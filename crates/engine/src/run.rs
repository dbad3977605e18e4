//! Runs rules over facts and settles what is excused.

use std::hash::Hasher;
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::{Address, Facts};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::cause::{self, Calls};
use crate::context::Context;
use crate::exception::{self, Exception, ExceptionState};
use crate::finding::{Finding, Suppressed};
use crate::graph::Graph;
use crate::outside;
use crate::report::Problem;
use crate::rule::{Check, Family, Rule, Severity};
use crate::settings::Settings;

/// What rules run over.
#[derive(Debug)]
pub struct Input<'a> {
    /// All facts of the workspace.
    pub facts: &'a Facts,
    /// Regions that could not be read.
    pub problems: &'a [Problem],
    /// Suppression comments.
    pub exceptions: Vec<Exception>,
    /// Paths in the order of file ids.
    pub paths: &'a [&'a str],
}

/// What came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Findings that stand, sorted.
    pub findings: Vec<Finding>,
    /// Findings that are excused, sorted.
    pub suppressed: Vec<Suppressed>,
    /// Ids of rules that failed with an internal error. Their findings are incomplete.
    pub failed: Vec<&'static str>,
}

/// Runs the rules that `settings` asks for.
///
/// The result is sorted and does not depend on anything but the arguments. A rule that
/// panics is named in [`Outcome::failed`] and takes nothing else down.
pub fn run(rules: &[&'static Rule], input: Input<'_>, settings: &Settings) -> Outcome {
    let graph = Graph::new(input.facts);
    let mut outcome = Outcome::default();
    let mut found = Vec::new();
    for rule in rules.iter().filter(|it| settings.runs(it)) {
        let mut cx = Context::new(rule, input.facts, &graph, settings, input.paths, &mut found);
        let work = AssertUnwindSafe(|| run_rule(rule, &input, &mut cx));
        if catch_unwind(work).is_err() {
            outcome.failed.push(rule.id);
        }
    }
    let calls = &Calls::new(input.facts);
    let found = outside::bring_home(found, input.facts, calls);
    let found = settle(found, settings, input.paths, calls);
    let mut exceptions = input.exceptions;
    exceptions.extend(settings.exceptions.iter().cloned());
    let (mut standing, suppressed, states) =
        exception::apply(found, exceptions, rules, settings, input.paths);
    let judged = judge_exceptions(rules, &states, input.facts, &graph, settings, input.paths);
    standing.extend(settle(judged, settings, input.paths, calls));
    sort(&mut standing, input.paths);
    outcome.findings = standing;
    outcome.suppressed = suppressed;
    outcome
}

fn run_rule(rule: &Rule, input: &Input<'_>, cx: &mut Context<'_>) {
    let facts = input.facts;
    match rule.check {
        Check::Identity(check) => facts.identities.iter().for_each(|it| check(it, cx)),
        Check::Credential(check) => facts.credentials.iter().for_each(|it| check(it, cx)),
        Check::Exposure(check) => facts.exposures.iter().for_each(|it| check(it, cx)),
        Check::Grant(check) => facts.grants.iter().for_each(|it| check(it, cx)),
        Check::Trust(check) => facts.trusts.iter().for_each(|it| check(it, cx)),
        Check::Use(check) => facts.uses.iter().for_each(|it| check(it, cx)),
        Check::ToolServer(check) => facts.tool_servers.iter().for_each(|it| check(it, cx)),
        Check::Guard(check) => facts.guards.iter().for_each(|it| check(it, cx)),
        Check::Resource(check) => facts.resources.iter().for_each(|it| check(it, cx)),
        Check::Workspace(check) => check(cx),
        Check::Problem(check) => input.problems.iter().for_each(|it| check(it, cx)),
        // Exceptions are judged once it is known what they excuse.
        Check::Exception(_) => {}
    }
}

fn judge_exceptions(
    rules: &[&'static Rule],
    states: &[ExceptionState],
    facts: &Facts,
    graph: &Graph<'_>,
    settings: &Settings,
    paths: &[&str],
) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules.iter().filter(|it| settings.runs(it)) {
        if let Check::Exception(check) = rule.check {
            let mut cx = Context::new(rule, facts, graph, settings, paths, &mut found);
            states.iter().for_each(|it| check(it, &mut cx));
        }
    }
    found
}

/// Applies configured severities, eases findings in examples and tests, drops repetitions and
/// gives each finding its fingerprint.
fn settle(
    mut found: Vec<Finding>,
    settings: &Settings,
    paths: &[&str],
    calls: &Calls<'_>,
) -> Vec<Finding> {
    for finding in &mut found {
        let path = paths.get(finding.place.file.0 as usize).copied().unwrap_or_default();
        match settings.severities.get(finding.rule.id) {
            Some(severity) => finding.severity = *severity,
            None if is_shown_only(path, &finding.address) && !is_live_secret(finding) => {
                finding.severity = finding.severity.lowered();
            }
            None => {}
        }
    }
    sort(&mut found, paths);
    let mut kept = cause::join(found, calls);
    let mut seen = std::collections::BTreeMap::new();
    for finding in &mut kept {
        let base = fingerprint(finding);
        let count = seen.entry(base).or_insert(0_u32);
        *count += 1;
        finding.fingerprint =
            if *count == 1 { format!("{base:032x}") } else { format!("{base:032x}-{count}") };
    }
    kept
}

fn sort(findings: &mut [Finding], paths: &[&str]) {
    let path = |it: &Finding| paths.get(it.place.file.0 as usize).copied().unwrap_or_default();
    findings.sort_by(|a, b| {
        (path(a), a.place.span, a.rule.id, &a.address, &a.field, &a.message).cmp(&(
            path(b),
            b.place.span,
            b.rule.id,
            &b.address,
            &b.field,
            &b.message,
        ))
    });
}

fn fingerprint(finding: &Finding) -> u128 {
    let mut hasher = SipHasher13::new();
    let parts = [finding.rule.id, &finding.address.scope, &finding.address.name, &finding.field];
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0);
    }
    hasher.finish128().as_u128()
}

/// A credential that is certainly one is as bad in a test as anywhere.
fn is_live_secret(finding: &Finding) -> bool {
    finding.rule.family == Family::Secret && finding.severity == Severity::Critical
}

/// True for what stands in an example or test and is not deployed from outside of it, as a base
/// below an overlay or a policy that a root module reads.
fn is_shown_only(path: &str, address: &Address) -> bool {
    let scope = &*address.scope;
    let below = scope.is_empty()
        || path.strip_prefix(scope).is_some_and(|it| it.is_empty() || it.starts_with('/'));
    is_example_path(path) && (below || is_example_path(&format!("{scope}/")))
}

/// True for files that show or test something and are not deployed.
fn is_example_path(path: &str) -> bool {
    const SEGMENTS: [&str; 14] = [
        "test", "tests", "testdata", "fixture", "fixtures", "example", "examples", "sample",
        "samples", "docs", "spec", "e2e", "demo", "demos",
    ];
    let (folders, file) = model::path::split(path);
    folders.split('/').any(|it| SEGMENTS.contains(&it.to_ascii_lowercase().as_str()))
        || file.ends_with(".tftest.hcl")
        || file.contains(".example")
        || file.contains(".sample")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deployed_from_elsewhere_is_no_example() {
        let cases = [
            ("examples/basic/main.tf", "examples/basic", true),
            ("modules/app/examples/policy.json", "modules/app", true),
            ("docs/role.yaml", "", true),
            ("examples/.mcp.json", "examples/.mcp.json", true),
            // A root module calls or reads what stands in an example.
            ("examples/role/main.tf", "infra/prod", false),
            ("examples/role/main.tf", "example-shop", false),
            // An example shows how a module is called.
            ("examples/roles.tf", "test/fixtures/one", true),
            ("modules/app/main.tf", "examples/basic", false),
        ];
        for (path, scope, expected) in cases {
            let address = Address::new(scope, "aws_iam_role.ci");
            assert_eq!(is_shown_only(path, &address), expected, "{path} for {scope}");
        }
    }
}
