//! Reads folders and analyses them, away from the thread that talks to the editor.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use engine::Report;
use workspace::Session;

/// How long the worker waits for another change before it starts: fast typing is one job.
const QUIET: Duration = Duration::from_millis(15);

/// Work to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// Read a folder from disk.
    Load { folder: usize, root: PathBuf },
    /// Analyse a folder as it is now.
    Analyze { folder: usize, generation: u64, session: Box<Session> },
}

/// Work that is done.
#[derive(Debug)]
pub(crate) enum Done {
    /// A folder was read, or why it could not be.
    Loaded { folder: usize, session: Box<Session>, complaint: Option<String> },
    /// A folder was analysed; `None` after an internal error.
    Analyzed { folder: usize, generation: u64, report: Option<Arc<Report>> },
}

/// Works until the other side hangs up.
pub(crate) fn run(jobs: &Receiver<Job>, done: &Sender<Done>) {
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        while let Ok(next) = jobs.recv_timeout(QUIET) {
            batch.push(next);
        }
        for job in newest(batch) {
            if done.send(perform(job)).is_err() {
                return;
            }
        }
    }
}

/// Drops analyses that a later one of the same folder makes pointless.
fn newest(batch: Vec<Job>) -> Vec<Job> {
    let mut kept: Vec<Job> = Vec::with_capacity(batch.len());
    for job in batch {
        if let Job::Analyze { folder: new, .. } = &job {
            kept.retain(|it| !matches!(it, Job::Analyze { folder, .. } if folder == new));
        }
        kept.push(job);
    }
    kept
}

fn perform(job: Job) -> Done {
    match job {
        Job::Load { folder, root } => match workspace::open_folder(&root) {
            Ok(session) => Done::Loaded { folder, session: Box::new(session), complaint: None },
            Err(error) => {
                Done::Loaded { folder, session: Box::default(), complaint: Some(error.to_string()) }
            }
        },
        Job::Analyze { folder, generation, session } => {
            let report = catch_unwind(AssertUnwindSafe(|| Arc::new(session.analyze()))).ok();
            Done::Analyzed { folder, generation, report }
        }
    }
}
