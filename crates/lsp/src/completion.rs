//! What can be written next: rules and options in suppression comments, keys and values in
//! `nhilint.toml`.
//!
//! Text that is being typed does not parse yet, so here, and only here, lines are read as text.
//! Nothing is concluded from them but what to offer.

use engine::Rule;
use model::{Date, days_after};
use serde_json::Value;

use crate::proto::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, Position, Range, TextEdit,
};

/// Days after which a suppression that is being written ends, when nobody says otherwise.
const EXCUSED_DAYS: i32 = 90;

/// Where the cursor is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    /// The whole text.
    pub(crate) text: &'a str,
    /// The cursor's place in it, in bytes.
    pub(crate) offset: usize,
    /// The same as the editor counts.
    pub(crate) position: Position,
}

impl<'a> Cursor<'a> {
    /// The line up to the cursor.
    fn line(&self) -> &'a str {
        let before = self.text.get(..self.offset).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default()
    }

    /// The lines above, nearest first.
    fn above(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.get(..self.offset).unwrap_or_default().rsplit('\n').skip(1)
    }

    /// An item that takes the place of the letters of a word that are there already. They are
    /// all of one byte.
    fn item(&self, label: &str, new_text: String, typed: &str) -> CompletionItem {
        let typed = u32::try_from(typed.len()).unwrap_or_default();
        let character = self.position.character.saturating_sub(typed);
        let start = Position { line: self.position.line, character };
        let range = Range { start, end: self.position };
        CompletionItem {
            label: label.to_owned(),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
            ..CompletionItem::default()
        }
    }
}

/// The letters of a word at the end of a text.
fn word(text: &str) -> &str {
    let kept = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    let start = text.char_indices().rev().take_while(|(_, it)| kept(*it)).last();
    start.map_or("", |(at, _)| text.get(at..).unwrap_or_default())
}

/// What can stand in a suppression comment at the cursor. `likely` are the rules that found
/// something in the file, offered first.
pub(crate) fn suppression(
    cursor: &Cursor<'_>,
    likely: &[&str],
    today: Option<Date>,
) -> Vec<CompletionItem> {
    let Some((before, said)) = cursor.line().rsplit_once("nhilint:") else { return Vec::new() };
    let comment = ["#", "//", "/*", "<!--"].iter().any(|it| before.trim_end().ends_with(it));
    if !comment {
        return Vec::new();
    }
    let said = said.trim_start();
    let Some((verb, rest)) = said.split_once('[') else {
        let typed = word(said);
        let verbs = [("ignore", "the next entry or this line"), ("ignore-file", "the whole file")];
        let offered = verbs.iter().filter(|_| said == typed).map(|(verb, detail)| CompletionItem {
            detail: Some((*detail).to_owned()),
            kind: Some(CompletionItemKind::KEYWORD),
            ..cursor.item(verb, (*verb).to_owned(), typed)
        });
        return offered.collect();
    };
    if !matches!(verb, "ignore" | "ignore-file") {
        return Vec::new();
    }
    match rest.split_once(']') {
        None => {
            let named: Vec<&str> = rest.split(',').map(str::trim).collect();
            rules(cursor, word(rest), likely, |it| !named.contains(&it))
        }
        Some((_, options)) => self::options(cursor, options, today),
    }
}

fn options(cursor: &Cursor<'_>, said: &str, today: Option<Date>) -> Vec<CompletionItem> {
    if said.contains("--") {
        return Vec::new();
    }
    let typed = word(said);
    let until = today.and_then(|it| days_after(it, EXCUSED_DAYS));
    let until = until.map_or_else(|| "until=".to_owned(), |it| format!("until={it}"));
    let all = [
        ("until=", until, "the last day on which it holds"),
        ("owner=", "owner=".to_owned(), "who decided"),
        ("--", "-- ".to_owned(), "the reason, up to the end of the line"),
    ];
    let missing = all.into_iter().filter(|(name, ..)| !said.contains(name));
    let item = |(name, text, detail): (&str, String, &str)| CompletionItem {
        detail: Some(detail.to_owned()),
        kind: Some(CompletionItemKind::PROPERTY),
        ..cursor.item(name, text, typed)
    };
    missing.map(item).collect()
}

/// Rules by id, likely ones first.
fn rules(
    cursor: &Cursor<'_>,
    typed: &str,
    likely: &[&str],
    wanted: impl Fn(&str) -> bool,
) -> Vec<CompletionItem> {
    let item = |rule: &&Rule| {
        let rank = if likely.contains(&rule.id) { 0 } else { 1 };
        CompletionItem {
            detail: Some(format!("{} · {}", rule.severity, rule.family.id())),
            documentation: Some(Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value: rule.docs().summary,
            })),
            kind: Some(CompletionItemKind::ENUM_MEMBER),
            sort_text: Some(format!("{rank}{}", rule.id)),
            preselect: (rank == 0).then_some(true),
            ..cursor.item(rule.id, rule.id.to_owned(), typed)
        }
    };
    rules::ALL.iter().copied().filter(|it| wanted(it.id)).map(|it| item(&it)).collect()
}

/// What can stand in a configuration file at the cursor.
pub(crate) fn configuration(cursor: &Cursor<'_>) -> Vec<CompletionItem> {
    let Ok(schema) = serde_json::to_value(workspace::config_schema()) else { return Vec::new() };
    let schema = Schema { root: &schema };
    let table = table(cursor);
    let Some(object) = schema.table(&table) else { return Vec::new() };
    let line = cursor.line();
    if line.trim_start().starts_with(['#', '[']) {
        return Vec::new();
    }
    if let Some((key, value)) = line.split_once('=') {
        return values(cursor, schema, object, key.trim(), value);
    }
    if let Some(key) = open_array(cursor) {
        return values(cursor, schema, object, key, line);
    }
    keys(cursor, schema, object)
}

/// The names of the table that the cursor is in.
fn table(cursor: &Cursor<'_>) -> Vec<String> {
    let header = cursor.above().find_map(|line| {
        let line = line.trim();
        let inner = line.strip_prefix('[')?.split_once(']')?.0;
        let inner = inner.strip_prefix('[').unwrap_or(inner);
        // `["x"]` on a line of its own is the rest of an array.
        (!inner.contains('"')).then_some(inner)
    });
    header.into_iter().flat_map(|it| it.split('.')).map(|it| it.trim().to_owned()).collect()
}

/// The key of the array that is still open above the cursor.
fn open_array<'a>(cursor: &Cursor<'a>) -> Option<&'a str> {
    for line in cursor.above() {
        if let Some((key, value)) = line.split_once('=') {
            let open = value.trim_start().starts_with('[') && !value.contains(']');
            return open.then(|| key.trim());
        }
        if line.contains(']') || line.trim_start().starts_with('[') {
            return None;
        }
    }
    None
}

fn keys(cursor: &Cursor<'_>, schema: Schema<'_>, object: &Value) -> Vec<CompletionItem> {
    let typed = word(cursor.line());
    let mut items = Vec::new();
    let Some(properties) = object.get("properties").and_then(Value::as_object) else {
        // A table whose keys are rules.
        let named = object.get("propertyNames").is_some();
        return if named { rules(cursor, typed, &[], |_| true) } else { items };
    };
    for (name, property) in properties {
        let property = schema.resolve(property);
        let repeated = property.get("items").is_some_and(|it| schema.is_table(it));
        let (label, text) = if repeated {
            (format!("[[{name}]]"), format!("[[{name}]]\n"))
        } else if schema.is_table(property) {
            (format!("[{name}]"), format!("[{name}]\n"))
        } else {
            (name.clone(), format!("{name} = "))
        };
        let documentation = property.get("description").and_then(Value::as_str);
        items.push(CompletionItem {
            documentation: documentation.map(|it| Documentation::String(it.to_owned())),
            filter_text: Some(name.clone()),
            kind: Some(CompletionItemKind::PROPERTY),
            ..cursor.item(&label, text, typed)
        });
    }
    items
}

fn values(
    cursor: &Cursor<'_>,
    schema: Schema<'_>,
    object: &Value,
    key: &str,
    typed: &str,
) -> Vec<CompletionItem> {
    let key = key.trim_matches('"');
    let property = object.get("properties").and_then(|it| it.get(key));
    let property = property.or_else(|| object.get("additionalProperties"));
    let Some(property) = property.map(|it| schema.resolve(it)) else { return Vec::new() };
    let array = property.get("items").map(|it| schema.resolve(it));
    let one = schema.choices(array.unwrap_or(property));
    // Inside of quotes only the word is missing.
    let quoted = typed.matches('"').count() % 2 == 1;
    let start = word(typed);
    let write = |it: &str| match (quoted, array.is_some() && !typed.contains('[')) {
        (true, _) => it.to_owned(),
        (false, true) if open_array(cursor).is_none() => format!("[\"{it}\"]"),
        (false, _) => format!("\"{it}\""),
    };
    let is_rules = one.iter().any(|it| rules::find(it).is_some());
    if is_rules {
        let named: Vec<&str> =
            typed.split('"').skip(1).step_by(2).filter(|it| *it != start).collect();
        let mut items = rules(cursor, start, &[], |it| !named.contains(&it));
        for item in &mut items {
            if let Some(CompletionTextEdit::Edit(edit)) = &mut item.text_edit {
                edit.new_text = write(&item.label);
            }
        }
        return items;
    }
    let item = |it: &&str| CompletionItem {
        kind: Some(CompletionItemKind::VALUE),
        ..cursor.item(it, write(it), start)
    };
    one.iter().map(item).collect()
}

/// The JSON Schema of the configuration.
#[derive(Clone, Copy)]
struct Schema<'a> {
    root: &'a Value,
}

impl<'a> Schema<'a> {
    /// Follows references and passes by `null`.
    fn resolve(self, value: &'a Value) -> &'a Value {
        let mut at = value;
        // No definition of ours refers further than this.
        for _ in 0..4 {
            let alternatives = at.get("anyOf").and_then(Value::as_array);
            let real = alternatives.and_then(|it| it.iter().find(|it| it["type"] != "null"));
            if let Some(real) = real {
                at = real;
            } else if let Some(name) = at.get("$ref").and_then(Value::as_str) {
                let Some(found) = self.root.pointer(name.trim_start_matches('#')) else { break };
                at = found;
            } else {
                break;
            }
        }
        at
    }

    fn is_table(self, value: &'a Value) -> bool {
        let value = self.resolve(value);
        value["type"] == "object" || value.get("properties").is_some()
    }

    /// The schema of a table by its names.
    fn table(self, names: &[String]) -> Option<&'a Value> {
        let mut at = self.root;
        for name in names {
            let next = self.resolve(at.get("properties")?.get(name)?);
            at = next.get("items").map_or(next, |it| self.resolve(it));
        }
        Some(at)
    }

    /// The texts that a value can be.
    fn choices(self, value: &'a Value) -> Vec<&'a str> {
        let value = self.resolve(value);
        value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels of what is offered at `|`.
    fn offered(text: &str, complete: impl Fn(&Cursor<'_>) -> Vec<CompletionItem>) -> Vec<String> {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let before = text.get(..offset).unwrap();
        let line = before.rsplit('\n').next().unwrap();
        let position = Position {
            line: u32::try_from(before.matches('\n').count()).unwrap(),
            character: u32::try_from(line.encode_utf16().count()).unwrap(),
        };
        let cursor = Cursor { text: &text, offset, position };
        let items = complete(&cursor);
        for item in &items {
            let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else { panic!("no edit") };
            assert!(edit.range.start.character <= edit.range.end.character);
            assert_eq!(edit.range.end, position);
        }
        items.into_iter().map(|it| it.label).collect()
    }

    #[test]
    fn suppressions_are_completed_part_by_part() {
        let here = |text: &str| offered(text, |it| suppression(it, &["missing-owner"], None));
        assert_eq!(here("# nhilint: |"), ["ignore", "ignore-file"]);
        assert!(here("  # nhilint: ignore[|").contains(&"wildcard-action".to_owned()));
        let second = here("// nhilint: ignore[wildcard-action, mis|");
        assert!(!second.contains(&"wildcard-action".to_owned()));
        assert!(second.contains(&"missing-owner".to_owned()));
        assert_eq!(here("x = 1 # nhilint: ignore[a] |"), ["until=", "owner=", "--"]);
        assert_eq!(here("# nhilint: ignore[a] owner=x |"), ["until=", "--"]);
        for silent in ["|", "nhilint: |", "# nhilint: ignore[a] -- because |", "# nhilint: stop[|"]
        {
            assert!(here(silent).is_empty(), "{silent}");
        }
    }

    #[test]
    fn configuration_is_completed_from_its_schema() {
        let here = |text: &str| offered(text, configuration);
        let top = here("|");
        for key in ["profile", "select", "[severity]", "[[exception]]", "[terraform]"] {
            assert!(top.contains(&key.to_owned()), "{key} {top:?}");
        }
        assert_eq!(here("profile = |"), ["default", "strict"]);
        assert!(here("ignore = [\"|").contains(&"missing-owner".to_owned()));
        assert!(here("é = 1\nignore = [\n  \"wildcard-action\",\n  |").len() > 10);
        assert!(here("[severity]\nmis|").contains(&"missing-owner".to_owned()));
        assert!(here("[severity]\nmissing-owner = \"|").contains(&"critical".to_owned()));
        let exception = here("[[exception]]\nrule = \"x\"\n|");
        assert!(exception.contains(&"until".to_owned()), "{exception:?}");
        assert!(here("[[exception]]\nrule = \"|").contains(&"wildcard-action".to_owned()));
        assert!(here("[[terraform.root]]\n|").contains(&"path".to_owned()));
        assert!(here("[nothing]\n|").is_empty());
        assert!(here("# comment |").is_empty());
    }
}
