//! The main loop: takes messages, keeps the open documents, sends what the worker found.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, never, select, tick, unbounded};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use workspace::WorkspaceError;

use crate::client::{self, Client};
use crate::commands::Check;
use crate::documents::Document;
use crate::folders::{Analysis, Folder};
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
    // Before the answer: an editor that is gone right after it has to be missed.
    let heartbeat = heartbeat(params.process_id);
    let (jobs, job_queue) = unbounded();
    let (done_sender, done) = unbounded();
    std::thread::spawn(move || worker::run(&job_queue, &done_sender));
    let mut server = Server::new(connection, jobs, client);
    server.respond(id, result)?;
    if let Some(options) = &params.initialization_options {
        server.begin(options)?;
    }
    for root in client::roots(&params) {
        server.add_folder(root, false);
    }
    server.listen(&done, &heartbeat)
}

/// Waits for the first request; `None` when the editor goes away before it.
fn initialize(
    connection: &Connection,
) -> Result<Option<(RequestId, Box<InitializeParams>)>, Error> {
    loop {
        let refusal = match connection.receiver.recv() {
            Err(_) => return Ok(None),
            Ok(Message::Request(it)) if it.method == Initialize::METHOD => {
                match client::read(it.params) {
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

pub(crate) struct Server<'c> {
    connection: &'c Connection,
    jobs: Sender<Job>,
    pub(crate) client: Client,
    pub(crate) settings: Settings,
    pub(crate) folders: BTreeMap<FolderId, Folder>,
    pub(crate) next_folder: FolderId,
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

    pub(crate) fn complain(&self, message: &str) -> Result<(), Error> {
        let message = format!("nhilint: {message}");
        self.tell::<ShowMessage>(ShowMessageParams { typ: MessageType::ERROR, message })
    }

    pub(crate) fn log(&self, message: &str) -> Result<(), Error> {
        let message = message.to_owned();
        self.tell::<LogMessage>(LogMessageParams { typ: MessageType::WARNING, message })
    }

    pub(crate) fn job(&self, job: Job) {
        // Nobody listens only when the worker is gone, which `listen` notices.
        let _ = self.jobs.send(job);
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
                let _last = it.analysis.replace(Analysis { generation, report, session });
                let stirred = std::mem::take(&mut it.stirred);
                if failed {
                    self.complain("internal error: this change was not analysed")?;
                }
                self.publish_folder(folder)?;
                self.check_goes_on(folder, true)?;
                self.answer_waiting()?;
                if stirred {
                    self.refresh()?;
                } else if self.has_outdated(folder) {
                    self.refresh_diagnostics()?;
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
                folder.problem = folder.config_path().map(|path| (path, error));
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

    pub(crate) fn cancel(&mut self, id: &RequestId) -> Result<(), Error> {
        self.cancel_check(None, Some(id))?;
        let Some(at) = self.waiting.iter().position(|it| it.id == *id) else { return Ok(()) };
        self.waiting.remove(at);
        self.refuse(id.clone(), ErrorCode::RequestCanceled, "cancelled")
    }
}

/// Reads parameters; what does not fit is dropped, as the protocol asks for notifications.
pub(crate) fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}
