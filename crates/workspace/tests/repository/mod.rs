//! A repository on disk, and what some rules find in it.

use std::path::Path;

use nhilint_workspace::{Checked, Options, WorkspaceError, check_paths};

/// A repository with some files.
pub(crate) fn repository<C: AsRef<[u8]>>(files: &[(&str, C)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

/// What some rules find at a path.
pub(crate) fn checked(path: &Path, rules: &[&str]) -> Result<Checked, WorkspaceError> {
    check_paths(&Options {
        paths: vec![path.to_owned()],
        select: rules.iter().map(|it| (*it).to_owned()).collect(),
        ..Options::default()
    })
}
