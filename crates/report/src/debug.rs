//! What the analysis saw, for people who look inside: facts and joins, one a line, with spans.
//! Never a secret: facts hold them in a type that does not print, and the text is masked once
//! more before it is written.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use engine::{Graph, Place, Report};
use model::{Knowledge, Party, Patterns, Sourced, Storage};

use crate::inventory::{lifetime, reach};
use crate::redact::Redactions;
use crate::view::View;
use crate::visible;

/// Writes all facts, by kind.
pub fn facts(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::default();
    // Writing to a string cannot fail.
    let _ = write_facts(view, &mut lines);
    lines.write_masked(view.report, out)
}

/// Writes how identities are joined with credentials, grants, trusts and each other.
pub fn graph(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::default();
    let _ = write_graph(view, &mut lines);
    lines.write_masked(view.report, out)
}

/// Lines of output. A line break in a name is not the end of one.
#[derive(Debug, Default)]
struct Lines {
    done: Vec<String>,
    open: String,
}

impl fmt::Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.open.push_str(text);
        Ok(())
    }
}

impl Lines {
    fn write_masked(self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let redactions = Redactions::new(report);
        for line in self.done {
            writeln!(out, "{}", visible(&redactions.masked(&line)))?;
        }
        Ok(())
    }
}

/// Writes the end of a line.
macro_rules! end {
    ($out:ident $(, $($argument:tt)+)?) => {{
        $(write!($out, $($argument)+)?;)?
        let line = std::mem::take(&mut $out.open);
        $out.done.push(line);
    }};
}

fn write_facts(view: &View<'_>, out: &mut Lines) -> fmt::Result {
    let facts = &view.report.facts;
    let at = |place| place_words(view, place);
    for it in &facts.identities {
        write!(out, "identity {} {} at {}", it.address, it.kind.id(), at(it.place))?;
        write!(out, " name={}", knowledge(&it.name))?;
        let owner = match &it.ownership.owner {
            Knowledge::Known(it) => format!("{} ({})", it.value.name, it.value.source.describe()),
            Knowledge::Unknown(_) => "unknown".to_owned(),
            Knowledge::Absent => "absent".to_owned(),
        };
        write!(out, " owner={owner}")?;
        if !it.aliases.is_empty() {
            write!(out, " aliases=[{}]", it.aliases.join(", "))?;
        }
        end!(out);
    }
    for it in &facts.credentials {
        write!(out, "credential {} {} at {}", it.address, it.kind.describe(), at(it.place))?;
        write!(out, " slot={:?}:{} expiry={}", it.slot.kind, it.slot.path, lifetime(it))?;
        match &it.storage {
            Storage::Literal(it) => {
                let class = (it.certainty, it.class);
                write!(out, " literal={} {class:?}", it.secret.redacted())?;
                write!(out, " written at {}", at(it.origin.place))?;
            }
            Storage::Reference(it) => write!(out, " {:?} to {}", it.syntax, it.target)?,
            other => write!(out, " {other:?}")?,
        }
        if let Some(holder) = &it.holder {
            write!(out, " holder={}", party(holder))?;
        }
        end!(out);
    }
    for it in &facts.exposures {
        write!(out, "exposure {} {} at {}", it.address, it.field, at(it.origin.place))?;
        end!(out, " {:?} source={}", it.kind, it.source.as_deref().unwrap_or("?"));
    }
    for it in &facts.grants {
        write!(out, "grant {} {:?} {:?} at {}", it.address, it.system, it.effect, at(it.place))?;
        write!(out, " actions={} resources={}", patterns(&it.actions), patterns(&it.resources))?;
        write!(out, " role={} reach={}", knowledge(&it.role), reach(it.reach))?;
        end!(out, " carrier={:?} principals=[{}]", it.carrier, parties(&it.principals));
    }
    for it in &facts.trusts {
        write!(out, "trust {} {:?} at {}", it.address, it.mechanism, at(it.place))?;
        writeln!(
            out,
            " identity={} principals=[{}]",
            party(&it.identity),
            parties(&it.principals)
        )?;
    }
    for it in &facts.uses {
        let (from, to) = (party(&it.from), party(&it.to));
        end!(out, "use {from} {:?} {to} at {}", it.mode, at(it.place));
    }
    for it in &facts.tool_servers {
        write!(out, "tool-server {} {} at {}", it.address, it.client, at(it.place))?;
        end!(out, " authentication={:?} enabled={}", it.authentication, it.enabled);
    }
    for it in &facts.guards {
        write!(out, "guard {} {} at {}", it.agent, it.setting, at(it.place))?;
        end!(out, " {:?} effective={}", it.kind, it.effective);
    }
    for it in &facts.resources {
        end!(out, "resource {} {} at {}", it.address, it.kind, at(it.place));
    }
    for it in &facts.notes {
        end!(out, "note {:?} at {} {}", it.kind, at(it.place), it.message);
    }
    for it in &view.report.problems {
        end!(out, "problem {:?} at {} {}", it.kind, at(it.place), it.message);
    }
    Ok(())
}

fn write_graph(view: &View<'_>, out: &mut Lines) -> fmt::Result {
    let graph = Graph::new(&view.report.facts);
    for identity in &view.report.facts.identities {
        let kind = identity.kind.id();
        end!(out, "{} ({kind}) at {}", identity.address, place_words(view, identity.place));
        for it in graph.credentials_of(identity) {
            end!(out, "  proves itself with {}", it.address);
        }
        for it in graph.grants_of(identity) {
            end!(out, "  may {} by {}", patterns(&it.actions), it.address);
        }
        for it in graph.trusts_of(identity) {
            end!(out, "  can be become by [{}] by {}", parties(&it.principals), it.address);
        }
        for it in graph.uses_from(identity) {
            let joined = graph.identity(&it.to).is_some();
            let end = if joined { "" } else { " (not declared here)" };
            end!(out, "  {:?} {}{end}", it.mode, party(&it.to));
        }
        for it in graph.uses_of(identity) {
            end!(out, "  is used by {}", party(&it.from));
        }
        let reached = graph.acts_as(identity);
        let reached: Vec<String> =
            reached.iter().skip(1).map(|it| it.address.to_string()).collect();
        if !reached.is_empty() {
            end!(out, "  can act as {}", reached.join(", "));
        }
    }
    Ok(())
}

/// `path:line:column (start..end)`.
fn place_words(view: &View<'_>, place: Place) -> String {
    let (start, _) = view.report.sources.range(place);
    let path = view.paths.shown(view.report.sources.path(place.file));
    format!("{path}:{}:{} ({:?})", start.line, start.column, place.span)
}

fn knowledge(it: &Knowledge<String>) -> String {
    match it {
        Knowledge::Known(it) => format!("{:?}", it.value),
        Knowledge::Unknown(_) => "unknown".to_owned(),
        Knowledge::Absent => "absent".to_owned(),
    }
}

fn patterns(patterns: &Patterns) -> String {
    if !patterns.stated {
        return "absent".to_owned();
    }
    let items: Vec<String> = patterns.texts().map(|it| format!("{it:?}")).collect();
    let negated = if patterns.negated { "not " } else { "" };
    let partial = if patterns.partial { " and unknown ones" } else { "" };
    format!("{negated}[{}]{partial}", items.join(", "))
}

fn parties(all: &[Sourced<Party>]) -> String {
    all.iter().map(|it| party(&it.value)).collect::<Vec<_>>().join(", ")
}

fn party(it: &Party) -> String {
    match it {
        Party::Address(address) => address.to_string(),
        Party::Named { kind, name } => format!("{} {name:?}", kind.id()),
        Party::Everyone => "everyone".to_owned(),
        Party::EveryoneBut => "everyone but some".to_owned(),
        Party::Authenticated => "everyone signed in".to_owned(),
        Party::Account(name) => format!("account {name:?}"),
        Party::Service(name) => format!("service {name:?}"),
        Party::Federated(name) => format!("issuer {name:?}"),
        Party::Unknown => "unknown".to_owned(),
    }
}
