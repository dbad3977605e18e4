//! CODEOWNERS files of GitHub and GitLab.
//!
//! <https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>,
//! <https://docs.gitlab.com/user/project/codeowners/reference/> (read 2026-11).

use syntax::Span;

use crate::pattern::PathPattern;

/// Where a CODEOWNERS file is looked for, the first one found counts: GitHub's order, then
/// GitLab's own folder.
pub(crate) const PLACES: [&str; 4] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The lines of a CODEOWNERS file.
#[derive(Debug, Default)]
pub(crate) struct Codeowners {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// GitLab decides in each section by itself; GitHub has no sections.
    section: usize,
    pattern: PathPattern,
    /// Nobody, when the line takes ownership back.
    owners: Option<(String, Span)>,
}

impl Codeowners {
    /// Reads a file. Lines that cannot be read are left out, as GitHub does.
    pub(crate) fn parse(text: &str) -> Self {
        let mut lines = Vec::new();
        let mut section_owners: Option<(String, Span)> = None;
        let mut section_number = 0;
        let mut offset = 0;
        for raw in text.split_inclusive('\n') {
            let start = offset;
            offset += raw.len();
            let words = words(raw, start);
            let Some((first, _)) = words.first() else { continue };
            if let Some(owners) = section(first, raw, &words) {
                section_owners = owners;
                section_number += 1;
                continue;
            }
            let Ok(pattern) = PathPattern::new(first.strip_prefix('!').unwrap_or(first)) else {
                continue;
            };
            let own = owners_of(words.get(1..).unwrap_or_default());
            let excluded = first.starts_with('!');
            let owners = if excluded { None } else { own.or_else(|| section_owners.clone()) };
            lines.push(Line { section: section_number, pattern, owners });
        }
        Self { lines }
    }

    /// Who owns a path, and where that is written. The last line of a section that matches
    /// decides for the section, and it says nothing when it means every path: `*` is a default
    /// reviewer and not an owner. The last section that names somebody counts.
    pub(crate) fn owner_of(&self, path: &str) -> Option<(&str, Span)> {
        let mut decided = None;
        for line in self.lines.iter().rev().filter(|it| it.pattern.matches(path)) {
            if decided == Some(line.section) {
                continue;
            }
            decided = Some(line.section);
            if let Some((name, span)) =
                line.owners.as_ref().filter(|_| !line.pattern.covers_everything())
            {
                return Some((name.as_str(), *span));
            }
        }
        None
    }
}

/// Words of a line with their places, up to a comment. A backslash keeps a blank in a word.
fn words(line: &str, start: usize) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut from = 0;
    let mut escaped = false;
    for (at, c) in line.char_indices().chain([(line.len(), '\n')]) {
        if !escaped && (c.is_whitespace() || (c == '#' && word.is_empty())) {
            if !word.is_empty() {
                let span = Span::from_usize(start + from, start + at);
                words.push((std::mem::take(&mut word), span));
            }
            if c == '#' {
                break;
            }
            continue;
        }
        if word.is_empty() {
            from = at;
        }
        escaped = !escaped && c == '\\';
        word.push(c);
    }
    words
}

/// The default owners of a GitLab section (`[Name]`, `^[Name][2] @owner`); `None` for a line
/// that opens no section.
fn section(first: &str, line: &str, words: &[(String, Span)]) -> Option<Option<(String, Span)>> {
    let head = first.strip_prefix('^').unwrap_or(first);
    if !head.starts_with('[') || !line.contains(']') {
        return None;
    }
    // The name may hold blanks: owners are the words behind the last bracket.
    let last = words.iter().rposition(|(it, _)| it.ends_with(']')).map_or(1, |it| it + 1);
    Some(owners_of(words.get(last..).unwrap_or_default()))
}

fn owners_of(words: &[(String, Span)]) -> Option<(String, Span)> {
    let (first, last) = (words.first()?, words.last()?);
    let names: Vec<&str> = words.iter().map(|(it, _)| it.as_str()).collect();
    Some((names.join(" "), first.1.cover(last.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# who owns what
*            @org/everyone
/infra/      @org/platform ops@example.com # the platform
/infra/tmp/
*.md         @docs
with\\ blank/ @blank

[Data Base][2] @dba
db/
^[Optional]
optional.tf
";

    #[test]
    fn the_last_matching_line_decides() {
        let owners = Codeowners::parse(TEXT);
        for (path, expected) in [
            ("main.tf", None),
            ("infra/main.tf", Some("@org/platform ops@example.com")),
            ("infra/tmp/x.tf", None),
            ("infra/README.md", Some("@docs")),
            ("with blank/x.tf", Some("@blank")),
            ("db/main.tf", Some("@dba")),
            ("optional.tf", None),
        ] {
            assert_eq!(owners.owner_of(path).map(|(it, _)| it), expected, "{path}");
        }
    }

    #[test]
    fn each_section_decides_by_itself() {
        let text = "[Platform]\n/infra/ @platform\n/infra/tmp/\n[Security]\n* @security\n";
        let owners = Codeowners::parse(text);
        for (path, expected) in
            [("infra/main.tf", Some("@platform")), ("infra/tmp/a.tf", None), ("app.tf", None)]
        {
            assert_eq!(owners.owner_of(path).map(|(it, _)| it), expected, "{path}");
        }
    }

    #[test]
    fn an_owner_knows_where_it_is_written() {
        let owners = Codeowners::parse(TEXT);
        let (_, span) = owners.owner_of("infra/main.tf").unwrap();
        assert_eq!(TEXT.get(span.range()), Some("@org/platform ops@example.com"));
    }
}
