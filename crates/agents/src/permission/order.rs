//! Which of several matching entries wins, client by client.
//!
//! From each client's own documentation; sources and dates stand with its settings.

use model::Effect;

use crate::clients::{
    AMP, CLAUDE_CODE, CODEX, CONTINUE, COPILOT, CURSOR, GEMINI, KILO, KIRO, OPENCODE, VS_CODE, ZED,
};
use crate::layers::strength;
use crate::permission::evaluate::Rule;
use crate::published::DOCKER_AGENT;

/// How a client chooses among entries that match a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// Deny before ask before allow, whatever the layer and however specific.
    Strictest,
    /// Deny before allow before ask.
    DenyAllowAsk,
    /// The entry that stands last wins; stronger layers come last.
    Last,
    /// The entry that stands first wins.
    First,
    /// The entry with the highest number wins, and the strictest among equals.
    Priority,
    /// The longest matching text wins, and deny among equals.
    Longest,
}

impl Order {
    /// The order of a client; most clients let the strictest entry win.
    pub(crate) fn of(client: &str) -> Self {
        match client {
            OPENCODE | KILO => Self::Last,
            AMP | CONTINUE => Self::First,
            GEMINI => Self::Priority,
            DOCKER_AGENT => Self::DenyAllowAsk,
            crate::clients::ROO => Self::Longest,
            CLAUDE_CODE | CODEX | COPILOT | CURSOR | KIRO | VS_CODE | ZED => Self::Strictest,
            _ => Self::Strictest,
        }
    }

    /// True when the client takes a line apart and decides command by command. Clients that
    /// compare prefixes of the whole line are said to do it too; the others are not known to.
    pub(crate) fn splits_commands(self) -> bool {
        !matches!(self, Self::First)
    }

    /// The winner among matching entries in source order.
    pub(crate) fn winner<'r>(
        self,
        rules: impl Iterator<Item = (usize, Rule<'r>)>,
    ) -> Option<usize> {
        let key = |at: usize, it: &Rule<'_>| -> (i64, i64, i64) {
            let place = i64::try_from(at).unwrap_or(i64::MAX);
            let strict = strictness(it.effect);
            match self {
                Self::Strictest => (strict, 0, -place),
                Self::DenyAllowAsk => (
                    match it.effect {
                        Effect::Deny => 2,
                        Effect::Allow => 1,
                        Effect::Ask => 0,
                    },
                    0,
                    -place,
                ),
                Self::Last => (i64::from(strength(it.pattern.scope)), place, 0),
                Self::First => (0, 0, -place),
                Self::Priority => (it.pattern.rank, strict, -place),
                Self::Longest => {
                    let whole = it.pattern.everything;
                    let own = it.pattern.argument.as_deref().filter(|_| !whole);
                    let length = own.map_or(0, str::len);
                    (i64::try_from(length).unwrap_or(i64::MAX), strict, -place)
                }
            }
        };
        rules.max_by_key(|(at, it)| key(*at, it)).map(|(at, _)| at)
    }
}

fn strictness(effect: Effect) -> i64 {
    match effect {
        Effect::Allow => 0,
        Effect::Ask => 1,
        Effect::Deny => 2,
    }
}
