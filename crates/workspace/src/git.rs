//! Reads commits and the index of a repository.
//!
//! In this process: no program is run, nothing is fetched, and what a person has configured for
//! git on their machine does not count. Content is what is stored: no filter is applied.

use std::path::Path;

use engine::nearest;
use gix::ObjectId;
use gix::objs::tree::EntryKind;

use crate::error::WorkspaceError;

/// A repository with a working tree. A clone shares what is stored, not what is cached.
#[derive(Clone)]
pub(crate) struct Repository {
    inner: gix::Repository,
}

/// A file of a commit or of the index.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Blob {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    /// Its content is the path that it leads to.
    pub(crate) is_link: bool,
    id: ObjectId,
}

impl Repository {
    /// Opens the repository whose working tree starts at `root`.
    pub(crate) fn open(root: &Path) -> Result<Self, WorkspaceError> {
        if !root.join(".git").exists() {
            return Err(WorkspaceError::NoRepository { path: root.to_owned() });
        }
        let opened = gix::open_opts(root, gix::open::Options::isolated());
        let inner = opened.map_err(|it| git_failed(&it))?;
        Ok(Self { inner })
    }

    /// The files of a revision, such as `main`, `HEAD~2` or a commit's id; by path.
    pub(crate) fn revision(&self, name: &str) -> Result<Vec<Blob>, WorkspaceError> {
        self.commit(self.resolve(name)?)
    }

    /// The files of the commit at which the current branch and a revision parted; those of the
    /// revision itself where that is not known, as in a shallow clone.
    pub(crate) fn parted_from(&self, name: &str) -> Result<Vec<Blob>, WorkspaceError> {
        let revision = self.resolve(name)?;
        let head = self.inner.head_id().ok();
        let parted = head.and_then(|it| self.inner.merge_base(it, revision).ok()?);
        self.commit(parted.map_or(revision, |it| it.detach()))
    }

    /// The files of the current commit; none before the first one.
    pub(crate) fn head(&self) -> Result<Vec<Blob>, WorkspaceError> {
        match self.inner.head_id() {
            Ok(id) => self.commit(id.detach()),
            Err(_) if self.inner.head().is_ok_and(|it| it.is_unborn()) => Ok(Vec::new()),
            Err(error) => Err(git_failed(&error)),
        }
    }

    /// The files that are staged, by path. Of a conflict, this branch's side.
    pub(crate) fn index(&self) -> Result<Vec<Blob>, WorkspaceError> {
        use gix::index::entry::{Flags, Mode, Stage};
        let index = self.inner.index_or_empty().map_err(|it| git_failed(&it))?;
        let read = |entry: &gix::index::Entry| {
            let staged = matches!(entry.stage(), Stage::Unconflicted | Stage::Ours)
                && !entry.flags.contains(Flags::REMOVE | Flags::INTENT_TO_ADD);
            let is_file = entry.mode.intersects(Mode::FILE) && entry.mode != Mode::COMMIT;
            let is_link = entry.mode == Mode::SYMLINK;
            (staged && (is_file || is_link)).then(|| Blob {
                path: shown(entry.path(&index)),
                is_link,
                id: entry.id,
            })
        };
        let mut blobs: Vec<Blob> = index.entries().iter().filter_map(read).collect();
        blobs.sort();
        Ok(blobs)
    }

    /// How many bytes a file has; `None` when it is not stored here, as in a partial clone.
    pub(crate) fn size(&self, blob: &Blob) -> Option<u64> {
        Some(self.inner.find_header(blob.id).ok()?.size())
    }

    /// The content of a file.
    pub(crate) fn bytes(&self, blob: &Blob) -> Option<Vec<u8>> {
        Some(self.inner.find_blob(blob.id).ok()?.take_data())
    }

    fn resolve(&self, name: &str) -> Result<ObjectId, WorkspaceError> {
        let found = self.inner.rev_parse_single(name).ok();
        let commit = found.and_then(|it| it.object().ok()?.peel_to_commit().ok());
        commit.map(|it| it.id).ok_or_else(|| WorkspaceError::NoRevision {
            name: name.to_owned(),
            nearest: self.nearest_branch(name),
        })
    }

    fn nearest_branch(&self, name: &str) -> Option<String> {
        let references = self.inner.references().ok()?;
        let all = references.all().ok()?.flatten();
        let mut names: Vec<String> = all.map(|it| it.name().shorten().to_string()).collect();
        names.sort();
        nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
    }

    fn commit(&self, id: ObjectId) -> Result<Vec<Blob>, WorkspaceError> {
        let object = self.inner.find_object(id).map_err(|it| git_failed(&it))?;
        let tree = object.peel_to_tree().map_err(|it| git_failed(&it))?;
        let files = tree.traverse().breadthfirst.files().map_err(|it| git_failed(&it))?;
        let read = |entry: gix::traverse::tree::recorder::Entry| {
            let is_link = match entry.mode.kind() {
                EntryKind::Blob | EntryKind::BlobExecutable => false,
                EntryKind::Link => true,
                EntryKind::Tree | EntryKind::Commit => return None,
            };
            Some(Blob { path: shown(entry.filepath.as_ref()), is_link, id: entry.oid })
        };
        let mut blobs: Vec<Blob> = files.into_iter().filter_map(read).collect();
        blobs.sort();
        Ok(blobs)
    }
}

/// A path as the analysis names it; bytes that are not UTF-8 are written as `\xff`.
fn shown(path: &gix::bstr::BStr) -> String {
    let mut out = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        out.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out
}

fn git_failed(error: &dyn std::error::Error) -> WorkspaceError {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(it) = source {
        message = format!("{message}: {it}");
        source = it.source();
    }
    WorkspaceError::Git { message }
}
