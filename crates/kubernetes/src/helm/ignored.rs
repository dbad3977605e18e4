//! `.helmignore`: what in the folder of a chart is no part of it.
//!
//! The one of the chart that is installed counts for the charts in its `charts/` too; theirs
//! are not read then.

use super::{Charts, inside, join};

/// Lines of one file that are read.
const RULES: usize = 200;

/// Longest pattern.
const PATTERN: usize = 500;

/// What a `.helmignore` leaves out.
#[derive(Debug, Default)]
pub(super) struct Ignored(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    pattern: Vec<Token>,
    /// Names everything else.
    negates: bool,
    /// For folders alone.
    folders: bool,
    /// For whole paths, not for names.
    whole: bool,
}

/// A part of a pattern; none of them stands for a `/` that is not written.
#[derive(Debug)]
enum Token {
    Char(char),
    One,
    Many,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Charts<'_> {
    /// Notes which files of charts their `.helmignore` leaves out.
    pub(super) fn leave_out(&mut self) {
        for top in self.tops.clone() {
            let Some(folder) = self.charts.get(top).map(|it| it.folder.clone()) else { continue };
            let ignored = self.ignored(&folder);
            // A chart without its description would be no chart.
            if ignored.0.is_empty() || ignored.contains("Chart.yaml") {
                continue;
            }
            let mut waiting = vec![top];
            while let Some(it) = waiting.pop().and_then(|it| self.charts.get_mut(it)) {
                let is_out = |index: &usize| {
                    let path = self.files.get(*index).and_then(|it| inside(it.path, &folder));
                    path.is_some_and(|it| ignored.contains(it))
                };
                it.left_out = it.files.iter().copied().filter(is_out).collect();
                waiting.extend(&it.below);
            }
        }
    }

    fn ignored(&self, folder: &str) -> Ignored {
        let path = join(folder, ".helmignore");
        match self.file_at(&path) {
            Some(it) => Ignored::read(it.text),
            None => {
                self.read.and_then(|it| it(&path)).map(|it| Ignored::read(&it)).unwrap_or_default()
            }
        }
    }
}

impl Ignored {
    pub(super) fn read(text: &str) -> Self {
        Self(text.lines().filter_map(Rule::read).take(RULES).collect())
    }

    /// True for a file that is left out, or a folder around it.
    pub(super) fn contains(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| (at, true)).chain([(path.len(), false)]);
        let mut parts = ends.filter_map(|(at, is_folder)| Some((path.get(..at)?, is_folder)));
        !self.0.is_empty() && parts.any(|(part, is_folder)| self.leaves_out(part, is_folder))
    }

    fn leaves_out(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            let fits =
                || fits(&rule.pattern, if rule.whole { path } else { model::path::name(path) });
            // As Helm does it: what an exception does not name is left out.
            match (rule.negates, rule.folders && !is_folder) {
                (true, true) => return true,
                (true, false) if !fits() => return true,
                (false, false) if fits() => return true,
                _ => {}
            }
        }
        false
    }
}

impl Rule {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        // Helm takes no file with `**` in it.
        if line.is_empty() || line.starts_with('#') || line.contains("**") || line.len() > PATTERN {
            return None;
        }
        let (negates, line) = line.strip_prefix('!').map_or((false, line), |it| (true, it));
        let (folders, line) = line.strip_suffix('/').map_or((false, line), |it| (true, it));
        let whole = line.contains('/');
        let pattern = tokens(line.strip_prefix('/').unwrap_or(line))?;
        Some(Self { pattern, negates, folders, whole })
    }
}

/// A pattern of Go's `filepath.Match`; `None` when it is broken.
fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut chars = pattern.chars().peekable();
    let mut found = Vec::new();
    while let Some(it) = chars.next() {
        found.push(match it {
            '*' => Token::Many,
            '?' => Token::One,
            '\\' => Token::Char(chars.next()?),
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || chars.next_if_eq(&']').is_none() {
                    let first = bound(&mut chars)?;
                    let is_range = chars.next_if_eq(&'-').is_some();
                    ranges.push((first, if is_range { bound(&mut chars)? } else { first }));
                }
                Token::Class { negated, ranges }
            }
            it => Token::Char(it),
        });
    }
    Some(found)
}

/// An end of a range in a class.
fn bound(chars: &mut impl Iterator<Item = char>) -> Option<char> {
    match chars.next()? {
        '\\' => chars.next(),
        '-' | ']' => None,
        it => Some(it),
    }
}

impl Token {
    fn fits(&self, it: char) -> bool {
        match self {
            Self::Char(wanted) => *wanted == it,
            Self::One | Self::Many => it != '/',
            Self::Class { negated, ranges } => {
                it != '/' && ranges.iter().any(|(a, b)| (*a..=*b).contains(&it)) != *negated
            }
        }
    }
}

/// True when a pattern fits all of a text. Only the last `*` is ever tried again.
fn fits(pattern: &[Token], text: &str) -> bool {
    let mut left = text.chars();
    let mut at = 0;
    let mut star: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let next = left.clone().next();
        match (pattern.get(at), next) {
            (Some(Token::Many), _) => {
                at += 1;
                star = Some((at, left.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(token), Some(it)) if token.fits(it) => {
                at += 1;
                left.next();
                continue;
            }
            _ => {}
        }
        // One more character for the last star.
        let Some((after, from)) = &mut star else { return false };
        if from.next().is_none_or(|it| it == '/') {
            return false;
        }
        (at, left) = (*after, from.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helm_ignores_is_left_out() {
        let cases = [
            ("*.bak", "config/a.bak", true),
            ("# *.txt\n\n", "a.txt", false),
            ("ci/", "ci/a.txt", true),
            ("ci/", "config/ci/a.txt", true),
            ("a.txt/", "a.txt", false),
            ("/a.txt", "a.txt", true),
            ("/a.txt", "config/a.txt", false),
            ("config/a.txt", "config/a.txt", true),
            ("config/a.txt", "other/config/a.txt", false),
            ("config/*", "config/a/b.txt", true),
            ("*/b.txt", "config/a/b.txt", false),
            ("!*.txt", "a.txt", false),
            ("!*.txt", "a.yaml", true),
            ("a?c-[x-z]*.txt", "abc-y1.txt", true),
            ("a?c-[^x-z]*.txt", "abc-y1.txt", false),
            ("*a*b*c", "xaxbxbxc", true),
            ("*a*b*c", "xaxbxcx", false),
            ("{a,b}", "a", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("[", "[", false),
            ("[]a]", "a", false),
            ("a[b", "ab", false),
            ("**/a", "b/a", false),
        ];
        for (text, path, expected) in cases {
            assert_eq!(Ignored::read(text).contains(path), expected, "{text} {path}");
        }
    }

    #[test]
    fn patterns_of_stars_take_no_time() {
        let pattern = "*a".repeat(200);
        assert!(Ignored::read(&pattern).contains(&"a".repeat(4_000)));
        assert!(!Ignored::read(&format!("{pattern}b")).contains(&"a".repeat(4_000)));
    }
}
