//! Checking the whole workspace on request: with progress, and stopped at once when asked.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::proto::*;
use crate::server::{Error, Server};
use crate::worker::FolderId;

/// Reads every folder again and shows the findings of files that are not open.
pub(crate) const CHECK: &str = "nhilint.checkWorkspace";

/// Shows the findings of open files and their modules only.
pub(crate) const CLEAR: &str = "nhilint.clearWorkspace";

/// All commands.
pub(crate) const ALL: [&str; 2] = [CHECK, CLEAR];

/// A check of the whole workspace that is under way.
#[derive(Debug)]
pub(crate) struct Check {
    /// Who waits for the end.
    request: RequestId,
    /// Where progress is shown.
    token: Option<NumberOrString>,
    folders: usize,
    left: BTreeSet<FolderId>,
}

/// What a check found.
#[derive(Debug, Serialize)]
struct Outcome {
    findings: usize,
    /// Files with findings.
    files: usize,
    /// Files whose findings are shown.
    shown: usize,
}

impl Server<'_> {
    pub(crate) fn command(&mut self, request: Request) -> Result<(), Error> {
        let Ok(params) = serde_json::from_value::<ExecuteCommandParams>(request.params) else {
            return self.refuse(request.id, ErrorCode::InvalidParams, "no command is named");
        };
        match params.command.as_str() {
            CHECK => self.check(request.id, params.work_done_progress_params.work_done_token),
            CLEAR => {
                self.wide = false;
                for folder in self.folder_ids() {
                    self.publish_closed(folder)?;
                }
                self.respond(request.id, serde_json::Value::Null)
            }
            other => {
                let message = format!("nhilint does not know the command `{other}`");
                self.refuse(request.id, ErrorCode::InvalidParams, &message)
            }
        }
    }

    fn check(&mut self, request: RequestId, token: Option<NumberOrString>) -> Result<(), Error> {
        if self.check.is_some() {
            let message = "the workspace is being checked already";
            return self.refuse(request, ErrorCode::RequestFailed, message);
        }
        self.wide = true;
        let token = match token {
            None if self.client.shows_progress => {
                let token = NumberOrString::String("nhilint/check".to_owned());
                let params = WorkDoneProgressCreateParams { token: token.clone() };
                self.ask::<WorkDoneProgressCreate>(params)?;
                Some(token)
            }
            given => given,
        };
        let left: BTreeSet<FolderId> = self.folder_ids().into_iter().collect();
        let begin = WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: "nhilint: checking the workspace".to_owned(),
            cancellable: Some(true),
            message: Some("reading".to_owned()),
            percentage: Some(0),
        });
        self.check = Some(Check { request, token, folders: left.len(), left: left.clone() });
        self.progress(begin)?;
        for folder in &left {
            self.reopen(*folder);
        }
        if left.is_empty() { self.end_check() } else { Ok(()) }
    }

    fn progress(&self, value: WorkDoneProgress) -> Result<(), Error> {
        let Some(token) = self.check.as_ref().and_then(|it| it.token.clone()) else {
            return Ok(());
        };
        let value = ProgressParamsValue::WorkDone(value);
        self.tell::<Progress>(ProgressParams { token, value })
    }

    /// A folder has been read or analysed: tells how far the check is, and ends it.
    pub(crate) fn check_goes_on(&mut self, folder: FolderId, analyzed: bool) -> Result<(), Error> {
        let Some(check) = &mut self.check else { return Ok(()) };
        if !check.left.contains(&folder) {
            return Ok(());
        }
        if analyzed {
            check.left.remove(&folder);
        }
        // Reading counts for half of a folder.
        let halves = 2 * (check.folders - check.left.len()) + usize::from(!analyzed);
        let percentage = u32::try_from(50 * halves / check.folders.max(1)).ok();
        let done = check.left.is_empty();
        let message = Some(if analyzed { "reading" } else { "analysing" }.to_owned());
        self.progress(WorkDoneProgress::Report(WorkDoneProgressReport {
            cancellable: Some(true),
            message,
            percentage,
        }))?;
        if done { self.end_check() } else { Ok(()) }
    }

    fn end_check(&mut self) -> Result<(), Error> {
        let outcome = self.outcome();
        let more = match outcome.files - outcome.shown {
            0 => String::new(),
            more => format!("; {more} files more than `maxFiles` allows are not shown"),
        };
        let message = format!("{} findings in {} files{more}", outcome.findings, outcome.files);
        self.progress(WorkDoneProgress::End(WorkDoneProgressEnd { message: Some(message) }))?;
        match self.check.take() {
            Some(check) => self.respond(check.request, outcome),
            None => Ok(()),
        }
    }

    fn outcome(&self) -> Outcome {
        let mut outcome = Outcome { findings: 0, files: 0, shown: 0 };
        for folder in self.folders.values() {
            let Some(analysis) = &folder.analysis else { continue };
            let files: BTreeSet<_> =
                analysis.report.findings.iter().map(|it| it.place.file).collect();
            let shown = files.iter().filter(|it| {
                let path = folder.root.join(analysis.report.sources.path(**it));
                let open = self.documents.values().any(|it| folder.root.join(&it.path) == path);
                open || self.shown.contains_key(&path)
            });
            outcome.findings += analysis.report.findings.len();
            outcome.shown += shown.count();
            outcome.files += files.len();
        }
        outcome
    }

    /// Stops the check when `token` or `request` is its own. What is known of the folders that
    /// were not reached stays.
    pub(crate) fn cancel_check(
        &mut self,
        token: Option<&NumberOrString>,
        request: Option<&RequestId>,
    ) -> Result<(), Error> {
        let mine = self.check.as_ref().is_some_and(|it| {
            token.is_some() && token == it.token.as_ref() || request == Some(&it.request)
        });
        if !mine {
            return Ok(());
        }
        let message = Some("stopped".to_owned());
        self.progress(WorkDoneProgress::End(WorkDoneProgressEnd { message }))?;
        let Some(check) = self.check.take() else { return Ok(()) };
        self.wide = false;
        for folder in check.left {
            if let Some(it) = self.folders.get_mut(&folder) {
                it.keep_last_analysis();
            }
            self.publish_closed(folder)?;
        }
        self.refuse(check.request, ErrorCode::RequestCanceled, "stopped")?;
        self.answer_waiting()
    }
}
