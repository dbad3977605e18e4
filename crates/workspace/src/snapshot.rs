//! The files of a commit or of the index, chosen and read as those on disk are.
//!
//! What is tracked counts even where `.gitignore` names it: it is part of the change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};

use ignore::gitignore::Gitignore;
use model::follow;
use syntax::Limits;
use terraform::FolderEntry;

use crate::analyze::{Prepared, in_parallel};
use crate::discover::{
    Event, Found, Given, Intake, is_candidate, is_skipped_folder, relative, too_large,
};
use crate::git::{Blob, Repository};
use crate::reader::Reader;

/// Links that are followed one after the other.
const LINKS: usize = 8;

/// Content of a link that is looked at; no path is longer.
const LONGEST_LINK: u64 = 4096;

/// The files of a commit or of the index.
pub(crate) struct Snapshot {
    /// A cache of its own makes one unfit for several threads at once. The first one stays and
    /// is what further ones are made of.
    idle: Mutex<Vec<Repository>>,
    blobs: BTreeMap<String, Blob>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot of {} files", self.blobs.len())
    }
}

/// Which files of a snapshot are read.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    /// The root of the repository.
    pub(crate) root: &'a Path,
    pub(crate) given: &'a [Given],
    /// Patterns of the configuration.
    pub(crate) excluded: &'a Gitignore,
    pub(crate) threads: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) known: &'a Known,
}

/// What is parsed already: used again where the text is the same.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) files: BTreeMap<Arc<str>, Prepared>,
    /// Where they were read from; what is the same there has not to be read again.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
}

impl Known {
    /// The file that was read from the very same blob.
    fn same(&self, blob: &Blob) -> Option<&Prepared> {
        let read_from = self.snapshot.as_ref()?.blobs.get(&blob.path)?;
        let same = read_from == blob && !blob.is_link;
        self.files.get(blob.path.as_str()).filter(|_| same)
    }
}

/// Where the path of a link leads.
enum Target<'a> {
    File(&'a Blob),
    Outside,
    /// To a folder, to nothing, or round in circles.
    Nothing,
}

impl Snapshot {
    pub(crate) fn new(repository: Repository, blobs: Vec<Blob>) -> Self {
        let blobs = blobs.into_iter().map(|it| (it.path.clone(), it)).collect();
        Self { idle: Mutex::new(vec![repository]), blobs }
    }

    /// True when there is a file of this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.blobs.contains_key(path)
    }

    /// Reads and parses what is chosen.
    pub(crate) fn find(&self, choice: &Choice<'_>) -> Found {
        let chosen = self.blobs.values().filter_map(|it| Some((it, choice.takes(&it.path)?)));
        let chosen: Vec<(&Blob, bool)> = chosen.collect();
        let events = in_parallel(choice.threads, &chosen, |(blob, explicit)| {
            self.events(blob, *explicit, choice)
        });
        Found::gathered(events.into_iter().flatten())
    }

    /// What one file comes to.
    fn events(&self, blob: &Blob, explicit: bool, choice: &Choice<'_>) -> Vec<Event> {
        if !explicit && kubernetes::may_be_packed(&blob.path) {
            let archive = (!blob.is_link).then(|| Event::Archive(blob.path.clone()));
            return archive.into_iter().collect();
        }
        if let Some(same) = choice.known.same(blob) {
            return vec![Event::File(same.clone())];
        }
        let (bytes, target) = match self.content(blob, choice.limits, explicit) {
            Content::Known(event) => return vec![event],
            Content::Bytes(bytes, target) => (bytes, target),
            Content::Nothing => return Vec::new(),
        };
        let path = blob.path.as_str();
        let mut events: Vec<Event> =
            target.into_iter().map(|it| Event::Link(path.into(), it)).collect();
        match choice.known.files.get(path) {
            Some(same) if same.input.text.as_bytes() == bytes => {
                events.push(Event::File(same.clone()));
            }
            _ => {
                let (sender, receiver) = mpsc::channel();
                let intake = Intake { limits: choice.limits, events: &sender };
                intake.take(path.to_owned(), &bytes, explicit);
                drop(sender);
                events.extend(receiver);
            }
        }
        events
    }

    /// Works with a repository that nobody else works with; `None` after a panic elsewhere.
    fn with_repository<T>(&self, work: impl FnOnce(&Repository) -> T) -> Option<T> {
        let repository = {
            let mut idle = self.idle.lock().ok()?;
            if idle.len() > 1 { idle.pop()? } else { idle.first()?.clone() }
        };
        let result = work(&repository);
        self.idle.lock().ok()?.push(repository);
        Some(result)
    }

    /// The text of a file, wherever links lead inside the snapshot.
    pub(crate) fn text(&self, path: &str, limit: usize) -> Option<String> {
        let path = follow("", path)?;
        let blob = self.blobs.get(&path)?;
        let blob = match self.target(blob) {
            _ if !blob.is_link => blob,
            Target::File(it) => it,
            Target::Outside | Target::Nothing => return None,
        };
        String::from_utf8(self.bytes(blob, limit)?).ok()
    }

    fn bytes(&self, blob: &Blob, limit: usize) -> Option<Vec<u8>> {
        let bytes = self.with_repository(|it| {
            it.size(blob).filter(|it| *it <= limit as u64).and_then(|_| it.bytes(blob))
        });
        bytes?
    }

    /// Reads from a snapshot, and from the disk what is fetched and never stored: modules below
    /// `.terraform`.
    pub(crate) fn reader(snapshot: &Arc<Self>, root: &Path, limit: usize) -> Reader {
        let disk = Reader::inside(root.to_owned(), limit);
        let (files, folders) = (Arc::clone(snapshot), Arc::clone(snapshot));
        let (fetched, listed) = (disk.clone(), disk);
        let archives = Arc::clone(snapshot);
        let reader = Reader::with_folders(
            move |path| match is_fetched(path) {
                true => fetched.read(path),
                false => files.text(path, limit).map(Into::into),
            },
            move |path| match is_fetched(path) {
                true => listed.list(path),
                false => folders.list(path),
            },
        );
        reader.with_bytes(move |path| archives.bytes(archives.blobs.get(path)?, limit))
    }

    /// The entries of a folder, by name.
    fn list(&self, folder: &str) -> Option<Vec<FolderEntry>> {
        let folder = follow("", folder)?;
        let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
        let below = self.blobs.range(prefix.clone()..);
        let below = below.map_while(|(path, _)| path.strip_prefix(prefix.as_str()));
        let entries: BTreeSet<(&str, bool)> = below
            .map(|it| it.split_once('/').map_or((it, false), |(name, _)| (name, true)))
            .collect();
        let entry =
            |(name, is_folder): (&str, bool)| FolderEntry { name: name.to_owned(), is_folder };
        (!entries.is_empty()).then(|| entries.into_iter().map(entry).collect())
    }

    fn content(&self, blob: &Blob, limits: &Limits, explicit: bool) -> Content {
        let skip = |reason: String| {
            let path = blob.path.clone();
            Content::Known(Event::Skipped(engine::Skipped { path, reason }))
        };
        let read = match self.target(blob) {
            _ if !blob.is_link => blob,
            Target::File(it) => it,
            Target::Outside => {
                return skip("it is a link that leads out of the workspace".to_owned());
            }
            Target::Nothing if explicit => {
                return skip("it is a link that leads nowhere".to_owned());
            }
            Target::Nothing => return Content::Nothing,
        };
        let content = self.with_repository(|repository| {
            let Some(size) = repository.size(read) else {
                return skip("its content is not in this clone".to_owned());
            };
            if size > limits.bytes as u64 {
                return skip(too_large(size, limits.bytes));
            }
            match repository.bytes(read) {
                Some(bytes) => Content::Bytes(bytes, blob.is_link.then(|| read.path.clone())),
                None => skip("its content cannot be read from the repository".to_owned()),
            }
        });
        content.unwrap_or(Content::Nothing)
    }

    fn target<'a>(&'a self, link: &'a Blob) -> Target<'a> {
        let mut at = link;
        for _ in 0..LINKS {
            if !at.is_link {
                return Target::File(at);
            }
            let content = self.with_repository(|it| {
                it.size(at).filter(|it| *it <= LONGEST_LINK).and_then(|_| it.bytes(at))
            });
            let Some(path) = content.flatten().and_then(|it| String::from_utf8(it).ok()) else {
                return Target::Nothing;
            };
            let folder = model::path::folder(&at.path);
            let Some(path) = follow(folder, &path) else { return Target::Outside };
            match self.blobs.get(&path) {
                Some(next) => at = next,
                None => return Target::Nothing,
            }
        }
        Target::Nothing
    }
}

enum Content {
    /// Nothing has to be parsed.
    Known(Event),
    /// The bytes, and the file that a link leads to.
    Bytes(Vec<u8>, Option<String>),
    Nothing,
}

impl Choice<'_> {
    /// `Some` when a file is read; true in it when it was asked for by name.
    fn takes(&self, path: &str) -> Option<bool> {
        self.given.iter().filter_map(|it| self.takes_below(it, path)).max()
    }

    fn takes_below(&self, given: &Given, path: &str) -> Option<bool> {
        let asked = relative(self.root, &given.path);
        if asked == path {
            return Some(true);
        }
        let below = match asked.as_str() {
            "" => path,
            folder => path.strip_prefix(folder)?.strip_prefix('/')?,
        };
        let folders = model::path::folder(below);
        let taken = given.is_dir
            && (is_candidate(path) || kubernetes::may_be_packed(path))
            && !folders.split('/').any(is_skipped_folder)
            && !self.excluded.matched_path_or_any_parents(self.root.join(path), false).is_ignore();
        taken.then_some(false)
    }
}

/// True below a `.terraform` folder.
fn is_fetched(path: &str) -> bool {
    path.split('/').any(|it| it == ".terraform")
}
