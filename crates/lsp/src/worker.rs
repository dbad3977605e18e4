//! Reads folders, parses texts and analyses, away from the thread that talks to the editor.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use engine::Report;
use workspace::{Cancel, Opening, Session, WorkspaceError};

/// The number of a folder, which is never used again.
pub(crate) type FolderId = u32;

/// Longest time to wait for another change. A folder whose analysis takes a moment is analysed
/// when the typing pauses; one that is quick has nothing to wait for.
const LONGEST_QUIET: Duration = Duration::from_millis(150);

/// Analyses that take less than this are never put off.
const QUICK: Duration = Duration::from_millis(150);

/// Work to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// Read a folder from disk, for the first time or again.
    Open { folder: FolderId, root: PathBuf, untrusted: bool, shallow: bool },
    /// Forget a folder.
    Close { folder: FolderId },
    /// A text that only the editor has; `None` when the file on disk counts again.
    Unsaved { folder: FolderId, path: String, text: Option<Arc<str>> },
    /// A file on disk has changed. One that was not there before counts only when it is `new`.
    Reread { folder: FolderId, path: String, new: bool },
    /// Analyse a folder as it is now, unless it has become another one meanwhile.
    Analyze { folder: FolderId, generation: u64, newest: Arc<AtomicU64> },
}

/// Work that is done.
#[derive(Debug)]
pub(crate) enum Done {
    /// A folder was read; with what is wrong with it or its configuration.
    Opened { folder: FolderId, problem: Option<Box<WorkspaceError>> },
    /// A folder was analysed; no report after an internal error.
    Analyzed { folder: FolderId, generation: u64, report: Option<Arc<Report>>, session: Session },
}

#[derive(Default)]
struct Folder {
    root: PathBuf,
    session: Session,
    /// How long the last analysis took.
    took: Duration,
}

/// Works until the other side hangs up.
pub(crate) fn run(jobs: &Receiver<Job>, done: &Sender<Done>) {
    let mut folders: BTreeMap<FolderId, Folder> = BTreeMap::new();
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        batch.extend(jobs.try_iter());
        let quiet = folders.values().map(|it| it.took).max().unwrap_or_default();
        if quiet > QUICK {
            while let Ok(next) = jobs.recv_timeout((quiet / 2).min(LONGEST_QUIET)) {
                batch.push(next);
            }
        }
        if perform(&mut folders, batch, done).is_none() {
            return;
        }
    }
}

/// Does everything in a batch once, however often it was asked for; `None` when nobody listens.
fn perform(
    folders: &mut BTreeMap<FolderId, Folder>,
    batch: Vec<Job>,
    done: &Sender<Done>,
) -> Option<()> {
    let mut opened = BTreeMap::new();
    let mut texts = BTreeMap::new();
    let mut files = BTreeMap::new();
    let mut analyses = BTreeMap::new();
    for job in batch {
        match job {
            Job::Open { folder, root, untrusted, shallow } => {
                opened.insert(folder, (root, Opening { untrusted, shallow, isolated: false }));
            }
            Job::Close { folder } => {
                folders.remove(&folder);
                opened.remove(&folder);
                analyses.remove(&folder);
            }
            Job::Unsaved { folder, path, text } => {
                texts.insert((folder, path), text);
            }
            Job::Reread { folder, path, new } => {
                let known_new = files.entry((folder, path)).or_insert(false);
                *known_new |= new;
            }
            Job::Analyze { folder, generation, newest } => {
                analyses.insert(folder, (generation, newest));
            }
        }
    }
    for (folder, (root, opening)) in opened {
        let problem = open(folders.entry(folder).or_default(), root, opening);
        done.send(Done::Opened { folder, problem: problem.map(Box::new) }).ok()?;
    }
    for ((folder, path), new) in files {
        let Some(it) = folders.get_mut(&folder) else { continue };
        if new || it.session.knows(&path) {
            let text = workspace::read_file(&it.root, &path);
            it.session.set_saved(&path, text);
        }
    }
    for ((folder, path), text) in texts {
        let Some(it) = folders.get_mut(&folder) else { continue };
        match text {
            Some(text) => guarded(&mut it.session, |session| session.set_unsaved(&path, text)),
            None => it.session.drop_unsaved(&path),
        }
    }
    for (folder, (generation, newest)) in analyses {
        let Some(it) = folders.get_mut(&folder) else { continue };
        if let Some(result) = analyze(it, folder, generation, newest) {
            done.send(result).ok()?;
        }
    }
    Some(())
}

/// A parser that panics leaves the text out and nothing else.
fn guarded(session: &mut Session, change: impl FnOnce(&mut Session)) {
    let mut changed = session.clone();
    if catch_unwind(AssertUnwindSafe(|| change(&mut changed))).is_ok() {
        *session = changed;
    }
}

/// Reads a folder. When its configuration cannot be accepted, the last good one goes on to
/// count; without one, none does.
fn open(it: &mut Folder, root: PathBuf, opening: Opening) -> Option<WorkspaceError> {
    let read = |opening| {
        catch_unwind(AssertUnwindSafe(|| workspace::open_folder(&root, opening)))
            .unwrap_or_else(|_| Ok(Session::default()))
    };
    let (result, problem) = match read(opening) {
        Err(problem @ WorkspaceError::Config(_)) => {
            (read(Opening { isolated: true, ..opening }), Some(problem))
        }
        Err(problem) => (Ok(Session::default()), Some(problem)),
        Ok(session) => (Ok(session), None),
    };
    let mut session = result.unwrap_or_default();
    if matches!(problem, Some(WorkspaceError::Config(_))) && it.session.config_path().is_some() {
        session.keep_config_of(&it.session);
    }
    session.take_unsaved_from(&it.session);
    it.session = session;
    it.root = root;
    problem
}

/// `None` when the folder has become another one meanwhile.
fn analyze(
    it: &mut Folder,
    folder: FolderId,
    generation: u64,
    newest: Arc<AtomicU64>,
) -> Option<Done> {
    let started = Instant::now();
    let session = it.session.clone();
    let cancel = Cancel::when(move || newest.load(Ordering::Relaxed) != generation);
    let result = catch_unwind(AssertUnwindSafe(|| session.analyze_unless(cancel)));
    it.took = started.elapsed().max(it.took / 2);
    let report = match result {
        Ok(Some(report)) => Some(Arc::new(report)),
        Ok(None) => return None,
        Err(_) => None,
    };
    Some(Done::Analyzed { folder, generation, report, session })
}
