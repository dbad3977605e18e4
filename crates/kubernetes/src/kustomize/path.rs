//! Paths of kustomizations, from the root of the workspace.

pub(super) use model::path::{folder, name};

/// What a path in a kustomization leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A path in the workspace, without `.` and `..`; empty for its root.
    Inside(String),
    /// Out of the workspace.
    Escapes,
    /// Something that has to be fetched.
    Remote,
}

/// Follows a path from a folder.
pub(super) fn resolve(folder: &str, path: &str) -> Target {
    if is_remote(path) {
        return Target::Remote;
    }
    if path.contains(['\\', '\0']) {
        return Target::Escapes;
    }
    model::follow(folder, path).map_or(Target::Escapes, Target::Inside)
}

/// True for what git or HTTP would have to fetch.
fn is_remote(path: &str) -> bool {
    const HOSTS: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "git@"];
    path.contains("://")
        || path.contains("?ref=")
        || path.starts_with("git::")
        || HOSTS.iter().any(|it| path.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_from_the_folder_of_the_kustomization() {
        let inside = |it: &str| Target::Inside(it.to_owned());
        for (folder, path, expected) in [
            ("k/overlays/prod", "../../base", inside("k/base")),
            ("k/overlays/prod", "./role.yaml", inside("k/overlays/prod/role.yaml")),
            ("k", "..", inside("")),
            ("k", "../..", Target::Escapes),
            ("", "../x", Target::Escapes),
            ("k", "/etc/passwd", Target::Escapes),
            ("k", "https://example.com/x.yaml", Target::Remote),
            ("k", "github.com/o/r/config?ref=v1", Target::Remote),
            ("k", "git@example.com:o/r.git", Target::Remote),
            ("k", "ssh://git@example.com/o/r", Target::Remote),
        ] {
            assert_eq!(resolve(folder, path), expected, "{folder} {path}");
        }
    }
}
