//! What the tests of all formats share: fixtures, snapshots and the laws of every tree.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "what fails here fails a test"
)]

use std::path::PathBuf;
use std::sync::Arc;

use nhilint_syntax::{Kind, Language, Limits, Node, Span, Tree, dump, parse, suppressions};

pub(crate) fn read(source: &str, language: Language) -> Tree {
    parse(source.into(), language, &Limits::default())
}

/// Snapshots the dump of every fixture of a folder.
pub(crate) fn snapshot(folder: &str, language: Language) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files: Vec<_> = std::fs::read_dir(root.join("testdata/parse").join(folder))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root.join("snapshots/parse"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files {
            let tree = read(&std::fs::read_to_string(&file).unwrap(), language);
            check(&tree);
            let name = file.file_name().unwrap().to_str().unwrap().replace('.', "-");
            insta::assert_snapshot!(format!("{folder}-{name}"), dump(&tree));
        }
    });
}

/// The texts of every fixture of a folder.
pub(crate) fn fixtures(folder: &str) -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/parse").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.iter().map(|it| std::fs::read_to_string(it).unwrap()).collect()
}

/// The node under a path of keys in the first document.
pub(crate) fn at<'t>(tree: &'t Tree, keys: &[&str]) -> Node<'t> {
    tree.documents().next().unwrap().path(keys).unwrap_or_else(|| {
        panic!("no {keys:?} in\n{}", dump(tree));
    })
}

pub(crate) fn slice(tree: &Tree, span: Span) -> &str {
    &tree.source()[span.range()]
}

/// What holds for every tree, whatever the text was.
pub(crate) fn check(tree: &Tree) {
    let source = Arc::clone(tree.source());
    let sound = |span: Span, what: &str| {
        assert!(source.get(span.range()).is_some(), "{what} {span:?} is no slice");
    };
    for node in tree.nodes() {
        sound(node.span(), "node");
        sound(node.key_span(), "key");
        sound(node.entry_span(), "entry");
        sound(node.content_span(), "content");
        let ids: Vec<_> = node.children().map(|it| it.id()).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|it| *it > node.id()));
        check_text(node);
    }
    let order: Vec<_> = tree.comments().iter().map(|it| it.span).collect();
    assert!(order.is_sorted(), "comments in order");
    for pair in order.windows(2) {
        assert!(pair[0].end <= pair[1].start, "comments {pair:?} overlap");
    }
    for comment in tree.comments() {
        sound(comment.span, "comment");
        sound(comment.text, "comment text");
        assert!(comment.span.contains(comment.text));
    }
    for problem in tree.problems() {
        sound(problem.span, "problem");
        assert!(!problem.message.contains('\n'));
    }
    let (found, problems) = suppressions(tree);
    for it in found {
        sound(it.covers, "coverage");
    }
    for it in problems {
        sound(it.span, "suppression problem");
    }
    dump(tree);
}

fn check_text(node: Node<'_>) {
    let Some(text) = node.as_str() else { return };
    let map = node.offset_map();
    for (offset, char) in text.char_indices() {
        let end = offset + char.len_utf8();
        let span = map.to_span(offset as u32, end as u32);
        assert!(node.span().contains(span), "{span:?} of {char:?} outside of {node:?}");
        let raw = node.tree().source().get(span.range());
        // A character that is written as it is leads to itself.
        if let Some(raw) = raw
            && raw.chars().count() == 1
            && raw != "\\"
            && !raw.trim().is_empty()
            && !char.is_whitespace()
        {
            let escaped = char.is_control() || node.tree().source().contains('\\');
            assert!(escaped || raw == char.to_string(), "{raw:?} is not {char:?} in {node:?}");
        }
    }
}

/// Every child lies inside its parent: true where the format writes children in place.
pub(crate) fn check_nesting(tree: &Tree) {
    for node in tree.nodes() {
        for child in node.children() {
            assert!(node.span().contains(child.entry_span()), "{child:?} outside of {node:?}");
        }
    }
}

/// Runs on a thread with the stack that threads have by default.
pub(crate) fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

/// Nodes of a kind.
pub(crate) fn count(tree: &Tree, kind: Kind) -> usize {
    tree.nodes().filter(|it| it.kind() == kind).count()
}
