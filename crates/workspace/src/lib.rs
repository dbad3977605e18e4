//! Finds, reads and analyses the files of a workspace.
//!
//! The only crate that touches the disk. [`analyze`] is the one entrance for command line,
//! editor and tests; it takes text, not paths, and does no IO.

mod analyze;
mod session;

pub use analyze::{
    Config, FrontEnd, InputFile, Lowered, Prepared, analyze, finish, judge, lower, prepare,
};
pub use session::Session;
