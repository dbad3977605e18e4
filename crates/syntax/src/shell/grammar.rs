//! The shell's grammar: tree-sitter's tree to pipelines.

use std::cell::RefCell;
use std::ops::{ControlFlow, Range};

use tree_sitter::{Node, ParseOptions, Parser, Point};

use super::{Pipeline, Script, Word, lexer};

/// Levels of groups inside groups that are followed.
const DEPTH: usize = 48;

/// Here-documents of a text; the grammar's scanner keeps all open ones in a small buffer.
const MOST_HEREDOCS: usize = 16;

/// Times that the parser reports progress, each after a fixed number of its steps. Counting
/// them instead of time gives the same answer on every machine.
const MOST_STEPS: usize = 20_000;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(parser());
}

fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// What a text starts; `None` when the grammar does not cover all of it.
pub(super) fn script(text: &str) -> Option<Script> {
    if text.matches("<<").nth(MOST_HEREDOCS).is_some() {
        return None;
    }
    PARSER.with_borrow_mut(|parser| {
        let parser = parser.as_mut()?;
        let mut steps = 0_usize;
        let mut progress = |_: &_| {
            steps += 1;
            if steps > MOST_STEPS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let bytes = text.as_bytes();
        let mut read = |at: usize, _: Point| bytes.get(at..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        let Some(tree) = tree else {
            // What was begun must not go on with the next text.
            parser.reset();
            return None;
        };
        let root = tree.root_node();
        if root.has_error() {
            return None;
        }
        let mut reader = Reader { text, decides: false, complete: true };
        let mut pipelines = Vec::new();
        reader.statement(root, &mut pipelines, DEPTH);
        reader.complete.then_some(Script { pipelines, decides: reader.decides })
    })
}

struct Reader<'s> {
    text: &'s str,
    decides: bool,
    /// Everything was followed.
    complete: bool,
}

impl Reader<'_> {
    fn statement(&mut self, node: Node<'_>, out: &mut Vec<Pipeline>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            self.complete = false;
            return;
        };
        match node.kind() {
            "command" | "declaration_command" | "unset_command" => {
                let words = self.words(node, depth);
                push(out, vec![words]);
            }
            "variable_assignment" => {
                let word = self.word(node);
                push(out, vec![vec![word]]);
            }
            "variable_assignments" => {
                let words = named(node).into_iter().map(|it| self.word(it)).collect();
                push(out, vec![words]);
            }
            "test_command" => {
                self.decides = true;
                let text = self.slice(node.byte_range());
                let start = node.start_byte();
                for pipeline in lexer::pipelines(text) {
                    push(out, pipeline.into_iter().map(|it| moved(it, start)).collect());
                }
            }
            "pipeline" => {
                let mut pipeline = Pipeline::new();
                for child in named(node) {
                    pipeline.extend(self.flat(child, depth));
                }
                push(out, pipeline);
            }
            "redirected_statement" => self.redirected(node, out, depth),
            "if_statement" | "case_statement" | "while_statement" => {
                self.decides = true;
                self.inner(node, out, depth);
            }
            _ => self.inner(node, out, depth),
        }
    }

    fn inner(&mut self, node: Node<'_>, out: &mut Vec<Pipeline>, depth: usize) {
        for child in named(node) {
            self.statement(child, out, depth);
        }
    }

    /// Every command of a part of a pipeline, in the order in which output can flow.
    fn flat(&mut self, node: Node<'_>, depth: usize) -> Vec<Vec<Word>> {
        let mut inner = Vec::new();
        self.statement(node, &mut inner, depth);
        inner.into_iter().flatten().collect()
    }

    fn redirected(&mut self, node: Node<'_>, out: &mut Vec<Pipeline>, depth: usize) {
        let (mut body, mut input, mut after) = (Vec::new(), Vec::new(), Pipeline::new());
        let mut following = Vec::new();
        for child in named(node) {
            match child.kind() {
                "file_redirect" | "herestring_redirect" => input.extend(self.redirect(child)),
                "heredoc_redirect" => {
                    for part in named(child) {
                        match part.kind() {
                            "heredoc_start" | "heredoc_end" | "file_descriptor" => {}
                            "heredoc_body" => input.push(self.input(part.byte_range())),
                            "file_redirect" | "herestring_redirect" => {
                                input.extend(self.redirect(part));
                            }
                            // `cat <<EOF | sh`: the rest of the line hangs below.
                            "pipeline" => after.extend(self.flat(part, depth)),
                            kind if is_word(kind) => input.push(self.word(part)),
                            _ => self.statement(part, &mut following, depth),
                        }
                    }
                }
                _ => self.statement(child, &mut body, depth),
            }
        }
        if let Some(last) = body.last_mut().and_then(|it| it.last_mut()) {
            last.extend(input);
        } else if !input.is_empty() {
            body.push(vec![input]);
        }
        if !after.is_empty() {
            let mut pipeline: Pipeline = body.drain(..).flatten().collect();
            pipeline.extend(after);
            body.push(pipeline);
        }
        out.extend(body);
        out.extend(following);
    }

    /// What a command gets out of a redirection: text or another command's output, and the
    /// arguments behind it, which the grammar takes for further files.
    fn redirect(&mut self, node: Node<'_>) -> Vec<Word> {
        let is_text = node.kind() == "herestring_redirect";
        let targets = named(node).into_iter().filter(|it| it.kind() != "file_descriptor");
        let words = targets.enumerate().map(|(at, it)| Word { is_input: at == 0, ..self.word(it) });
        words.filter(|it| !it.is_input || is_text || !it.nested.is_empty()).collect()
    }

    fn words(&mut self, command: Node<'_>, depth: usize) -> Vec<Word> {
        let mut words = Vec::new();
        let keyword = command.child(0).filter(|it| !it.is_named());
        // `export` and its like are tokens of the grammar, and programs to everybody else.
        words.extend(keyword.map(|it| self.word(it)));
        for child in named(command) {
            match child.kind() {
                "file_redirect" | "herestring_redirect" => words.extend(self.redirect(child)),
                "subshell" => {
                    let inner = self.flat(child, depth);
                    words.extend(inner.into_iter().flatten());
                }
                "comment" => {}
                _ => words.push(self.word(child)),
            }
        }
        words
    }

    fn word(&self, node: Node<'_>) -> Word {
        let range = node.byte_range();
        let start = range.start;
        match lexer::word(self.slice(range.clone())) {
            Some(word) => moved_word(word, start),
            None => {
                let text = self.slice(range.clone()).to_owned();
                let nested = substitutions(node);
                Word { text, range, unquoted: Vec::new(), nested, is_input: false }
            }
        }
    }

    /// Text that a command reads.
    fn input(&self, range: Range<usize>) -> Word {
        let text = self.slice(range.clone()).to_owned();
        Word { text, range, unquoted: Vec::new(), nested: Vec::new(), is_input: true }
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }
}

fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// Arguments that follow a here-document's start on its line.
fn is_word(kind: &str) -> bool {
    matches!(
        kind,
        "word"
            | "string"
            | "raw_string"
            | "ansi_c_string"
            | "translated_string"
            | "concatenation"
            | "number"
            | "simple_expansion"
            | "expansion"
            | "command_substitution"
            | "process_substitution"
            | "arithmetic_expansion"
            | "brace_expression"
    )
}

/// The lines inside of substitutions below a node.
fn substitutions(node: Node<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if matches!(node.kind(), "command_substitution" | "process_substitution") {
            let inner = named(node);
            if let (Some(first), Some(last)) = (inner.first(), inner.last()) {
                found.push(first.start_byte()..last.end_byte());
            }
        } else {
            open.extend(named(node));
        }
    }
    found.sort_by_key(|it| it.start);
    found
}

fn push(out: &mut Vec<Pipeline>, pipeline: Pipeline) {
    let pipeline: Pipeline = pipeline.into_iter().filter(|it| !it.is_empty()).collect();
    if !pipeline.is_empty() {
        out.push(pipeline);
    }
}

fn moved(command: Vec<Word>, by: usize) -> Vec<Word> {
    command.into_iter().map(|it| moved_word(it, by)).collect()
}

fn moved_word(word: Word, by: usize) -> Word {
    let shift = |it: Range<usize>| it.start + by..it.end + by;
    Word { range: shift(word.range), nested: word.nested.into_iter().map(shift).collect(), ..word }
}
