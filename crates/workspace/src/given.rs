//! Paths as a person gives them, made canonical.

use std::path::{Path, PathBuf};

use engine::nearest;

use crate::discover::Given;
use crate::error::WorkspaceError;

pub(crate) fn resolve(path: &Path) -> Result<Given, WorkspaceError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => {
            WorkspaceError::NotFound { path: path.to_owned(), nearest: nearest_path(path) }
        }
        _ => WorkspaceError::Read { path: path.to_owned(), source },
    };
    let link = path.symlink_metadata().map_err(failed)?;
    if link.is_dir() || path.is_dir() {
        // What was asked for and cannot be read is an error; what is only met is a note.
        std::fs::read_dir(path).map_err(failed)?;
        return Ok(Given { path: path.canonicalize().map_err(failed)?, is_dir: true });
    }
    if path.is_file() {
        std::fs::File::open(path).map_err(failed)?;
    }
    // The name of a link tells what it is, so only the folder is resolved.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().map_err(failed)?;
    let path = path.file_name().map_or_else(|| folder.clone(), |it| folder.join(it));
    Ok(Given { path, is_dir: false })
}

/// The folder that a file on standard input belongs to. It need not exist.
pub(crate) fn folder_of_stdin(path: &Path) -> Result<Given, WorkspaceError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match folder.canonicalize() {
        Ok(path) => Ok(Given { path, is_dir: true }),
        Err(_) => {
            let path = std::path::absolute(folder).map_err(WorkspaceError::WorkingDirectory)?;
            Ok(Given { path, is_dir: true })
        }
    }
}

/// A neighbour of a path that does not exist, with nearly the same name.
pub(crate) fn nearest_path(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = std::fs::read_dir(listed).ok()?.flatten();
    let mut names: Vec<String> = names.filter_map(|it| it.file_name().into_string().ok()).collect();
    names.sort();
    let near = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(folder.join(near))
}

pub(crate) fn common_folder(given: &[Given]) -> PathBuf {
    let folders = given.iter().map(|it| match it.path.parent() {
        Some(parent) if !it.is_dir => parent,
        _ => it.path.as_path(),
    });
    let common = folders.map(Path::to_owned).reduce(|mut common, folder| {
        while !folder.starts_with(&common) && common.pop() {}
        common
    });
    common.unwrap_or_default()
}
