//! Finds, reads and parses files, each in the thread that comes across it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::SystemTime;

use engine::Skipped;
use ignore::gitignore::Gitignore;
use ignore::{DirEntry, WalkBuilder, WalkState};
use syntax::Limits;

use crate::analyze::{FrontEnd, InputFile, Prepared, prepare};
use crate::decode::{self, Decoded};
use crate::ownership;
use crate::progress::Progress;

/// Folders that are not entered unless they are named, with the reason. Build outputs such as
/// `target` and `dist` are missing on purpose: where they are outputs, `.gitignore` names them.
const SKIPPED_FOLDERS: [(&str, &str); 16] = [
    (".git", "history"),
    (".hg", "history"),
    (".svn", "history"),
    (".jj", "history"),
    (".terraform", "copies of providers and modules"),
    (".terragrunt-cache", "copies of modules"),
    (".external_modules", "copies of modules"),
    (".pulumi", "state and plugins"),
    ("node_modules", "dependencies"),
    ("bower_components", "dependencies"),
    ("vendor", "dependencies"),
    (".venv", "dependencies"),
    ("venv", "dependencies"),
    ("site-packages", "dependencies"),
    ("__pycache__", "compiled code"),
    (".tox", "test environments"),
];

/// Extensions of files whose text is looked at. What a front end knows by name comes on top.
const EXTENSIONS: [&str; 18] = [
    "cfg",
    "cnf",
    "conf",
    "ini",
    "json",
    "jsonc",
    "json5",
    "yaml",
    "yml",
    "toml",
    "md",
    "mdc",
    "mobileconfig",
    "properties",
    "tpl",
    "tftpl",
    "tmpl",
    "txt",
];

/// Extensions of files that Terraform reads in with `file()` and `templatefile()`.
const READ_IN: [&str; 6] = ["json", "yaml", "yml", "tpl", "tftpl", "tmpl"];

/// Longest file that is kept only because Terraform may read it in.
const LONGEST_READ_IN: usize = 256 << 10;

/// A path that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// Canonical, but for the last part of a file, which may be a link.
    pub(crate) path: PathBuf,
    pub(crate) is_dir: bool,
}

/// What to look through.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    /// Canonical.
    pub(crate) root: &'a Path,
    pub(crate) given: &'a [Given],
    /// Patterns of the configuration.
    pub(crate) excluded: Gitignore,
    /// Do not honour `.gitignore` and `.ignore`.
    pub(crate) no_ignore: bool,
    /// The root is that of a repository.
    pub(crate) in_repository: bool,
    pub(crate) threads: usize,
    pub(crate) limits: Limits,
    /// How many levels of folders are entered.
    pub(crate) max_depth: Option<usize>,
    /// Named files are read as if they had been found.
    pub(crate) force_exclude: bool,
    /// Counts the files that were read.
    pub(crate) progress: Option<&'a Progress>,
}

/// What was found. In no order.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files that somebody reads.
    pub(crate) prepared: Vec<Prepared>,
    pub(crate) skipped: Vec<Skipped>,
    /// Links to files that are also read under their own name: link, target.
    pub(crate) links: Vec<(Arc<str>, String)>,
    /// Archives that may be packed charts. None of them is read yet.
    pub(crate) archives: BTreeSet<String>,
}

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Event {
    /// Somebody reads it.
    File(Prepared),
    /// Terraform may read it in.
    ReadIn(Prepared),
    /// It is left out.
    Skipped(Skipped),
    /// It is a link to another file of the workspace.
    Link(Arc<str>, String),
    /// It is an archive.
    Archive(String),
}

impl Walk<'_> {
    /// Reads everything that is not left out on purpose.
    pub(crate) fn run(&self) -> Found {
        let Some(builder) = self.builder() else { return Found::default() };
        let (sender, receiver) = channel();
        builder.build_parallel().run(|| {
            let mut reader = EntryReader { walk: self, buffer: Vec::new(), events: sender.clone() };
            Box::new(move |entry| {
                reader.visit(entry);
                WalkState::Continue
            })
        });
        drop(sender);
        Found::gathered(receiver)
    }

    /// When each file that may be read was last written, and how long it is; nothing is read.
    pub(crate) fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        let Some(builder) = self.builder() else { return BTreeMap::new() };
        let stamp = |entry: Result<DirEntry, ignore::Error>| {
            let entry = entry.ok()?;
            let shown = relative(self.root, entry.path());
            if entry.depth() > 0 && !is_candidate(&shown) && !kubernetes::may_be_packed(&shown) {
                return None;
            }
            let metadata = fs::metadata(entry.path()).ok().filter(Metadata::is_file)?;
            let stamp = Stamp { written: metadata.modified().ok(), bytes: metadata.len() };
            Some((entry.into_path(), stamp))
        };
        builder.build().filter_map(stamp).collect()
    }

    fn builder(&self) -> Option<WalkBuilder> {
        let mut given = self.given.iter();
        let first = given.next()?;
        let mut builder = WalkBuilder::new(&first.path);
        for it in given {
            builder.add(&it.path);
        }
        let honour = !self.no_ignore;
        builder
            .hidden(false)
            .ignore(honour)
            .git_ignore(honour)
            .git_exclude(honour)
            // What a person has set up for their own machine must not change the result.
            .git_global(false)
            .require_git(false)
            // Outside of a repository, a `.gitignore` further up belongs to something else.
            .parents(
                honour && (self.in_repository || self.given.iter().any(|it| it.path != self.root)),
            )
            .follow_links(false)
            .max_depth(self.max_depth)
            .threads(self.threads);
        let excluded = self.excluded.clone();
        builder.filter_entry(move |entry| is_entered(entry, &excluded));
        Some(builder)
    }
}

/// What tells that a file was written, without reading it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp {
    written: Option<SystemTime>,
    bytes: u64,
}

impl Found {
    pub(crate) fn gathered(events: impl IntoIterator<Item = Event>) -> Self {
        let mut found = Self::default();
        let mut read_in = Vec::new();
        for event in events {
            match event {
                Event::File(it) => found.prepared.push(it),
                Event::ReadIn(it) => read_in.push(it),
                Event::Skipped(it) => found.skipped.push(it),
                Event::Link(link, target) => found.links.push((link, target)),
                Event::Archive(path) => {
                    found.archives.insert(path);
                }
            }
        }
        keep_near_terraform(&mut found.prepared, read_in);
        found
    }
}

/// Keeps the files that lie in or below a folder with Terraform files: a finding in a policy
/// that is read in can then point into it.
fn keep_near_terraform(prepared: &mut Vec<Prepared>, read_in: Vec<Prepared>) {
    let folder = |path: &str| model::path::folder(path).to_owned();
    let terraform = |it: &&Prepared| matches!(it.format, Some((FrontEnd::Terraform, _)));
    let folders: BTreeSet<String> =
        prepared.iter().filter(terraform).map(|it| folder(&it.input.path)).collect();
    prepared.extend(read_in.into_iter().filter(|it| {
        let mut at = folder(&it.input.path);
        loop {
            if folders.contains(&at) {
                return true;
            }
            if at.is_empty() {
                return false;
            }
            at = folder(&at);
        }
    }));
}

/// True for folders that are not entered unless they are named.
pub(crate) fn is_skipped_folder(name: &str) -> bool {
    SKIPPED_FOLDERS.iter().any(|(it, _)| *it == name)
}

fn is_entered(entry: &DirEntry, excluded: &Gitignore) -> bool {
    // What was asked for is read, whatever it is called.
    if entry.depth() == 0 {
        return true;
    }
    let is_dir = entry.file_type().is_some_and(|it| it.is_dir());
    let skipped = is_dir && entry.file_name().to_str().is_some_and(is_skipped_folder);
    !skipped && !excluded.matched(entry.path(), is_dir).is_ignore()
}

/// Reads entries on one thread.
struct EntryReader<'a> {
    walk: &'a Walk<'a>,
    buffer: Vec<u8>,
    events: Sender<Event>,
}

impl EntryReader<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) {
        match entry {
            Ok(entry) => self.visit_entry(&entry),
            Err(error) => {
                let (path, reason) = describe(self.walk.root, &error);
                self.skip(path, reason);
            }
        }
    }

    fn visit_entry(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let explicit = entry.depth() == 0 && !self.walk.force_exclude;
        let shown = relative(self.walk.root, path);
        let Some(kind) = entry.file_type() else { return };
        // A folder that was asked for is walked even when it is reached through a link.
        if kind.is_dir() || (explicit && path.is_dir()) {
            return;
        }
        if kind.is_symlink() && !self.follow(path, &shown, explicit) {
            return;
        }
        if !explicit && kind.is_file() && kubernetes::may_be_packed(&shown) {
            let _ = self.events.send(Event::Archive(shown));
            return;
        }
        if !explicit && !is_candidate(&shown) {
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => self.read(path, shown, &metadata, explicit),
            Ok(metadata) => self.skip(shown, special(&metadata).to_owned()),
            Err(error) => self.skip(shown, io_words(&error)),
        }
    }

    /// True when a link leads to a file that may be read.
    fn follow(&self, path: &Path, shown: &str, explicit: bool) -> bool {
        let Ok(target) = path.canonicalize() else {
            // A dangling link, or a loop.
            if explicit || is_candidate(shown) {
                self.skip(shown.to_owned(), "it is a link that leads nowhere".to_owned());
            }
            return false;
        };
        if target.is_dir() {
            // What it leads to is found where it lies, when it lies in the workspace.
            return false;
        }
        if explicit {
            return true;
        }
        if !target.starts_with(self.walk.root) {
            if is_candidate(shown) {
                self.skip(
                    shown.to_owned(),
                    "it is a link that leads out of the workspace".to_owned(),
                );
            }
            return false;
        }
        let _ = self.events.send(Event::Link(shown.into(), relative(self.walk.root, &target)));
        true
    }

    fn read(&mut self, path: &Path, shown: String, metadata: &Metadata, explicit: bool) {
        let limit = self.walk.limits.bytes;
        if metadata.len() > limit as u64 {
            return self.skip(shown, too_large(metadata.len(), limit));
        }
        self.buffer.clear();
        let read =
            File::open(path).and_then(|it| it.take(limit as u64 + 1).read_to_end(&mut self.buffer));
        if let Err(error) = read {
            return self.skip(shown, io_words(&error));
        }
        self.intake().take(shown, &self.buffer, explicit);
        if let Some(progress) = self.walk.progress {
            progress.count();
        }
    }

    fn intake(&self) -> Intake<'_> {
        Intake { limits: &self.walk.limits, events: &self.events }
    }

    fn skip(&self, path: String, reason: String) {
        self.intake().skip(path, reason);
    }
}

/// What becomes of the bytes of a file, wherever they come from.
pub(crate) struct Intake<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) events: &'a Sender<Event>,
}

impl Intake<'_> {
    /// Takes in a file; `explicit` when it was asked for by name.
    pub(crate) fn take(&self, shown: String, bytes: &[u8], explicit: bool) {
        if bytes.len() > self.limits.bytes {
            return self.skip(shown, too_large(bytes.len() as u64, self.limits.bytes));
        }
        match decode::decode(bytes) {
            Decoded::Text(text) => self.prepare(shown, text, None, explicit),
            Decoded::Repaired(text, bytes) => self.prepare(shown, &text, Some(bytes), explicit),
            Decoded::Binary if !explicit && !is_known_by_name(&shown) => {}
            Decoded::Binary => self.skip(shown, "it is binary".to_owned()),
            Decoded::Other(reason) => self.skip(shown, reason.to_owned()),
        }
    }

    fn prepare(&self, shown: String, text: &str, repaired: Option<usize>, explicit: bool) {
        let input = InputFile { path: shown.as_str().into(), text: text.into() };
        let Ok(prepared) = catch_unwind(AssertUnwindSafe(|| prepare(input, self.limits))) else {
            return self.skip(shown, INTERNAL_ERROR.to_owned());
        };
        if !prepared.is_read() {
            if READ_IN.contains(&extension(&shown)) && text.len() <= LONGEST_READ_IN {
                let _ = self.events.send(Event::ReadIn(prepared));
            }
            if explicit {
                self.skip(shown, "nhilint knows no format of this name or content".to_owned());
            }
            return;
        }
        if let Some(bytes) = repaired {
            let are = if bytes == 1 { "byte is" } else { "bytes are" };
            self.skip(
                shown,
                format!("{bytes} {are} not UTF-8 and read as `?`; the rest is linted"),
            );
        }
        let _ = self.events.send(Event::File(prepared));
    }

    /// Tells that a file is left out.
    pub(crate) fn skip(&self, path: String, reason: String) {
        let _ = self.events.send(Event::Skipped(Skipped { path, reason }));
    }
}

/// The reason that is given for a file on which nhilint itself failed.
pub(crate) const INTERNAL_ERROR: &str = "internal error while reading it; please report this";

/// True for files that may hold something, told by their path.
pub fn is_candidate(path: &str) -> bool {
    EXTENSIONS.iter().any(|it| extension(path).eq_ignore_ascii_case(it))
        || is_known_by_name(path)
        || pipelines::is_named(path)
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, it)| it)
}

/// True for files that a front end reads whatever they hold.
fn is_known_by_name(path: &str) -> bool {
    terraform::language(path).is_some()
        || agents::language(path, "").is_some()
        || ownership::is_approvers(path)
        || kubernetes::is_kustomization(path)
}

pub(crate) fn too_large(bytes: u64, limit: usize) -> String {
    format!("it has {bytes} bytes; nhilint reads at most {limit}")
}

/// What a path that is no file and no folder is.
fn special(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "it is a pipe; `--stdin-filename` reads from one";
        }
        if kind.is_socket() {
            return "it is a socket";
        }
    }
    let _ = metadata;
    "it is a device"
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}

/// The path of an error of the walker, and why.
fn describe(root: &Path, error: &ignore::Error) -> (String, String) {
    let reason = error.io_error().map_or_else(|| error.to_string(), io_words);
    let mut error = error;
    loop {
        match error {
            ignore::Error::WithPath { path, .. } if path == root => {
                return (".".to_owned(), reason);
            }
            ignore::Error::WithPath { path, .. } => return (relative(root, path), reason),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                error = err;
            }
            _ => return (String::new(), reason),
        }
    }
}

/// A path as the analysis names it: from the root, with `/`. Bytes that are not UTF-8 are
/// written as `\xff`, so that different names stay different.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root);
    let mut out = String::new();
    for (index, part) in below.unwrap_or(path).components().enumerate() {
        match part {
            std::path::Component::RootDir => {
                out.push('/');
                continue;
            }
            std::path::Component::CurDir => continue,
            _ if index > 0 && !out.ends_with('/') => out.push('/'),
            _ => {}
        }
        for chunk in part.as_os_str().as_encoded_bytes().utf8_chunks() {
            out.push_str(chunk.valid());
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_with_slashes_and_unique() {
        let root = Path::new("/w");
        assert_eq!(relative(root, Path::new("/w/a/b.tf")), "a/b.tf");
        assert_eq!(relative(root, Path::new("/x/b.tf")), "/x/b.tf");
        assert_eq!(relative(root, root), "");
        #[cfg(unix)]
        {
            use std::ffi::OsStr;
            use std::os::unix::ffi::OsStrExt;
            let odd = root.join(OsStr::from_bytes(b"a\xff\n.tf"));
            assert_eq!(relative(root, &odd), "a\\xff\n.tf");
        }
    }

    #[test]
    fn candidates_are_told_by_name() {
        for (path, expected) in [
            ("a/main.tf", true),
            ("a/x.tf.json", true),
            ("role.YAML", true),
            (".mcp.json", true),
            (".cursor/rules/a.mdc", true),
            ("src/main.rs", false),
            ("image.png", false),
            ("Makefile", false),
        ] {
            assert_eq!(is_candidate(path), expected, "{path}");
        }
    }
}
