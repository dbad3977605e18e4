//! Property lists in XML, as macOS and its configuration profiles write them.
//!
//! The file format of `man 5 plist`: a `plist` element with one value, dictionaries as pairs of
//! `key` and value. Organisations keep JSON in their strings, which is read as what it is.

use std::sync::Arc;

use roxmltree::{Document, Node, ParsingOptions};

use crate::builder::{Builder, Key, Open};
use crate::json;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Kind, OffsetMap, Style, Tree};

/// Strings of a file that are read as JSON.
const MOST_EMBEDDED: usize = 64;
/// Bytes of a file after which none is: each is read with blanks for what stands before it.
const LATEST_EMBEDDED: usize = 1 << 20;

/// A step of the walk: no recursion, whatever the file nests.
enum Step<'d> {
    /// A value, and the element of its key.
    Value(Node<'d, 'd>, Option<Node<'d, 'd>>),
    /// The end of a collection.
    Close(Open, u32),
}

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = Arc::clone(builder.source());
    // The document type names Apple's own, which is not looked at; entities are bounded.
    let limit = u32::try_from(builder.limits().nodes).unwrap_or(u32::MAX);
    let options =
        ParsingOptions { allow_dtd: true, nodes_limit: limit, ..ParsingOptions::default() };
    let text = source.strip_prefix('\u{feff}').unwrap_or(&source);
    let document = match Document::parse_with_options(text, options) {
        Ok(it) => it,
        Err(error) => {
            builder.problem(ProblemKind::Syntax, Span::default(), format!("no XML: {error}"));
            return builder.finish();
        }
    };
    let shift = source.len() - text.len();
    let root = document.root_element();
    let first = if root.has_tag_name("plist") { root.first_element_child() } else { None };
    let mut reader = Reader { source: &source, shift, embedded: 0 };
    if let Some(first) = first {
        builder = reader.walk(builder, first);
    }
    builder.finish()
}

struct Reader<'s> {
    source: &'s str,
    /// Bytes in front of what the parser got.
    shift: usize,
    embedded: usize,
}

impl Reader<'_> {
    fn walk(&mut self, mut builder: Builder, first: Node<'_, '_>) -> Builder {
        let mut steps = vec![Step::Value(first, None)];
        let (mut depth, most) = (0_usize, builder.limits().depth);
        while let Some(step) = steps.pop() {
            if builder.is_full() {
                break;
            }
            match step {
                Step::Close(open, end) => {
                    depth = depth.saturating_sub(1);
                    builder.close(open, end);
                }
                Step::Value(node, key) => {
                    let name = node.tag_name().name();
                    let kind = match name {
                        "dict" => Kind::Map,
                        "array" => Kind::Seq,
                        _ => {
                            builder = self.scalar(builder, node, key);
                            continue;
                        }
                    };
                    let open = builder.open(kind, Style::None, self.span(node), self.key(key));
                    steps.push(Step::Close(open, self.span(node).end));
                    depth += 1;
                    if depth > most {
                        builder.depth_limit(self.span(node));
                    } else if kind == Kind::Map {
                        steps.extend(pairs(node).into_iter().rev());
                    } else {
                        let items: Vec<_> = node.children().filter(Node::is_element).collect();
                        steps.extend(items.into_iter().rev().map(|it| Step::Value(it, None)));
                    }
                }
            }
        }
        // What a limit left open ends with the file.
        for step in steps.into_iter().rev() {
            if let Step::Close(open, end) = step {
                builder.close(open, end);
            }
        }
        builder
    }

    fn scalar(
        &mut self,
        mut builder: Builder,
        node: Node<'_, '_>,
        key: Option<Node<'_, '_>>,
    ) -> Builder {
        let key = self.key(key);
        let kind = match node.tag_name().name() {
            "true" | "false" => {
                let span = self.span(node);
                let map = OffsetMap::identity(span.start, span.end);
                builder.cooked(Kind::Bool, Style::None, span, key, node.tag_name().name(), map);
                return builder;
            }
            "integer" | "real" => Kind::Number,
            _ => Kind::String,
        };
        let text = node.text().unwrap_or("");
        let Some(span) = self.text_span(node) else {
            let span = self.span(node);
            let map = OffsetMap::identity(span.start, span.end);
            builder.cooked(kind, Style::None, span, key, text, map);
            return builder;
        };
        let plain = self.source.get(span.range()) == Some(text);
        let is_json = text.trim_start().starts_with(['{', '[']);
        let early = (span.start as usize) < LATEST_EMBEDDED;
        if plain && kind == Kind::String && is_json && early && self.embedded < MOST_EMBEDDED {
            self.embedded += 1;
            let (back, whole) = json::embedded(builder, span.range(), key.clone());
            builder = back;
            if whole {
                return builder;
            }
        }
        if plain {
            builder.leaf(kind, Style::None, span, key);
        } else {
            let map = OffsetMap::identity(span.start, span.end);
            builder.cooked(kind, Style::None, span, key, text, map);
        }
        builder
    }

    /// Where an element stands, tags included.
    fn span(&self, node: Node<'_, '_>) -> Span {
        let range = node.range();
        Span::from_usize(range.start + self.shift, range.end + self.shift)
    }

    /// Where an element's text stands.
    fn text_span(&self, node: Node<'_, '_>) -> Option<Span> {
        let inner = node.first_child().filter(Node::is_text)?;
        Some(self.span(inner))
    }

    fn key(&self, key: Option<Node<'_, '_>>) -> Key {
        let Some(key) = key else { return Key::default() };
        let span = self.text_span(key).unwrap_or_else(|| self.span(key));
        let text = key.text().unwrap_or("");
        let same = self.source.get(span.range()) == Some(text);
        Key { span, text: (!same).then(|| text.to_owned()), ..Key::default() }
    }
}

/// The values of a dictionary with their keys; a key without a value says nothing.
fn pairs<'d>(dict: Node<'d, 'd>) -> Vec<Step<'d>> {
    let mut found = Vec::new();
    let mut key = None;
    for child in dict.children().filter(Node::is_element) {
        if child.has_tag_name("key") {
            key = Some(child);
        } else if let Some(key) = key.take() {
            found.push(Step::Value(child, Some(key)));
        }
    }
    found
}

#[cfg(test)]
mod tests {

    use crate::{Kind, Language, Limits, parse};

    const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>Name</key><string>a &amp; b</string>
  <key>On</key><true/>
  <key>Count</key><integer>3</integer>
  <key>List</key><array><string>x</string><dict><key>y</key><false/></dict></array>
  <key>Json</key><string>[{"name": "n", "url": "https://x.example"}]</string>
  <key>Broken</key><string>{"name": </string>
  <key>Empty</key><string></string>
</dict></plist>"#;

    #[test]
    fn values_keep_their_places() {
        let tree = parse(PROFILE.into(), Language::PropertyList, &Limits::default());
        assert!(tree.problems().is_empty(), "{:?}", tree.problems());
        let root = tree.root().unwrap();
        assert_eq!(root.kind(), Kind::Map);
        let text = |path: &[&str]| root.path(path).unwrap().as_str().map(str::to_owned);
        assert_eq!(text(&["Name"]).as_deref(), Some("a & b"));
        assert_eq!(root.get("On").unwrap().as_bool(), Some(true));
        assert_eq!(root.get("Count").unwrap().text(), Some("3"));
        let list: Vec<_> = root.get("List").unwrap().items().collect();
        assert_eq!(list[0].as_str(), Some("x"));
        assert_eq!(list[1].get("y").unwrap().as_bool(), Some(false));
        let server = root.get("Json").unwrap().items().next().unwrap();
        let url = server.get("url").unwrap();
        assert_eq!(url.as_str(), Some("https://x.example"));
        assert_eq!(PROFILE.get(url.content_span().range()), Some("https://x.example"));
        assert_eq!(text(&["Broken"]).as_deref(), Some("{\"name\": "));
        assert_eq!(text(&["Empty"]).as_deref(), Some(""));
        for node in root.children() {
            assert_eq!(PROFILE.get(node.key_span().range()), node.key());
        }
    }

    #[test]
    fn hostile_files_end() {
        let deep = format!("<plist>{}{}</plist>", "<array>".repeat(400), "</array>".repeat(400));
        let wide = format!("<plist><array>{}</array></plist>", "<string>[1]</string>".repeat(5000));
        let mut bomb = "<!DOCTYPE plist [<!ENTITY a \"ha\">".to_owned();
        for it in 1..20 {
            let before = if it == 1 { "a".to_owned() } else { format!("a{}", it - 1) };
            bomb.push_str(&format!("<!ENTITY a{it} \"{}\">", format!("&{before};").repeat(10)));
        }
        bomb.push_str("]><plist><string>&a19;</string></plist>");
        for text in [
            &deep,
            &wide,
            &bomb,
            "",
            "<plist>",
            "<plist/>",
            "<a/>",
            "<plist><dict><key>k</key></dict></plist>",
            "\u{feff}<plist><true/></plist>",
        ] {
            let tree = parse(text.into(), Language::PropertyList, &Limits::default());
            let _ = tree.root().map(|it| it.descendants().count());
        }
    }
}
