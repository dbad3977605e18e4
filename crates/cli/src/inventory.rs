//! `nhilint inventory`.

use report::View;
use workspace::check_paths;

use crate::arguments::InventoryArguments;
use crate::check::{notes, paths_from};
use crate::terminal::Terminal;
use crate::{CLEAN, FAILED};

pub(crate) fn run(arguments: &InventoryArguments, terminal: &Terminal) -> anyhow::Result<u8> {
    let checked = check_paths(&arguments.common.options())?;
    let paths = paths_from(&checked.root)?;
    notes(&checked.report.skipped, &paths, &arguments.common);
    let view = View {
        report: &checked.report,
        paths: &paths,
        color: terminal.color,
        width: terminal.table_width,
        quiet: arguments.common.quiet,
    };
    terminal.write(|out| match arguments.format.as_str() {
        "json" => report::inventory_json(&view, out),
        _ => report::inventory_table(&view, out),
    })?;
    Ok(if checked.report.internal_errors > 0 { FAILED } else { CLEAN })
}
