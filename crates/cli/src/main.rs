//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    nhilint::main()
}
