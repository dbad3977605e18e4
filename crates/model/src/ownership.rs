//! Who answers for an identity.

use crate::knowledge::{Knowledge, Sourced};

/// Who answers for an identity, and how that is known.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    /// The owner. `Unknown` when owner metadata is written but cannot be resolved (a variable,
    /// a merged map): that is not a missing owner.
    pub owner: Knowledge<Owner>,
    /// Where an owner can be written: `tags.owner`, `metadata.labels.owner`; `None` when the
    /// kind carries no metadata.
    pub argument: Option<&'static str>,
}

/// An owner and its source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// The name as written.
    pub name: String,
    /// Where it comes from.
    pub source: OwnerSource,
}

/// Where owner metadata comes from, most specific first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum OwnerSource {
    Argument,
    Tag,
    Label,
    Annotation,
    DefaultTags,
    Parent,
    Namespace,
    FrontMatter,
    CatalogFile,
    Codeowners,
    Configuration,
}

impl OwnerSource {
    /// Words for the inventory: "tag", "provider default tags".
    pub fn describe(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Tag => "tag",
            Self::Label => "label",
            Self::Annotation => "annotation",
            Self::DefaultTags => "provider default tags",
            Self::Parent => "parent",
            Self::Namespace => "namespace",
            Self::FrontMatter => "front matter",
            Self::CatalogFile => "catalog-info.yaml",
            Self::Codeowners => "CODEOWNERS",
            Self::Configuration => "nhilint.toml",
        }
    }
}

/// Last words of owner keys: <https://backstage.io/docs/features/software-catalog/well-known-annotations>,
/// Kubernetes and cloud tagging guides, and the tags of public repositories (2026-11).
const OWNER_WORDS: &[&str] = &[
    "owner",
    "owners",
    "ownedby",
    "team",
    "teamname",
    "squad",
    "maintainer",
    "maintainers",
    "maintainedby",
    "contact",
    "contacts",
    "responsible",
    "responsibleteam",
    "steward",
    "businessowner",
    "technicalowner",
    "serviceowner",
    "productowner",
    "dataowner",
    "appowner",
    "applicationowner",
    "technicalcontact",
    "ownerteam",
    "teamowner",
    "owningteam",
    "owneremail",
    "teamemail",
    "contactemail",
    "supportteam",
    "supportgroup",
    "oncall",
    "pod",
    "tribe",
];

/// Values that say that nobody filled the owner in.
const NOBODY: &[&str] =
    &["", "-", "tbd", "todo", "fixme", "unknown", "none", "n/a", "na", "null", "changeme", "xxx"];

/// True when a tag, label or annotation key names an owner. Case, separators and an
/// organisation's prefix (`acme:owner`, `example.com/team`) do not matter.
pub fn is_owner_key(key: &str) -> bool {
    let last = key.rsplit(['/', ':']).next().unwrap_or(key);
    let squash = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let last = squash(last);
    // `pod` is a team only when it stands alone and not as Kubernetes' own word.
    if OWNER_WORDS.contains(&last.as_str()) {
        return last != "pod" || !key.contains("kubernetes.io");
    }
    // An organisation's prefix in the same word: `AcmeOwner`, `acme-team`.
    ["owner", "team", "ownerid", "squad", "contact"]
        .iter()
        .any(|word| last.len() > word.len() && key_ends_with_word(key, word))
}

/// True when the last word of a key (split at separators and humps) is `word`.
fn key_ends_with_word(key: &str, word: &str) -> bool {
    let Some(start) = key.len().checked_sub(word.len()) else { return false };
    let Some(tail) = key.get(start..) else { return false };
    if !tail.eq_ignore_ascii_case(word) {
        return false;
    }
    let before = key.get(..start).and_then(|it| it.chars().next_back());
    let hump = tail.chars().next().is_some_and(char::is_uppercase);
    before.is_none_or(|it| !it.is_alphanumeric() || (hump && it.is_lowercase()))
}

/// True when a value is a stand-in and not an owner.
pub fn is_nobody(value: &str) -> bool {
    NOBODY.contains(&value.trim().to_ascii_lowercase().as_str())
}

impl Ownership {
    /// Nobody is written, and `argument` is where one could be.
    pub fn absent(argument: &'static str) -> Self {
        Self { owner: Knowledge::Absent, argument: Some(argument) }
    }

    /// The owner's name, when it is known.
    pub fn name(&self) -> Option<&str> {
        self.owner.value().map(|it| it.name.as_str())
    }

    /// Picks the owner out of key and value pairs; the first owner key with a real value wins.
    ///
    /// An owner key whose value cannot be resolved makes the owner unknown, not absent.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a Knowledge<String>)>,
        source: OwnerSource,
        argument: &'static str,
    ) -> Self {
        let mut found = Knowledge::Absent;
        for (key, value) in pairs {
            if !is_owner_key(key) {
                continue;
            }
            match value {
                Knowledge::Known(it) if !is_nobody(&it.value) => {
                    let owner = Owner { name: it.value.clone(), source };
                    found = Knowledge::Known(Sourced::new(owner, it.origin.clone()));
                    break;
                }
                Knowledge::Unknown(place) => found = Knowledge::Unknown(*place),
                Knowledge::Known(_) | Knowledge::Absent => {}
            }
        }
        Self { owner: found, argument: Some(argument) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_keys_are_recognised_with_prefix_case_and_separator() {
        for key in [
            "owner",
            "Owner",
            "acme:owner",
            "example.com/team",
            "AcmeOwner",
            "cost-owner",
            "technical_contact",
            "backstage.io/owner",
            "app.kubernetes.io/team",
        ] {
            assert!(is_owner_key(key), "{key}");
        }
    }

    #[test]
    fn other_keys_are_not() {
        for key in [
            "name",
            "app.kubernetes.io/managed-by",
            "environment",
            "downer",
            "steam",
            "ownership",
            "app.kubernetes.io/pod",
            "teamcity",
        ] {
            assert!(!is_owner_key(key), "{key}");
        }
    }
}
