//! What pipelines, commands and words yield.

use std::rc::Rc;

use model::Origin;
use syntax::gotemplate::{Command, Expression, ExpressionKind, Field, Item, Pipeline};

use super::eval::{Engine, Output, Run, Stop};
use super::files;
use super::frame::Frame;
use super::functions;
use super::text::{NAMELESS, Piece, Text};
use super::value::{Data, Map, Unknown, Val};

/// Includes inside includes, `tpl` too. Helm itself stops at a thousand.
const INCLUDES: u32 = 48;

impl Engine<'_> {
    /// The value of a pipeline.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, frame: &mut Frame<'_>) -> Run<Val> {
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
                self.call(name, arguments)
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
            ExpressionKind::Function(name) => return self.call(name, Vec::new()),
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
                    value = match &value.data {
                        Data::Files(held) => self.files_method(held.as_ref(), &field.name, &[])?,
                        _ => select(&value, field, lenient && at == 0),
                    };
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
        if let Data::Files(held) = &value.data {
            return self.files_method(held.as_ref(), &name.name, arguments);
        }
        let symbols: Vec<_> = arguments.iter().map(Val::symbol).collect();
        let symbol = format!("{}.{} {}", value.symbol(), name.name, symbols.join(" "));
        Ok(Val::unknown(Some(symbol.into())))
    }

    fn files_method(&mut self, held: Option<&Rc<Map>>, name: &str, arguments: &[Val]) -> Run<Val> {
        // A pattern is compiled, and tried on all files.
        let tried = if name == "Get" { 1 } else { 500 + self.files.len() / 8 };
        self.step(tried)?;
        let value = files::call(self.files, held, name, arguments);
        let value = value.unwrap_or_else(|| Val::unknown(None));
        self.step(files::size(&value) / 64)?;
        Ok(value)
    }

    /// Calls a function.
    fn call(&mut self, name: &str, arguments: Vec<Val>) -> Run<Val> {
        match name {
            "include" => {
                let file = arguments.first().and_then(Val::as_str);
                let dot = arguments.get(1).cloned().unwrap_or_default();
                match file {
                    Some(file) => self.include(&file, &dot),
                    None => Ok(Val::unknown(None)),
                }
            }
            "tpl" => self.tpl(&arguments),
            _ => functions::call(name, &arguments, self),
        }
    }

    /// The output of a named template.
    pub(super) fn include(&mut self, name: &str, dot: &Val) -> Run<Val> {
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
    fn tpl(&mut self, arguments: &[Val]) -> Run<Val> {
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
        let printed = self.nested(&source, text, &template.items, dot)?;
        Ok(settle(printed, NAMELESS.into()))
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
