//! Who a policy names.

use model::{Data, IdentityKind, Party, Sourced, Value};

use crate::lower::Addresses;
use crate::values;

/// The principals of a `Principal` element.
pub(crate) fn parties(value: &Value, addresses: &Addresses) -> Vec<Sourced<Party>> {
    let mut parties = Vec::new();
    match &value.data {
        Data::Map(_) => {
            for entry in values::entries(value) {
                let named = values::inherited(&value.origin, &entry.value);
                for item in values::items(&named) {
                    let party = party(&entry.key, &item, addresses);
                    parties.push(Sourced::new(party, item.origin.clone()));
                }
            }
            if let Some(rest) = values::rest(value) {
                parties.push(Sourced::new(Party::Unknown, rest.origin.clone()));
            }
        }
        Data::Null => {}
        _ => {
            for item in values::items(value) {
                let party = match values::known_text(&item).as_deref() {
                    Some("*") => Party::Everyone,
                    _ => Party::Unknown,
                };
                parties.push(Sourced::new(party, item.origin.clone()));
            }
        }
    }
    parties
}

fn party(kind: &str, value: &Value, addresses: &Addresses) -> Party {
    let text = values::known_text(value);
    match (kind.to_ascii_lowercase().as_str(), text) {
        ("aws", Some(text)) => account_or_arn(&text),
        ("aws", None) => match addresses.identity(value) {
            Some(address) => Party::Address(address),
            None => Party::Unknown,
        },
        ("service", Some(text)) => Party::Service(text),
        ("federated", Some(text)) => Party::Federated(text),
        ("federated", None) => match addresses.issuer(value) {
            Some(issuer) => Party::Federated(issuer),
            None => known_issuer(value).map_or(Party::Unknown, Party::Federated),
        },
        ("canonicaluser", Some(text)) => Party::Account(text),
        _ => Party::Unknown,
    }
}

/// The issuer at the end of an ARN whose account is not known.
fn known_issuer(value: &Value) -> Option<String> {
    let Data::String(text) = &value.data else { return None };
    let shown = text.with_stand_in("\0");
    let (_, issuer) = shown.split_once(":oidc-provider/")?;
    (!issuer.is_empty() && !issuer.contains('\0')).then(|| issuer.to_owned())
}

/// What an AWS principal, written as text, names.
pub(crate) fn account_or_arn(text: &str) -> Party {
    if text == "*" {
        return Party::Everyone;
    }
    if text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit()) {
        return Party::Account(text.to_owned());
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = parts.as_slice() else { return Party::Unknown };
    let kind = match resource.split_once('/') {
        _ if *resource == "root" => return Party::Account((*account).to_owned()),
        Some(("role", _)) => IdentityKind::AwsIamRole,
        Some(("user", _)) => IdentityKind::AwsIamUser,
        Some(("assumed-role", _)) if *service == "sts" => IdentityKind::AwsIamRole,
        _ => IdentityKind::Other,
    };
    Party::Named { kind, name: text.to_owned() }
}
