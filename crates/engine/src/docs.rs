//! Takes a rule's documentation apart: sections and runnable examples.

/// The documentation of a rule.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// One line.
    pub summary: String,
    /// Sections in order: heading, Markdown without examples.
    pub sections: Vec<(String, String)>,
    /// Examples in order.
    pub examples: Vec<Example>,
}

/// An example that runs as a test.
#[derive(Clone, Debug)]
pub struct Example {
    /// True when its marked lines must be reported; a good example must stay silent.
    pub bad: bool,
    /// The language of its fence: `tf`, `yaml`, `json`, `toml`, `md`.
    pub language: String,
    /// Its files. A line `# file: path` (or `// file: path`) starts another one.
    pub files: Vec<ExampleFile>,
    /// Line in the documentation, from 1.
    pub line: usize,
}

/// A file of an example.
#[derive(Clone, Debug)]
pub struct ExampleFile {
    /// Its path.
    pub path: String,
    /// Its text; markers are replaced by spaces, so offsets are those of the page.
    pub text: String,
    /// Marked lines, from 1, with the words that the message must contain.
    pub markers: Vec<(u32, String)>,
}

impl Docs {
    /// Reads documentation in the form that [`crate::rule!`] asks for.
    pub fn parse(text: &str) -> Self {
        let mut docs = Self::default();
        let mut fence: Option<(String, usize, Vec<&str>)> = None;
        for (index, raw) in text.lines().enumerate() {
            // A doc comment leaves one space before each line.
            let line = raw.strip_prefix(' ').unwrap_or(raw);
            if let Some((info, start, mut lines)) = fence.take() {
                if line.trim_end() == "```" {
                    docs.close_fence(&info, start, &lines);
                } else {
                    lines.push(line);
                    fence = Some((info, start, lines));
                }
            } else if let Some(info) = line.strip_prefix("```") {
                fence = Some((info.trim().to_owned(), index + 1, Vec::new()));
            } else {
                docs.add_line(line);
            }
        }
        for (_, body) in &mut docs.sections {
            *body = body.trim().to_owned();
        }
        docs
    }

    /// The Markdown of a section.
    pub fn section(&self, heading: &str) -> Option<&str> {
        self.sections.iter().find(|(it, _)| it == heading).map(|(_, body)| body.as_str())
    }

    fn add_line(&mut self, line: &str) {
        if let Some(heading) = line.strip_prefix("## ") {
            self.sections.push((heading.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = self.sections.last_mut() {
            body.push_str(line);
            body.push('\n');
        } else if self.summary.is_empty() {
            self.summary = line.trim().to_owned();
        }
    }

    fn close_fence(&mut self, info: &str, line: usize, lines: &[&str]) {
        let (language, kind) = info.split_once(',').unwrap_or((info, ""));
        let bad = match kind.trim() {
            "bad" => true,
            "good" => false,
            _ => {
                // Any other fence is prose: it belongs to its section.
                self.add_line(&format!("```{info}"));
                lines.iter().for_each(|it| self.add_line(it));
                self.add_line("```");
                return;
            }
        };
        let language = language.trim().to_owned();
        let files = split_files(&language, lines);
        self.examples.push(Example { bad, language, files, line });
    }
}

fn split_files(language: &str, lines: &[&str]) -> Vec<ExampleFile> {
    let mut files: Vec<ExampleFile> = Vec::new();
    for line in lines {
        let name = ["# file: ", "// file: ", "<!-- file: "]
            .iter()
            .find_map(|it| line.strip_prefix(it))
            .map(|it| it.trim_end_matches("-->").trim());
        if let Some(path) = name {
            files.push(ExampleFile::new(path));
            continue;
        }
        if files.is_empty() {
            files.push(ExampleFile::new(default_path(language)));
        }
        if let Some(file) = files.last_mut() {
            file.push_line(line);
        }
    }
    files
}

fn default_path(language: &str) -> &'static str {
    match language {
        "tf" | "hcl" => "main.tf",
        "yaml" => "manifest.yaml",
        "json" => ".mcp.json",
        "jsonc" => ".vscode/mcp.json",
        "toml" => ".codex/config.toml",
        "md" => ".claude/agents/agent.md",
        _ => "input.txt",
    }
}

impl ExampleFile {
    fn new(path: &str) -> Self {
        Self { path: path.to_owned(), text: String::new(), markers: Vec::new() }
    }

    fn push_line(&mut self, line: &str) {
        let number = u32::try_from(self.text.lines().count()).unwrap_or(u32::MAX) + 1;
        match split_marker(line) {
            Some((before, message)) => {
                self.text.push_str(before);
                let blanks = line.len() - before.len();
                self.text.extend(std::iter::repeat_n(' ', blanks));
                self.markers.push((number, message.to_owned()));
            }
            None => self.text.push_str(line),
        }
        self.text.push('\n');
    }
}

/// Splits `code  # error: words` into the code and the words.
fn split_marker(line: &str) -> Option<(&str, &str)> {
    for opening in ["# error", "// error", "<!-- error"] {
        let Some((before, after)) = line.rsplit_once(opening) else { continue };
        let after = after.trim_end_matches("-->").trim();
        if after.is_empty() {
            return Some((before, ""));
        }
        if let Some(message) = after.strip_prefix(':') {
            return Some((before, message.trim()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = " A summary.\n\n ## Why\n Because.\n\n ```tf,bad\n a = 1 # error: too one\n \
                        # file: b.tf\n b = 2\n ```\n ```tf,good\n a = 0\n ```\n ```text\n plain\n ```\n";

    #[test]
    fn sections_and_examples_are_told_apart() {
        let docs = Docs::parse(TEXT);
        assert_eq!(docs.summary, "A summary.");
        assert_eq!(docs.section("Why"), Some("Because.\n\n```text\nplain\n```"));
        assert_eq!(docs.examples.len(), 2);
    }

    #[test]
    fn markers_become_blanks_and_keep_offsets() {
        let docs = Docs::parse(TEXT);
        let files = &docs.examples[0].files;
        assert_eq!(files[0].markers, [(1, "too one".to_owned())]);
        assert_eq!(files[0].text, "a = 1                 \n");
        assert_eq!((files[1].path.as_str(), files[1].text.as_str()), ("b.tf", "b = 2\n"));
    }
}
