//! Reads files that a declaration names, and no others.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads a file by its path from the workspace root, with `/`; `None` when it cannot or must
/// not be read.
#[derive(Clone)]
pub struct Reader(Arc<ReadFile>);

type ReadFile = dyn Fn(&str) -> Option<Arc<str>> + Send + Sync;

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Reads through a function.
    pub fn new(read: impl Fn(&str) -> Option<Arc<str>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Reads regular files of at most `bytes` inside `root`, wherever symbolic links lead.
    /// `root` must be canonical.
    pub fn inside(root: PathBuf, bytes: usize) -> Self {
        Self::new(move |path| read_inside(&root, path, bytes))
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> Option<Arc<str>> {
        (self.0)(path)
    }
}

fn read_inside(root: &Path, path: &str, bytes: usize) -> Option<Arc<str>> {
    if path.starts_with('/') {
        return None;
    }
    let real = root.join(path).canonicalize().ok()?;
    if !real.starts_with(root) {
        return None;
    }
    let metadata = real.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > bytes as u64 {
        return None;
    }
    let mut text = String::new();
    File::open(&real).ok()?.take(bytes as u64).read_to_string(&mut text).ok()?;
    Some(text.into())
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
        assert_eq!(Reader::inside(root, 1).read("sub/in.json"), None);
    }
}
