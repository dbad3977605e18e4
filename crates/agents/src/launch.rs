//! What a launch line really starts: wrappers taken off, packages and containers named.

use model::{Package, Sourced, WideAccess};

use crate::handover::Word;
use crate::{batch, package, powershell, reach, shell};

/// Wrappers inside wrappers that are taken off.
const WRAPPERS: usize = 8;

/// What a launch line starts.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    /// The line without wrappers; the first word is the program.
    pub(crate) words: Vec<Word>,
    /// What is fetched and run.
    pub(crate) package: Option<Package>,
    /// A shell interprets the line.
    pub(crate) shell: bool,
    /// The line downloads code and runs it.
    pub(crate) pipes_download: bool,
    /// Switches that give the server more than it needs.
    pub(crate) wide: Vec<Sourced<WideAccess>>,
    /// The remote server that the local process stands in for.
    pub(crate) remote: Option<Word>,
    /// Variables of the environment that a container is handed by name.
    pub(crate) forwarded: Vec<Word>,
    /// A wrapper resolves references to a secret manager.
    pub(crate) resolves_secrets: bool,
}

/// Programs that connect a local client to a remote server.
const BRIDGES: &[&str] = &[
    "mcp-remote",
    "supergateway",
    "mcp-proxy",
    "@modelcontextprotocol/mcp-remote",
    "mcp-remote-go",
];

/// Programs that run what follows `--` with secrets in its environment.
const SECRET_WRAPPERS: &[&str] =
    &["op", "doppler", "infisical", "dotenvx", "chamber", "aws-vault", "teller", "varlock", "vals"];

/// Analyses a command line that is already split into words.
pub(crate) fn analyse(words: Vec<Word>) -> Analysis {
    let mut found = Analysis { words, ..Analysis::default() };
    for _ in 0..WRAPPERS {
        if !unwrap(&mut found) {
            break;
        }
    }
    reach::of_arguments(&mut found);
    found
}

/// Takes one wrapper off; false when the program itself stands first.
fn unwrap(found: &mut Analysis) -> bool {
    let Some((first, rest)) = found.words.split_first() else { return false };
    let name = shell::base_name(&first.value);
    let inner = match name.as_str() {
        "env" | "sudo" | "nohup" | "nice" | "exec" | "command" | "time" | "stdbuf" => plain(rest),
        "cmd" => return batch_line(found),
        "sh" | "bash" | "zsh" | "dash" => return shell_line(found),
        "pwsh" | "powershell" => return powershell_line(found),
        it if SECRET_WRAPPERS.contains(&it) => {
            let inner = after_dashes(rest);
            found.resolves_secrets |= inner.is_some();
            inner
        }
        "dotenv" | "envmcp" => after_dashes(rest).or_else(|| plain(rest)),
        "npx" | "bunx" | "pnpx" => return npm_line(found, 1),
        "npm" | "pnpm" | "yarn" | "bun" | "corepack" => return package_manager(found),
        "uvx" => return python_line(found, 1),
        "uv" | "pipx" => return python_manager(found),
        "docker" | "podman" | "nerdctl" => return container(found),
        "go" => return go_line(found),
        "deno" => return deno_line(found),
        it if BRIDGES.contains(&it) => {
            bridge(found);
            return false;
        }
        _ => return false,
    };
    match inner.map(<[Word]>::to_vec) {
        Some(words) if !words.is_empty() => {
            found.words = words;
            true
        }
        _ => false,
    }
}

/// The words after options and assignments.
fn plain(words: &[Word]) -> Option<&[Word]> {
    let skip = words
        .iter()
        .take_while(|it| it.value.starts_with('-') || shell::is_assignment(&it.value))
        .count();
    words.get(skip..)
}

fn after_dashes(words: &[Word]) -> Option<&[Word]> {
    let at = words.iter().position(|it| it.value == "--")?;
    words.get(at + 1..)
}

/// `cmd /c npx …`, and `cmd /c "npx …"` with the whole line in one word.
fn batch_line(found: &mut Analysis) -> bool {
    let is_switch = |it: &Word| matches!(it.value.as_str(), "/c" | "/C" | "/k" | "/K");
    let Some(at) = found.words.iter().position(is_switch) else { return false };
    let rest = found.words.get(at + 1..).unwrap_or_default();
    let line: Vec<&str> = rest.iter().map(|it| it.value.as_str()).collect();
    found.pipes_download |= batch::runs_download(&line.join(" "), WRAPPERS);
    let words = match rest {
        [only] if only.value.contains(' ') => {
            let (snippet, path) = (&only.snippet, &only.path);
            let Some(last) = batch::commands(snippet.as_str()).pop() else { return false };
            let word = |it: batch::Word| Word::of(snippet, it.range, it.text, path);
            last.words.into_iter().map(word).collect()
        }
        words => words.to_vec(),
    };
    replaced(found, words)
}

/// `powershell -Command "…"`, or with the command's words behind the option.
fn powershell_line(found: &mut Analysis) -> bool {
    let rest = found.words.get(1..).unwrap_or_default();
    let texts: Vec<&str> = rest.iter().map(|it| it.value.as_str()).collect();
    let (first, line) = match powershell::told(&texts) {
        Some(powershell::Told::Line(first, line)) => (first, line),
        // What is encoded starts something that nobody can name.
        Some(powershell::Told::Encoded(line)) => {
            found.shell = true;
            found.pipes_download |= line.is_some_and(|it| powershell::runs_download(&it, WRAPPERS));
            return false;
        }
        None => return false,
    };
    found.shell = true;
    found.pipes_download |= powershell::runs_download(&line, WRAPPERS);
    let inner = rest.get(first..).unwrap_or_default();
    let words = match inner {
        [only] => {
            let (snippet, path) = (&only.snippet, &only.path);
            let word = |it: powershell::Word| Word::of(snippet, it.range, it.text, path);
            powershell::line(snippet.as_str()).command.into_iter().map(word).collect()
        }
        words => words.iter().skip_while(|it| it.value == "&").cloned().collect(),
    };
    replaced(found, words)
}

/// Goes on with the words of a line inside; false when there are none.
fn replaced(found: &mut Analysis, words: Vec<Word>) -> bool {
    let any = !words.is_empty();
    if any {
        found.words = words;
    }
    any
}

/// `sh -c "…"`: the line inside is what is started, as far as it is one command.
fn shell_line(found: &mut Analysis) -> bool {
    let rest = found.words.get(1..).unwrap_or_default();
    let line = rest
        .iter()
        .position(|it| matches!(it.value.as_str(), "-c" | "-lc" | "-ic"))
        .and_then(|at| rest.get(at + 1));
    let Some(line) = line else { return false };
    found.shell = true;
    found.pipes_download |= shell::runs_download(&line.value);
    // The raw text is lexed, so that places stay true; quotes of JSON are already gone.
    let (snippet, path) = (line.snippet.clone(), line.path.clone());
    let commands: Vec<_> = shell::pipelines(snippet.as_str()).into_iter().flatten().collect();
    let starts = |it: &Vec<shell::Word>| {
        shell::program(it).is_some_and(|(name, _)| {
            !matches!(name.as_str(), "cd" | "export" | "source" | "." | "set" | "echo" | "true")
        })
    };
    let Some(last) = commands.into_iter().rfind(starts) else { return false };
    let words: Vec<Word> = last
        .into_iter()
        .map(|it| Word::of(&snippet, it.range, it.text, &path))
        .skip_while(|it| shell::is_assignment(&it.value))
        .collect();
    if words.is_empty() {
        return false;
    }
    found.words = words;
    true
}

fn package_manager(found: &mut Analysis) -> bool {
    let Some(at) =
        found.words.iter().position(|it| matches!(it.value.as_str(), "exec" | "dlx" | "x"))
    else {
        return false;
    };
    npm_line(found, at + 1)
}

/// Options of npm's launchers that take a value.
const NPM_VALUES: &[&str] =
    &["-p", "--package", "-c", "--call", "-w", "--workspace", "--prefix", "--registry", "--cache"];

fn npm_line(found: &mut Analysis, from: usize) -> bool {
    let (spec, program) = launched(&found.words, from, NPM_VALUES, &["-p", "--package"]);
    named_package(found, spec, program, package::npm)
}

/// Options of uv and pipx that take a value.
const PYTHON_VALUES: &[&str] = &[
    "--from",
    "--with",
    "--python",
    "-p",
    "--index-url",
    "--index",
    "--extra-index-url",
    "--directory",
    "--project",
    "--spec",
    "--env-file",
    "--with-editable",
    "--with-requirements",
    "--refresh-package",
    "--prerelease",
    "--default-index",
    "--extra",
    "--group",
    "--package",
    "--link-mode",
];

fn python_line(found: &mut Analysis, from: usize) -> bool {
    let (spec, program) = launched(&found.words, from, PYTHON_VALUES, &["--from", "--spec"]);
    named_package(found, spec, program, package::pypi)
}

fn python_manager(found: &mut Analysis) -> bool {
    let value = |at: usize| found.words.get(at).map(|it| it.value.as_str());
    match (value(0).map(shell::base_name).as_deref(), value(1), value(2)) {
        (Some("uv"), Some("tool"), Some("run" | "x")) => python_line(found, 3),
        (Some("pipx"), Some("run"), _) => python_line(found, 2),
        _ => uv_run(found),
    }
}

/// `uv [options] run [options] program`: only `--with` fetches anything by name.
fn uv_run(found: &mut Analysis) -> bool {
    let Some(at) = found.words.iter().position(|it| it.value == "run") else { return false };
    let (spec, program) = launched(&found.words, at + 1, PYTHON_VALUES, &["--with"]);
    let with = spec.filter(|spec| program.is_some_and(|it| it != *spec));
    let Some(word) = with.and_then(|it| found.words.get(it)) else { return false };
    found.package = package::pypi(&word.value, word.snippet.place());
    false
}

/// Finds the word that names a package and the word that names the program: by an option
/// that says so, or else by position.
fn launched(
    words: &[Word],
    from: usize,
    with_value: &[&str],
    naming: &[&str],
) -> (Option<usize>, Option<usize>) {
    let (mut at, mut named) = (from, None);
    while let Some(word) = words.get(at) {
        let text = word.value.as_str();
        if text == "--" {
            at += 1;
            break;
        }
        if !text.starts_with('-') {
            break;
        }
        if naming.contains(&text) && named.is_none() {
            named = Some(at + 1);
        }
        at += if with_value.contains(&text) { 2 } else { 1 };
    }
    let program = (at < words.len()).then_some(at);
    (named.filter(|it| *it < words.len()).or(program), program)
}

fn named_package(
    found: &mut Analysis,
    spec: Option<usize>,
    program: Option<usize>,
    read: fn(&str, model::Place) -> Option<Package>,
) -> bool {
    let Some(word) = spec.and_then(|it| found.words.get(it)) else { return false };
    // The outermost launcher decides what is fetched.
    if found.package.is_none() {
        found.package = read(&word.value, word.snippet.place());
    }
    let Some(rest) = program.and_then(|it| found.words.get(it..)).map(<[Word]>::to_vec) else {
        return false;
    };
    let bridges = found.package.as_ref().is_some_and(|it| BRIDGES.contains(&it.name.as_str()));
    found.words = rest;
    if bridges {
        bridge(found);
        return false;
    }
    // A package that is itself a wrapper (`npx envmcp …`) goes on.
    true
}

/// The URL that a bridge connects to.
fn bridge(found: &mut Analysis) {
    let url = |it: &&Word| it.value.starts_with("http://") || it.value.starts_with("https://");
    found.remote = found.words.iter().skip(1).find(url).cloned();
}

/// Options of `docker run` that take a value.
const CONTAINER_VALUES: &[&str] = &[
    "-e",
    "--env",
    "-v",
    "--volume",
    "--mount",
    "-p",
    "--publish",
    "--name",
    "--network",
    "--net",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "--entrypoint",
    "--env-file",
    "--add-host",
    "--cap-add",
    "--cap-drop",
    "--label",
    "-l",
    "--memory",
    "-m",
    "--cpus",
    "--platform",
    "--pull",
    "--pid",
    "--ipc",
    "--security-opt",
    "--tmpfs",
    "--restart",
    "--hostname",
    "-h",
    "--device",
    "--gpus",
    "--ulimit",
    "--log-driver",
    "--log-opt",
    "--dns",
    "--expose",
    "--link",
    "--runtime",
    "--shm-size",
    "--volumes-from",
    "--ip",
    "--userns",
    "--group-add",
    "--annotation",
    "--cidfile",
    "--stop-timeout",
];

fn container(found: &mut Analysis) -> bool {
    let Some(run) = found.words.iter().take(4).position(|it| it.value == "run") else {
        return false;
    };
    // `docker mcp gateway run` starts Docker's own gateway, no image.
    if found.words.get(1).is_some_and(|it| it.value == "mcp") {
        return false;
    }
    let mut at = run + 1;
    while let Some(word) = found.words.get(at) {
        let text = word.value.clone();
        if !text.starts_with('-') {
            break;
        }
        let (name, inline) = match text.split_once('=') {
            Some((name, _)) if name.starts_with("--") => (name.to_owned(), true),
            _ => (text, false),
        };
        let separate = !inline && CONTAINER_VALUES.contains(&name.as_str());
        let value =
            if separate { found.words.get(at + 1).cloned() } else { found.words.get(at).cloned() };
        let value = value.map(|it| if inline { option_value(it, name.len() + 1) } else { it });
        reach::of_container_option(found, &name, value.as_ref(), at);
        if let Some(value) =
            value.filter(|it| matches!(name.as_str(), "-e" | "--env") && shell::is_name(&it.value))
        {
            found.forwarded.push(value);
        }
        at += if separate { 2 } else { 1 };
    }
    let Some(image) = found.words.get(at) else { return false };
    found.package = Some(package::image(&image.value, image.snippet.place()));
    found.words = found.words.get(at..).unwrap_or_default().to_vec();
    false
}

fn option_value(word: Word, from: usize) -> Word {
    let value = word.value.get(from..).unwrap_or("").to_owned();
    Word { snippet: word.snippet.tail(from), value, path: word.path }
}

fn go_line(found: &mut Analysis) -> bool {
    if found.words.get(1).is_none_or(|it| it.value != "run") {
        return false;
    }
    if let Some(word) = found.words.iter().skip(2).find(|it| !it.value.starts_with('-')) {
        found.package = package::go(&word.value, word.snippet.place());
    }
    false
}

fn deno_line(found: &mut Analysis) -> bool {
    if let Some(word) = found.words.iter().find(|it| it.value.starts_with("npm:")) {
        found.package = package::npm(&word.value, word.snippet.place());
    }
    false
}
