//! The main loop: takes messages, keeps the open documents, sends what the worker found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use engine::Report;
use lsp_server::ProtocolError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use syntax::{Span, Unit};
use workspace::Session;

use crate::documents::{self, Document};
use crate::proto::*;
use crate::worker::{Done, Job};
use crate::{actions, diagnostics, hover, position, worker};

/// Why the server stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The editor broke the protocol.
    #[error("the editor broke the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// The connection broke.
    #[error("the connection to the editor broke")]
    Connection,
    /// A message of ours could not be written as JSON.
    #[error("a message could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Serves one editor over standard input and output, until it says `exit` or goes away.
pub fn serve() -> Result<(), Error> {
    let (connection, threads) = Connection::stdio();
    let result = run(&connection);
    drop(connection);
    // Joining would wait for an editor that is gone to close a pipe; the process ends anyway.
    drop(threads);
    result
}

pub(crate) fn run(connection: &Connection) -> Result<(), Error> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let unit = position::negotiate(&params);
    let pulls =
        params.capabilities.text_document.as_ref().is_some_and(|it| it.diagnostic.is_some());
    let result = InitializeResult {
        capabilities: capabilities(unit, pulls),
        server_info: Some(ServerInfo {
            name: diagnostics::SOURCE.to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result)?)?;

    let (jobs, job_queue) = unbounded();
    let (done_sender, done) = unbounded();
    std::thread::spawn(move || worker::run(&job_queue, &done_sender));
    let mut server = Server::new(connection, jobs, unit, pulls);
    for root in roots(&params) {
        server.add_folder(root);
    }
    server.listen(&done)
}

fn capabilities(unit: Unit, pulls: bool) -> ServerCapabilities {
    let diagnostic_provider = pulls.then(|| {
        DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some(diagnostics::SOURCE.to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })
    });
    ServerCapabilities {
        position_encoding: Some(position::encoding(unit)),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::FULL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        diagnostic_provider,
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: None,
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    let mut roots: Vec<PathBuf> = folders.filter_map(|it| documents::to_path(&it.uri)).collect();
    if roots.is_empty() {
        #[expect(deprecated, reason = "editors from before workspace folders send nothing else")]
        roots.extend(params.root_uri.as_ref().and_then(documents::to_path));
    }
    roots
}

/// A workspace folder.
#[derive(Debug)]
struct Folder {
    root: PathBuf,
    session: Session,
    loaded: bool,
    /// Counts up with each change of the session.
    generation: u64,
    /// The newest report and the generation it belongs to.
    report: Option<(u64, Arc<Report>)>,
}

impl Folder {
    /// The report of the texts as they are now, when it is there.
    fn current(&self) -> Option<&Arc<Report>> {
        self.report.as_ref().filter(|(it, _)| *it == self.generation).map(|(_, report)| report)
    }
}

struct Server<'c> {
    connection: &'c Connection,
    jobs: Sender<Job>,
    unit: Unit,
    pulls: bool,
    folders: Vec<Folder>,
    documents: BTreeMap<String, Document>,
    /// Requests that wait for the analysis of the newest text.
    waiting: Vec<Request>,
}

impl<'c> Server<'c> {
    fn new(connection: &'c Connection, jobs: Sender<Job>, unit: Unit, pulls: bool) -> Self {
        Self {
            connection,
            jobs,
            unit,
            pulls,
            folders: Vec::new(),
            documents: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    fn listen(&mut self, done: &Receiver<Done>) -> Result<(), Error> {
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Err(_) => return Ok(()),
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(());
                        }
                        self.request(request)?;
                    }
                    Ok(Message::Notification(it)) if it.method == "exit" => return Ok(()),
                    Ok(Message::Notification(it)) => self.notification(it)?,
                    Ok(Message::Response(_)) => {}
                },
                recv(done) -> result => match result {
                    Ok(it) => self.finished(it)?,
                    Err(_) => return Err(Error::Connection),
                },
            }
        }
    }

    fn add_folder(&mut self, root: PathBuf) -> usize {
        let index = self.folders.len();
        // Nobody listens only when the worker is gone, which `listen` notices.
        let _ = self.jobs.send(Job::Load { folder: index, root: root.clone() });
        self.folders.push(Folder {
            root,
            session: Session::default(),
            loaded: false,
            generation: 0,
            report: None,
        });
        index
    }

    fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        self.connection.sender.send(message.into()).map_err(|_| Error::Connection)
    }

    fn respond<T: Serialize>(&self, id: RequestId, result: T) -> Result<(), Error> {
        self.send(Response::new_ok(id, serde_json::to_value(result)?))
    }

    fn notification(&mut self, it: Notification) -> Result<(), Error> {
        match it.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(it) = read::<DidOpenTextDocumentParams>(it.params) {
                    let document = it.text_document;
                    self.open(document.uri, document.version, &document.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(mut it) = read::<DidChangeTextDocumentParams>(it.params)
                    && let Some(change) = it.content_changes.pop()
                {
                    let document = it.text_document;
                    self.open(document.uri, document.version, &change.text);
                }
            }
            DidSaveTextDocument::METHOD => {
                if let Some(it) = read::<DidSaveTextDocumentParams>(it.params) {
                    self.reread(&it.text_document.uri);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(it) = read::<DidCloseTextDocumentParams>(it.params) {
                    self.close(it.text_document.uri)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a text from the editor, whether the document is new or changed.
    fn open(&mut self, uri: Uri, version: i32, text: &str) {
        let known = self.documents.get(uri.as_str()).map(|it| (it.folder, it.path.clone()));
        let Some((folder, path)) = known.or_else(|| self.home(&uri)) else { return };
        if let Some(it) = self.folders.get_mut(folder) {
            it.session.set_unsaved(&path, text.into());
        }
        let key = uri.as_str().to_owned();
        self.documents.insert(key, Document { uri, version, folder, path });
        self.analyze(folder);
    }

    fn close(&mut self, uri: Uri) -> Result<(), Error> {
        self.reread(&uri);
        let Some(document) = self.documents.remove(uri.as_str()) else { return Ok(()) };
        if let Some(folder) = self.folders.get_mut(document.folder) {
            folder.session.drop_unsaved(&document.path);
        }
        self.analyze(document.folder);
        self.publish(uri, None, Vec::new())
    }

    /// Reads a saved file again.
    fn reread(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri.as_str()) else { return };
        let (folder, path) = (document.folder, document.path.clone());
        if let Some(it) = self.folders.get_mut(folder) {
            let text = workspace::read_file(&it.root, &path);
            it.session.set_saved(&path, text);
        }
        self.analyze(folder);
    }

    /// The folder that a document belongs to, and its path there. A document outside every
    /// folder makes its own folder the workspace.
    fn home(&mut self, uri: &Uri) -> Option<(usize, String)> {
        let path = documents::to_path(uri)?;
        let inside = self.folders.iter().enumerate().filter_map(|(index, it)| {
            let relative = documents::relative(&it.root, &path)?;
            Some((it.root.as_os_str().len(), index, relative))
        });
        // The innermost folder knows the document best.
        if let Some((_, index, relative)) = inside.max_by_key(|(length, ..)| *length) {
            return Some((index, relative));
        }
        let root = path.parent()?.to_path_buf();
        let relative = documents::relative(&root, &path)?;
        Some((self.add_folder(root), relative))
    }

    fn analyze(&mut self, index: usize) {
        let Some(folder) = self.folders.get_mut(index) else { return };
        folder.generation += 1;
        if !folder.loaded {
            return;
        }
        let _ = self.jobs.send(Job::Analyze {
            folder: index,
            generation: folder.generation,
            session: Box::new(folder.session.clone()),
        });
    }

    fn finished(&mut self, done: Done) -> Result<(), Error> {
        match done {
            Done::Loaded { folder, mut session, complaint } => {
                if let Some(complaint) = complaint {
                    self.complain(&complaint)?;
                }
                if let Some(it) = self.folders.get_mut(folder) {
                    session.take_unsaved_from(&it.session);
                    it.session = *session;
                    it.loaded = true;
                }
                self.analyze(folder);
            }
            Done::Analyzed { folder, generation, report } => {
                let Some(it) = self.folders.get_mut(folder) else { return Ok(()) };
                let failed = report.is_none();
                // After an internal error old positions would be wrong: show nothing instead.
                it.report = Some((generation, report.unwrap_or_default()));
                if failed {
                    self.complain("internal error: this change was not analysed")?;
                }
                self.publish_folder(folder)?;
                self.answer_waiting()?;
            }
        }
        Ok(())
    }

    fn complain(&self, message: &str) -> Result<(), Error> {
        let params = serde_json::json!({ "type": 1, "message": format!("nhilint: {message}") });
        self.send(Notification::new("window/showMessage".to_owned(), params))
    }

    /// Sends the diagnostics of all open documents of a folder, unless a newer text is on its
    /// way or the editor asks by itself.
    fn publish_folder(&self, index: usize) -> Result<(), Error> {
        let Some(folder) = self.folders.get(index) else { return Ok(()) };
        let Some(report) = folder.current() else { return Ok(()) };
        if self.pulls {
            return Ok(());
        }
        for document in self.documents.values().filter(|it| it.folder == index) {
            let found = self.diagnostics(folder, report, document);
            self.publish(document.uri.clone(), Some(document.version), found)?;
        }
        Ok(())
    }

    fn publish(
        &self,
        uri: Uri,
        version: Option<i32>,
        diagnostics: Vec<Diagnostic>,
    ) -> Result<(), Error> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.send(Notification::new(PublishDiagnostics::METHOD.to_owned(), params))
    }

    fn diagnostics(&self, folder: &Folder, report: &Report, it: &Document) -> Vec<Diagnostic> {
        let file = report.sources.find(&it.path);
        file.map(|it| diagnostics::of_file(report, it, &folder.root, self.unit)).unwrap_or_default()
    }

    fn request(&mut self, request: Request) -> Result<(), Error> {
        let known =
            [HoverRequest::METHOD, CodeActionRequest::METHOD, DocumentDiagnosticRequest::METHOD];
        if !known.contains(&request.method.as_str()) {
            let message = format!("nhilint does not know `{}`", request.method);
            let code = ErrorCode::MethodNotFound as i32;
            return self.send(Response::new_err(request.id, code, message));
        }
        self.waiting.push(request);
        self.answer_waiting()
    }

    /// Answers the requests whose folder is analysed; the others go on waiting.
    fn answer_waiting(&mut self) -> Result<(), Error> {
        for request in std::mem::take(&mut self.waiting) {
            if let Some(request) = self.answer(request)? {
                self.waiting.push(request);
            }
        }
        Ok(())
    }

    /// Gives the request back when it has to wait.
    fn answer(&self, request: Request) -> Result<Option<Request>, Error> {
        let Some(uri) = uri_of(&request) else {
            let code = ErrorCode::InvalidParams as i32;
            let message = "the request names no document".to_owned();
            return self.send(Response::new_err(request.id, code, message)).map(|()| None);
        };
        let document = self.documents.get(&uri);
        let Some((document, folder)) =
            document.and_then(|it| Some((it, self.folders.get(it.folder)?)))
        else {
            return self.respond(request.id, serde_json::Value::Null).map(|()| None);
        };
        let Some(report) = folder.current() else { return Ok(Some(request)) };
        let id = request.id;
        match request.method.as_str() {
            HoverRequest::METHOD => {
                let hover = read::<HoverParams>(request.params)
                    .and_then(|it| self.hover(report, document, &it));
                self.respond(id, hover)?;
            }
            CodeActionRequest::METHOD => {
                let actions = read::<CodeActionParams>(request.params)
                    .map(|it| self.actions(folder, report, document, &it));
                self.respond(id, actions)?;
            }
            _ => self.respond(id, pulled(self.diagnostics(folder, report, document)))?,
        }
        Ok(None)
    }

    fn hover(&self, report: &Report, document: &Document, params: &HoverParams) -> Option<Hover> {
        let file = report.sources.find(&document.path)?;
        let source = report.sources.get(file)?;
        let at = params.text_document_position_params.position;
        let text = hover::at(report, file, position::offset(source, at, self.unit))?;
        Some(hover::markdown(text, None))
    }

    fn actions(
        &self,
        folder: &Folder,
        report: &Report,
        document: &Document,
        params: &CodeActionParams,
    ) -> Vec<CodeActionOrCommand> {
        let Some(file) = report.sources.find(&document.path) else { return Vec::new() };
        let Some(source) = report.sources.get(file) else { return Vec::new() };
        let offset = |it| position::offset(source, it, self.unit);
        actions::at(&actions::Request {
            report,
            file,
            source,
            uri: &document.uri,
            parsed: folder.session.parsed(&document.path),
            unit: self.unit,
            span: Span::new(offset(params.range.start), offset(params.range.end)),
            today: folder.session.config().settings.today,
            diagnostics: &params.context.diagnostics,
        })
    }
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

/// Reads parameters; what does not fit is dropped, as the protocol asks for notifications.
fn read<T: DeserializeOwned>(params: serde_json::Value) -> Option<T> {
    serde_json::from_value(params).ok()
}
