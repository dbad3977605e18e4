//! What clients call their tools.

use model::ToolClass::{self, Any, Delegate, Network, Other, Read, Shell, Write};

/// Names of built-in tools, in lower case without separators. From the clients' own
/// documentation; a name that is not here is some other tool.
const NAMES: &[(&str, ToolClass)] = &[
    ("*", Any),
    ("all", Any),
    ("@builtin", Any),
    ("builtin", Any),
    // Commands.
    ("bash", Shell),
    ("powershell", Shell),
    ("shell", Shell),
    ("execute", Shell),
    ("executebash", Shell),
    ("executecmd", Shell),
    ("executecommand", Shell),
    ("runshellcommand", Shell),
    ("shelltool", Shell),
    ("terminal", Shell),
    ("runinterminal", Shell),
    ("runcommand", Shell),
    ("runcommands", Shell),
    ("runtask", Shell),
    ("runtasks", Shell),
    ("command", Shell),
    ("localshell", Shell),
    ("unsandboxed", Shell),
    // Files.
    ("read", Read),
    ("glob", Read),
    ("grep", Read),
    ("ls", Read),
    ("list", Read),
    ("notebookread", Read),
    ("readfile", Read),
    ("readmanyfiles", Read),
    ("listdirectory", Read),
    ("searchfilecontent", Read),
    ("fsread", Read),
    ("search", Read),
    ("codebase", Read),
    ("usages", Read),
    ("problems", Read),
    ("changes", Read),
    ("edit", Write),
    ("write", Write),
    ("multiedit", Write),
    ("notebookedit", Write),
    ("editfiles", Write),
    ("editfile", Write),
    ("createfile", Write),
    ("writefile", Write),
    ("replace", Write),
    ("fswrite", Write),
    ("applypatch", Write),
    ("patch", Write),
    // Network.
    ("webfetch", Network),
    ("websearch", Network),
    ("fetch", Network),
    ("web", Network),
    ("googlewebsearch", Network),
    ("url", Network),
    ("readurl", Network),
    ("executeurl", Network),
    ("browser", Network),
    ("openbrowserpage", Network),
    // Other agents.
    ("task", Delegate),
    ("agent", Delegate),
    ("customagent", Delegate),
    ("subagent", Delegate),
    ("runsubagent", Delegate),
    ("delegate", Delegate),
];

/// The kind of a tool by its name.
pub(crate) fn class_of(name: &str) -> ToolClass {
    let plain: String = name
        .chars()
        .filter(|it| !matches!(it, '_' | '-' | ' '))
        .collect::<String>()
        .to_ascii_lowercase();
    NAMES.iter().find(|(it, _)| *it == plain).map_or(Other, |(_, class)| *class)
}
