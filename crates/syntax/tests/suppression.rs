//! Suppression comments: their grammar and what they cover.

mod support;

use nhilint_syntax::{Language, Suppression, SuppressionProblem, Tree, suppressions};
use support::{read, slice};

fn yaml(source: &str) -> (Tree, Vec<Suppression>, Vec<SuppressionProblem>) {
    let tree = read(source, Language::Yaml);
    let (found, problems) = suppressions(&tree);
    (tree, found, problems)
}

/// The text that the only suppression of a file covers.
fn covered(source: &str, language: Language) -> String {
    let tree = read(source, language);
    let (found, problems) = suppressions(&tree);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(found.len(), 1, "{source}");
    slice(&tree, found[0].covers).to_owned()
}

#[test]
fn everything_may_be_said() {
    let source = "a: 1 # nhilint: ignore[wildcard-action, no-owner] until=2027-03-31 owner=platform -- break-glass,  reviewed -- monthly\n";
    let (tree, found, problems) = yaml(source);
    assert!(problems.is_empty());
    let it = &found[0];
    let rules: Vec<_> =
        it.rules.iter().map(|(id, span)| (id.as_str(), slice(&tree, *span))).collect();
    assert_eq!(rules, [("wildcard-action", "wildcard-action"), ("no-owner", "no-owner")]);
    let (until, span) = it.until.as_ref().unwrap();
    assert_eq!((until.as_str(), slice(&tree, *span)), ("2027-03-31", "2027-03-31"));
    assert_eq!(it.owner.as_deref(), Some("platform"));
    assert_eq!(it.reason.as_deref(), Some("break-glass, reviewed -- monthly"));
    assert!(!it.whole_file);
    assert!(slice(&tree, it.span).starts_with("# nhilint"));
}

#[test]
fn spelling_is_free_where_nothing_is_at_stake() {
    for comment in [
        "# nhilint: ignore[a]",
        "#nhilint:ignore[a]",
        "#   nhilint :  ignore[ a ]",
        "# nhilint: ignore [a]",
        "# nhilint: ignore[a,]",
        "# nhilint: ignore[a] owner=x",
        "# nhilint: ignore[a] -- r",
        "# nhilint: ignore[a]-- r",
        "# nhilint: ignore[a] until=tomorrow",
    ] {
        let (_, found, problems) = yaml(&format!("k: 1 {comment}\n"));
        assert!(problems.is_empty(), "{comment}: {problems:?}");
        assert_eq!(found[0].rules[0].0, "a", "{comment}");
    }
}

#[test]
fn other_comments_say_nothing() {
    for comment in [
        "# nhilint is great",
        "# see nhilint: ignore[a]",
        "# ignore[a]",
        "# nhilinter: x",
        "#",
        "# nhi",
    ] {
        let (_, found, problems) = yaml(&format!("k: 1 {comment}\n"));
        assert!(found.is_empty() && problems.is_empty(), "{comment}: {problems:?}");
    }
}

/// Each mistake with the text it is reported at and a word of the advice.
#[test]
fn mistakes_suppress_nothing_and_say_what_to_write() {
    for (comment, place, advice) in [
        ("# nhilint ignore[a]", "nhilint", "nhilint: ignore"),
        ("# nhilint: ignore", "e", "brackets"),
        ("# nhilint: ignore a", "e", "brackets"),
        ("# nhilint: ignore a-rule -- x", "e", "brackets"),
        ("# nhilint: ignore[]", "[]", "at least one"),
        ("# nhilint: ignore[ ]", "[ ]", "at least one"),
        ("# nhilint: ignore[a,,b]", "[a,,b]", "at least one"),
        ("# nhilint: ignore[a", "[a", "]"),
        ("# nhilint: ignore[a b]", "a b", "comma"),
        ("# nhilint: ignore[A-rule]", "A-rule", "small"),
        ("# nhilint: ignore[*]", "*", "small"),
        ("# nhilint: ignored[a]", "ignored", "ignore[rule]"),
        ("# nhilint: disable[a]", "disable", "ignore[rule]"),
        ("# nhilint: disable-line a", "disable-line", "ignore[rule]"),
        ("# nhilint:", "", "ignore[rule]"),
        ("# nhilint: ignore[a] untill=2027-01-01", "untill", "until"),
        ("# nhilint: ignore[a] Owner=x", "Owner", "owner"),
        ("# nhilint: ignore[a] until=", "until=", "missing"),
        ("# nhilint: ignore[a] owner=", "owner=", "missing"),
        ("# nhilint: ignore[a] owner=x owner=y", "owner=y", "twice"),
        ("# nhilint: ignore[a] because I say so", "because", "--"),
        ("# nhilint: ignore[a] —  reason", "—", "--"),
        ("# nhilint: ignore[a] --", "--", "reason"),
    ] {
        let (tree, found, problems) = yaml(&format!("k: 1 {comment}\n"));
        assert!(found.is_empty(), "{comment}");
        assert_eq!(problems.len(), 1, "{comment}");
        assert_eq!(slice(&tree, problems[0].span), place, "{comment}");
        assert!(problems[0].message.contains(advice), "{comment}: {}", problems[0].message);
    }
}

#[test]
fn a_comment_behind_a_value_covers_its_line() {
    assert_eq!(
        covered("a: 1\nb: 2 # nhilint: ignore[x]\nc: 3\n", Language::Yaml),
        "b: 2 # nhilint: ignore[x]"
    );
    let source = "{\r\n \"a\": 1, // nhilint: ignore[x]\r\n \"b\": 2}";
    assert_eq!(covered(source, Language::Json), " \"a\": 1, // nhilint: ignore[x]");
    let source = "{\n /* nhilint: ignore[x] */ \"a\": 1,\n \"b\": 2}";
    assert_eq!(covered(source, Language::Json), " /* nhilint: ignore[x] */ \"a\": 1,");
}

#[test]
fn a_comment_above_covers_the_entry_below() {
    let comment = "# nhilint: ignore[x]\n";
    for (before, entry, after) in [
        ("a: 1\n", "b: 2", "\nc: 3\n"),
        ("a: 1\n\n", "b:\n  c: 1\n  d: [1,\n   2]", "\ne: 3\n"),
        ("a:\n  ", "b: 1", "\n  c: 2\n"),
        ("l:\n", "n: 1\n  v: 2", "\n- n: 2\n"),
        ("", "a: 1\nb: 2", "\n"),
        ("a: 1\n---\n", "b: 1\nc: 2", "\n"),
        ("a:\n  b: 1\n  ", "c: 2", "\n"),
    ] {
        let item = if before == "l:\n" { "- " } else { "" };
        let indent = if before.ends_with("  ") { "  " } else { "" };
        let source = format!("{before}{comment}{indent}{item}{entry}{after}");
        assert_eq!(covered(&source, Language::Yaml), entry, "{source}");
    }
    // Blank lines and other comments may stand between.
    assert_eq!(covered("a: 1\n# nhilint: ignore[x]\n\n# other\nb: 2\n", Language::Yaml), "b: 2");
}

#[test]
fn several_comments_cover_the_same_entry() {
    let (tree, found, _) = yaml("a: 1\n# nhilint: ignore[x]\n# nhilint: ignore[y]\nb:\n  c: 1\n");
    let covers: Vec<_> = found.iter().map(|it| slice(&tree, it.covers)).collect();
    assert_eq!(covers, ["b:\n  c: 1", "b:\n  c: 1"]);
}

#[test]
fn a_comment_above_nothing_covers_nothing() {
    let (_, found, _) = yaml("a: 1\n# nhilint: ignore[x]\n");
    assert!(found[0].covers.is_empty());
}

#[test]
fn json_entries_are_covered_with_their_keys() {
    let source = "{\n  \"s\": {\n    // nhilint: ignore[x]\n    \"a\": {\n      \"b\": 1\n    },\n    \"c\": 2\n  }\n}\n";
    assert_eq!(covered(source, Language::Json), "a\": {\n      \"b\": 1\n    }");
    let source = "// nhilint: ignore[x]\n{\n \"a\": 1\n}\n";
    assert_eq!(covered(source, Language::Json), "{\n \"a\": 1\n}");
    let source = "[\n // nhilint: ignore[x]\n {\"a\": 1}, 2\n]\n";
    assert_eq!(covered(source, Language::Json), "{\"a\": 1}");
}

#[test]
fn toml_tables_are_covered_with_their_entries() {
    let source = "a = 1\n# nhilint: ignore[x]\n[t.u]\nb = 2\nc = 3\n\n[v]\nd = 4\n";
    assert_eq!(covered(source, Language::Toml), "[t.u]\nb = 2\nc = 3");
    assert_eq!(covered("# nhilint: ignore[x]\na = 1\nb = 2\n", Language::Toml), "a = 1");
}

#[test]
fn bodies_of_markdown_are_covered_by_paragraph() {
    let front = "---\na: 1\n---\n";
    for (rest, covers) in [
        ("<!-- nhilint: ignore[x] -->\n\nOne\ntwo\n\nThree\n", "One\ntwo\n"),
        (
            "Text\n\n<!-- nhilint: ignore[x] -->\n```sh\na\n\nb\n```\nAfter\n",
            "```sh\na\n\nb\n```\n",
        ),
        ("Text <!-- nhilint: ignore[x] -->\nmore\n", "Text <!-- nhilint: ignore[x] -->"),
    ] {
        assert_eq!(covered(&format!("{front}{rest}"), Language::Markdown), covers);
    }
    let source = "---\n# nhilint: ignore[x]\ntools: Bash\nname: n\n---\nB\n";
    assert_eq!(covered(source, Language::Markdown), "tools: Bash\nname: n");
}

#[test]
fn whole_files_are_covered_from_their_top() {
    for (source, language) in [
        ("# nhilint: ignore-file[x]\na: 1\n---\nb: 2\n", Language::Yaml),
        ("\u{feff}# nhilint: ignore-file[x]\na: 1\n", Language::Yaml),
        ("---\n# other\n\n# nhilint: ignore-file[x] -- r\na: 1\n", Language::Yaml),
        ("// nhilint: ignore-file[x]\n{\"a\": 1}", Language::Json),
        ("{ // nhilint: ignore-file[x]\n\"a\": 1}", Language::Json),
        ("# nhilint: ignore-file[x]\n[a]\n", Language::Toml),
        ("---\n# nhilint: ignore-file[x]\na: 1\n---\nB\n", Language::Markdown),
        ("---\na: 1\n---\n\n<!-- nhilint: ignore-file[x] -->\nB\n", Language::Markdown),
        ("<!-- a -->\n<!-- nhilint: ignore-file[x] -->\nB\n", Language::Markdown),
    ] {
        let tree = read(source, language);
        let (found, problems) = suppressions(&tree);
        assert!(problems.is_empty(), "{source}: {problems:?}");
        assert!(found[0].whole_file);
        assert_eq!(slice(&tree, found[0].covers), source);
    }
}

#[test]
fn whole_files_are_not_covered_from_below() {
    for (source, language) in [
        ("a: 1\n# nhilint: ignore-file[x]\nb: 2\n", Language::Yaml),
        ("a: 1 # nhilint: ignore-file[x]\n", Language::Yaml),
        ("{\"a\": 1} // nhilint: ignore-file[x]", Language::Json),
        ("---\na: 1\n---\nB\n\n<!-- nhilint: ignore-file[x] -->\n", Language::Markdown),
    ] {
        let (found, problems) = suppressions(&read(source, language));
        assert!(found.is_empty(), "{source}");
        assert!(problems[0].message.contains("top of the file"), "{source}");
    }
}

#[test]
fn broken_files_still_have_their_comments() {
    let (tree, found, _) = yaml(
        "a: 1\n# nhilint: ignore[x]\nb:\n  c: 1\nbroken\nd: \"x\n# nhilint: ignore[y]\ne: 1\n",
    );
    let covers: Vec<_> = found.iter().map(|it| slice(&tree, it.covers)).collect();
    assert_eq!(covers, ["b:\n  c: 1", "e: 1"]);
}
