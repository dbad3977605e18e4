//! Runs templates. What depends on something unknown stays in the output as an action, so that
//! the output is a template again, with fewer actions than before.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use model::{Origin, StepKind};
use syntax::Span;
use syntax::gotemplate::{Branch, Choice, Item, Pipeline, Tag as Action, Template};

use super::files::Files;
use super::frame::{Frame, declare_round, forget_assigned};
use super::functions;
use super::text::{Hole, Piece, Tag, TagKind, Text};
use super::trace::{hole, way};
use super::value::{Data, Unknown, Val};

/// Why a template was given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// More work than is done for a chart; what, in words.
    Limit(&'static str),
    /// The rest depends on something unknown.
    Undecidable,
}

pub(super) type Run<T> = Result<T, Stop>;

/// What is spent on one chart with all of its sub-charts.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) steps: u32,
    pub(super) bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        // The largest chart that was measured takes a tenth of this.
        Self { steps: 2_000_000, bytes: 64 << 20 }
    }
}

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
    /// The files of the chart whose templates run.
    pub(super) files: &'c dyn Files,
    /// Conditions around the current item that cannot be known.
    pub(super) level: u32,
    pub(super) depth: u32,
}

/// Output, with the place in the file of each piece.
#[derive(Default)]
pub(super) struct Output {
    pub(super) pieces: Vec<(Piece, Span)>,
    bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Output {
    pub(super) fn into_text(self) -> Text {
        let mut text = Text::default();
        for (piece, _) in self.pieces {
            text.push(piece);
        }
        text
    }
}

impl<'c> Engine<'c> {
    pub(super) fn new(files: &'c dyn Files) -> Self {
        Self { defines: BTreeMap::new(), budget: Budget::default(), files, level: 0, depth: 0 }
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

    pub(super) fn items(
        &mut self,
        items: &[Item],
        frame: &mut Frame<'_>,
        out: &mut Output,
    ) -> Run<Flow> {
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
        self.step(frame.text.pieces.len() / 8)?;
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
            Data::Map(map) | Data::Files(Some(map)) if !map.open.get() => {
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
            let flow = self.items(body, frame, out);
            frame.variables.truncate(variables);
            return flow;
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
}

const LOOP: &str = "a loop of a template runs more rounds than are followed";
