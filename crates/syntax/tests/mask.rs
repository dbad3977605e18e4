//! YAML inside Go templates.

#[path = "support/mutate.rs"]
mod mutate;
mod support;

use std::time::{Duration, Instant};

use nhilint_syntax::{Flags, Kind, Language, Node, Tree, has_template_actions};
use proptest::prelude::*;
use support::{at, check, fixtures, read, slice};

fn helm(source: &str) -> Tree {
    read(source, Language::HelmTemplate)
}

fn is_partly_known(node: Node<'_>) -> bool {
    node.kind() == Kind::Opaque || node.flags().has(Flags::MASKED)
}

#[test]
fn fixtures_read_as_recorded() {
    support::snapshot("helm", Language::HelmTemplate);
}

#[test]
fn values_of_actions_are_never_literals() {
    let cases = [
        "{{ .x }}",
        "\"{{ .x }}\"",
        "'{{ .x }}'",
        "{{ .x }}{{ .y }}",
        "{{ if .x }}true{{ end }}",
        "{{ if .x }}a{{ else }}b{{ end }}",
        "{{- .x -}}",
        "{{ .x | quote }}",
        "pre-{{ .x }}",
        "{{ .x }}-post",
        "\"a{{ .x }}b\"",
        "{{ if .x }}true",
        "1{{ .x }}",
        "{{ .x }}1",
        "{{ toYaml .x | nindent 4 }}",
        "\n  {{- toYaml .x | nindent 2 }}",
        "|\n  a {{ .x }}",
        "|\n  {{ .x }}\n  a",
        "|-\n  {{ .x }}",
        "{{ include \"a\" (dict \"b\" 1\n  \"c\" 2) }}",
        "{{ `raw }}` }}",
        "{{ \"a}}b\" }}",
        "{{ .x }} # note",
        "{{ $x }}",
        "{{ .x",
        "true {{ .x }}",
        "{{/* c */}}{{ .x }}",
        "&a {{ .x }}",
        "!t {{ .x }}",
        "{{ template \"x\" . }}",
        "{{ block \"x\" . }}a{{ end }}",
    ];
    for case in cases {
        let tree = helm(&format!("a: 1\nk: {case}\nb: 2\n"));
        check(&tree);
        let node = at(&tree, &["k"]);
        assert!(is_partly_known(node), "{case}: {node:?}");
        assert_eq!(node.as_bool(), None, "{case}");
        assert_eq!(at(&tree, &["a"]).text(), Some("1"), "{case}");
        assert_eq!(at(&tree, &["b"]).text(), Some("2"), "{case}");
    }
}

#[test]
fn literals_beside_actions_stay_known() {
    let cases = [
        "k: true # {{ .x }}",
        "{{ if .x }}k: true{{ end }}",
        "{{- if .x }}\nk: true\n{{- end }}",
        "k: true {{/* comment */}}",
        "{{ $x := 1 }}\nk: true",
        "k: true\n{{- $x = 2 }}",
        "{{ if .x }}{{ end }}k: true",
        "{{ $x := 1 }}{{ if .x }}{{/* c */}}{{ end }}k: true",
        "{{ range .x }}{{ end }}{{ if .y }}k: true{{ end }}",
    ];
    for case in cases {
        let tree = helm(&format!("a: 1\n{case}\nb: 2\n"));
        assert_eq!(
            at(&tree, &["k"]).as_bool(),
            Some(true),
            "{case}\n{}",
            nhilint_syntax::dump(&tree)
        );
        assert_eq!(at(&tree, &["b"]).text(), Some("2"), "{case}");
        assert!(tree.problems().is_empty(), "{case}: {:?}", tree.problems());
    }
}

#[test]
fn actions_that_print_nothing_move_no_column() {
    let tree = helm("a:\n  {{ if .x }}{{ else }}{{ end }}b: true\n  c: 2\nd: 3\n");
    assert_eq!(at(&tree, &["a", "b"]).as_bool(), Some(true));
    assert_eq!(at(&tree, &["a", "c"]).text(), Some("2"));
    assert_eq!(at(&tree, &["d"]).text(), Some("3"));
    assert!(tree.problems().is_empty(), "{:?}", tree.problems());
}

#[test]
fn offsets_are_those_of_the_file() {
    let tree = helm("{{ if .é }}\na: \"é{{ .𝒳 }}\"\n{{ end }}\nb: x\n");
    assert_eq!(at(&tree, &["a"]).text(), Some("é{{ .𝒳 }}"));
    assert_eq!(slice(&tree, at(&tree, &["b"]).span()), "x");
}

#[test]
fn keys_of_actions_are_masked() {
    let tree = helm("{{ .k }}: 1\n\"a-{{ .k }}\": 2\nplain: 3\n");
    let flags: Vec<_> = tree
        .documents()
        .flat_map(|it| it.children().map(|it| it.flags().has(Flags::MASKED_KEY)))
        .collect();
    assert_eq!(flags, [true, true, false]);
}

#[test]
fn both_branches_stay_without_a_problem() {
    let tree = helm("{{ if .a }}\nk: 1\n{{ else }}\nk: 2\n{{ end }}\n");
    assert!(tree.problems().is_empty());
    assert_eq!(tree.documents().next().unwrap().children().count(), 2);
}

/// A map into which a template prints more keys may hold what it seems to lack.
#[test]
fn collections_know_what_may_be_printed_into_them() {
    let tree = helm(
        "spec:\n  pod:\n    a: 1\n    {{- toYaml .x | nindent 4 }}\n  other:\n    b: 2\n    {{- if .x }}\n    c: 3\n    {{- end }}\n",
    );
    assert!(at(&tree, &["spec", "pod"]).flags().has(Flags::MASKED));
    assert!(!at(&tree, &["spec", "other"]).flags().has(Flags::MASKED));
    assert!(!at(&tree, &["spec"]).flags().has(Flags::MASKED), "nindent 4 is too deep for it");
    let tree = helm("a:\n  b: 1\n  {{ include \"unknown.indent\" . }}\n");
    assert!(at(&tree, &["a"]).flags().has(Flags::MASKED));
    let tree = helm("a:\n  {{- toYaml .x | nindent 2 }}\n  b: 1\n");
    assert!(at(&tree, &["a"]).flags().has(Flags::MASKED), "printed before the first key");
    let tree = helm("{{ toYaml .x }}\nb: 1\n");
    assert!(tree.documents().next().unwrap().flags().has(Flags::MASKED));
    let tree = helm("a:\n  b: |\n    x\n    {{ .y }}\n  c: 1\n");
    assert!(!at(&tree, &["a"]).flags().has(Flags::MASKED), "printed into a text");
    let tree = helm("a: [b, {{ .x }}]\nc: [d]\n");
    assert!(at(&tree, &["a"]).flags().has(Flags::MASKED));
    assert!(!at(&tree, &["c"]).flags().has(Flags::MASKED));
}

#[test]
fn nothing_printed_is_nothing() {
    let tree = helm("a: {{/* nothing */}}\nb:\n{{- if .x }}\n{{- end }}\nc: 1\n");
    assert_eq!(at(&tree, &["b"]).kind(), Kind::Null);
    assert_eq!(at(&tree, &["a"]).kind(), Kind::Null);
}

#[test]
fn unclosed_actions_cost_their_line() {
    let tree = helm("a: 1\nb: {{ .x\nc: 3\n");
    assert_eq!(at(&tree, &["c"]).text(), Some("3"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn plain_text_is_told_from_templates() {
    assert!(has_template_actions("a: {{ .x }}"));
    assert!(!has_template_actions("a: {b: 1}"));
    assert!(!has_template_actions("a: '{{'"));
    assert!(!has_template_actions("}} {{"));
}

/// Every piece is one with which looking ahead, back or around could take quadratic time.
#[test]
fn many_actions_take_little_time() {
    let pieces = [
        "{{ .x }}",
        "{{ if .x }}",
        "{{",
        "{{ \"",
        "{{ end }}",
        "{{/*",
        "a{{ if .x }}\"{{ end }}",
        "{{ `}}` ",
        ": {{ .x }}",
        "k: {{ .x }}",
        "- {{ .x }}",
        "[{{ .x }}",
        "{{ if .x }}: {{ .y }}",
        "{{ .x }} ",
    ];
    for piece in pieces {
        for source in [
            format!("k: {}\n", piece.repeat(4_000)),
            format!("{}\n", piece.repeat(4_000)),
            format!("{piece}\n").repeat(4_000),
            format!("{}{}", "{{ if .x }}".repeat(2_000), piece.repeat(2_000)),
        ] {
            let start = Instant::now();
            helm(&source);
            assert!(start.elapsed() < Duration::from_secs(60), "{piece}: {:?}", start.elapsed());
        }
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in ".{0,200}") {
        check(&helm(&text));
    }

    #[test]
    fn any_soup_gives_a_sound_tree(text in mutate::pieces()) {
        check(&helm(&text));
    }

    #[test]
    fn changed_fixtures_give_a_sound_tree(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec(mutate::change(), 1..5),
    ) {
        let all = fixtures("helm");
        let tree = helm(&mutate::apply(&all[pick.index(all.len())], &changes));
        check(&tree);
        // No scalar that is taken at its word holds an action.
        for node in tree.nodes().filter(|it| matches!(it.kind(), Kind::String | Kind::Number | Kind::Bool)) {
            let raw = slice(&tree, node.span());
            prop_assert!(
                node.flags().has(Flags::MASKED) || !has_template_actions(raw),
                "{node:?} holds an action: {raw:?}"
            );
        }
    }
}
