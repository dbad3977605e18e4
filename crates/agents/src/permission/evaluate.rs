//! Which entry of a client's permission lists decides a call.
//!
//! Clients disagree twice: about what a pattern covers ([`model::Matching`]) and about which of
//! several matching entries wins ([`Order`]). Both are followed here for concrete calls, and for
//! whole entries: an entry is overruled when others decide every call that it covers.

use model::{Effect, Matching, ToolClass, ToolPattern};

use crate::permission::order::Order;
use crate::shell;

/// A call that a model makes.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// The kind of tool.
    pub class: ToolClass,
    /// The tool, as its client names it; for a tool server the tool's own name.
    pub tool: &'c str,
    /// The tool server, for [`ToolClass::ToolServer`].
    pub server: Option<&'c str>,
    /// The command line, path or host.
    pub argument: &'c str,
}

/// One entry, with what decides between entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule<'r> {
    pub(crate) effect: Effect,
    pub(crate) pattern: &'r ToolPattern,
}

/// The entry that decides a call, by its index; `None` when no entry speaks of it.
pub(crate) fn decide(order: Order, rules: &[Rule<'_>], call: &Call<'_>) -> Option<usize> {
    if call.class == ToolClass::Shell && order.splits_commands() {
        return decide_line(order, rules, call);
    }
    decide_one(order, rules, call)
}

/// Every command of a line must be allowed: the strictest decision is the line's.
fn decide_line(order: Order, rules: &[Rule<'_>], call: &Call<'_>) -> Option<usize> {
    let mut worst: Option<usize> = None;
    let mut parts = shell::parts(call.argument);
    if parts.is_empty() {
        parts.push(call.argument);
    }
    for part in parts {
        let found = decide_part(order, rules, &Call { argument: part, ..*call });
        let effect = |at: usize| rules.get(at).map_or(Effect::Ask, |it| it.effect);
        match (found, worst) {
            // What no entry speaks of is asked about, unless a part is forbidden.
            (None, Some(at)) if effect(at) == Effect::Deny => {}
            (None, _) => return parts_denied(order, rules, call),
            (Some(at), Some(before)) if effect(at) <= effect(before) => {}
            (Some(at), _) => worst = Some(at),
        }
    }
    worst
}

/// The entry that forbids a part of a line of which another part is not spoken of.
fn parts_denied(order: Order, rules: &[Rule<'_>], call: &Call<'_>) -> Option<usize> {
    shell::parts(call.argument).into_iter().find_map(|part| {
        let found = decide_part(order, rules, &Call { argument: part, ..*call })?;
        (rules.get(found)?.effect == Effect::Deny).then_some(found)
    })
}

/// A command as it stands, or else without what only starts it.
fn decide_part(order: Order, rules: &[Rule<'_>], call: &Call<'_>) -> Option<usize> {
    decide_one(order, rules, call).or_else(|| {
        let bare = shell::without_wrappers(call.argument);
        let shorter = bare != call.argument;
        shorter.then(|| decide_one(order, rules, &Call { argument: bare, ..*call })).flatten()
    })
}

fn decide_one(order: Order, rules: &[Rule<'_>], call: &Call<'_>) -> Option<usize> {
    let matching = rules
        .iter()
        .enumerate()
        .filter(|(_, it)| it.pattern.ignored.is_none() && covers_call(it.pattern, call));
    order.winner(matching.map(|(at, it)| (at, *it)))
}

/// True when an entry speaks of a call.
pub(crate) fn covers_call(pattern: &ToolPattern, call: &Call<'_>) -> bool {
    if !covers_tool(pattern, call.class, call.tool, call.server) {
        return false;
    }
    let Some(argument) = pattern.argument.as_deref() else { return true };
    if pattern.everything {
        return true;
    }
    matches(pattern.matching, argument, call.argument)
}

fn covers_tool(pattern: &ToolPattern, class: ToolClass, tool: &str, server: Option<&str>) -> bool {
    match pattern.class {
        ToolClass::Any => true,
        ToolClass::ToolServer => {
            class == ToolClass::ToolServer
                && glob(pattern.server.as_deref().unwrap_or("*"), server.unwrap_or(""))
                && glob(&pattern.tool, tool)
        }
        ToolClass::Other => class == ToolClass::Other && glob(&pattern.tool, tool),
        own => own == class,
    }
}

/// True when the argument of an entry speaks of a call's.
pub(crate) fn matches(matching: Matching, pattern: &str, argument: &str) -> bool {
    match matching {
        Matching::Whole => true,
        Matching::Exact => pattern == argument,
        Matching::Prefix => {
            let prefix = pattern.strip_suffix(":*").unwrap_or(pattern).trim_end();
            glob(prefix, argument) || glob(&format!("{prefix} *"), argument)
        }
        Matching::Glob => command_glob(pattern, argument),
        Matching::Regex => regex::Regex::new(pattern).is_ok_and(|it| it.is_match(argument)),
        Matching::WholeRegex => {
            let whole = format!("\\A(?:{pattern})\\z");
            regex::Regex::new(&whole).is_ok_and(|it| it.is_match(argument))
        }
        Matching::Path => path_glob(pattern, argument),
        Matching::ProjectPath => match pattern.strip_prefix('/') {
            Some(disk) if disk.starts_with('/') => path_glob(disk, argument),
            Some(project) => !argument.starts_with('/') && path_glob(project, argument),
            None => path_glob(pattern, argument),
        },
        Matching::Host => {
            let host = pattern.strip_prefix("domain:").unwrap_or(pattern);
            match host.strip_prefix("*.") {
                Some(parent) => argument.strip_suffix(parent).is_some_and(|it| it.ends_with('.')),
                None => glob(host, argument),
            }
        }
    }
}

/// `*` for anything, spaces too; ` *` and `:*` at the end also for nothing.
fn command_glob(pattern: &str, argument: &str) -> bool {
    let head = pattern.strip_suffix(":*").or_else(|| pattern.strip_suffix(" *"));
    match head {
        Some(head) => glob(head, argument) || glob(&format!("{head} *"), argument),
        None => glob(pattern, argument),
    }
}

/// A pattern of paths: `*` inside a component, `**` over any number, a bare name anywhere.
fn path_glob(pattern: &str, path: &str) -> bool {
    let clean = |it: &str| it.trim_start_matches("./").to_owned();
    let (pattern, path) = (clean(pattern), clean(path));
    if matches!(pattern.as_str(), "*" | "**" | "**/*") {
        return true;
    }
    if !pattern.contains('/') {
        // A name without a folder is meant wherever it stands, and a folder with all in it.
        return path.split('/').any(|it| crate::glob::component(&pattern, it));
    }
    let components = |text: &str| -> Vec<String> { text.split('/').map(str::to_owned).collect() };
    let (pattern, path) = (components(&pattern), components(&path));
    path_from(&pattern, &path, MOST_COMPONENTS)
}

/// Components of a path that are compared; a longer one matches nothing.
const MOST_COMPONENTS: usize = 64;

fn path_from(pattern: &[String], path: &[String], depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match pattern.split_first() {
        None => path.is_empty(),
        Some((first, rest)) if first == "**" => {
            rest.is_empty()
                || (0..=path.len().min(MOST_COMPONENTS))
                    .any(|skip| path.get(skip..).is_some_and(|it| path_from(rest, it, depth)))
        }
        Some((first, rest)) => match path.split_first() {
            Some((name, below)) => {
                crate::glob::component(first, name) && path_from(rest, below, depth)
            }
            None => false,
        },
    }
}

/// `*` for any characters and `?` for one; linear in the text for each star.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(next) = text.get(from) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(it) if it == next || *it == '?' => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((back, taken)) = star else { return false };
                star = Some((back, taken + 1));
                at = back + 1;
                from = taken + 1;
            }
        }
    }
    pattern.get(at..).is_none_or(|it| it.iter().all(|it| *it == '*'))
}

/// True when the first entry speaks of every call that the second speaks of.
///
/// Sound, not complete: the second's pattern is taken as a text in which its own stars are
/// characters like others, which only another star covers.
pub(crate) fn covers(wide: &ToolPattern, narrow: &ToolPattern) -> bool {
    let class = if narrow.class == ToolClass::Any {
        return wide.class == ToolClass::Any;
    } else {
        narrow.class
    };
    if !covers_tool(wide, class, &narrow.tool, narrow.server.as_deref()) {
        return false;
    }
    if wide.argument.is_none() || wide.everything {
        return true;
    }
    let (Some(wider), Some(narrower)) = (wide.argument.as_deref(), narrow.argument.as_deref())
    else {
        return false;
    };
    if narrow.everything {
        return false;
    }
    if wide.matching == narrow.matching && wider == narrower {
        return true;
    }
    match (wide.matching, narrow.matching) {
        (
            Matching::Glob | Matching::Prefix,
            Matching::Glob | Matching::Exact | Matching::Prefix,
        ) => {
            // An open end needs an open end above it.
            let text = narrower.replace(":*", " *");
            let open = narrow.matching == Matching::Prefix;
            let text = if open { format!("{} *", text.trim_end_matches([' ', '*'])) } else { text };
            matches(wide.matching, wider, &text)
        }
        (Matching::Path, Matching::Path) | (Matching::ProjectPath, Matching::ProjectPath) => {
            path_glob(wider, narrower)
        }
        (Matching::Host, Matching::Host | Matching::Exact) => {
            matches(Matching::Host, wider, narrower)
        }
        _ => false,
    }
}
