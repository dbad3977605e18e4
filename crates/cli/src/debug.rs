//! `nhilint debug`: what each stage of the analysis saw.

use report::{Redactions, View, visible};
use workspace::{Checked, Config, InputFile, check_paths, prepare};

use crate::CLEAN;
use crate::arguments::DebugArguments;
use crate::check::paths_from;
use crate::notes;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: &DebugArguments, terminal: &Terminal) -> anyhow::Result<u8> {
    let checked = check_paths(&arguments.common.options())?;
    let paths = paths_from(&checked.root)?;
    notes::left_out(&checked.report.skipped, &paths, &arguments.common);
    let view = View {
        report: &checked.report,
        paths: &paths,
        color: false,
        width: terminal.table_width,
        quiet: arguments.common.quiet,
        links: false,
    };
    terminal.write(|out| match arguments.stage.as_str() {
        "facts" => report::facts(&view, out),
        "graph" => report::graph(&view, out),
        _ => trees(&checked)
            .try_for_each(|(path, tree)| writeln!(out, "{}\n{tree}", visible(&paths.shown(&path)))),
    })?;
    Ok(CLEAN)
}

/// The tree of each file. A tree quotes its text, so what is parsed for it is the text with
/// letters in place of credentials: the same spans, and nothing to see.
fn trees(checked: &Checked) -> impl Iterator<Item = (String, String)> {
    let redactions = Redactions::new(&checked.report);
    let sources = checked.report.sources.files().iter();
    sources.filter_map(move |source| {
        let file = checked.report.sources.find(&source.path)?;
        let text = redactions.masked_source(&checked.report, file, 'x')?;
        let input = InputFile { path: source.path.clone(), text: text.into() };
        let tree = prepare(input, &Config::default().limits).tree?;
        Some((source.path.to_string(), syntax::dump(&tree)))
    })
}
