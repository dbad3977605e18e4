//! When two declarations mean the same tool server.
//!
//! A repository often declares one server for five clients. Transport and package, command or
//! URL decide; names do not, and neither do credentials, which must not end up in a key.

use model::{Knowledge, Launch};

use crate::shell;

/// A key that is equal for two declarations of the same server. `folder` is the project's: a
/// local command means something else in another one.
pub(crate) fn of(
    launch: Option<&Launch>,
    url: &Knowledge<String>,
    name: &str,
    folder: &str,
) -> String {
    if let Some(url) = url.value() {
        return format!("remote {}", url.trim_end_matches('/').to_ascii_lowercase());
    }
    // Nothing but the name tells a server without a launch line apart.
    let Some(launch) = launch else { return format!("named {folder} {name}") };
    if let Some(package) = &launch.package {
        let operands = operands(&launch.arguments);
        return format!("{:?} {} {operands}", package.ecosystem, package.name);
    }
    let program = launch.command.value().map_or_else(|| "…".to_owned(), |it| shell::base_name(it));
    let all: Vec<String> = launch.arguments.iter().map(shown).collect();
    format!("command {folder} {program} {}", all.join(" "))
}

/// The arguments that are neither options nor their values: a path, a sub-command, the host
/// and path of a URL. Options often differ between clients without meaning another server.
fn operands(arguments: &[Knowledge<String>]) -> String {
    let mut kept = Vec::new();
    let mut after_option = false;
    for argument in arguments {
        let text = argument.value().map_or("", String::as_str);
        let is_option = text.starts_with('-');
        if !is_option && !after_option && !shell::is_assignment(text) {
            kept.push(shown(argument));
        }
        // The word after an option without `=` may be its value.
        after_option = is_option && !text.contains('=');
    }
    kept.join(" ")
}

fn shown(argument: &Knowledge<String>) -> String {
    match argument.value() {
        None => "…".to_owned(),
        Some(text) if text.contains("://") => bare_url(text),
        Some(text) => short(text),
    }
}

/// Long words without a separator look like tokens and are left out.
fn short(text: &str) -> String {
    let dense = text.len() >= 16 && !text.contains(['/', '.', '\\', ' ', '-']);
    if dense { "…".to_owned() } else { text.to_owned() }
}

/// A URL without user part, query and fragment.
pub(crate) fn bare_url(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = url.get(..end).unwrap_or(url);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at_checked(at).unwrap_or((rest, "")),
        None => (rest, ""),
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::bare_url;

    #[test]
    fn urls_lose_what_may_be_secret() {
        for (url, bare) in [
            ("https://u:p@h/a?k=v#f", "https://h/a"),
            ("https://h", "https://h"),
            ("postgres://u:p@h:1/db", "postgres://h:1/db"),
            ("no url", "no url"),
        ] {
            assert_eq!(bare_url(url), bare);
        }
    }
}
