//! How references are written, and which client replaces which of them.
//!
//! The same `${TOKEN}` is a variable for one client and literal text for another. A reference
//! that is sent as text makes people paste the secret, so it is worth telling.

/// A notation for "the value is somewhere else".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notation {
    /// `${VAR}`
    Braced,
    /// `${VAR:-default}`
    BracedDefault,
    /// `$VAR`
    Bare,
    /// `${env:VAR}`
    EnvColon,
    /// `${input:id}`
    Input,
    /// `${workspaceFolder}`, `${userHome}`, `${config:…}`, `${command:…}`: never a secret.
    Editor,
    /// `{env:VAR}`
    CurlyEnv,
    /// `{file:path}`
    CurlyFile,
    /// `${{ secrets.X }}`
    Actions,
    /// `{{ X }}`
    Mustache,
    /// `%VAR%`
    Percent,
    /// `$(cmd)`
    Command,
    /// `${user_config.KEY}`
    UserConfig,
    /// `os.environ/VAR`, which only LiteLLM knows.
    OsEnviron,
}

/// Which notations a client replaces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expands {
    /// Those it documents.
    pub(crate) yes: &'static [Notation],
    /// Those it replaces in some version or mode, or where nobody knows.
    pub(crate) maybe: &'static [Notation],
    /// True when the client's list is documented, so that what is not in it stays literal.
    pub(crate) complete: bool,
}

use Notation::*;

impl Expands {
    /// Nothing is known about the client.
    pub(crate) const UNKNOWN: Self = Self { yes: &[], maybe: &[], complete: false };
    /// The client replaces nothing.
    pub(crate) const NOTHING: Self = Self { yes: &[], maybe: &[], complete: true };
    /// Claude Code, and the clients that share its `.mcp.json`.
    pub(crate) const CLAUDE: Self =
        Self { yes: &[Braced, BracedDefault, UserConfig], maybe: &[Input], complete: true };
    /// VS Code.
    pub(crate) const VSCODE: Self =
        Self { yes: &[EnvColon, Input, Editor], maybe: &[], complete: true };
    /// Copilot's cloud agent and command line.
    pub(crate) const COPILOT: Self =
        Self { yes: &[Braced, BracedDefault, Bare, Actions], maybe: &[Input], complete: true };
    /// Cursor: the editor knows `${env:X}`, its command line `${X}` too.
    pub(crate) const CURSOR: Self =
        Self { yes: &[EnvColon, Editor], maybe: &[Braced], complete: true };
    /// Windsurf, Cline, Roo and Kilo.
    pub(crate) const ENV_COLON: Self =
        Self { yes: &[EnvColon, Editor], maybe: &[], complete: true };
    /// Gemini and Qwen.
    pub(crate) const GEMINI: Self =
        Self { yes: &[Braced, BracedDefault, Bare], maybe: &[Percent], complete: true };
    /// Kiro.
    pub(crate) const KIRO: Self = Self { yes: &[Braced], maybe: &[], complete: true };
    /// OpenCode and the new Kilo.
    pub(crate) const OPENCODE: Self =
        Self { yes: &[CurlyEnv, CurlyFile], maybe: &[], complete: true };
    /// Crush, which has a shell expand its values.
    pub(crate) const CRUSH: Self =
        Self { yes: &[Braced, BracedDefault, Bare, Command], maybe: &[], complete: true };
    /// Continue.
    pub(crate) const CONTINUE: Self =
        Self { yes: &[Actions, EnvColon], maybe: &[], complete: true };
    /// LibreChat.
    pub(crate) const LIBRECHAT: Self =
        Self { yes: &[Braced, Mustache], maybe: &[], complete: false };
    /// OpenClaw.
    pub(crate) const OPENCLAW: Self = Self { yes: &[Braced], maybe: &[], complete: false };
    /// A command line that a POSIX shell reads.
    pub(crate) const SHELL: Self =
        Self { yes: &[Braced, BracedDefault, Bare, Command], maybe: &[], complete: true };

    /// Whether the client replaces `notation`; `None` when nobody knows.
    pub(crate) fn expands(&self, notation: Notation) -> Option<bool> {
        if self.yes.contains(&notation) {
            Some(true)
        } else if self.maybe.contains(&notation) || !self.complete {
            None
        } else {
            Some(false)
        }
    }

    /// How this client refers to a variable, when it can.
    pub(crate) fn preferred(&self) -> Option<Notation> {
        self.yes.iter().copied().find(|it| matches!(it, Braced | EnvColon | CurlyEnv))
    }
}

impl Notation {
    /// The reference to a variable; `None` for what refers to something else.
    pub(crate) fn reference(self, name: &str) -> Option<String> {
        Some(match self {
            Braced => format!("${{{name}}}"),
            EnvColon => format!("${{env:{name}}}"),
            CurlyEnv => format!("{{env:{name}}}"),
            Actions => format!("${{{{ secrets.{name} }}}}"),
            OsEnviron => format!("os.environ/{name}"),
            _ => return None,
        })
    }
}

/// The first reference notation in a text.
pub(crate) fn notation(text: &str) -> Option<Notation> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let rest = text.get(at..).unwrap_or("");
        let found = match byte {
            b'$' => dollar(rest),
            b'{' if at == 0 || bytes.get(at - 1) != Some(&b'$') => curly(rest),
            b'%' => percent(rest),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn dollar(rest: &str) -> Option<Notation> {
    let after = rest.strip_prefix('$')?;
    if after.starts_with("{{") {
        return Some(Actions);
    }
    if after.starts_with('(') {
        return Some(Command);
    }
    if let Some(inner) = after.strip_prefix('{') {
        let (inner, _) = inner.split_once('}')?;
        return Some(braced(inner));
    }
    let name = after.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
    let starts = after.bytes().next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_');
    (starts && name > 1).then_some(Bare)
}

fn braced(inner: &str) -> Notation {
    if inner.starts_with("env:") {
        EnvColon
    } else if inner.starts_with("input:") {
        Input
    } else if inner.starts_with("user_config.") {
        UserConfig
    } else if ["workspaceFolder", "userHome", "config:", "command:", "pathSeparator", "/"]
        .iter()
        .any(|it| inner.starts_with(it))
    {
        Editor
    } else if inner.contains(":-") {
        BracedDefault
    } else {
        Braced
    }
}

fn curly(rest: &str) -> Option<Notation> {
    if rest.starts_with("{env:") {
        Some(CurlyEnv)
    } else if rest.starts_with("{file:") {
        Some(CurlyFile)
    } else if rest.starts_with("{{") && rest.contains("}}") {
        Some(Mustache)
    } else {
        None
    }
}

fn percent(rest: &str) -> Option<Notation> {
    let (name, _) = rest.strip_prefix('%')?.split_once('%')?;
    let plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    // `%20` and its like are escapes of a URL, not variables.
    (name.len() > 2 && plain && name.bytes().any(|it| it.is_ascii_uppercase())).then_some(Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_are_told_apart() {
        for (text, expected) in [
            ("plain", None),
            ("${TOKEN}", Some(Braced)),
            ("Bearer ${TOKEN:-x}", Some(BracedDefault)),
            ("$TOKEN", Some(Bare)),
            ("a$", None),
            ("$1", None),
            ("${env:TOKEN}", Some(EnvColon)),
            ("${input:token}", Some(Input)),
            ("${workspaceFolder}/x", Some(Editor)),
            ("{env:TOKEN}", Some(CurlyEnv)),
            ("{file:~/.token}", Some(CurlyFile)),
            ("${{ secrets.X }}", Some(Actions)),
            ("{{ TOKEN }}", Some(Mustache)),
            ("%TOKEN%", Some(Percent)),
            ("a%20b%20c", None),
            ("$(op read x)", Some(Command)),
            ("{\"a\":1}", None),
        ] {
            assert_eq!(notation(text), expected, "{text}");
        }
    }
}
