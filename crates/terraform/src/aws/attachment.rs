//! Attachments: which principals hold which managed policy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Address, Carrier, Party, Place, Sourced, Value};

use super::argument;
use super::grant::{self, Holder};
use super::people::PERMISSION_SET;
use super::{GROUP, ROLE, USER};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

const POLICY: &[&str] = &["aws_iam_policy"];

/// A managed policy of AWS, or one that is declared elsewhere, in somebody's hands.
struct Named {
    arn: Sourced<String>,
    principals: Vec<Sourced<Party>>,
    address: Address,
    place: Place,
    region: Place,
}

/// Who a declared policy is attached to, and where.
#[derive(Default)]
struct Attached {
    principals: Vec<Sourced<Party>>,
    bindings: Vec<Place>,
}

/// Every attachment of a unit.
#[derive(Default)]
pub(super) struct Attachments {
    /// Principals of policies that are declared in the unit.
    declared: BTreeMap<Arc<str>, Attached>,
    named: Vec<Named>,
    /// Some attachment names a policy that cannot be resolved.
    unresolved: bool,
    boundaries: BTreeSet<Arc<str>>,
    /// Policies that a module mentions: its index among the modules, and their name.
    mentioned: BTreeSet<(usize, String)>,
}

/// Attachments of one policy to one principal.
const SINGLE: &[(&str, &str, &[&str])] = &[
    ("aws_iam_role_policy_attachment", "role", ROLE),
    ("aws_iam_user_policy_attachment", "user", USER),
    ("aws_iam_group_policy_attachment", "group", GROUP),
];

/// Resources that set all managed policies of one principal.
const EXCLUSIVE: &[(&str, &str, &[&str])] = &[
    ("aws_iam_role_policy_attachments_exclusive", "role_name", ROLE),
    ("aws_iam_user_policy_attachments_exclusive", "user_name", USER),
    ("aws_iam_group_policy_attachments_exclusive", "group_name", GROUP),
];

impl Attachments {
    pub(super) fn find(unit: &Unit<'_, '_>) -> Self {
        let mut found = Self::default();
        for resource in &unit.resources {
            found.read(unit, resource);
        }
        for instance in &unit.instances {
            found.read_mentions(unit, *instance);
        }
        found
    }

    fn read(&mut self, unit: &Unit<'_, '_>, resource: &Resource<'_>) {
        let kind = resource.declaration.kind;
        let holder = |argument: &str, kinds: &[&str]| {
            let value = unit.get(resource, argument);
            let named = value.map(|it| values::items(&it)).unwrap_or_default();
            let party =
                |it: &Value| Sourced::new(unit.addresses.party(it, kinds), it.origin.clone());
            named.iter().map(party).collect::<Vec<_>>()
        };
        if let Some((_, argument, kinds)) = SINGLE.iter().find(|(it, ..)| *it == kind) {
            let principals = holder(argument, kinds);
            self.attach(unit, resource, unit.get(resource, "policy_arn").as_ref(), &principals);
        } else if let Some((_, argument, kinds)) = EXCLUSIVE.iter().find(|(it, ..)| *it == kind) {
            let principals = holder(argument, kinds);
            for arn in grant::arns(unit.get(resource, "policy_arns")) {
                self.attach(unit, resource, Some(&arn), &principals);
            }
        } else if kind == "aws_iam_policy_attachment" {
            let mut principals = holder("roles", ROLE);
            principals.extend(holder("users", USER));
            principals.extend(holder("groups", GROUP));
            self.attach(unit, resource, unit.get(resource, "policy_arn").as_ref(), &principals);
        } else if kind == "aws_ssoadmin_managed_policy_attachment" {
            let set = holder("permission_set_arn", &[PERMISSION_SET]);
            self.attach(unit, resource, unit.get(resource, "managed_policy_arn").as_ref(), &set);
        } else if kind == "aws_ssoadmin_customer_managed_policy_attachment" {
            let set = holder("permission_set_arn", &[PERMISSION_SET]);
            let named =
                argument::reference(unit, resource, &["customer_managed_policy_reference", "name"]);
            // Another policy than a declared one is known by its bare name only.
            if let Some(name) =
                named.as_ref().filter(|it| unit.addresses.target(it, POLICY).is_some())
            {
                self.attach(unit, resource, Some(name), &set);
            }
        } else if kind == "aws_iam_role" {
            let own = Party::Address(unit.address(resource));
            for arn in grant::arns(unit.get(resource, "managed_policy_arns")) {
                let own = Sourced::new(own.clone(), arn.origin.clone());
                self.attach(unit, resource, Some(&arn), &[own]);
            }
        }
        if matches!(kind, "aws_iam_role" | "aws_iam_user")
            && let Some(boundary) = unit.get(resource, "permissions_boundary")
            && let Some(policy) = unit.addresses.target(&boundary, POLICY)
        {
            self.boundaries.insert(policy);
        }
    }

    fn attach(
        &mut self,
        unit: &Unit<'_, '_>,
        resource: &Resource<'_>,
        arn: Option<&Value>,
        principals: &[Sourced<Party>],
    ) {
        let Some(arn) = arn else { return };
        let (place, region) = (resource.declaration.place, resource.declaration.region);
        if let Some(policy) = unit.addresses.target(arn, POLICY) {
            let attached = self.declared.entry(policy).or_default();
            attached.principals.extend(principals.iter().cloned());
            attached.bindings.push(place);
            return;
        }
        match values::known_text(arn) {
            Some(text) => self.named.push(Named {
                arn: Sourced::new(text, arn.origin.clone()),
                principals: principals.to_vec(),
                address: unit.address(resource),
                place,
                region,
            }),
            None => self.unresolved = true,
        }
    }

    /// Who holds a declared policy. Nobody holds one that nothing attaches, unless its name
    /// leaves the unit or an attachment cannot be read.
    pub(super) fn holder(&self, unit: &Unit<'_, '_>, policy: &Resource<'_>) -> Holder {
        let boundary = self.boundaries.contains(&policy.address);
        match self.declared.get(&policy.address) {
            Some(attached) => Holder {
                carrier: Carrier::IdentityPolicy,
                principals: attached.principals.clone(),
                bound: Some(true),
                bindings: attached.bindings.clone(),
            },
            None => Holder {
                carrier: if boundary { Carrier::Limit } else { Carrier::IdentityPolicy },
                principals: Vec::new(),
                bound: if boundary {
                    Some(true)
                } else if self.unresolved || self.is_passed_on(unit, policy) {
                    None
                } else {
                    Some(false)
                },
                bindings: Vec::new(),
            },
        }
    }

    /// Adds grants of managed policies that are declared elsewhere.
    pub(super) fn lower(self, out: &mut Collector) {
        for it in self.named {
            out.grant(grant::managed(it.address, it.arn, it.principals, it.place, it.region));
        }
    }

    /// True when a module mentions a policy outside of what attachments say: an output, an
    /// argument of another module, a resource that we do not know.
    fn is_passed_on(&self, unit: &Unit<'_, '_>, policy: &Resource<'_>) -> bool {
        let module = unit.evaluator.instance(policy.instance).module;
        self.mentioned.contains(&(module, policy.declaration.name.to_owned()))
    }

    fn read_mentions(&mut self, unit: &Unit<'_, '_>, instance: usize) {
        let index = unit.evaluator.instance(instance).module;
        // Instances of one module come with one text.
        if self.mentioned.range((index, String::new())..(index + 1, String::new())).next().is_some()
        {
            return;
        }
        let Some(module) = unit.evaluator.module(instance) else { return };
        for node in module.sources.iter().flat_map(|it| it.tree.nodes()) {
            if node.kind() == syntax::Kind::GetAttr
                && node.child(0).and_then(syntax::Node::text) == Some("aws_iam_policy")
                && let Some(name) = node.child(1).and_then(syntax::Node::text)
            {
                self.mentioned.insert((index, name.to_owned()));
            }
        }
        self.mentioned.insert((index, String::new()));
    }
}
