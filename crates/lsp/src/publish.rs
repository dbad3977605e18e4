//! Which diagnostics the editor is sent without asking.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::FileId;

use crate::diagnostics::{self, View};
use crate::documents::{self, Document};
use crate::folders::Folder;
use crate::proto::*;
use crate::server::{Error, Server};
use crate::worker::FolderId;

impl Server<'_> {
    /// Sends what is known of a folder: its open documents, unless the editor asks for them by
    /// itself, and the files beside them.
    pub(crate) fn publish_folder(&mut self, id: FolderId) -> Result<(), Error> {
        if !self.client.pulls
            && let Some(folder) = self.folders.get(&id)
        {
            for document in self.documents.values().filter(|it| it.folder == id) {
                if let Some(found) = self.diagnostics(folder, document) {
                    self.publish(document.uri.clone(), Some(document.version), found)?;
                }
            }
        }
        self.publish_closed(id)
    }

    /// The diagnostics of the newest text of a document; `None` while it is being analysed.
    pub(crate) fn diagnostics(&self, folder: &Folder, it: &Document) -> Option<Vec<Diagnostic>> {
        let analysis = folder.current()?;
        let file = analysis.report.sources.find(&it.path);
        let view = self.view(folder)?;
        let mut found = file.map(|it| view.of_file(it)).unwrap_or_default();
        found.extend(self.configuration_problem(folder, it));
        Some(found)
    }

    /// True when an editor that asks by itself was told something about an open document that
    /// does not hold any more, because of another file.
    pub(crate) fn has_outdated(&self, id: FolderId) -> bool {
        let Some(folder) = self.folders.get(&id) else { return false };
        let mut documents = self.documents.values().filter(|it| it.folder == id);
        documents.any(|it| {
            let told = it.told.borrow();
            told.is_some() && *told != self.diagnostics(folder, it)
        })
    }

    /// What is wrong with the text of an open configuration file.
    fn configuration_problem(&self, folder: &Folder, it: &Document) -> Option<Diagnostic> {
        let name = it.path.rsplit('/').next()?;
        if !workspace::CONFIG_FILE_NAMES.contains(&name) {
            return None;
        }
        let error = workspace::parse_config(&it.path, &it.path, "", &it.text).err();
        // What can only be seen from the disk is known since the file was read, and holds as long
        // as it says the same.
        let of_disk = || folder.problem_of(&folder.root.join(&it.path)).cloned();
        let error = error.or_else(|| of_disk().filter(|problem| problem.text == it.text));
        error.map(|it| diagnostics::of_configuration(&it, self.client.unit))
    }

    /// Sends the diagnostics of files that are not open, and takes back those that are shown no
    /// more.
    pub(crate) fn publish_closed(&mut self, id: FolderId) -> Result<(), Error> {
        let fresh = self.folders.get(&id).map(|it| self.closed(it)).unwrap_or_default();
        let root = self.folders.get(&id).map(|it| it.root.clone());
        let kept: BTreeSet<&Path> = fresh.iter().map(|it| it.0.as_path()).collect();
        let gone: Vec<PathBuf> = self
            .shown
            .iter()
            .filter(|(path, (folder, _))| *folder == id && !kept.contains(path.as_path()))
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            self.shown.remove(&path);
            let open = self.documents.values().any(|it| {
                root.as_ref().is_some_and(|root| it.folder == id && root.join(&it.path) == path)
            });
            // An open file that is pushed has just been sent its own.
            if (self.client.pulls || !open)
                && let Some(uri) = documents::to_uri(&path)
            {
                self.publish(uri, None, Vec::new())?;
            }
        }
        for (path, found) in fresh {
            let same = self.shown.get(&path).is_some_and(|(_, it)| *it == found);
            if same {
                continue;
            }
            if let Some(uri) = documents::to_uri(&path) {
                self.publish(uri, None, found.clone())?;
            }
            self.shown.insert(path, (id, found));
        }
        Ok(())
    }

    /// The files of a folder that are not open and show findings, with these.
    fn closed(&self, folder: &Folder) -> Vec<(PathBuf, Vec<Diagnostic>)> {
        let Some(analysis) = &folder.analysis else { return Vec::new() };
        let report = &analysis.report;
        let open = || self.documents.values().filter(|it| it.folder == folder.id);
        let neighbours = diagnostics::neighbours(report, open().map(|it| it.path.as_str()));
        let is_open = |file: FileId| {
            let path = report.sources.path(file);
            open().any(|it| it.path == path)
        };
        let Some(view) = self.view(folder) else { return Vec::new() };
        let wanted = |file: FileId| {
            let name = report.sources.path(file).rsplit('/').next().unwrap_or_default();
            let configuration = workspace::CONFIG_FILE_NAMES.contains(&name);
            (self.wide || neighbours.contains(&file) || configuration) && !is_open(file)
        };
        let mut files: Vec<(PathBuf, Vec<Diagnostic>)> = view
            .by_file(wanted)
            .into_iter()
            .take(self.settings.max_files)
            .map(|(file, found)| (folder.root.join(report.sources.path(file)), found))
            .collect();
        if let Some((path, problem)) = &folder.problem
            && !self.is_open(path)
        {
            files.retain(|it| it.0 != *path);
            files.push((
                path.clone(),
                vec![diagnostics::of_configuration(problem, self.client.unit)],
            ));
        }
        files
    }

    /// True when the editor shows a file, as part of whichever folder.
    pub(crate) fn is_open(&self, path: &Path) -> bool {
        self.documents.values().any(|it| {
            self.folders.get(&it.folder).is_some_and(|folder| folder.root.join(&it.path) == path)
        })
    }

    /// How the findings of a folder are shown.
    fn view<'a>(&'a self, folder: &'a Folder) -> Option<View<'a>> {
        let analysis = folder.analysis.as_ref()?;
        Some(View {
            report: &analysis.report,
            root: &folder.root,
            unit: self.client.unit,
            levels: &self.settings.severity,
        })
    }

    pub(crate) fn publish(
        &self,
        uri: Uri,
        version: Option<i32>,
        diagnostics: Vec<Diagnostic>,
    ) -> Result<(), Error> {
        self.tell::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version })
    }
}
