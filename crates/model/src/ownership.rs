//! Who answers for an identity.

use crate::expiry::{Date, date_in};
use crate::knowledge::{Knowledge, Sourced};
use crate::place::Place;

/// Who answers for an identity, and how that is known.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    /// The owner. `Unknown` when owner metadata is written but cannot be resolved (a variable,
    /// a merged map): that is not a missing owner.
    pub owner: Knowledge<Owner>,
    /// Where an owner can be written: `tags.owner`, `metadata.labels.owner`; `None` when the
    /// kind carries no metadata.
    pub argument: Option<&'static str>,
    /// What is written where an owner should be and names nobody: `TODO`, `changeme`.
    pub stand_in: Option<Sourced<String>>,
    /// Until when the metadata says that the thing is good, or when it is looked at again.
    pub review: Knowledge<Date>,
    /// The module call that could hand an owner in and does not.
    pub handed_in: Option<Place>,
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
    Deployment,
    FrontMatter,
    CatalogFile,
    OwnersFile,
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
            Self::Deployment => "Argo CD or Flux",
            Self::FrontMatter => "front matter",
            Self::CatalogFile => "catalog-info.yaml",
            Self::OwnersFile => "OWNERS",
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

/// Values that say that nobody filled the owner in. Letters and digits are compared only.
const NOBODY: &[&str] = &[
    "",
    "tbd",
    "tba",
    "todo",
    "fixme",
    "unknown",
    "undefined",
    "unassigned",
    "notset",
    "none",
    "na",
    "null",
    "nobody",
    "noone",
    "someone",
    "changeme",
    "changethis",
    "replaceme",
    "placeholder",
    "xxx",
    "default",
    "terraform",
    "root",
    "owner",
    "ownername",
    "teamname",
    "yourteam",
    "yourteamname",
    "yourname",
    "youremail",
    "youremailaddress",
];

/// Words of keys that say until when something is good or when it is looked at again.
const REVIEW_KEYS: &[&str] = &[
    "expires",
    "expireson",
    "expiresat",
    "expireby",
    "expiry",
    "expirydate",
    "expiration",
    "expirationdate",
    "validuntil",
    "reviewby",
    "reviewdate",
    "nextreview",
    "nextreviewdate",
    "deleteafter",
    "deleteby",
    "rotateby",
    "decommissiondate",
    "decommissionon",
];

/// True when a tag, label or annotation key names an owner. Case, separators and an
/// organisation's prefix (`acme:owner`, `example.com/team`) do not matter.
pub fn is_owner_key(key: &str) -> bool {
    let last = squashed(last_part(key));
    // `pod` is a team only when it stands alone and not as Kubernetes' own word.
    if OWNER_WORDS.contains(&last.as_str()) {
        return last != "pod" || !key.contains("kubernetes.io");
    }
    // An organisation's prefix in the same word: `AcmeOwner`, `acme-team`.
    ["owner", "team", "ownerid", "squad", "contact"]
        .iter()
        .any(|word| last.len() > word.len() && key_ends_with_word(key, word))
}

/// True when a tag, label or annotation key says until when something is good.
pub fn is_review_key(key: &str) -> bool {
    REVIEW_KEYS.contains(&squashed(last_part(key)).as_str())
}

/// A key without an organisation's prefix.
fn last_part(key: &str) -> &str {
    key.rsplit(['/', ':']).next().unwrap_or(key)
}

/// Letters and digits only, in lower case.
fn squashed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
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
    // A name in another script has none of these letters and is a name all the same.
    let text = value.trim();
    let bracketed = (3..64).contains(&text.len()) && text.starts_with('<') && text.ends_with('>');
    let foreign = !text.is_ascii();
    bracketed || (!foreign && NOBODY.contains(&squashed(text).as_str()))
}

impl Ownership {
    /// Nobody is written, and `argument` is where one could be.
    pub fn absent(argument: &'static str) -> Self {
        Self { argument: Some(argument), ..Self::default() }
    }

    /// An owner is written, or may be, and cannot be resolved.
    pub fn unknown(place: Place, argument: &'static str) -> Self {
        Self {
            owner: Knowledge::Unknown(place),
            review: Knowledge::Unknown(place),
            argument: Some(argument),
            ..Self::default()
        }
    }

    /// The owner's name, when it is known.
    pub fn name(&self) -> Option<&str> {
        self.owner.value().map(|it| it.name.as_str())
    }

    /// What this says, and what `other` says where this says nothing. A known owner of `other`
    /// comes before one that this leaves unknown.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        if !matches!(self.owner, Knowledge::Known(_)) && !other.owner.is_absent() {
            self.owner = other.owner;
        }
        if !matches!(self.review, Knowledge::Known(_)) && !other.review.is_absent() {
            self.review = other.review;
        }
        self.stand_in = self.stand_in.or(other.stand_in);
        self
    }

    /// Picks the owner out of key and value pairs; the first owner key with a real value wins.
    ///
    /// An owner key whose value cannot be resolved makes the owner unknown, not absent.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a Knowledge<String>)>,
        source: OwnerSource,
        argument: &'static str,
    ) -> Self {
        let mut found = Self::absent(argument);
        for (key, value) in pairs {
            if is_review_key(key) {
                found.take_review(value);
            } else if is_owner_key(key) {
                found.take_owner(value, source);
            }
        }
        found
    }

    fn take_owner(&mut self, value: &Knowledge<String>, source: OwnerSource) {
        if matches!(self.owner, Knowledge::Known(_)) {
            return;
        }
        match value {
            Knowledge::Known(it) if is_nobody(&it.value) => {
                self.stand_in.get_or_insert_with(|| it.clone());
            }
            Knowledge::Known(it) => {
                let owner = Owner { name: it.value.clone(), source };
                self.owner = Knowledge::Known(Sourced::new(owner, it.origin.clone()));
            }
            Knowledge::Unknown(place) => self.owner = Knowledge::Unknown(*place),
            Knowledge::Absent => {}
        }
    }

    /// The first date counts; what is no date says nothing about the day.
    fn take_review(&mut self, value: &Knowledge<String>) {
        if matches!(self.review, Knowledge::Known(_)) {
            return;
        }
        self.review = match value {
            Knowledge::Known(it) => match date_in(&it.value) {
                Some(date) => Knowledge::Known(Sourced::new(date, it.origin.clone())),
                None => Knowledge::Unknown(it.origin.place),
            },
            Knowledge::Unknown(place) => Knowledge::Unknown(*place),
            Knowledge::Absent => return,
        };
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
    fn stand_ins_name_nobody() {
        for value in
            ["", "-", " TODO ", "change-me", "n/a", "<your team>", "team-name", "Your_Team"]
        {
            assert!(is_nobody(value), "{value}");
        }
        for value in ["payments", "platform-team", "山田", "root-cause", "no one's team", "nan"] {
            assert!(!is_nobody(value), "{value}");
        }
    }

    #[test]
    fn pairs_tell_owner_stand_in_and_review() {
        let known = |text: &str| {
            let place = Place::new(crate::place::FileId(0), syntax::Span::new(0, 1));
            Knowledge::Known(Sourced::at(text.to_owned(), place))
        };
        let pairs = [
            ("team", known("TBD")),
            ("acme:review-by", known("2026-03-31")),
            ("owner", known("payments")),
            ("expiry", known("soon")),
        ];
        let pairs = pairs.iter().map(|(key, value)| (*key, value));
        let found = Ownership::from_pairs(pairs, OwnerSource::Tag, "tags.owner");
        assert_eq!(found.name(), Some("payments"));
        assert_eq!(found.stand_in.as_ref().map(|it| it.value.as_str()), Some("TBD"));
        assert_eq!(found.review.value().copied(), Date::new(2026, 3, 31).ok());
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
