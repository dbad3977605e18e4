//! Path patterns of the client table, matched from the end of a path.
//!
//! A workspace-relative path, a path below a home folder and an absolute path all end the
//! same way, so `.cursor/mcp.json` is found wherever the linted folder starts.

/// True when the last components of `path` match `pattern`.
///
/// `*` stands for any characters inside one component, `**` for any number of components.
/// Recursion is bounded by the pattern, which is one of ours. Nothing is allocated: every file
/// of a workspace is held against some rows.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let (before, last) = match pattern.rsplit_once('/') {
        Some((before, last)) => (Some(before), last),
        None => (None, pattern),
    };
    let earlier_match = |path: &str| before.is_none_or(|it| matches(it, path));
    if last == "**" {
        let mut rest = Some(path);
        while let Some(path) = rest {
            if earlier_match(path) {
                return true;
            }
            rest = split_last(path).map(|(rest, _)| rest);
        }
        return false;
    }
    split_last(path).is_some_and(|(rest, name)| component(last, name) && earlier_match(rest))
}

/// A path without its last component, and that; `None` when it has none.
fn split_last(path: &str) -> Option<(&str, &str)> {
    const SEPARATORS: [char; 2] = ['/', '\\'];
    let path = path.trim_end_matches(SEPARATORS);
    if path.is_empty() {
        return None;
    }
    let at = path.rfind(SEPARATORS).map_or(0, |it| it + 1);
    path.split_at_checked(at)
}

/// Matches one component.
pub(crate) fn component(pattern: &str, name: &str) -> bool {
    let Some((head, mut tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(head) else { return false };
    while let Some((middle, after)) = tail.split_once('*') {
        let Some(at) = rest.find(middle) else { return false };
        rest = rest.get(at + middle.len()..).unwrap_or("");
        tail = after;
    }
    rest.len() >= tail.len() && rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_the_end_of_a_path() {
        for (pattern, path, expected) in [
            (".mcp.json", ".mcp.json", true),
            (".mcp.json", "apps/web/.mcp.json", true),
            (".mcp.json", "x.mcp.json", false),
            ("*.mcp.json", "x.mcp.json", true),
            (".claude/agents/**/*.md", ".claude/agents/a.md", true),
            (".claude/agents/**/*.md", "x/.claude/agents/b/c/a.md", true),
            (".claude/agents/**/*.md", ".claude/a.md", false),
            (".codeium/windsurf/mcp_config.json", "~/.codeium/windsurf/mcp_config.json", true),
            (
                ".codeium/windsurf/mcp_config.json",
                "C:\\U\\.codeium\\windsurf\\mcp_config.json",
                true,
            ),
            ("mcp-*.json", "mcp-prod.json", true),
            ("mcp-*.json", "mcp.json", false),
            ("*.agent.md", ".agent.md", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxc", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
