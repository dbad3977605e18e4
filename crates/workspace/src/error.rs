//! What stops a run, and what a person can do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use syntax::Span;

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// A path that was asked for does not exist.
    #[error("`{}` does not exist", .path.display())]
    NotFound {
        /// As given.
        path: PathBuf,
        /// A path beside it with nearly the same name.
        nearest: Option<PathBuf>,
    },
    /// A path that was asked for cannot be reached.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// As given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The working directory is gone or closed.
    #[error("the working directory cannot be read: {0}")]
    WorkingDirectory(io::Error),
    /// The configuration is wrong.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A rule that was asked for does not exist.
    #[error("there is no rule `{name}`")]
    UnknownRule {
        /// As given.
        name: String,
        /// The nearest rule.
        nearest: Option<&'static str>,
    },
    /// A comparison was asked for where there is nothing to compare with.
    #[error("`{}` is not in a git repository", .path.display())]
    NoRepository {
        /// The workspace.
        path: PathBuf,
    },
    /// A revision does not exist.
    #[error("there is no revision `{name}` in this repository")]
    NoRevision {
        /// As given.
        name: String,
        /// The branch or tag with nearly the same name.
        nearest: Option<String>,
    },
    /// The repository cannot be read.
    #[error("the git repository cannot be read: {message}")]
    Git {
        /// Why.
        message: String,
    },
    /// A baseline does not exist.
    #[error("there is no baseline `{}`", .path.display())]
    NoBaseline {
        /// As given.
        path: PathBuf,
    },
    /// A baseline is wrong.
    #[error("{path}:{line}:{column}: {message}")]
    Baseline {
        /// The file, as it was given.
        path: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A file that would have to be replaced exists.
    #[error("`{}` exists already", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file is not what was analysed.
    #[error("`{}` is not what was analysed: nothing was written", .path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Something in the configuration that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}:{column}: {message}")]
pub struct ConfigError {
    /// The file, as it is shown.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In Unicode scalar values, from 1.
    pub column: u32,
    /// The same place in [`ConfigError::text`]: what is wrong, up to the end of its line.
    pub span: Span,
    /// The text of the file.
    pub text: Arc<str>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead.
    pub remedy: Option<String>,
}

impl WorkspaceError {
    /// What a person can do, in one line.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::NotFound { nearest: Some(it), .. } => {
                Some(format!("did you mean `{}`?", it.display()))
            }
            Self::Config(it) => it.remedy.clone(),
            Self::UnknownRule { nearest: Some(it), .. } => Some(format!("did you mean `{it}`?")),
            Self::UnknownRule { nearest: None, .. } => {
                Some("`nhilint rules` lists all of them".to_owned())
            }
            Self::NoRepository { .. } => {
                Some("run it in a repository, or leave the comparison out".to_owned())
            }
            Self::NoRevision { nearest: Some(it), .. } => Some(format!("did you mean `{it}`?")),
            Self::NoRevision { nearest: None, .. } => {
                Some("fetch it first; a CI job often clones only the newest commit".to_owned())
            }
            Self::NoBaseline { .. } => Some("write it with `--write-baseline`".to_owned()),
            Self::Baseline { .. } => Some("write it again with `--write-baseline`".to_owned()),
            Self::Changed { .. } => {
                Some("run again; a file in another encoding than UTF-8 is not repaired".to_owned())
            }
            Self::Exists { .. } => Some("remove it first, or edit it".to_owned()),
            _ => None,
        }
    }
}
