//! Crush's script: a file of shell commands, each of which configures something.
//!
//! <https://github.com/charmbracelet/crush>, read 2026-08. Nothing in it is run.

use model::{
    Authentication, Effect, IdentityKind, Knowledge, Launch, Origin, Patterns, SlotKind, Sourced,
    ToolServer, Transport, UseMode,
};
use syntax::Kind;

use crate::handover::Word;
use crate::lowering::{Lowering, Snippet};
use crate::permission::{self, Place};
use crate::{join, launch, sameness, shell};

/// What a line says about one server.
#[derive(Default)]
struct Stated {
    words: Vec<Word>,
    url: Option<Word>,
    proves: bool,
}

impl Lowering<'_> {
    pub(super) fn crush_script(&mut self) {
        let Some(body) = self.source.tree.documents().nth(1) else { return };
        let Some(snippet) = self.snippet(body).filter(|_| body.kind() == Kind::String) else {
            return;
        };
        let text = snippet.as_str().to_owned();
        let taker = self.agent_taker("", body);
        self.hand_over_command(&snippet, "crushrc", SlotKind::SavedCommand, &taker);
        let region = self.place(body);
        for (at, command) in shell::pipelines(&text).into_iter().flatten().enumerate() {
            let words: Vec<&str> = command.iter().map(|it| it.text.as_str()).collect();
            let effect = match words.get(..2) {
                Some(["permissions", "allow"]) => Effect::Allow,
                Some(["permissions", "deny"]) => Effect::Deny,
                Some(["mcp", "add"]) => {
                    self.added_server(&snippet, command);
                    continue;
                }
                _ => continue,
            };
            for (index, word) in command.iter().enumerate().skip(2) {
                let part = snippet.part(word.range.clone());
                let path = format!("permissions[{at}][{index}]");
                self.permission_text(&part, &path, effect, region, |it| {
                    permission::read_claude(it, Place::ToolList)
                });
            }
        }
    }

    /// `mcp add NAME --type … --command … --args … --url … --header NAME VALUE`.
    fn added_server(&mut self, script: &Snippet, command: Vec<shell::Word>) {
        let mut words =
            command.into_iter().skip(2).map(|it| Word::of(script, it.range, it.text, "mcp"));
        let Some(name) = words.next().filter(|it| !it.value.starts_with('-')) else { return };
        let stated = stated(words);
        if stated.words.is_empty() && stated.url.is_none() {
            return;
        }
        self.declare_agent();
        let address = self.address(&format!("mcp.{}", name.value));
        let place = name.snippet.place();
        let analysis = launch::analyse(stated.words);
        let known =
            |it: &Word| Knowledge::Known(Sourced::new(it.value.clone(), it.snippet.origin()));
        let plain = |it: &Word| !it.value.contains('$');
        let url = match stated.url.filter(plain) {
            Some(it) => {
                let bare = sameness::bare_url(&it.value);
                Knowledge::Known(Sourced::new(bare, it.snippet.origin()))
            }
            None => Knowledge::Absent,
        };
        let (transport, authentication) = match (url.is_absent(), stated.proves) {
            (true, _) => (Transport::Stdio, Authentication::Unknown),
            (false, true) => (Transport::Http, Authentication::Credential),
            (false, false) => (Transport::Http, Authentication::None),
        };
        // Arguments may hold secrets, which are on record by themselves; only the program counts.
        let launch = analysis.words.first().map(|program| Launch {
            command: known(program),
            package: analysis.package.clone(),
            shell: analysis.shell,
            pipes_download: analysis.pipes_download,
            ..Launch::default()
        });
        let folder = join::project(self.source.path);
        let server = ToolServer {
            address: address.clone(),
            name: name.value.clone(),
            agent: Some(self.agent.clone()),
            client: self.format.client,
            scope: self.scope,
            transport: Knowledge::Known(Sourced::new(transport, Origin::at(place))),
            sameness: sameness::of(launch.as_ref(), &url, &name.value, &folder),
            launch,
            url,
            authentication,
            tools: Patterns::default(),
            auto_approved: Patterns::default(),
            enabled: true,
            wide_access: analysis.wide,
            place,
            region: place,
        };
        let label = Knowledge::Known(Sourced::at(name.value, place));
        let identity =
            self.identity(address.clone(), IdentityKind::ToolServer, label, place, place);
        self.facts.identities.push(identity);
        self.uses(address, UseMode::CallsTool, place);
        self.facts.tool_servers.push(server);
    }
}

/// Sorts the options of a line.
fn stated(mut words: impl Iterator<Item = Word>) -> Stated {
    let mut found = Stated::default();
    let mut arguments = Vec::new();
    while let Some(option) = words.next() {
        match option.value.as_str() {
            "--command" => found.words.splice(0..0, words.next()).for_each(drop),
            // One text with all of them.
            "--args" => {
                let Some(line) = words.next() else { break };
                let inner = shell::words(line.snippet.as_str());
                arguments.extend(
                    inner.into_iter().map(|it| Word::of(&line.snippet, it.range, it.text, "mcp")),
                );
            }
            "--url" => found.url = words.next(),
            "--header" => {
                let named = words.next();
                let _value = words.next();
                found.proves |=
                    named.is_some_and(|it| crate::handover::header_names_credential(&it.value));
            }
            "--env" => {
                words.next();
                words.next();
            }
            _ => {}
        }
    }
    if !found.words.is_empty() {
        found.words.extend(arguments);
    }
    found
}
