//! Which files may hold manifests, told from path and bytes before anything is parsed.

use memchr::memmem;
use syntax::{Language, Word, mentions};

use crate::cluster_file;
use crate::kustomize;
use crate::template;

/// The language of a file that looks like Kubernetes manifests, or `None`.
///
/// Cheap, and on the safe side: a file that only mentions `apiVersion` and `kind` is parsed
/// and then yields nothing. Files of nothing but CustomResourceDefinitions (half of all YAML
/// bytes in public repositories) hold schemas, never values, and are left out here.
pub fn language(path: &str, text: &str) -> Option<Language> {
    if kustomize::is_kustomization(path) {
        return Some(Language::Yaml);
    }
    let name = model::path::name(path);
    let (stem, extension) = name.rsplit_once('.')?;
    let json = extension.eq_ignore_ascii_case("json");
    if !json && !["yaml", "yml"].iter().any(|it| extension.eq_ignore_ascii_case(it)) {
        return None;
    }
    if !json && is_values(path) {
        return Some(Language::Yaml);
    }
    if !json && cluster_file::tool(path, text).is_some() {
        return Some(Language::Yaml);
    }
    if stem == "Chart" || !mentions_an_object(text) {
        return None;
    }
    if json {
        return Some(Language::Json);
    }
    if holds_only_schemas(text) {
        return None;
    }
    Some(if template::is_template(path, text) { Language::HelmTemplate } else { Language::Yaml })
}

/// True for the values of a chart: `values.yaml`, `values-prod.yaml`, `prod.values.yaml`. Their
/// keys may be called `kind` and `apiVersion`, and still they are no objects.
pub(crate) fn is_values(path: &str) -> bool {
    let (folder, name) = model::path::split(path);
    let Some((stem, "yaml" | "yml")) = name.rsplit_once('.') else { return false };
    let before = stem.strip_suffix("values");
    let after = stem.strip_prefix("values");
    let apart = ['-', '.', '_'];
    (before.is_some_and(|it| it.is_empty() || it.ends_with(apart))
        || after.is_some_and(|it| it.is_empty() || it.starts_with(apart)))
        && !folder.split('/').any(|it| it == "templates")
}

/// True for a file that says what a test expects to find (kuttl, Chainsaw): nothing in it is
/// ever applied, and objects are there in part.
pub(crate) fn is_assertion(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or("").to_ascii_lowercase();
    let Some((stem, "yaml" | "yml" | "json")) = name.rsplit_once('.') else { return false };
    let mut words =
        stem.split(['-', '_', '.']).filter(|it| !it.bytes().all(|b| b.is_ascii_digit()));
    let expects = |it: &str| matches!(it, "assert" | "asserts" | "errors");
    let first = words.next().unwrap_or("");
    let named = expects(first) || words.next_back().is_some_and(expects);
    let tests =
        |it: &str| matches!(it, "test" | "tests" | "e2e" | "kuttl" | "chainsaw" | "testing");
    named && parts.any(tests)
}

fn mentions_an_object(text: &str) -> bool {
    static VERSION: Word = Word::new("apiVersion");
    static KIND: Word = Word::new("kind");
    VERSION.is_in(text) && KIND.is_in(text)
}

/// True when every `kind` at the start of a line is a CustomResourceDefinition.
pub(crate) fn holds_only_schemas(text: &str) -> bool {
    let mut found = false;
    for at in memmem::find_iter(text.as_bytes(), b"kind:") {
        let starts_line = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        if !starts_line {
            continue;
        }
        let value = text.get(at + "kind:".len()..).and_then(|it| it.lines().next()).unwrap_or("");
        if value.trim() != "CustomResourceDefinition" {
            return false;
        }
        found = true;
    }
    // `- kind:` in a list, or JSON in a YAML file: let the parser see.
    found && !mentions(text, "\"kind\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n";
    const SCHEMA: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                          spec:\n  names:\n    kind: Role\n";

    #[test]
    fn manifests_are_recognised_by_extension_and_words() {
        let cases = [
            ("a/role.yaml", ROLE.to_owned(), Some(Language::Yaml)),
            ("role.YML", ROLE.to_owned(), Some(Language::Yaml)),
            (
                "role.json",
                r#"{"apiVersion": "v1", "kind": "Pod"}"#.to_owned(),
                Some(Language::Json),
            ),
            ("role.txt", ROLE.to_owned(), None),
            ("compose.yaml", "services: {}\n".to_owned(), None),
            ("_helpers.tpl", ROLE.to_owned(), None),
            ("c/Chart.yaml", format!("{ROLE}name: x\n"), None),
            ("c/values.yaml", "a: 1\n".to_owned(), Some(Language::Yaml)),
            ("c/values-prod.yaml", ROLE.to_owned(), Some(Language::Yaml)),
            ("c/prod.values.yml", "a: 1\n".to_owned(), Some(Language::Yaml)),
            ("c/templates/values.yaml", "a: 1\n".to_owned(), None),
            ("c/keyvalues.yaml", "a: 1\n".to_owned(), None),
            ("valuesets.yaml", ROLE.to_owned(), Some(Language::Yaml)),
            ("crd.yaml", SCHEMA.to_owned(), None),
            ("crds.yaml", format!("{SCHEMA}---\n{SCHEMA}"), None),
            ("mixed.yaml", format!("{SCHEMA}---\n{ROLE}"), Some(Language::Yaml)),
        ];
        for (path, text, expected) in cases {
            assert_eq!(language(path, &text), expected, "{path}");
        }
    }

    #[test]
    fn assertions_are_told_by_their_name_inside_tests() {
        let cases = [
            ("test/e2e/chainsaw/setup/assert-rbac.yaml", true),
            ("tests/kuttl/a/00-assert.yaml", true),
            ("tests/e2e/01-errors.yaml", true),
            ("e2e/role-assert.yml", true),
            ("tests/e2e/00-install.yaml", false),
            ("deploy/assert-rbac.yaml", false),
            ("tests/insert-errors-of.yaml", false),
            ("tests/assertions/role.yaml", false),
            ("tests/assert/role", false),
        ];
        for (path, expected) in cases {
            assert_eq!(is_assertion(path), expected, "{path}");
        }
    }

    #[test]
    fn templates_are_told_from_text_that_only_quotes_them() {
        let cases = [
            ("chart/templates/a.yaml", "name: {{ .Values.name }}", Language::HelmTemplate),
            ("a.yaml", "{{- if .Values.rbac }}\n", Language::HelmTemplate),
            ("a.yaml", "name: {{ .Release.Name }}-a", Language::HelmTemplate),
            ("rule.yaml", "summary: \"{{ $labels.pod }} is down\"", Language::Yaml),
            ("workflow.yaml", "value: '{{inputs.parameters.x}}'", Language::Yaml),
        ];
        for (path, extra, expected) in cases {
            assert_eq!(language(path, &format!("{ROLE}{extra}\n")), Some(expected), "{extra}");
        }
    }
}
