//! Paths inside the workspace, as text with `/`.

pub(crate) use model::path::{folder, name};

/// Stands for the place of the workspace in absolute paths, which is not known.
pub(crate) const ROOT: &str = "/.nhilint-workspace";

/// `relative` seen from the folder `base`, without `.` and `..`; `None` when it is absolute
/// or leaves the workspace.
pub(crate) fn join(base: &str, relative: &str) -> Option<String> {
    if let Some(inside) = relative.strip_prefix(ROOT)
        && (inside.is_empty() || inside.starts_with('/'))
    {
        return join("", inside.trim_start_matches('/'));
    }
    if relative.starts_with(['~', '\\']) || relative.contains(['\0', ':']) {
        return None;
    }
    model::follow(base, relative)
}

/// The way from one folder to another: `.`, `modules/a`, `../b`.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let split = |it: &str| it.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let (from, to): (Vec<String>, Vec<String>) = (split(from), split(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let way: Vec<&str> = up.chain(to.iter().skip(common).map(String::as_str)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_inside_the_workspace_only() {
        assert_eq!(join("a/b", "../c.json").as_deref(), Some("a/c.json"));
        assert_eq!(join("", "./x").as_deref(), Some("x"));
        assert_eq!(join("a", "../../x"), None);
        assert_eq!(join("a", "/etc/passwd"), None);
        assert_eq!(join("a", "~/.ssh/id_rsa"), None);
    }

    #[test]
    fn finds_the_way_between_folders() {
        assert_eq!(relative("infra", "infra"), ".");
        assert_eq!(relative("infra", "modules/a"), "../modules/a");
        assert_eq!(relative("", "modules/a"), "modules/a");
    }
}
