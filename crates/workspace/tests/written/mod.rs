//! One file in a repository of its own, checked for credentials that are written out.

use nhilint_workspace::Checked;

use crate::repository::{self, repository};

/// What is found in a file of this name and content.
pub(crate) fn checked(path: &str, content: &[u8]) -> Checked {
    let folder = repository(&[(path, content)]);
    repository::checked(folder.path(), &["embedded-secret", "plain-secret-manifest"]).unwrap()
}
