//! JSON and JSONC.

#[path = "support/mutate.rs"]
mod mutate;
mod support;

use nhilint_syntax::{Flags, Kind, Language, Limits, ProblemKind, Style, parse};
use proptest::prelude::*;
use support::{at, check, check_nesting, count, fixtures, on_small_stack, read, slice};

#[test]
fn fixtures_read_as_recorded() {
    support::snapshot("json", Language::Json);
}

#[test]
fn strings_lead_back_to_their_escapes() {
    let tree = read(r#"{"k": "a\"b\u00e9\ud83d\ude00z"}"#, Language::Json);
    let node = at(&tree, &["k"]);
    assert_eq!(node.text(), Some("a\"bé😀z"));
    let map = node.offset_map();
    let text = node.text().unwrap();
    let of = |what: char| {
        let offset = text.find(what).unwrap() as u32;
        map.to_source(offset)
    };
    assert_eq!(of('a'), 7);
    assert_eq!(of('"'), 8);
    assert_eq!(of('b'), 10);
    assert_eq!(of('é'), 11);
    assert_eq!(of('😀'), 17);
    assert_eq!(slice(&tree, map.to_span(text.find('z').unwrap() as u32, text.len() as u32)), "z");
}

#[test]
fn strictness_is_known() {
    for (source, relaxed) in [
        (r#"{"a": [1, 2]}"#, false),
        ("{\"a\": 1} // x", true),
        ("{\"a\": /* x */ 1}", true),
        ("{\"a\": 1,}", true),
        ("[1,]", true),
        ("['a']", true),
        ("{a: 1}", true),
    ] {
        assert_eq!(read(source, Language::Json).is_relaxed_json(), relaxed, "{source}");
    }
}

#[test]
fn tolerated_extras_are_no_problem() {
    let tree = read("// a\n{\"a\": [1,],}", Language::Json);
    assert!(tree.problems().is_empty());
    assert_eq!(tree.comments().len(), 1);
}

#[test]
fn duplicate_keys_stay_and_are_reported() {
    let tree = read(r#"{"a": 1, "b": 2, "\u0061": 3}"#, Language::Json);
    let root = tree.root().unwrap();
    assert_eq!(root.children().count(), 3);
    assert!(root.child(2).unwrap().flags().has(Flags::DUPLICATE_KEY));
    assert_eq!(tree.problems().len(), 1);
    assert_eq!(tree.problems()[0].kind, ProblemKind::DuplicateKey);
    assert_eq!(root.get("a").unwrap().text(), Some("3"));
}

#[test]
fn many_duplicates_in_a_large_map_are_found() {
    let entries: Vec<_> = (0..5_000).map(|it| format!("\"k{}\": {it}", it % 4_999)).collect();
    let tree = read(&format!("{{{}}}", entries.join(",")), Language::Json);
    assert_eq!(tree.problems().len(), 1);
}

/// What is typed into the middle of a file costs that entry and no other.
#[test]
fn half_typed_entries_cost_themselves() {
    let typed = [
        "\"new\"",
        "\"new\":",
        "\"new\": \"ab",
        "\"new\": [",
        "\"new\": tr",
        "\"new",
        "new",
        "\"new\": \"\\",
        "\"new\" 1,",
        ",",
        ":",
        "\"new\": @,",
    ];
    for text in typed {
        let source =
            format!("{{\n  \"a\": 1,\n  {text}\n  \"b\": {{\"c\": [2]}},\n  \"d\": 3\n}}\n");
        let tree = read(&source, Language::Json);
        check(&tree);
        assert_eq!(at(&tree, &["a"]).text(), Some("1"), "{text}");
        assert_eq!(at(&tree, &["d"]).text(), Some("3"), "{text}");
        assert_eq!(at(&tree, &["b", "c"]).items().count(), 1, "{text}");
        assert_eq!(tree.problems().len(), 1, "{text}: {:?}", tree.problems());
    }
}

/// A bracket without its end is closed where the indentation says, in files that have one.
#[test]
fn the_indentation_closes_brackets() {
    for text in ["\"new\": {", "\"new\": [", "\"new\": [{"] {
        let source = format!(
            "{{\n  \"a\": {{\n    {text}\n    \"b\": 1\n  }},\n  \"c\": [\n    2\n  ]\n}}\n"
        );
        let tree = read(&source, Language::Json);
        check(&tree);
        assert_eq!(at(&tree, &["a", "b"]).text(), Some("1"), "{text}");
        assert_eq!(at(&tree, &["c"]).items().count(), 1, "{text}");
        assert!(at(&tree, &["a", "new"]).flags().has(Flags::MASKED), "{text}");
    }
    let source =
        "{\n  \"l\": [\n    {\"a\": 1},\n    \"new\": \"x\n    {\"a\": 2}\n  ],\n  \"m\": 3\n}\n";
    let tree = read(source, Language::Json);
    assert_eq!(at(&tree, &["l"]).items().filter(|it| it.kind() == Kind::Map).count(), 2);
    assert_eq!(at(&tree, &["m"]).text(), Some("3"));
}

#[test]
fn what_stands_above_the_root_is_not_the_root() {
    for text in ["foo", "\"foo\"", "true"] {
        let tree = read(&format!("{text}\n{{\"a\": 1}}\n"), Language::Json);
        assert_eq!(at(&tree, &["a"]).text(), Some("1"), "{text}");
        assert_eq!(tree.problems().len(), 1, "{text}");
    }
}

#[test]
fn unclosed_brackets_on_one_line_take_little_time() {
    let start = std::time::Instant::now();
    for source in ["[1,".repeat(100_000), "{\"a\":1,\"b\":".repeat(50_000), "[}".repeat(100_000)] {
        read(&source, Language::Json);
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(60));
}

#[test]
fn a_missing_value_is_unknown_not_absent() {
    let tree = read("{\"a\": , \"b\": 1}", Language::Json);
    assert_eq!(at(&tree, &["a"]).kind(), Kind::Opaque);
}

#[test]
fn an_incomplete_collection_says_so() {
    let tree = read("{\"a\": {\"b\": 1", Language::Json);
    assert!(at(&tree, &["a"]).flags().has(Flags::MASKED));
    assert!(tree.root().unwrap().flags().has(Flags::MASKED));
}

#[test]
fn only_the_first_of_several_roots_is_read() {
    let tree = read("{\"a\": 1} {\"b\": 2} 3", Language::Json);
    assert_eq!(tree.root().unwrap().children().count(), 1);
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn empty_files_have_no_root() {
    for source in ["", " \n", "\u{feff}", "// only a comment"] {
        assert!(read(source, Language::Json).root().is_none(), "{source:?}");
    }
}

#[test]
fn deep_nesting_costs_what_is_deep() {
    on_small_stack(|| {
        for open in ["[", "{\"a\":"] {
            let source = format!("{{\"deep\": {}", open.repeat(100_000));
            let tree = read(&source, Language::Json);
            assert_eq!(
                tree.problems().iter().filter(|it| it.kind == ProblemKind::Limit).count(),
                1
            );
        }
        let nested = "[".repeat(100_000) + &"]".repeat(100_000);
        let tree = read(&format!("{{\"deep\": {nested}, \"after\": 1}}"), Language::Json);
        assert_eq!(at(&tree, &["after"]).text(), Some("1"));
        assert_eq!(count(&tree, Kind::Opaque), 1);
        assert_eq!(tree.problems().len(), 1);
    });
}

#[test]
fn limits_on_bytes_and_nodes_are_reported() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    let tree = parse("[1, 2, 3, 4]".into(), Language::Json, &limits);
    assert!(tree.is_empty());
    assert_eq!(tree.problems()[0].kind, ProblemKind::Limit);
    let limits = Limits { nodes: 3, ..Limits::default() };
    let tree = parse("[1, 2, 3, 4]".into(), Language::Json, &limits);
    assert_eq!(tree.len(), 3);
    assert_eq!(tree.problems()[0].kind, ProblemKind::Limit);
}

#[test]
fn errors_end_at_their_limit() {
    let tree = read(&"{\"a\": @, \"b\": 1},".repeat(1_000), Language::Json);
    assert!(tree.problems().len() <= 65);
    let tree = read(&format!("[{}1]", "@, 1, ".repeat(1_000)), Language::Json);
    assert_eq!(tree.problems().len(), 64);
}

#[test]
fn single_quotes_and_bare_keys_are_kept() {
    let tree = read("{a: 'x', b: 'y'}", Language::Json);
    assert_eq!(at(&tree, &["b"]).text(), Some("y"));
    assert_eq!(at(&tree, &["b"]).style(), Style::Single);
    assert_eq!(tree.problems().len(), 1, "once per file");
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in ".{0,200}") {
        let tree = read(&text, Language::Json);
        check(&tree);
    }

    #[test]
    fn any_soup_gives_a_sound_tree(text in mutate::pieces()) {
        let tree = read(&text, Language::Json);
        check(&tree);
    }

    #[test]
    fn changed_fixtures_give_a_sound_tree(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec(mutate::change(), 1..5),
    ) {
        let all = fixtures("json");
        let text = mutate::apply(&all[pick.index(all.len())], &changes);
        let tree = read(&text, Language::Json);
        check(&tree);
        if tree.problems().is_empty() {
            check_nesting(&tree);
        }
    }
}
