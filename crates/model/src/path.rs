//! Paths inside the workspace, as text with `/`.

/// `path` seen from `folder`, without `.` and `..`; `None` when it is absolute or leaves the
/// workspace.
pub fn follow(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (folder, path, expected) in [
            ("", "a/b", Some("a/b")),
            ("a", "../b/./c", Some("b/c")),
            ("a/b", "../c.json", Some("a/c.json")),
            ("", "./x", Some("x")),
            ("a", "", Some("a")),
            ("a", "..", Some("")),
            ("a", "../../b", None),
            ("", "/etc/passwd", None),
        ] {
            assert_eq!(follow(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
