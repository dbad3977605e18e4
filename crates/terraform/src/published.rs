//! Calls of published modules that are not here: what their arguments hand out.
//!
//! A fetched copy is evaluated like any other module, and then the table is not asked.

use std::sync::LazyLock;

use model::{
    Carrier, Data, Grant, IdentityKind, Knowledge, Party, PermissionSystem, Reach, Sourced, Use,
    UseMode, Value,
};

use crate::aws;
use crate::eval::{Resource, as_statements};
use crate::google;
use crate::lower::{Collector, Unit};
use crate::values;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../data/published-modules.tsv");

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

/// An input that hands out rights.
#[derive(Debug)]
struct Row {
    module: &'static str,
    path: Vec<&'static str>,
    says: Says,
    holder: Holder,
    scope: &'static str,
    when: Option<When>,
}

#[derive(Clone, Copy, Debug)]
enum Says {
    Policy(Option<&'static str>),
    ClusterPolicy(Option<&'static str>),
    Document,
    Statements,
    Group,
    GoogleRole,
    GoogleBindings,
    GoogleProjectRoles,
}

#[derive(Debug)]
enum Holder {
    /// What the module itself makes.
    Made(IdentityKind),
    /// Who stands at the end of this way.
    At(Vec<&'static str>),
    Unknown,
}

/// What another input has to say.
#[derive(Clone, Copy, Debug)]
struct When {
    input: &'static str,
    value: &'static str,
    /// The input must not have the value; otherwise it must.
    negated: bool,
}

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [module, path, says, holder, scope, when] = columns.as_slice() else { return None };
    let (says, means) = match says.split_once(':') {
        Some((says, means)) => (says, Some(means)),
        None => (*says, None),
    };
    let says = match says {
        "policy" => Says::Policy(means),
        "cluster-policy" => Says::ClusterPolicy(means),
        "document" => Says::Document,
        "statements" => Says::Statements,
        "group" => Says::Group,
        "google-role" => Says::GoogleRole,
        "google-bindings" => Says::GoogleBindings,
        "google-project-roles" => Says::GoogleProjectRoles,
        _ => return None,
    };
    let holder = match *holder {
        "" => Holder::Unknown,
        "role" => Holder::Made(IdentityKind::AwsIamRole),
        "user" => Holder::Made(IdentityKind::AwsIamUser),
        "group" => Holder::Made(IdentityKind::AwsIamGroup),
        "account" => Holder::Made(IdentityKind::GcpServiceAccount),
        path => Holder::At(path.split('.').collect()),
    };
    let when = match (when.split_once("!="), when.split_once('=')) {
        (Some((input, value)), _) => Some(When { input, value, negated: true }),
        (None, Some((input, value))) => Some(When { input, value, negated: false }),
        (None, None) => None,
    };
    Some(Row { module, path: path.split('.').collect(), says, holder, scope, when })
}

/// A source as the registry names it: `terraform-aws-modules/eks/aws//modules/karpenter`.
fn registry_name(source: &str) -> Option<String> {
    let source = source.split_once('?').map_or(source, |(source, _)| source);
    let source = source.strip_prefix("git::").unwrap_or(source);
    let bare = ["https://", "ssh://", "git@"]
        .iter()
        .fold(source, |it, prefix| it.strip_prefix(prefix).unwrap_or(it));
    let is_git = bare.len() < source.len() || bare.starts_with("github.com/");
    let (main, below) = bare.split_once("//").map_or((bare, ""), |(main, below)| (main, below));
    let below = if below.is_empty() { String::new() } else { format!("//{below}") };
    let below = below.trim_end_matches('/');
    if is_git {
        let rest = main.strip_prefix("github.com").and_then(|it| it.strip_prefix(['/', ':']))?;
        let (namespace, name) = rest.split_once('/')?;
        let name = name.strip_suffix(".git").unwrap_or(name).strip_prefix("terraform-")?;
        let (provider, name) = name.split_once('-')?;
        return Some(format!("{namespace}/{name}/{provider}{below}"));
    }
    let main = main.strip_prefix("registry.terraform.io/").unwrap_or(main);
    let main = main.strip_prefix("registry.opentofu.org/").unwrap_or(main);
    (main.split('/').count() == 3).then(|| format!("{main}{below}"))
}

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for id in &unit.instances {
        let Some(module) = unit.evaluator.module(*id) else { continue };
        for call in module.calls.values() {
            let Some(name) = call.literal("source").and_then(registry_name) else { continue };
            let rows: Vec<&Row> = TABLE.iter().filter(|it| it.module == name).collect();
            if rows.is_empty() || unit.evaluator.callee(*id, call).is_some() {
                continue;
            }
            for called in unit.evaluator.called(*id, call) {
                for row in rows.iter().filter(|it| it.holds(unit, &called)) {
                    Input { unit, called: &called, row }.lower(out);
                }
            }
        }
    }
}

impl Row {
    fn holds(&self, unit: &Unit<'_, '_>, called: &Resource<'_>) -> bool {
        let Some(when) = self.when else { return true };
        match unit.get(called, when.input) {
            None => when.negated,
            // What is not known may be what is needed, as with a `count`.
            Some(value) => {
                values::known_text(&value).is_none_or(|it| (it == when.value) != when.negated)
            }
        }
    }
}

/// A value at the end of a way, with what stands at each step.
#[derive(Clone)]
struct End {
    steps: Vec<Value>,
    path: String,
}

impl End {
    fn value(&self) -> Option<&Value> {
        self.steps.last()
    }
}

/// Ends of one way that are looked at.
const ENDS: usize = 1_000;

/// One input of one call.
struct Input<'s, 'e, 'p> {
    unit: &'s Unit<'e, 'p>,
    called: &'s Resource<'p>,
    row: &'s Row,
}

impl Input<'_, '_, '_> {
    fn lower(&self, out: &mut Collector) {
        for end in self.ends() {
            let Some(value) = end.value() else { continue };
            match self.row.says {
                Says::Document => self.document(value, &end, out),
                Says::Statements => {
                    if let Some(document) = as_statements(value) {
                        self.document(&document, &end, out);
                    }
                }
                Says::GoogleBindings => self.bindings(value, &end, out),
                _ => {
                    for item in values::items(value) {
                        self.text(&item, &end, out);
                    }
                }
            }
        }
    }

    fn ends(&self) -> Vec<End> {
        let Some((first, rest)) = self.row.path.split_first() else { return Vec::new() };
        let Some(value) = self.unit.get(self.called, first) else { return Vec::new() };
        let mut ends = vec![End { steps: vec![value], path: (*first).to_owned() }];
        for name in rest {
            ends = ends.iter().flat_map(|it| below(it, name)).take(ENDS).collect();
        }
        ends
    }

    /// What stands at another way that shares its beginning with this one.
    fn beside(&self, end: &End, path: &[&str]) -> Option<Value> {
        let shared = self.row.path.iter().zip(path).take_while(|(a, b)| a == b).count();
        let (mut value, rest) = match shared.checked_sub(1) {
            Some(last) => (end.steps.get(last)?.clone(), path.get(shared..)?),
            None => (self.unit.get(self.called, path.first()?)?, path.get(1..)?),
        };
        for name in rest {
            value = values::member(&value, name)?;
        }
        (!matches!(value.data, Data::Null)).then_some(value)
    }

    fn holder(&self, end: &End) -> Option<Sourced<Party>> {
        let path = match &self.row.holder {
            Holder::Made(kind) => {
                let name = self.called.address.to_string();
                let place = self.called.declaration.place;
                return Some(Sourced::at(Party::Named { kind: *kind, name }, place));
            }
            Holder::At(path) => path,
            Holder::Unknown => return None,
        };
        let value = self.beside(end, path)?;
        let party = match (self.unit.addresses.identity(&value), values::known_text(&value)) {
            (Some(address), _) => Party::Address(address),
            (None, Some(text)) if matches!(self.row.says, Says::GoogleRole) => {
                Party::Named { kind: IdentityKind::GcpServiceAccount, name: text }
            }
            (None, Some(text)) => crate::policy::account_or_arn(&text),
            (None, None) => match values::remote(&value) {
                Some(it) => Party::Named {
                    kind: IdentityKind::Other,
                    name: format!("{}.{}", it.address, it.attribute).trim_matches('.').to_owned(),
                },
                None => Party::Unknown,
            },
        };
        Some(Sourced::new(party, value.origin))
    }

    fn reach(&self, end: &End) -> Reach {
        let scope = match self.row.scope.contains('.') {
            true => {
                let path: Vec<&str> = self.row.scope.split('.').collect();
                self.beside(end, &path).as_ref().and_then(values::known_text).unwrap_or_default()
            }
            false => self.row.scope.to_owned(),
        };
        match scope.as_str() {
            "cluster" => Reach::Cluster,
            "namespace" => Reach::Namespace,
            "project" => Reach::Account,
            "organization" => Reach::Organization,
            "resource" => Reach::Resource,
            _ => Reach::Unknown,
        }
    }

    fn text(&self, value: &Value, end: &End, out: &mut Collector) {
        let means = match self.row.says {
            Says::Policy(means) | Says::ClusterPolicy(means) => means,
            _ => None,
        };
        let Some(text) = values::known_text(value) else { return };
        let text = match means {
            Some(arn) if text == "true" => arn.to_owned(),
            Some(_) => return,
            None => text,
        };
        let named = Sourced::new(text, value.origin.clone());
        let address = self.unit.address_below(self.called, &end.path);
        let declaration = self.called.declaration;
        match self.row.says {
            Says::Policy(_) => {
                let holders = self.holder(end).into_iter().collect();
                let places = (declaration.place, declaration.region);
                out.grant(aws::managed(address, named, holders, places.0, places.1));
            }
            Says::ClusterPolicy(_) => {
                let holders = self.holder(end).into_iter().collect();
                let places = (declaration.place, declaration.region);
                out.grant(Grant {
                    reach: self.reach(end),
                    carrier: Carrier::RoleBinding,
                    ..aws::managed(address, named, holders, places.0, places.1)
                });
            }
            Says::Group => {
                let from = self.holder(end).map_or(Party::Unknown, |it| it.value);
                // Whoever it is, the entry is there.
                let from = match from {
                    Party::Unknown => Party::Named {
                        kind: IdentityKind::Other,
                        name: format!("{}#{}", self.called.address, end.path),
                    },
                    it => it,
                };
                let to = Party::Named { kind: IdentityKind::KubernetesGroup, name: named.value };
                let place = named.origin.place;
                out.r#use(Use { from, to, mode: UseMode::RunsAs, place });
            }
            Says::GoogleRole => {
                let holders = self.holder(end).into_iter().collect();
                out.grant(self.google(named, holders, end));
            }
            Says::GoogleProjectRoles => {
                let Some((_, role)) = named.value.split_once("=>") else { return };
                let role = Sourced::new(role.trim().to_owned(), named.origin.clone());
                let holders = self.holder(end).into_iter().collect();
                out.grant(self.google(role, holders, end));
            }
            Says::Document | Says::Statements | Says::GoogleBindings => {}
        }
    }

    fn document(&self, value: &Value, end: &End, out: &mut Collector) {
        let holder = self.holder(end);
        for document in match &value.data {
            Data::List(_) => values::items(value),
            _ => vec![value.clone()],
        } {
            aws::input_policy(self.unit, self.called, &end.path, &document, holder.clone(), out);
        }
    }

    /// A map from roles to members.
    fn bindings(&self, value: &Value, end: &End, out: &mut Collector) {
        for entry in values::entries(value) {
            let members = values::inherit(&value.origin, entry.value.clone());
            let members = values::items(&members);
            let parties: Vec<Sourced<Party>> = members
                .iter()
                .map(|it| Sourced::new(google::member(self.unit, it), it.origin.clone()))
                .collect();
            if !parties.is_empty() {
                let role = Sourced::new(entry.key.to_string(), entry.key_origin.clone());
                let path = format!("{}.{}", end.path, entry.key);
                out.grant(self.google(role, parties, &End { path, ..end.clone() }));
            }
        }
    }

    fn google(&self, role: Sourced<String>, holders: Vec<Sourced<Party>>, end: &End) -> Grant {
        let place = role.place();
        Grant {
            principals: holders,
            role: Knowledge::Known(role),
            reach: self.reach(end),
            bound: Some(true),
            ..Grant::new(
                self.unit.address_below(self.called, &end.path),
                PermissionSystem::Google,
                Carrier::RoleBinding,
                place,
                self.called.declaration.region,
            )
        }
    }
}

fn below(end: &End, name: &str) -> Vec<End> {
    let Some(value) = end.value() else { return Vec::new() };
    let next = |key: &str, value: Value| {
        let mut steps = end.steps.clone();
        steps.push(value);
        End { steps, path: format!("{}.{key}", end.path) }
    };
    if name != "*" {
        let member = values::member(value, name);
        return member.into_iter().map(|it| next(name, it)).collect();
    }
    match &value.data {
        Data::Map(_) => values::entries(value)
            .map(|it| next(&it.key, values::inherit(&value.origin, it.value.clone())))
            .collect(),
        Data::List(_) => {
            let items = values::items(value).into_iter().enumerate();
            let known = items.filter(|(_, it)| !values::is_rest_item(it));
            known.map(|(at, it)| next(&at.to_string(), it)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(TABLE.len(), model::rows(ROWS).count());
        for row in TABLE.iter() {
            assert_eq!(registry_name(row.module).as_deref(), Some(row.module));
        }
    }

    #[test]
    fn sources_are_told_in_every_notation() {
        let cases = [
            ("terraform-aws-modules/eks/aws", Some("terraform-aws-modules/eks/aws")),
            ("registry.terraform.io/a/b/c//modules/x", Some("a/b/c//modules/x")),
            ("git::https://github.com/a/terraform-aws-eks.git?ref=v1", Some("a/eks/aws")),
            ("git@github.com:a/terraform-aws-iam.git//modules/x/", Some("a/iam/aws//modules/x")),
            ("github.com/a/terraform-google-iam", Some("a/iam/google")),
            ("git::ssh://git@github.com/a/terraform-aws-iam", Some("a/iam/aws")),
            ("git::https://example.com/a/b.git", None),
            ("./eks", None),
            ("a/b", None),
            ("", None),
            ("//", None),
            ("git::", None),
        ];
        for (source, expected) in cases {
            assert_eq!(registry_name(source).as_deref(), expected, "{source}");
        }
    }
}
