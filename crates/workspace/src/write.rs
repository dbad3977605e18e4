//! Writes files so that nobody ever sees half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::WorkspaceError;

/// Replaces a file, or makes it. Either all of `bytes` is in it afterwards, or it is as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    let failed = |source| WorkspaceError::Write { path: path.to_owned(), source };
    // A link stays a link, and a device or pipe is written to: it must not become a file.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if target.metadata().is_ok_and(|it| !it.is_file()) {
        let device = OpenOptions::new().write(true).open(&target);
        return device.and_then(|mut it| it.write_all(bytes)).map_err(failed);
    }
    let beside = write_beside(&target, bytes).map_err(failed)?;
    fs::rename(&beside, &target).map_err(|source| {
        let _ = fs::remove_file(&beside);
        failed(source)
    })
}

/// As [`write_atomically`], but never replaces a file.
pub fn create_atomically(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => WorkspaceError::Exists { path: path.to_owned() },
        _ => WorkspaceError::Write { path: path.to_owned(), source },
    };
    if fs::symlink_metadata(path).is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let beside = write_beside(path, bytes).map_err(failed)?;
    // Unlike a rename, a link fails when the name is taken meanwhile. Not every file system
    // has links.
    let linked = fs::hard_link(&beside, path).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::rename(&beside, path),
    });
    let _ = fs::remove_file(&beside);
    linked.map_err(failed)
}

/// Writes a file that only this process knows, in the folder of `path`.
fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(hidden);
    let file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    match fill(file, bytes) {
        Ok(()) => Ok(beside),
        Err(error) => {
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_or_refused_and_nothing_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        let refused = create_atomically(&path, b"three").unwrap_err();
        assert!(matches!(refused, WorkspaceError::Exists { .. }), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), b"two");
        create_atomically(&folder.path().join("new.toml"), b"x").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        let nowhere = folder.path().join("no/such/folder/x");
        assert!(matches!(write_atomically(&nowhere, b""), Err(WorkspaceError::Write { .. })));
    }
}
