//! Every action of every service.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use crate::table;

/// What an action does to what it acts on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Names things.
    List,
    /// Reads settings or content.
    Read,
    /// Changes tags.
    Tagging,
    /// Creates, changes or deletes.
    Write,
    /// Changes who may do what.
    Permissions,
    /// Not told by AWS.
    Unknown,
}

/// What an action is worth beyond its level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sensitivity {
    /// Hands out or reads a credential.
    Credential,
    /// Reads stored secrets.
    Secret,
    /// Reads content.
    Data,
    /// Copies or opens content to others.
    Share,
    /// AWS's own policies grant it on every resource.
    Routine,
}

/// An action of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Action {
    /// The prefix of the service: `s3`.
    pub service: &'static str,
    /// The name: `GetObject`.
    pub name: &'static str,
    /// What it does.
    pub level: Level,
    /// True when it takes no resource, so that a policy has to say `*`.
    pub needs_wildcard: bool,
    /// What it is worth beyond its level.
    pub sensitivity: Option<Sensitivity>,
}

impl Action {
    /// The whole name: `s3:GetObject`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.service, self.name)
    }

    /// True when it changes something, changes permissions, or reads secrets or content.
    pub fn is_weighty(&self) -> bool {
        match self.sensitivity {
            Some(Sensitivity::Routine) => false,
            Some(_) => true,
            None => matches!(self.level, Level::Write | Level::Permissions),
        }
    }
}

struct Service {
    name: &'static str,
    columns: Vec<&'static str>,
    actions: OnceLock<Vec<Action>>,
}

impl Service {
    /// The actions, by name without regard to case.
    fn actions(&self) -> &[Action] {
        self.actions.get_or_init(|| {
            let mut actions: Vec<Action> =
                self.columns.iter().flat_map(|it| column(self.name, it)).collect();
            actions.sort_by(|a, b| compare(a.name, b.name));
            actions
        })
    }
}

fn column(service: &'static str, column: &'static str) -> impl Iterator<Item = Action> {
    let (letter, names) = column.split_once(' ').unwrap_or((column, ""));
    let level = match letter {
        "L" => Level::List,
        "R" => Level::Read,
        "T" => Level::Tagging,
        "W" => Level::Write,
        "P" => Level::Permissions,
        _ => Level::Unknown,
    };
    names.split(' ').filter(|it| !it.is_empty()).map(move |it| {
        let bare = it.strip_suffix('*');
        let name = bare.unwrap_or(it);
        let id = format!("{service}:{name}").to_ascii_lowercase();
        let sensitivity = SENSITIVE.get(&id).copied();
        Action { service, name, level, needs_wildcard: bare.is_some(), sensitivity }
    })
}

fn compare(a: &str, b: &str) -> Ordering {
    let fold = |it: u8| it.to_ascii_lowercase();
    a.bytes().map(fold).cmp(b.bytes().map(fold))
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-actions.tsv"));
    rows.filter_map(|row| {
        let (name, columns) = row.split_first()?;
        Some(Service { name, columns: columns.to_vec(), actions: OnceLock::new() })
    })
    .collect()
});

static SENSITIVE: LazyLock<BTreeMap<String, Sensitivity>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-sensitive-actions.tsv"));
    rows.filter_map(|row| {
        let [name, class] = row[..] else { return None };
        let class = match class {
            "credential" => Sensitivity::Credential,
            "secret" => Sensitivity::Secret,
            "data" => Sensitivity::Data,
            "share" => Sensitivity::Share,
            _ => Sensitivity::Routine,
        };
        Some((name.to_ascii_lowercase(), class))
    })
    .collect()
});

fn service(name: &str) -> Option<&'static Service> {
    let at = SERVICES.binary_search_by(|it| compare(it.name, name)).ok()?;
    SERVICES.get(at)
}

/// True for the prefix of a service that the table knows.
pub fn is_service(name: &str) -> bool {
    service(name).is_some()
}

/// The action with a whole name.
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, name) = name.split_once(':')?;
    let actions = service(prefix)?.actions();
    let at = actions.binary_search_by(|it| compare(it.name, name)).ok()?;
    actions.get(at)
}

/// True when a pattern of a policy covers an action.
pub fn matches(pattern: &str, action: &str) -> bool {
    table::glob(pattern, action)
}

/// The actions that a pattern of a policy covers. A pattern of an unknown service covers none,
/// and a service is named in full or not at all, as AWS wants it.
pub fn expand(pattern: &str) -> impl Iterator<Item = &'static Action> {
    let open = |it: &str| !it.is_empty() && it.bytes().all(|b| b == b'*');
    let (prefix, name) = match pattern.split_once(':') {
        Some((prefix, name)) => (prefix, name),
        None if open(pattern) => ("*", "*"),
        None => (pattern, ""),
    };
    let services = if open(prefix) {
        SERVICES.as_slice()
    } else {
        service(prefix).map_or(&[][..], std::slice::from_ref)
    };
    services.iter().flat_map(Service::actions).filter(move |it| table::glob(name, it.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_sorted_so_that_they_are_found() {
        assert!(SERVICES.iter().zip(SERVICES.iter().skip(1)).all(|(a, b)| a.name < b.name));
        assert!(is_service("IAM") && !is_service("nonsense"));
    }

    #[test]
    fn actions_know_their_level_and_whether_they_take_a_resource() {
        let put = action("S3:putobject").unwrap();
        assert_eq!((put.id().as_str(), put.level), ("s3:PutObject", Level::Write));
        assert!(!put.needs_wildcard && put.is_weighty());
        assert!(action("s3:ListAllMyBuckets").unwrap().needs_wildcard);
        assert!(action("ec2:DescribeInstances").unwrap().needs_wildcard);
        assert_eq!(action("s3:PutBucketPolicy").unwrap().level, Level::Permissions);
        assert_eq!(action("s3:Nonsense"), None);
        assert_eq!(action("s3"), None);
    }

    #[test]
    fn reading_content_weighs_and_writing_logs_does_not() {
        let sensitivity = |it: &str| action(it).unwrap().sensitivity;
        assert_eq!(sensitivity("s3:GetObject"), Some(Sensitivity::Data));
        assert_eq!(sensitivity("secretsmanager:GetSecretValue"), Some(Sensitivity::Secret));
        assert_eq!(sensitivity("sts:AssumeRole"), Some(Sensitivity::Credential));
        assert!(!action("logs:PutLogEvents").unwrap().is_weighty());
        assert!(!action("iam:GetRole").unwrap().is_weighty());
    }

    #[test]
    fn every_sensitive_action_exists() {
        for name in SENSITIVE.keys() {
            assert!(action(name).is_some(), "{name}");
        }
    }

    #[test]
    fn patterns_expand_within_their_service() {
        let ids = |it: &str| expand(it).map(Action::id).collect::<Vec<_>>();
        assert_eq!(ids("iam:Pass*"), ["iam:PassRole"]);
        assert_eq!(ids("IAM:passrole"), ["iam:PassRole"]);
        assert_eq!(ids("nonsense:*"), [""; 0]);
        assert_eq!(ids("iam"), [""; 0]);
        assert_eq!(ids("ia*:PassRole"), [""; 0]);
        assert!(expand("*").count() > 20_000);
        assert_eq!(expand("*:*").count(), expand("*").count());
        assert!(expand("ec2:Describe*").all(|it| !it.is_weighty() || it.needs_wildcard));
    }
}
