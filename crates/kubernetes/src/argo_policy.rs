//! The policy of Argo CD: `p` lines that permit, `g` lines that hand out roles.

use model::{
    Address, Carrier, Grant, IdentityKind, Knowledge, Origin, Party, PermissionSystem, Place,
    Reach, Sourced, StepKind, Text, Value,
};

use crate::argo::GROUP;
use crate::load;
use crate::object::Object;

/// Lines of one policy that are read; each may be held by the subjects of all others.
const LINES: usize = 2_000;

/// What a grant's role is called in the table of services.
const SERVICE: &str = "Argo CD ";

/// Where a policy stands.
#[derive(Debug)]
pub(crate) struct Home {
    /// The address of what holds it.
    pub(crate) address: Address,
    pub(crate) region: Place,
}

impl Home {
    /// A policy in an object.
    pub(crate) fn of(object: &Object<'_>) -> Self {
        Self { address: object.scoped(object.address()), region: object.region }
    }
}

/// True for a grant that a policy of Argo CD makes.
pub(crate) fn is_of_argo(grant: &Grant) -> bool {
    grant.system == PermissionSystem::Saas
        && grant.role.value().is_some_and(|it| it.starts_with(SERVICE))
}

/// A line that hands a role to a subject.
struct Member {
    subject: Sourced<Party>,
    role: String,
    written: Origin,
}

/// A line that permits.
struct Permission {
    subject: String,
    /// What it amounts to, in the words of the table of services.
    gives: &'static str,
    origin: Origin,
    line: Place,
}

/// The grants of a policy: of its default role, of roles that are handed out, and of lines that
/// permit more than one application's work.
pub(crate) fn grants(home: &Home, data: &Value) -> Vec<Grant> {
    let mut policy = Policy::default();
    for entry in load::listed(data) {
        let model::Data::String(text) = &entry.value.data else { continue };
        match &*entry.key {
            "policy.default" => policy.everyone(text, &entry.value),
            // `policy.csv` and `policy.NAME.csv` are one policy.
            key if key.starts_with("policy.") && key.ends_with(".csv") => policy.lines(text),
            _ => {}
        }
    }
    policy.into_grants(home)
}

#[derive(Default)]
struct Policy {
    members: Vec<Member>,
    permissions: Vec<Permission>,
}

impl Policy {
    /// Whoever is logged in, and nothing else says what they may, gets this role.
    fn everyone(&mut self, text: &Text, value: &Value) {
        let Some(role) = text.known().filter(|it| !it.is_empty()) else { return };
        let role = role.into_owned();
        let subject = Sourced::new(Party::Authenticated, value.origin.clone());
        self.members.push(Member { subject, role, written: value.origin.clone() });
    }

    fn lines(&mut self, text: &Text) {
        let Some(known) = text.known() else { return };
        let mut at = 0;
        for line in known.split_inclusive('\n').take(LINES) {
            let start = at;
            at += line.len();
            let fields = fields(line, start);
            let locate = |from: usize, to: usize| text.locate(from, to);
            let texts: Vec<&str> = fields.iter().map(|it| it.1).collect();
            let origin = |index: usize| {
                let (from, field) = fields.get(index)?;
                locate(*from, from + field.len())
            };
            match texts.as_slice() {
                ["g", subject, role] => {
                    let (Some(from), Some(to)) = (origin(1), origin(2)) else { continue };
                    let subject = Sourced::new(party(subject), from);
                    self.members.push(Member { subject, role: (*role).to_owned(), written: to });
                }
                ["p", subject, resource, action, object, effect] if *effect == "allow" => {
                    let Some(gives) = worth(resource, action, object) else { continue };
                    let whole = locate(start, start + line.trim_end().len());
                    let (Some(origin), Some(whole)) = (origin(2), whole) else { continue };
                    self.permissions.push(Permission {
                        subject: (*subject).to_owned(),
                        gives,
                        origin,
                        line: whole.place,
                    });
                }
                _ => {}
            }
        }
    }

    fn into_grants(self, home: &Home) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (index, member) in self.members.iter().enumerate() {
            if member.role.starts_with("role:") {
                let role =
                    Sourced::new(format!("{SERVICE}{}", member.role), member.written.clone());
                let place = member.written.place;
                let made = grant(home, &format!("g[{index}]"), role, place);
                let principals = vec![member.subject.clone()];
                grants.push(Grant { principals, bound: Some(true), ..made });
            }
        }
        for (index, it) in self.permissions.iter().enumerate() {
            // The built-in administrator is reported where somebody gets that role.
            if it.subject == "role:admin" {
                continue;
            }
            let role = Sourced::new(format!("{SERVICE}{}", it.gives), it.origin.clone());
            let principals = self.holders(&it.subject, it.line);
            // A role that nobody here has is given to groups elsewhere, or to nobody.
            if !principals.is_empty() {
                let made = grant(home, &format!("p[{index}]"), role, it.line);
                grants.push(Grant { principals, bound: Some(true), ..made });
            }
        }
        grants
    }

    /// Who has a role, or is named by a line itself.
    fn holders(&self, subject: &str, line: Place) -> Vec<Sourced<Party>> {
        if !subject.starts_with("role:") {
            return vec![Sourced::at(party(subject), line)];
        }
        let step = |it: &Member| it.written.through(StepKind::Binding, subject, line);
        let members = self.members.iter().filter(|it| it.role == subject);
        members.map(|it| Sourced::new(it.subject.value.clone(), step(it))).collect()
    }
}

/// The fields of a line with the offset of each; none for a comment.
fn fields(line: &str, start: usize) -> Vec<(usize, &str)> {
    const MOST: usize = 7;
    if line.trim_start().starts_with('#') {
        return Vec::new();
    }
    let mut at = start;
    let mut found = Vec::new();
    for field in line.split(',').take(MOST) {
        let inside = field.trim_start();
        let from = at + field.len() - inside.len();
        let inside = inside.trim_end();
        let bare = inside.trim_matches('"');
        let quote = usize::from(inside.starts_with('"'));
        found.push((from + quote, bare));
        at += field.len() + 1;
    }
    found
}

/// Who a subject is. A name says nothing about what it names; most are groups of single sign-on.
fn party(subject: &str) -> Party {
    Party::Named { kind: IdentityKind::Other, name: format!("{GROUP}{subject}") }
}

/// What a line amounts to, in the words of the table of services.
fn worth(resource: &str, action: &str, object: &str) -> Option<&'static str> {
    let every_object = matches!(object, "*" | "*/*" | "*/*/*");
    let writes = |names: &[&str]| action == "*" || names.contains(&action);
    match resource {
        _ if !every_object => None,
        "*" if action == "*" => Some("everything"),
        "applications" if action == "*" => Some("every application"),
        "applicationsets" if writes(&["create", "update"]) => Some("every application"),
        "exec" if writes(&["create"]) => Some("exec"),
        "projects" if writes(&["create", "update"]) => Some("projects"),
        "accounts" if writes(&["update"]) => Some("accounts"),
        "clusters" if writes(&["create", "update"]) => Some("clusters"),
        _ => None,
    }
}

fn grant(home: &Home, below: &str, role: Sourced<String>, region: Place) -> Grant {
    let place = role.place();
    Grant {
        role: Knowledge::Known(role),
        reach: Reach::Account,
        ..Grant::new(
            Address::new(
                std::sync::Arc::clone(&home.address.scope),
                format!("{}#policy.{below}", home.address.name),
            ),
            PermissionSystem::Saas,
            Carrier::RoleBinding,
            place,
            if region.file == home.region.file { region } else { home.region },
        )
    }
}
