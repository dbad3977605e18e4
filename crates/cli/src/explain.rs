//! `nhilint explain` and `nhilint rules`.

use workspace::WorkspaceError;

use crate::CLEAN;
use crate::terminal::Terminal;

pub(crate) fn run(name: &str, terminal: &Terminal) -> anyhow::Result<u8> {
    let Some(rule) = rules::find(name) else {
        let nearest = engine::nearest(name, rules::ALL.iter().map(|it| it.id));
        return Err(WorkspaceError::UnknownRule { name: name.to_owned(), nearest }.into());
    };
    terminal.write(|out| report::rule_page(rule, terminal.color, terminal.width, out))?;
    Ok(CLEAN)
}

pub(crate) fn list(format: &str, terminal: &Terminal) -> anyhow::Result<u8> {
    terminal.write(|out| match format {
        "json" => report::rule_list_json(rules::ALL, out),
        _ => report::rule_list(rules::ALL, terminal.color, terminal.table_width, out),
    })?;
    Ok(CLEAN)
}
