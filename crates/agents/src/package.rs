//! What a launcher fetches, and how exactly that is fixed.

use model::{Ecosystem, Package, Pin, Place};

/// A package of npm: `@scope/name@1.2.3`, `github:owner/repo#sha`, a git URL.
pub(crate) fn npm(spec: &str, place: Place) -> Option<Package> {
    if spec.starts_with(['.', '/', '~']) || spec.starts_with("file:") {
        return None;
    }
    let spec = spec.strip_prefix("npm:").unwrap_or(spec);
    if spec.starts_with("github:") || spec.starts_with("git+") || spec.contains("://") {
        return Some(git(spec, '#', place));
    }
    let (scope, rest) = match spec.strip_prefix('@') {
        Some(rest) => ("@", rest),
        None => ("", spec),
    };
    let (name, version) = split(rest, "@");
    Some(package(Ecosystem::Npm, format!("{scope}{name}"), version, npm_pin, place))
}

/// A package of PyPI: `name==1.2.3`, `name@1.2.3`, `name[extra]>=1`, `git+https://…@rev`.
pub(crate) fn pypi(spec: &str, place: Place) -> Option<Package> {
    if spec.starts_with(['.', '/', '~']) || spec.ends_with(".py") {
        return None;
    }
    if spec.starts_with("git+") || spec.contains("://") {
        return Some(git(spec, '@', place));
    }
    let end = spec.find(['=', '>', '<', '~', '!', '@', ' ', ';']).unwrap_or(spec.len());
    let (name, rest) = spec.split_at_checked(end).unwrap_or((spec, ""));
    let name = name.split('[').next().unwrap_or(name).to_owned();
    let version = (!rest.is_empty()).then(|| rest.trim().to_owned());
    let pin = match &version {
        _ if is_template(spec) => Pin::Unknown,
        None => Pin::Floating,
        Some(it) => {
            let bare = it
                .strip_prefix("===")
                .or_else(|| it.strip_prefix("=="))
                .or_else(|| it.strip_prefix('@'));
            match bare {
                Some(bare) if is_release(bare.trim()) => Pin::Exact,
                _ => Pin::Floating,
            }
        }
    };
    Some(Package { ecosystem: Ecosystem::PyPi, name, pin, version, place })
}

/// A container image.
pub(crate) fn image(spec: &str, place: Place) -> Package {
    if let Some((name, digest)) = spec.split_once('@') {
        let (name, _) = image_tag(name);
        let version = Some(digest.to_owned());
        return Package {
            ecosystem: Ecosystem::Container,
            name: name.to_owned(),
            pin: Pin::Digest,
            version,
            place,
        };
    }
    let (name, tag) = image_tag(spec);
    let pin = match tag {
        _ if is_template(spec) => Pin::Unknown,
        None | Some("latest") => Pin::Floating,
        Some(_) => Pin::Tag,
    };
    let version = tag.map(str::to_owned);
    Package { ecosystem: Ecosystem::Container, name: name.to_owned(), pin, version, place }
}

/// A module of Go: `example.com/mod@v1.2.3`.
pub(crate) fn go(spec: &str, place: Place) -> Option<Package> {
    // A folder of the repository is no package.
    if spec.starts_with(['.', '/']) || !spec.contains('.') || spec.ends_with(".go") {
        return None;
    }
    let (name, version) = split(spec, "@");
    Some(package(Ecosystem::Go, name.to_owned(), version, npm_pin, place))
}

fn package(
    ecosystem: Ecosystem,
    name: String,
    version: Option<&str>,
    pin: fn(&str) -> Pin,
    place: Place,
) -> Package {
    let pin = match version {
        _ if is_template(&name) => Pin::Unknown,
        None => Pin::Floating,
        Some(it) => pin(it),
    };
    Package { ecosystem, name, pin, version: version.map(str::to_owned), place }
}

fn npm_pin(version: &str) -> Pin {
    if is_template(version) {
        Pin::Unknown
    } else if is_commit(version) {
        Pin::Digest
    } else if is_release(version) && version.matches('.').count() >= 2 {
        // `1.2` is a range for npm.
        Pin::Exact
    } else if version == "latest"
        || version.is_empty()
        || version.starts_with(|it: char| "^~><=*xX0123456789v".contains(it))
    {
        Pin::Floating
    } else {
        Pin::Tag
    }
}

/// A repository at a revision, which stands after `mark`.
fn git(spec: &str, mark: char, place: Place) -> Package {
    // A revision follows the path; `user@host` stands before it.
    let path_start = spec.find("://").map_or(0, |it| it + 3);
    let path_start =
        spec.get(path_start..).and_then(|it| it.find('/')).map_or(path_start, |it| it + path_start);
    let (base, tail) = spec.split_at_checked(path_start).unwrap_or((spec, ""));
    let (path, revision) = match tail.split_once(mark) {
        Some((path, revision)) => (path, Some(revision)),
        None => (tail, None),
    };
    // `#subdirectory=x` and `#egg=x` are no revisions.
    let revision =
        revision.map(|it| it.split('#').next().unwrap_or(it)).filter(|it| !it.contains('='));
    let path = path.split('#').next().unwrap_or(path);
    let host = base.rsplit_once('@').map_or_else(
        || base.to_owned(),
        |(_, host)| {
            format!("{}{host}", base.find("://").and_then(|it| base.get(..it + 3)).unwrap_or(""))
        },
    );
    let pin = match revision {
        Some(it) if is_template(it) => Pin::Unknown,
        Some(it) if is_commit(it) => Pin::Digest,
        Some(it) if it.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) => {
            Pin::Tag
        }
        _ => Pin::Floating,
    };
    let version = revision.map(str::to_owned);
    Package { ecosystem: Ecosystem::Git, name: format!("{host}{path}"), pin, version, place }
}

fn split<'s>(text: &'s str, mark: &str) -> (&'s str, Option<&'s str>) {
    match text.split_once(mark) {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    }
}

/// A tag follows the last colon behind the last slash; a colon before it is a port.
fn image_tag(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => (before, Some(tag)),
        _ => (name, None),
    }
}

fn is_template(text: &str) -> bool {
    text.contains("${") || text.contains("{{") || text.starts_with('$') || text.contains('%')
}

/// A full commit.
pub(crate) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// A complete version: digits in at least two parts, and nothing that leaves room.
fn is_release(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let parts: Vec<&str> = core.split('.').collect();
    let digits = |it: &&str| it.starts_with(|c: char| c.is_ascii_digit()) && *it != "x";
    parts.len() >= 2
        && parts.iter().all(digits)
        && !text.contains(['*', '^', '~', '>', '<', ' ', '|', ','])
        && (parts.len() >= 3 || !text.contains('x'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_packages_are_split_and_pinned() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let git_pinned = format!("github:o/r#{sha}");
        for (spec, name, pin) in [
            ("@a/b", "@a/b", Pin::Floating),
            ("@a/b@latest", "@a/b", Pin::Floating),
            ("@a/b@1.2.3", "@a/b", Pin::Exact),
            ("b@^1.2.3", "b", Pin::Floating),
            ("b@1", "b", Pin::Floating),
            ("b@next", "b", Pin::Tag),
            ("b@${V}", "b", Pin::Unknown),
            ("github:o/r", "github:o/r", Pin::Floating),
            (git_pinned.as_str(), "github:o/r", Pin::Digest),
        ] {
            let found = npm(spec, Place::default()).unwrap();
            assert_eq!((found.name.as_str(), found.pin), (name, pin), "{spec}");
        }
        assert!(npm("./server.js", Place::default()).is_none());
    }

    #[test]
    fn python_packages_are_split_and_pinned() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let commit = format!("git+https://github.com/o/r@{sha}#subdirectory=x");
        for (spec, name, pin) in [
            ("a", "a", Pin::Floating),
            ("a==1.2.3", "a", Pin::Exact),
            ("a[x]==1.2", "a", Pin::Exact),
            ("a@1.2.3", "a", Pin::Exact),
            ("a@latest", "a", Pin::Floating),
            ("a>=1.2", "a", Pin::Floating),
            ("git+https://github.com/o/r", "git+https://github.com/o/r", Pin::Floating),
            ("git+https://t@github.com/o/r@main", "git+https://github.com/o/r", Pin::Floating),
            ("git+https://github.com/o/r@v1.2", "git+https://github.com/o/r", Pin::Tag),
            (commit.as_str(), "git+https://github.com/o/r", Pin::Digest),
        ] {
            let found = pypi(spec, Place::default()).unwrap();
            let name = if found.name == name { name } else { name.trim_start_matches("git+") };
            assert_eq!(
                (found.name.trim_start_matches("git+"), found.pin),
                (name.trim_start_matches("git+"), pin),
                "{spec}"
            );
        }
        assert!(pypi("server.py", Place::default()).is_none());
    }

    #[test]
    fn images_are_split_and_pinned() {
        for (spec, name, pin) in [
            ("mcp/x", "mcp/x", Pin::Floating),
            ("mcp/x:latest", "mcp/x", Pin::Floating),
            ("r.io:5000/x", "r.io:5000/x", Pin::Floating),
            ("r.io:5000/x:1.2", "r.io:5000/x", Pin::Tag),
            ("x:1@sha256:aa", "x", Pin::Digest),
            ("${IMAGE}", "${IMAGE}", Pin::Unknown),
        ] {
            let found = image(spec, Place::default());
            assert_eq!((found.name.as_str(), found.pin), (name, pin), "{spec}");
        }
    }
}
