//! The language server: diagnostics while typing, what is known of identities, quick fixes.
//!
//! One thread talks to the editor and never waits for an analysis; another one reads, parses
//! and analyses. Both ask the same function as the command line. The only crate that knows LSP
//! types.

mod actions;
mod card;
mod changes;
mod client;
mod commands;
mod completion;
mod diagnostics;
mod documents;
mod files;
mod folders;
mod hover;
mod position;
mod proto;
mod publish;
mod requests;
mod server;
mod settings;
mod symbols;
mod transport;
mod worker;

pub use server::{Error, serve};

/// Serves an editor over a connection that is already open. For tests.
pub fn serve_connection(connection: &lsp_server::Connection) -> Result<(), Error> {
    server::run(connection)
}
