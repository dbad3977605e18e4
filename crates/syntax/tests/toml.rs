//! TOML.

#[path = "support/mutate.rs"]
mod mutate;
mod support;

use nhilint_syntax::{Flags, Kind, Language, ProblemKind};
use proptest::prelude::*;
use support::{at, check, fixtures, on_small_stack, read, slice};

#[test]
fn fixtures_read_as_recorded() {
    support::snapshot("toml", Language::Toml);
}

#[test]
fn strings_lead_back_to_their_source() {
    let source = "a = \"x\\ty é\"\nb = \"\"\"\none \\\n   two\n\"q\" \"\"\"\nc = '''\nraw\\n'''\nd = 'C:\\x'\n";
    let tree = read(source, Language::Toml);
    check(&tree);
    for (key, text, word) in [
        ("a", "x\ty é", "y"),
        ("b", "one two\n\"q\" ", "two"),
        ("c", "raw\\n", "raw"),
        ("d", "C:\\x", "x"),
    ] {
        let node = at(&tree, &[key]);
        assert_eq!(node.text(), Some(text), "{key}");
        let start = text.find(word).unwrap() as u32;
        let span = node.offset_map().to_span(start, start + word.len() as u32);
        assert_eq!(slice(&tree, span), word, "{key}");
    }
}

#[test]
fn comments_are_kept_and_strings_are_not_comments() {
    let tree = read(
        "# a\nk = \"# no\" # b\nl = '''\n# no\n''' # c\nm = [ # d\n  '#no', # e\n]\n[t] # f\n\"# no\" = 1\n",
        Language::Toml,
    );
    let texts: Vec<_> = tree.comments().iter().map(|it| slice(&tree, it.text)).collect();
    assert_eq!(texts, [" a", " b", " c", " d", " e", " f"]);
    assert!(tree.problems().is_empty());
}

#[test]
fn a_table_reaches_to_the_next_header() {
    let tree = read("[a]\nx = 1\ny = 2\n\n[b]\nz = 3\n", Language::Toml);
    assert_eq!(slice(&tree, at(&tree, &["a"]).span()), "[a]\nx = 1\ny = 2");
    assert_eq!(slice(&tree, at(&tree, &["b"]).entry_span()), "[b]\nz = 3");
}

#[test]
fn arrays_of_tables_are_lists() {
    let tree = read("[[u]]\nn = 1\n[[u]]\nn = 2\n", Language::Toml);
    let texts: Vec<_> = at(&tree, &["u"]).items().map(|it| it.get("n").unwrap().text()).collect();
    assert_eq!(texts, [Some("1"), Some("2")]);
}

#[test]
fn broken_lines_cost_themselves_and_invent_nothing() {
    let typed = [
        "foo",
        "foo =",
        "foo = \"abc",
        "foo = [",
        "foo = {",
        "foo = tru",
        "foo = 1 2",
        "= 1",
        "foo = [1, 2",
        "\"foo",
        "foo = \"\"\"",
        "foo. = 1",
    ];
    for text in typed {
        let source = format!("a = 1\n{text}\nb = 2\n[t]\nc = 3\n");
        let tree = read(&source, Language::Toml);
        check(&tree);
        assert_eq!(at(&tree, &["a"]).text(), Some("1"), "{text}");
        assert_eq!(at(&tree, &["b"]).text(), Some("2"), "{text}");
        assert_eq!(at(&tree, &["t", "c"]).text(), Some("3"), "{text}");
        assert_eq!(tree.problems().len(), 1, "{text}: {:?}", tree.problems());
        let foo = tree.root().unwrap().get("foo");
        assert!(foo.is_none_or(|it| it.kind() == Kind::Opaque), "{text}: {foo:?}");
        assert!(tree.root().unwrap().flags().has(Flags::MASKED), "{text}");
    }
}

#[test]
fn a_broken_header_hides_its_table() {
    let tree = read("[a]\nx = 1\n[b\ny = 2\n[c]\nz = 3\n", Language::Toml);
    assert!(at(&tree, &["a"]).get("y").is_none(), "not a key of another table");
    assert_eq!(at(&tree, &["c", "z"]).text(), Some("3"));
    assert_eq!(tree.problems().len(), 1);
}

#[test]
fn duplicates_are_reported_and_the_first_is_kept() {
    let tree = read("a = 1\na = 2\n", Language::Toml);
    assert_eq!(at(&tree, &["a"]).text(), Some("1"));
    assert_eq!(tree.problems()[0].kind, ProblemKind::DuplicateKey);
}

#[test]
fn deep_nesting_is_bounded() {
    on_small_stack(|| {
        let keys = vec!["a"; 100_000].join(".");
        for source in [
            format!("k = {}", "[".repeat(100_000)),
            format!("k = {}", "{a = ".repeat(100_000)),
            format!("{keys} = 1"),
            format!("[{keys}]"),
        ] {
            let tree = read(&format!("before = 1\n{source}\n"), Language::Toml);
            check(&tree);
            assert_eq!(at(&tree, &["before"]).text(), Some("1"));
            assert!(!tree.problems().is_empty());
        }
    });
}

#[test]
fn repairs_end_with_their_budget() {
    let start = std::time::Instant::now();
    let tree = read(&"key = @\n".repeat(10_000), Language::Toml);
    let broken = tree.problems().iter().filter(|it| it.kind == ProblemKind::Syntax);
    assert!(broken.count() <= 65);
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn empty_files_have_no_root() {
    assert!(read(" \n", Language::Toml).root().is_none());
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in ".{0,200}") {
        check(&read(&text, Language::Toml));
    }

    #[test]
    fn any_soup_gives_a_sound_tree(text in mutate::pieces()) {
        check(&read(&text, Language::Toml));
    }

    #[test]
    fn changed_fixtures_give_a_sound_tree(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec(mutate::change(), 1..5),
    ) {
        let all = fixtures("toml");
        check(&read(&mutate::apply(&all[pick.index(all.len())], &changes), Language::Toml));
    }
}
