//! Answers what the editor asks about a document or the workspace.

use std::collections::BTreeSet;

use engine::{Family, SourceText};
use model::FileId;
use syntax::{LineIndex, Span};

use crate::actions::{self, ConfigText};
use crate::completion::{self, Cursor};
use crate::documents::Document;
use crate::folders::{Analysis, Folder};
use crate::proto::*;
use crate::server::{Error, Server, read};
use crate::symbols::{self, FileView};
use crate::{hover, position};

/// What is asked about one document and waits for its analysis.
const OF_DOCUMENT: [&str; 7] = [
    HoverRequest::METHOD,
    CodeActionRequest::METHOD,
    DocumentDiagnosticRequest::METHOD,
    CodeLensRequest::METHOD,
    DocumentSymbolRequest::METHOD,
    DocumentLinkRequest::METHOD,
    Completion::METHOD,
];

/// A document and what is known of it.
struct Asked<'a> {
    document: &'a Document,
    folder: &'a Folder,
    analysis: &'a Analysis,
    file: FileId,
    source: &'a SourceText,
}

impl Server<'_> {
    /// True for requests that [`Server::answer_waiting`] answers.
    pub(crate) fn knows(&self, method: &str) -> bool {
        OF_DOCUMENT.contains(&method) || method == WorkspaceSymbolRequest::METHOD
    }

    /// Answers the requests whose folder is analysed; the others go on waiting.
    pub(crate) fn answer_waiting(&mut self) -> Result<(), Error> {
        for request in std::mem::take(&mut self.waiting) {
            if let Some(request) = self.answer(request)? {
                self.waiting.push_back(request);
            }
        }
        Ok(())
    }

    /// Gives the request back when it has to wait.
    fn answer(&self, request: Request) -> Result<Option<Request>, Error> {
        if request.method == WorkspaceSymbolRequest::METHOD {
            return self.workspace_symbols(request);
        }
        let Some(uri) = uri_of(&request) else {
            let message = "the request names no document";
            return self.refuse(request.id, ErrorCode::InvalidParams, message).map(|()| None);
        };
        let home = self.documents.get(&uri);
        let home = home.and_then(|it| Some((it, self.folders.get(&it.folder)?)));
        let Some((document, folder)) = home else {
            return self.answer_stranger(request).map(|()| None);
        };
        if request.method == Completion::METHOD {
            let items = read::<CompletionParams>(request.params)
                .map(|it| self.complete(folder, document, it.text_document_position.position));
            return self.respond(request.id, items).map(|()| None);
        }
        let Some(analysis) = folder.current() else { return Ok(Some(request)) };
        if request.method == DocumentDiagnosticRequest::METHOD {
            let found = self.diagnostics(folder, document).unwrap_or_default();
            document.told.replace(Some(found.clone()));
            return self.respond(request.id, pulled(found)).map(|()| None);
        }
        let sources = &analysis.report.sources;
        let file = sources.find(&document.path);
        let Some((file, source)) = file.and_then(|it| Some((it, sources.get(it)?))) else {
            // nhilint does not read such files.
            return self.answer_stranger(request).map(|()| None);
        };
        let asked = Asked { document, folder, analysis, file, source };
        self.answer_about(&asked, request).map(|()| None)
    }

    /// An answer about a document that nothing is known of.
    fn answer_stranger(&self, request: Request) -> Result<(), Error> {
        match request.method.as_str() {
            // The protocol has no `null` for these.
            DocumentDiagnosticRequest::METHOD => self.respond(request.id, pulled(Vec::new())),
            _ => self.respond(request.id, serde_json::Value::Null),
        }
    }

    fn answer_about(&self, asked: &Asked<'_>, request: Request) -> Result<(), Error> {
        let Asked { folder, analysis, file, .. } = *asked;
        let unit = self.client.unit;
        let view = FileView { report: &analysis.report, file, root: &folder.root, unit };
        let id = request.id;
        match request.method.as_str() {
            HoverRequest::METHOD => {
                let at = read::<HoverParams>(request.params);
                let at = at.map(|it| it.text_document_position_params.position);
                self.respond(id, at.and_then(|it| self.hover(asked, it)))
            }
            CodeActionRequest::METHOD => {
                let params = read::<CodeActionParams>(request.params);
                self.respond(id, params.map(|it| self.actions(asked, &it)))
            }
            CodeLensRequest::METHOD if !self.settings.code_lens.enable => {
                self.respond(id, Vec::<CodeLens>::new())
            }
            CodeLensRequest::METHOD => self.respond(id, view.lenses()),
            DocumentSymbolRequest::METHOD => {
                self.respond(id, view.symbols(self.client.nests_symbols))
            }
            _ => self.respond(id, view.links()),
        }
    }

    fn hover(&self, asked: &Asked<'_>, at: Position) -> Option<Hover> {
        let offset = position::offset(asked.source, at, self.client.unit);
        let text = hover::at(&asked.analysis.report, asked.file, offset)?;
        Some(hover::markdown(text, None))
    }

    fn actions(&self, asked: &Asked<'_>, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
        let offset = |it| position::offset(asked.source, it, self.client.unit);
        let session = &asked.analysis.session;
        let config = session.config();
        let config_file = session.config_path().and_then(|path| {
            let open = self.documents.values().find(|it| {
                let root = self.folders.get(&it.folder).map(|it| it.root.join(""));
                root.is_some_and(|root| root.join(&it.path) == path)
            });
            let saved = config.file.as_ref().map(|it| &*it.text);
            Some(ConfigText { path, text: open.map(|it| &*it.text).or(saved)? })
        });
        actions::at(&actions::Request {
            report: &asked.analysis.report,
            file: asked.file,
            source: asked.source,
            root: &asked.folder.root,
            uri: &asked.document.uri,
            parsed: session.parsed(&asked.document.path),
            unit: self.client.unit,
            span: Span::new(offset(params.range.start), offset(params.range.end)),
            today: config.settings.today,
            config,
            config_file,
            creates_files: self.client.creates_files,
            context: &params.context,
        })
    }

    /// Completion does not wait: the text that is being typed is all it needs.
    fn complete(&self, folder: &Folder, document: &Document, at: Position) -> Vec<CompletionItem> {
        let lines = LineIndex::new(&document.text);
        let offset = lines.offset(at.line, at.character, self.client.unit) as usize;
        let cursor = Cursor { text: &document.text, offset, position: at };
        let name = document.path.rsplit('/').next().unwrap_or_default();
        if workspace::CONFIG_FILE_NAMES.contains(&name) {
            return completion::configuration(&cursor);
        }
        let analysis = folder.analysis.as_ref();
        let found: BTreeSet<&str> = analysis.map(|it| rules_in(it, document)).unwrap_or_default();
        let found: Vec<&str> = found.into_iter().collect();
        let today = analysis.and_then(|it| it.session.config().settings.today);
        completion::suppression(&cursor, &found, today)
    }

    fn workspace_symbols(&self, request: Request) -> Result<Option<Request>, Error> {
        if self.folders.values().any(|it| it.analysis.is_none()) {
            return Ok(Some(request));
        }
        let Some(params) = read::<WorkspaceSymbolParams>(request.params) else {
            let message = "the request has no query";
            return self.refuse(request.id, ErrorCode::InvalidParams, message).map(|()| None);
        };
        let mut symbols = Vec::new();
        for folder in self.folders.values() {
            let Some(analysis) = &folder.analysis else { continue };
            let (root, unit) = (&folder.root, self.client.unit);
            symbols.extend(symbols::find(&analysis.report, root, unit, &params.query));
        }
        self.respond(request.id, WorkspaceSymbolResponse::Flat(symbols)).map(|()| None)
    }
}

/// The rules that found something in a document that can be accepted. A comment that is being
/// written is a mistake as yet.
fn rules_in(analysis: &Analysis, document: &Document) -> BTreeSet<&'static str> {
    let file = analysis.report.sources.find(&document.path);
    let findings = analysis.report.findings.iter();
    findings
        .filter(|it| Some(it.place.file) == file && it.rule.family != Family::Hygiene)
        .map(|it| it.rule.id)
        .collect()
}

fn pulled(items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: None, items },
    };
    DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report))
}

fn uri_of(request: &Request) -> Option<String> {
    request.params.get("textDocument")?.get("uri")?.as_str().map(str::to_owned)
}
