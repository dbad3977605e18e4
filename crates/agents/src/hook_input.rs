//! How what the model or an outsider wrote gets into a command that runs by itself.
//!
//! A variable that is expanded outside quotes becomes several words; a text that is handed to
//! `eval` or `sh -c` becomes a command. Only the second is a way in for whoever wrote it.

use std::collections::BTreeSet;

use model::HookInput;

use crate::shell::{self, Word};

/// Variables that hold what the model or an outsider wrote.
const MODEL_INPUT: &[&str] = &[
    "CLAUDE_TOOL_INPUT",
    "CLAUDE_FILE_PATHS",
    "CLAUDE_FILE_PATH",
    "CLAUDE_TOOL_INPUT_FILE_PATH",
    "CLAUDE_USER_PROMPT",
    "CLAUDE_NOTIFICATION",
    "TOOL_INPUT",
    "ARGUMENTS",
    "USER_PROMPT",
];

/// Fields of the JSON that a hook is handed which the model or an outsider filled.
const MODEL_FIELDS: &[&str] = &["tool_input", "toolInput", "toolArgs", ".prompt", "tool_response"];

/// Programs that read JSON.
const READERS: &[&str] = &["jq", "gojq", "yq", "python", "node"];

/// Reads a line of a POSIX shell.
pub(crate) fn of_line(line: &str) -> HookInput {
    let pipelines = shell::pipelines(line);
    let held = held(&pipelines, line);
    if pipelines.iter().any(|it| evaluates(it, line, &held)) {
        return HookInput::Evaluated;
    }
    let split = pipelines.iter().flatten().flatten().flat_map(|it| &it.unquoted);
    let splits = split.into_iter().any(|it| MODEL_INPUT.contains(&it.as_str()));
    if splits { HookInput::Split } else { HookInput::Apart }
}

/// Variables that a line fills from such a field: `CMD=$(jq -r .tool_input.command)`.
fn held(pipelines: &[shell::Pipeline], line: &str) -> BTreeSet<String> {
    let assignments =
        pipelines.iter().flatten().flatten().filter(|it| shell::is_assignment(&it.text));
    let filled = assignments.filter(|it| substitutes_field(it, line));
    filled.filter_map(|it| Some(it.text.split_once('=')?.0.to_owned())).collect()
}

fn evaluates(pipeline: &shell::Pipeline, line: &str, held: &BTreeSet<String>) -> bool {
    let mut fed = false;
    for command in pipeline {
        let Some((name, rest)) = shell::program(command) else { continue };
        let takes_text = name == "eval"
            || shell::is_interpreter(&name)
                && rest.iter().any(|it| matches!(it.text.as_str(), "-c" | "-e"));
        let placeholder =
            fed && is_under_xargs(command) && rest.iter().any(|it| it.text.contains("{}"));
        let spliced = rest.iter().any(|it| is_spliced(it, line, held));
        let piped = fed && shell::interprets_input(command);
        if takes_text && (placeholder || spliced) || piped {
            return true;
        }
        fed |= reads_field(&name, rest);
    }
    false
}

fn is_under_xargs(command: &[Word]) -> bool {
    command.iter().any(|it| shell::base_name(&it.text) == "xargs")
}

/// True when the outer shell puts such a text into a word.
fn is_spliced(word: &Word, line: &str, held: &BTreeSet<String>) -> bool {
    // Between single quotes nothing is expanded: the inner shell does that, with its own quotes.
    if line.get(..word.range.start).is_some_and(|it| it.ends_with('\'')) {
        return false;
    }
    let names = MODEL_INPUT.iter().copied().chain(held.iter().map(String::as_str));
    names.into_iter().any(|it| expands(&word.text, it)) || substitutes_field(word, line)
}

/// True when a text holds `$NAME` or `${NAME…}`.
fn expands(text: &str, name: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or("");
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.strip_prefix(name)
            .is_some_and(|it| !it.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_'))
    })
}

/// True when a substitution in a word reads such a field.
fn substitutes_field(word: &Word, line: &str) -> bool {
    word.nested.iter().filter_map(|it| line.get(it.clone())).any(|inner| {
        let commands = shell::pipelines(inner).into_iter().flatten();
        commands
            .into_iter()
            .any(|it| shell::program(&it).is_some_and(|(name, rest)| reads_field(&name, rest)))
    })
}

fn reads_field(program: &str, arguments: &[Word]) -> bool {
    let plain = program.trim_end_matches(|it: char| it.is_ascii_digit());
    READERS.contains(&plain)
        && arguments.iter().any(|it| MODEL_FIELDS.iter().any(|field| it.text.contains(field)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_evaluated_is_told_from_what_is_handed_on() {
        for (line, expected) in [
            ("prettier --write $CLAUDE_FILE_PATHS", HookInput::Split),
            ("prettier --write \"$CLAUDE_FILE_PATHS\"", HookInput::Apart),
            ("$CLAUDE_PROJECT_DIR/hook.sh", HookInput::Apart),
            ("jq -r .tool_input.file_path | xargs prettier --write", HookInput::Apart),
            ("sh -c \"check $CLAUDE_TOOL_INPUT\"", HookInput::Evaluated),
            ("sh -c 'check \"$CLAUDE_TOOL_INPUT\"'", HookInput::Apart),
            ("eval \"$(jq -r .tool_input.command)\"", HookInput::Evaluated),
            ("jq -r .tool_input.command | bash", HookInput::Evaluated),
            ("CMD=$(jq -r '.tool_input.command'); bash -c \"$CMD\"", HookInput::Evaluated),
            ("CMD=$(jq -r '.tool_input.command'); echo \"$CMD\" >> log", HookInput::Apart),
            ("jq -r .tool_input.file_path | xargs -I{} sh -c 'lint {}'", HookInput::Evaluated),
            ("jq -r .tool_name | bash", HookInput::Apart),
            ("eval \"$(direnv export bash)\"", HookInput::Apart),
            ("bash scripts/check.sh \"$CLAUDE_FILE_PATHS\"", HookInput::Apart),
            ("sh -c \"echo ${CLAUDE_TOOL_INPUT_FILE_PATH:-none}\"", HookInput::Evaluated),
        ] {
            assert_eq!(of_line(line), expected, "{line}");
        }
    }
}
