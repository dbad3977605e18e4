//! Runs templates. What depends on something unknown stays in the output as an action, so that
//! the output is a template again, with fewer actions than before.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use model::{Origin, Place, StepKind};
use syntax::Span;
use syntax::gotemplate::{
    Branch, Choice, Command, Expression, ExpressionKind, Field, Item, Pipeline, Tag as Action,
    Template,
};

use super::functions;
use super::text::{Hole, Lit, Piece, Tag, TagKind, Text};
use super::value::{Data, Unknown, Val};

/// Why a template was given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// More work than is done for a chart; what, in words.
    Limit(&'static str),
    /// The rest depends on something unknown.
    Undecidable,
}

type Run<T> = Result<T, Stop>;

/// What is spent on one chart with all of its sub-charts.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) steps: u32,
    pub(super) bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        // The largest chart that was measured takes a tenth of this.
        Self { steps: 4_000_000, bytes: 64 << 20 }
    }
}

/// Includes inside includes, `tpl` too. Helm itself stops at a thousand.
const INCLUDES: u32 = 48;

/// Most rounds of one loop.
const ROUNDS: usize = 20_000;

/// Most bytes of one output.
const OUTPUT: usize = 8 << 20;

/// A template that others may include.
#[derive(Clone)]
pub(super) struct Define {
    pub(super) text: Rc<Text>,
    pub(super) source: Arc<str>,
    pub(super) template: Arc<Template>,
    pub(super) index: usize,
}

/// Runs the templates of one chart and its sub-charts.
pub(super) struct Engine<'c> {
    pub(super) defines: BTreeMap<String, Define>,
    pub(super) budget: Budget,
    /// Reads a file of the chart whose templates run.
    pub(super) read: &'c dyn Fn(&str) -> Option<Text>,
    /// Conditions around the current item that cannot be known.
    pub(super) level: u32,
    depth: u32,
}

/// One run of one template.
pub(super) struct Frame<'t> {
    /// The source, whose spans the items hold.
    source: &'t str,
    /// The same as pieces, for places.
    text: &'t Text,
    /// `.`
    dot: Val,
    /// `$`
    root: Val,
    variables: Vec<Variable>,
    /// Conditions that cannot be known around the innermost loop.
    loop_level: u32,
    /// The file itself, not a template that it includes.
    is_file: bool,
}

struct Variable {
    name: String,
    value: Val,
    level: u32,
}

/// Output, with the place in the file of each piece.
#[derive(Default)]
pub(super) struct Output {
    pub(super) pieces: Vec<(Piece, Span)>,
    bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl Output {
    fn into_text(self) -> Text {
        let mut text = Text::default();
        for (piece, _) in self.pieces {
            text.push(piece);
        }
        text
    }
}

impl<'c> Engine<'c> {
    pub(super) fn new(read: &'c dyn Fn(&str) -> Option<Text>) -> Self {
        Self { defines: BTreeMap::new(), budget: Budget::default(), read, level: 0, depth: 0 }
    }

    /// Runs a file with a root context.
    pub(super) fn file(
        &mut self,
        source: &str,
        text: &Text,
        template: &Template,
        root: &Val,
    ) -> Run<Output> {
        (self.level, self.depth) = (0, 0);
        let mut frame = Frame {
            source,
            text,
            dot: root.clone(),
            root: root.clone(),
            variables: Vec::new(),
            loop_level: 0,
            is_file: true,
        };
        let mut out = Output::default();
        self.items(&template.items, &mut frame, &mut out)?;
        Ok(out)
    }

    pub(super) fn step(&mut self, cost: usize) -> Run<()> {
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        self.budget.steps = self
            .budget
            .steps
            .checked_sub(cost)
            .ok_or(Stop::Limit("the chart's templates take more steps than are run"))?;
        Ok(())
    }

    fn emit(&mut self, out: &mut Output, piece: Piece, site: Span) -> Run<()> {
        let len = match &piece {
            Piece::Lit(lit) => lit.text.len(),
            Piece::Hole(hole) => hole.action.len(),
            Piece::Tag(tag) => tag.action.len(),
        };
        if len == 0 {
            return Ok(());
        }
        out.bytes += len;
        const MUCH: Stop = Stop::Limit("the chart's templates print more than is read");
        self.budget.bytes = self.budget.bytes.checked_sub(len).ok_or(MUCH)?;
        if out.bytes > OUTPUT {
            return Err(MUCH);
        }
        out.pieces.push((piece, site));
        Ok(())
    }

    fn items(&mut self, items: &[Item], frame: &mut Frame<'_>, out: &mut Output) -> Run<Flow> {
        for item in items {
            self.step(1)?;
            let flow = match item {
                Item::Text(span) => {
                    self.text(*span, frame, out)?;
                    Flow::Next
                }
                Item::Comment(_) => Flow::Next,
                Item::Print(tag, pipeline) => {
                    self.print(*tag, pipeline, frame, out)?;
                    Flow::Next
                }
                Item::If(choice) => self.choice(choice, false, frame, out)?,
                Item::With(choice) => self.choice(choice, true, frame, out)?,
                Item::Range(choice) => self.range(choice, frame, out)?,
                Item::Call { tag, name, argument } => {
                    let dot = match argument {
                        Some(it) => self.pipeline(it, frame)?,
                        None => Val::default(),
                    };
                    let value = self.include(name, &dot)?;
                    self.put(*tag, None, Some(name), value, frame, out)?;
                    Flow::Next
                }
                // Whether the rest of the loop runs cannot be known.
                Item::Break(_) | Item::Continue(_) if self.level > frame.loop_level => {
                    return Err(Stop::Undecidable);
                }
                Item::Break(_) => Flow::Break,
                Item::Continue(_) => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn text(&mut self, span: Span, frame: &Frame<'_>, out: &mut Output) -> Run<()> {
        let site = frame.site(span);
        for piece in frame.text.slice(span.start as usize, span.end as usize).pieces {
            self.emit(out, piece, site)?;
        }
        Ok(())
    }

    fn print(
        &mut self,
        tag: Action,
        pipeline: &Pipeline,
        frame: &mut Frame<'_>,
        out: &mut Output,
    ) -> Run<()> {
        let value = self.pipeline(pipeline, frame)?;
        if pipeline.variables.is_empty() {
            self.put(tag, Some(pipeline), None, value, frame, out)?;
        } else {
            self.bind(pipeline, value, frame);
        }
        Ok(())
    }

    /// Declares or assigns the variables of a pipeline.
    fn bind(&mut self, pipeline: &Pipeline, value: Val, frame: &mut Frame<'_>) {
        let Some(name) = pipeline.variables.first() else { return };
        if !pipeline.assigns {
            frame.declare(name, value, self.level);
            return;
        }
        let level = self.level;
        if let Some(variable) = frame.variables.iter_mut().rev().find(|it| it.name == *name) {
            // Whether this assignment happens cannot be known.
            let certain = level <= variable.level;
            variable.value = if certain { value } else { Val::unknown(None) };
        }
    }

    /// Prints a value.
    fn put(
        &mut self,
        tag: Action,
        pipeline: Option<&Pipeline>,
        included: Option<&str>,
        value: Val,
        frame: &Frame<'_>,
        out: &mut Output,
    ) -> Run<()> {
        let site = frame.site(tag.span);
        let here = frame.place(tag.span);
        let text = match (&value.data, value.to_text()) {
            (Data::Unknown(unknown), _) => {
                let hole = hole(unknown, tag, pipeline, frame, here);
                return self.emit(out, Piece::Hole(hole), site);
            }
            (_, Some(text)) => text,
            (_, None) => match functions::go_text(&value) {
                Some(text) => text,
                None => {
                    let unknown = Unknown::default();
                    let hole = hole(&unknown, tag, pipeline, frame, here);
                    return self.emit(out, Piece::Hole(hole), site);
                }
            },
        };
        let (kind, name) = match (included, pipeline) {
            (Some(name), _) => (StepKind::Template, name.to_owned()),
            (None, Some(pipeline)) => way(pipeline),
            (None, None) => (StepKind::Values, String::new()),
        };
        let name: Arc<str> = name.into();
        for piece in text.pieces {
            self.step(1)?;
            let piece = match (piece, here) {
                (Piece::Lit(mut lit), Some(here)) => {
                    let far = |it: &Origin| it.place.file != here.file;
                    if lit.origin.as_ref().is_some_and(far) {
                        lit.origin = lit.origin.map(|it| it.through(kind, Arc::clone(&name), here));
                    }
                    Piece::Lit(lit)
                }
                (Piece::Hole(hole), Some(here)) => {
                    Piece::Hole(Hole { origin: Some(Origin::at(here)), ..hole })
                }
                (piece, _) => piece,
            };
            self.emit(out, piece, site)?;
        }
        Ok(())
    }

    fn choice(
        &mut self,
        choice: &Choice,
        is_with: bool,
        frame: &mut Frame<'_>,
        out: &mut Output,
    ) -> Run<Flow> {
        let mut kind = TagKind::Open;
        let (variables, outer, level) = (frame.variables.len(), frame.dot.clone(), self.level);
        let mut flow = Flow::Next;
        let mut closed = false;
        for Branch { tag, pipeline, body } in &choice.branches {
            let value = self.pipeline(pipeline, frame)?;
            let truth = value.truth();
            if !pipeline.variables.is_empty() {
                self.bind(pipeline, value.clone(), frame);
            }
            if truth == Some(false) {
                continue;
            }
            if truth.is_none() {
                self.control(*tag, kind, frame, out)?;
                (kind, self.level) = (TagKind::Else, level + 1);
            } else if kind == TagKind::Else {
                self.control(*tag, kind, frame, out)?;
            }
            if is_with {
                frame.dot = value;
            }
            let inner = frame.variables.len();
            flow = self.items(body, frame, out)?;
            frame.variables.truncate(inner);
            frame.dot = outer.clone();
            if truth == Some(true) {
                closed = true;
                break;
            }
        }
        if let Some((tag, body)) = choice.otherwise.as_ref().filter(|_| !closed) {
            if kind == TagKind::Else {
                self.control(*tag, kind, frame, out)?;
            }
            flow = self.items(body, frame, out)?;
        }
        if kind == TagKind::Else {
            self.control(choice.end, TagKind::End, frame, out)?;
        }
        frame.variables.truncate(variables);
        self.level = level;
        Ok(flow)
    }

    /// Leaves a control action in the output, with the blanks that stand around it.
    fn control(
        &mut self,
        tag: Action,
        kind: TagKind,
        frame: &Frame<'_>,
        out: &mut Output,
    ) -> Run<()> {
        let action = match kind {
            TagKind::Open => "{{ if $unknown }}",
            TagKind::Else => "{{ else }}",
            TagKind::End => "{{ end }}",
        };
        let action = format!("{}{action}{}", frame.slice(tag.before), frame.slice(tag.after));
        self.emit(out, Piece::Tag(Tag { action: action.into(), kind }), frame.site(tag.span))
    }

    fn range(&mut self, choice: &Choice, frame: &mut Frame<'_>, out: &mut Output) -> Run<Flow> {
        let Some(Branch { pipeline, body, .. }) = choice.branches.first() else {
            return Ok(Flow::Next);
        };
        let value = self.pipeline(pipeline, frame)?;
        let (variables, outer) = (frame.variables.len(), frame.dot.clone());
        let rounds: Vec<(Val, Val)> = match &value.data {
            Data::List(items) => items
                .iter()
                .enumerate()
                .map(|(at, it)| (Val::int(i64::try_from(at).unwrap_or(i64::MAX)), it.clone()))
                .collect(),
            Data::Map(map) if !map.open.get() => {
                let entries = map.entries.borrow();
                let key = |key: &Rc<str>, origin: &Option<Origin>| {
                    Val::text(Text::at(Rc::clone(key), origin.clone()))
                };
                entries.iter().map(|(k, it)| (key(k, &it.key_origin), it.value.clone())).collect()
            }
            Data::Int(number) => {
                let number = usize::try_from(*number).unwrap_or(0);
                if number > ROUNDS {
                    return Err(Stop::Limit(LOOP));
                }
                (0..number).map(|it| (Val::default(), Val::int(it as i64))).collect()
            }
            Data::Nil => Vec::new(),
            _ => {
                self.unknown_range(choice, value.truth(), frame, out)?;
                frame.variables.truncate(variables);
                frame.dot = outer;
                return Ok(Flow::Next);
            }
        };
        if rounds.len() > ROUNDS {
            return Err(Stop::Limit(LOOP));
        }
        if rounds.is_empty()
            && let Some((_, body)) = &choice.otherwise
        {
            return self.items(body, frame, out);
        }
        let loop_level = std::mem::replace(&mut frame.loop_level, self.level);
        for (key, item) in rounds {
            self.step(1)?;
            declare_round(pipeline, key, item.clone(), self.level, frame);
            frame.dot = item;
            let flow = self.items(body, frame, out)?;
            frame.variables.truncate(variables);
            if flow == Flow::Break {
                break;
            }
        }
        frame.dot = outer;
        frame.loop_level = loop_level;
        Ok(Flow::Next)
    }

    /// A loop over something unknown: its body is what one round may print.
    fn unknown_range(
        &mut self,
        choice: &Choice,
        truth: Option<bool>,
        frame: &mut Frame<'_>,
        out: &mut Output,
    ) -> Run<()> {
        let Some(Branch { tag, pipeline, body }) = choice.branches.first() else { return Ok(()) };
        self.level += 1;
        let loop_level = std::mem::replace(&mut frame.loop_level, self.level);
        // A later round sees what an earlier one assigned.
        forget_assigned(body, frame);
        self.control(*tag, TagKind::Open, frame, out)?;
        let unknown = || Val::unknown(None);
        declare_round(pipeline, unknown(), unknown(), self.level, frame);
        let outer = std::mem::replace(&mut frame.dot, unknown());
        self.items(body, frame, out)?;
        frame.dot = outer;
        if let Some((tag, body)) = choice.otherwise.as_ref().filter(|_| truth != Some(true)) {
            self.control(*tag, TagKind::Else, frame, out)?;
            self.items(body, frame, out)?;
        }
        self.control(choice.end, TagKind::End, frame, out)?;
        frame.loop_level = loop_level;
        self.level -= 1;
        Ok(())
    }

    /// The value of a pipeline.
    fn pipeline(&mut self, pipeline: &Pipeline, frame: &mut Frame<'_>) -> Run<Val> {
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, value, frame)?);
        }
        Ok(value.unwrap_or_default())
    }

    fn command(
        &mut self,
        command: &Command,
        piped: Option<Val>,
        frame: &mut Frame<'_>,
    ) -> Run<Val> {
        self.step(1)?;
        let Some((first, rest)) = command.words.split_first() else { return Ok(Val::default()) };
        let method = !rest.is_empty() || piped.is_some();
        match &first.kind {
            ExpressionKind::Function(name) => {
                let mut arguments = Vec::with_capacity(rest.len() + 1);
                for word in rest {
                    arguments.push(self.word(word, frame)?);
                }
                arguments.extend(piped);
                self.call(name, arguments, frame)
            }
            ExpressionKind::Fields(base, fields) if method => {
                let mut arguments = Vec::with_capacity(rest.len() + 1);
                for word in rest {
                    arguments.push(self.word(word, frame)?);
                }
                arguments.extend(piped);
                self.method(base, fields, &arguments, frame)
            }
            _ => self.word(first, frame),
        }
    }

    fn word(&mut self, word: &Expression, frame: &mut Frame<'_>) -> Run<Val> {
        self.step(1)?;
        let origin = || frame.place(word.span).map(Origin::at);
        let with_origin = |data: Data| Val { data, origin: origin() };
        Ok(match &word.kind {
            ExpressionKind::Dot => frame.dot.clone(),
            ExpressionKind::Nil => Val::default(),
            ExpressionKind::Bool(it) => with_origin(Data::Bool(*it)),
            ExpressionKind::Int(it) => with_origin(Data::Int(*it)),
            ExpressionKind::Float(it) => with_origin(Data::Float(*it)),
            ExpressionKind::Text(text, exact) => Val::text(match exact {
                true => {
                    let (from, to) = (word.span.start as usize + 1, word.span.end as usize - 1);
                    frame.text.slice(from, to)
                }
                false => Text::at(text.as_str(), origin()),
            }),
            ExpressionKind::Function(name) => return self.call(name, Vec::new(), frame),
            ExpressionKind::Variable(name) if name == "$" => frame.root.clone(),
            ExpressionKind::Variable(name) => {
                let variable = frame.variables.iter().rev().find(|it| it.name == *name);
                variable.map_or_else(|| Val::unknown(None), |it| it.value.clone())
            }
            ExpressionKind::Pipeline(pipeline) => return self.pipeline(pipeline, frame),
            ExpressionKind::Fields(base, fields) => {
                // `(.a).b` of nothing is nothing; `.a.b` of nothing is an error.
                let lenient = matches!(base.kind, ExpressionKind::Pipeline(_));
                let mut value = self.word(base, frame)?;
                for (at, field) in fields.iter().enumerate() {
                    value = select(&value, field, lenient && at == 0);
                }
                value
            }
        })
    }

    /// A field that takes arguments.
    fn method(
        &mut self,
        base: &Expression,
        fields: &[Field],
        arguments: &[Val],
        frame: &mut Frame<'_>,
    ) -> Run<Val> {
        let Some((name, path)) = fields.split_last() else { return Ok(Val::unknown(None)) };
        let mut value = self.word(base, frame)?;
        for field in path {
            value = select(&value, field, false);
        }
        let file = arguments.first().and_then(Val::as_str);
        if let (Data::Files, "Get", Some(file)) = (&value.data, name.name.as_str(), file) {
            return Ok((self.read)(&file).map_or_else(|| Val::unknown(None), Val::text));
        }
        let symbols: Vec<_> = arguments.iter().map(Val::symbol).collect();
        let symbol = format!("{}.{} {}", value.symbol(), name.name, symbols.join(" "));
        Ok(Val::unknown(Some(symbol.into())))
    }

    /// Calls a function.
    fn call(&mut self, name: &str, arguments: Vec<Val>, frame: &mut Frame<'_>) -> Run<Val> {
        match name {
            "include" => {
                let file = arguments.first().and_then(Val::as_str);
                let dot = arguments.get(1).cloned().unwrap_or_default();
                match file {
                    Some(file) => self.include(&file, &dot),
                    None => Ok(Val::unknown(None)),
                }
            }
            "tpl" => self.tpl(&arguments, frame),
            _ => functions::call(name, &arguments, self),
        }
    }

    /// The output of a named template.
    fn include(&mut self, name: &str, dot: &Val) -> Run<Val> {
        let is_root = is_root(dot);
        let argument = if is_root { ".".to_owned() } else { dot.symbol() };
        let symbol: Rc<str> = format!("include \"{name}\" {argument}").into();
        let Some(define) = self.defines.get(name).cloned() else {
            return Ok(Val::unknown(Some(symbol)));
        };
        let Some(body) = define.template.defines.get(define.index) else {
            return Ok(Val::unknown(Some(symbol)));
        };
        let text = self.nested(&define.source, &define.text, &body.body, dot)?;
        Ok(settle(text, symbol))
    }

    fn nested(&mut self, source: &str, text: &Text, items: &[Item], dot: &Val) -> Run<Text> {
        if self.depth >= INCLUDES {
            return Err(Stop::Limit("templates include each other deeper than is followed"));
        }
        self.depth += 1;
        let mut frame = Frame {
            source,
            text,
            dot: dot.clone(),
            root: dot.clone(),
            variables: Vec::new(),
            loop_level: self.level,
            is_file: false,
        };
        let mut out = Output::default();
        let done = self.items(items, &mut frame, &mut out);
        self.depth -= 1;
        done?;
        Ok(out.into_text().without_outer_blanks())
    }

    /// A text that is a template itself.
    fn tpl(&mut self, arguments: &[Val], frame: &Frame<'_>) -> Run<Val> {
        let unknown = || Ok(Val::unknown(None));
        let (Some(text), Some(dot)) = (arguments.first(), arguments.get(1)) else {
            return unknown();
        };
        let Data::Text(text) = &text.data else { return unknown() };
        if text.lits().all(|it| !it.text.contains("{{")) {
            return Ok(Val::text(text.clone()));
        }
        let Some(source) = text.known() else { return unknown() };
        self.step(source.len() / 16)?;
        let template = syntax::gotemplate::parse(&source);
        if !template.problems.is_empty() || !template.defines.is_empty() {
            return unknown();
        }
        let _ = frame;
        let printed = self.nested(&source, text, &template.items, dot)?;
        Ok(settle(printed, super::text::NAMELESS.into()))
    }
}

const LOOP: &str = "a loop of a template runs more rounds than are followed";

impl Frame<'_> {
    fn slice(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or("")
    }

    /// The place of a part of the source.
    fn place(&self, span: Span) -> Option<Place> {
        let text = self.text.slice(span.start as usize, span.end as usize);
        let mut places = text.lits().filter_map(Lit::place);
        let first = places.next()?;
        let same = |it: &Place| it.file == first.file;
        Some(
            places
                .filter(same)
                .fold(first, |all, it| Place::new(all.file, all.span.cover(it.span))),
        )
    }

    /// Where a part of the source stands in the file; of no meaning outside of it.
    fn site(&self, span: Span) -> Span {
        if self.is_file { span } else { Span::default() }
    }

    fn declare(&mut self, name: &str, value: Val, level: u32) {
        self.variables.push(Variable { name: name.to_owned(), value, level });
    }
}

fn declare_round(pipeline: &Pipeline, key: Val, item: Val, level: u32, frame: &mut Frame<'_>) {
    match pipeline.variables.as_slice() {
        [name] => frame.declare(name, item, level),
        [first, second] => {
            frame.declare(first, key, level);
            frame.declare(second, item, level);
        }
        _ => {}
    }
}

/// Makes variables unknown that a body assigns.
fn forget_assigned(items: &[Item], frame: &mut Frame<'_>) {
    for item in items {
        match item {
            Item::Print(_, pipeline) if pipeline.assigns => {
                for name in &pipeline.variables {
                    let known = frame.variables.iter_mut().rev().find(|it| it.name == *name);
                    if let Some(variable) = known {
                        variable.value = Val::unknown(None);
                    }
                }
            }
            Item::If(choice) | Item::With(choice) | Item::Range(choice) => {
                for branch in &choice.branches {
                    forget_assigned(&branch.body, frame);
                }
                if let Some((_, body)) = &choice.otherwise {
                    forget_assigned(body, frame);
                }
            }
            _ => {}
        }
    }
}

/// A field of a value.
fn select(value: &Val, field: &Field, lenient: bool) -> Val {
    match &value.data {
        Data::Map(map) => match map.get(&field.name) {
            Some(found) => found,
            None if map.open.get() => Val::unknown(None),
            None => Val::default(),
        },
        Data::Nil if lenient => Val::default(),
        Data::Unknown(Unknown { symbol: Some(symbol), .. }) => {
            Val::unknown(Some(format!("{symbol}.{}", field.name).into()))
        }
        _ => Val::unknown(None),
    }
}

/// True for the context that Helm gives to files.
fn is_root(value: &Val) -> bool {
    value.as_map().is_some_and(|it| it.get("Capabilities").is_some())
}

/// The output of a template as a value: one line that cannot be known is one hole.
fn settle(text: Text, symbol: Rc<str>) -> Val {
    if !text.has_tags() {
        return Val::text(text);
    }
    let blank = |it: &str| it.len() - it.trim_start().len();
    let end = |it: &str| it.len() - it.trim_end().len();
    let lines = text.trimmed(blank, end);
    let several = lines.pieces.iter().any(|it| match it {
        Piece::Lit(lit) => lit.text.contains('\n'),
        Piece::Hole(_) => false,
        Piece::Tag(tag) => tag.action.trim().contains('\n'),
    });
    if several {
        return Val::text(text);
    }
    let mut value = Val::unknown(Some(symbol));
    if let Data::Unknown(unknown) = &mut value.data {
        unknown.line = true;
        unknown.truth = text.is_filled();
    }
    value
}

/// What stands in the output for an unknown value.
fn hole(
    unknown: &Unknown,
    tag: Action,
    pipeline: Option<&Pipeline>,
    frame: &Frame<'_>,
    here: Option<Place>,
) -> Hole {
    let symbol = unknown.symbol.clone().unwrap_or_else(|| super::text::NAMELESS.into());
    let (before, after) = match unknown.line {
        true => ("", ""),
        false => (frame.slice(tag.before), frame.slice(tag.after)),
    };
    let last = pipeline.and_then(|it| it.commands.last());
    let block = last.and_then(|it| match &it.words.first()?.kind {
        ExpressionKind::Function(name) if matches!(name.as_str(), "nindent" | "indent") => {
            it.words.get(1).map(|it| match it.kind {
                ExpressionKind::Int(columns) => format!(" | {name} {columns}"),
                _ => format!(" | {name} 2"),
            })
        }
        _ => None,
    });
    let dash = if before.is_empty() { "" } else { "-" };
    let action = match block {
        Some(block) => format!("{before}{{{{{dash} {}{block} }}}}{after}", super::text::NAMELESS),
        None => {
            let name = if symbol.contains("}}") { super::text::NAMELESS } else { &symbol };
            format!("{before}{{{{{dash} {name} }}}}{after}")
        }
    };
    Hole {
        action: action.into(),
        symbol,
        origin: here.map(Origin::at),
        filled: unknown.truth == Some(true),
        line: unknown.line,
    }
}

/// How a value came into an action: the first template or field that the pipeline names.
fn way(pipeline: &Pipeline) -> (StepKind, String) {
    for command in &pipeline.commands {
        if let Some(found) = way_of(command, 0) {
            return found;
        }
    }
    (StepKind::Values, "values".to_owned())
}

fn way_of(command: &Command, depth: u32) -> Option<(StepKind, String)> {
    let mut words = command.words.iter();
    if let (Some(ExpressionKind::Function(name)), Some(ExpressionKind::Text(text, _))) =
        (command.words.first().map(|it| &it.kind), command.words.get(1).map(|it| &it.kind))
        && name == "include"
    {
        return Some((StepKind::Template, text.clone()));
    }
    words.find_map(|word| match &word.kind {
        ExpressionKind::Fields(base, fields) => {
            let names: Vec<_> = fields.iter().map(|it| it.name.as_str()).collect();
            let start = match &base.kind {
                ExpressionKind::Variable(name) => name.as_str(),
                _ => "",
            };
            Some((StepKind::Values, format!("{start}.{}", names.join("."))))
        }
        ExpressionKind::Variable(name) => Some((StepKind::Values, name.clone())),
        ExpressionKind::Dot => Some((StepKind::Values, ".".to_owned())),
        ExpressionKind::Pipeline(inner) if depth < 8 => {
            inner.commands.iter().find_map(|it| way_of(it, depth + 1))
        }
        _ => None,
    })
}
