//! What a file belongs to: judged by itself, half of what it says would be unknown.
//!
//! For a file that was named, the rest of its module, of its folder or of its chart is read
//! too, with the local modules that it calls. Only the named files have findings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::{FileId, Source};

use crate::analyze::{FrontEnd, Prepared};
use crate::discover::{Given, relative};

/// Folders that are read because of the files that were named.
const MOST_FOLDERS: usize = 256;

/// The folders to read besides what was named, without those below; charts with them.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) folders: BTreeSet<PathBuf>,
    pub(crate) charts: BTreeSet<PathBuf>,
}

impl Context {
    /// What the named files belong to.
    pub(crate) fn of(root: &Path, given: &[Given]) -> Self {
        let mut context = Self::default();
        for it in given.iter().filter(|it| !it.is_dir && belongs_to_others(&it.path)) {
            let above = it.path.ancestors().skip(1).take_while(|it| it.starts_with(root));
            let chart = above.filter(|it| it.join("Chart.yaml").is_file()).last();
            match chart {
                Some(chart) => context.charts.extend([chart.to_owned()]),
                None => context.folders.extend(it.path.parent().map(Path::to_owned)),
            }
        }
        context
    }

    /// Adds the local modules that are called and not read yet; true when there are any.
    pub(crate) fn follow_calls(&mut self, root: &Path, prepared: &[Prepared]) -> bool {
        let sources = (0..).zip(prepared).filter_map(|(index, it)| {
            let (FrontEnd::Terraform, _) = it.format? else { return None };
            Some(Source { file: FileId(index), path: &it.input.path, tree: it.tree.as_deref()? })
        });
        let project = terraform::Project::new(sources.collect(), &terraform::Options::default());
        let before = self.folders.len();
        for folder in project.absent_folders() {
            let Ok(folder) = root.join(folder).canonicalize() else { continue };
            if self.folders.len() < MOST_FOLDERS && folder.starts_with(root) && folder.is_dir() {
                self.folders.insert(folder);
            }
        }
        self.folders.len() > before
    }
}

/// True for files that say little without others.
fn belongs_to_others(path: &Path) -> bool {
    let path = relative(Path::new("/"), path);
    let yaml = [".yaml", ".yml", ".tpl"].iter().any(|it| path.ends_with(it));
    (terraform::language(&path).is_some() || yaml) && agents::language(&path, "").is_none()
}
