//! Finds and loads the configuration file that counts.

use std::path::{Path, PathBuf};

use crate::analyze::Config;
use crate::config::{self, FILE_NAMES, LoadedConfig, Wanted};
use crate::discover::relative;
use crate::error::WorkspaceError;
use crate::given::nearest_path;
use crate::reader::Reader;
use crate::snapshot::Snapshot;

/// A repository's root, and the files that count in place of those on disk.
pub(crate) type Stored<'a> = Option<(&'a Path, &'a Snapshot)>;

pub(crate) fn nearest_config(
    start: &Path,
    repository: Option<&Path>,
    stored: Stored<'_>,
) -> Option<PathBuf> {
    let is_file = |path: &PathBuf| match stored {
        Some((root, it)) => it.has(&relative(root, path)),
        None => path.is_file(),
    };
    for folder in start.ancestors() {
        let found = FILE_NAMES.iter().map(|it| folder.join(it)).find(is_file);
        if found.is_some() || Some(folder) == repository {
            return found;
        }
    }
    None
}

pub(crate) fn load(
    root: &Path,
    path: &Path,
    stored: Stored<'_>,
) -> Result<LoadedConfig, WorkspaceError> {
    let failed = |source| WorkspaceError::Read { path: path.to_owned(), source };
    let limit = Config::default().limits.bytes;
    let text = stored.and_then(|(root, it)| it.text(&relative(root, path), limit));
    // A configuration that is named may lie anywhere.
    let text = match text {
        Some(it) => it,
        None => std::fs::read_to_string(path).map_err(failed)?,
    };
    let shown = relative(root, path);
    // A configuration from elsewhere speaks about the workspace as a whole.
    let folder = path.parent().filter(|it| it.starts_with(root)).unwrap_or(root);
    let shown_here = shown_here(path);
    let loaded = config::parse(&shown_here, &shown, &relative(root, folder), &text)?;
    loaded.check_paths(&shown_here, |path, wanted| missing(root, path, wanted))?;
    Ok(loaded)
}

/// Why a path that the configuration names cannot be used, and what is meant.
fn missing(root: &Path, path: &str, wanted: Wanted) -> Option<(String, Option<String>)> {
    let full = root.join(path);
    if !full.exists() {
        let name = if wanted == Wanted::Folder { "folder" } else { "variables file" };
        let near = nearest_path(&full).map(|it| relative(root, &it));
        let remedy = match near {
            Some(it) => format!("did you mean `{it}`?"),
            None => "paths start from the folder of this file; create it or take it out".to_owned(),
        };
        return Some((format!("there is no {name} `{path}`"), Some(remedy)));
    }
    let real = full.canonicalize().ok();
    if !real.is_some_and(|it| it.starts_with(root)) {
        let message = format!("`{path}` is a link that leads out of the workspace");
        return Some((message, Some("name a file inside the repository".to_owned())));
    }
    let limit = Config::default().limits.bytes;
    match wanted {
        Wanted::Folder if !full.is_dir() => Some((format!("`{path}` is not a folder"), None)),
        Wanted::File if full.is_dir() => {
            Some((format!("`{path}` is a folder"), Some("name the variables files".to_owned())))
        }
        Wanted::File if Reader::inside(root.to_owned(), limit).read(path).is_none() => {
            let message = format!("`{path}` cannot be read as text of at most {limit} bytes");
            Some((message, Some("make it readable or take it out".to_owned())))
        }
        _ => None,
    }
}

/// A path as a person in the working directory would write it.
fn shown_here(path: &Path) -> String {
    let Ok(here) = std::env::current_dir().and_then(|it| it.canonicalize()) else {
        return path.display().to_string();
    };
    let common = here.ancestors().find(|it| path.starts_with(it)).unwrap_or(&here);
    let up = here.strip_prefix(common).map_or(0, |it| it.components().count());
    format!("{}{}", "../".repeat(up), relative(common, path))
}
