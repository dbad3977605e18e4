//! Paths inside the workspace, as text with `/`.

/// The last component of a path.
pub fn name(path: &str) -> &str {
    split(path).1
}

/// The last component of a path as any system writes it, with `/` or `\`.
pub fn foreign_name(path: &str) -> &str {
    let at = memchr::memrchr2(b'/', b'\\', path.as_bytes());
    at.and_then(|it| path.get(it + 1..)).unwrap_or(path)
}

/// The folder of a path; empty for what lies in the workspace's root.
pub fn folder(path: &str) -> &str {
    split(path).0
}

/// The folder, empty for the workspace's root, and the last component. Asked many times of every
/// file, which is why the slash is not looked for character by character.
pub fn split(path: &str) -> (&str, &str) {
    let at = memchr::memrchr(b'/', path.as_bytes());
    at.and_then(|it| Some((path.get(..it)?, path.get(it + 1..)?))).unwrap_or(("", path))
}

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
    fn paths_have_a_folder_and_a_name() {
        for (path, of, at) in
            [("a/b/c.tf", "a/b", "c.tf"), ("c", "", "c"), ("/", "", ""), ("é/", "é", "")]
        {
            assert_eq!((folder(path), name(path)), (of, at), "{path}");
            assert_eq!(foreign_name(path), at, "{path}");
        }
        for (path, at) in [("C:\\a\\b.exe", "b.exe"), ("a\\b/c", "c"), ("a/b\\c", "c")] {
            assert_eq!(foreign_name(path), at, "{path}");
        }
    }

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
