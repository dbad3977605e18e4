//! What the editor tells without waiting for an answer: texts, files, folders and settings that
//! change.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use workspace::CONFIG_FILE_NAMES;

use crate::documents::{self, Document};
use crate::folders::Folder;
use crate::proto::*;
use crate::server::{Error, Server, read};
use crate::settings::Settings;
use crate::worker::{FolderId, Job};
use crate::{client, diagnostics};

impl Server<'_> {
    pub(crate) fn notification(&mut self, it: Notification) -> Result<(), Error> {
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
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: Arc<str>) {
        let known = self.documents.get(uri.as_str()).map(|it| (it.folder, it.path.clone()));
        let Some((folder, path)) = known.or_else(|| self.home(&uri)) else { return };
        self.job(Job::Unsaved { folder, path: path.clone(), text: Some(Arc::clone(&text)) });
        let key = uri.as_str().to_owned();
        let told = RefCell::default();
        self.documents.insert(key, Document { uri, version, folder, path, text, told });
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
            let full = self.folders.get(&folder).map(|it| it.root.join(&path));
            for below in full.map(|it| self.below(&it)).unwrap_or_default() {
                self.reopen(below);
            }
            return;
        }
        self.job(Job::Reread { folder, path, new: true });
        self.analyze(folder);
    }

    /// The folders that a configuration file may count for: its own, and those below it.
    fn below(&self, config: &Path) -> Vec<FolderId> {
        let Some(parent) = config.parent() else { return Vec::new() };
        let reached = |it: &&Folder| it.root.starts_with(parent) || parent.starts_with(&it.root);
        self.folders.values().filter(reached).map(|it| it.id).collect()
    }

    /// Files were changed by somebody else.
    fn changed_on_disk(&mut self, it: &DidChangeWatchedFilesParams) {
        let mut touched: BTreeMap<FolderId, Touched> = BTreeMap::new();
        for change in &it.changes {
            let Some(path) = documents::to_path(&change.uri) else { continue };
            if is_configuration(&path.to_string_lossy()) {
                let below = self.below(&path).into_iter();
                touched.extend(below.map(|it| (it, Touched { again: true, unseen: true })));
            }
            for folder in self.folders.values() {
                let Some(relative) = documents::relative(&folder.root, &path) else { continue };
                // What is new may be ignored, and a folder that is gone takes files along: only
                // reading everything again tells.
                let plain = change.typ == FileChangeType::CHANGED && !is_configuration(&relative);
                let touched = touched.entry(folder.id).or_default();
                touched.again |= !plain;
                touched.unseen |= !plain || !self.is_open(&path);
                if plain {
                    self.job(Job::Reread { folder: folder.id, path: relative, new: false });
                }
            }
        }
        for (id, touched) in touched {
            if touched.again {
                self.reopen(id);
            } else {
                self.analyze(id);
            }
            if let Some(it) = self.folders.get_mut(&id) {
                it.stirred |= touched.unseen;
            }
        }
    }

    // Settings.

    fn ask_for_settings(&mut self) -> Result<(), Error> {
        let section = Some(diagnostics::SOURCE.to_owned());
        let items = vec![ConfigurationItem { scope_uri: None, section }];
        self.ask::<WorkspaceConfiguration>(ConfigurationParams { items })
    }

    /// An answer of the editor. Only its settings matter: what else was asked is done or not.
    pub(crate) fn answered(&mut self, it: Response) -> Result<(), Error> {
        let asked = it.id.to_string();
        if !asked.trim_start_matches('"').starts_with(WorkspaceConfiguration::METHOD) {
            return Ok(());
        }
        match it.response_result {
            Ok(Value::Array(settings)) => settings.first().map_or(Ok(()), |it| self.set(it)),
            _ => Ok(()),
        }
    }

    /// Takes the settings of the start over, which alone say whether the workspace is trusted: a
    /// setting of the workspace must not vouch for the workspace.
    pub(crate) fn begin(&mut self, options: &Value) -> Result<(), Error> {
        match Settings::read(options) {
            None => Ok(()),
            Some(Err(problem)) => self.log(&problem),
            Some(Ok(it)) => {
                self.settings = it;
                Ok(())
            }
        }
    }

    /// Takes settings over, and shows everything by them.
    pub(crate) fn set(&mut self, value: &Value) -> Result<(), Error> {
        let mut settings = match Settings::read(value) {
            None => return Ok(()),
            Some(Err(problem)) => return self.log(&problem),
            Some(Ok(it)) => it,
        };
        settings.trusted = self.settings.trusted;
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
    pub(crate) fn refresh(&mut self) -> Result<(), Error> {
        self.refresh_diagnostics()?;
        if self.client.refreshes_lenses {
            self.ask::<CodeLensRefresh>(())?;
        }
        Ok(())
    }

    pub(crate) fn refresh_diagnostics(&mut self) -> Result<(), Error> {
        if self.client.pulls && self.client.refreshes_diagnostics {
            self.ask::<WorkspaceDiagnosticRefresh>(())?;
        }
        Ok(())
    }
}

/// What changes on disk mean for a folder.
#[derive(Clone, Copy, Default)]
struct Touched {
    /// It has to be read again.
    again: bool,
    /// Something changed that the editor does not show itself.
    unseen: bool,
}

fn is_configuration(path: &str) -> bool {
    const OTHERS: [&str; 3] = [".gitignore", ".ignore", "modules.json"];
    let name = model::path::name(path);
    CONFIG_FILE_NAMES.contains(&name) || OTHERS.contains(&name)
}
