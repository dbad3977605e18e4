//! Both readers make the same of a text.

use std::sync::Arc;

use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};

use crate::limits::Limits;
use crate::tree::Tree;

use super::super::recover;
use super::*;

/// Texts that are well-formed and usual.
const USUAL: &[&str] = &[
    "a: [b, c, {e: f}]\n",
    "{\"a\":b, 'c':[d], e: f, g: }\n",
    "{ a: b,\n c: [d,\n e], }\n",
    "- - - a\n    - b\n  - c\n- d: e\n  f:\n  - g\n",
    "a:\n  - b\n  -\n    - c\n  - d\n",
    "a:\n- b:\n  - c\n  d: e\n-\n  f: g\n",
    "a: \"x\n  y \\\n  z\\u0041\"\nb: 'it''s\n  ok'\n",
    "--- |\n a\n--- >\n b\n\n c\n...\n# e\n---\nd\n---\n",
    "a: b # c\n# d\ne:   # f\n  # g\n  h: i # j\n",
    "plain\n multi\n  line\n",
    "key: >-\n  folded\n   more\n\n  text\n\n\nnext: |+\n  keep\n\nlast: |\n\n  lead\n",
    "\"q\": 'r'\n's t' : u\n\"\\u00e9\": \"\\n\"\n",
    "- {a: 1, b: c}\n- []\n- {}\n- [ ]\n- [a,]\n- ~\n- 1.5\n",
    "a: --- b\n   c\nd: -1\ne: ?x\nf: :y\n",
    "\u{fc}ber: \"stra\u{df}e\\t\"\r\nb:\r\n  - c\r\n  - |\r\n    d\r\n    e\r\n",
    "a: 1\na: 2\n<<: 3\n",
    "a: &x 1\nb: *x\nc: &x [*x, *y]\n---\nd: *x\ne: &f\n  g: *f\nh: &i\n  - *i\nk: &l |\n  m\n",
];

/// Texts that only the reader which recovers decides.
const LEFT: &[&str] = &[
    "a: &x !t 1\n",
    "a: &x\nb: 1\n",
    "a: !t 1\n",
    "%YAML 1.2\n---\na: b\n",
    "? a\n: b\n",
    "[a: b]\n",
    "{a: b}: c\n",
    "{a, b: c}\n",
    "[a,, b]\n",
    "[, b]\n",
    "[a, # c\n b]\n",
    "{a\n: b}\n",
    "[|-]\n",
    "- a\n-\n",
    "a: |2\n   b\n",
    "a: |\nb: c\n",
    "a: 'b\n",
    "a: b: c\n",
    "a: \u{1}\n",
    "a: b\u{feff}\n",
    "a:\n\tb: c\n",
];

/// What the generated texts have inserted.
const BITS: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "  ",
    "#",
    " #",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "-",
    "- ",
    "- - ",
    "--- ",
    "---\n",
    "...\n",
    ":",
    ": ",
    "?",
    "? ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "[a, b]",
    "{a: b}",
    "|\n",
    "|-",
    ">\n",
    "&a ",
    "*a",
    "!!str ",
    "%",
    "@",
    "`",
    "<<: ",
    "~",
    "a",
    "key:",
    "\u{e9}",
    "\u{a0}",
    "\u{2028}",
    "\"a\\\n b\"",
];

/// A text as this reader reads it, or `None`.
fn read(text: &str) -> Option<Tree> {
    tree(text, |builder, text, part| documents(builder, text, part))
}

/// A text as the other reader reads it.
fn recovered(text: &str) -> Tree {
    let read = |builder: &mut Builder, text: &mut Masked<'_>, part| {
        recover(builder, text, Dialect::Plain, part);
        Some(())
    };
    tree(text, read).unwrap()
}

fn tree(
    text: &str,
    read: impl Fn(&mut Builder, &mut Masked<'_>, Span) -> Option<()>,
) -> Option<Tree> {
    let mut builder = Builder::new(Arc::from(text), &Limits::default());
    let part = Span::from_usize(0, text.len());
    read(&mut builder, &mut Masked::plain(text), part)?;
    Some(builder.finish())
}

/// Everything that a tree is made of.
fn parts(tree: &Tree) -> String {
    let Tree { nodes, cooked, tags, comments, problems, .. } = tree;
    format!("{nodes:#?}\n{cooked:#?}\n{tags:?}\n{comments:#?}\n{problems:#?}")
}

#[test]
fn usual_texts_are_read_alike() {
    for text in USUAL {
        let tree = read(text).unwrap_or_else(|| unreachable!("left to the other: {text:?}"));
        assert_eq!(parts(&tree), parts(&recovered(text)), "{text:?}");
    }
}

#[test]
fn what_is_wrong_or_unusual_is_left_to_the_other_reader() {
    for text in LEFT {
        assert!(read(text).is_none(), "{text:?}");
    }
}

#[test]
fn a_limit_leaves_the_text_to_the_other_reader() {
    let limits = Limits { documents: 2, nodes: 4, ..Limits::default() };
    let fits = |text: &str| {
        let mut builder = Builder::new(Arc::from(text), &limits);
        let part = Span::from_usize(0, text.len());
        documents(&mut builder, &Masked::plain(text), part).is_some()
    };
    assert!(fits("a: 1\n---\nb: 2\n"));
    assert!(!fits("a\n---\nb\n---\nc\n"));
    assert!(!fits("[a, b, c, d]\n"));
}

#[test]
fn the_deepest_text_has_stack_enough() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("[a: ", "]"), ("[a: [", "]]")] {
        let count = LEVELS / open.matches(['[', '{', ':']).count();
        let (start, end) = (open.repeat(count), close.repeat(count));
        let text = format!("{start}x{end}");
        assert!(levels(text.as_bytes()).is_some_and(|it| it >= LEVELS), "{open}");
        assert_eq!(levels(format!("{text}: :").as_bytes()), None, "{open}");
        read(&text);
        assert!(read(&start).is_none(), "{open}");
    }
    let pairs = format!("[{}", "a: ".repeat(LEVELS - 1));
    assert!(read(&pairs).is_none());
    let blocks: String = (0..INDENT - 1).map(|it| " ".repeat(it) + "a:\n").collect();
    assert!(levels(blocks.as_bytes()).is_some());
    read(&blocks);
    assert!(read(&"- ".repeat(INDENT)).is_none());
}

#[test]
fn a_marker_of_documents_ends_what_brackets_may_nest() {
    let brackets = "[".repeat(LEVELS);
    let ended = |marker: &str| levels(format!("{brackets}{marker}{brackets}").as_bytes()).is_some();
    assert!(ended("\n---\n") && ended("\n--- "));
    assert!(!ended("\n---x") && !ended(" ---\n") && !ended("\n--\n"));
}

/// A few lines of usual texts, with some bits inserted or characters left out.
fn nearly_usual() -> impl Strategy<Value = String> {
    let lines = USUAL.iter().flat_map(|it| it.split_inclusive('\n')).collect::<Vec<_>>();
    let change = (any::<Index>(), prop_oneof![Just(""), select(BITS)], 0..3_usize);
    (prop::collection::vec(select(lines), 1..8), prop::collection::vec(change, 0..4)).prop_map(
        |(lines, changes)| {
            let mut text: Vec<char> = lines.concat().chars().collect();
            for (at, bit, removed) in changes {
                let at = at.index(text.len() + 1);
                let end = (at + removed).min(text.len());
                text.splice(at..end, bit.chars());
            }
            text.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

    #[test]
    fn texts_that_this_reader_takes_are_read_alike(text in nearly_usual()) {
        if let Some(tree) = read(&text) {
            prop_assert_eq!(parts(&tree), parts(&recovered(&text)));
        }
    }
}
