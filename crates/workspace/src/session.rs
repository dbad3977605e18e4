//! A workspace that stays open: what an editor holds between two keystrokes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use engine::Report;
use syntax::{Language, Tree};

use crate::analyze::{Config, InputFile, Prepared, finish, prepare};
use crate::error::WorkspaceError;
use crate::reader::Reader;
use crate::run::{Options, Workspace};

/// Reads and parses a folder, which is the root of its own workspace, with its configuration.
pub fn open_folder(folder: &Path) -> Result<Session, WorkspaceError> {
    let options = Options { paths: vec![folder.to_owned()], ..Options::default() };
    let workspace = Workspace::open_at(folder, &options)?;
    let (files, _) = workspace.read();
    Ok(Session::new(workspace.config, files))
}

/// The text of a file of a folder; `None` when it cannot be read or lies outside.
pub fn read_file(folder: &Path, path: &str) -> Option<Arc<str>> {
    let root = folder.canonicalize().ok()?;
    Reader::inside(root, Config::default().limits.bytes).read(path)
}

/// The files of one workspace folder, with the unsaved texts of an editor on top.
///
/// Cloning is cheap: texts and trees are shared.
#[derive(Clone, Debug, Default)]
pub struct Session {
    config: Arc<Config>,
    saved: BTreeMap<Arc<str>, Prepared>,
    unsaved: BTreeMap<Arc<str>, Prepared>,
}

impl Session {
    /// Opens a folder that has been read.
    pub fn new(config: Config, files: Vec<Prepared>) -> Self {
        let saved = files.into_iter().map(|it| (Arc::clone(&it.input.path), it)).collect();
        Self { config: Arc::new(config), saved, unsaved: BTreeMap::new() }
    }

    /// How the folder is analysed.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Lays an unsaved text over a file.
    pub fn set_unsaved(&mut self, path: &str, text: Arc<str>) {
        let input = InputFile { path: path.into(), text };
        let prepared = prepare(input, &self.config.limits);
        self.unsaved.insert(Arc::clone(&prepared.input.path), prepared);
    }

    /// Takes an unsaved text away: the file on disk counts again.
    pub fn drop_unsaved(&mut self, path: &str) {
        self.unsaved.remove(path);
    }

    /// Replaces what is known of a file on disk; `None` when it is gone.
    pub fn set_saved(&mut self, path: &str, text: Option<Arc<str>>) {
        match text {
            Some(text) => {
                let input = InputFile { path: path.into(), text };
                let prepared = prepare(input, &self.config.limits);
                self.saved.insert(Arc::clone(&prepared.input.path), prepared);
            }
            None => {
                self.saved.remove(path);
            }
        }
    }

    /// Keeps the unsaved texts of another session of the same folder.
    pub fn take_unsaved_from(&mut self, other: &Self) {
        for (path, prepared) in &other.unsaved {
            self.set_unsaved(path, Arc::clone(&prepared.input.text));
        }
    }

    /// The language and tree of a file as the editor shows it.
    pub fn parsed(&self, path: &str) -> Option<(Language, &Tree)> {
        let prepared = self.unsaved.get(path).or_else(|| self.saved.get(path))?;
        Some((prepared.format?.1, prepared.tree.as_deref()?))
    }

    /// Analyses the folder, unsaved texts included.
    pub fn analyze(&self) -> Report {
        let saved = self.saved.iter().filter(|(path, _)| !self.unsaved.contains_key(*path));
        let files = saved.chain(&self.unsaved).map(|(_, it)| it.clone()).collect();
        finish(files, &self.config)
    }
}
