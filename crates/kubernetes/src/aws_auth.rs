//! The ConfigMap in which EKS keeps which roles and users of AWS are whom in a cluster.

use model::{Data, IdentityKind, Party, Use, UseMode};
use syntax::{Kind, Language, Limits};

use crate::object::{Object, Objects};

/// Adds what `aws-auth` says.
pub(crate) fn config_map(object: &Object<'_>, objects: &mut Objects) {
    if object.name.text() != Some("aws-auth") {
        return;
    }
    let rows = [
        ("mapRoles", "rolearn", IdentityKind::AwsIamRole),
        ("mapUsers", "userarn", IdentityKind::AwsIamUser),
    ];
    for (key, named, kind) in rows {
        let Some(value) = object.at(&["data", key]).value() else { continue };
        let Data::String(text) = &value.data else { continue };
        let Some(known) = text.known() else { continue };
        let tree = syntax::parse((*known).into(), Language::Yaml, &Limits::default());
        let list = tree.documents().next().filter(|it| it.kind() == Kind::Seq);
        let Some(list) = list else { continue };
        for entry in list.children() {
            let Some(name) = entry.get(named).and_then(|it| it.as_str()) else { continue };
            let from = Party::Named { kind, name: name.to_owned() };
            let Some(groups) = entry.get("groups") else { continue };
            for group in groups.children() {
                let Some(to) = group.as_str() else { continue };
                let span = group.content_span().range();
                let origin = text.locate(span.start, span.end);
                objects.facts.uses.push(Use {
                    from: from.clone(),
                    to: Party::Named { kind: IdentityKind::KubernetesGroup, name: to.to_owned() },
                    mode: UseMode::RunsAs,
                    place: origin.map_or(value.origin.place, |it| it.place),
                });
            }
        }
    }
}
