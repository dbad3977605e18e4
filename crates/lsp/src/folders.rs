//! The workspace folders: what is known of each, and how they come and go.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::Report;
use workspace::{ConfigError, Session, find_config};

use crate::documents::{self, Document};
use crate::proto::*;
use crate::server::{Error, Server};
use crate::worker::{FolderId, Job};

/// A workspace folder.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) id: FolderId,
    pub(crate) root: PathBuf,
    /// Made for a file that lies outside of every folder of the workspace.
    pub(crate) alone: bool,
    /// Counts up with each change; shared with the analyses that it makes pointless.
    newest: Arc<AtomicU64>,
    /// Something has changed that the editor does not see: it has to ask again.
    pub(crate) stirred: bool,
    /// The last analysis.
    pub(crate) analysis: Option<Analysis>,
    /// The configuration that cannot be accepted, and why.
    pub(crate) problem: Option<(PathBuf, ConfigError)>,
}

/// A report, and the texts that it is about.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) generation: u64,
    pub(crate) report: Arc<Report>,
    pub(crate) session: Session,
}

impl Folder {
    pub(crate) fn generation(&self) -> u64 {
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

    /// The configuration that counts, by the name that the editor has for it: links may lead to
    /// the folder.
    pub(crate) fn config_path(&self) -> Option<PathBuf> {
        let path = find_config(&self.root)?;
        let inside = self.root.canonicalize().ok();
        let inside = inside.and_then(|it| Some(self.root.join(path.strip_prefix(it).ok()?)));
        Some(inside.unwrap_or(path))
    }

    pub(crate) fn problem_of(&self, path: &Path) -> Option<&ConfigError> {
        self.problem.as_ref().filter(|(it, _)| it == path).map(|(_, error)| error)
    }
}

impl Server<'_> {
    pub(crate) fn folder_ids(&self) -> Vec<FolderId> {
        self.folders.keys().copied().collect()
    }

    pub(crate) fn add_folder(&mut self, root: PathBuf, alone: bool) -> FolderId {
        let id = self.next_folder;
        self.next_folder += 1;
        let newest = Arc::new(AtomicU64::new(0));
        let (analysis, problem) = (None, None);
        let folder = Folder { id, root, alone, newest, stirred: false, analysis, problem };
        self.folders.insert(id, folder);
        self.reopen(id);
        id
    }

    /// Reads a folder from disk again and analyses it.
    pub(crate) fn reopen(&mut self, id: FolderId) {
        let untrusted = !self.settings.trusted;
        let Some(it) = self.folders.get_mut(&id) else { return };
        it.stirred = true;
        let (root, shallow) = (it.root.clone(), it.alone);
        self.job(Job::Open { folder: id, root, untrusted, shallow });
        self.analyze(id);
    }

    pub(crate) fn analyze(&mut self, id: FolderId) {
        let Some(it) = self.folders.get(&id) else { return };
        let generation = it.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.job(Job::Analyze { folder: id, generation, newest: Arc::clone(&it.newest) });
    }

    pub(crate) fn remove_folder(&mut self, id: FolderId) -> Result<(), Error> {
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

    pub(crate) fn change_folders(
        &mut self,
        change: DidChangeWorkspaceFoldersParams,
    ) -> Result<(), Error> {
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

    /// The folder that a document belongs to, and its path there. A document outside every
    /// folder makes its own folder a workspace, without what lies below.
    pub(crate) fn home(&mut self, uri: &Uri) -> Option<(FolderId, String)> {
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
}
