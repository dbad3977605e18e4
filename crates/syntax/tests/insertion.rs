//! Where a suppression comment goes: above the entry, never into a text.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use nhilint_syntax::{Language, Limits, comment_markers, insertion_point, parse, suppressions};

/// Language, text with `«` before the place of a finding and `»` at the start of the line that
/// the comment must go above.
const CASES: &[(Language, &str)] = &[
    (Language::Hcl, "»resource «\"a\" \"b\" {\n}\n"),
    (Language::Hcl, "\u{feff}»resource «\"a\" \"b\" {\n}\n"),
    (Language::Yaml, "\u{feff}»verbs: [«\"*\"]\n"),
    (
        Language::Hcl,
        "resource \"a\" \"b\" {\n»  policy = <<EOT\n{\n  \"Action\": «\"*\"\n}\nEOT\n}\n",
    ),
    (Language::Hcl, "resource \"a\" \"b\" {\n»  policy = jsonencode({ Action = «\"*\" })\n}\n"),
    (
        Language::Hcl,
        "resource \"a\" \"b\" {\n  policy = jsonencode({\n»    Action = «\"*\"\n  })\n}\n",
    ),
    (Language::Yaml, "rules:\n»  - verbs: [«\"*\"]\n"),
    (Language::Yaml, "rules:\n  - resources: [pods]\n»    verbs: [«\"*\"]\n"),
    (Language::Yaml, "data:\n»  a: |\n    first\n    «second\n"),
    (Language::Toml, "model = \"m\"\n»sandbox_mode = «\"danger-full-access\"\n"),
    (Language::Markdown, "---\nname: a\n»tools: «Bash\n---\nbody\n"),
];

/// The text without marks, the place of the finding and the line that is expected.
fn unmark(text: &str) -> (String, u32, u32) {
    let line = text.find('»').unwrap();
    let text = text.replacen('»', "", 1);
    let place = text.find('«').unwrap();
    (text.replacen('«', "", 1), u32::try_from(place).unwrap(), u32::try_from(line).unwrap())
}

#[test]
fn a_comment_goes_above_the_smallest_entry_that_starts_a_line() {
    for (language, marked) in CASES {
        let (text, place, line) = unmark(marked);
        let tree = parse(Arc::from(text.as_str()), *language, &Limits::default());
        let Some(point) = insertion_point(&tree, *language, place) else {
            panic!("no place in\n{marked}")
        };
        assert_eq!(point.offset, line, "{language:?} in\n{marked}");
    }
}

#[test]
fn the_comment_covers_what_it_was_made_for_and_breaks_nothing() {
    for (language, marked) in CASES {
        let (text, place, _) = unmark(marked);
        let tree = parse(Arc::from(text.as_str()), *language, &Limits::default());
        let Some(point) = insertion_point(&tree, *language, place) else {
            panic!("no place in\n{marked}")
        };
        let (open, close) = comment_markers(*language).unwrap();
        let comment = format!("{}{open}nhilint: ignore[x] -- why{close}\n", point.indent);
        let (before, after) = text.split_at(point.offset as usize);
        let edited = format!("{before}{comment}{after}");
        let moved = place + u32::try_from(comment.len()).unwrap();
        let tree = parse(Arc::from(edited.as_str()), *language, &Limits::default());
        assert_eq!(tree.problems(), [], "{language:?} in\n{edited}");
        let (found, wrong) = suppressions(&tree);
        assert_eq!(wrong, [], "{edited}");
        let covers = found.iter().any(|it| it.covers.start <= moved && moved < it.covers.end);
        assert!(covers, "{language:?}: {found:?} does not cover {moved} in\n{edited}");
    }
}

#[test]
fn strict_json_has_no_place_for_a_comment() {
    let text = "{\n  \"a\": \"b\"\n}\n";
    let tree = parse(Arc::from(text), Language::Json, &Limits::default());
    assert_eq!(insertion_point(&tree, Language::Json, 10), None);
}
