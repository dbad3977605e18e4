//! Versions and the conditions on them that charts write (`>=1.21-0`), as Sprig compares them.

use super::super::value::{Map, Val};
use super::{derived, known};

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    match name {
        "semverCompare" => {
            let wanted = known(arguments.first()?)?;
            let version = Version::read(&known(arguments.get(1)?)?)?;
            satisfies(&version, &wanted).map(Val::bool)
        }
        "semver" => {
            let value = arguments.first()?;
            let version = Version::read(&known(value)?)?;
            let number = |it: u64| i64::try_from(it).ok().map(Val::int);
            let [major, minor, patch] = version.numbers;
            let map = Map::default()
                .with("Major", number(major)?)
                .with("Minor", number(minor)?)
                .with("Patch", number(patch)?)
                .with("Prerelease", derived(version.before.unwrap_or_default(), &[value]));
            map.open.set(true);
            Some(Val::map(map))
        }
        _ => None,
    }
}

/// A version; parts that are not written are zero.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Version {
    numbers: [u64; 3],
    /// How many of them are written.
    written: usize,
    /// What comes before the release itself: `alpha.1`.
    before: Option<String>,
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split('+').next()?;
        let (core, before) = match text.split_once('-') {
            Some((core, before)) => (core, Some(before.to_owned())),
            None => (text, None),
        };
        let mut numbers = [0; 3];
        let mut written = 0;
        for part in core.split('.') {
            if matches!(part, "x" | "X" | "*") {
                break;
            }
            *numbers.get_mut(written)? = part.parse().ok()?;
            written += 1;
        }
        Some(Self { numbers, written, before })
    }

    fn key(&self) -> ([u64; 3], Before<'_>) {
        (self.numbers, Before(self.before.as_deref()))
    }
}

/// What comes before a release is less than the release, part by part.
#[derive(PartialEq, Eq)]
struct Before<'a>(Option<&'a str>);

impl PartialOrd for Before<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Before<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let parts = |it: &str| -> Vec<(bool, u64, String)> {
            // Numbers come before words.
            it.split('.')
                .map(|it| match it.parse() {
                    Ok(number) => (false, number, String::new()),
                    Err(_) => (true, 0, it.to_owned()),
                })
                .collect()
        };
        match (self.0, other.0) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(_), None) => std::cmp::Ordering::Less,
            (Some(a), Some(b)) => parts(a).cmp(&parts(b)),
        }
    }
}

/// Whether a version fits; `None` for a condition that cannot be read.
fn satisfies(version: &Version, wanted: &str) -> Option<bool> {
    const LONGEST: usize = 256;
    if wanted.len() > LONGEST {
        return None;
    }
    let mut any = false;
    for all in wanted.split("||") {
        let mut fits = true;
        for one in conditions(all) {
            fits &= fits_one(version, &one)?;
        }
        any |= fits;
    }
    Some(any)
}

/// `>=1.2, <2` and `>= 1.2 <2` are two conditions.
fn conditions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for word in text.split([',', ' ']).filter(|it| !it.is_empty()) {
        match found.last_mut().filter(|_| open) {
            Some(last) => last.push_str(word),
            None => found.push(word.to_owned()),
        }
        open = word.chars().all(|it| "<>=!~^".contains(it));
    }
    found
}

fn fits_one(version: &Version, condition: &str) -> Option<bool> {
    let at = condition.find(|it| !"<>=!~^".contains(it)).unwrap_or(condition.len());
    let (operator, rest) = condition.split_at_checked(at)?;
    let bound = Version::read(rest)?;
    // Only a condition that names one takes what comes before a release.
    if version.before.is_some() && bound.before.is_none() {
        return Some(false);
    }
    let (have, want) = (version.key(), bound.key());
    // The first version that is too new, when this many parts have to agree.
    let below = |kept: usize| {
        let agree = version.numbers.iter().zip(&bound.numbers).take(kept).all(|(a, b)| a == b);
        agree && have >= want
    };
    Some(match operator {
        "" | "=" if bound.written < 3 => below(bound.written),
        "" | "=" => have == want,
        "!=" if bound.written < 3 => !below(bound.written),
        "!=" => have != want,
        ">" if bound.written < 3 => have > want && !below(bound.written),
        ">" => have > want,
        "<" => have < want,
        ">=" | "=>" => have >= want,
        "<=" | "=<" => have <= want || (bound.written < 3 && below(bound.written)),
        "~" | "~>" => below(bound.written.min(2)),
        "^" => {
            let leading = bound.numbers.iter().take(2).take_while(|it| **it == 0).count();
            below((leading + 1).min(bound.written.max(1)))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_fit_as_sprig_says() {
        let cases = [
            (">=1.21-0", "1.21.0", Some(true)),
            (">=1.21-0", "v1.25.3-eks-1234", Some(true)),
            (">=1.21", "1.25.3-eks-1234", Some(false)),
            ("<1.19-0", "1.25.0", Some(false)),
            (">= 1.14.0, < 1.16.0", "1.15.2", Some(true)),
            (">=1.14.0 <1.16.0", "1.16.0", Some(false)),
            ("^1.2", "1.9.9", Some(true)),
            ("^1.2", "2.0.0", Some(false)),
            ("^0.2.3", "0.3.0", Some(false)),
            ("~1.2.3", "1.2.9", Some(true)),
            ("~1.2.3", "1.3.0", Some(false)),
            ("1.2.x", "1.2.7", Some(true)),
            ("1.2", "1.3.0", Some(false)),
            ("!=1.2.3", "1.2.3", Some(false)),
            ("<1.0 || >2.0", "3.0.0", Some(true)),
            ("*", "1.2.3", Some(true)),
            ("what", "1.2.3", None),
        ];
        for (wanted, version, expected) in cases {
            let version = Version::read(version).unwrap_or_else(|| unreachable!("a version"));
            assert_eq!(satisfies(&version, wanted), expected, "{wanted} {version:?}");
        }
    }

    #[test]
    fn what_comes_before_a_release_is_less() {
        let key = |text: &str| Version::read(text);
        for (less, more) in
            [("1.0.0-alpha", "1.0.0"), ("1.0.0-2", "1.0.0-10"), ("1.0.0-1", "1.0.0-a")]
        {
            let (Some(less), Some(more)) = (key(less), key(more)) else { continue };
            assert!(less.key() < more.key(), "{less:?} {more:?}");
        }
    }
}
