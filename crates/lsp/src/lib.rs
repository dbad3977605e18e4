//! The language server: diagnostics while typing, documentation on hover, quick fixes.
//!
//! One thread talks to the editor and never waits for an analysis; another one analyses. Both
//! ask the same function as the command line. The only crate that knows LSP types.

mod actions;
mod diagnostics;
mod documents;
mod hover;
mod position;
mod proto;
mod server;
mod worker;

pub use server::{Error, serve};

/// Serves an editor over a connection that is already open. For tests.
pub fn serve_connection(connection: &lsp_server::Connection) -> Result<(), Error> {
    server::run(connection)
}
