//! What is rendered, and in which format.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use engine::{Finding, Report};

use crate::paths::Paths;
use crate::{azure, concise, github, gitlab, json, junit, markdown, rdjson, sarif, text};

/// A report and the way it is shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What to show.
    pub report: &'a Report,
    /// How paths are written.
    pub paths: &'a Paths,
    /// Use ANSI colours, in the formats for people.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Leave the closing line out.
    pub quiet: bool,
    /// Make the names of rules links that a terminal can open, in the text format.
    pub links: bool,
}

impl View<'_> {
    /// The path of a finding's file as it is shown.
    pub(crate) fn path(&self, finding: &Finding) -> String {
        self.paths.shown(self.report.sources.path(finding.place.file))
    }
}

/// A format for findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// For people: source excerpts and related places.
    Text,
    /// One line a finding.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// The format of reviewdog.
    Rdjson,
    /// A table for a comment or a summary.
    Markdown,
    /// Logging commands of Azure Pipelines.
    Azure,
}

impl Format {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Rdjson,
        Self::Markdown,
        Self::Azure,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Rdjson => "rdjson",
            Self::Markdown => "markdown",
            Self::Azure => "azure",
        }
    }

    /// True for formats that people read.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Concise)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|it| it.id() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|it| it.id()).collect();
            format!("unknown format `{text}`; known are {}", known.join(", "))
        })
    }
}

/// Writes a report in a format.
pub fn render(format: Format, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(view, out),
        Format::Concise => concise::render(view, out),
        Format::Json => json::render(view, out),
        Format::Jsonl => json::render_lines(view, out),
        Format::Sarif => sarif::render(view, out),
        Format::Github => github::render(view, out),
        Format::Gitlab => gitlab::render(view, out),
        Format::Junit => junit::render(view, out),
        Format::Rdjson => rdjson::render(view, out),
        Format::Markdown => markdown::render(view, out),
        Format::Azure => azure::render(view, out),
    }
}
