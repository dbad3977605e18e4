//! `nhilint.toml`: read, checked, and turned into settings.
//!
//! Nothing is ignored: an unknown key, rule or level, a date that is none and a pattern that
//! cannot match are errors with their place and, where one is near, the word that was meant.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use engine::{Exception, ExceptionSource, Profile, Rule, Settings, Severity, Thresholds, nearest};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use model::{Date, FileId, Place};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use syntax::{LineIndex, Span};
use toml::Spanned;

use crate::error::ConfigError;
use crate::inputs::{ConfiguredInputs, Named, RawTerraform};
use crate::ownership::{ConfiguredOwner, below};
use crate::pattern::PathPattern;

/// The names of the file, in the order in which they are looked for in a folder.
pub const FILE_NAMES: [&str; 2] = ["nhilint.toml", ".nhilint.toml"];

/// From which severity on a run fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// Findings never fail a run.
    Never,
    /// Findings of this severity or worse fail a run.
    At(Severity),
}

impl Default for FailOn {
    fn default() -> Self {
        Self::At(Severity::Medium)
    }
}

impl FailOn {
    /// True when a finding of this severity fails a run. One that only informs never does.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Never => false,
            Self::At(least) => severity >= least && severity != Severity::Info,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let level = text.parse().map(Self::At);
        level.map_err(|_| "expected low, medium, high, critical or never".to_owned())
    }
}

/// A configuration file that was read and accepted.
#[derive(Clone, Debug)]
pub struct LoadedConfig {
    /// What it says about rules.
    pub settings: Settings,
    /// From which severity on a run fails, when it says so.
    pub fail_on: Option<FailOn>,
    /// The file and what points into it.
    pub file: ConfigFile,
    pub(crate) exclude: Vec<String>,
}

/// The text of a configuration file, with the parts whose places are shown in findings.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Relative to the workspace root, with `/`.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// The folder that its patterns start from, relative to the workspace root.
    pub(crate) folder: Arc<str>,
    pub(crate) owners: Vec<ConfiguredOwner>,
    pub(crate) inputs: Vec<ConfiguredInputs>,
    exceptions: Vec<ConfiguredException>,
}

#[derive(Clone, Debug)]
struct ConfiguredException {
    rules: Vec<(String, Span)>,
    path: Option<PathPattern>,
    address: Option<String>,
    reason: Option<String>,
    owner: Option<String>,
    until: Option<Date>,
    span: Span,
}

impl ConfiguredException {
    /// True when both excuse the same findings as long, for the same reason.
    fn is(&self, other: &Self) -> bool {
        let names = |it: &Self| it.rules.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        names(self) == names(other)
            && (&self.path, &self.address, self.until) == (&other.path, &other.address, other.until)
            && (&self.reason, &self.owner) == (&other.reason, &other.owner)
    }
}

impl ConfigFile {
    /// The folder that its patterns start from, relative to the workspace root.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    pub(crate) fn drop_exceptions(&mut self) {
        self.exceptions.clear();
    }

    /// Drops the exceptions that another state of the file does not have; how many.
    pub(crate) fn keep_exceptions_of(&mut self, other: Option<&Self>) -> usize {
        let before = self.exceptions.len();
        let known = other.map_or(&[][..], |it| &it.exceptions);
        self.exceptions.retain(|it| known.iter().any(|known| known.is(it)));
        before - self.exceptions.len()
    }

    /// The exceptions, once it is known which file of the analysis this is.
    pub(crate) fn exceptions(&self, file: FileId) -> impl Iterator<Item = Exception> + '_ {
        let at = move |span| Place::new(file, span);
        self.exceptions.iter().map(move |it| Exception {
            source: ExceptionSource::Configuration {
                path: it.path.clone().map(|pattern| {
                    let folder = Arc::clone(&self.folder);
                    engine::PathPattern(Arc::new(move |path: &str| {
                        below(&folder, path).is_some_and(|it| pattern.matches(it))
                    }))
                }),
                address: it.address.clone(),
            },
            rules: it.rules.iter().map(|(name, span)| (name.clone(), at(*span))).collect(),
            until: it.until,
            bad_date: None,
            owner: it.owner.clone(),
            reason: it.reason.clone(),
            place: Some(at(it.span)),
        })
    }
}

impl LoadedConfig {
    /// Files and folders that are named and must be there; `missing` tells of one that cannot
    /// be used why, and what is meant.
    pub(crate) fn check_paths(
        &self,
        shown: &str,
        missing: impl Fn(&str, Wanted) -> Option<(String, Option<String>)>,
    ) -> Result<(), ConfigError> {
        let checker = Checker { shown, text: &self.file.text };
        for inputs in &self.file.inputs {
            let folder = inputs.folder.iter().map(|it| (it, Wanted::Folder));
            let files = inputs.files.iter().map(|it| (it, Wanted::File));
            for (named, wanted) in folder.chain(files) {
                if let Some((message, remedy)) = missing(&named.path, wanted) {
                    return Err(checker.error(named.written.clone(), message, remedy));
                }
            }
        }
        Ok(())
    }

    /// The patterns of `exclude`, for paths below `root`.
    pub(crate) fn excluded(&self, root: &std::path::Path) -> Gitignore {
        let mut builder = GitignoreBuilder::new(root.join(&*self.file.folder));
        for line in &self.exclude {
            // They were tried when the file was read.
            let _ = builder.add_line(None, line);
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

/// Settings of nhilint, the linter for machine identities.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "nhilint.toml")]
struct Raw {
    /// Which rules run when none is selected.
    #[schemars(schema_with = "profile_schema")]
    profile: Profile,
    /// Only these rules run.
    #[schemars(with = "Vec<RuleName>")]
    select: Vec<Spanned<String>>,
    /// These rules do not run.
    #[schemars(with = "Vec<RuleName>")]
    ignore: Vec<Spanned<String>>,
    /// These rules run besides those of the profile.
    #[schemars(with = "Vec<RuleName>")]
    extend_select: Vec<Spanned<String>>,
    /// Severities that replace those of the rules.
    #[schemars(schema_with = "severity_table_schema")]
    severity: BTreeMap<Spanned<String>, Severity>,
    /// Rules that no comment and no exception can excuse.
    #[schemars(with = "Vec<RuleName>")]
    unignorable: Vec<Spanned<String>>,
    /// Files that are not linted unless they are named on the command line, in the notation of
    /// `.gitignore`.
    #[schemars(with = "Vec<String>")]
    exclude: Vec<Spanned<String>>,
    /// The mildest severity that fails a run, or `never`.
    #[schemars(schema_with = "fail_on_schema")]
    fail_on: Option<Spanned<String>>,
    /// Findings that somebody has accepted.
    #[schemars(with = "Vec<RawException>")]
    exception: Vec<Spanned<RawException>>,
    /// Who owns the identities that files declare.
    owner: Vec<RawOwner>,
    /// Limits of the organisation.
    thresholds: RawThresholds,
    /// How Terraform is run.
    terraform: RawTerraform,
}

/// A finding that somebody has accepted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawException {
    /// The rule. Either this or `rules`.
    #[schemars(with = "Option<RuleName>")]
    rule: Option<Spanned<String>>,
    /// Several rules.
    #[schemars(with = "Vec<RuleName>")]
    rules: Vec<Spanned<String>>,
    /// The files, in the notation of CODEOWNERS; every file when it is missing.
    #[schemars(with = "Option<String>")]
    path: Option<Spanned<String>>,
    /// The thing, by its address; `*` stands for any characters.
    address: Option<String>,
    /// Why.
    reason: Option<String>,
    /// Who decided.
    owner: Option<String>,
    /// The last day, as `2027-03-31`.
    #[schemars(with = "Option<String>")]
    until: Option<Spanned<Day>>,
}

/// Who owns the identities that files declare.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawOwner {
    /// The files, in the notation of CODEOWNERS.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The owner.
    #[schemars(with = "String")]
    owner: Spanned<String>,
}

/// Limits of the organisation, in days.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawThresholds {
    /// Longest life of a secret.
    secret_days: Option<u64>,
    /// Longest life of a secret before it is a grave finding.
    secret_days_high: Option<u64>,
}

/// A date, in quotes or as TOML's own.
#[derive(Debug)]
struct Day(String);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Datetime(date) => Ok(Self(date.to_string())),
            _ => Err(D::Error::custom("expected a date such as 2027-03-31")),
        }
    }
}

/// The id of a rule.
struct RuleName;

impl JsonSchema for RuleName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<&str> = rules::ALL.iter().map(|it| it.id).collect();
        json_schema!({ "type": "string", "enum": ids })
    }
}

fn profile_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["default", "strict"] })
}

fn fail_on_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["low", "medium", "high", "critical", "never"] })
}

fn severity_table_schema(generator: &mut SchemaGenerator) -> Schema {
    let levels: Vec<&str> = Severity::ALL.iter().map(|it| it.id()).collect();
    json_schema!({
        "type": "object",
        "propertyNames": generator.subschema_for::<RuleName>(),
        "additionalProperties": { "type": "string", "enum": levels },
    })
}

/// The JSON Schema of `nhilint.toml`.
pub fn schema() -> Schema {
    schemars::schema_for!(Raw)
}

/// Reads a configuration.
///
/// `shown` is the path in messages, `path` the one from the workspace root, `folder` the one
/// that patterns start from.
pub fn parse(
    shown: &str,
    path: &str,
    folder: &str,
    text: &str,
) -> Result<LoadedConfig, ConfigError> {
    let reader = Checker { shown, text };
    let raw: Raw = toml::from_str(text).map_err(|it| reader.toml_error(&it))?;
    reader.accept(raw, path, folder)
}

/// What a path of the configuration has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// A folder.
    Folder,
    /// A file with text.
    File,
}

/// `path` seen from `folder`; `None` when it is absolute or leaves the workspace.
fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['~', '\\']) || path.contains([':', '\0']) {
        return None;
    }
    model::follow(folder, path)
}

/// Turns what was written into settings, or into an error at its place.
#[derive(Clone, Copy, Debug)]
struct Checker<'a> {
    shown: &'a str,
    text: &'a str,
}

impl Checker<'_> {
    fn accept(self, raw: Raw, path: &str, folder: &str) -> Result<LoadedConfig, ConfigError> {
        let mut severities = BTreeMap::new();
        for (name, severity) in raw.severity {
            severities.insert(self.rule(&name)?, severity);
        }
        let defaults = Thresholds::default();
        let settings = Settings {
            profile: raw.profile,
            select: self.rules(&raw.select)?,
            ignore: self.rules(&raw.ignore)?,
            extend: self.rules(&raw.extend_select)?,
            severities,
            unignorable: self.rules(&raw.unignorable)?,
            thresholds: Thresholds {
                secret_days: raw.thresholds.secret_days.unwrap_or(defaults.secret_days),
                secret_days_high: raw
                    .thresholds
                    .secret_days_high
                    .unwrap_or(defaults.secret_days_high),
            },
            ..Settings::default()
        };
        let fail_on = raw.fail_on.as_ref().map(|it| self.fail_on(it)).transpose()?;
        if let Some(name) = raw.terraform.bad_names().next() {
            let message = format!("`{}` is not the name of a variable", name.get_ref());
            let remedy = Some("write the name without `var.` and `TF_VAR_`".to_owned());
            return Err(self.error(name.span(), message, remedy));
        }
        let exceptions = raw.exception.iter().map(|it| self.exception(it));
        let owners = raw.owner.iter().map(|it| self.owner(it));
        let file = ConfigFile {
            path: path.into(),
            text: self.text.into(),
            folder: folder.into(),
            owners: owners.collect::<Result<_, _>>()?,
            inputs: raw.terraform.accept(|it| self.inside(it, folder))?,
            exceptions: exceptions.collect::<Result<_, _>>()?,
        };
        let exclude = raw.exclude.iter().map(|it| self.exclude(it)).collect::<Result<_, _>>()?;
        Ok(LoadedConfig { settings, fail_on, file, exclude })
    }

    fn rules(self, names: &[Spanned<String>]) -> Result<Vec<String>, ConfigError> {
        names.iter().map(|it| self.rule(it)).collect()
    }

    fn rule(self, name: &Spanned<String>) -> Result<String, ConfigError> {
        match rule_named(name.get_ref()) {
            Ok(rule) => Ok(rule.id.to_owned()),
            Err(near) => {
                let message = format!("there is no rule `{}`", name.get_ref());
                Err(self.error(name.span(), message, near.map(did_you_mean)))
            }
        }
    }

    fn fail_on(self, level: &Spanned<String>) -> Result<FailOn, ConfigError> {
        level.get_ref().parse().map_err(|message| self.error(level.span(), message, None))
    }

    fn exclude(self, pattern: &Spanned<String>) -> Result<String, ConfigError> {
        let mut builder = GitignoreBuilder::new("/");
        match builder.add_line(None, pattern.get_ref()) {
            Ok(_) => Ok(pattern.get_ref().clone()),
            Err(error) => Err(self.error(pattern.span(), error.to_string(), None)),
        }
    }

    fn pattern(self, pattern: &Spanned<String>) -> Result<PathPattern, ConfigError> {
        PathPattern::new(pattern.get_ref())
            .map_err(|message| self.error(pattern.span(), message, None))
    }

    /// A path from the workspace root, for one that starts from `folder`.
    fn inside(self, path: &Spanned<String>, folder: &str) -> Result<Named, ConfigError> {
        let written = path.span();
        match join(folder, path.get_ref()) {
            Some(path) => Ok(Named { path: path.into(), written }),
            None => {
                let message = format!("`{}` lies outside of the workspace", path.get_ref());
                let remedy = "write a path that starts from the folder of this file and stays \
                              inside the repository";
                Err(self.error(written, message, Some(remedy.to_owned())))
            }
        }
    }

    fn owner(self, raw: &RawOwner) -> Result<ConfiguredOwner, ConfigError> {
        let pattern = self.pattern(&raw.path)?;
        if pattern.covers_everything() {
            let message = "an owner of everything says nothing about anything".to_owned();
            let remedy = Some("name the folders that the owner answers for".to_owned());
            return Err(self.error(raw.path.span(), message, remedy));
        }
        if model::is_nobody(raw.owner.get_ref()) {
            let message = format!("`{}` is nobody's name", raw.owner.get_ref());
            return Err(self.error(raw.owner.span(), message, None));
        }
        let span = raw.owner.span();
        let span = Span::from_usize(span.start, span.end);
        Ok(ConfiguredOwner { pattern, owner: raw.owner.get_ref().as_str().into(), span })
    }

    fn exception(self, raw: &Spanned<RawException>) -> Result<ConfiguredException, ConfigError> {
        let it = raw.get_ref();
        let mut rules = Vec::new();
        for name in it.rule.iter().chain(&it.rules) {
            let span = name.span();
            rules.push((self.rule(name)?, Span::from_usize(span.start, span.end)));
        }
        if rules.is_empty() {
            let message = "the exception names no rule".to_owned();
            let remedy = Some("add `rule = \"…\"`".to_owned());
            return Err(self.error(raw.span(), message, remedy));
        }
        let until = it.until.as_ref().map(|day| {
            let text = &day.get_ref().0;
            text.parse::<Date>().map_err(|_| {
                let message = format!("`{text}` is not a date");
                let remedy = Some("write it as 2027-03-31".to_owned());
                self.error(day.span(), message, remedy)
            })
        });
        // The whole table would be a long range; its first rule stands for it.
        let span = rules.first().map_or_else(Span::default, |(_, span)| *span);
        Ok(ConfiguredException {
            rules,
            path: it.path.as_ref().map(|it| self.pattern(it)).transpose()?,
            address: it.address.clone(),
            reason: it.reason.clone(),
            owner: it.owner.clone(),
            until: until.transpose()?,
            span,
        })
    }

    /// An error of the TOML reader, with the word that was meant: its messages list what was
    /// expected in backquotes behind what was found.
    fn toml_error(self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        let mut words = message.split('`').skip(1).step_by(2);
        let found = words.next().filter(|_| message.starts_with("unknown "));
        let near = found.and_then(|it| nearest(it, words));
        let missing = message.strip_prefix("missing field ");
        let remedy = match missing {
            Some(key) => Some(format!("add `{} = …`", key.trim_matches('`'))),
            None => near.map(did_you_mean),
        };
        self.error(error.span().unwrap_or_default(), in_words(&message), remedy)
    }

    fn error(self, place: Range<usize>, message: String, remedy: Option<String>) -> ConfigError {
        let found = self.text.get(place.clone()).unwrap_or_default();
        let line = found.lines().next().unwrap_or_default();
        let span = Span::from_usize(place.start, place.start + line.len());
        let at = LineIndex::new(self.text).position(span.start);
        let (path, text) = (self.shown.to_owned(), self.text.into());
        ConfigError { path, line: at.line, column: at.column, span, text, message, remedy }
    }
}

/// A message of the TOML reader in the words of the file, not in those of its types.
fn in_words(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("unknown field", "unknown key"),
        ("unknown variant", "unknown value"),
        ("wanted string or table", "expected a text in quotes"),
        ("invalid type: ", "this is "),
        ("invalid value: ", "this is "),
        ("expected a sequence", "expected a list in brackets"),
        ("expected a map", "expected a table"),
        ("expected a string", "expected a text in quotes"),
        ("expected u64", "expected a whole number of days"),
    ];
    let mut text = message.to_owned();
    for (theirs, ours) in WORDS {
        text = text.replacen(theirs, ours, 1);
    }
    match text.strip_prefix("missing field ") {
        Some(key) => format!("{key} is missing"),
        // What is expected of a table is told by the type that it becomes.
        None => match text.split_once("expected struct ") {
            Some((before, _)) => format!("{before}expected a table"),
            None => text,
        },
    }
}

/// The rule with an id, or the nearest id.
pub(crate) fn rule_named(name: &str) -> Result<&'static Rule, Option<&'static str>> {
    rules::find(name).ok_or_else(|| nearest(name, rules::ALL.iter().map(|it| it.id)))
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

/// What `nhilint init` writes.
pub const STARTER: &str = include_str!("starter.toml");

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<LoadedConfig, String> {
        parse("nhilint.toml", "nhilint.toml", "", text).map_err(|it| {
            let remedy = it.remedy.as_ref().map(|it| format!(" ({it})"));
            format!("{it}{}", remedy.unwrap_or_default())
        })
    }

    #[test]
    fn every_mistake_is_an_error_at_its_place() {
        for (text, expected) in [
            ("selct = []", "1:1: unknown key `selct`"),
            ("selct = []", "(did you mean `select`?)"),
            ("\n  profile = \"strct\"", "2:13: unknown value `strct`"),
            ("\n  profile = \"strct\"", "(did you mean `strict`?)"),
            ("ignore = [\"embeded-secret\"]", "1:11: there is no rule `embeded-secret`"),
            ("ignore = \"x\"", "1:10: this is string \"x\", expected a list in brackets"),
            ("profile = 1", "1:11: expected a text in quotes"),
            ("[terraform]\nvariables = 1", "this is integer `1`, expected a table"),
            ("owner = [1]", "this is integer `1`, expected a table"),
            ("[thresholds]\nsecret-days = -1", "expected a whole number of days"),
            ("[[owner]]\npath = \"x\"", "1:1: `owner` is missing (add `owner = …`)"),
            ("ignore = [\"embeded-secret\"]", "(did you mean `embedded-secret`?)"),
            ("[severity]\nnope = \"low\"", "2:1: there is no rule `nope`"),
            ("[severity]\nembedded-secret = \"hihg\"", "(did you mean `high`?)"),
            ("fail-on = \"info2\"", "1:11: expected low"),
            ("[[exception]]\npath = \"a\"", "1:1: the exception names no rule"),
            ("[[exception]]\nrul = \"a\"", "2:1: unknown key `rul`"),
            (
                "[[exception]]\nrule = \"embedded-secret\"\nuntil = \"soon\"",
                "3:9: `soon` is not a date",
            ),
            ("[[exception]]\nrule = \"embedded-secret\"\nuntil = 3", "3:9: expected a date"),
            ("[[owner]]\npath = \"*\"\nowner = \"a\"", "2:8: an owner of everything"),
            ("[[owner]]\npath = \"a/\"\nowner = \"TBD\"", "3:9: `TBD` is nobody's name"),
            ("[[owner]]\npath = \"a/\"", "`owner` is missing"),
            ("[thresholds]\nsecret-day = 1", "(did you mean `secret-days`?)"),
            ("[terraform]\nvar-file = []", "(did you mean `var-files`?)"),
            ("[terraform]\nvar-files = [\"../a.tfvars\"]", "2:14: `../a.tfvars` lies outside"),
            ("[[terraform.root]]\npath = \"/etc\"", "2:8: `/etc` lies outside"),
            ("[terraform]\nvariables = { \"var.a\" = 1 }", "2:15: `var.a` is not the name"),
            ("[[terraform.root]]\nvar-files = []", "`path` is missing"),
            ("select = 3", "1:10: this is integer `3`"),
            ("é = [", "1:"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}\n{error}\n{expected}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_full_file_is_read() {
        let text = r#"
profile = "strict"
extend-select = ["embedded-secret"]
unignorable = ["embedded-secret"]
exclude = ["generated/"]
fail-on = "never"

[severity]
embedded-secret = "low"

[[exception]]
rule = "embedded-secret"
path = "legacy/"
address = "aws_*"
reason = "moving"
owner = "platform"
until = 2027-03-31

[[owner]]
path = "infra/"
owner = "platform"

[thresholds]
secret-days = 30
"#;
        let loaded = read(text).unwrap();
        assert_eq!(loaded.settings.profile, Profile::Strict);
        assert_eq!(loaded.settings.thresholds.secret_days, 30);
        assert_eq!(loaded.settings.severities["embedded-secret"], Severity::Low);
        assert_eq!(loaded.fail_on, Some(FailOn::Never));
        let exceptions: Vec<Exception> = loaded.file.exceptions(FileId(3)).collect();
        assert_eq!(exceptions[0].until.unwrap().to_string(), "2027-03-31");
        let place = exceptions[0].place.unwrap();
        assert_eq!(text.get(place.span.range()), Some("\"embedded-secret\""));
        assert_eq!(place.file, FileId(3));
    }

    #[test]
    fn the_starter_file_is_accepted_with_and_without_its_examples() {
        read(STARTER).unwrap();
        let all: String = STARTER
            .lines()
            .map(|it| {
                let code = it.strip_prefix("# ").filter(|it| !it.starts_with(char::is_uppercase));
                format!("{}\n", code.unwrap_or(it))
            })
            .collect();
        read(&all).unwrap();
    }

    #[test]
    fn the_schema_names_every_key() {
        let schema = serde_json::to_value(schema()).unwrap();
        let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        for key in ["profile", "select", "severity", "fail-on", "exception", "owner", "thresholds"]
        {
            assert!(keys.iter().any(|it| *it == key), "{key} {keys:?}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
