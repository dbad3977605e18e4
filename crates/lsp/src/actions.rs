//! Code actions: repairs that rules offer, all safe repairs at once, and the ways to accept a
//! finding.

use std::collections::HashMap;
use std::path::Path;

use engine::{Finding, Report, Safety, SourceText};
use model::{Date, FileId, days_after};
use syntax::{Language, LineIndex, Span, Tree, Unit, comment_markers, insertion_point};
use workspace::{Config, Excuse, repairs_of};

use crate::documents;
use crate::position;
use crate::proto::*;

/// Days for which a suppression made in the editor holds.
const EXCUSED_DAYS: i32 = 90;

/// What stands where a person has to write a reason.
const REASON: &str = "why this is acceptable";

/// Repairs everything that can be repaired without a person.
pub(crate) fn fix_all_kind() -> CodeActionKind {
    CodeActionKind::from("source.fixAll.nhilint".to_owned())
}

/// What the actions are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) report: &'a Report,
    pub(crate) file: FileId,
    pub(crate) source: &'a SourceText,
    pub(crate) root: &'a Path,
    pub(crate) uri: &'a Uri,
    pub(crate) parsed: Option<(Language, &'a Tree)>,
    pub(crate) unit: Unit,
    pub(crate) span: Span,
    pub(crate) today: Option<Date>,
    pub(crate) config: &'a Config,
    pub(crate) config_file: Option<ConfigText<'a>>,
    pub(crate) creates_files: bool,
    pub(crate) context: &'a lsp_types::CodeActionContext,
}

/// The configuration file that an exception can be written to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConfigText<'a> {
    pub(crate) path: &'a Path,
    /// As the editor shows it, when it is open there.
    pub(crate) text: &'a str,
}

impl Request<'_> {
    /// True when the editor wants actions of a kind: it names a kind or one above it.
    fn wants(&self, kind: &CodeActionKind) -> bool {
        let Some(only) = &self.context.only else { return true };
        let below = |it: &CodeActionKind| {
            kind.as_str()
                .strip_prefix(it.as_str())
                .is_some_and(|it| it.is_empty() || it.starts_with('.'))
        };
        only.iter().any(|it| it.as_str().is_empty() || below(it))
    }
}

/// The actions for the findings that a range touches, and for the file.
pub(crate) fn at(request: &Request<'_>) -> Vec<CodeActionOrCommand> {
    let mut actions = Vec::new();
    if request.wants(&CodeActionKind::QUICKFIX) {
        let touches = |it: &Span| it.start <= request.span.end && request.span.start <= it.end;
        let findings = request.report.findings.iter();
        let here: Vec<&Finding> = findings
            .filter(|it| it.place.file == request.file && touches(&it.place.span))
            .collect();
        actions.extend(here.iter().filter_map(|it| repair(request, it)));
        let settings = &request.config.settings;
        for finding in here.into_iter().filter(|it| settings.can_excuse(it.rule)) {
            let accepted = ignore(request, finding).or_else(|| except(request, finding));
            actions.extend(accepted);
        }
    }
    if request.wants(&fix_all_kind()) {
        actions.extend(fix_all(request));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// The rule's own fix, which may reach into other files.
fn repair(request: &Request<'_>, finding: &Finding) -> Option<CodeAction> {
    let fix = finding.fix.as_ref()?;
    #[expect(clippy::mutable_key_type, reason = "the protocol's own type; the key is not changed")]
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in &fix.edits {
        let source = request.report.sources.get(edit.file)?;
        let uri = if edit.file == request.file {
            request.uri.clone()
        } else {
            documents::to_uri(&request.root.join(&*source.path))?
        };
        let range = position::range(source, edit.span, request.unit);
        changes.entry(uri).or_default().push(TextEdit { range, new_text: edit.text.clone() });
    }
    let edit = WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    let mut made = quick_fix(request, finding, fix.title.clone(), edit);
    made.is_preferred = Some(fix.safety == Safety::Safe);
    Some(made)
}

/// A suppression comment above the entry, with a day on which it ends and room for the reason.
fn ignore(request: &Request<'_>, finding: &Finding) -> Option<CodeAction> {
    let (language, tree) = request.parsed?;
    let point = insertion_point(tree, language, finding.place.span.start)?;
    let comment = excuse(request).comment(language, &[finding.rule.id])?;
    let text = format!("{}{comment}{}", point.indent, line_break(&request.source.text));
    let at = position::range(request.source, Span::new(point.offset, point.offset), request.unit);
    let edit = TextEdit { range: Range { start: at.start, end: at.start }, new_text: text };
    let title = format!("Ignore `{}` here, with a reason and an end", finding.rule.id);
    Some(quick_fix(request, finding, title, in_file(request.uri.clone(), vec![edit])))
}

/// How the file ends its lines.
fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// An end, and room for the reason.
fn excuse(request: &Request<'_>) -> Excuse<'static> {
    let until = request.today.and_then(|it| days_after(it, EXCUSED_DAYS));
    Excuse { reason: REASON, until, owner: None }
}

/// An exception in `nhilint.toml`, for files that have no comments.
fn except(request: &Request<'_>, finding: &Finding) -> Option<CodeAction> {
    // Only where nothing else can be written: the comment stays beside what it excuses.
    if request.parsed.is_some_and(|(language, _)| comment_markers(language).is_some()) {
        return None;
    }
    let folder = request.config.file.as_ref().map_or("", |it| it.folder());
    let path = match folder {
        "" => &*request.source.path,
        folder => request.source.path.strip_prefix(folder)?.strip_prefix('/')?,
    };
    let table = excuse(request).exception(path, finding);
    let edit = match request.config_file {
        Some(it) => append(request, it, &table)?,
        None => create(request, &table)?,
    };
    let title = format!("Ignore `{}` in configuration, with a reason and an end", finding.rule.id);
    Some(quick_fix(request, finding, title, edit))
}

fn append(request: &Request<'_>, config: ConfigText<'_>, table: &str) -> Option<WorkspaceEdit> {
    let end = u32::try_from(config.text.len()).ok()?;
    let (line, character) = LineIndex::new(config.text).line_column(end, request.unit);
    let at = Position { line, character };
    let gap = match config.text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let edit = TextEdit { range: Range { start: at, end: at }, new_text: format!("{gap}{table}") };
    Some(in_file(documents::to_uri(config.path)?, vec![edit]))
}

fn create(request: &Request<'_>, table: &str) -> Option<WorkspaceEdit> {
    if !request.creates_files {
        return None;
    }
    let uri = documents::to_uri(&request.root.join("nhilint.toml"))?;
    let options = CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) };
    let file = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let text = TextEdit { range: Range::default(), new_text: table.to_owned() };
    let edit = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(text)],
    };
    let changes = DocumentChanges::Operations(vec![
        DocumentChangeOperation::Op(ResourceOp::Create(file)),
        DocumentChangeOperation::Edit(edit),
    ]);
    Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
}

/// All repairs of the file that change nothing else.
fn fix_all(request: &Request<'_>) -> Option<CodeAction> {
    let safe = |it: &Finding| {
        it.place.file == request.file && it.fix.as_ref().is_some_and(|it| it.safety == Safety::Safe)
    };
    if !request.report.findings.iter().any(safe) {
        return None;
    }
    let repairs = repairs_of(request.report, request.file, &request.config.limits);
    let repaired = repairs.files.into_iter().find(|it| it.file == request.file)?;
    let edits = repaired.edits.iter().map(|it| TextEdit {
        range: position::range(request.source, it.span, request.unit),
        new_text: it.text.clone(),
    });
    Some(CodeAction {
        title: "Fix everything that nhilint can fix safely".to_owned(),
        kind: Some(fix_all_kind()),
        edit: Some(in_file(request.uri.clone(), edits.collect())),
        ..CodeAction::default()
    })
}

fn in_file(uri: Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    #[expect(clippy::mutable_key_type, reason = "the protocol's own type; the key is not changed")]
    let changes = HashMap::from([(uri, edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

fn quick_fix(
    request: &Request<'_>,
    finding: &Finding,
    title: String,
    edit: WorkspaceEdit,
) -> CodeAction {
    let range = position::range(request.source, finding.place.span, request.unit);
    let code = Some(NumberOrString::String(finding.rule.id.to_owned()));
    let mended = |it: &&Diagnostic| it.range == range && it.code == code;
    let diagnostics: Vec<_> = request.context.diagnostics.iter().filter(mended).cloned().collect();
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
        edit: Some(edit),
        ..CodeAction::default()
    }
}
