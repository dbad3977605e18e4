//! Members of a binding: `serviceAccount:x@y`, `allUsers`, `principalSet://…`.

use model::{Data, IdentityKind, Party, Piece, Remote, Value};

use super::SERVICE_ACCOUNT;
use crate::lower::Unit;
use crate::values;

/// Who a member names.
pub(crate) fn party(unit: &Unit<'_, '_>, member: &Value) -> Party {
    if let Some(found) = unit.addresses.target(member, SERVICE_ACCOUNT) {
        return Party::Address(unit.named(&found));
    }
    if let Some(text) = values::known_text(member) {
        return named(unit, &text);
    }
    match interpolated(member) {
        Some(remote) => {
            let value =
                Value { data: Data::Unknown(Some(remote.into())), origin: member.origin.clone() };
            match unit.addresses.target(&value, SERVICE_ACCOUNT) {
                Some(found) => Party::Address(unit.named(&found)),
                None => service_agent(&value).unwrap_or(Party::Unknown),
            }
        }
        None => unknown(member),
    }
}

/// `"serviceAccount:${google_service_account.x.email}"`: the only unknown part of the text.
fn interpolated(member: &Value) -> Option<Remote> {
    let Data::String(text) = &member.data else { return None };
    match text.pieces.as_slice() {
        [Piece::Literal { text, .. }, Piece::Unknown { remote: Some(remote), .. }]
            if &**text == "serviceAccount:" =>
        {
            Some((**remote).clone())
        }
        _ => None,
    }
}

/// The account that Google makes for one of its services.
fn service_agent(value: &Value) -> Option<Party> {
    let remote = values::remote(value)?;
    let name = remote.address.rsplit("module.").next().unwrap_or(&remote.address);
    let agent = name.contains("google_project_service_identity.");
    agent.then(|| Party::Service(remote.address.to_string()))
}

/// What the known beginning of a member says.
fn unknown(member: &Value) -> Party {
    let Data::String(text) = &member.data else { return Party::Unknown };
    let Some(Piece::Literal { text: start, .. }) = text.pieces.first() else {
        return Party::Unknown;
    };
    if start.starts_with("principalSet://") || start.starts_with("principal://") {
        return Party::Federated(text.with_stand_in("…"));
    }
    // `service-${…}@gcp-sa-x.iam.gserviceaccount.com`: the domain says whose account it is.
    let shown = text.with_stand_in("…");
    if let Some((name, domain)) =
        shown.strip_prefix("serviceAccount:").and_then(|it| it.split_once('@'))
        && !domain.contains('…')
        && domain.ends_with(".gserviceaccount.com")
        && name != "…"
    {
        let name = format!("{name}@{domain}");
        return Party::Named { kind: IdentityKind::GcpServiceAccount, name };
    }
    Party::Unknown
}

fn named(unit: &Unit<'_, '_>, text: &str) -> Party {
    let account = text.strip_prefix("serviceAccount:").and_then(|it| unit.addresses.by_email(it));
    account.map_or_else(|| model::google::member(text), Party::Address)
}
