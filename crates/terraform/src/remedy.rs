//! Repairs: how a setting is written into a block.

use model::{Edit, Fix, Place, Safety};
use syntax::{Kind, Node, Span};

use crate::module::Declaration;

/// The repair that makes the argument at `path` of a declared block say `text`: the value that is
/// written is replaced when it is a plain literal, and the argument (with the nested blocks
/// around it) is added when there is none.
///
/// `None` when an expression decides, when blocks are repeated or generated, when the block
/// stands on one line, and in JSON.
pub(crate) fn set(
    declaration: &Declaration<'_>,
    path: &[&str],
    text: &str,
    safety: Safety,
) -> Option<Box<Fix>> {
    let edit = write(declaration, path, text)?;
    let title = format!("Write `{} = {text}`", path.join("."));
    Some(Box::new(Fix { title, safety, edits: vec![edit] }))
}

fn write(declaration: &Declaration<'_>, path: &[&str], text: &str) -> Option<Edit> {
    let [part] = declaration.parts.as_slice() else { return None };
    if !is_native(declaration.block) {
        return None;
    }
    let (name, parents) = path.split_last()?;
    let mut block = declaration.block;
    for (depth, parent) in parents.iter().enumerate() {
        let body = block.body()?;
        if body.blocks("dynamic").any(|it| it.labels().any(|l| l.text() == Some(*parent))) {
            return None;
        }
        let mut inner = body.blocks(parent);
        match (inner.next(), inner.next()) {
            (None, _) if body.get(parent).is_none() => {
                return insert(part.file, block, path.get(depth..)?, text);
            }
            (Some(one), None) => block = one,
            _ => return None,
        }
    }
    let Some(value) = block.body()?.get(name) else {
        return insert(part.file, block, &[name], text);
    };
    let plain = match value.kind() {
        Kind::Bool | Kind::Number | Kind::Null => true,
        Kind::String => value.as_str().is_some(),
        _ => false,
    };
    plain.then(|| Edit::replace(Place::new(part.file, value.span()), text))
}

/// True for a block of Terraform's own syntax: in JSON its type stands outside of it.
pub(crate) fn is_native(block: Node<'_>) -> bool {
    block.kind() == Kind::Block && block.span().contains(block.key_span())
}

/// Adds `path = text` on lines of their own before the brace that closes a block.
fn insert(file: model::FileId, block: Node<'_>, path: &[&str], text: &str) -> Option<Edit> {
    let source = block.tree().source();
    let brace = block.span().end.checked_sub(1)?;
    let before = source.get(..brace as usize)?;
    let start = before.rfind('\n')? + 1;
    let indent = before.get(start..)?;
    if !indent.chars().all(|it| it == ' ' || it == '\t') {
        return None;
    }
    let newline = if before.get(..start)?.ends_with("\r\n") { "\r\n" } else { "\n" };
    let step = if indent.starts_with('\t') { "\t" } else { "  " };
    let (name, parents) = path.split_last()?;
    let mut lines = Vec::new();
    let lead = |depth: usize| format!("{indent}{}", step.repeat(depth + 1));
    for (depth, parent) in parents.iter().enumerate() {
        lines.push(format!("{}{parent} {{{newline}", lead(depth)));
    }
    lines.push(format!("{}{name} = {text}{newline}", lead(parents.len())));
    for depth in (0..parents.len()).rev() {
        lines.push(format!("{}}}{newline}", lead(depth)));
    }
    let at = u32::try_from(start).ok()?;
    Some(Edit { file, span: Span::new(at, at), text: lines.concat() })
}

#[cfg(test)]
mod tests {
    use model::{FileId, Source};
    use syntax::{Language, Limits};

    use super::*;
    use crate::module::Module;

    fn parse(text: &str) -> syntax::Tree {
        syntax::parse(text.into(), Language::Hcl, &Limits::default())
    }

    fn repaired(text: &str, path: &[&str], value: &str) -> Option<String> {
        let tree = parse(text);
        let source = Source { file: FileId(0), path: "main.tf", tree: &tree };
        let module = Module::new("", vec![source]);
        let fix = set(&module.resources["x"]["y"], path, value, Safety::Safe)?;
        let [edit] = fix.edits.as_slice() else { panic!("one edit") };
        let mut after = text.to_owned();
        after.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        Some(after)
    }

    #[test]
    fn replaces_what_is_written() {
        let text = "resource \"x\" \"y\" {\n  a = \"no\" # why\n  b {\n    c = false\n  }\n}\n";
        let after = repaired(text, &["a"], "\"yes\"").unwrap();
        assert_eq!(after, text.replace("\"no\"", "\"yes\""));
        let after = repaired(text, &["b", "c"], "true").unwrap();
        assert_eq!(after, text.replace("false", "true"));
    }

    #[test]
    fn adds_what_is_missing_before_the_closing_brace() {
        let text = "resource \"x\" \"y\" {\r\n  a = 1 // kept\r\n}\r\n";
        let after = repaired(text, &["b", "c"], "true").unwrap();
        let added = "  b {\r\n    c = true\r\n  }\r\n";
        assert_eq!(after, text.replace("}\r\n", &format!("{added}}}\r\n")));
        let tree = parse(&after);
        assert!(tree.problems().is_empty(), "{after}");
    }

    #[test]
    fn tells_the_syntax_of_a_block() {
        let native = parse("resource \"x\" \"y\" {\n}\n");
        assert!(is_native(native.root().unwrap().child(0).unwrap()));
        let text = "{\"resource\": {\"x\": {\"y\": {\"a\": 1}}}}";
        let json = syntax::parse(text.into(), Language::TerraformJson, &Limits::default());
        assert!(!is_native(json.root().unwrap().child(0).unwrap()));
    }

    #[test]
    fn leaves_alone_what_something_else_decides() {
        let block = |inner: &str| format!("resource \"x\" \"y\" {{\n{inner}\n}}\n");
        assert_eq!(repaired(&block("  a = var.a"), &["a"], "1"), None);
        assert_eq!(repaired(&block("  a = \"${var.a}\""), &["a"], "1"), None);
        assert_eq!(repaired(&block("  b {\n  }\n  b {\n  }"), &["b", "c"], "1"), None);
        let generated = "  dynamic \"b\" {\n    for_each = []\n    content {}\n  }";
        assert_eq!(repaired(&block(generated), &["b", "c"], "1"), None);
        assert_eq!(repaired("resource \"x\" \"y\" { a = 1 }\n", &["b"], "1"), None);
    }
}
