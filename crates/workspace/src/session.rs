//! A workspace that stays open: what an editor holds between two keystrokes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Report;
use syntax::{Language, Tree};

use crate::analyze::{Config, InputFile, Prepared, finish, finish_unless_cancelled, prepare};
use crate::cancel::Cancel;
use crate::config_file::nearest_config;
use crate::error::WorkspaceError;
use crate::reader::Reader;
use crate::run::{ConfigSource, Options, Workspace, today};

/// How a folder is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening {
    /// The configuration may not loosen anything.
    pub untrusted: bool,
    /// Only the folder itself is read, not what lies below.
    pub shallow: bool,
    /// No configuration counts.
    pub isolated: bool,
}

/// Reads and parses a folder, which is the root of its own workspace, with its configuration.
pub fn open_folder(folder: &Path, opening: Opening) -> Result<Session, WorkspaceError> {
    let options = Options {
        paths: vec![folder.to_owned()],
        config: if opening.isolated { ConfigSource::Isolated } else { ConfigSource::Nearest },
        untrusted: opening.untrusted,
        shallow: opening.shallow,
        ..Options::default()
    };
    let workspace = Workspace::open_at(folder, &options)?;
    let (files, _) = workspace.read();
    let mut session = Session::new(workspace.config, files);
    session.config_path = workspace.config_path;
    Ok(session)
}

/// The configuration file that counts for a folder.
pub fn find_config(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let repository = folder.ancestors().find(|it| it.join(".git").exists());
    nearest_config(&folder, repository, None)
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
    config_path: Option<PathBuf>,
    saved: Arc<BTreeMap<Arc<str>, Prepared>>,
    unsaved: BTreeMap<Arc<str>, Prepared>,
}

impl Session {
    /// Opens a folder that has been read.
    pub fn new(config: Config, files: Vec<Prepared>) -> Self {
        let saved = files.into_iter().map(|it| (Arc::clone(&it.input.path), it)).collect();
        Self {
            config: Arc::new(config),
            config_path: None,
            saved: Arc::new(saved),
            unsaved: BTreeMap::new(),
        }
    }

    /// How the folder is analysed.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The configuration file that counts.
    pub fn config_path(&self) -> Option<&Path> {
        self.config_path.as_deref()
    }

    /// True for a file that was found when the folder was read, or added since.
    pub fn knows(&self, path: &str) -> bool {
        self.saved.contains_key(path)
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
        let saved = Arc::make_mut(&mut self.saved);
        match text {
            Some(text) => {
                let input = InputFile { path: path.into(), text };
                let prepared = prepare(input, &self.config.limits);
                saved.insert(Arc::clone(&prepared.input.path), prepared);
            }
            None => {
                saved.remove(path);
            }
        }
    }

    /// Goes on with the configuration of another session of the same folder.
    pub fn keep_config_of(&mut self, other: &Self) {
        self.config = Arc::clone(&other.config);
        self.config_path.clone_from(&other.config_path);
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
        finish(self.files(), &self.config)
    }

    /// Analyses the folder as it is today; `None` when it was cancelled.
    pub fn analyze_unless(&self, cancel: Cancel) -> Option<Report> {
        let mut config = Config::clone(&self.config);
        config.cancel = cancel;
        // An editor stays open for days, and exceptions end.
        config.settings.today = Some(today());
        finish_unless_cancelled(self.files(), &config)
    }

    fn files(&self) -> Vec<Prepared> {
        let saved = self.saved.iter().filter(|(path, _)| !self.unsaved.contains_key(*path));
        saved.chain(&self.unsaved).map(|(_, it)| it.clone()).collect()
    }
}
