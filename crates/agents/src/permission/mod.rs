//! One reading of every client's permission entries.
//!
//! Each client has its own notation for "may run this"; the reading is the same: which kind
//! of tool, narrowed by what, and for commands what the pattern lets through.

mod claude;
mod command;
pub(crate) mod evaluate;
mod names;
pub(crate) mod order;
pub(crate) mod overrule;

pub(crate) use claude::{Place, read as read_claude};
pub(crate) use names::class_of;

use model::{ConfigScope, Matching, ToolClass, ToolPattern};

/// The reading of an entry of which only the kind and the tool are known.
pub(crate) fn tool(class: ToolClass, name: &str) -> ToolPattern {
    ToolPattern {
        class,
        tool: name.to_owned(),
        server: None,
        argument: None,
        everything: true,
        risk: None,
        program: None,
        ignored: None,
        matching: Matching::Whole,
        scope: ConfigScope::default(),
        rank: 0,
        overruled: None,
        bypassed: None,
    }
}

/// How the end of a command pattern is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Open {
    /// Only `*` lets more follow.
    Star,
    /// Anything may follow: the pattern is a prefix.
    Prefix,
}

/// A shell tool narrowed by a command pattern.
pub(crate) fn shell(name: &str, pattern: &str, open: Open) -> ToolPattern {
    let reading = command::read(pattern, open);
    let matching = match open {
        Open::Prefix => Matching::Prefix,
        Open::Star if pattern.contains(['*', '?']) => Matching::Glob,
        Open::Star => Matching::Exact,
    };
    ToolPattern {
        matching,
        argument: Some(pattern.to_owned()),
        everything: reading.everything,
        risk: reading.risk,
        program: reading.program,
        ..tool(ToolClass::Shell, name)
    }
}

/// A shell tool narrowed by a regular expression over the command line, which the client ties
/// to both ends by itself or not.
pub(crate) fn shell_regex(name: &str, pattern: &str, anchored: bool) -> ToolPattern {
    // What is not tied to the end of the line may be followed by anything.
    let tied = anchored || pattern.ends_with(['$', 'z']);
    let open = if tied { Open::Star } else { Open::Prefix };
    let bare = pattern.trim_start_matches("\\A").trim_start_matches('^');
    let bare = bare.trim_end_matches("\\z").trim_end_matches('$');
    if matches!(bare, "" | ".*" | ".+" | "[\\s\\S]*" | "(.*)" | ".*?") {
        return shell(name, "*", Open::Star);
    }
    // As much of it as is plain text; what follows may be anything unless it is anchored.
    let plain = bare.replace(".*", "*").replace("\\s+", " ").replace("\\b", " ").replace('\\', "");
    let end = plain.find(['(', '[', '{', '|', '+', '?']).unwrap_or(plain.len());
    let partial = end < plain.len();
    let prefix = plain.get(..end).unwrap_or("");
    let mut found = if partial {
        // Alternatives and classes are not resolved: what they let through is not known.
        tool(ToolClass::Shell, name)
    } else {
        shell(name, prefix, open)
    };
    found.everything &= !partial;
    found.argument = Some(pattern.to_owned());
    found.matching = Matching::Regex;
    found
}

/// A tool of a tool server; `*` stands for all.
pub(crate) fn server_tool(server: &str, name: &str) -> ToolPattern {
    ToolPattern {
        server: Some(server.to_owned()),
        everything: name == "*",
        ..tool(ToolClass::ToolServer, name)
    }
}

/// A tool that is narrowed by a path, host or name.
pub(crate) fn narrowed(class: ToolClass, name: &str, argument: &str) -> ToolPattern {
    let everything = match class {
        ToolClass::Network => matches!(argument, "*" | "**" | "domain:*"),
        ToolClass::Any | ToolClass::Shell => matches!(argument, "*" | "**"),
        // A pattern inside the workspace is not the whole disk.
        _ => is_whole_disk(argument),
    };
    let matching = match class {
        ToolClass::Network => Matching::Host,
        ToolClass::Read | ToolClass::Write => Matching::Path,
        _ => Matching::Glob,
    };
    ToolPattern { matching, argument: Some(argument.to_owned()), everything, ..tool(class, name) }
}

/// A path pattern that covers a whole disk or home folder.
fn is_whole_disk(pattern: &str) -> bool {
    let base = pattern.trim_end_matches('*').trim_end_matches('/');
    pattern.ends_with('*')
        && (base.is_empty() && pattern.starts_with("//") || matches!(base, "~" | "$HOME"))
        || matches!(pattern, "//" | "~" | "~/")
}
