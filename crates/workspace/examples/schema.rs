//! Prints the JSON Schema of `nhilint.toml`; `cargo xtask gen` keeps it in `editors/`.

#![expect(clippy::print_stdout, reason = "it prints the schema")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&nhilint_workspace::config_schema())?);
    Ok(())
}
