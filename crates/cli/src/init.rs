//! `nhilint init`.

use std::path::Path;

use workspace::{CONFIG_FILE_NAMES, STARTER, WorkspaceError, create_atomically};

use crate::CLEAN;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: &Terminal) -> anyhow::Result<u8> {
    let [name, _] = CONFIG_FILE_NAMES;
    // A second file of the other name would never be read.
    for name in CONFIG_FILE_NAMES {
        let path = Path::new(name).to_owned();
        if path.symlink_metadata().is_ok() {
            return Err(WorkspaceError::Exists { path }.into());
        }
    }
    create_atomically(Path::new(name), STARTER.as_bytes())?;
    terminal.print(format!("wrote {name}\n").as_bytes())?;
    Ok(CLEAN)
}
