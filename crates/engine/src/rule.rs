//! What a rule is. The logic, the documentation, the examples and the metadata of a rule are
//! one value, written with [`crate::rule!`] in one file.

use std::fmt;
use std::str::FromStr;

use model::{Credential, Exposure, Grant, Guard, Identity, Resource, ToolServer, Trust, Use};

use crate::context::Context;
use crate::docs::Docs;
use crate::exception::ExceptionState;
use crate::report::Problem;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; names the bad thing.
    pub id: &'static str,
    /// The documentation as written in the file; [`Rule::docs`] takes it apart.
    pub text: &'static str,
    /// What it is about.
    pub family: Family,
    /// How bad a finding usually is; a finding can say otherwise.
    pub severity: Severity,
    /// How sure a finding usually is.
    pub confidence: Confidence,
    /// Whether it runs without being asked for.
    pub profile: Profile,
    /// The version it came with.
    pub since: &'static str,
    /// The guidance it serves.
    pub references: &'static [(Framework, &'static [&'static str])],
    /// The logic.
    pub check: Check,
}

/// The logic of a rule: one function over one kind of fact.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the names are the facts'")]
pub enum Check {
    Identity(fn(&Identity, &mut Context<'_>)),
    Credential(fn(&Credential, &mut Context<'_>)),
    Exposure(fn(&Exposure, &mut Context<'_>)),
    Grant(fn(&Grant, &mut Context<'_>)),
    Trust(fn(&Trust, &mut Context<'_>)),
    Use(fn(&Use, &mut Context<'_>)),
    ToolServer(fn(&ToolServer, &mut Context<'_>)),
    Guard(fn(&Guard, &mut Context<'_>)),
    Resource(fn(&Resource, &mut Context<'_>)),
    /// Looks at all facts and the graph at once.
    Workspace(fn(&mut Context<'_>)),
    /// Looks at what became of a suppression or exception.
    Exception(fn(&ExceptionState, &mut Context<'_>)),
    /// Looks at input that could not be read.
    Problem(fn(&Problem, &mut Context<'_>)),
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity(_) => "Identity",
            Self::Credential(_) => "Credential",
            Self::Exposure(_) => "Exposure",
            Self::Grant(_) => "Grant",
            Self::Trust(_) => "Trust",
            Self::Use(_) => "Use",
            Self::ToolServer(_) => "ToolServer",
            Self::Guard(_) => "Guard",
            Self::Resource(_) => "Resource",
            Self::Workspace(_) => "Workspace",
            Self::Exception(_) => "Exception",
            Self::Problem(_) => "Problem",
        })
    }
}

/// How bad, mildest first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Informs; never fails a run.
    Info,
    /// Worth mending when one is there anyway.
    Low,
    /// Mend it soon.
    Medium,
    /// Mend it before it goes live.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    /// All, mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word used in output and configuration.
    pub fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// One level worse; critical stays.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Info => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// One level milder, but never below low: what a rule reports stays a finding.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Info => Self::Info,
            Self::Low | Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

impl Severity {
    /// So many levels milder, as by [`Severity::lowered`].
    #[must_use]
    pub fn lowered_by(self, steps: u8) -> Self {
        (0..steps.min(4)).fold(self, |it, _| it.lowered())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|it| it.id() == text)
            .ok_or_else(|| "expected info, low, medium, high or critical".to_owned())
    }
}

/// How sure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// The word used in output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// Credentials in files.
    Secret,
    /// What an identity may do.
    Permission,
    /// Who answers for it.
    Ownership,
    /// Until when.
    Lifetime,
    /// Federation, sharing, default accounts, environments.
    Identity,
    /// What stands between a model and an action.
    Agent,
    /// Where tools and modules come from.
    SupplyChain,
    /// What is logged.
    Audit,
    /// What is left over.
    Offboarding,
    /// Suppressions, dialects, unreadable input.
    Hygiene,
}

impl Family {
    /// The word used in output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Permission => "permission",
            Self::Ownership => "ownership",
            Self::Lifetime => "lifetime",
            Self::Identity => "identity",
            Self::Agent => "agent",
            Self::SupplyChain => "supply-chain",
            Self::Audit => "audit",
            Self::Offboarding => "offboarding",
            Self::Hygiene => "hygiene",
        }
    }
}

/// Which rules run.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Rules that are right nineteen times of twenty on real repositories.
    #[default]
    Default,
    /// All rules.
    Strict,
}

/// Published guidance that a rule serves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Framework {
    /// OWASP Non-Human Identities Top 10, 2025.
    OwaspNhi,
    /// OWASP Top 10 for Agentic Applications, 2026.
    OwaspAgentic,
    /// CSA MAESTRO layers.
    Maestro,
    /// NIST Cybersecurity Framework 2.0 subcategories.
    NistCsf,
    /// NIST AI Risk Management Framework 1.0 subcategories.
    NistAiRmf,
    /// NIST SP 800-207 tenets of zero trust.
    NistZeroTrust,
}

impl Framework {
    /// The key used in output.
    pub fn id(self) -> &'static str {
        match self {
            Self::OwaspNhi => "owasp-nhi",
            Self::OwaspAgentic => "owasp-agentic",
            Self::Maestro => "csa-maestro",
            Self::NistCsf => "nist-csf",
            Self::NistAiRmf => "nist-ai-rmf",
            Self::NistZeroTrust => "nist-800-207",
        }
    }

    /// The full name.
    pub fn title(self) -> &'static str {
        match self {
            Self::OwaspNhi => "OWASP Non-Human Identities Top 10 (2025)",
            Self::OwaspAgentic => "OWASP Top 10 for Agentic Applications (2026)",
            Self::Maestro => "CSA MAESTRO",
            Self::NistCsf => "NIST CSF 2.0",
            Self::NistAiRmf => "NIST AI RMF 1.0",
            Self::NistZeroTrust => "NIST SP 800-207",
        }
    }
}

impl Rule {
    /// The documentation, taken apart.
    pub fn docs(&self) -> Docs {
        Docs::parse(self.text)
    }

    /// The first line of the documentation.
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim()
    }

    /// Where people read about it.
    pub fn url(&self) -> String {
        format!("https://nhilint.dev/rules/{}", self.id)
    }
}

/// Declares the rule of a file.
///
/// The doc comment is the rule's documentation: a summary line, then `## What`, `## Why`,
/// `## Fix`, examples in fences marked `bad` and `good`, and `## References`.
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        id: $id:literal,
        family: $family:ident,
        severity: $severity:ident,
        confidence: $confidence:ident,
        profile: $profile:ident,
        since: $since:literal,
        references: [$($framework:ident: [$($item:literal),+ $(,)?]),+ $(,)?],
        check: $kind:ident($check:path) $(,)?
    ) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::Rule = $crate::Rule {
            id: $id,
            text: concat!($($doc, "\n"),+),
            family: $crate::Family::$family,
            severity: $crate::Severity::$severity,
            confidence: $crate::Confidence::$confidence,
            profile: $crate::Profile::$profile,
            since: $since,
            references: &[$(($crate::Framework::$framework, &[$($item),+])),+],
            check: $crate::Check::$kind($check),
        };
    };
}
