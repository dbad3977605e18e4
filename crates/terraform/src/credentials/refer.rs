//! Repairs that take a literal out of a configuration: an input variable takes its place.
//!
//! The variable has to be declared and given its value, so a person must look. A default has no
//! reference in its place: without it the variable is the reference.

use std::collections::{BTreeMap, BTreeSet};

use model::{Credential, Edit, FileId, Fix, Place, Safety, Secret, Source, Storage};
use syntax::{Kind, Node, Span, Style};

use crate::lower::{Collector, Unit};
use crate::module::Module;
use crate::{path, remedy};

/// Literals of one unit that get a repair; each is looked up in its file.
const MOST: usize = 1_000;

/// Blocks in which an expression may name a variable.
const BLOCKS: &[&str] =
    &["data", "ephemeral", "locals", "module", "output", "provider", "resource"];

/// Arguments that are read before there are variables, or that take no secret value.
const FIXED: &[&str] =
    &["alias", "count", "depends_on", "for_each", "lifecycle", "provider", "providers", "version"];

/// Names that no variable may have.
const RESERVED: &[&str] =
    &["count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"];

/// Bytes of the longest name.
const LONGEST: usize = 64;

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let repairable = |it: &Credential| it.literal().is_some() && it.fix.is_none();
    let credentials = out.credentials_mut();
    if !credentials.iter().any(repairable) {
        return;
    }
    let mut files = BTreeMap::new();
    for (at, module) in unit.evaluator.project.modules.iter().enumerate() {
        let sources = module.sources.iter().filter(|it| is_configuration(it.path));
        files.extend(sources.map(|it| (it.file, File { number: at, module, source: it })));
    }
    let mut order: Vec<(Place, usize)> = Vec::new();
    for (at, it) in credentials.iter().enumerate().filter(|(_, it)| repairable(it)) {
        order.push((it.place, at));
    }
    // Names are given in the order of the text.
    order.sort_unstable();
    let mut names = Names::default();
    for (place, at) in order.into_iter().take(MOST) {
        let Some(credential) = credentials.get_mut(at) else { continue };
        credential.fix = files.get(&place.file).and_then(|it| it.repair(credential, &mut names));
    }
    let text = |file: FileId| files.get(&file).map(|it| &**it.source.tree.source());
    secrets::complete_repairs(credentials, text);
}

fn is_configuration(path: &str) -> bool {
    let suffixes = [".tf", ".tofu", ".tf.json", ".tofu.json"];
    let name = path::name(path);
    suffixes.iter().any(|it| name.ends_with(it))
}

/// Names of variables by module, and the values they stand for.
#[derive(Default)]
struct Names {
    taken: BTreeSet<(usize, String)>,
    of: BTreeMap<(usize, Secret), String>,
}

impl Names {
    /// The name that a value has already, or the first of some names that no other value has;
    /// with a number when all have one.
    fn choose(&mut self, file: &File<'_>, wanted: &[String], secret: &Secret) -> Option<String> {
        let value = (file.number, secret.clone());
        if let Some(known) = self.of.get(&value) {
            return Some(known.clone());
        }
        let first = wanted.first()?;
        let numbered = (2..100).map(|it| format!("{first}_{it}"));
        let free = |it: &String| {
            let declared = file.module.variables.contains_key(it.as_str());
            !declared && !self.taken.contains(&(file.number, it.clone()))
        };
        let name = wanted.iter().cloned().chain(numbered).find(free)?;
        self.taken.insert((file.number, name.clone()));
        self.of.insert(value, name.clone());
        Some(name)
    }
}

/// A file of a module.
struct File<'p> {
    number: usize,
    module: &'p Module<'p>,
    source: &'p Source<'p>,
}

impl<'p> File<'p> {
    fn repair(&self, credential: &Credential, names: &mut Names) -> Option<Box<Fix>> {
        let Storage::Literal(literal) = &credential.storage else { return None };
        let place = credential.place;
        let way = self.way(place.span)?;
        let (block, value) = (*way.first()?, *way.last()?);
        // The bytes of the file are the value itself: of an escaped text more may be left.
        let written = self.source.tree.source().get(place.span.range())?;
        let whole = value.content_span() == place.span
            && written.len() == literal.secret.len()
            && literal.secret.occurs_in(written)
            && value.style() == Style::Double;
        if !whole || !literal.decoded.is_empty() {
            return None;
        }
        if block.key() == Some("variable") {
            return self.without_default(&way);
        }
        if !may_refer(&way) {
            return None;
        }
        let name = names.choose(self, &names_of(&way), &literal.secret)?;
        let native = remedy::is_native(block);
        let text = if native { format!("var.{name}") } else { format!("\"${{var.{name}}}\"") };
        Some(Box::new(Fix {
            title: format!("Write `var.{name}`"),
            safety: Safety::Unsafe,
            edits: vec![Edit::replace(Place::new(place.file, value.span()), text)],
        }))
    }

    /// The nodes from a block at the top down to the text that holds some bytes.
    fn way(&self, span: Span) -> Option<Vec<Node<'p>>> {
        let mut way = Vec::new();
        let mut node = self.source.tree.root()?;
        loop {
            node = node.children().find(|it| it.span().contains(span))?;
            way.push(node);
            if node.kind() == Kind::String {
                return Some(way);
            }
        }
    }

    /// Takes the default of a variable away, and marks the variable if nothing does.
    fn without_default(&self, way: &[Node<'p>]) -> Option<Box<Fix>> {
        let [block, body, value] = way else { return None };
        if value.key() != Some("default") || !remedy::is_native(*block) {
            return None;
        }
        let source = self.source.tree.source();
        let (key, end) = (value.key_span(), value.span().end);
        let sign = source.get(key.end as usize..value.span().start as usize)?;
        if sign.trim() != "=" {
            return None;
        }
        let named = block.labels().last().and_then(Node::text)?;
        let declared = self.module.variables.get(named);
        let marked = body.get("sensitive").is_some()
            || declared.is_some_and(|it| it.attribute("sensitive").is_some());
        let (span, text) = if marked {
            (line_of(source, Span::new(key.start, end))?, String::new())
        } else {
            // The signs of neighbouring lines often stand below each other.
            let width = key.len() as usize + sign.find('=')?;
            let name = "sensitive";
            let width = width.max(name.len() + 1);
            (Span::new(key.start, end), format!("{name:width$}= true"))
        };
        Some(Box::new(Fix {
            title: format!("Take the default of `{named}` away"),
            safety: Safety::Unsafe,
            edits: vec![Edit { file: self.source.file, span, text }],
        }))
    }
}

/// The line that an entry has for itself; a comment behind it stays.
fn line_of(source: &str, entry: Span) -> Option<Span> {
    let before = source.get(..entry.start as usize)?;
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    if !before.get(start..)?.trim().is_empty() {
        return None;
    }
    let rest = source.get(entry.end as usize..)?;
    let line = rest.split_inclusive('\n').next().unwrap_or("");
    let comment = line.trim_start();
    if comment.is_empty() {
        let end = entry.end.saturating_add(u32::try_from(line.len()).ok()?);
        return Some(Span::new(u32::try_from(start).ok()?, end));
    }
    let gap = u32::try_from(line.len() - comment.len()).ok()?;
    let stays = comment.starts_with('#') || comment.starts_with("//");
    stays.then(|| Span::new(entry.start, entry.end.saturating_add(gap)))
}

/// True when an expression that names a variable may stand at the end of a way.
fn may_refer(way: &[Node<'_>]) -> bool {
    let Some((block, inner)) = way.split_first() else { return false };
    if !block.key().is_some_and(|it| BLOCKS.contains(&it)) {
        return false;
    }
    let is_locals = block.key() == Some("locals");
    let is_source = |it: &Node<'_>| block.key() == Some("module") && it.key() == Some("source");
    let steps = way.iter().zip(inner);
    steps.enumerate().all(|(depth, (parent, node))| {
        let kind = match parent.kind() {
            Kind::Block | Kind::Body | Kind::Map | Kind::Seq | Kind::Paren => true,
            Kind::Call | Kind::Cond => true,
            Kind::Pair => parent.child(1).is_some_and(|it| it.id() == node.id()),
            _ => false,
        };
        // Inside of values the same words are keys like all others.
        let in_body = parent.kind() == Kind::Body && !is_locals;
        let fixed = in_body && node.key().is_some_and(|it| FIXED.contains(&it));
        let removal = node.key() == Some("provisioner")
            && node.kind() == Kind::Block
            && node.body().is_some_and(|it| it.get("when").is_some());
        let source = depth == 1 && is_source(node);
        kind && !(fixed || removal || source)
    })
}

/// The names that fit what stands at the end of a way, the shortest first.
fn names_of(way: &[Node<'_>]) -> Vec<String> {
    let Some((block, inner)) = way.split_first() else { return Vec::new() };
    let labels: Vec<&str> = block.labels().filter_map(Node::text).collect();
    let last = labels.last().copied().unwrap_or("");
    let mut keys: Vec<&str> = Vec::new();
    for (parent, node) in way.iter().zip(inner) {
        let Some(key) = node.key() else { continue };
        let named = if key == "value" { neighbour(*parent) } else { None };
        match named {
            Some(named) => keys.push(named),
            None if key != "value" && key != "content" => keys.push(key),
            None => {}
        }
    }
    let key = keys.last().copied().unwrap_or("");
    let subject = match block.key() {
        Some("locals") => vec![keys.first().copied().unwrap_or("")],
        Some("provider") => {
            let alias = block.body().and_then(|it| it.get("alias")?.as_str());
            vec![last, alias.unwrap_or("")]
        }
        _ => vec![last],
    };
    let kind = labels.first().copied().unwrap_or("");
    let kind = kind.split_once('_').map_or(kind, |(_, it)| it);
    let short = [subject.as_slice(), &[key]].concat();
    let long = [subject.as_slice(), keys.as_slice()].concat();
    let typed = [&[kind], short.as_slice()].concat();
    let same_type = labels.len() < 2;
    let all = [Some(short), Some(long), Some(typed).filter(|_| !same_type)];
    all.into_iter().flatten().map(|it| allowed(joined(&it))).collect()
}

/// What an entry `value` belongs to: `{ name = "TOKEN", value = … }`.
fn neighbour(parent: Node<'_>) -> Option<&str> {
    ["name", "key"].iter().find_map(|it| parent.get(it)?.as_str())
}

/// Words as one name, in which a part that repeats the end of the one before is left out.
fn joined(parts: &[&str]) -> String {
    let mut name = String::new();
    for part in parts.iter().map(|it| snake(it)).filter(|it| !it.is_empty()) {
        let repeats = |name: &str| {
            name == part || name.strip_suffix(part.as_str()).is_some_and(|it| it.ends_with('_'))
        };
        if part.strip_prefix(name.as_str()).is_some_and(|it| it.starts_with('_')) {
            name = part;
        } else if !repeats(&name) {
            name.push_str(if name.is_empty() { "" } else { "_" });
            name.push_str(&part);
        }
    }
    name
}

/// `dbPassword`, `DB-PASSWORD` as `db_password`.
fn snake(text: &str) -> String {
    let mut name = String::new();
    let mut lower = false;
    for letter in text.chars() {
        let gap = !letter.is_ascii_alphanumeric() || (lower && letter.is_ascii_uppercase());
        if gap && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        }
        lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    name.trim_end_matches('_').to_owned()
}

/// A name that a variable may have.
fn allowed(name: String) -> String {
    let mut name: String = name.chars().take(LONGEST).collect();
    if name.is_empty() || RESERVED.contains(&name.as_str()) {
        name.push_str(if name.is_empty() { "secret" } else { "_secret" });
    }
    if name.starts_with(|it: char| it.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_the_place() {
        let cases: [(&[&str], &str); 9] = [
            (&["main", "password"], "main_password"),
            (&["aws", "us-east", "secretKey"], "aws_us_east_secret_key"),
            (&["db_password", "password"], "db_password"),
            (&["db", "DB_PASSWORD"], "db_password"),
            (&["token", "token"], "token"),
            (&["", "count"], "count_secret"),
            (&["9to5", "--key--"], "_9to5_key"),
            (&["é", "✓"], "secret"),
            (&["web", "APIToken2"], "web_apitoken2"),
        ];
        for (parts, expected) in cases {
            assert_eq!(allowed(joined(parts)), expected, "{parts:?}");
        }
    }
}
