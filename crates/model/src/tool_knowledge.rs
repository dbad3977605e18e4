//! What is known about tool servers and their tools by name.
//!
//! The tables are data and are read when somebody first asks.

use std::sync::OnceLock;

use crate::table::{self, glob};
use crate::tool_server::ToolServer;

/// What a tool server gives to the agent that uses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ServerClasses {
    /// Data that not everybody may see.
    pub private: bool,
    /// Text that strangers can write.
    pub untrusted: bool,
    /// A way to send something out.
    pub sends: bool,
    /// A way to change or destroy what others rely on.
    pub changes: bool,
}

struct Row {
    by_host: bool,
    pattern: &'static str,
    classes: ServerClasses,
}

fn known_servers() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let rows = table::rows(include_str!("../data/tool-servers.tsv"));
        rows.filter_map(|row| {
            let [kind, pattern, letters] = row.as_slice() else { return None };
            let has = |letter: char| letters.contains(letter);
            let classes = ServerClasses {
                private: has('P'),
                untrusted: has('U'),
                sends: has('S'),
                changes: has('C'),
            };
            Some(Row { by_host: *kind == "host", pattern, classes })
        })
        .collect()
    })
}

/// What a tool server gives to its agent, by its package, image or host; nothing for one that
/// nobody knows.
pub fn server_classes(server: &ToolServer) -> ServerClasses {
    let package = server.launch.as_ref().and_then(|it| it.package.as_ref());
    let host = server.host();
    let found = known_servers().iter().filter(|row| match row.by_host {
        true => host.is_some_and(|it| glob(row.pattern, it)),
        false => package.is_some_and(|it| glob(row.pattern, &it.name)),
    });
    found.fold(ServerClasses::default(), |all, row| ServerClasses {
        private: all.private || row.classes.private,
        untrusted: all.untrusted || row.classes.untrusted,
        sends: all.sends || row.classes.sends,
        changes: all.changes || row.classes.changes,
    })
}

/// What a tool does, as the verb in its name tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToolVerb {
    /// Looks something up.
    Read,
    /// Changes something.
    Write,
    /// Sends something to others.
    Send,
    /// Destroys something.
    Destroy,
    /// Runs what it is given.
    Execute,
    /// Moves money.
    Pay,
    /// Hands out access.
    Grant,
}

impl ToolVerb {
    /// True for what cannot be taken back.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Destroy | Self::Execute | Self::Pay | Self::Grant)
    }

    /// Words for messages, after "it".
    pub fn describe(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Write => "changes what is stored",
            Self::Send => "sends to others",
            Self::Destroy => "destroys what cannot be brought back",
            Self::Execute => "runs what the model writes",
            Self::Pay => "moves money",
            Self::Grant => "hands out access",
        }
    }
}

/// What a tool of this name does: the first verb in it decides, so that `list_deleted_files`
/// reads.
pub fn tool_verb(name: &str) -> Option<ToolVerb> {
    static ROWS: OnceLock<Vec<(&'static str, ToolVerb)>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let verb = |row: Vec<&'static str>| -> Option<(&'static str, ToolVerb)> {
            let [word, kind] = row.as_slice() else { return None };
            let kind = match *kind {
                "read" => ToolVerb::Read,
                "write" => ToolVerb::Write,
                "send" => ToolVerb::Send,
                "destroy" => ToolVerb::Destroy,
                "execute" => ToolVerb::Execute,
                "pay" => ToolVerb::Pay,
                "grant" => ToolVerb::Grant,
                _ => return None,
            };
            Some((*word, kind))
        };
        table::rows(include_str!("../data/tool-verbs.tsv")).filter_map(verb).collect()
    });
    words(name)
        .into_iter()
        .find_map(|word| rows.iter().find(|(known, _)| *known == word).map(|(_, verb)| *verb))
}

/// The words of a name in snake, kebab or camel case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = '_';
    for next in name.chars() {
        let starts = !before.is_alphanumeric() || (next.is_uppercase() && before.is_lowercase());
        if next.is_alphanumeric() {
            match found.last_mut() {
                Some(word) if !starts => word.extend(next.to_lowercase()),
                _ => found.push(next.to_lowercase().collect()),
            }
        }
        before = next;
    }
    found
}

/// What a scope gives that stands for everything of a service; `None` for a narrow one, and
/// for one that nobody knows.
pub fn oauth_scope(scope: &str) -> Option<&'static str> {
    static ROWS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let rows = table::rows(include_str!("../data/oauth-scopes.tsv"));
        rows.filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect()
    });
    rows.iter().find(|(known, _)| *known == scope).map(|(_, gives)| *gives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_verb_of_a_name_decides() {
        for (name, expected) in [
            ("delete_repository", Some(ToolVerb::Destroy)),
            ("list_deleted_files", Some(ToolVerb::Read)),
            ("get_delete_log", Some(ToolVerb::Read)),
            ("createIssue", Some(ToolVerb::Write)),
            ("execute-sql", Some(ToolVerb::Execute)),
            ("refundPayment", Some(ToolVerb::Pay)),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(tool_verb(name), expected, "{name}");
        }
    }

    #[test]
    fn tables_are_whole() {
        assert!(known_servers().len() > 100);
        assert!(known_servers().iter().all(|it| it.classes != ServerClasses::default()));
        assert_eq!(oauth_scope("read:issues"), None);
        assert!(oauth_scope("repo").is_some());
    }
}
