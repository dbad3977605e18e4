//! Finds, reads and analyses the files of a workspace.
//!
//! The only crate that touches the disk. [`analyze`] is the one entrance for command line,
//! editor and tests; it takes text, not paths, and does no IO. [`check_paths`] is the way
//! there from paths.

mod analyze;
mod archive;
mod baseline;
mod cancel;
mod change;
mod chart_files;
mod charts;
mod codeowners;
mod comments;
mod config;
mod config_file;
mod context;
mod decode;
mod discover;
mod error;
mod excuse;
mod git;
mod given;
mod inputs;
mod installed;
mod kustomize;
mod left_out;
mod once;
mod ownership;
mod packed;
mod pairs;
mod pattern;
mod progress;
mod reader;
mod repair;
mod run;
mod session;
mod snapshot;
mod trust;
mod unread;
mod write;

pub use analyze::{
    Config, FrontEnd, InputFile, Lowered, Prepared, analyze, finish, judge, lower, prepare,
};
pub use baseline::write_baseline;
pub use cancel::Cancel;
pub use config::{
    ConfigFile, FILE_NAMES as CONFIG_FILE_NAMES, FailOn, LoadedConfig, STARTER,
    parse as parse_config, schema as config_schema,
};
pub use discover::{Stamp, is_candidate};
pub use error::{ConfigError, WorkspaceError};
pub use excuse::{Excuse, Excused, excuses};
pub use progress::Progress;
pub use reader::Reader;
pub use repair::{Repaired, Repairs, edited, repairs, repairs_of, write_repairs};
pub use run::{Checked, ConfigSource, Options, Workspace, check_paths};
pub use session::{Opening, Session, find_config, open_folder, read_file};
pub use write::{create_atomically, write_atomically};
