//! Where the root of a repository may be.

/// The folders that may be the root of the repository in which a file lies.
pub(crate) fn roots_of_file(path: &str) -> impl Iterator<Item = &str> {
    roots(model::path::folder(path))
}

/// The folders that may be the root of the repository in which a folder lies, the outermost
/// first. What is linted may be a part of a repository, or hold several.
pub(crate) fn roots(folder: &str) -> impl Iterator<Item = &str> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    [""].into_iter().chain(ends.filter_map(|it| folder.get(..it)))
}
