//! Suppression comments: `nhilint: ignore[rule, …] until=2027-03-31 owner=team -- reason`.
//!
//! A comment on its own line covers the entry that starts on the next line that holds one (an
//! HCL block, a map entry with its value, a list item, a document); a comment behind a value
//! covers its line. `ignore-file[…]` before the first value covers the file. In the body of a
//! Markdown file, which has no entries, the next paragraph or code block is covered.
//!
//! A comment with a mistake suppresses nothing: a typing error must not hide a finding.

use crate::span::Span;
use crate::tree::{Comment, Kind, Node, Tree};

/// One suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub span: Span,
    /// The rule ids between the brackets, each with its place.
    pub rules: Vec<(String, Span)>,
    /// The bytes in which findings are covered: a finding whose primary range starts inside.
    pub covers: Span,
    /// True for `ignore-file`.
    pub whole_file: bool,
    /// The text after `until=`, unchecked, with its place.
    pub until: Option<(String, Span)>,
    /// The text after `owner=`.
    pub owner: Option<String>,
    /// The text after `--`.
    pub reason: Option<String>,
}

/// A comment that starts like a suppression and is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionProblem {
    /// Where.
    pub span: Span,
    /// What is wrong and what to write, in one line.
    pub message: String,
}

/// Finds the suppression comments of a file, in source order.
pub fn suppressions(tree: &Tree) -> (Vec<Suppression>, Vec<SuppressionProblem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    // Most files hold no suppression, and then nothing of this costs anything.
    let mut cover = None;
    for comment in tree.comments() {
        let directive = match directive(tree.source(), *comment) {
            Some(Ok(it)) => it,
            Some(Err(problem)) => {
                problems.push(problem);
                continue;
            }
            None => continue,
        };
        let cover = cover.get_or_insert_with(|| Cover::new(tree));
        let covers = match directive.whole_file {
            true if cover.is_at_top(*comment) => Span::from_usize(0, tree.source().len()),
            true => {
                problems.push(SuppressionProblem {
                    span: comment.span,
                    message: "`ignore-file` counts only above the first value: move it to the \
                              top of the file, or write `ignore[…]`"
                        .to_owned(),
                });
                continue;
            }
            false => cover.of(*comment),
        };
        found.push(directive.covering(comment.span, covers));
    }
    (found, problems)
}

/// What a comment says, before it is known what it covers.
struct Directive {
    rules: Vec<(String, Span)>,
    whole_file: bool,
    until: Option<(String, Span)>,
    owner: Option<String>,
    reason: Option<String>,
}

impl Directive {
    fn covering(self, span: Span, covers: Span) -> Suppression {
        let Self { rules, whole_file, until, owner, reason } = self;
        Suppression { span, rules, covers, whole_file, until, owner, reason }
    }
}

type Parsed<T> = Result<T, SuppressionProblem>;

/// Reads a comment; `None` when it does not speak to nhilint.
fn directive(source: &str, comment: Comment) -> Option<Parsed<Directive>> {
    let text = source.get(comment.text.range())?;
    let mut cursor = Cursor { text, base: comment.text.start, at: 0 };
    cursor.skip_blanks();
    let start = cursor.at;
    cursor.eat("nhilint").then_some(())?;
    let name = start..cursor.at;
    cursor.skip_blanks();
    if !cursor.eat(":") {
        let word = cursor.peek_word();
        // Prose may begin with the name of the program.
        let meant = word.starts_with("ignore") || word.starts_with("disable");
        return meant.then(|| Err(cursor.problem(name, "write `nhilint: ignore[rule]`")));
    }
    Some(cursor.directive())
}

/// Reads the text of one comment.
struct Cursor<'s> {
    text: &'s str,
    base: u32,
    at: usize,
}

impl<'s> Cursor<'s> {
    fn directive(&mut self) -> Parsed<Directive> {
        self.skip_blanks();
        let start = self.at;
        let whole_file = self.eat("ignore-file");
        let known = whole_file || self.eat("ignore");
        if !known || !self.rest().starts_with(['[', ' ', '\t']) && !self.rest().is_empty() {
            self.at = start;
            self.at += self.peek_word().split('[').next().map_or(0, str::len);
            let message = "write `ignore[rule]` or `ignore-file[rule]` here";
            return Err(self.problem_from(start, message));
        }
        let rules = self.rules()?;
        let mut directive = Directive { rules, whole_file, until: None, owner: None, reason: None };
        self.options(&mut directive)?;
        Ok(directive)
    }

    fn rules(&mut self) -> Parsed<Vec<(String, Span)>> {
        let here = self.at;
        self.skip_blanks();
        if !self.eat("[") {
            self.at = here;
            let message = "name the rules in brackets: `ignore[rule, …]`";
            return Err(self.problem(here.saturating_sub(1)..here, message));
        }
        let open = self.at - 1;
        // A bracket on another line closes something else.
        let line = self.rest().lines().next().unwrap_or("");
        let Some(close) = line.find(']') else {
            let message = "close the list of rules with `]`";
            return Err(self.problem(open..self.at + line.trim_end().len(), message));
        };
        let end = self.at + close;
        let mut rules = Vec::new();
        let mut from = self.at;
        for part in self.rest().get(..close).unwrap_or("").split(',') {
            let name = part.trim();
            let start = from + part.len() - part.trim_start().len();
            from += part.len() + 1;
            let last = from > end;
            if name.is_empty() && last && !rules.is_empty() {
                break;
            }
            let range = start..start + name.len();
            if name.is_empty() {
                let message = "name at least one rule between the brackets, as in \
                               `ignore[wildcard-action]`";
                return Err(self.problem(open..end + 1, message));
            }
            if !name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
            {
                let message = "a rule's id has small letters, digits and `-`; put a comma \
                               between two";
                return Err(self.problem(range, message));
            }
            rules.push((name.to_owned(), self.span(range)));
        }
        self.at = end + 1;
        Ok(rules)
    }

    fn options(&mut self, directive: &mut Directive) -> Parsed<()> {
        loop {
            self.skip_blanks();
            if self.rest().is_empty() {
                return Ok(());
            }
            let start = self.at;
            if self.eat("--") {
                let reason: Vec<&str> = self.rest().split_whitespace().collect();
                if reason.is_empty() {
                    return Err(self.problem_from(start, "write the reason behind `--`"));
                }
                directive.reason = Some(reason.join(" "));
                return Ok(());
            }
            let word = self.peek_word();
            self.at += word.len();
            let Some((key, value)) = word.split_once('=') else {
                let message = "write `--` before the reason";
                return Err(self.problem_from(start, message));
            };
            self.option(directive, key, value, start)?;
        }
    }

    fn option(
        &self,
        directive: &mut Directive,
        key: &str,
        value: &str,
        start: usize,
    ) -> Parsed<()> {
        let taken = match key {
            "until" => directive.until.is_some(),
            "owner" => directive.owner.is_some(),
            _ => {
                let message = "only `until=YYYY-MM-DD` and `owner=NAME` may stand here";
                return Err(self.problem(start..start + key.len(), message));
            }
        };
        let range = start + key.len() + 1..self.at;
        if taken || value.is_empty() {
            let message = if taken { "this is given twice" } else { "a value is missing here" };
            return Err(self.problem(start..self.at, message));
        }
        if key == "until" {
            directive.until = Some((value.to_owned(), self.span(range)));
        } else {
            directive.owner = Some(value.to_owned());
        }
        Ok(())
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn peek_word(&self) -> &'s str {
        self.rest().split(char::is_whitespace).next().unwrap_or("")
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let at = |it: usize| self.base + u32::try_from(it).unwrap_or(u32::MAX - self.base);
        Span::new(at(range.start), at(range.end))
    }

    fn problem(&self, range: std::ops::Range<usize>, message: &str) -> SuppressionProblem {
        SuppressionProblem { span: self.span(range), message: message.to_owned() }
    }

    /// A problem from `start` to the end of the word at the cursor.
    fn problem_from(&self, start: usize, message: &str) -> SuppressionProblem {
        let end = if self.at > start { self.at } else { start + self.peek_word().len() };
        self.problem(start..end, message)
    }
}

/// Knows which entry follows a comment.
struct Cover<'t> {
    tree: &'t Tree,
    /// Where each node's entry begins, outer nodes first.
    starts: Vec<(u32, Span)>,
    /// The body of a Markdown file.
    body: Option<Span>,
}

impl<'t> Cover<'t> {
    fn new(tree: &'t Tree) -> Self {
        let is_entry = |it: &Node<'_>| {
            // A body holds entries and is none; so does a stream.
            !matches!(it.kind(), Kind::Stream | Kind::Body)
        };
        let mut starts: Vec<_> = tree
            .nodes()
            .filter(is_entry)
            .map(|it| (it.entry_span().start, it.entry_span()))
            .collect();
        // Stable: of two nodes with one start the outer one stays first.
        starts.sort_by_key(|(start, _)| *start);
        Self { tree, starts, body: markdown_body(tree) }
    }

    fn of(&self, comment: Comment) -> Span {
        let source = self.tree.source();
        let line = line(source, comment.span.start);
        if !stands_alone(source, comment.span) {
            return line;
        }
        let end = comment.span.end;
        if self.body.is_some_and(|it| it.contains(comment.span)) {
            return paragraph(source, end);
        }
        let next = self.starts.partition_point(|(start, _)| *start < end);
        self.starts.get(next).map_or(Span::new(end, end), |(_, span)| *span)
    }

    /// True when no value stands before the comment.
    fn is_at_top(&self, comment: Comment) -> bool {
        if let Some(body) = self.body.filter(|it| it.contains(comment.span)) {
            let first = self.tree.comments().iter().filter(|it| body.contains(it.span));
            let mut at = body.start;
            for other in first.take_while(|it| it.span.start <= comment.span.start) {
                let gap = self.tree.source().get(at as usize..other.span.start as usize);
                if !gap.unwrap_or("").trim().is_empty() {
                    return false;
                }
                at = other.span.end;
            }
            return true;
        }
        let Some(first) = self.tree.documents().find(|it| it.kind() != Kind::Null) else {
            return true;
        };
        // Inside the opening bracket of a file's one object is the top, too.
        let first = match first.kind() {
            Kind::Map | Kind::Seq | Kind::Body => first.child(0).unwrap_or(first),
            _ => first,
        };
        comment.span.start < first.entry_span().start
    }
}

/// The body of a Markdown file.
fn markdown_body(tree: &Tree) -> Option<Span> {
    tree.is_markdown().then(|| tree.documents().last().map(Node::span))?
}

/// True when nothing else stands on the lines of a comment.
fn stands_alone(source: &str, comment: Span) -> bool {
    let before = source.get(..comment.start as usize).unwrap_or("");
    let after = source.get(comment.end as usize..).unwrap_or("");
    let line_before = before.rsplit('\n').next().unwrap_or("");
    let line_after = after.split('\n').next().unwrap_or("");
    // A byte order mark is no text.
    line_before.trim_start_matches('\u{feff}').trim().is_empty() && line_after.trim().is_empty()
}

/// The line of an offset without its line break.
fn line(source: &str, at: u32) -> Span {
    let at = at as usize;
    let before = source.get(..at).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let rest = source.get(start..).unwrap_or("");
    let len = rest.split('\n').next().unwrap_or("").trim_end_matches('\r').len();
    Span::from_usize(start, start + len)
}

/// The next paragraph, or code block with its fences.
fn paragraph(source: &str, from: u32) -> Span {
    let rest = source.get(from as usize..).unwrap_or("");
    let start = from as usize + rest.len() - rest.trim_start().len();
    let text = source.get(start..).unwrap_or("");
    let fence = ["```", "~~~"].into_iter().find(|it| text.starts_with(it));
    let mut end = start;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let ends = match fence {
            Some(fence) => at > 0 && line.trim_start().starts_with(fence),
            None => line.trim().is_empty(),
        };
        if fence.is_some() || !ends {
            end += line.len();
        }
        if ends {
            break;
        }
    }
    Span::from_usize(start, end)
}
