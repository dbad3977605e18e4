//! Facts as short lines, with the source text of each place, so that a case is a table row.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "each test binary looks at some of the facts, and a broken test may panic"
)]

use model::{Facts, FileId, Knowledge, Lifetime, Party, Patterns, Place, Source, Storage};
use nhilint_kubernetes::{Options, collect, join, language};
use syntax::Limits;

/// Files of a case and what they yield.
pub(crate) struct Case {
    files: Vec<(String, String)>,
    /// The facts.
    pub(crate) facts: Facts,
}

/// The day on which cases are analysed.
const TODAY: model::Date = model::Date::constant(2026, 11, 22);

/// Analyses files given as path and text. A file that is not Kubernetes yields nothing.
pub(crate) fn analyze(files: &[(&str, &str)]) -> Case {
    let facts = |collect_resources| {
        let options = Options { today: Some(TODAY), collect_resources };
        let objects = files.iter().enumerate().filter_map(|(number, (path, text))| {
            let tree = syntax::parse((*text).into(), language(path, text)?, &Limits::default());
            let file = FileId(u32::try_from(number).unwrap());
            let objects = collect(&Source { file, path, tree: &tree }, &options);
            Some((objects.statistics(), objects))
        });
        let (statistics, objects): (Vec<_>, Vec<_>) = objects.unzip();
        (statistics, join(objects))
    };
    // Objects that hold nothing are only read in full when somebody asks for all.
    let ((few, without), (all, facts)) = (facts(false), facts(true));
    assert_eq!(few, all);
    assert_eq!(format!("{:?}", without.credentials), format!("{:?}", facts.credentials));
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Case { files: files.collect(), facts }
}

impl Case {
    /// The source text of a place.
    pub(crate) fn slice(&self, place: Place) -> &str {
        let (_, text) = &self.files[place.file.0 as usize];
        text.get(place.span.range()).expect("a place lies inside its file")
    }

    fn path(&self, place: Place) -> &str {
        &self.files[place.file.0 as usize].0
    }

    /// `ADDRESS reach bound | verbs | resources | groups | to PRINCIPALS`, rules of roles only.
    pub(crate) fn rules(&self) -> Vec<String> {
        let grants = self.facts.grants.iter().filter(|it| it.role.is_absent());
        grants
            .map(|it| {
                let scope = it.kubernetes.as_ref().unwrap();
                let mut line = format!(
                    "{} {:?} {} | {} | {} | {}",
                    it.address,
                    it.reach,
                    bound(it.bound),
                    self.patterns(&it.actions),
                    self.patterns(&it.resources),
                    self.patterns(&scope.api_groups),
                );
                for (name, set) in
                    [("names", &scope.resource_names), ("urls", &scope.non_resource_urls)]
                {
                    if set.stated {
                        line += &format!(" | {name} {}", self.patterns(set));
                    }
                }
                line + &self.principals(it)
            })
            .collect()
    }

    /// `ADDRESS reach role@slice | to PRINCIPALS`, bindings only.
    pub(crate) fn bindings(&self) -> Vec<String> {
        let grants = self.facts.grants.iter().filter(|it| !it.role.is_absent());
        grants
            .map(|it| {
                let role = it.role.value().map_or("?", String::as_str);
                let at = self.slice(it.place);
                format!("{} {:?} {role}@{at}{}", it.address, it.reach, self.principals(it))
            })
            .collect()
    }

    fn patterns(&self, set: &Patterns) -> String {
        for item in &set.items {
            let written = self.slice(item.place()).trim_matches(['"', '\'']);
            assert_eq!(written, item.value, "a pattern is placed at its own text");
        }
        let texts: Vec<_> = set.texts().map(|it| if it.is_empty() { "''" } else { it }).collect();
        let open = if set.partial { "…" } else { "" };
        texts.join(",") + open
    }

    fn principals(&self, grant: &model::Grant) -> String {
        let mut line = String::new();
        for it in &grant.principals {
            let via = it.origin.steps().last().map(|it| it.name.to_string()).unwrap_or_default();
            line += &format!(" | to {}@{} via {via}", party(&it.value), self.slice(it.place()));
        }
        line
    }

    /// `FROM -> TO @slice`.
    pub(crate) fn uses(&self) -> Vec<String> {
        let uses = self.facts.uses.iter();
        uses.map(|it| format!("{} -> {} @{}", party(&it.from), party(&it.to), self.slice(it.place)))
            .collect()
    }

    /// `ADDRESS owner SOURCE:NAME`.
    pub(crate) fn identities(&self) -> Vec<String> {
        let identities = self.facts.identities.iter();
        identities
            .map(|it| {
                let owner = match &it.ownership.owner {
                    Knowledge::Known(owner) => {
                        let at = self.slice(owner.place());
                        format!("{}:{}@{at}", owner.value.source.describe(), owner.value.name)
                    }
                    Knowledge::Unknown(_) => "unknown".to_owned(),
                    Knowledge::Absent => "absent".to_owned(),
                };
                let built_in = if it.built_in { " built-in" } else { "" };
                format!("{} owner {owner}{built_in}", it.address)
            })
            .collect()
    }

    /// `ADDRESS KIND STORAGE`; a literal with the exact bytes of its place.
    pub(crate) fn credentials(&self) -> Vec<String> {
        let credentials = self.facts.credentials.iter();
        credentials
            .map(|it| {
                let storage = match &it.storage {
                    Storage::Literal(literal) => {
                        let coats: String =
                            literal.decoded.iter().map(|it| format!(" via {it}")).collect();
                        format!("literal@{}{coats}", self.slice(it.place))
                    }
                    Storage::Reference(reference) => format!("-> {}", reference.target),
                    Storage::Generated => {
                        let holder = it.holder.as_ref().map_or("?".to_owned(), party);
                        format!("{} of {holder}@{}", lifetime(it), self.slice(it.place))
                    }
                    other => format!("{other:?}"),
                };
                format!("{} {} {storage}", it.address, it.kind.describe())
            })
            .collect()
    }

    /// The literal credentials of [`Case::credentials`].
    pub(crate) fn literals(&self) -> Vec<String> {
        self.credentials().into_iter().filter(|it| it.contains(" literal@")).collect()
    }

    /// The path of the file that holds a grant's region.
    pub(crate) fn file_of(&self, grant: &model::Grant) -> &str {
        self.path(grant.region)
    }
}

fn lifetime(credential: &model::Credential) -> String {
    let end = match credential.expiry.lifetime {
        Lifetime::Seconds(seconds) => format!("{seconds}s"),
        other => format!("{other:?}").to_lowercase(),
    };
    format!("{end} {}", credential.slot.taker)
}

fn bound(it: Option<bool>) -> &'static str {
    match it {
        Some(true) => "bound",
        Some(false) => "unbound",
        None => "maybe-bound",
    }
}

/// A party in short.
pub(crate) fn party(it: &Party) -> String {
    match it {
        Party::Address(address) => address.name.to_string(),
        Party::Named { kind, name } => format!("{}:{name}", kind.id()),
        other => format!("{other:?}"),
    }
}

/// Asserts that lines are as expected, in order, and says which case failed.
#[track_caller]
pub(crate) fn expect(name: &str, found: &[String], expected: &[&str]) {
    assert_eq!(found, expected, "{name}: found\n{}\n", found.join("\n"));
}
