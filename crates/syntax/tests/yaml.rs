//! YAML.

#[path = "support/mutate.rs"]
mod mutate;
mod support;

use std::time::{Duration, Instant};

use nhilint_syntax::{Flags, Kind, Language, Limits, ProblemKind, Style, parse};
use proptest::prelude::*;
use support::{at, check, check_nesting, fixtures, on_small_stack, read, slice};

#[test]
fn fixtures_read_as_recorded() {
    support::snapshot("yaml", Language::Yaml);
}

#[test]
fn kinds_follow_the_core_schema() {
    let cases = [
        ("~", Kind::Null),
        ("null", Kind::Null),
        ("NULL", Kind::Null),
        ("nUll", Kind::String),
        ("true", Kind::Bool),
        ("FALSE", Kind::Bool),
        ("yes", Kind::String),
        ("on", Kind::String),
        ("0", Kind::Number),
        ("-12", Kind::Number),
        ("+1.", Kind::Number),
        (".5", Kind::Number),
        ("1e-3", Kind::Number),
        ("0xfF", Kind::Number),
        ("0o7", Kind::Number),
        ("0o8", Kind::String),
        ("-.INF", Kind::Number),
        (".nan", Kind::Number),
        ("1_000", Kind::String),
        ("1:2", Kind::String),
        ("0x", Kind::String),
        ("e5", Kind::String),
        ("1e", Kind::String),
        (".", Kind::String),
        ("\"1\"", Kind::String),
        ("'null'", Kind::String),
        ("!!str 1", Kind::String),
        ("!x true", Kind::String),
        ("!!int 7", Kind::Number),
    ];
    for (text, kind) in cases {
        let tree = read(&format!("k: {text}"), Language::Yaml);
        assert_eq!(at(&tree, &["k"]).kind(), kind, "{text}");
        assert!(tree.problems().is_empty(), "{text}");
    }
}

#[test]
fn every_place_of_a_text_leads_to_its_source() {
    let source = "a: |\n    one\n      two\n\n    three\nb: >-\n  x y\n  z\nc: 'it''s\n  ok'\nd: \"q\\tr\n  s\"\ne: p\n  q\n";
    let tree = read(source, Language::Yaml);
    for (key, words) in [
        ("a", vec!["one", "two", "three"]),
        ("b", vec!["x", "y", "z"]),
        ("c", vec!["it", "s", "ok"]),
        ("d", vec!["q", "r", "s"]),
        ("e", vec!["p", "q"]),
    ] {
        let node = at(&tree, &[key]);
        let (text, map) = (node.text().unwrap(), node.offset_map());
        let mut from = 0;
        for word in words {
            let start = from + text.get(from..).unwrap().find(word).unwrap();
            let span = map.to_span(start as u32, (start + word.len()) as u32);
            assert_eq!(slice(&tree, span), word, "{key}");
            assert!(node.span().contains(span));
            from = start + word.len();
        }
    }
    // What is indented more than the block keeps its own blanks.
    let node = at(&tree, &["a"]);
    let blanks = node.text().unwrap().find("  two").unwrap() as u32;
    assert_eq!(slice(&tree, node.offset_map().to_span(blanks, blanks + 5)), "  two");
}

#[test]
fn block_collections_end_with_their_content() {
    let tree = read("a:\n  b: 1\n  c: 2   # x\n\n# y\nd: 3\n", Language::Yaml);
    assert_eq!(slice(&tree, at(&tree, &["a"]).span()), "b: 1\n  c: 2");
}

#[test]
fn merges_and_aliases_are_followed() {
    let tree = read("b: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd: [*b]\n", Language::Yaml);
    assert!(tree.problems().is_empty());
    assert_eq!(at(&tree, &["c", "x"]).text(), Some("1"));
    assert_eq!(at(&tree, &["c", "y"]).text(), Some("3"));
    let item = at(&tree, &["d"]).items().next().unwrap();
    assert_eq!(item.get("y").unwrap().text(), Some("2"));
}

#[test]
fn an_anchor_may_be_set_again() {
    let tree = read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", Language::Yaml);
    assert_eq!(at(&tree, &["b"]).text(), Some("1"));
    assert_eq!(at(&tree, &["d"]).text(), Some("2"));
}

#[test]
fn anchors_end_with_their_document() {
    let tree = read("a: &x 1\n---\nb: *x\n", Language::Yaml);
    let second = tree.documents().nth(1).unwrap();
    assert_eq!(second.get("b").unwrap().kind(), Kind::Alias);
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn an_alias_inside_its_own_anchor_names_nothing() {
    let tree = read("a: &x\n  b: *x\n  c: [*x]\n", Language::Yaml);
    assert_eq!(at(&tree, &["a", "b"]).kind(), Kind::Alias);
    assert_eq!(tree.problems().len(), 2);
    check(&tree);
}

#[test]
fn billions_of_laughs_are_few() {
    let mut source = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..40 {
        let last = format!("*a{}, ", level - 1).repeat(9);
        source += &format!("a{level}: &a{level} [{last}]\n");
    }
    source += "after: 1\n";
    let start = Instant::now();
    let tree = read(&source, Language::Yaml);
    assert!(start.elapsed() < Duration::from_secs(60));
    assert_eq!(tree.problems().len(), 1, "once");
    assert_eq!(tree.problems()[0].kind, ProblemKind::Limit);
    assert_eq!(at(&tree, &["after"]).text(), Some("1"));
    // Following every alias everywhere costs no more than the limit allows.
    let mut stack: Vec<_> = tree.documents().collect();
    let mut visited = 0;
    while let Some(node) = stack.pop() {
        visited += 1;
        stack.extend(node.resolved().children());
    }
    assert!(visited < 1_200_000, "{visited}");
}

#[test]
fn a_broken_document_costs_itself() {
    let tree = read("a: 1\n---\n{x: [}\n---\nb: 2\n", Language::Yaml);
    let keys: Vec<_> =
        tree.documents().flat_map(|it| it.children().filter_map(|it| it.key())).collect();
    assert!(keys.contains(&"a") && keys.contains(&"b"), "{keys:?}");
    assert_eq!(tree.problems().len(), 1);
}

/// What is typed into the middle of a file costs its line and no other.
#[test]
fn half_typed_lines_cost_themselves() {
    let typed = [
        "  foo",
        "  foo: \"abc",
        "  foo: [",
        "  foo: {",
        "  foo: @x",
        "  foo: a: b",
        "   foo: 1",
        "  - foo",
        "\tfoo: 1",
        "  foo: 'x' y",
        "  foo: %",
        "foo bar",
        "  foo: [a, b",
        "  foo: *",
        "  foo: \"\\q\"",
    ];
    for text in typed {
        let source = format!("top:\n  a: 1\n{text}\n  b:\n    c: 2\n  d: 3\nend: 4\n");
        let tree = read(&source, Language::Yaml);
        check(&tree);
        let found: Vec<_> = ["a", "b", "c", "d", "end"]
            .into_iter()
            .filter(|key| tree.nodes().any(|it| it.key() == Some(key)))
            .collect();
        assert_eq!(found, ["a", "b", "c", "d", "end"], "{text}\n{}", nhilint_syntax::dump(&tree));
        assert_eq!(tree.problems().len(), 1, "{text}: {:?}", tree.problems());
        assert_eq!(at(&tree, &["end"]).text(), Some("4"), "{text}");
    }
}

#[test]
fn a_hidden_value_is_unknown_and_a_hidden_line_is_remembered() {
    let tree = read("m:\n  a: \"x\n  b: 1\n", Language::Yaml);
    assert_eq!(at(&tree, &["m", "a"]).kind(), Kind::Opaque);
    let tree = read("m:\n  a: 1\n  word\n  b: 1\n", Language::Yaml);
    assert!(at(&tree, &["m"]).flags().has(Flags::MASKED));
}

#[test]
fn tabs_cost_nothing_but_a_problem() {
    let tree = read("---\n\ta: 1\n\tb:\n\t\tc: 2\n---\nd: 3\n", Language::Yaml);
    assert_eq!(at(&tree, &["b", "c"]).text(), Some("2"));
    assert_eq!(tree.documents().nth(1).unwrap().get("d").unwrap().text(), Some("3"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn text_behind_a_document_is_another_one() {
    let tree = read("\tfoo: 1\na: b\nc: d\n", Language::Yaml);
    let last = tree.documents().last().unwrap();
    assert_eq!(last.get("a").unwrap().text(), Some("b"));
    assert_eq!(last.get("c").unwrap().text(), Some("d"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn complex_keys_make_pairs() {
    let tree = read("? [a, b]\n: c\n? {d: e}\nf: g\n", Language::Yaml);
    let root = tree.documents().next().unwrap();
    let kinds: Vec<_> = root.children().map(|it| it.kind()).collect();
    assert_eq!(kinds, [Kind::Pair, Kind::Pair, Kind::String]);
    assert_eq!(root.child(0).unwrap().children().count(), 2);
    assert_eq!(at(&tree, &["f"]).text(), Some("g"));
    check_nesting(&tree);
}

#[test]
fn tags_are_kept() {
    let tree = read("a: !vault |\n  x\nb: !!str 1\nc: !t {d: 1}\n", Language::Yaml);
    assert_eq!(at(&tree, &["a"]).tag(), Some("!vault"));
    assert_eq!(at(&tree, &["b"]).tag(), Some("!!str"));
    assert_eq!(at(&tree, &["c"]).tag(), Some("!t"));
    assert_eq!(at(&tree, &["c", "d"]).tag(), None);
}

#[test]
fn duplicate_keys_stay_and_are_reported() {
    let tree = read("a: 1\n\"a\": 2\nb: {a: 1}\n", Language::Yaml);
    assert_eq!(at(&tree, &["a"]).text(), Some("2"));
    let kinds: Vec<_> = tree.problems().iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [ProblemKind::DuplicateKey]);
}

#[test]
fn deep_nesting_is_bounded() {
    on_small_stack(|| {
        let block: String = (0..3_000).map(|it| format!("{}a:\n", " ".repeat(it))).collect();
        for source in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), block] {
            let start = Instant::now();
            let tree = read(&format!("before: 1\n---\n{source}\n---\nafter: 1\n"), Language::Yaml);
            assert!(start.elapsed() < Duration::from_secs(60));
            let limits = tree.problems().iter().filter(|it| it.kind == ProblemKind::Limit).count();
            assert!((1..=2).contains(&limits), "{:?}", tree.problems());
            let last = tree.documents().last().unwrap();
            assert_eq!(last.get("after").unwrap().text(), Some("1"));
        }
    });
}

#[test]
fn what_is_deeper_than_the_limit_is_left_out_alone() {
    let nested = "[".repeat(200) + &"]".repeat(200);
    let tree = read(&format!("a: {nested}\nb: 1\n"), Language::Yaml);
    assert_eq!(at(&tree, &["b"]).text(), Some("1"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn many_documents_end_at_their_limit() {
    let start = Instant::now();
    let tree = read(&"a: 1\n---\n".repeat(20_000), Language::Yaml);
    assert_eq!(tree.documents().count(), Limits::default().documents);
    assert_eq!(tree.problems().len(), 1);
    let tree = read(&"a: [\n---\n".repeat(20_000), Language::Yaml);
    assert!(tree.problems().len() <= 66, "{}", tree.problems().len());
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn repairs_end_with_their_budget() {
    let start = Instant::now();
    let line = "key: \"value\n";
    let tree = read(&line.repeat(100_000), Language::Yaml);
    assert!(!tree.problems().is_empty());
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn many_comment_lines_are_kept() {
    let source = format!("a: 1\n{}b: 2\n", "# c\n".repeat(1_000));
    let tree = read(&source, Language::Yaml);
    assert_eq!(tree.comments().len(), 1_000);
    assert_eq!(at(&tree, &["b"]).text(), Some("2"));
}

#[test]
fn node_limits_end_reading() {
    let limits = Limits { nodes: 5, ..Limits::default() };
    let tree = parse("a: &x 1\nb: 2\nc: 3\nd: 4\ne: *x\n".into(), Language::Yaml, &limits);
    assert_eq!(tree.len(), 5);
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn nothing_is_no_root_and_comments_are_a_stream() {
    assert!(read("", Language::Yaml).root().is_none());
    assert!(read("\u{feff} \n", Language::Yaml).root().is_none());
    let tree = read("# c\n", Language::Yaml);
    assert_eq!(tree.root().unwrap().kind(), Kind::Stream);
    assert_eq!(tree.documents().count(), 0);
    assert_eq!(tree.comments().len(), 1);
}

#[test]
fn styles_are_known() {
    let tree =
        read("a: x\nb: 'x'\nc: \"x\"\nd: |\n  x\ne: >\n  x\nf: [x]\ng:\n- x\n", Language::Yaml);
    for (key, style) in [
        ("a", Style::Plain),
        ("b", Style::Single),
        ("c", Style::Double),
        ("d", Style::Block),
        ("e", Style::Folded),
        ("f", Style::Flow),
        ("g", Style::None),
    ] {
        assert_eq!(at(&tree, &[key]).style(), style, "{key}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in ".{0,200}") {
        check(&read(&text, Language::Yaml));
    }

    #[test]
    fn any_soup_gives_a_sound_tree(text in mutate::pieces()) {
        check(&read(&text, Language::Yaml));
    }

    #[test]
    fn changed_fixtures_give_a_sound_tree(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec(mutate::change(), 1..5),
    ) {
        let all = fixtures("yaml");
        let tree = read(&mutate::apply(&all[pick.index(all.len())], &changes), Language::Yaml);
        check(&tree);
        check_nesting(&tree);
    }
}
