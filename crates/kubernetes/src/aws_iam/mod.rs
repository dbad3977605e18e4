//! IAM of AWS as objects: managed resources of Crossplane, and those of AWS's own controllers.
//!
//! Policies are texts of JSON in them. Who they belong to is said here; what they permit is
//! said by whoever reads policies of AWS, see [`model::PolicyDocument`].

mod composition;
mod join;

use std::borrow::Cow;

use model::{
    Address, Credential, CredentialKind, Data, Expiry, Identity, IdentityKind, Knowledge,
    OwnerSource, Ownership, Party, Place, PolicyDocument, PolicyHolders, PolicyUse, Purpose,
    Rotation, SlotKind, Sourced, Storage, Value,
};

use crate::account;
use crate::credential::Seat;
use crate::custom;
use crate::load::{self, Found};
use crate::locality::Declared;
use crate::object::{Object, Objects};
use crate::rbac::declared;
use crate::term::Term;

pub(crate) use composition::lower as composition;
pub(crate) use join::join;

/// The group of AWS's own controllers.
const ACK: &str = "iam.services.k8s.aws";

/// Groups of both.
pub(crate) const GROUPS: &[&str] =
    &[ACK, "iam.aws.upbound.io", "iam.aws.m.upbound.io", "iam.aws.crossplane.io"];

/// What can hold a policy, or is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Role,
    User,
    Group,
    Policy,
}

/// What an object says that others refer to, or about others.
#[derive(Debug)]
pub(crate) enum Item {
    Declared(Named),
    /// A policy of its own; who holds it is said elsewhere.
    Policy(Named, Option<PolicyDocument>),
    Attachment(Attachment),
    /// A policy that is written into somebody.
    Inline(Refers, PolicyDocument),
    /// A policy that limits somebody.
    Boundary(Refers),
}

/// Something that others refer to.
#[derive(Debug)]
pub(crate) struct Named {
    kind: Kind,
    declared: Declared,
    /// Its name in AWS.
    external: Option<String>,
    labels: Vec<(String, String)>,
    /// The composition that makes it.
    made_by: Option<String>,
    address: Address,
}

/// A policy in somebody's hands.
#[derive(Debug)]
pub(crate) struct Attachment {
    holder: Refers,
    policy: Refers,
    address: Address,
    place: Place,
    region: Place,
}

/// How one object means another one.
#[derive(Debug)]
pub(crate) struct Refers {
    kind: Kind,
    /// Where the reference stands.
    from: Declared,
    how: How,
    /// What is written.
    value: Value,
}

#[derive(Debug)]
enum How {
    /// An object by its own name, and the namespace it is in when that is another one.
    Object(Term, Term),
    /// By the name or ARN that it has in AWS.
    External(String),
    /// By labels, among those that the same composition makes, or that lie here.
    Labels(Vec<(String, String)>, Option<String>),
    /// The object itself.
    Itself(Address),
    Unknown,
}

/// Lowers an object of IAM.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    if let Some(reader) = Reader::new(object, None) {
        reader.lower(objects);
    }
    custom::lower(object, objects);
}

struct Reader<'r, 'a> {
    object: &'r Object<'a>,
    spec: &'r Value,
    /// The path of `spec`.
    path: &'static str,
    is_ack: bool,
    /// The composition that makes it.
    made_by: Option<&'r str>,
    /// Something else may give it tags.
    tagged: bool,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn new(object: &'r Object<'a>, made_by: Option<&'r str>) -> Option<Self> {
        let is_ack = object.class.group.as_deref() == Some(ACK);
        let path = if is_ack { "spec" } else { "spec.forProvider" };
        let found = if is_ack { object.at(&["spec"]) } else { object.at(&["spec", "forProvider"]) };
        Some(Self { object, spec: found.value()?, path, is_ack, made_by, tagged: false })
    }
}

impl Reader<'_, '_> {
    fn lower(&self, objects: &mut Objects) {
        match self.object.class.kind_text() {
            "Role" => {
                self.holder(Kind::Role, IdentityKind::AwsIamRole, objects);
                self.trust(objects);
            }
            "User" => self.holder(Kind::User, IdentityKind::AwsIamUser, objects),
            "Group" => self.holder(Kind::Group, IdentityKind::AwsIamGroup, objects),
            "Policy" => {
                let document = self.document(&["policy", "document", "policyDocument"]);
                let document = document.map(|(key, value)| self.rights(key, value));
                objects.iam.push(Item::Policy(self.named(Kind::Policy), document));
            }
            "AccessKey" => self.access_key(objects),
            "RolePolicy" => self.inline(Kind::Role, objects),
            "UserPolicy" => self.inline(Kind::User, objects),
            "GroupPolicy" => self.inline(Kind::Group, objects),
            "RolePolicyAttachment" => self.attachment(Kind::Role, objects),
            "UserPolicyAttachment" => self.attachment(Kind::User, objects),
            "GroupPolicyAttachment" => self.attachment(Kind::Group, objects),
            _ => {}
        }
    }

    fn home(&self) -> Declared {
        let cluster_wide = !self.is_ack && !self.object.class.fits(&["iam.aws.m.upbound.io"]);
        declared(self.object, !cluster_wide)
    }

    fn named(&self, kind: Kind) -> Named {
        let labels = self.object.metadata("labels");
        let labels =
            labels.filter_map(|(key, it)| Some((key.to_owned(), it.as_text()?.into_owned())));
        Named {
            kind,
            declared: self.home(),
            external: self.external().value().cloned(),
            labels: labels.collect(),
            made_by: self.made_by.map(str::to_owned),
            address: self.object.scoped(self.object.address()),
        }
    }

    /// The name in AWS: that of the object, unless another one is written.
    fn external(&self) -> Knowledge<String> {
        let written = match self.is_ack {
            true => Found::at(self.spec, &["name"]),
            false => self.object.at(&["metadata", "annotations", "crossplane.io/external-name"]),
        };
        match written {
            // Crossplane makes up a name for each that a composition makes.
            Found::Nowhere if self.made_by.is_some() => Knowledge::Unknown(self.object.place),
            Found::Nowhere => self.object.at(&["metadata", "name"]).to_text(),
            found => found.to_text(),
        }
    }

    fn holder(&self, kind: Kind, of: IdentityKind, objects: &mut Objects) {
        let mut identity = Identity {
            name: self.external(),
            realm: None,
            purpose: Purpose::Unknown,
            boundary: self.boundary(),
            session_seconds: seconds(Found::at(self.spec, &["maxSessionDuration"])),
            ..account::identity(self.object, of)
        };
        if kind == Kind::User {
            identity.human = None;
        }
        let described = Found::at(self.spec, &["description"]).to_text();
        if !described.is_absent() {
            identity.description = described;
        }
        identity.ownership = std::mem::take(&mut identity.ownership).or(self.tags());
        if self.is_watched() {
            // Whoever makes it says what it is for, and whose it is.
            let place = self.object.place;
            identity.ownership = identity.ownership.or(Ownership::unknown(place, "tags.owner"));
            identity.description = Knowledge::Unknown(place);
        }
        if kind == Kind::Role {
            // Systems beside AWS know a role by its ARN, of which the account is not written here.
            identity.aliases.extend(identity.name.value().map(|it| format!("role/{it}")));
        }
        let own = identity.address.clone();
        objects.facts.identities.push(identity);
        objects.iam.push(Item::Declared(self.named(kind)));
        self.own_policies(kind, &own, objects);
        for key in ["permissionsBoundary", "permissionsBoundaryRef"] {
            if let Some(boundary) = self.spec.get(key) {
                let how = if key.ends_with("Ref") {
                    self.object_ref(boundary)
                } else {
                    external(boundary)
                };
                objects.iam.push(Item::Boundary(self.refers(Kind::Policy, how, boundary)));
            }
        }
    }

    /// True for something that is made elsewhere and only looked at.
    fn is_watched(&self) -> bool {
        let policies = self.object.at(&["spec", "managementPolicies"]).items();
        let mut names = policies.iter().map(Value::as_text);
        let observes = !policies.is_empty() && names.all(|it| it.as_deref() == Some("Observe"));
        let read_only = || self.object.annotation("services.k8s.aws/read-only");
        observes || self.is_ack && read_only().is_some_and(|it| it.value == "true")
    }

    /// Policies that a role or user lists by itself.
    fn own_policies(&self, kind: Kind, own: &Address, objects: &mut Objects) {
        let holders = PolicyHolders {
            principals: vec![Sourced::at(Party::Address(own.clone()), self.object.place)],
            bound: Some(true),
            bindings: vec![self.object.place],
            is_limit: false,
        };
        let says = || PolicyUse::Rights(holders.clone());
        if let Some(inline) = self.spec.get("inlinePolicies") {
            for entry in load::listed(inline) {
                let path = format!("inlinePolicies.{}", entry.key);
                objects.facts.policies.push(self.policy(&path, &entry.value, says()));
            }
        }
        for (at, it) in self.spec.items("inlinePolicy").iter().enumerate() {
            let Some(document) = it.get("policy") else { continue };
            let path = format!("inlinePolicy[{at}].policy");
            objects.facts.policies.push(self.policy(&path, document, says()));
        }
        for (key, is_ref) in
            [("managedPolicyArns", false), ("policies", false), ("policyRefs", true)]
        {
            for (at, it) in self.spec.items(key).iter().enumerate() {
                let how = if is_ref { self.object_ref(it) } else { external(it) };
                let path = format!("{}.{key}[{at}]", self.path);
                objects.iam.push(Item::Attachment(Attachment {
                    holder: self.refers(kind, How::Itself(own.clone()), it),
                    policy: self.refers(Kind::Policy, how, it),
                    address: self.below(&path),
                    place: it.origin.place,
                    region: self.object.region,
                }));
            }
        }
    }

    fn trust(&self, objects: &mut Objects) {
        let keys = ["assumeRolePolicy", "assumeRolePolicyDocument"];
        let Some((key, document)) = self.document(&keys) else { return };
        let own = Party::Address(self.object.scoped(self.object.address()));
        objects.facts.policies.push(self.policy(key, document, PolicyUse::Trust(own)));
    }

    fn inline(&self, kind: Kind, objects: &mut Objects) {
        let Some((key, document)) = self.document(&["policy", "document"]) else { return };
        let holder = self.reference(kind, holder_keys(kind));
        objects.iam.push(Item::Inline(holder, self.rights(key, document)));
    }

    fn attachment(&self, kind: Kind, objects: &mut Objects) {
        objects.iam.push(Item::Attachment(Attachment {
            holder: self.reference(kind, holder_keys(kind)),
            policy: self.reference(Kind::Policy, &["policyArn"]),
            address: self.object.scoped(self.object.address()),
            place: self.object.place,
            region: self.object.region,
        }));
    }

    fn document(&self, keys: &[&'static str]) -> Option<(&'static str, &Value)> {
        keys.iter().find_map(|key| Some((*key, self.spec.get(key)?)))
    }

    fn rights(&self, path: &str, document: &Value) -> PolicyDocument {
        self.policy(path, document, PolicyUse::Rights(PolicyHolders::default()))
    }

    fn policy(&self, path: &str, document: &Value, says: PolicyUse) -> PolicyDocument {
        PolicyDocument {
            address: self.below(&format!("{}.{path}", self.path)),
            document: document.clone(),
            says,
            place: self.object.place,
            region: self.object.region,
        }
    }

    fn below(&self, path: &str) -> Address {
        self.object.scoped(format!("{}#{path}", self.object.address()))
    }

    /// `role: name`, `roleRef: {name: …}` or `roleSelector: {matchLabels: …}`; the first comes
    /// first, for a reference is written there once it is resolved.
    fn reference(&self, kind: Kind, keys: &[&str]) -> Refers {
        for key in keys {
            if let Some(named) = self.spec.get(&format!("{key}Ref")) {
                return self.refers(kind, self.object_ref(named), named);
            }
            if let Some(selector) = self.spec.get(&format!("{key}Selector")) {
                return self.refers(kind, self.labels(selector), selector);
            }
            if let Some(named) = self.spec.get(key) {
                return self.refers(kind, external(named), named);
            }
        }
        self.refers(kind, How::Unknown, self.spec)
    }

    fn refers(&self, kind: Kind, how: How, value: &Value) -> Refers {
        Refers { kind, from: self.home(), how, value: value.clone() }
    }

    /// `{name: …}`, which AWS's controllers put below `from`.
    fn object_ref(&self, value: &Value) -> How {
        let named = value.get("from").unwrap_or(value);
        let Some(name) = named.get("name") else { return How::Unknown };
        let term = |it: Option<&Value>| Term::read(it, self.object.page);
        How::Object(
            term(Some(name)),
            named.get("namespace").map_or(Term::Absent, |it| term(Some(it))),
        )
    }

    fn labels(&self, selector: &Value) -> How {
        if load::is_open(selector) {
            return How::Unknown;
        }
        let controller = selector.get("matchControllerRef").and_then(Value::as_bool);
        let made_by = self.made_by.filter(|_| controller == Some(true)).map(str::to_owned);
        let labels = selector.get("matchLabels");
        if labels.is_some_and(load::is_open) {
            return How::Unknown;
        }
        let pairs = labels.into_iter().flat_map(load::listed);
        let pairs = pairs.map(|it| Some((it.key.to_string(), it.value.as_text()?.into_owned())));
        match pairs.collect::<Option<Vec<_>>>() {
            Some(pairs) if !pairs.is_empty() || made_by.is_some() => How::Labels(pairs, made_by),
            _ => How::Unknown,
        }
    }

    /// A key that ends only when it is deleted.
    fn access_key(&self, objects: &mut Objects) {
        let name = self.object.name.to_string();
        let seat = Seat::new(self.object, SlotKind::Issued, self.path).named(&name);
        let active = Found::at(self.spec, &["status"]).to_text().map(|it| it != "Inactive");
        let instead = "use a role: an instance or pod role, or OIDC federation for a pipeline";
        objects.credentials.push(Credential {
            kind: CredentialKind::AccessKey,
            provider: Some(Cow::Borrowed("AWS")),
            expiry: Expiry::never_by_kind(),
            rotation: Rotation::None,
            active,
            replacement: Some(Cow::Borrowed(instead)),
            ..seat.credential(Storage::Generated, self.object.place)
        });
    }

    fn boundary(&self) -> Knowledge<String> {
        match Found::at(self.spec, &["permissionsBoundary"]) {
            Found::Nowhere => {
                Found::at(self.spec, &["permissionsBoundaryRef", "from", "name"]).to_text()
            }
            found => found.to_text(),
        }
    }

    /// Owners in tags: a map, or a list of keys and values.
    fn tags(&self) -> Ownership {
        const ARGUMENT: &str = "tags.owner";
        let tags = match Found::at(self.spec, &["tags"]) {
            Found::Here(tags) => tags,
            Found::Maybe(place) => return Ownership::unknown(place, ARGUMENT),
            Found::Nowhere if self.tagged => {
                return Ownership::unknown(self.object.place, ARGUMENT);
            }
            Found::Nowhere => return Ownership::absent(ARGUMENT),
        };
        let pairs: Vec<(String, Knowledge<String>)> = match &tags.data {
            Data::List(items) => items
                .iter()
                .filter_map(|it| {
                    Some((it.get("key")?.as_text()?.into_owned(), it.get("value")?.to_text()))
                })
                .collect(),
            _ => load::listed(tags).map(|it| (it.key.to_string(), it.value.to_text())).collect(),
        };
        let pairs = pairs.iter().map(|(key, value)| (key.as_str(), value));
        let found = Ownership::from_pairs(pairs, OwnerSource::Tag, ARGUMENT);
        let may_be_more = self.tagged || tags.is_unknown() || load::is_open(tags);
        match found.owner.is_absent() && may_be_more {
            true => Ownership::unknown(tags.origin.place, ARGUMENT),
            false => found,
        }
    }
}

/// The arguments that name a holder; older ones come last.
fn holder_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Role => &["role", "roleName"],
        Kind::User => &["user", "userName"],
        Kind::Group => &["group", "groupName"],
        Kind::Policy => &["policyArn"],
    }
}

fn external(value: &Value) -> How {
    value.as_text().map_or(How::Unknown, |it| How::External(it.into_owned()))
}

fn seconds(found: Found<'_>) -> Knowledge<u64> {
    let Some(value) = found.value() else { return Knowledge::Absent };
    match value.as_whole() {
        Some(it) => Knowledge::Known(Sourced::new(it, value.origin.clone())),
        None => Knowledge::Unknown(value.origin.place),
    }
}
