//! Quick fixes: repairs that rules offer, and the suppression of a finding.

use std::collections::HashMap;

use engine::{Finding, Report, Safety, SourceText};
use model::{Date, FileId, days_after};
use syntax::{Language, Span, Tree, Unit, comment_markers, insertion_point};

use crate::position;
use crate::proto::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Diagnostic, Range, TextEdit, Uri,
    WorkspaceEdit,
};

/// Days for which a suppression made in the editor holds.
const EXCUSED_DAYS: i32 = 90;

/// What the actions are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) report: &'a Report,
    pub(crate) file: FileId,
    pub(crate) source: &'a SourceText,
    pub(crate) uri: &'a Uri,
    pub(crate) parsed: Option<(Language, &'a Tree)>,
    pub(crate) unit: Unit,
    pub(crate) span: Span,
    pub(crate) today: Option<Date>,
    pub(crate) diagnostics: &'a [Diagnostic],
}

/// The actions for the findings that a range touches.
pub(crate) fn at(request: &Request<'_>) -> Vec<CodeActionOrCommand> {
    let touches = |it: &Span| it.start <= request.span.end && request.span.start <= it.end;
    let mut actions = Vec::new();
    let findings = request.report.findings.iter();
    for finding in findings.filter(|it| it.place.file == request.file && touches(&it.place.span)) {
        actions.extend(repair(request, finding));
        actions.extend(ignore(request, finding));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// The rule's own fix, when it edits this file only.
fn repair(request: &Request<'_>, finding: &Finding) -> Option<CodeAction> {
    let fix = finding.fix.as_ref()?;
    if fix.edits.iter().any(|it| it.file != request.file) {
        return None;
    }
    let edits = fix.edits.iter().map(|it| TextEdit {
        range: position::range(request.source, it.span, request.unit),
        new_text: it.text.clone(),
    });
    let mut made = action(request, finding, fix.title.clone(), edits.collect());
    made.is_preferred = Some(fix.safety == Safety::Safe);
    Some(made)
}

/// A suppression comment above the entry, with a day on which it ends and room for the reason.
fn ignore(request: &Request<'_>, finding: &Finding) -> Option<CodeAction> {
    let (language, tree) = request.parsed?;
    let (open, close) = comment_markers(language)?;
    let point = insertion_point(tree, language, finding.place.span.start)?;
    let until = request.today.and_then(|it| days_after(it, EXCUSED_DAYS));
    let until = until.map(|it| format!(" until={it}"));
    let text = format!(
        "{}{open}nhilint: ignore[{}]{} -- why this is acceptable{close}\n",
        point.indent,
        finding.rule.id,
        until.unwrap_or_default(),
    );
    let at = position::range(request.source, Span::new(point.offset, point.offset), request.unit);
    let edit = TextEdit { range: Range { start: at.start, end: at.start }, new_text: text };
    let title = format!("Ignore `{}` here, with a reason and an end", finding.rule.id);
    Some(action(request, finding, title, vec![edit]))
}

fn action(
    request: &Request<'_>,
    finding: &Finding,
    title: String,
    edits: Vec<TextEdit>,
) -> CodeAction {
    let range = position::range(request.source, finding.place.span, request.unit);
    let mended = |it: &&Diagnostic| it.range == range;
    let diagnostics: Vec<_> = request.diagnostics.iter().filter(mended).cloned().collect();
    #[expect(clippy::mutable_key_type, reason = "the protocol's own type; the key is not changed")]
    let changes = HashMap::from([(request.uri.clone(), edits)]);
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        ..CodeAction::default()
    }
}
