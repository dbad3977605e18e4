//! Charts that come in an archive: what brings them in.

use std::sync::Arc;

use model::{FileId, Import};

use super::value::Val;
use super::{Charts, chart, chart_above, join};

impl Charts<'_> {
    /// What brings in the packed chart at a path: the dependency of the chart above, else the
    /// name of the chart above, else the chart of a release. `None` when nothing here does.
    #[must_use]
    pub fn import(&self, archive: &str) -> Option<Import> {
        let number = *self.by_folder.get(archive)?;
        let name = self.described(archive).and_then(|it| it.as_map()?.get("name")?.as_str());
        let name = name.unwrap_or_else(|| model::path::name(archive).to_owned());
        let import = |place| Import { name: Arc::from(name.as_str()), place };
        if let Some(above) = chart_above(archive).filter(|it| self.by_folder.contains_key(it)) {
            let mut listed = ["Chart.yaml", "requirements.yaml"].iter().filter_map(|file| {
                let file = self.file_at(&join(above, file))?;
                let list = chart::yaml(file.file, file.path, file.text);
                chart::dependencies(&list).into_iter().find(|it| it.name == name)?.named
            });
            let own_name = || self.described(above)?.as_map()?.get("name")?.place();
            return listed.next().or_else(own_name).map(import);
        }
        let top = self.tops.iter().position(|it| *it == number)?;
        self.installations.iter().find(|it| it.chart == top).map(|it| import(it.place))
    }

    /// The values with which a chart is run first. A packed chart that a release names is there
    /// for that release only.
    pub(super) fn own_values(&self, number: usize, own: Val) -> Val {
        let chart = self.tops.get(number).and_then(|it| self.charts.get(*it));
        if !chart.is_some_and(|it| may_be_packed(&it.folder)) {
            return own;
        }
        match self.installations.iter().find(|it| it.chart == number) {
            Some(it) => it.values(self, own),
            None => own,
        }
    }

    fn described(&self, folder: &str) -> Option<Val> {
        let file = self.file_at(&join(folder, "Chart.yaml"))?;
        Some(chart::yaml(file.file, file.path, file.text))
    }
}

/// The charts that a `Chart.yaml` in a folder takes from folders beside it: name and folder.
pub fn local_charts(folder: &str, description: &Arc<str>) -> Vec<(String, String)> {
    if !description.contains("file://") {
        return Vec::new();
    }
    let list = chart::yaml(FileId::default(), "Chart.yaml", description);
    let named = |it: chart::Dependency| Some((it.local(folder)?, it.name));
    let found = chart::dependencies(&list).into_iter().filter_map(named);
    found.map(|(folder, name)| (name, folder)).collect()
}

/// True for the path of a file that may be a packed chart.
pub fn may_be_packed(path: &str) -> bool {
    path.ends_with(".tgz")
}
