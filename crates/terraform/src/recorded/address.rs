//! Addresses of resources and modules as text: `module.a["k"].aws_iam_role.r[0]`.

use std::sync::Arc;

use model::Origin;

use crate::eval::Key;
use crate::values;

/// An address without its indexes: `module.a.aws_iam_role.r`.
pub(crate) fn without_indexes(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut inside = Inside::default();
    for character in address.chars() {
        if !inside.take(character) {
            out.push(character);
        }
    }
    out
}

/// The parts between the dots outside of indexes, each with its own index.
pub(crate) fn parts(address: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut inside = Inside::default();
    let mut start = 0;
    for (at, character) in address.char_indices() {
        if !inside.take(character) && character == '.' {
            found.extend(address.get(start..at));
            start = at + 1;
        }
    }
    found.extend(address.get(start..));
    found
}

/// The module of an address, and the rest: `("module.a[0]", "aws_iam_role.r")`.
pub(crate) fn module(address: &str) -> (String, String) {
    let parts = parts(address);
    let pairs = parts.chunks(2).take_while(|it| it.len() == 2 && it.first() == Some(&"module"));
    let (module, rest) = parts.split_at(pairs.count() * 2);
    (module.join("."), rest.join("."))
}

/// Whether a character is part of an index.
#[derive(Default)]
struct Inside {
    index: bool,
    quoted: bool,
    escaped: bool,
}

impl Inside {
    fn take(&mut self, character: char) -> bool {
        if !self.index {
            self.index = character == '[';
            return self.index;
        }
        match character {
            _ if self.escaped => self.escaped = false,
            '\\' if self.quoted => self.escaped = true,
            '"' => self.quoted = !self.quoted,
            ']' if !self.quoted => self.index = false,
            _ => {}
        }
        true
    }
}

/// The key that the last index of an address or part stands for.
pub(crate) fn key(part: &str, origin: &Origin) -> Key {
    let index = part.strip_suffix(']').and_then(|it| {
        let mut inside = Inside::default();
        let mut start = None;
        for (at, character) in it.char_indices() {
            let before = inside.index;
            inside.take(character);
            if inside.index && !before {
                start = Some(at + 1);
            }
        }
        it.get(start?..)
    });
    let Some(index) = index else { return Key::Single };
    match index.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(text) => each(&text.replace("\\\"", "\"").replace("\\\\", "\\"), origin),
        None => index.parse().map_or(Key::Single, Key::Index),
    }
}

/// The key of an instance of a `for_each`, whose value is not recorded.
pub(crate) fn each(key: &str, origin: &Origin) -> Key {
    let key: Arc<str> = key.into();
    Key::Each { key, origin: origin.clone(), value: values::unknown(origin.place), nesting: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_apart() {
        let address = r#"module.a["x.y]\""].module.b[0].aws_iam_role.r["k"]"#;
        assert_eq!(without_indexes(address), "module.a.module.b.aws_iam_role.r");
        let (of, rest) = module(address);
        assert_eq!(of, r#"module.a["x.y]\""].module.b[0]"#);
        assert_eq!(rest, r#"aws_iam_role.r["k"]"#);
        assert_eq!(parts("data.aws_x.y").len(), 3);
        assert_eq!(module("aws_iam_role.r"), (String::new(), "aws_iam_role.r".to_owned()));
    }

    #[test]
    fn reads_the_last_index() {
        let origin = Origin::default();
        assert!(matches!(key("r[3]", &origin), Key::Index(3)));
        assert!(matches!(key("r", &origin), Key::Single));
        match key(r#"r["a\"b"]"#, &origin) {
            Key::Each { key, .. } => assert_eq!(&*key, "a\"b"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(key("r[", &origin), Key::Single));
        assert!(matches!(key("]", &origin), Key::Single));
    }
}
