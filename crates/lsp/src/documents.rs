//! Which file an editor means by a URI, and what it shows.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::proto::{Diagnostic, Uri};
use crate::worker::FolderId;

/// An open document.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As the editor wrote it: answers must use the same spelling.
    pub(crate) uri: Uri,
    /// Counts up with each change.
    pub(crate) version: i32,
    /// The folder it belongs to.
    pub(crate) folder: FolderId,
    /// Its path relative to the folder, with `/`.
    pub(crate) path: String,
    /// Its text, as the editor shows it.
    pub(crate) text: Arc<str>,
    /// What the editor was answered when it asked for the diagnostics of this text.
    pub(crate) told: RefCell<Option<Vec<Diagnostic>>>,
}

/// The path of a `file:` URI.
pub(crate) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten()
}

/// The URI of a path.
pub(crate) fn to_uri(path: &Path) -> Option<Uri> {
    Uri::from_str(url::Url::from_file_path(path).ok()?.as_str()).ok()
}

/// A path relative to a folder, with `/`.
pub(crate) fn relative(folder: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(folder).ok()?;
    let parts: Vec<_> = rest.components().map(|it| it.as_os_str().to_string_lossy()).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}
