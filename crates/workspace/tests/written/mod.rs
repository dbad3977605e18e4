//! One file in a repository of its own, checked for credentials that are written out.

use nhilint_workspace::{Checked, Options, check_paths};

/// What is found in a file of this name and content.
pub(crate) fn checked(path: &str, content: &[u8]) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, content).unwrap();
    let select = ["embedded-secret", "plain-secret-manifest"].map(str::to_owned).to_vec();
    let options = Options { paths: vec![folder.path().to_owned()], select, ..Options::default() };
    check_paths(&options).unwrap()
}
