//! The main loop: takes messages, keeps the open documents, sends what the worker found.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, never, select, tick, unbounded};
use engine::Report;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use workspace::{CONFIG_FILE_NAMES, ConfigError, Session, WorkspaceError, find_config};

use crate::client::{self, Client};
use crate::commands::Check;
use crate::documents::{self, Document};
use crate::proto::*;
use crate::settings::Settings;
use crate::worker::{Done, FolderId, Job};
use crate::{diagnostics, transport, worker};

/// Why the server stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection broke.
    #[error("the connection to the editor broke")]
    Connection,
    /// A message of ours could not be written as JSON.
    #[error("a message could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// How often the server looks whether the editor still lives.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Requests that wait for an analysis. An editor that asks more often does not read the answers.
const MOST_WAITING: usize = 256;

/// Serves one editor over standard input and output, until it says `exit` or goes away.
pub fn serve() -> Result<(), Error> {
    // The threads of the connection and the worker end with the process, whatever they do.
    run(&transport::stdio())
}

pub(crate) fn run(connection: &Connection) -> Result<(), Error> {
    let Some((id, params)) = initialize(connection)? else { return Ok(()) };
    let client = Client::new(&params);
    let result = InitializeResult {
        capabilities: client.capabilities(),
        server_info: Some(ServerInfo {
            name: diagnostics::SOURCE.to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    let (jobs, job_queue) = unbounded();
    let (done_sender, done) = unbounded();
    std::thread::spawn(move || worker::run(&job_queue, &done_sender));
    let mut server = Server::new(connection, jobs, client);
    server.respond(id, result)?;
    if let Some(options) = &params.initialization_options {
        server.set(options)?;
    }
    for root in client::roots(&params) {
        server.add_folder(root, false);
    }
    server.listen(&done, &heartbeat(params.process_id))
}

/// Waits for the first request; `None` when the editor goes away before it.
fn initialize(
    connection: &Connection,
) -> Result<Option<(RequestId, Box<InitializeParams>)>, Error> {
    loop {
        let refusal = match connection.receiver.recv() {
            Err(_) => return Ok(None),
            Ok(Message::Request(it)) if it.method == Initialize::METHOD => {
                match serde_json::from_value(it.params) {
                    Ok(params) => return Ok(Some((it.id, params))),
                    Err(error) => {
                        let message = format!("this does not initialize anything: {error}");
                        Response::new_err(it.id, ErrorCode::InvalidParams as i32, message)
                    }
                }
            }
            Ok(Message::Request(it)) => {
                let message = "`initialize` comes first".to_owned();
                Response::new_err(it.id, ErrorCode::ServerNotInitialized as i32, message)
            }
            Ok(Message::Notification(it)) if it.method == Exit::METHOD => return Ok(None),
            Ok(_) => continue,
        };
        connection.sender.send(refusal.into()).map_err(|_| Error::Connection)?;
    }
}

/// Ticks while it makes sense to look for the editor's process: not every system shows it, and
/// in a container it may have another number.
fn heartbeat(process: Option<u32>) -> (Receiver<std::time::Instant>, Option<PathBuf>) {
    let shown = process.map(|it| PathBuf::from(format!("/proc/{it}"))).filter(|it| it.is_dir());
    match &shown {
        Some(_) => (tick(HEARTBEAT), shown),
        None => (never(), None),
    }
}

/// A workspace folder.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) id: FolderId,
    pub(crate) root: PathBuf,
    /// Made for a file that lies outside of every folder of the workspace.
    alone: bool,
    /// Counts up with each change; shared with the analyses that it makes pointless.
    newest: Arc<AtomicU64>,
    /// The last analysis.
    pub(crate) analysis: Option<Analysis>,
    /// The configuration that cannot be accepted, and why.
    pub(crate) problem: Option<(PathBuf, ConfigError)>,
}

/// A report, and the texts that it is about.
#[derive(Debug)]
pub(crate) struct Analysis {
    generation: u64,
    pub(crate) report: Arc<Report>,
    pub(crate) session: Session,
}

impl Folder {
    fn generation(&self) -> u64 {
        self.newest.load(Ordering::Relaxed)
    }

    /// The analysis of the texts as they are now, when it is there.
    pub(crate) fn current(&self) -> Option<&Analysis> {
        self.analysis.as_ref().filter(|it| it.generation == self.generation())
    }

    /// Stops what is under way. The last analysis counts until the next change.
    pub(crate) fn keep_last_analysis(&mut self) {
        if let Some(it) = &mut self.analysis {
            it.generation = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        }
    }

    pub(crate) fn problem_of(&self, path: &Path) -> Option<&ConfigError> {
        self.problem.as_ref().filter(|(it, _)| it == path).map(|(_, error)| error)
    }
}

pub(crate) struct Server<'c> {
    connection: &'c Connection,
    jobs: Sender<Job>,
    pub(crate) client: Client,
    pub(crate) settings: Settings,
    pub(crate) folders: BTreeMap<FolderId, Folder>,
    next_folder: FolderId,
    pub(crate) documents: BTreeMap<String, Document>,
    /// Requests that wait for the analysis of the newest text.
    pub(crate) waiting: VecDeque<Request>,
    /// Files that are not open, with the findings that they show.
    pub(crate) shown: BTreeMap<PathBuf, (FolderId, Vec<Diagnostic>)>,
    /// Show the findings of all files.
    pub(crate) wide: bool,
    pub(crate) check: Option<Check>,
    next_request: i32,
    shut_down: bool,
}

impl<'c> Server<'c> {
    fn new(connection: &'c Connection, jobs: Sender<Job>, client: Client) -> Self {
        Self {
            connection,
            jobs,
            client,
            settings: Settings::default(),
            folders: BTreeMap::new(),
            next_folder: 0,
            documents: BTreeMap::new(),
            waiting: VecDeque::new(),
            shown: BTreeMap::new(),
            wide: false,
            check: None,
            next_request: 0,
            shut_down: false,
        }
    }

    fn listen(
        &mut self,
        done: &Receiver<Done>,
        (beat, editor): &(Receiver<std::time::Instant>, Option<PathBuf>),
    ) -> Result<(), Error> {
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Err(_) => return Ok(()),
                    Ok(Message::Notification(it)) if it.method == Exit::METHOD => return Ok(()),
                    Ok(Message::Notification(it)) => self.notification(it)?,
                    Ok(Message::Request(it)) => self.request(it)?,
                    Ok(Message::Response(it)) => self.answered(it)?,
                },
                recv(done) -> result => match result {
                    Ok(it) => self.finished(it)?,
                    Err(_) => return Err(Error::Connection),
                },
                recv(beat) -> _ => if editor.as_ref().is_some_and(|it| !it.exists()) {
                    return Ok(());
                },
            }
        }
    }

    // Sending.

    pub(crate) fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        self.connection.sender.send(message.into()).map_err(|_| Error::Connection)
    }

    pub(crate) fn respond<T: Serialize>(&self, id: RequestId, result: T) -> Result<(), Error> {
        self.send(Response::new_ok(id, serde_json::to_value(result)?))
    }

    pub(crate) fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) -> Result<(), Error> {
        self.send(Response::new_err(id, code as i32, why.to_owned()))
    }

    pub(crate) fn tell<N: NotificationType>(&self, params: N::Params) -> Result<(), Error> {
        self.send(Notification::new(N::METHOD.to_owned(), serde_json::to_value(params)?))
    }

    /// Sends a request of our own.
    pub(crate) fn ask<R: RequestType>(&mut self, params: R::Params) -> Result<(), Error> {
        self.next_request += 1;
        let id = RequestId::from(format!("{}#{}", R::METHOD, self.next_request));
        self.send(Request::new(id, R::METHOD.to_owned(), serde_json::to_value(params)?))
    }

    fn complain(&self, message: &str) -> Result<(), Error> {
        let message = format!("nhilint: {message}");
        self.tell::<ShowMessage>(ShowMessageParams { typ: MessageType::ERROR, message })
    }

    fn log(&self, message: &str) -> Result<(), Error> {
        let message = message.to_owned();
        self.tell::<LogMessage>(LogMessageParams { typ: MessageType::WARNING, message })
    }

    fn job(&self, job: Job) {
        // Nobody listens only when the worker is gone, which `listen` notices.
        let _ = self.jobs.send(job);
    }

    // Folders.

    pub(crate) fn folder_ids(&self) -> Vec<FolderId> {
        self.folders.keys().copied().collect()
    }

    fn add_folder(&mut self, root: PathBuf, alone: bool) -> FolderId {
        let id = self.next_folder;
        self.next_folder += 1;
        let newest = Arc::new(AtomicU64::new(0));
        let folder = Folder { id, root, alone, newest, analysis: None, problem: None };
        self.folders.insert(id, folder);
        self.reopen(id);
        id
    }

    /// Reads a folder from disk again and analyses it.
    pub(crate) fn reopen(&mut self, id: FolderId) {
        let Some(it) = self.folders.get(&id) else { return };
        let untrusted = !self.settings.trusted;
        self.job(Job::Open { folder: id, root: it.root.clone(), untrusted, shallow: it.alone });
        self.analyze(id);
    }

    pub(crate) fn analyze(&mut self, id: FolderId) {
        let Some(it) = self.folders.get(&id) else { return };
        let generation = it.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.job(Job::Analyze { folder: id, generation, newest: Arc::clone(&it.newest) });
    }

    fn remove_folder(&mut self, id: FolderId) -> Result<(), Error> {
        let Some(folder) = self.folders.remove(&id) else { return Ok(()) };
        // Stops the analysis that is under way.
        folder.newest.fetch_add(1, Ordering::Relaxed);
        self.job(Job::Close { folder: id });
        self.publish_closed(id)?;
        self.check_goes_on(id, true)?;
        let homeless: Vec<Document> =
            self.documents.values().filter(|it| it.folder == id).cloned().collect();
        for it in homeless {
            self.documents.remove(it.uri.as_str());
            self.open(it.uri, it.version, it.text);
        }
        Ok(())
    }

    fn change_folders(&mut self, change: DidChangeWorkspaceFoldersParams) -> Result<(), Error> {
        for root in change.event.removed.iter().filter_map(|it| documents::to_path(&it.uri)) {
            let gone = self.folders.values().find(|it| it.root == root && !it.alone);
            if let Some(id) = gone.map(|it| it.id) {
                self.remove_folder(id)?;
            }
        }
        for root in change.event.added.iter().filter_map(|it| documents::to_path(&it.uri)) {
            let known = self.folders.values().any(|it| it.root == root && !it.alone);
            if known {
                continue;
            }
            // Files that stood alone and now lie in a folder move there.
            let inside: Vec<FolderId> = self
                .folders
                .values()
                .filter(|it| it.alone && it.root.starts_with(&root))
                .map(|it| it.id)
                .collect();
            self.add_folder(root, false);
            for id in inside {
                self.remove_folder(id)?;
            }
        }
        Ok(())
    }

    // Documents.

    fn notification(&mut self, it: Notification) -> Result<(), Error> {
        match it.method.as_str() {
            Initialized::METHOD => return self.initialized(),
            DidOpenTextDocument::METHOD => {
                if let Some(it) = read::<DidOpenTextDocumentParams>(it.params) {
                    let document = it.text_document;
                    self.open(document.uri, document.version, document.text.into());
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Some(mut it) = read::<DidChangeTextDocumentParams>(it.params)
                    && let Some(change) = it.content_changes.pop()
                    // A change of a part was not agreed on, and cannot be told from a text.
                    && change.range.is_none()
                {
                    let document = it.text_document;
                    self.open(document.uri, document.version, change.text.into());
                }
            }
            DidSaveTextDocument::METHOD => {
                if let Some(it) = read::<DidSaveTextDocumentParams>(it.params) {
                    self.saved(&it.text_document.uri);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(it) = read::<DidCloseTextDocumentParams>(it.params) {
                    return self.close(it.text_document.uri);
                }
            }
            DidChangeWatchedFiles::METHOD => {
                if let Some(it) = read::<DidChangeWatchedFilesParams>(it.params) {
                    self.changed_on_disk(&it);
                }
            }
            DidChangeWorkspaceFolders::METHOD => {
                if let Some(it) = read::<DidChangeWorkspaceFoldersParams>(it.params) {
                    return self.change_folders(it);
                }
            }
            DidChangeConfiguration::METHOD => {
                if self.client.tells_settings {
                    return self.ask_for_settings();
                }
                if let Some(it) = read::<DidChangeConfigurationParams>(it.params) {
                    return self.set(&it.settings);
                }
            }
            CancelRequest::METHOD => {
                if let Some(it) = read::<CancelParams>(it.params) {
                    let id = match it.id {
                        NumberOrString::Number(it) => RequestId::from(it),
                        NumberOrString::String(it) => RequestId::from(it),
                    };
                    return self.cancel(&id);
                }
            }
            WorkDoneProgressCancel::METHOD => {
                if let Some(it) = read::<WorkDoneProgressCancelParams>(it.params) {
                    return self.cancel_check(Some(&it.token), None);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn initialized(&mut self) -> Result<(), Error> {
        if self.client.watches_files {
            self.ask::<RegisterCapability>(client::watchers())?;
        }
        if self.client.tells_settings { self.ask_for_settings() } else { Ok(()) }
    }

    /// Takes a text from the editor, whether the document is new or changed.
    fn open(&mut self, uri: Uri, version: i32, text: Arc<str>) {
        let known = self.documents.get(uri.as_str()).map(|it| (it.folder, it.path.clone()));
        let Some((folder, path)) = known.or_else(|| self.home(&uri)) else { return };
        self.job(Job::Unsaved { folder, path: path.clone(), text: Some(Arc::clone(&text)) });
        let key = uri.as_str().to_owned();
        self.documents.insert(key, Document { uri, version, folder, path, text });
        self.analyze(folder);
    }

    fn close(&mut self, uri: Uri) -> Result<(), Error> {
        let Some(document) = self.documents.remove(uri.as_str()) else { return Ok(()) };
        let Document { folder, path, .. } = document;
        self.job(Job::Unsaved { folder, path: path.clone(), text: None });
        let last = !self.documents.values().any(|it| it.folder == folder);
        if last && self.folders.get(&folder).is_some_and(|it| it.alone) {
            self.remove_folder(folder)?;
        } else {
            self.job(Job::Reread { folder, path, new: false });
            self.analyze(folder);
        }
        self.publish(uri, None, Vec::new())
    }

    /// An open document was written to disk.
    fn saved(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri.as_str()) else { return };
        let (folder, path) = (document.folder, document.path.clone());
        if is_configuration(&path) {
            self.reopen(folder);
            return;
        }
        self.job(Job::Reread { folder, path, new: true });
        self.analyze(folder);
    }

    /// Files were changed by somebody else.
    fn changed_on_disk(&mut self, it: &DidChangeWatchedFilesParams) {
        let mut touched: BTreeMap<FolderId, bool> = BTreeMap::new();
        for change in &it.changes {
            let Some(path) = documents::to_path(&change.uri) else { continue };
            for folder in self.folders.values() {
                let Some(relative) = documents::relative(&folder.root, &path) else { continue };
                // What is new may be ignored, and a folder that is gone takes files along: only
                // reading everything again tells.
                let plain = change.typ == FileChangeType::CHANGED && !is_configuration(&relative);
                let again = touched.entry(folder.id).or_insert(false);
                *again |= !plain;
                if plain {
                    self.job(Job::Reread { folder: folder.id, path: relative, new: false });
                }
            }
        }
        for (folder, again) in touched {
            if again { self.reopen(folder) } else { self.analyze(folder) }
        }
    }

    /// The folder that a document belongs to, and its path there. A document outside every
    /// folder makes its own folder a workspace, without what lies below.
    fn home(&mut self, uri: &Uri) -> Option<(FolderId, String)> {
        let path = documents::to_path(uri)?;
        let inside = self.folders.values().filter_map(|it| {
            let relative = documents::relative(&it.root, &path)?;
            (!it.alone || !relative.contains('/')).then_some((it, relative))
        });
        // The innermost folder knows the document best.
        let best = inside.max_by_key(|(it, _)| (!it.alone, it.root.as_os_str().len()));
        if let Some((folder, relative)) = best {
            return Some((folder.id, relative));
        }
        let root = path.parent()?.to_path_buf();
        let relative = documents::relative(&root, &path)?;
        Some((self.add_folder(root, true), relative))
    }

    // Settings.

    fn ask_for_settings(&mut self) -> Result<(), Error> {
        let section = Some(diagnostics::SOURCE.to_owned());
        let items = vec![ConfigurationItem { scope_uri: None, section }];
        self.ask::<WorkspaceConfiguration>(ConfigurationParams { items })
    }

    /// An answer of the editor. Only its settings matter: what else was asked is done or not.
    fn answered(&mut self, it: Response) -> Result<(), Error> {
        let asked = it.id.to_string();
        if !asked.trim_start_matches('"').starts_with(WorkspaceConfiguration::METHOD) {
            return Ok(());
        }
        match it.response_result {
            Ok(Value::Array(settings)) => settings.first().map_or(Ok(()), |it| self.set(it)),
            _ => Ok(()),
        }
    }

    /// Takes settings over. Whether the workspace is trusted is said once, at the start: a
    /// setting of the workspace must not vouch for the workspace.
    fn set(&mut self, value: &Value) -> Result<(), Error> {
        let mut settings = match Settings::read(value) {
            None => return Ok(()),
            Some(Err(problem)) => return self.log(&problem),
            Some(Ok(it)) => it,
        };
        if !self.folders.is_empty() {
            settings.trusted = self.settings.trusted;
        }
        if settings == self.settings {
            return Ok(());
        }
        self.settings = settings;
        for folder in self.folder_ids() {
            self.publish_folder(folder)?;
        }
        self.refresh()
    }

    /// Asks the editor to ask again for what it only asks for when it sees a reason.
    fn refresh(&mut self) -> Result<(), Error> {
        if self.client.pulls && self.client.refreshes_diagnostics {
            self.ask::<WorkspaceDiagnosticRefresh>(())?;
        }
        if self.client.refreshes_lenses {
            self.ask::<CodeLensRefresh>(())?;
        }
        Ok(())
    }

    // Results.

    fn finished(&mut self, done: Done) -> Result<(), Error> {
        match done {
            Done::Opened { folder, problem } => self.opened(folder, problem)?,
            Done::Analyzed { folder, generation, report, session } => {
                let Some(it) = self.folders.get_mut(&folder) else { return Ok(()) };
                if it.generation() != generation {
                    // A newer text is on its way.
                    return Ok(());
                }
                let failed = report.is_none();
                // After an internal error old positions would be wrong: show nothing instead.
                let report = report.unwrap_or_default();
                // Thousands of facts are given back after the answer, not before it.
                let last = it.analysis.replace(Analysis { generation, report, session });
                if failed {
                    self.complain("internal error: this change was not analysed")?;
                }
                self.publish_folder(folder)?;
                self.check_goes_on(folder, true)?;
                self.answer_waiting()?;
                if last.is_none() {
                    self.refresh()?;
                }
            }
        }
        Ok(())
    }

    fn opened(&mut self, id: FolderId, problem: Option<Box<WorkspaceError>>) -> Result<(), Error> {
        let Some(folder) = self.folders.get_mut(&id) else { return Ok(()) };
        folder.problem = None;
        match problem.map(|it| *it) {
            Some(WorkspaceError::Config(error)) => {
                folder.problem = find_config(&folder.root).map(|path| (path, error));
            }
            // A folder that is gone has nothing to lint; the editor knows that it is gone.
            Some(WorkspaceError::NotFound { .. }) | None => {}
            Some(other) => self.complain(&other.to_string())?,
        }
        self.check_goes_on(id, false)
    }

    // Requests.

    fn request(&mut self, request: Request) -> Result<(), Error> {
        if self.shut_down {
            let message = "the server has been shut down";
            return self.refuse(request.id, ErrorCode::InvalidRequest, message);
        }
        match request.method.as_str() {
            Shutdown::METHOD => {
                self.shut_down = true;
                self.respond(request.id, Value::Null)
            }
            Initialize::METHOD => {
                let message = "`initialize` comes once";
                self.refuse(request.id, ErrorCode::InvalidRequest, message)
            }
            ExecuteCommand::METHOD => self.command(request),
            method if self.knows(method) => {
                if self.waiting.len() >= MOST_WAITING
                    && let Some(oldest) = self.waiting.pop_front()
                {
                    let message = "too many requests";
                    self.refuse(oldest.id, ErrorCode::ServerCancelled, message)?;
                }
                self.waiting.push_back(request);
                self.answer_waiting()
            }
            method => {
                let message = format!("nhilint does not know `{method}`");
                self.refuse(request.id, ErrorCode::MethodNotFound, &message)
            }
        }
    }

    fn cancel(&mut self, id: &RequestId) -> Result<(), Error> {
        self.cancel_check(None, Some(id))?;
        let Some(at) = self.waiting.iter().position(|it| it.id == *id) else { return Ok(()) };
        self.waiting.remove(at);
        self.refuse(id.clone(), ErrorCode::RequestCanceled, "cancelled")
    }
}

fn is_configuration(path: &str) -> bool {
    const OTHERS: [&str; 3] = [".gitignore", ".ignore", "modules.json"];
    let name = path.rsplit('/').next().unwrap_or(path);
    CONFIG_FILE_NAMES.contains(&name) || OTHERS.contains(&name)
}

/// Reads parameters; what does not fit is dropped, as the protocol asks for notifications.
pub(crate) fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}
