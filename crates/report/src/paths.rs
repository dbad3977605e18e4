//! How paths are written: relative to the working directory, with `/`.

/// Turns paths of a report, which are relative to the workspace root, into paths that a
/// person in the working directory can open.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    root: Vec<String>,
    here: Vec<String>,
}

impl Paths {
    /// Both are absolute, without `.` and `..`. Equal ones leave every path as it is.
    pub fn new(root: &str, here: &str) -> Self {
        Self { root: segments(root), here: segments(here) }
    }

    /// A path of the report as it is shown. One that begins like a command to a CI runner, which
    /// reads every line of a log, begins with `./` instead.
    pub fn shown(&self, path: &str) -> String {
        let shown = self.relative(path);
        if shown.trim_start().starts_with(['#', ':']) { format!("./{shown}") } else { shown }
    }

    fn relative(&self, path: &str) -> String {
        if self.root == self.here || path.is_empty() || path.starts_with('/') {
            return path.to_owned();
        }
        let mut target: Vec<&str> = self.root.iter().map(String::as_str).collect();
        target.extend(path.split('/').filter(|it| *it != "."));
        let common = target.iter().zip(&self.here).take_while(|(a, b)| **a == b.as_str()).count();
        let up = std::iter::repeat_n("..", self.here.len() - common);
        let down = target.iter().skip(common).copied();
        let shown: Vec<&str> = up.chain(down).collect();
        if shown.is_empty() { ".".to_owned() } else { shown.join("/") }
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split(['/', '\\']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        for (root, here, path, expected) in [
            ("/w", "/w", "a/b.tf", "a/b.tf"),
            ("/w", "/w/a", "a/b.tf", "b.tf"),
            ("/w", "/w/a/c", "a/b.tf", "../b.tf"),
            ("/w/demo", "/w", "b.tf", "demo/b.tf"),
            ("/x/y", "/w", "b.tf", "../x/y/b.tf"),
            ("/w/a", "/w", "", ""),
            ("/w/a", "/w", ".", "a"),
            ("/w", "/w/a", ".", ".."),
            ("/w", "/w", ".", "."),
            ("/w", "/w", "::error::x.tf", "./::error::x.tf"),
            ("/w/ ::a", "/w", "x.tf", "./ ::a/x.tf"),
        ] {
            assert_eq!(Paths::new(root, here).shown(path), expected, "{root} {here} {path}");
        }
    }
}
