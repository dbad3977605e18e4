//! HCL: trees of fixtures, recovery while typing, hostile nesting, and properties of spans.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that cannot go on should stop, and its numbers are for people"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use nhilint_syntax::{
    Flags, Kind, Language, Limits, Node, OffsetMap, ProblemKind, Tree, dump, parse, parse_template,
};
use proptest::prelude::*;

/// Far more than any case takes, and far less than quadratic work would: test machines are
/// busy, and the code under test is not optimised.
const PATIENCE: Duration = Duration::from_secs(60);

fn tree(text: &str) -> Tree {
    parse(text.into(), Language::Hcl, &Limits::default())
}

fn kinds(tree: &Tree, kind: ProblemKind) -> usize {
    tree.problems().iter().filter(|it| it.kind == kind).count()
}

/// Paths of all blocks and attributes: `resource.aws_x.y/lifecycle/name`.
fn paths(tree: &Tree) -> BTreeSet<String> {
    fn walk(body: Node<'_>, prefix: &str, found: &mut BTreeSet<String>) {
        for child in body.children() {
            let mut path = format!("{prefix}/{}", child.key().unwrap_or("?"));
            if child.kind() == Kind::Block {
                for label in child.labels() {
                    let _ = write!(path, ".{}", label.text().unwrap_or("?"));
                }
                if let Some(body) = child.body() {
                    walk(body, &path, found);
                }
            }
            found.insert(path);
        }
    }
    let mut found = BTreeSet::new();
    if let Some(root) = tree.root() {
        walk(root, "", &mut found);
    }
    found
}

#[track_caller]
fn check_spans(tree: &Tree) {
    let source = tree.source();
    let sound = |span: nhilint_syntax::Span| source.get(span.range()).is_some();
    for node in tree.nodes() {
        assert!(sound(node.span()), "{node:?}");
        assert!(sound(node.key_span()), "key of {node:?}");
        for child in node.children() {
            // In JSON the labels of a block are keys of the objects around it.
            if child.kind() != Kind::Label || node.kind() != Kind::Block {
                let inside = node.span().contains(child.entry_span());
                assert!(inside, "{child:?} is not inside {node:?}");
            }
        }
        if let Some(text) = node.text() {
            let map = node.offset_map();
            let len = u32::try_from(text.len()).unwrap();
            for (at, char) in text.char_indices() {
                let from = map.to_source(u32::try_from(at).unwrap());
                assert!(node.span().touches(from), "{node:?}: {at} leads outside");
                let rest = source.get(from as usize..).unwrap();
                let escape = rest.starts_with('\\');
                let joined = node.kind() == Kind::Call && char == ':';
                let found = rest.starts_with(char) || escape || joined;
                assert!(found, "{node:?}: {char:?} is elsewhere");
            }
            assert!(node.span().contains(map.to_span(0, len)) || node.kind() == Kind::Call);
        }
    }
    for comment in tree.comments() {
        assert!(sound(comment.span) && sound(comment.text));
        assert!(comment.span.contains(comment.text));
    }
    for problem in tree.problems() {
        assert!(sound(problem.span), "{problem:?}");
        assert!(!problem.message.contains('\n'));
    }
}

#[test]
fn fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root.join("snapshots/parse"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (folder, sound) in [("ok", true), ("bad", false)] {
        let mut files: Vec<_> = std::fs::read_dir(root.join("testdata/parse/hcl").join(folder))
            .unwrap()
            .map(|it| it.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let json = file.extension().is_some_and(|it| it == "json");
            let language = if json { Language::TerraformJson } else { Language::Hcl };
            let tree = parse(text.as_str().into(), language, &Limits::default());
            check_spans(&tree);
            assert_eq!(kinds(&tree, ProblemKind::Syntax) == 0, sound, "{}", file.display());
            let name = file.file_name().unwrap().to_string_lossy().replace('.', "_");
            settings.bind(|| insta::assert_snapshot!(format!("hcl_{folder}_{name}"), dump(&tree)));
        }
    }
}

/// What somebody types on a line of its own.
const TYPED: [&str; 7] =
    ["foo", "foo =", "foo = \"abc", "foo = [", "foo {", "foo = aws_iam_role.", "foo = \"${var."];

fn module() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/parse/hcl/ok/module.tf");
    std::fs::read_to_string(path).unwrap()
}

/// Share of the paths of the sound file that are still there, over all lines.
fn kept(text: &str, edit: impl Fn(&mut Vec<String>, usize) -> Option<usize>) -> f64 {
    let all = paths(&tree(text));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (mut kept, mut total) = (0, 0);
    for at in 0..lines.len() {
        let mut broken = lines.clone();
        // What stood on the edited line itself does not count.
        let Some(edited) = edit(&mut broken, at) else { continue };
        let text = broken.join("\n") + "\n";
        let tree = tree(&text);
        check_spans(&tree);
        if kinds(&tree, ProblemKind::Syntax) == 0 {
            continue;
        }
        let own = broken.get(edited).map_or("", |it| it.trim());
        let own = own.split([' ', '=']).next().unwrap_or("").to_owned();
        let now = paths(&tree);
        for path in &all {
            if !own.is_empty() && path.rsplit('/').next().is_some_and(|it| it.starts_with(&own)) {
                continue;
            }
            total += 1;
            kept += usize::from(now.contains(path));
        }
    }
    f64::from(u32::try_from(kept).unwrap()) / f64::from(u32::try_from(total).unwrap())
}

#[test]
fn a_half_typed_line_costs_itself() {
    for typed in TYPED {
        let share = kept(&module(), |lines, at| {
            let line = lines.get(at)?;
            let indent = line.len() - line.trim_start().len();
            lines.insert(at, format!("{}{typed}", " ".repeat(indent)));
            Some(at)
        });
        println!("{typed:22} {:.2} %", share * 100.0);
        assert!(share > 0.99, "{typed}: {share}");
    }
}

#[test]
fn a_deleted_character_costs_its_line() {
    let share = kept(&module(), |lines, at| {
        lines.get_mut(at)?.pop()?;
        Some(at)
    });
    println!("last character deleted {:.2} %", share * 100.0);
    assert!(share > 0.99, "{share}");
}

#[test]
fn nesting_of_every_kind_is_bounded() {
    const MANY: usize = 100_000;
    let repeat = |text: &str| text.repeat(MANY);
    let cases = [
        ("[", format!("a = {}\n", repeat("["))),
        ("[]", format!("a = {}{}\n", repeat("["), repeat("]"))),
        ("{", format!("a = {}\n", repeat("{"))),
        ("{x=", format!("a = {}1{}\n", repeat("{x="), repeat("}"))),
        ("(", format!("a = {}\n", repeat("("))),
        ("()", format!("a = {}1{}\n", repeat("("), repeat(")"))),
        ("f(", format!("a = {}1{}\n", repeat("f("), repeat(")"))),
        ("-", format!("a = {}1\n", repeat("-"))),
        ("!", format!("a = {}x\n", repeat("!"))),
        ("${", format!("a = {}\n", repeat("\"${"))),
        ("${}", format!("a = {}x{}\n", repeat("\"${"), repeat("}\""))),
        ("?:", format!("a = {}x\n", repeat("a?b:"))),
        ("??", format!("a = {}x{}\n", repeat("a?"), repeat(":b"))),
        ("+", format!("a = 1{}\n", repeat("+1"))),
        (".b", format!("a = x{}\n", repeat(".b"))),
        ("[0]", format!("a = x{}\n", repeat("[0]"))),
        ("[x", format!("a = {}0{}\n", repeat("x["), repeat("]"))),
        (".*", format!("a = x{}\n", repeat(".*.b"))),
        ("[*]", format!("a = x{}\n", repeat("[*]"))),
        ("block", format!("{}{}", repeat("b {\n"), repeat("}\n"))),
        ("block open", repeat("b {\n")),
        ("block line", repeat("b {")),
        ("%{", format!("a = \"{}x{}\"\n", repeat("%{if a}"), repeat("%{endif}"))),
        ("for", format!("a = {}x{}\n", repeat("[for a in b : "), repeat("]"))),
        ("<<", repeat("a = <<E\n${<<E\n")),
        ("::", format!("a = b{}()\n", repeat("::b"))),
    ];
    for (name, text) in cases {
        let text = format!("{text}\nlast = 1\n");
        let started = Instant::now();
        let tree = tree(&text);
        let spent = started.elapsed();
        println!("{name:12} {spent:?} {} nodes {:?}", tree.len(), tree.problems().len());
        assert!(spent < PATIENCE, "{name}: {spent:?}");
        if name != "::" {
            assert!(!tree.problems().is_empty(), "{name} has no problem");
        }
        check_depth(&tree);
    }
}

/// Whoever walks a tree by recursion must be safe.
#[track_caller]
fn check_depth(tree: &Tree) {
    fn depth(node: Node<'_>) -> usize {
        node.children().map(depth).max().unwrap_or(0) + 1
    }
    let deepest = tree.root().map_or(0, depth);
    assert!(deepest < 400, "{deepest}");
}

#[test]
fn a_limit_costs_one_attribute() {
    let text = format!(
        "a = {}1{}\nb = 2\nc {{\n  d = 1{}\n  e = 3\n}}\n",
        "[".repeat(200),
        "]".repeat(200),
        " + 1".repeat(300)
    );
    let tree = tree(&text);
    let root = tree.root().unwrap();
    assert_eq!(root.get("a").unwrap().kind(), Kind::Opaque);
    assert_eq!(root.get("b").unwrap().text(), Some("2"));
    let body = root.blocks("c").next().unwrap().body().unwrap();
    assert_eq!(body.get("d").unwrap().kind(), Kind::Opaque);
    assert_eq!(body.get("e").unwrap().text(), Some("3"));
    assert_eq!(kinds(&tree, ProblemKind::Limit), 2);
    assert_eq!(kinds(&tree, ProblemKind::Syntax), 0);
}

#[test]
fn duplicate_keys_cost_nothing() {
    let tree = tree("a = { k = 1, k = 2, other = 3 }\nb = 1\nb = 2\nx {\n  c = 1\n  c = 2\n}\n");
    assert_eq!(kinds(&tree, ProblemKind::DuplicateKey), 3);
    assert_eq!(kinds(&tree, ProblemKind::Syntax), 0);
    let map = tree.root().unwrap().get("a").unwrap();
    let values: Vec<_> = map.children().map(|it| (it.key().unwrap(), it.text().unwrap())).collect();
    assert_eq!(values, [("k", "1"), ("k", "2"), ("other", "3")]);
    let flagged: Vec<_> = tree.nodes().filter(|it| it.flags().has(Flags::DUPLICATE_KEY)).collect();
    assert_eq!(flagged.len(), 3);
    let spelled: Vec<_> =
        flagged.iter().map(|it| tree.source().get(it.key_span().range()).unwrap()).collect();
    assert_eq!(spelled, ["k", "b", "c"]);
}

#[test]
fn many_errors_stay_linear() {
    let line = "  foo = [ \"x\n";
    for text in [
        line.repeat(100_000),
        format!("a {{\n{}}}\n", line.repeat(100_000)),
        format!("a = {{\n{}}}\n", "  b = = 1\n".repeat(100_000)),
        format!("a = {{\n{}}}\n", "b = 1\n".repeat(100_000)),
        "a { b = 1 } c\n".repeat(50_000),
        "a = <<X\n".repeat(50_000),
        (0..50_000).map(|it| format!("a = <<X{it}\n")).collect(),
        "/* \n".repeat(100_000),
        format!("a = {{{}}}\n", (0..100_000).map(|it| format!("k{it} = 1\n")).collect::<String>()),
        "\"".repeat(100_001),
        "a = \"${".to_owned() + &"\n".repeat(100_000),
        format!("a = {{\n{}", "\n".repeat(100_000)),
    ] {
        let started = Instant::now();
        let tree = tree(&text);
        let spent = started.elapsed();
        let head: String = text.chars().take(12).collect();
        println!("{head:?} {spent:?} {} problems", tree.problems().len());
        assert!(spent < PATIENCE, "{head:?}: {spent:?}");
        assert!(kinds(&tree, ProblemKind::Syntax) + kinds(&tree, ProblemKind::Limit) <= 70);
    }
}

#[test]
fn odd_bytes_are_read() {
    assert!(tree("").root().is_some_and(|it| it.children().next().is_none()));
    let bom = tree("\u{feff}a = 1\r\nb = \"x\"\r\n");
    assert_eq!(bom.problems(), []);
    assert_eq!(bom.root().unwrap().get("b").unwrap().text(), Some("x"));
    for text in ["a = 1\0\n", "\0", "a = \"\0\"\n", "a\r= 1\r", "é = \"é", "\u{feff}", "a = \"\\"]
    {
        check_spans(&tree(text));
    }
}

#[test]
fn templates_in_strings_lead_back() {
    let limits = Limits::default();
    // The string of a JSON file: `a\n${f("x")}`, its text beginning at offset 20.
    let text = "a\n${f(\"x\")}";
    let runs = vec![(0, 20), (1, 21), (2, 23), (6, 27), (7, 29), (8, 30), (9, 32)];
    let tree = parse_template(text, &OffsetMap::runs(runs, 34), &limits);
    let root = tree.root().unwrap();
    assert_eq!((root.kind(), root.span().start, root.span().end), (Kind::Template, 20, 34));
    let found: Vec<_> = tree
        .nodes()
        .filter_map(|it| Some((it.kind(), it.text()?, it.span().start, it.span().end)))
        .collect();
    let expected =
        [(Kind::String, "a\n", 20, 23), (Kind::Call, "f", 25, 33), (Kind::String, "x", 29, 30)];
    assert_eq!(found, expected);

    let plain = parse_template("no $${x}", &OffsetMap::identity(7, 15), &limits);
    let root = plain.root().unwrap();
    assert_eq!((root.as_str(), root.span().start), (Some("no ${x}"), 7));
    assert_eq!(root.offset_map().to_source(4), 12);

    let broken = parse_template("${", &OffsetMap::identity(7, 9), &limits);
    assert_eq!(broken.root().unwrap().kind(), Kind::Opaque);
    assert_eq!(broken.problems().first().unwrap().span.start, 7);
}

#[test]
fn text_beyond_the_limit_is_not_read() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    let tree = parse("a = 1\nb = 2\n".into(), Language::Hcl, &limits);
    assert!(tree.is_empty());
    assert_eq!(kinds(&tree, ProblemKind::Limit), 1);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(300),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_text_is_read(text in "\\PC{0,200}") {
        check_spans(&tree(&text));
    }

    #[test]
    fn arbitrary_tokens_are_read(parts in prop::collection::vec(token(), 0..60)) {
        check_spans(&tree(&parts.concat()));
    }

    #[test]
    fn damaged_json_is_read(at in 0..800_usize, len in 0..20_usize, insert in token()) {
        let path = "../../testdata/parse/hcl/ok/terraform.tf.json";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(path).unwrap();
        let start = text.floor_char_boundary(at);
        let end = text.floor_char_boundary(at + len);
        let text = format!("{}{insert}{}", &text[..start], &text[end..]);
        check_spans(&parse(text.as_str().into(), Language::TerraformJson, &Limits::default()));
    }

    #[test]
    fn a_template_is_read(parts in prop::collection::vec(token(), 0..20)) {
        let text = parts.concat();
        let end = u32::try_from(text.len()).unwrap();
        parse_template(&text, &OffsetMap::identity(0, end), &Limits::default());
    }

    #[test]
    fn a_damaged_file_is_read(
        at in 0..1500_usize,
        len in 0..40_usize,
        insert in prop::collection::vec(token(), 0..3),
    ) {
        let text = module();
        let start = text.floor_char_boundary(at);
        let end = text.floor_char_boundary(at + len);
        let text = format!("{}{}{}", &text[..start], insert.concat(), &text[end..]);
        check_spans(&tree(&text));
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b",
        "é",
        "for ",
        "if ",
        " in ",
        "=",
        "==",
        "=>",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\"",
        "${",
        "%{",
        "$${",
        "}",
        "{",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "?",
        ".",
        "*",
        "...",
        "-",
        "!",
        "+",
        "#",
        "//",
        "/*",
        "*/",
        "<<E\n",
        "<<-E\n",
        "E\n",
        "\nE",
        "1",
        "1.5",
        "\\",
        "\\n",
        "~",
        "&&",
        "endif",
        "else",
        "a = 1\n",
        "x \"y\" {\n",
        "\n}\n",
        "\0",
        "|",
        "::",
        "%{if a}",
        "%{endif}",
    ])
}
