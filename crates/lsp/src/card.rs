//! What is known of an identity, in plain words: the card on hover and the line above it.

use engine::Graph;
use model::{
    Carrier, Credential, Effect, Grant, Identity, Knowledge, Lifetime, Mechanism, Party, Patterns,
    Reach, Trust, Use, UseMode,
};

/// Lines of one kind on a card. More would hide what matters.
const SHOWN: usize = 6;

/// Names in one line.
const NAMES: usize = 4;

/// The card, as Markdown.
pub(crate) fn card(identity: &Identity, graph: &Graph<'_>) -> String {
    let mut lines = vec![format!("- owner: {}", owner(identity))];
    let mut credentials = graph.credentials_of(identity);
    credentials.sort_by_key(|it| std::cmp::Reverse(weight(it)));
    if credentials.is_empty() {
        lines.push("- credentials: none declared here".to_owned());
    }
    list(&mut lines, &credentials, |it| {
        let kind = it.kind.describe();
        format!("- {kind} {}: {}", code(&it.name), report::lifetime_words(it))
    });
    let grants = graph.grants_of(identity);
    if grants.is_empty() {
        lines.push("- may do: nothing that is declared here".to_owned());
    }
    let widest = report::widest_grant(&grants);
    let mut ordered: Vec<&Grant> = widest.into_iter().collect();
    ordered.extend(grants.iter().filter(|it| widest.is_none_or(|w| !std::ptr::eq(w, **it))));
    list(&mut lines, &ordered, |it| format!("- {}", permission(it)));
    list(&mut lines, &graph.trusts_of(identity), |it| format!("- {}", trust(it)));
    let users = graph.uses_of(identity);
    if users.is_empty() {
        lines.push("- used by: nobody here".to_owned());
    }
    list(&mut lines, &users, |it| format!("- {}", user(it)));
    let address = code(&identity.address.to_string());
    format!("**{}** {address}\n\n{}", identity.kind.describe(), lines.join("\n"))
}

/// The line above an identity.
pub(crate) fn lens(identity: &Identity, graph: &Graph<'_>) -> String {
    let mut parts = vec![match &identity.ownership.owner {
        Knowledge::Known(it) => format!("owner {}", plain(&it.value.name)),
        Knowledge::Unknown(_) => "owner not known".to_owned(),
        Knowledge::Absent => "no owner".to_owned(),
    }];
    let grants = graph.grants_of(identity);
    let widest = report::widest_grant(&grants).map(|it| plain(&report::grant_words(it)));
    parts.push(match (grants.len(), widest) {
        (0, _) => "no grants".to_owned(),
        (1, Some(it)) => format!("1 grant, {it}"),
        (many, Some(it)) => format!("{many} grants, widest {it}"),
        (1, None) => "1 grant".to_owned(),
        (many, None) => format!("{many} grants"),
    });
    let credentials = graph.credentials_of(identity);
    if let Some(worst) = credentials.iter().max_by_key(|it| weight(it)) {
        let words = format!("{} {}", worst.kind.describe(), report::lifetime_words(worst));
        parts.push(match credentials.len() {
            1 => words,
            many => format!("{many} credentials, {words}"),
        });
    }
    let users = graph.uses_of(identity).len();
    if users > 0 {
        parts.push(format!("used by {users}"));
    }
    parts.join(" · ")
}

fn list<T>(lines: &mut Vec<String>, items: &[T], words: impl Fn(&T) -> String) {
    lines.extend(items.iter().take(SHOWN).map(words));
    if let Some(more) = items.len().checked_sub(SHOWN).filter(|it| *it > 0) {
        lines.push(format!("- … and {more} more"));
    }
}

fn owner(identity: &Identity) -> String {
    match &identity.ownership.owner {
        Knowledge::Known(it) => {
            format!("{} (from: {})", code(&it.value.name), it.value.source.describe())
        }
        Knowledge::Unknown(_) => "written, but not known until it runs".to_owned(),
        Knowledge::Absent => match identity.ownership.argument {
            Some(argument) => format!("nobody; {} would say so", code(argument)),
            None => "nobody".to_owned(),
        },
    }
}

/// How much a credential's end matters: one that never comes most.
fn weight(credential: &Credential) -> u8 {
    match credential.expiry.lifetime {
        Lifetime::Never => 3,
        Lifetime::Seconds(_) | Lifetime::Until(_) => 2,
        Lifetime::Unknown => 1,
    }
}

/// A grant as a sentence.
fn permission(grant: &Grant) -> String {
    let may = match grant.effect {
        Effect::Allow => "may",
        Effect::Ask => "after asking, may",
        Effect::Deny => "may not",
    };
    let may =
        if grant.carrier == Carrier::Limit { format!("at most {may}") } else { may.to_owned() };
    let everything = grant.actions.find("*").is_some() && !grant.actions.negated;
    let mut text = match grant.role.value() {
        Some(role) => format!("{may} what {} permits", code(role)),
        None if everything => format!("{may} do everything"),
        None if grant.actions.negated => {
            format!("{may} do everything but {}", names(&grant.actions))
        }
        None => format!("{may} {}", names(&grant.actions)),
    };
    if grant.resources.stated {
        let all = grant.resources.find("*").is_some() && !grant.resources.negated;
        let on = match all {
            true => "everything".to_owned(),
            false if grant.resources.negated => {
                format!("everything but {}", names(&grant.resources))
            }
            false => names(&grant.resources),
        };
        text.push_str(&format!(" on {on}"));
    }
    match (grant.reach, &grant.realm) {
        (_, Some(realm)) => text.push_str(&format!(" in {}", code(realm))),
        (Reach::Cluster, _) => text.push_str(" in the whole cluster"),
        (Reach::Organization, _) => text.push_str(" in the whole organization"),
        _ => {}
    }
    if !grant.conditions.is_empty() || !grant.conditions_known {
        text.push_str(", under conditions");
    }
    text
}

fn names(patterns: &Patterns) -> String {
    let mut words: Vec<String> = patterns.texts().take(NAMES).map(code).collect();
    let more = patterns.items.len().saturating_sub(NAMES);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    if patterns.partial || words.is_empty() {
        words.push("something that is not known until it runs".to_owned());
    }
    words.join(", ")
}

fn trust(trust: &Trust) -> String {
    let how = match trust.mechanism {
        Mechanism::Assume => "can be assumed by",
        Mechanism::Federation => "can be become by federation by",
        Mechanism::Pool => "lets into its pool",
        Mechanism::Impersonation => "can be impersonated by",
        Mechanism::Binding => "is bound to",
        Mechanism::Attestation => "is attested to",
    };
    let mut who: Vec<String> =
        trust.principals.iter().take(NAMES).map(|it| party(&it.value)).collect();
    let more = trust.principals.len().saturating_sub(NAMES);
    if more > 0 {
        who.push(format!("{more} more"));
    }
    if who.is_empty() {
        who.push("somebody who is not known".to_owned());
    }
    let conditions = if trust.conditions.is_empty() { "" } else { ", under conditions" };
    format!("{how} {}{conditions}", who.join(", "))
}

fn user(one: &Use) -> String {
    let who = party(&one.from);
    match one.mode {
        UseMode::RunsAs => format!("{who} runs as it"),
        UseMode::CallsTool => format!("{who} calls it"),
        UseMode::ReceivesCredential => format!("{who} hands it a credential"),
        UseMode::DelegatesTo => format!("{who} delegates to it"),
    }
}

fn party(party: &Party) -> String {
    match party {
        Party::Address(address) => code(&address.to_string()),
        Party::Named { name, .. } | Party::Service(name) | Party::Federated(name) => code(name),
        Party::Account(name) => format!("account {}", code(name)),
        Party::Everyone => "anyone at all".to_owned(),
        Party::EveryoneBut => "almost anyone".to_owned(),
        Party::Authenticated => "anyone who is signed in".to_owned(),
        Party::Unknown => "somebody who is not known".to_owned(),
    }
}

/// Text from files as code, so that it cannot become Markdown.
fn code(text: &str) -> String {
    format!("`{}`", plain(text).replace('`', "'"))
}

/// Text from files on one line, without what could change its direction.
fn plain(text: &str) -> String {
    let safe = report::visible(text);
    safe.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
