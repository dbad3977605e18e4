//! The program under the name that pre-commit builds: it installs the package at the root of a
//! repository, which is otherwise a workspace.

use std::process::ExitCode;

fn main() -> ExitCode {
    nhilint::main()
}
