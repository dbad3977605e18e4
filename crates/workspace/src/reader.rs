//! Reads files that a declaration names, and no others.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use terraform::FolderEntry;

/// Reads a file by its path from the workspace root, with `/`; `None` when it cannot or must
/// not be read.
#[derive(Clone)]
pub struct Reader {
    read: Arc<ReadFile>,
    list: Option<Arc<ListFolder>>,
    bytes: Option<Arc<ReadBytes>>,
}

type ReadBytes = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

type ListFolder = dyn Fn(&str) -> Option<Vec<FolderEntry>> + Send + Sync;

type ReadFile = dyn Fn(&str) -> Option<Arc<str>> + Send + Sync;

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Reads through a function. What folders hold stays unknown.
    pub fn new(read: impl Fn(&str) -> Option<Arc<str>> + Send + Sync + 'static) -> Self {
        Self { read: Arc::new(read), list: None, bytes: None }
    }

    /// Reads files and lists folders through functions.
    pub(crate) fn with_folders(
        read: impl Fn(&str) -> Option<Arc<str>> + Send + Sync + 'static,
        list: impl Fn(&str) -> Option<Vec<FolderEntry>> + Send + Sync + 'static,
    ) -> Self {
        Self { read: Arc::new(read), list: Some(Arc::new(list)), bytes: None }
    }

    /// Reads files that are no text through a function, too.
    pub(crate) fn with_bytes(
        self,
        bytes: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        Self { bytes: Some(Arc::new(bytes)), ..self }
    }

    /// Reads regular files of at most `bytes` inside `root`, wherever symbolic links lead.
    /// `root` must be canonical.
    pub fn inside(root: PathBuf, bytes: usize) -> Self {
        let (folder, archives) = (root.clone(), root.clone());
        let reader = Self::with_folders(
            move |path| String::from_utf8(bytes_inside(&root, path, bytes)?).ok().map(Into::into),
            move |path| list_inside(&folder, path),
        );
        reader.with_bytes(move |path| bytes_inside(&archives, path, bytes))
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> Option<Arc<str>> {
        (self.read)(path)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.bytes.as_ref()?(path)
    }

    /// The files and folders in a folder, by name; `None` when it cannot be listed.
    pub fn list(&self, path: &str) -> Option<Vec<FolderEntry>> {
        self.list.as_ref()?(path)
    }
}

/// Entries of one folder that are looked at; one with more is not listed.
const ENTRIES: usize = 10_000;

fn list_inside(root: &Path, path: &str) -> Option<Vec<FolderEntry>> {
    if path.starts_with('/') {
        return None;
    }
    let real = root.join(path).canonicalize().ok()?;
    if !real.starts_with(root) {
        return None;
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(&real).ok()? {
        let entry = entry.ok()?;
        let kind = entry.file_type().ok()?;
        // A link to a file is a file; one to a folder could go round in circles.
        let target = || entry.path().canonicalize().ok().filter(|it| it.starts_with(root));
        let is_file =
            kind.is_file() || kind.is_symlink() && target().is_some_and(|it| it.is_file());
        if !is_file && !kind.is_dir() {
            continue;
        }
        if entries.len() >= ENTRIES {
            return None;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        entries.push(FolderEntry { name, is_folder: kind.is_dir() });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Some(entries)
}

fn bytes_inside(root: &Path, path: &str, most: usize) -> Option<Vec<u8>> {
    if path.starts_with('/') {
        return None;
    }
    let real = root.join(path).canonicalize().ok()?;
    if !real.starts_with(root) {
        return None;
    }
    let metadata = real.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > most as u64 {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(&real).ok()?.take(most as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nothing_outside_the_root_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("root");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(root.join("sub/in.json"), "in").unwrap();
        std::fs::write(folder.path().join("out.json"), "out").unwrap();
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, root.join(name)).unwrap();
        };
        link("../out.json", "leads-out.json");
        link("sub/in.json", "leads-in.json");
        let reader = Reader::inside(root.clone(), 100);
        for (path, expected) in [
            ("sub/in.json", Some("in")),
            ("leads-in.json", Some("in")),
            ("sub/../sub/in.json", Some("in")),
            ("leads-out.json", None),
            ("../out.json", None),
            ("/etc/hostname", None),
            ("sub", None),
            ("none.json", None),
        ] {
            assert_eq!(reader.read(path).as_deref(), expected, "{path}");
        }
        let listed = |path: &str| {
            let entries = reader.list(path)?;
            Some(entries.into_iter().map(|it| (it.name, it.is_folder)).collect::<Vec<_>>())
        };
        let entry = |name: &str, is_folder| (name.to_owned(), is_folder);
        assert_eq!(listed(""), Some(vec![entry("leads-in.json", false), entry("sub", true)]));
        assert_eq!(listed("sub"), Some(vec![entry("in.json", false)]));
        for path in ["..", "/etc", "none", "sub/in.json"] {
            assert_eq!(listed(path), None, "{path}");
        }
        assert_eq!(Reader::inside(root, 1).read("sub/in.json"), None);
    }
}
