//! Cloud identities that a tool server is told to act as.
//!
//! Only a name that stands there in full counts: the ARN of a role, or the e-mail address of a
//! service account, in a variable or behind an option that takes nothing else. A profile's name
//! says nothing without the person's own files.

use model::{Address, IdentityKind, Party, Place, Use, UseMode};
use syntax::{Kind, Node};

use crate::handover::Word;
use crate::lowering::Lowering;
use crate::server::{ENVIRONMENT_KEYS, children};

/// Variables that name the role or account that a program acts as.
const VARIABLES: &[&str] = &[
    "AWS_ROLE_ARN",
    "AWS_ASSUME_ROLE_ARN",
    "AWS_ROLE_TO_ASSUME",
    "ASSUME_ROLE_ARN",
    "ROLE_ARN",
    "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
    "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
    "IMPERSONATE_SERVICE_ACCOUNT",
];

/// Options that do.
const OPTIONS: &[&str] =
    &["--role-arn", "--assume-role-arn", "--assume-role", "--impersonate-service-account"];

impl Lowering<'_> {
    /// Records which cloud identities a tool server acts as.
    pub(crate) fn cloud_identities(&mut self, server: &Address, node: Node<'_>) {
        let mut found = Vec::new();
        let maps = children(node, ENVIRONMENT_KEYS);
        for map in maps.into_iter().chain(node.path(&["command", "env"])).map(Node::resolved) {
            if map.kind() == Kind::Seq {
                let words = self.word_list(map, "env");
                found.extend(words.iter().filter_map(assignment));
                continue;
            }
            for value in map.children().filter(|it| is_variable(it.key().unwrap_or(""))) {
                let text = value.resolved();
                let party = text.as_str().and_then(party);
                found.extend(party.map(|it| (it, self.content_place(text))));
            }
        }
        found.extend(of_words(&self.launch_words(node)));
        for (to, place) in found {
            let from = Party::Address(server.clone());
            self.facts.uses.push(Use { from, to, mode: UseMode::RunsAs, place });
        }
    }
}

fn is_variable(name: &str) -> bool {
    VARIABLES.contains(&name)
}

/// `NAME=value` for one of the variables.
fn assignment(word: &Word) -> Option<(Party, Place)> {
    let (name, value) = word.value.split_once('=')?;
    let known = is_variable(name) || OPTIONS.contains(&name);
    Some((party(value).filter(|_| known)?, word.snippet.place()))
}

fn of_words(words: &[Word]) -> Vec<(Party, Place)> {
    let pairs = words.iter().zip(words.iter().skip(1));
    let apart = pairs.filter(|(option, _)| OPTIONS.contains(&option.value.as_str()));
    let apart = apart.filter_map(|(_, it)| Some((party(&it.value)?, it.snippet.place())));
    words.iter().filter_map(assignment).chain(apart).collect()
}

/// Who a text names, when it is a full name and nothing else.
fn party(text: &str) -> Option<Party> {
    let text = text.trim();
    let plain = |it: char| it.is_ascii_alphanumeric() || "+=,.@_-/:".contains(it);
    if text.is_empty() || !text.chars().all(plain) {
        return None;
    }
    let named = |kind| Some(Party::Named { kind, name: text.to_owned() });
    if let Some((_, after)) = text.split_once("::").filter(|(it, _)| it.starts_with("arn:aws")) {
        let (account, role) = after.split_once(":role/")?;
        let full = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
        return named(IdentityKind::AwsIamRole).filter(|_| full && !role.is_empty());
    }
    let (name, domain) = text.split_once('@')?;
    let full = !name.is_empty() && domain.ends_with(".iam.gserviceaccount.com");
    named(IdentityKind::GcpServiceAccount).filter(|_| full)
}

#[cfg(test)]
mod tests {
    use super::party;

    #[test]
    fn only_full_names_say_who() {
        for (text, named) in [
            ("arn:aws:iam::123456789012:role/ops", true),
            ("arn:aws-cn:iam::123456789012:role/team/ops", true),
            ("arn:aws:iam::<account>:role/ops", false),
            ("arn:aws:iam::123456789012:user/ops", false),
            ("arn:aws:iam::123456789012:role/", false),
            ("arn:aws:iam::1234:role/ops", false),
            ("bot@shop-prod.iam.gserviceaccount.com", true),
            ("bot@example.com", false),
            ("${ROLE_ARN}", false),
            ("ops", false),
            ("", false),
        ] {
            assert_eq!(party(text).is_some(), named, "{text}");
        }
    }
}
