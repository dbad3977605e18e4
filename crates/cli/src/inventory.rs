//! `nhilint inventory`.

use report::View;

use crate::arguments::InventoryArguments;
use crate::check::{paths_from, with_progress};
use crate::notes;
use crate::terminal::Terminal;
use crate::{CLEAN, FAILED};

pub(crate) fn run(arguments: &InventoryArguments, terminal: &Terminal) -> anyhow::Result<u8> {
    let checked = with_progress(&arguments.common.options(), &arguments.common)?;
    let paths = paths_from(&checked.root)?;
    notes::left_out(&checked.report.skipped, &paths, &arguments.common);
    let view = View {
        report: &checked.report,
        paths: &paths,
        color: terminal.color,
        width: terminal.table_width,
        quiet: arguments.common.quiet,
        links: false,
    };
    terminal.write(|out| match arguments.format.as_str() {
        "json" => report::inventory_json(&view, out),
        _ => report::inventory_table(&view, out),
    })?;
    Ok(if checked.report.internal_errors > 0 { FAILED } else { CLEAN })
}
