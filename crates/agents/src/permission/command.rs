//! What a command pattern lets through beyond its first word.
//!
//! `Bash(python:*)` is any code, `Bash(python scripts/check.py)` is not, and `Bash(npm run
//! test:*)` is whatever the repository says. The table names programs; the pattern's free end
//! decides whether the program's own power is reached.

use model::CommandRisk::{
    self, AnyCode, Destructive, Indirect, Infrastructure, Publish, RepositoryCode, SecretAccess,
    Transfer,
};

use super::Open;
use crate::shell;

/// What a pattern covers.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) everything: bool,
    pub(crate) risk: Option<CommandRisk>,
    pub(crate) program: Option<String>,
}

/// Programs that do what their arguments say, with the words that must stand before the free
/// end; the longest match wins. An empty list means: right after the program.
const PROGRAMS: &[(&str, &[&str], CommandRisk)] = &[
    ("bash", &[], AnyCode),
    ("sh", &[], AnyCode),
    ("zsh", &[], AnyCode),
    ("fish", &[], AnyCode),
    ("python", &[], AnyCode),
    ("node", &[], AnyCode),
    ("ruby", &[], AnyCode),
    ("perl", &[], AnyCode),
    ("php", &[], AnyCode),
    ("deno", &[], AnyCode),
    ("bun", &[], AnyCode),
    ("bun", &["x"], AnyCode),
    ("bun", &["run"], RepositoryCode),
    ("bun", &["test"], RepositoryCode),
    ("bun", &["install"], RepositoryCode),
    ("tsx", &[], AnyCode),
    ("osascript", &[], AnyCode),
    ("pwsh", &[], AnyCode),
    ("powershell", &[], AnyCode),
    ("awk", &[], AnyCode),
    ("eval", &[], AnyCode),
    ("exec", &[], AnyCode),
    ("source", &[], AnyCode),
    (".", &[], AnyCode),
    ("sudo", &[], AnyCode),
    ("doas", &[], AnyCode),
    ("su", &[], AnyCode),
    ("env", &[], AnyCode),
    ("xargs", &[], AnyCode),
    ("nohup", &[], AnyCode),
    ("ssh", &[], AnyCode),
    ("npx", &[], AnyCode),
    ("bunx", &[], AnyCode),
    ("pnpx", &[], AnyCode),
    ("pnpm", &["dlx"], AnyCode),
    ("pnpm", &["exec"], AnyCode),
    ("yarn", &["dlx"], AnyCode),
    ("npm", &["exec"], AnyCode),
    ("uvx", &[], AnyCode),
    ("uv", &["run"], AnyCode),
    ("uv", &["tool", "run"], AnyCode),
    ("pipx", &["run"], AnyCode),
    ("poetry", &["run"], AnyCode),
    ("docker", &[], AnyCode),
    ("docker", &["run"], AnyCode),
    ("docker", &["exec"], AnyCode),
    ("docker", &["compose"], RepositoryCode),
    ("podman", &["run"], AnyCode),
    ("podman", &["exec"], AnyCode),
    ("mise", &["exec"], AnyCode),
    ("direnv", &["exec"], AnyCode),
    ("devbox", &["run"], AnyCode),
    ("nix", &["run"], AnyCode),
    ("go", &["run"], AnyCode),
    ("claude", &["--dangerously-skip-permissions"], AnyCode),
    ("codex", &["--yolo"], AnyCode),
    ("codex", &["--dangerously-bypass-approvals-and-sandbox"], AnyCode),
    ("gemini", &["--yolo"], AnyCode),
    ("gemini", &["-y"], AnyCode),
    ("printenv", &[], SecretAccess),
    ("op", &[], SecretAccess),
    ("op", &["read"], SecretAccess),
    ("vault", &[], SecretAccess),
    ("vault", &["kv", "get"], SecretAccess),
    ("vault", &["read"], SecretAccess),
    ("security", &["find-generic-password"], SecretAccess),
    ("pass", &["show"], SecretAccess),
    ("aws", &["secretsmanager"], SecretAccess),
    ("aws", &["ssm"], SecretAccess),
    ("gcloud", &["secrets"], SecretAccess),
    ("kubectl", &["get", "secret"], SecretAccess),
    ("kubectl", &["get", "secrets"], SecretAccess),
    ("gh", &["secret"], SecretAccess),
    ("gh", &["auth", "token"], SecretAccess),
    ("aws", &[], Infrastructure),
    ("gcloud", &[], Infrastructure),
    ("az", &[], Infrastructure),
    ("kubectl", &[], Infrastructure),
    ("kubectl", &["apply"], Infrastructure),
    ("kubectl", &["delete"], Infrastructure),
    ("kubectl", &["exec"], Infrastructure),
    ("helm", &[], Infrastructure),
    ("helm", &["install"], Infrastructure),
    ("helm", &["upgrade"], Infrastructure),
    ("terraform", &[], Infrastructure),
    ("terraform", &["apply"], Infrastructure),
    ("terraform", &["destroy"], Infrastructure),
    ("tofu", &[], Infrastructure),
    ("tofu", &["apply"], Infrastructure),
    ("pulumi", &["up"], Infrastructure),
    ("psql", &[], Infrastructure),
    ("mysql", &[], Infrastructure),
    ("redis-cli", &[], Infrastructure),
    ("gh", &["api"], Infrastructure),
    ("rm", &[], Destructive),
    ("rmdir", &[], Destructive),
    ("dd", &[], Destructive),
    ("mkfs", &[], Destructive),
    ("shred", &[], Destructive),
    ("chmod", &[], Destructive),
    ("chown", &[], Destructive),
    ("kill", &[], Destructive),
    ("git", &["reset", "--hard"], Destructive),
    ("curl", &[], Transfer),
    ("wget", &[], Transfer),
    ("scp", &[], Transfer),
    ("rsync", &[], Transfer),
    ("nc", &[], Transfer),
    ("ncat", &[], Transfer),
    ("ftp", &[], Transfer),
    ("sftp", &[], Transfer),
    ("npm", &["publish"], Publish),
    ("cargo", &["publish"], Publish),
    ("twine", &["upload"], Publish),
    ("git", &["push"], Publish),
    ("gh", &[], Publish),
    ("gh", &["release"], Publish),
    ("make", &[], RepositoryCode),
    ("just", &[], RepositoryCode),
    ("task", &[], RepositoryCode),
    ("npm", &[], RepositoryCode),
    ("npm", &["run"], RepositoryCode),
    ("npm", &["test"], RepositoryCode),
    ("npm", &["install"], RepositoryCode),
    ("pnpm", &[], RepositoryCode),
    ("pnpm", &["run"], RepositoryCode),
    ("yarn", &[], RepositoryCode),
    ("yarn", &["run"], RepositoryCode),
    ("cargo", &[], RepositoryCode),
    ("cargo", &["run"], RepositoryCode),
    ("cargo", &["test"], RepositoryCode),
    ("pytest", &[], RepositoryCode),
    ("go", &["test"], RepositoryCode),
    ("go", &["generate"], RepositoryCode),
    ("gradle", &[], RepositoryCode),
    ("gradlew", &[], RepositoryCode),
    ("mvn", &[], RepositoryCode),
    ("git", &[], Indirect),
    ("git", &["config"], Indirect),
    ("find", &[], Indirect),
    ("tar", &[], Indirect),
    ("sed", &[], Indirect),
    ("vim", &[], Indirect),
    ("less", &[], Indirect),
];

/// Options of interpreters after which a program text follows.
const INLINE: &[&str] = &["-c", "-e", "-ne", "-pe", "-E", "--eval", "-p", "-Command"];

/// Reads a command pattern.
pub(crate) fn read(pattern: &str, open: Open) -> Reading {
    let trimmed = pattern.trim();
    if matches!(trimmed, "" | "*" | ":*" | "**" | "* *") {
        return Reading { everything: true, risk: Some(AnyCode), program: None };
    }
    let (fixed, free) = split(trimmed, open);
    let words: Vec<shell::Word> = shell::words(&fixed);
    let words: Vec<&str> =
        words.iter().map(|it| it.text.as_str()).skip_while(|it| shell::is_assignment(it)).collect();
    let Some((first, arguments)) = words.split_first() else { return Reading::default() };
    // A star in the program's own name (`python*`) covers the program itself too.
    let name = shell::base_name(first);
    let program = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.').to_owned();
    let program = if program.is_empty() { name } else { program };
    let risk = risk(&program, arguments, free);
    Reading { everything: false, risk, program: Some(program) }
}

/// The fixed words of a pattern, and whether anything may follow them.
fn split(pattern: &str, open: Open) -> (String, bool) {
    let star = pattern.find('*');
    let fixed = match star {
        Some(at) => pattern.get(..at).unwrap_or(pattern),
        None => pattern,
    };
    let fixed = fixed.strip_suffix(':').unwrap_or(fixed);
    (fixed.to_owned(), star.is_some() || open == Open::Prefix)
}

fn risk(program: &str, arguments: &[&str], free: bool) -> Option<CommandRisk> {
    // Options come and go; what is left are sub-commands and operands.
    let operands: Vec<&str> = arguments.iter().copied().filter(|it| !it.starts_with('-')).collect();
    let (_, words, risk) = PROGRAMS
        .iter()
        .filter(|(name, words, _)| *name == program && begins_with(arguments, &operands, words))
        .max_by_key(|(_, words, _)| words.len())?;
    // With a fixed argument behind the words the program's power is no longer free: a script,
    // a host, a file is named.
    let exact = operands.len() == words.iter().filter(|it| !it.starts_with('-')).count();
    let inline = shell::is_interpreter(program) && arguments.iter().any(|it| INLINE.contains(it));
    let reached = match risk {
        SecretAccess if !free => exact,
        _ if !free => is_dangerous_alone(program, arguments),
        AnyCode => exact || inline,
        Transfer => !operands.iter().any(|it| it.contains("://")),
        // A dangerous sub-command stays one whatever it is done to.
        Destructive | Infrastructure | SecretAccess | Publish if !words.is_empty() => true,
        _ => exact,
    };
    reached.then_some(*risk)
}

/// True when a command begins with the words of a row; options between them do not matter,
/// unless the row names one.
fn begins_with(arguments: &[&str], operands: &[&str], words: &[&str]) -> bool {
    operands.starts_with(words) || arguments.starts_with(words)
}

/// Commands that do harm as they stand, with nothing free.
fn is_dangerous_alone(program: &str, arguments: &[&str]) -> bool {
    match program {
        "terraform" | "tofu" => matches!(arguments, ["apply" | "destroy", ..]),
        "npm" | "cargo" => matches!(arguments, ["publish", ..]),
        _ => false,
    }
}
