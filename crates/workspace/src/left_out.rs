//! Paths that a walk would not have entered, asked one by one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::discover::is_skipped_folder;

/// Tells what the walk of a workspace leaves out.
#[derive(Debug)]
pub(crate) struct LeftOut<'a> {
    root: &'a Path,
    excluded: &'a Gitignore,
    /// Honour `.gitignore` and `.ignore`.
    honour: bool,
    /// The files of a folder that name what is ignored below it.
    files: RefCell<BTreeMap<PathBuf, Vec<Gitignore>>>,
}

impl<'a> LeftOut<'a> {
    /// For a workspace with a canonical root.
    pub(crate) fn new(root: &'a Path, excluded: &'a Gitignore, no_ignore: bool) -> Self {
        Self { root, excluded, honour: !no_ignore, files: RefCell::default() }
    }

    /// True when the walk would have left out a path, which starts from the root.
    pub(crate) fn contains(&self, path: &str) -> bool {
        let folder = model::path::folder(path);
        if folder.split('/').any(is_skipped_folder) {
            return true;
        }
        let full = self.root.join(path);
        if self.excluded.matched_path_or_any_parents(&full, false).is_ignore() {
            return true;
        }
        self.honour && self.is_ignored(&full)
    }

    /// The nearest file that says anything about a path decides.
    fn is_ignored(&self, path: &Path) -> bool {
        let mut known = self.files.borrow_mut();
        let folders = path.ancestors().skip(1).take_while(|it| it.starts_with(self.root));
        for folder in folders {
            let files = known.entry(folder.to_owned()).or_insert_with(|| {
                let names = [".ignore", ".gitignore"].map(|it| folder.join(it));
                let files = names.into_iter().filter(|it| it.is_file());
                files.map(|it| Gitignore::new(it).0).collect()
            });
            for file in files {
                let found = file.matched_path_or_any_parents(path, false);
                if !found.is_none() {
                    return found.is_ignore();
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("k/prod")).unwrap();
        std::fs::write(root.join(".gitignore"), "*.env\nbuild/\n").unwrap();
        std::fs::write(root.join("k/.gitignore"), "!public.env\n").unwrap();
        let excluded = Gitignore::empty();
        let left_out = LeftOut::new(&root, &excluded, false);
        for (path, expected) in [
            ("k/prod/secret.env", true),
            ("k/prod/public.env", false),
            ("k/build/x.yaml", true),
            ("k/prod/x.yaml", false),
            ("node_modules/x.yaml", true),
        ] {
            assert_eq!(left_out.contains(path), expected, "{path}");
        }
        assert!(!LeftOut::new(&root, &excluded, true).contains("k/prod/secret.env"));
    }
}
