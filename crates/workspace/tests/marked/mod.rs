//! Small workspaces as one text: `--- path` starts a file, `«` and `»` stand around the token
//! of it that must be reported.

use nhilint_workspace::InputFile;

/// Path, text without marks, and the bytes that the marks stand around.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) token: Option<(usize, usize)>,
}

/// The files of a case.
pub(crate) fn files(text: &str) -> Vec<File> {
    let sections = text.split("--- ").skip(1);
    sections
        .map(|section| {
            let (path, marked) = section.split_once('\n').unwrap();
            let start = marked.find('«');
            let half = marked.replacen('«', "", 1);
            let end = half.find('»');
            let text = half.replacen('»', "", 1);
            File { path: path.to_owned(), text, token: start.zip(end) }
        })
        .collect()
}

/// The files of a case as inputs below a folder.
pub(crate) fn inputs(folder: &str, text: &str) -> Vec<InputFile> {
    let input =
        |it: File| InputFile { path: format!("{folder}{}", it.path).into(), text: it.text.into() };
    files(text).into_iter().map(input).collect()
}
