//! Markdown with front matter.

#[path = "support/mutate.rs"]
mod mutate;
mod support;

use nhilint_syntax::{Kind, Language, Tree};
use proptest::prelude::*;
use support::{at, check, fixtures, read, slice};

fn markdown(source: &str) -> Tree {
    read(source, Language::Markdown)
}

fn body(tree: &Tree) -> &str {
    tree.documents().last().and_then(|it| it.text()).unwrap_or_default()
}

#[test]
fn fixtures_read_as_recorded() {
    support::snapshot("markdown", Language::Markdown);
}

#[test]
fn every_file_is_front_matter_and_body() {
    for (source, front, rest) in [
        ("---\na: 1\n---\nB\n", Kind::Map, "B\n"),
        ("---\na: 1\n---", Kind::Map, ""),
        ("---  \r\na: 1\r\n---\r\nB", Kind::Map, "B"),
        ("\u{feff}---\na: 1\n---\nB", Kind::Map, "B"),
        ("---\na: 1\n...\nB", Kind::Map, "B"),
        ("---\n---\nB", Kind::Null, "B"),
        ("---\n# only a comment\n---\nB", Kind::Null, "B"),
        ("B", Kind::Null, "B"),
        ("---\nB", Kind::Null, "---\nB"),
        ("---\nB\n---\n", Kind::Null, "---\nB\n---\n"),
        ("---\n- B\n---\n", Kind::Null, "---\n- B\n---\n"),
        ("----\na: 1\n---\n", Kind::Null, "----\na: 1\n---\n"),
        (" ---\na: 1\n---\n", Kind::Null, " ---\na: 1\n---\n"),
    ] {
        let tree = markdown(source);
        check(&tree);
        assert_eq!(tree.root().unwrap().kind(), Kind::Stream);
        assert_eq!(tree.documents().count(), 2, "{source:?}");
        assert_eq!(tree.documents().next().unwrap().kind(), front, "{source:?}");
        assert_eq!(body(&tree), rest, "{source:?}");
        assert!(tree.problems().is_empty(), "{source:?}");
    }
}

#[test]
fn values_that_yaml_refuses_are_what_stands_there() {
    let values = [
        "*",
        "*.ts,*.tsx",
        "[a] | [b]",
        "CRITICAL: you MUST: x",
        "@file",
        "%x",
        "\"a\" and \"b\"",
        "`code`",
        "{a} or {b}",
        "é: 𝒳",
        "!x: y: z",
        "'it's'",
        "Bash(git: *), Read: *",
    ];
    for value in values {
        let tree = markdown(&format!("---\nname: n\nkey: {value}\ntools: [a, b]\n---\nBody\n"));
        check(&tree);
        let node = at(&tree, &["key"]);
        assert_eq!(node.text(), Some(value), "{value}");
        assert_eq!(slice(&tree, node.span()), value);
        assert_eq!(at(&tree, &["tools"]).items().count(), 2, "{value}");
        assert!(tree.problems().is_empty(), "{value}: {:?}", tree.problems());
    }
}

#[test]
fn several_refused_values_are_all_kept() {
    let tree = markdown("---\na: x: y\nb: *\nc: [1] [2]\nlist:\n  - d: e: f\nz: ok\n---\n");
    assert_eq!(at(&tree, &["a"]).text(), Some("x: y"));
    assert_eq!(at(&tree, &["c"]).text(), Some("[1] [2]"));
    assert_eq!(at(&tree, &["z"]).text(), Some("ok"));
    assert!(tree.problems().is_empty(), "{:?}", tree.problems());
}

#[test]
fn what_nobody_can_read_is_a_problem() {
    let tree = markdown("---\na: 1\nnonsense\nb: 2\n---\n");
    assert_eq!(at(&tree, &["b"]).text(), Some("2"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn comments_in_code_are_text() {
    let tree = markdown(
        "<!-- a -->\n`<!-- no -->` ``<!-- ` no -->`` <!-- b\nc -->\n```\n<!-- no -->\n```\n~~~~\n~~~\n<!-- no -->\n~~~~\n<!-- d -->\n<!-- open\n",
    );
    let texts: Vec<_> = tree.comments().iter().map(|it| slice(&tree, it.text)).collect();
    assert_eq!(texts, [" a ", " b\nc ", " d "]);
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in ".{0,200}") {
        check(&markdown(&format!("---\n{text}\n---\n{text}")));
    }

    #[test]
    fn any_soup_gives_a_sound_tree(text in mutate::pieces(), rest in mutate::pieces()) {
        let source = format!("---\n{text}\n---\n{rest}");
        let tree = markdown(&source);
        check(&tree);
        prop_assert!(source.ends_with(body(&tree)));
        prop_assert_eq!(tree.documents().count(), 2);
    }

    #[test]
    fn changed_fixtures_give_a_sound_tree(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec(mutate::change(), 1..5),
    ) {
        let all = fixtures("markdown");
        check(&markdown(&mutate::apply(&all[pick.index(all.len())], &changes)));
    }
}
