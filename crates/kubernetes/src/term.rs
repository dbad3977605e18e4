//! Names as manifests write them: known, left out, or made by a template.

use std::fmt;
use std::sync::Arc;

use model::{Data, Piece, Remote, Text, Value};

use crate::helm::RELEASE;
use crate::page::Page;

/// A name or namespace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) enum Term {
    /// Not written.
    #[default]
    Absent,
    /// Written out.
    Known(Arc<str>),
    /// Made by a template.
    Masked {
        /// What the file says, with white space evened out.
        text: Arc<str>,
        /// True when the same text yields the same name everywhere in one chart.
        stable: bool,
    },
}

/// How well two namespaces go together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fit {
    /// A template makes one of them.
    Template,
    /// One of them is set from outside (kustomize, `-n`).
    Possible,
    /// The same.
    Exact,
}

/// Longest template text that is kept as a name.
const LONGEST: usize = 120;

impl Term {
    /// A written name.
    pub(crate) fn known(text: &str) -> Self {
        Self::Known(text.into())
    }

    /// Reads a name out of a value.
    pub(crate) fn read(value: Option<&Value>, page: Page<'_>) -> Self {
        let Some(value) = value else { return Self::Absent };
        match &value.data {
            Data::Null => Self::Absent,
            Data::String(text) => match text.known() {
                Some(text) if text.is_empty() => Self::Absent,
                Some(text) => Self::Known(text.into()),
                None => Self::printed(text).unwrap_or_else(|| Self::masked(value, page)),
            },
            Data::Unknown(Some(remote)) if symbol(remote).is_some() => {
                let unknown =
                    Piece::Unknown { origin: value.origin.clone(), remote: Some(remote.clone()) };
                Self::printed(&Text { pieces: vec![unknown] }).unwrap_or_else(Self::unknown)
            }
            Data::Unknown(_) => Self::masked(value, page),
            Data::Number(_) | Data::Bool(_) | Data::List(_) | Data::Map(_) => Self::unknown(),
        }
    }

    /// A name of which nothing is known.
    pub(crate) fn unknown() -> Self {
        Self::Masked { text: "?".into(), stable: false }
    }

    /// A name that a template printed, of which expressions are left.
    fn printed(text: &Text) -> Option<Self> {
        let mut name = String::new();
        for piece in &text.pieces {
            match piece {
                Piece::Literal { text, .. } => name.push_str(text),
                Piece::Unknown { remote, .. } => match symbol(remote.as_deref()?)? {
                    // Nothing that a person would know it by.
                    it if it.starts_with('$') => return Some(Self::unknown()),
                    it => name += &format!("{{{{ {it} }}}}"),
                },
            }
        }
        if name.len() > LONGEST {
            return Some(Self::unknown());
        }
        let text = even_out(&name);
        let stable = is_stable(&text);
        Some(Self::Masked { text: text.into(), stable })
    }

    fn masked(value: &Value, page: Page<'_>) -> Self {
        if let Some(text) = references(value) {
            return Self::Masked { text: text.into(), stable: true };
        }
        if page.is_printed() {
            return Self::unknown();
        }
        let place = value.origin.place;
        let written = page.tree.source().get(place.span.range()).unwrap_or("");
        let inside = written.trim().trim_matches(['"', '\'']);
        if place.file != page.file || !inside.contains("{{") || inside.len() > LONGEST {
            return Self::unknown();
        }
        let text = put_in_variables(even_out(inside), page.tree.source());
        let stable = is_stable(&text);
        Self::Masked { text: text.into(), stable }
    }

    /// The written text, when it is known.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Absent | Self::Masked { .. } => None,
        }
    }

    /// What an index of names may be asked for: equal keys are equal names, a template's only
    /// inside one chart.
    pub(crate) fn key(&self) -> Option<&Arc<str>> {
        match self {
            Self::Known(text) | Self::Masked { text, stable: true } => Some(text),
            Self::Absent | Self::Masked { .. } => None,
        }
    }

    /// How this namespace goes together with another; `None` when they differ for sure.
    pub(crate) fn fit(&self, other: &Self) -> Option<Fit> {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => (a == b).then_some(Fit::Exact),
            (Self::Absent, Self::Absent) => Some(Fit::Exact),
            (Self::Masked { text: a, stable: true }, Self::Masked { text: b, stable: true })
                if a == b =>
            {
                Some(Fit::Exact)
            }
            (Self::Masked { .. }, _) | (_, Self::Masked { .. }) => Some(Fit::Template),
            (Self::Absent, _) | (_, Self::Absent) => Some(Fit::Possible),
        }
    }

    /// The namespace of something that is written without one inside `self`.
    pub(crate) fn or(self, other: &Self) -> Self {
        if self == Self::Absent { other.clone() } else { self }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(text) | Self::Masked { text, .. } => f.write_str(text),
            Self::Absent => f.write_str("?"),
        }
    }
}

/// The expression that yields a part of a printed text.
fn symbol(remote: &Remote) -> Option<&str> {
    (&*remote.address == RELEASE).then_some(&*remote.attribute)
}

/// A name that is made of references to something outside Kubernetes: the same references make
/// the same name. They look like no template and no name.
fn references(value: &Value) -> Option<String> {
    let reference = |it: &Remote| format!("${{{}.{}}}", it.address, it.attribute);
    let piece = |it: &Piece| match it {
        Piece::Literal { text, .. } => Some(text.to_string()),
        Piece::Unknown { remote, .. } => remote.as_deref().map(reference),
    };
    match &value.data {
        Data::Unknown(remote) => remote.as_deref().map(reference),
        Data::String(text) => text.pieces.iter().map(piece).collect(),
        _ => None,
    }
}

/// `prod/Role/reader`; without a namespace `Role/reader`.
pub(crate) fn address(namespace: &Term, kind: &str, name: &Term) -> String {
    match namespace {
        Term::Absent => format!("{kind}/{name}"),
        Term::Known(_) | Term::Masked { .. } => format!("{namespace}/{kind}/{name}"),
    }
}

/// One spelling for texts that print the same.
fn even_out(text: &str) -> String {
    let text = text.replace("{{-", "{{").replace("-}}", "}}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace("{{ ", "{{").replace(" }}", "}}");
    let text = text.replace("{{template ", "{{include ").replace(" | quote}}", "}}");
    let text = text.replace("{{", "{{ ").replace("}}", " }}");
    // Outside loops both are the root.
    text.replace(" $ ", " . ").replace(" $)", " .)")
}

/// Replaces variables by what the file sets them to, where it does that once.
fn put_in_variables(text: String, file: &str) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let end = part.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        match only_value(name, file).filter(|it| out.len() + it.len() <= LONGEST) {
            // The variable is all that is printed, or a part of an expression.
            Some(value) if out.ends_with("{{ ") && rest.starts_with(" }}") => out.push_str(value),
            Some(value) => out += &format!("({value})"),
            None => {
                out.push('$');
                out.push_str(name);
            }
        }
        out.push_str(rest);
    }
    out
}

/// The expression that a file assigns to a variable, when there is exactly one assignment and
/// that not by a loop.
fn only_value<'f>(name: &str, file: &'f str) -> Option<&'f str> {
    let mut found = None;
    let variable = format!("${name}");
    for (at, _) in file.match_indices(&variable).filter(|_| !name.is_empty()) {
        let rest = file.get(at + variable.len()..)?.trim_start();
        let Some(value) = rest.strip_prefix(":=").or_else(|| rest.strip_prefix("= ")) else {
            // `range $key, $value := …` sets the first one too.
            if rest.starts_with(',') {
                return None;
            }
            continue;
        };
        let before = file.get(..at)?.trim_end().trim_end_matches('-');
        if found.is_some() || !before.ends_with("{{") {
            return None;
        }
        let (value, _) = value.split_once("}}")?;
        found = Some(value.trim_end_matches('-').trim());
    }
    found
}

/// A template text names the same thing in a whole chart when it reads only the root: no
/// variable, no field of whatever `.` is at the moment.
fn is_stable(text: &str) -> bool {
    const ROOTS: [&str; 6] =
        [".Values.", ".Release.", ".Chart.", ".Capabilities.", ".Template.", ".Files."];
    text.split(|it: char| it.is_whitespace() || "()|,\"".contains(it)).all(|word| {
        let relative = word.starts_with('.')
            && word.len() > 1
            && !ROOTS.iter().any(|root| word.starts_with(root));
        let variable = word.starts_with('$') && word.len() > 1 && !word.starts_with("$.");
        !relative && !variable
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_names_are_stable_when_they_read_only_the_root() {
        let cases = [
            ("{{ include \"x.fullname\" . }}-role", true),
            ("{{ .Release.Name }}", true),
            ("{{ $.Values.name }}", true),
            ("{{ .name }}", false),
            ("{{ $name }}", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_stable(text), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_stands_for_its_only_value() {
        let file = "{{- $once := include \"x\" . -}}{{ $once }}{{ $two := 1 }}{{ $two = 2 }}\
                    {{- range $each := .Values.all }}{{ range $key, $value := .Values.x }}";
        let cases = [
            ("{{ $once }}-a", "{{ include \"x\" . }}-a"),
            ("{{ $two }}", "{{ $two }}"),
            ("{{ $other }}", "{{ $other }}"),
            ("{{ $each }}", "{{ $each }}"),
            ("{{ $key }}", "{{ $key }}"),
            ("{{ include \"y\" $once }}", "{{ include \"y\" (include \"x\" .) }}"),
            ("{{ $.Values.a }}", "{{ $.Values.a }}"),
            ("a-{{ .Release.Name }}", "a-{{ .Release.Name }}"),
        ];
        for (text, expected) in cases {
            assert_eq!(put_in_variables(text.to_owned(), file), expected);
        }
    }

    #[test]
    fn white_space_and_trimming_do_not_make_another_name() {
        assert_eq!(even_out("{{- .Release.Name -}}"), "{{ .Release.Name }}");
        assert_eq!(even_out("{{.Release.Name}}-a"), "{{ .Release.Name }}-a");
        assert_eq!(even_out("{{include \"a\" $}}"), "{{ include \"a\" . }}");
        assert_eq!(even_out("{{ template \"a\" . }}"), even_out("{{ include \"a\" . | quote }}"));
    }

    #[test]
    fn namespaces_go_together_unless_both_are_written_and_differ() {
        let (a, b) = (Term::known("a"), Term::known("b"));
        assert_eq!(a.fit(&b), None);
        assert_eq!(a.fit(&a), Some(Fit::Exact));
        assert_eq!(a.fit(&Term::Absent), Some(Fit::Possible));
        assert_eq!(Term::unknown().fit(&Term::unknown()), Some(Fit::Template));
    }
}
