//! Switches of launch lines and environments that give a tool server more than its task needs.

use model::{Sourced, WideAccess};

use crate::handover::Word;
use crate::launch::Analysis;
use crate::lowering::Snippet;

/// Folders that hold credentials, as the end of a path.
const CREDENTIAL_FOLDERS: &[&str] =
    &["/.ssh", "/.aws", "/.kube", "/.gnupg", "/.azure", "/.config/gcloud", "/.docker"];

const ENGINE_SOCKETS: &[&str] =
    &["/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"];

/// Judges one option of `docker run`; `at` is the option's own word.
pub(crate) fn of_container_option(
    found: &mut Analysis,
    name: &str,
    value: Option<&Word>,
    at: usize,
) {
    let text = value.map(|it| it.value.clone()).unwrap_or_default();
    let access = match name {
        "--privileged" if !text.ends_with("=false") => Some(WideAccess::Privileged),
        "--cap-add" if matches!(text.as_str(), "ALL" | "SYS_ADMIN" | "all") => {
            Some(WideAccess::Privileged)
        }
        "--network" | "--net" | "--pid" if text == "host" => Some(WideAccess::HostNetwork),
        "-v" | "--volume" => of_path(mount_source(&text)),
        "--mount" => text
            .split(',')
            .find_map(|it| it.strip_prefix("source=").or_else(|| it.strip_prefix("src=")))
            .and_then(of_path),
        "-p" | "--publish" if publishes_everywhere(&text) => Some(WideAccess::AllInterfaces),
        _ => None,
    };
    let Some(access) = access else { return };
    let word = value.filter(|_| name != "--privileged").or_else(|| found.words.get(at));
    if let Some(origin) = word.map(|it| it.snippet.origin()) {
        found.wide.push(Sourced::new(access, origin));
    }
}

/// What a mount written as `host:container` opens.
pub(crate) fn of_mount(text: &str) -> Option<WideAccess> {
    of_path(mount_source(text))
}

/// The host's side of `host:container[:options]`; a drive letter is no separator.
fn mount_source(text: &str) -> &str {
    let drive = text.get(1..3).is_some_and(|it| it == ":\\" || it == ":/");
    let from = if drive { 2 } else { 0 };
    let end = text.get(from..).and_then(|it| it.find(':')).map_or(text.len(), |it| it + from);
    text.get(..end).unwrap_or(text)
}

fn publishes_everywhere(text: &str) -> bool {
    match text.matches(':').count() {
        0 => false,
        1 => true,
        _ => text.starts_with("0.0.0.0:"),
    }
}

/// What a folder of the host opens.
pub(crate) fn of_path(path: &str) -> Option<WideAccess> {
    if ENGINE_SOCKETS.contains(&path) {
        return Some(WideAccess::EngineSocket);
    }
    let trimmed = path.trim_end_matches(['/', '\\']);
    if CREDENTIAL_FOLDERS.iter().any(|it| trimmed.ends_with(it)) {
        return Some(WideAccess::CredentialFolder);
    }
    is_whole(path).then_some(WideAccess::WholeFileSystem)
}

/// The root of a file system, or a whole home folder.
pub(crate) fn is_whole(path: &str) -> bool {
    let trimmed = path.trim_end_matches(['/', '\\']);
    let home = ["/home/", "/Users/", "C:\\Users\\", "C:/Users/"]
        .iter()
        .find_map(|it| trimmed.strip_prefix(it))
        .is_some_and(|it| !it.is_empty() && !it.contains(['/', '\\']));
    let named = matches!(
        trimmed,
        "~" | "$HOME"
            | "${HOME}"
            | "${env:HOME}"
            | "${userHome}"
            | "%USERPROFILE%"
            | "/home"
            | "/Users"
            | "/root"
    );
    let drive = trimmed.len() == 2 && trimmed.ends_with(':') && path.len() <= 3;
    home || named || drive || (!path.is_empty() && trimmed.is_empty())
}

/// Judges the server's own arguments, once the wrappers are gone.
pub(crate) fn of_arguments(found: &mut Analysis) {
    let serves_files = found.package.as_ref().is_some_and(|it| it.name.contains("filesystem"));
    let mut wide = Vec::new();
    let words = found.words.iter().skip(1);
    let next = found.words.iter().skip(2).map(Some).chain([None]);
    for (word, next) in words.zip(next) {
        let (option, inline) = match word.value.split_once('=') {
            Some((option, value)) if option.starts_with('-') => (option, Some(value)),
            _ => (word.value.as_str(), None),
        };
        let value = inline.or_else(|| next.map(|it| it.value.as_str())).unwrap_or("");
        let token = if inline.is_some() { word } else { next.unwrap_or(word) };
        match of_option(option, value) {
            Some((access, true)) => wide.push(Sourced::new(access, token.snippet.origin())),
            Some((access, false)) => wide.push(Sourced::new(access, word.snippet.origin())),
            None if serves_files && !option.starts_with('-') && is_whole(option) => {
                wide.push(Sourced::new(WideAccess::WholeFileSystem, word.snippet.origin()));
            }
            None => {}
        }
    }
    found.wide.extend(wide);
}

/// What an option opens, and whether it is its value that says so.
fn of_option(option: &str, value: &str) -> Option<(WideAccess, bool)> {
    Some(match (option, value) {
        ("--toolsets" | "--tools" | "--features", "all" | "*") => (WideAccess::AllTools, true),
        ("--access-mode", "unrestricted") => (WideAccess::AllTools, true),
        ("--allow-all" | "-A", _) => (WideAccess::AllTools, false),
        ("--host" | "--bind" | "--listen" | "--hostname", it) if it.starts_with("0.0.0.0") => {
            (WideAccess::AllInterfaces, true)
        }
        (
            "--insecure" | "--no-verify-ssl" | "--skip-tls-verify" | "--insecure-skip-tls-verify",
            _,
        ) => (WideAccess::NoCertificateCheck, false),
        ("--no-auth" | "--disable-auth", _) => (WideAccess::NoAuthentication, false),
        _ => return None,
    })
}

/// What a variable of the environment opens.
pub(crate) fn of_variable(name: &str, value: &Snippet) -> Option<Sourced<WideAccess>> {
    let text = value.as_str().trim();
    let yes = matches!(text, "1" | "true" | "True" | "TRUE" | "yes");
    let access = match name {
        "NODE_TLS_REJECT_UNAUTHORIZED" | "PYTHONHTTPSVERIFY" if text == "0" => {
            WideAccess::NoCertificateCheck
        }
        "DANGEROUSLY_OMIT_AUTH" | "DISABLE_AUTH" if yes => WideAccess::NoAuthentication,
        "GITHUB_TOOLSETS" if text == "all" => WideAccess::AllTools,
        "ALLOW_DANGEROUS" | "ENABLE_TF_OPERATIONS" if yes => WideAccess::AllTools,
        "HOST" | "MCP_HOST" | "FASTMCP_HOST" | "MCP_BIND" if text == "0.0.0.0" => {
            WideAccess::AllInterfaces
        }
        _ => return None,
    };
    Some(Sourced::new(access, value.origin()))
}

/// What makes a tool server of a database read-only: an option, or a variable.
pub(crate) fn read_only_switch(package: &str) -> Option<(&'static str, &'static str)> {
    static TABLE: &str = include_str!("../data/databases.tsv");
    model::rows(TABLE).find_map(|columns| {
        let [name, option, variable, ..] = columns[..] else { return None };
        (name == package).then_some((option, variable))
    })
}
